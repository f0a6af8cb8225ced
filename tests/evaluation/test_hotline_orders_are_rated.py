"""A survey of the hotline is a rating too: one for each handling, with the same levels; the call has its own (H-113, E-50)."""

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from common.errors import BadInput, Conflict, Gone, NotFound
from evaluation import services as ratings
from evaluation.models import Evaluation, ServiceEvent
from events import publish
from hotline import services
from hotline.events import OrderRegistered, OrderSurveyed
from hotline.models import HotlineOrder
from hotline.states import OrderStatus
from tests.factories import hotline as at
from tests.factories import identity as people
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
    code = {"query_code": order.query_code}
    with pytest.raises(NotFound):
        ratings.rate_call(order.order_no, level=5, **code)
    took_the_call(order)
    with pytest.raises(BadInput):
        ratings.rate_call(order.order_no, level=6, **code)
    first = ratings.rate_call(order.order_no, level=4, **code)
    with pytest.raises(Conflict) as repeated:
        ratings.rate_call(order.order_no, level=1, **code)
    assert repeated.value.fields == {"id": [str(first.pk)]}, "E-30"
    services.answer_survey(order.pk, by=team.caller, **GOOD)
    tell_everybody()
    rated = Evaluation.objects.order_by("event__object").values_list("event__object", "level")
    assert list(rated) == [("call", 4), ("hotline_order", 5)]


def took_the_call(order):
    publish(OrderRegistered(order_id=order.pk, order_no=order.order_no, channel="phone"))


def test_h113_who_called_rates_the_call_with_the_query_code_or_a_login(team, cast):
    order, theirs = at.an_order(OrderStatus.CALLBACK), at.an_order(OrderStatus.CALLBACK)
    HotlineOrder.objects.filter(pk=theirs.pk).update(person=cast.li.person)
    took_the_call(order)
    took_the_call(theirs)
    anonymous, door = APIClient(), "/api/v1/evaluations/calls/{}/".format
    assert anonymous.post(door(order.order_no), {"level": 5}).status_code == 401
    for wrong in ("000000" if order.query_code != "000000" else "000001", "一二三四五六"):
        asked = {"level": 5, "query_code": wrong}
        assert anonymous.post(door(order.order_no), asked).status_code == 404
    first = anonymous.post(door(order.order_no), {"level": 5, "query_code": order.query_code})
    assert first.status_code == 201
    again = anonymous.post(door(order.order_no), {"level": 1, "query_code": order.query_code})
    assert (again.status_code, again.json()["fields"]) == (409, {"id": [str(first.json()["id"])]})
    assert people.api(cast.wang).post(door(theirs.order_no), {"level": 5}).status_code == 404
    assert people.api(cast.li).post(door(theirs.order_no), {"level": 3}).status_code == 201
    rated = Evaluation.objects.filter(event__object="call").order_by("id")
    assert [(one.event.hotline_order, one.level) for one in rated] == [(order, 5), (theirs, 3)]


def test_h113_a_call_is_rated_within_thirty_days_e31(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.CALLBACK)
    took_the_call(order)
    clock.set("2026-12-24 10:00")
    with pytest.raises(Gone):
        ratings.rate_call(order.order_no, level=5, query_code=order.query_code)
    assert not ServiceEvent.objects.exists()


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
