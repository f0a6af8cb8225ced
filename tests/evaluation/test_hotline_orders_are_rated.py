"""A survey of the hotline is a rating too: one for each handling, with the same levels; the call has its own (H-113, E-50)."""

import pytest
from django.db import IntegrityError, transaction

from common.errors import BadInput, Conflict, NotFound
from evaluation import services as ratings
from evaluation.models import Evaluation, ServiceEvent
from events import publish
from hotline import services
from hotline.events import OrderRegistered, OrderSurveyed
from hotline.states import OrderStatus
from tests.factories import hotline as at
from tests.factories.events import tell_everybody
from tests.factories.hotline_team import BAD, GOOD, a_team, approve, submit, to_callback

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db):
    return a_team()


def test_h113_the_reply_opens_a_service_and_the_survey_rates_it(team):
    order = to_callback(team)
    tell_everybody()
    event = ServiceEvent.objects.get()
    assert (event.object, event.hotline_order, event.rework_no) == ("hotline_order", order, 0)
    assert (event.application, event.department.code, event.outcome) == (None, "chengguan", "solved")
    services.answer_survey(order.pk, by=team.caller, text="处理得很快", **GOOD)
    tell_everybody()
    rating = Evaluation.objects.get()
    assert (rating.event, rating.level, rating.text, rating.channel) == (event, 5, "处理得很快", "survey")


def test_h113_each_rework_is_rated_for_itself(team):
    order = to_callback(team)
    services.answer_survey(order.pk, by=team.caller, text="晚上照样乱停，打13800001234找我", **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    submit(order, team, done_differently="加派了夜间巡查。")
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, text="这次好了", **GOOD)
    tell_everybody()
    rows = Evaluation.objects.order_by("event__rework_no")
    (first, worse, said), second = rows.values_list("event__rework_no", "level", "text")
    assert (first, worse, second) == (0, 2, (1, 5, "这次好了"))
    assert said.startswith("晚上照样乱停")
    assert "13800001234" not in said
    assert Evaluation.objects.values("evaluator_hash").distinct().count() == 1


def test_h113_told_twice_it_is_one_rating(team):
    order = to_callback(team)
    services.answer_survey(order.pk, by=team.caller, **GOOD)
    tell_everybody()
    again = OrderSurveyed(
        order_id=order.pk, order_no=order.order_no, level=1, solved="no", responded=True, rework_no=0
    )
    publish(again)
    tell_everybody()
    assert Evaluation.objects.get().level == 5


def test_h112_whoever_was_not_reached_is_no_rating(team, clock):
    clock.set("2026-11-23 10:00")
    order = to_callback(team)
    for when in ("2026-11-23 10:30", "2026-11-24 10:00", "2026-11-24 11:00"):
        clock.set(when)
        services.record_survey_attempt(order.pk, by=team.caller, outcome="no_answer")
    tell_everybody()
    assert ServiceEvent.objects.count() == 1
    assert not Evaluation.objects.exists()


def test_h113_the_agents_call_is_rated_apart_and_once(team):
    order = at.an_order(OrderStatus.CALLBACK)
    with pytest.raises(NotFound):
        ratings.rate_call(order.pk, level=5)
    publish(OrderRegistered(order_id=order.pk, order_no=order.order_no, channel="phone"))
    with pytest.raises(BadInput):
        ratings.rate_call(order.pk, level=6)
    ratings.rate_call(order.pk, level=4)
    with pytest.raises(Conflict):
        ratings.rate_call(order.pk, level=1)
    services.answer_survey(order.pk, by=team.caller, **GOOD)
    tell_everybody()
    rated = Evaluation.objects.order_by("event__object").values_list("event__object", "level")
    assert list(rated) == [("call", 4), ("hotline_order", 5)]


def test_a_survey_is_not_answered_through_the_portals_invitation(team):
    order = to_callback(team)
    tell_everybody()
    event = ServiceEvent.objects.get(hotline_order=order)
    for named in ({"event_no": event.event_no}, {"token": event.token}):
        with pytest.raises(NotFound):
            ratings.rate(ratings.Rating(level=5), by=team.officer, **named)


def test_a_service_is_an_application_or_an_order(team):
    order = to_callback(team)
    tell_everybody()
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceEvent.objects.filter(hotline_order=order).update(hotline_order=None)
