"""Where to go, for somebody who knows their street and for nobody else to know; and what to do when it cannot be done."""

import pytest
from django.test import Client

from identity.models import Region
from matters.models import Place
from portal.nearby import town
from tests.portal.test_home import tree, words

SONGFENG = "990103001"


@pytest.fixture(autouse=True)
def fresh(db):
    town.forget()
    yield
    town.forget()


def names(response) -> list[str]:
    return [words(one) for one in tree(response).iter("p") if one.get("class") == "place-name"]


def test_the_own_street_comes_first_then_its_community_then_the_district():
    found = names(Client().get("/places/", {"near": SONGFENG}))
    assert found[:3] == ["松风街道便民服务中心", "听松社区便民服务站", "云麓区政务服务大厅"]
    assert len(found) == Place.objects.count()


def test_a_hall_for_everything_comes_before_a_hall_for_one_thing():
    found = names(Client().get("/places/", {"near": "990103"}))
    assert found[:2] == ["云麓区政务服务大厅", "云澜市车辆管理所"]


@pytest.mark.parametrize("near", ["", "000000", "<script>"])
def test_of_a_region_nobody_knows_all_places_are_listed(near):
    response = Client().get("/places/", {"near": near})
    assert len(names(response)) == Place.objects.count()
    assert "<script>" not in response.content.decode()


def test_the_choice_stands_where_it_was_made():
    chosen = tree(Client().get("/places/", {"near": SONGFENG})).find(".//option[@selected]")
    assert chosen.get("value") == SONGFENG


def test_every_district_and_street_can_be_chosen_on_the_home_page():
    offered = {one.get("value") for one in tree(Client().get("/")).iter("option")}
    kinds = (Region.Kind.DISTRICT, Region.Kind.STREET)
    assert offered == set(Region.objects.filter(kind__in=kinds).values_list("code", flat=True))


def test_without_coordinates_nobody_is_asked_for_their_position():
    page = Client().get("/places/").content.decode()
    assert "data-nearest" not in page
    assert "places.js" not in page


def test_with_coordinates_the_page_may_ask_and_only_this_page():
    Place.objects.filter(code="city-hall").update(latitude="30.5", longitude="114.25")
    response = Client().get("/places/")
    place = next(one for one in tree(response).iter("li") if one.get("data-latitude"))
    assert (float(place.get("data-latitude")), float(place.get("data-longitude"))) == (30.5, 114.25)
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]
    assert "geolocation=()" in Client().get("/").headers["Permissions-Policy"]


def test_the_page_costs_no_sql_once_it_is_warm(statements):
    Client().get("/places/")
    with statements(at_most=0):
        Client().get("/places/", {"near": SONGFENG})


def test_who_could_not_get_something_done_learns_where_to_say_so():
    """I-44: answered within one working day."""
    page = words(tree(Client().get("/unresolved/")).find(".//main"))
    assert all(said in page for said in ("12345", "云澜市政务服务大厅", "1 个工作日内答复", "行政复议"))
    assert "/unresolved/" in [one.get("href") for one in tree(Client().get("/")).iter("a")]
