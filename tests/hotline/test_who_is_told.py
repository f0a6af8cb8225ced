"""Who hears of what: the citizen one voice, the department before and after its due (H-104, H-121, H-134)."""

import pytest

from hotline import services
from hotline.states import OrderStatus
from notifications.models import Message
from tests.factories import hotline as at
from tests.factories.events import tell_everybody
from tests.factories.hotline_team import a_citizen, approve, submit

pytestmark = pytest.mark.django_db
S = OrderStatus
SEVEN_DAYS = {"value": 7, "unit": "working_days"}


def said_to(person):
    rows = Message.objects.filter(person=person, channel="in_site").order_by("id")
    return list(rows.values_list("template", flat=True))


def test_h104_the_citizen_hears_the_reply_once_and_nothing_of_what_it_is_about(team):
    order = at.an_order(S.HANDLING)
    citizen = a_citizen(order)
    submit(order, team)
    approve(order, team)
    tell_everybody()
    assert said_to(citizen.person) == ["hotline_replied"]
    text = Message.objects.filter(person=citizen.person).first().text
    assert order.order_no in text
    assert order.title not in text


def test_h104_whoever_only_called_hears_by_telephone(team):
    order = at.an_order(S.HANDLING)
    services.tell_progress(order.pk, by=team.officer, text="已派人到现场。")
    tell_everybody()
    assert list(Message.objects.values_list("template", "channel")) == [("hotline_progress", "sms")]


def test_h121_handlers_before_the_due_heads_after_it(team, clock):
    clock.set("2026-11-23 10:00")
    at.an_order(S.HANDLING, due_basis=SEVEN_DAYS)
    clock.set("2026-12-01 09:00")
    services.tick()
    tell_everybody()
    assert said_to(team.officer.person) == ["hotline_urged"]
    clock.set("2026-12-02 16:31")
    services.tick()
    tell_everybody()
    assert said_to(team.officer.person) == ["hotline_urged"]
    assert said_to(team.head.person) == ["hotline_urged", "hotline_urged"]
    assert said_to(team.assistant.person) == []


@pytest.mark.parametrize(
    ("category", "template"), [("0703", "hotline_withdrawn"), ("1204", "hotline_withdrawal_noted")]
)
def test_h134_the_complainant_hears_that_it_is_over_or_goes_on(team, category, template):
    order = at.an_order(S.HANDLING, category=category)
    citizen = a_citizen(order)
    code = services.send_withdrawal_code(order.pk, by=citizen)
    services.withdraw(order.pk, by=citizen, code=code)
    tell_everybody()
    assert said_to(citizen.person) == [template]
