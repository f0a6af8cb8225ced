"""Before one files, what is open already at the house one names may be joined instead (H-132)."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.models import HotlineOrder
from hotline.selectors.regions import regions
from hotline.states import OrderStatus as S
from identity.models import Region
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db

TEXT = "小区门口每天都有人乱停车，停车位被占，车出不去。"


@pytest.fixture
def street(db) -> Region:
    return Region.objects.filter(kind=Region.Kind.STREET).order_by("code").first()


def at_the_door(street, **facts) -> HotlineOrder:
    key = regions().key_of("松风路20号", street.pk)
    return at.an_order(S.HANDLING, place_key=key, region=street, location_text="松风路20号", **facts)


def looked(client, street, where="松风路二十号门口", text=TEXT) -> str:
    said = {"text": text, "location_text": where, "region": street.code}
    answer = client.post(reverse("hotline:known_already"), said)
    assert answer.status_code == 200
    return answer.content.decode()


def test_h132_what_is_open_at_the_house_is_shown_without_a_word_or_a_name(street):
    order = at_the_door(street)
    told = looked(Client(), street)
    assert "停车管理与收费" in told
    assert "登录后可以加入" in told
    for secret in (order.phone, "王小二", order.text):
        assert secret not in told


def test_h132_nothing_is_shown_of_other_houses_other_matters_or_secrets(street):
    at_the_door(street)
    at_the_door(street, confidential="secret", category="0602")
    client = Client()
    assert "这里已经有人反映过" not in looked(client, street, where="松风路22号")
    assert "这里已经有人反映过" not in looked(client, street, where="松风路")
    assert "这里已经有人反映过" not in looked(client, street, text="家里停水三天了，没有人通知。")
    assert "这里已经有人反映过" not in looked(client, street, text="")


def test_h132_at_most_five(street):
    for _number in range(7):
        at_the_door(street)
    assert looked(Client(), street).count("<li>") == 5


def test_h132_joining_is_a_light_order_of_ones_own_once(cast, street):
    known = at_the_door(street)
    li = Client()
    li.force_login(cast.li)
    join = reverse("hotline:join", args=[known.order_no])
    assert f'action="{join}"' in looked(li, street)
    for _click in range(2):
        assert li.post(join).status_code == 302
    own = HotlineOrder.objects.exclude(pk=known.pk).get()
    assert (own.person_id, own.category_l2) == (cast.li.person_id, "0703")
    assert known.text not in own.text


def test_a_stranger_joins_nothing(street):
    known = at_the_door(street)
    answer = Client().post(reverse("hotline:join", args=[known.order_no]))
    assert "/login/" in answer.headers["Location"]
    assert HotlineOrder.objects.count() == 1
