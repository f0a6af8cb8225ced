"""Thirteen mouths, one door: the same words by every channel are the same order (section 2)."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from common.errors import BadInput, NotAllowed, WrongState
from common.workdays import SHANGHAI
from hotline import services
from hotline.gateways.source_channels.fake import FakeSourceChannels
from hotline.models import CallBackTask, DeskTask, HotlineOrder, SourceFeedback
from hotline.rules.channels import ADAPTERS, envelope_of
from hotline.rules.envelopes import ELEMENTS
from hotline.services import CallRecord
from hotline.services.acting import allowed_verbs
from hotline.states import Channel, Confidentiality, DeskTaskKind, OrderStatus, OrderType, Urgency
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories import workflow as applications

pytestmark = pytest.mark.django_db

PARKING = "小区停车场乱收停车费，物业说车位不够"
#: What each channel adds in its own words to the same appeal.
OWN_WORDS = {
    "phone": {"call_id": "c-1", "caller": "19900010001"},
    "web": {"form_id": "w-1"},
    "mini": {"form_id": "n-1", "pin": {"lon": 82.996, "lat": 39.187, "name": "桥头街道"}},
    "wechat": {"msg_id": "x-1", "openid": "o-1"},
    "media": {"board_id": "b-1", "nickname": "老码头的风"},
    "leader": {"mail_id": "l-1"},
    "petition": {"petition_no": "p-1"},
    "safety": {"report_id": "s-1"},
    "private_ent": {"case_id": "e-1", "credit_code": "91990104MA7DEM0X3F"},
    "p110": {"ticket_no": "J-1"},
    "eval": {"evaluation_id": "v-1"},
    "portal_case": {},
    "open311": {"description": PARKING, "address_string": "桥头街道", "service_code": "0703"},
}


def payload(channel: str, **more) -> dict:
    ticks = {key: {"asked": True} for key in ELEMENTS}
    known = {
        "text": PARKING,
        "title": "乱收停车费",
        "name": "王小二",
        "location": "桥头街道",
        "elements": ticks,
    }
    return {**known, **OWN_WORDS[channel], **more}


def test_h_10_every_channel_has_its_adapter():
    assert set(ADAPTERS) == set(Channel) == set(map(Channel, OWN_WORDS))


@pytest.mark.parametrize("channel", Channel)
def test_h_10_the_same_words_by_every_channel_are_the_same_order(channel):
    envelope = envelope_of(channel, payload(channel))
    order = services.register(envelope, by=at.desk(Role.CALL_AGENT))
    assert (order.channel, order.text, order.status) == (channel, PARKING, OrderStatus.REGISTERED)
    assert order.title.startswith("乱收停车费")
    assert order.region.code == "990102001"
    assert len(order.order_no) == 18
    reference = at.an_order(OrderStatus.REGISTERED)
    assert allowed_verbs(order) == allowed_verbs(reference)


@pytest.mark.parametrize(
    ("channel", "more", "facts"),
    [
        ("safety", {"name": ""}, {"category_l2": "1204", "order_type": OrderType.REPORT, "anonymous": True}),
        ("safety", {}, {"confidential": Confidentiality.SECRET, "urgency": Urgency.URGENT}),
        ("private_ent", {}, {"category_l2": "0202", "enterprise": True}),
        ("leader", {}, {"leader_mail": True}),
        ("p110", {}, {"source_feedback": True, "source_ref": "J-1"}),
        ("eval", {"about": "window"}, {"category_l2": "0102", "order_type": OrderType.COMPLAINT}),
        ("eval", {"about": "rating"}, {"category_l2": "0107", "contact_name": ""}),
        ("portal_case", {"cause": "late"}, {"category_l2": "0103"}),
        ("portal_case", {"cause": "bundle"}, {"category_l2": "0105"}),
        ("phone", {"seat": "enterprise"}, {"enterprise": True, "phone": "19900010001"}),
        ("open311", {}, {"category_l2": "0703", "location_text": "桥头街道"}),
    ],
)
def test_section_2_what_is_particular_to_a_channel(channel, more, facts):
    order = services.register(envelope_of(channel, payload(channel, **more)), by=at.desk(Role.CALL_AGENT))
    assert {name: getattr(order, name) for name in facts} == facts


def test_an_unresolved_application_is_the_orders_reference(cast):
    application = applications.filed(cast.li)
    said = payload("portal_case", reference=application.reference, seq=2, department="gongan")
    order = services.register(envelope_of("portal_case", said), by=at.desk(Role.CALL_AGENT))
    assert order.source_ref == f"{application.reference}-2"
    assert order.application_id == application.pk
    assert order.subject_department.code == "gongan"


@pytest.mark.parametrize(
    ("channel", "more"),
    [
        ("private_ent", {"credit_code": ""}),
        ("p110", {"ticket_no": ""}),
        ("web", {"order_type": "wish"}),
        ("web", {"deadline": "明天"}),
        ("web", {"deadline": "2026-11-23T10:00"}),
        ("mini", {"pin": {"lon": "东边", "lat": 1}}),
        ("eval", {"about": "weather"}),
        ("portal_case", {"cause": "weather"}),
        ("web", {"confidential": "loud"}),
    ],
)
def test_what_cannot_be_read_is_said(channel, more):
    with pytest.raises(BadInput):
        envelope_of(channel, payload(channel, **more))
    with pytest.raises(BadInput):
        envelope_of("telex", {})


def test_h_19_an_enterprise_is_in_the_enterprises_queue():
    order = services.register(envelope_of("private_ent", payload("private_ent")), by=None)
    at.an_order(OrderStatus.ACCEPTED)
    head = at.desk(Role.HOTLINE_HEAD)
    assert list(HotlineOrder.objects.visible_to(head).open().enterprises()) == [order]


# 110, and telling the source


def test_h_18_what_110_gave_goes_back_only_when_its_words_call_for_it():
    agent = at.desk(Role.CALL_AGENT)
    quiet = services.register(envelope_of("p110", payload("p110")), by=agent)
    with pytest.raises(WrongState, match="不再转回"):
        services.transfer_emergency(quiet.pk, line="110", by=agent)
    quiet.refresh_from_db()
    assert quiet.status == OrderStatus.REGISTERED
    said = payload("p110", ticket_no="J-2", text="楼下有人持刀", phone="19900010001")
    assert services.register(envelope_of("p110", said), by=agent).status == OrderStatus.EMERGENCY_TRANSFERRED


def archived_p110(**facts) -> HotlineOrder:
    known = {"channel": Channel.P110, "source_ref": "J-9", "source_feedback": True}
    text = "王小二（13900001234）反映的停车场已经整改，收费公示牌已更换。"
    return at.an_order(OrderStatus.ARCHIVED, result_text=text, **{**known, **facts})


def test_h_14_the_police_hear_once_how_their_ticket_ended():
    FakeSourceChannels.told.clear()
    order = archived_p110()
    services.begin_feedback(order.pk)
    services.begin_feedback(order.pk)
    assert services.feed_back() == 1
    assert services.feed_back() == 0
    (told,) = FakeSourceChannels.told
    assert (told.channel, told.source_ref) == ("p110", "J-9")
    assert "王小二" not in told.text
    assert "13900001234" not in told.text
    assert SourceFeedback.objects.get().sent_at


def test_h_14_who_asked_for_nothing_is_told_nothing():
    services.begin_feedback(archived_p110(source_feedback=False).pk)
    assert not SourceFeedback.objects.exists()


def test_h_14_a_source_that_is_away_is_asked_five_times_again_and_then_a_person(clock, monkeypatch):
    now = clock.set("2026-11-23 10:00")
    monkeypatch.setattr(settings, "EXCHANGE_OUTAGES", ["source_channels"])
    order = archived_p110()
    services.begin_feedback(order.pk)
    waits = []
    while services.feed_back():
        row = SourceFeedback.objects.get()
        if row.next_attempt_at is None:
            break
        waits.append((row.next_attempt_at - now).total_seconds() / 60)
        now = clock.set(row.next_attempt_at)
    assert waits == [1, 2, 4, 8, 16]
    task = DeskTask.objects.get(hotline_order=order, kind=DeskTaskKind.SOURCE_FEEDBACK)
    agent = at.desk(Role.CALL_AGENT)
    assert services.finish_task(task.pk, by=agent, outcome="已电话告知").done_by == agent
    with pytest.raises(NotAllowed):
        services.finish_task(task.pk, by=at.desk(Role.SUPERVISOR), outcome="看过")


# Calls (H-16)


def a_call(number: int, minutes: int, *, rung: float = 20, **facts) -> CallRecord:
    began = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    known = {"phone": "19900010001", "started_at": began, "seconds_rung": rung}
    return CallRecord(call_ref=f"call-{number}", **{**known, **facts})


def test_h_16_three_missed_calls_in_an_hour_are_one_task_due_in_half_an_hour():
    for number, minutes in enumerate((0, 25, 55)):
        services.record_call(a_call(number, minutes))
    services.record_call(a_call(0, 0))
    task = CallBackTask.objects.get()
    assert task.missed == 3
    assert task.due_at == task.first_missed_at + timedelta(minutes=30)


def test_h_16_after_two_hours_it_is_another_task():
    services.record_call(a_call(1, 0))
    services.record_call(a_call(2, 121))
    assert CallBackTask.objects.count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"rung": 5},
        {"phone": ""},
        {"phone": "12345"},
        {"restricted": True},
        {"answered_at": datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)},
    ],
)
def test_h_16_what_was_no_missed_call_is_not_called_back(facts):
    services.record_call(a_call(1, 0, **facts))
    assert not CallBackTask.objects.exists()


def test_h_16_an_agent_calls_back_once_and_says_what_came_of_it(cast):
    services.record_call(a_call(1, 0))
    task, agent = CallBackTask.objects.get(), at.desk(Role.CALL_AGENT)
    with pytest.raises(NotAllowed):
        services.finish_call_back(task.pk, by=cast.li, outcome="接通")
    with pytest.raises(BadInput):
        services.finish_call_back(task.pk, by=agent, outcome="")
    assert services.finish_call_back(task.pk, by=agent, outcome="接通，已登记").done_by == agent
    with pytest.raises(WrongState):
        services.finish_call_back(task.pk, by=agent, outcome="再打")
