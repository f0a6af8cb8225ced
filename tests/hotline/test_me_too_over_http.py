"""Before one files one is shown what is open nearby, and may join it instead (H-132)."""

import pytest
from rest_framework.test import APIClient

from hotline.models import HotlineOrder
from hotline.states import OrderStatus as S
from tests.factories import hotline as at
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
NEARBY = "/api/v1/hotline/nearby/"
HERE = {"longitude": 126.6, "latitude": 45.75}


@pytest.fixture
def known() -> HotlineOrder:
    return at.an_order(S.HANDLING, location_text="听松社区门口", **HERE)


def asked(account, **said):
    return client_of(account).post(NEARBY, {**HERE, **said}, format="json")


def test_h_132_what_is_open_nearby_names_nobody_and_says_nothing_of_theirs(cast, known):
    at.an_order(S.HANDLING, confidential="secret", **HERE)
    at.an_order(S.HANDLING, longitude=126.7, latitude=45.75)
    told = asked(cast.li, text="小区门口每天都有车乱停，停车收费也乱")
    assert [one["order_no"] for one in told.json()] == [known.order_no]
    assert set(told.json()[0]) == {"order_no", "matter", "public_status", "people", "registered_at"}
    assert asked(cast.li, category="0703").json() == told.json()


@pytest.mark.parametrize(
    ("said", "field"), [({}, "text"), ({"category": "9999"}, "category"), ({"longitude": 500}, "longitude")]
)
def test_h_132_what_cannot_be_read_is_named(cast, said, field):
    answer = asked(cast.li, **said)
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_words_that_tell_no_matter_find_nothing(cast, known):
    assert asked(cast.li, text="你们到底管不管").json() == []


def test_h_132_joining_is_an_order_of_ones_own_once(cast, known):
    address = f"{NEARBY}{known.order_no}/me_too/"
    first, again = (client_of(cast.li).post(address) for _twice in range(2))
    assert (first.status_code, first.json()["order_no"]) == (201, again.json()["order_no"])
    mine = HotlineOrder.objects.get(order_no=first.json()["order_no"])
    assert (mine.person_id, mine.category_l2) == (cast.li.person_id, known.category_l2)
    assert APIClient().post(address).status_code == 401
    assert client_of(cast.li).post(f"{NEARBY}HL000/me_too/").status_code == 404
