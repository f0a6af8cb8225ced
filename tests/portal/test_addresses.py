"""An address is suggested while one types it: roads, communities and known places; what is typed freely is as good."""

import pytest
from django.test import Client

from identity.models import Region
from identity.services.loading import load_regions
from matters.models import Place
from portal.addresses import MOST, suggestions
from portal.nearby import town
from tests.factories import identity as people


@pytest.fixture(autouse=True)
def fresh(db):
    town.forget()
    yield
    town.forget()


def suggested(typed: str) -> list[str]:
    return [one.address for one in suggestions(town(), typed)]


def test_a_road_is_completed_and_its_number_kept():
    assert suggested("松风路20号2单元") == ["云澜市云麓区松风路20号2单元"]
    assert "云澜市云麓区松风路" in suggested("松风")


def test_the_list_of_a_browser_shows_what_contains_the_words_typed():
    """A browser offers only values that contain what stands in the box: each of ours does, or its name does."""
    for typed in ("松风", "松风路8", "云麓区松风路", "云澜市云麓区听松", "云麓区松风街道松风路1", "虹桥"):
        found = suggestions(town(), typed)
        assert found, typed
        assert all(typed in one.address or typed in one.hint for one in found), typed


def test_a_community_and_a_street_are_known_and_stand_in_their_district():
    assert suggested("听松社区") == ["云澜市云麓区听松社区", "云澜市云麓区听松里15号"]
    assert suggested("桥头街道")[0] == "云澜市澜江区桥头街道"


def test_a_district_typed_first_keeps_to_that_district():
    assert suggested("云麓区虹桥") == []
    assert "云澜市澜江区虹桥路" in suggested("澜江区虹桥")
    assert suggested("云澜市望湖区望湖") == suggested("望湖区望湖")


def test_a_place_is_found_by_its_name():
    found = suggestions(town(), "市民公园")
    assert [(one.address, one.hint) for one in found] == [
        ("云澜市望湖区望湖路市民公园东门", "市民公园24小时自助服务点")
    ]


@pytest.mark.parametrize("typed", ["", "  ", "云澜市", "xyz", "<script>", "和平街18号", "号" * 500])
def test_of_what_nobody_knows_nothing_is_suggested(typed):
    assert suggested(typed) == []


def test_few_are_suggested_and_those_that_begin_with_the_words_first():
    assert len(suggested("路")) == MOST
    assert suggested("望湖")[0].endswith(("望湖路", "望湖区", "望湖社区"))


def test_every_place_stands_on_a_road_of_its_district():
    for place in Place.objects.select_related("region"):
        district = Region.objects.get(code=place.region.code[:6])
        roads = [road for one in Region.objects.filter(parent=district) for road in one.roads]
        assert any(f"{district.name}{road}" in place.address for road in roads), place.address


def test_roads_come_with_the_regions_and_loading_again_changes_nothing(settings):
    files = [settings.BASE_DIR / "fixtures" / "regions" / "yunlan.yaml"]
    assert not load_regions(files)
    Region.objects.filter(code="990103001").update(roads=[])
    assert list(load_regions(files).changed) == ["990103001"]


# The page behind the box


def test_each_keystroke_costs_no_more_than_knowing_who_asks(statements):
    client = Client()
    client.force_login(people.cast().li)
    client.post("/addresses/", {"typed": "松"})
    with statements(at_most=2) as asked:
        answer = client.post("/addresses/", {"typed": "松风路8号"})
    assert all("django_session" in sql or "identity_account" in sql for sql in asked)
    assert '<option value="云澜市云麓区松风路8号" data-looked-up>松风街道</option>' in answer.content.decode()


def test_what_is_typed_is_no_part_of_an_address_of_ours():
    """Where somebody lives would stand in every log."""
    client = Client()
    client.force_login(people.cast().li)
    assert client.get("/addresses/", {"typed": "松风路8号"}).status_code == 405
