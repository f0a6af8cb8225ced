"""Who reads English or Russian follows an order, acts on it and is refused in that language (decision 15, H-74)."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.errors import WrongState
from hotline import events as e
from hotline import services
from hotline.models import HotlineOrder
from hotline.rules.telling_citizens import CITIZEN
from hotline.states import OrderStatus
from portal.languages import CHINESE_SIGN
from tests.factories import hotline as at
from tests.factories.hotline_team import a_citizen, a_team, to_callback

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> HotlineOrder:
    return at.an_order(OrderStatus.HANDLING)


def reader(language: str, order: HotlineOrder) -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(a_citizen(order))
    return client


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def page_of(order: HotlineOrder) -> str:
    return reverse("hotline:own", args=[order.order_no])


def act_on(order: HotlineOrder, verb: str) -> str:
    return reverse("hotline:own_act", args=[order.order_no, verb])


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ("contacted you", "Answered; please say how it went")),
        ("ru", ("с вами связались", "Ответ дан, оцените его")),
        ("zh-hans", ("联系过您", "已经答复，请您评价")),
    ],
)
def test_h_74_the_timeline_is_told_in_the_language_of_the_page(language, lines):
    order = to_callback(a_team())
    page = words(reader(language, order).get(page_of(order)))
    assert [line for line in lines if line not in page] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_line_of_it_stays_chinese(language):
    """Every fact the citizen may follow, however it came about; a department's name is the catalogue's."""
    host = "市城市管理局"
    said = {"approved": True, "kind": "citizen", "host": host}
    with translation.override(language):
        for kind, tell in CITIZEN.items():
            fact = type(kind.__name__, (), said)()
            assert not CHINESE_SIGN.search(tell(fact).replace(host, "")), kind.__name__


@pytest.mark.parametrize(
    ("language", "done", "refused"),
    [
        ("en", "The department has been reminded", "A reminder was sent within the last 24 hours"),
        ("ru", "Ведомству отправлено напоминание", "Напоминание уже отправлено за последние 24 часа"),
    ],
)
def test_what_was_done_and_why_it_is_refused_again(language, done, refused, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.HANDLING)
    client = reader(language, order)
    clock.set("2026-12-20 10:00")
    answer = client.post(act_on(order, "urge"), {"urge-text": ""}, follow=True)
    assert done in words(answer)
    again = client.post(act_on(order, "urge"), {"urge-text": ""})
    assert again.status_code in {409, 422}
    assert refused in words(again)


@pytest.mark.parametrize(
    ("language", "why"),
    [("en", "Please write what you want to add"), ("ru", "Напишите, что хотите добавить")],
)
def test_an_empty_supplement_is_asked_for_in_words(order, language, why):
    answer = reader(language, order).post(act_on(order, "supplement"), {"supplement-text": " "})
    assert answer.status_code in {400, 422}
    assert why in words(answer)


def test_h_74_a_refusal_names_the_state_in_the_citizens_words(order):
    """Neither returns nor disputes are theirs to read; the desks read the state as it is."""
    HotlineOrder.objects.filter(pk=order.pk).update(status=OrderStatus.RETURN_REVIEW)
    citizen = a_citizen(order)
    with pytest.raises(WrongState) as told:
        services.reopen_direct(order.pk, by=citizen)
    assert "退单" not in str(told.value)
    assert "工单现在是“转办中”" in str(told.value)


def test_every_fact_of_it_is_one_of_an_order():
    assert all(issubclass(kind, e.OrderFact) for kind in CITIZEN)
