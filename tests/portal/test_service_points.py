"""Where to go, for somebody who knows their street and for nobody else to know; and what to do when it cannot be done."""

from decimal import Decimal
from itertools import combinations
from math import cos, hypot, radians

import pytest
from django.conf import settings
from django.test import Client

from identity.models import Region
from matters.models import Place
from matters.services import load_places
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
    Place.objects.update(latitude=None, longitude=None)
    page = Client().get("/places/").content.decode()
    assert "data-nearest" not in page
    assert "places.js" not in page


def test_with_coordinates_the_page_may_ask_and_only_this_page():
    hall = Place.objects.get(code="city-hall")
    response = Client().get("/places/")
    place = next(
        one for one in tree(response).iter("li") if one.get("data-latitude") and hall.name in words(one)
    )
    said = (Decimal(place.get("data-latitude")), Decimal(place.get("data-longitude")))
    assert said == (hall.latitude, hall.longitude)
    assert "geolocation=(self)" in response.headers["Permissions-Policy"]
    assert "geolocation=()" in Client().get("/").headers["Permissions-Policy"]


# The invented city


def kilometres(one: Place, other: Place) -> float:
    """On a plane, good enough inside a city."""
    north = float(one.latitude - other.latitude) * 111.2
    east = float(one.longitude - other.longitude) * 111.2 * cos(radians(float(one.latitude)))
    return hypot(north, east)


def test_every_place_of_the_demo_has_its_spot_inside_one_city():
    points = list(Place.objects.all())
    assert all(point.latitude is not None for point in points)
    assert len({(point.latitude, point.longitude) for point in points}) == len(points)
    assert max(kilometres(one, other) for one, other in combinations(points, 2)) < 25


def test_what_lies_in_a_district_lies_nearest_to_the_hall_or_a_centre_of_that_district():
    """The map agrees with the regions: nobody is led over a district's border by the distance."""
    kinds = (Place.Kind.DISTRICT_HALL, Place.Kind.STREET_CENTRE)
    served = list(Place.objects.filter(kind__in=kinds).select_related("region"))
    for point in Place.objects.exclude(kind__in=kinds).select_related("region"):
        nearest = min(served, key=lambda other, point=point: kilometres(point, other))
        assert nearest.region.code[:6] == point.region.code[:6], point.name


def test_loading_the_places_again_changes_nothing():
    file = settings.BASE_DIR / "fixtures" / "places" / "places.yaml"
    assert not load_places([file])
    Place.objects.filter(code="tax-hall").update(latitude="39.3", longitude="83.3")
    assert list(load_places([file]).changed) == ["tax-hall"]
    assert not load_places([file])


def test_the_page_costs_no_sql_once_it_is_warm(statements):
    Client().get("/places/")
    with statements(at_most=0):
        Client().get("/places/", {"near": SONGFENG})


def test_who_could_not_get_something_done_learns_where_to_say_so():
    """I-44: answered within one working day."""
    page = words(tree(Client().get("/unresolved/")).find(".//main"))
    assert all(said in page for said in ("12345", "云澜市政务服务大厅", "1 个工作日内答复", "行政复议"))
    assert "/unresolved/" in [one.get("href") for one in tree(Client().get("/")).iter("a")]
