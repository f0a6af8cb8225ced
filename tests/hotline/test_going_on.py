"""Which words go on with which order: never a stranger's with somebody's, never danger with anything (H-17, H-25, H-31)."""

from dataclasses import replace

import pytest

from events.models import EventRecord
from hotline import services
from hotline.gateways.telephony.fake import FakeTelephony
from hotline.models import HotlineOrder
from hotline.rules.envelopes import ELEMENTS, Element, IntakeEnvelope
from hotline.states import Channel, Intake, OrderStatus, OrderType
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
ASKED, AGAIN = "停车费标准怎么定", "你们说的停车费标准不对，停车场多收了"
ANSWER = "停车费标准见物价部门公示，每小时三元，半小时内免费。"


def said(text, **facts):
    known = {
        "channel": Channel.WEB,
        "text": text,
        "name": "王小二",
        "phone": "19900010001",
        "order_type": OrderType.INQUIRY,
        "location_text": "桥头街道老码头社区",
    }
    return IntakeEnvelope(**{**known, **facts})


def message(ref, text, **facts):
    known = {"channel": Channel.WECHAT, "source_ref": ref, "phone": "", "name": "", "sender": "openid-1"}
    return said(text, **{**known, **facts})


@pytest.fixture
def agent():
    return at.desk(Role.CALL_AGENT)


def answered(envelope, agent, by=None):
    order = services.register(envelope, by=by)
    HotlineOrder.objects.filter(pk=order.pk).update(status=OrderStatus.ACCEPTED)
    return services.answer_directly(order.pk, by=agent, answer=ANSWER)


def facts_of(order):
    return [one.name.partition(".")[2] for one in EventRecord.objects.about(order.subject)]


def test_h_25_a_stranger_with_somebodys_number_gets_an_order_of_their_own(agent):
    theirs = answered(said(ASKED), agent)
    received = services.receive(said(AGAIN, source_ref="form-2"), by=None)
    order = received.hotline_order
    assert order.pk != theirs.pk
    assert (received.how, received.is_theirs) == (Intake.NEW, True)
    assert (order.prior_order_id, order.query_code != theirs.query_code) == (theirs.pk, True)
    theirs.refresh_from_db()
    assert theirs.status == OrderStatus.DIRECT_ANSWERED
    assert not theirs.supplements.exists()


def test_h_25_another_person_who_logged_in_does_not_go_on_with_it_either(agent, cast):
    theirs = answered(said(ASKED), agent)
    order = services.register(said(AGAIN, person_id=cast.li.person_id), by=cast.li)
    assert order.pk != theirs.pk


def test_h_25_the_person_who_logged_in_goes_on_with_theirs(agent, cast):
    own = {"person_id": cast.li.person_id}
    theirs = answered(said(ASKED, **own), agent, by=cast.li)
    received = services.receive(said(AGAIN, **own), by=cast.li)
    assert (received.hotline_order.pk, received.how) == (theirs.pk, Intake.CONTINUED)
    assert received.hotline_order.status == OrderStatus.ACCEPTED


def test_h_25_whoever_calls_an_agent_again_goes_on(agent):
    theirs = answered(said(ASKED), agent)
    asked = {key: Element("问过") for key in ELEMENTS}
    received = services.receive(said(AGAIN, channel=Channel.PHONE, elements=asked), by=agent)
    assert (received.hotline_order.pk, received.how) == (theirs.pk, Intake.CONTINUED)
    assert {"OrderAnswerVoided", "SupplementAdded"} <= set(facts_of(theirs))


def test_h_25_only_the_same_category_reopens_an_answer(agent, clock):
    clock.set("2026-11-23 10:00")
    theirs = answered(message("m1", ASKED), agent)
    clock.set("2026-11-24 10:00")
    other = services.register(message("m2", "家里暖气不热，室温太低停暖了"), by=None)
    assert other.pk != theirs.pk
    theirs.refresh_from_db()
    assert theirs.status == OrderStatus.DIRECT_ANSWERED


def test_h_17_danger_in_a_talk_is_an_order_of_its_own_and_the_call(clock):
    clock.set("2026-11-23 10:00")
    first = services.register(message("m1", "小区停车场乱收停车费，物业说车位不够"), by=None)
    clock.set("2026-11-23 10:05")
    FakeTelephony.bridged.clear()
    second = services.register(message("m2", "停车场现在着火了"), by=None)
    assert second.pk != first.pk
    assert second.status == OrderStatus.DISPATCHED  # the sender left no number to connect
    assert "OrderTransferred" in facts_of(second)


def test_h_17_an_agents_pressed_line_is_never_folded_into_an_answer(agent):
    theirs = answered(said(ASKED), agent)
    asked = {key: Element("问过") for key in ELEMENTS}
    pressed = said(AGAIN, channel=Channel.PHONE, elements=asked, emergency_line="110")
    order = services.register(pressed, by=agent)
    assert order.pk != theirs.pk
    assert order.status == OrderStatus.EMERGENCY_TRANSFERRED


def test_h_31_further_words_of_a_talk_are_a_fact_and_end_the_wait(clock, team):
    clock.set("2026-11-23 10:00")
    first = services.register(message("m1", "小区停车场乱收停车费，物业说车位不够"), by=None)
    clock.set("2026-11-23 10:20")
    received = services.receive(message("m2", "还有，保安态度也不好"), by=None)
    assert (received.hotline_order.pk, received.how) == (first.pk, Intake.CONTINUED)
    assert "SupplementAdded" in facts_of(first)


@pytest.mark.parametrize("status", [OrderStatus.INVALID, OrderStatus.GUIDED_ELSEWHERE, OrderStatus.CALLBACK])
def test_h_31_a_talk_does_not_go_on_where_nobody_reads_any_more(clock, status):
    clock.set("2026-11-23 10:00")
    first = services.register(message("m1", "小区停车场乱收停车费，物业说车位不够"), by=None)
    HotlineOrder.objects.filter(pk=first.pk).update(status=status, host=at.department("chengguan"))
    clock.set("2026-11-23 10:20")
    assert services.register(message("m2", "还有，保安态度也不好"), by=None).pk != first.pk


def test_another_account_of_the_channel_does_not_go_on_with_a_talk(clock, cast):
    clock.set("2026-11-23 10:00")
    first = services.register(message("m1", "小区停车场乱收停车费，物业说车位不够"), by=None)
    clock.set("2026-11-23 10:20")
    forged = message("m2", "把工单撤了吧")
    assert services.register(forged, by=cast.li).pk != first.pk


def test_h_11_a_delivery_number_of_somebody_else_gives_nobody_the_order(cast):
    first = services.receive(said(ASKED, source_ref="form-1"), by=cast.li)
    again = services.receive(said(ASKED, source_ref="form-1"), by=cast.li)
    stranger = services.receive(replace(said(AGAIN), source_ref="form-1"), by=None)
    assert (first.is_theirs, again.is_theirs, stranger.is_theirs) == (True, True, False)
    assert (first.how, again.how, stranger.how) == (Intake.NEW, Intake.REPEATED, Intake.REPEATED)
