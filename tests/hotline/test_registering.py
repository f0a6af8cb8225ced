"""One delivery, one order: numbers, keys, secrecy, danger, and what is accepted at once (hotline.md sections 2, 3, 6)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from common.errors import BadInput, NotAllowed, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.gateways.telephony.fake import FakeTelephony
from hotline.models import Assignment, DeskTask, HotlineOrder
from hotline.rules.envelopes import ELEMENTS, Element, IntakeEnvelope
from hotline.rules.intake import is_order_number, order_number
from hotline.rules.restricting import is_emergency
from hotline.selectors import current_tree
from hotline.states import (
    Channel,
    Confidentiality,
    DeskTaskKind,
    GuideReason,
    OrderStatus,
    OrderType,
    Urgency,
)
from identity.models import Organisation, Region
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories import workflow as applications

pytestmark = pytest.mark.django_db

PARKING = "小区停车场乱收停车费，物业说车位不够"


def said(text: str = PARKING, **facts) -> IntakeEnvelope:
    """What somebody writes on the site, from a number and a place."""
    known = {
        "channel": Channel.WEB,
        "text": text,
        "name": "王小二",
        "phone": "19900010001",
        "order_type": OrderType.COMPLAINT,
        "location_text": "桥头街道老码头社区",
    }
    return IntakeEnvelope(**{**known, **facts})


def facts_of(order: HotlineOrder) -> list[str]:
    return [one.name.partition(".")[2] for one in EventRecord.objects.about(order.subject)]


@pytest.fixture
def agent():
    return at.desk(Role.CALL_AGENT)


# Numbers and keys


def test_h_34_the_number_is_the_servers_and_a_forged_time_is_only_the_sources():
    forged = timezone.now() - timedelta(days=400)
    order = services.register(said(source_at=forged), by=None)
    assert order.registered_at - forged > timedelta(days=399)
    assert order.source_at == forged
    assert order.order_no.startswith(f"HL{timezone.localdate():%Y%m%d}")
    assert len(order.order_no) == 18
    assert is_order_number(order.order_no)


@pytest.mark.parametrize("place", range(14))
def test_a_misread_digit_of_the_number_is_noticed(place):
    """ISO 7064 MOD 97-10 over the fourteen digits."""
    good = order_number(timezone.localdate(), 123_456)
    digits = list(good[2:])
    digits[place] = str((int(digits[place]) + 1) % 10)
    assert is_order_number(good)
    assert not is_order_number("HL" + "".join(digits))


def test_h_11_the_same_delivery_again_is_answered_with_the_same_order():
    first = services.register(said(source_ref="form-1"), by=None)
    again = services.register(said("改过的文字，同一个表单", source_ref="form-1"), by=None)
    assert again.pk == first.pk
    assert HotlineOrder.objects.count() == 1
    assert facts_of(first).count("OrderRegistered") == 1


def test_h_12_a_double_click_is_one_order(clock):
    clock.set("2026-11-23 10:00")
    first = services.register(said(), by=None)
    clock.set("2026-11-23 10:04")
    assert services.register(said(), by=None).pk == first.pk


def test_h_12_a_double_click_across_ten_minutes_is_one_order(clock):
    clock.set("2026-11-23 10:09:59")
    first = services.register(said(), by=None)
    clock.set("2026-11-23 10:10:01")
    assert services.register(said(), by=None).pk == first.pk


def test_h_12_the_same_text_eleven_minutes_later_is_another_order_that_names_the_first(clock):
    clock.set("2026-11-23 10:00")
    first = services.register(said(), by=None)
    clock.set("2026-11-23 10:11")
    second = services.register(said(), by=None)
    assert second.pk != first.pk
    assert second.prior_order_id == first.pk


# What is kept of it


def test_h_140_a_report_is_secret_with_an_alias_and_nobody_asked_for_it():
    order = services.register(said("举报企业瞒报事故违规作业", order_type=OrderType.REPORT), by=None)
    assert order.confidential == Confidentiality.SECRET
    assert order.alias.startswith("举报人-")


@pytest.mark.parametrize(
    ("kind", "asked", "level"),
    [
        (OrderType.COMPLAINT, "", Confidentiality.MASKED),
        (OrderType.COMPLAINT, "secret", Confidentiality.SECRET),
        (OrderType.COMPLAINT, "open", Confidentiality.OPEN),
        (OrderType.REPORT, "open", Confidentiality.SECRET),
    ],
)
def test_h_140_what_was_asked_for_never_makes_a_report_less_secret(kind, asked, level):
    order = services.register(said(order_type=kind, confidential=asked), by=None)
    assert order.confidential == level


def test_h_141_neither_name_nor_number_is_left_in_what_departments_read():
    text = f"我是王小二，电话19900010001，{PARKING}"
    order = services.register(said(text, title="王小二反映停车"), by=None)
    assert order.text == text
    assert "王小二" not in order.redacted + order.title
    assert "19900010001" not in order.redacted


def test_h_145_the_number_is_not_readable_in_the_database():
    order = services.register(said(), by=None)
    row = HotlineOrder.objects.extra(select={"raw": "phone", "said_raw": "text"}).get(pk=order.pk)
    assert row.raw.startswith("enc:")
    assert row.said_raw.startswith("enc:")


def test_h_33_the_anonymous_is_accepted_and_gets_a_query_code(cast):
    order = services.register(
        said(name="", phone="", anonymous=True, person_id=cast.li.person_id), by=cast.li
    )
    assert order.status in (OrderStatus.ACCEPTED, OrderStatus.DISPATCHED)
    assert order.person_id is None
    assert order.complainant_key == ""
    assert len(order.query_code) == 6


def test_a_citizen_who_is_logged_in_need_not_say_who_they_are(cast):
    order = services.register(said(name="", phone="", person_id=cast.li.person_id), by=cast.li)
    assert (order.contact_name, order.phone) == ("李明", "19900000001")
    assert order in HotlineOrder.objects.visible_to(cast.li)


def test_a_citizen_does_not_complain_in_another_name(cast):
    with pytest.raises(NotAllowed, match="自己的名义"):
        services.register(said(person_id=cast.wang.person_id), by=cast.li)


def test_a_citizen_does_not_come_in_by_the_telephone_desk(cast):
    with pytest.raises(NotAllowed, match="话务员"):
        services.register(said(channel=Channel.PHONE), by=cast.li)


def test_h_32_an_agent_ticks_what_was_asked_in_vain(agent):
    with pytest.raises(Refused, match="什么时间"):
        services.register(said(channel=Channel.PHONE, elements={"who": Element("一位业主")}), by=agent)
    asked = {key: Element(asked=True) for key in ELEMENTS} | {"what": Element("乱收停车费", asked=True)}
    order = services.register(said(channel=Channel.PHONE, elements=asked), by=agent)
    assert order.elements["when"] == {"value": None, "asked": True}
    assert order.elements["what"]["value"] == "乱收停车费"


def test_h_60_raised_from_an_application_it_carries_its_number_and_bundle(cast):
    application = applications.filed(cast.li)
    envelope = said(
        "我的申请超过承诺时限一直在审核",
        channel=Channel.PORTAL_CASE,
        reference=application.reference,
        matter_code="nb-birth-hukou",
        person_id=cast.li.person_id,
    )
    order = services.register(envelope, by=cast.li)
    assert order.application_id == application.pk
    assert order.matter_code == "nb-birth-hukou"
    assert order.bundle_code == "newborn"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"longitude": 83.07, "latitude": 39.156, "location_text": ""}, "990104001"),
        ({"location_text": "云麓区松风街道听松社区"}, "990103001001"),
        ({"location_text": "某条路边", "region_code": "990102"}, "990102"),
    ],
)
def test_h_90_the_place_decides_the_district_not_the_callers_home(facts, code):
    order = services.register(said(**{"location_text": "", **facts}), by=None)
    assert order.region.code == code


def test_h_90_without_a_place_the_subjects_address_decides():
    Organisation.objects.create(
        name="渔浦停车管理公司", credit_code="91990104MA7DEM0X3F", address="望湖区新港街道渔浦社区9号"
    )
    order = services.register(said(location_text="停车场里", subject_code="91990104MA7DEM0X3F"), by=None)
    assert order.region == Region.objects.get(code="990104001002")


def test_h_194_a_map_that_is_away_keeps_nobody_from_being_heard(monkeypatch):
    monkeypatch.setattr(settings, "EXCHANGE_OUTAGES", ["city_map"])
    order = services.register(said(longitude=83.07, latitude=39.156), by=None)
    assert order.region.code == "990102001001"


# Acceptance


def test_h_01_at_three_on_sunday_night_it_is_accepted_and_its_clocks_run(clock):
    clock.set("2026-11-22 03:00")
    order = services.register(said(), by=None)
    assert order.accepted_at == timezone.now()
    assert order.public_due_at.isoformat() > order.accepted_at.isoformat()
    assert order.due_basis["row"] == "category:0703"


def test_h_13_on_the_internet_it_is_late_after_two_hours(clock):
    clock.set("2026-11-22 02:00")
    order = services.register(said(location_text=""), by=None)
    assert order.status == OrderStatus.REGISTERED
    clock.set("2026-11-22 04:00:01")
    assert order.state_due_at < timezone.now()
    assert order.state_due_at > timezone.now() - timedelta(seconds=2)


def test_t_06_what_must_be_looked_at_on_site_waits_for_its_place(agent):
    order = services.register(said(location_text=""), by=None)
    with pytest.raises(Refused, match="补充地点"):
        services.accept(order.pk, by=agent)
    order.refresh_from_db()
    assert order.status == OrderStatus.REGISTERED
    assert "OrderAccepted" not in facts_of(order)


def test_t_06_only_an_agent_accepts(agent, cast):
    order = at.an_order(OrderStatus.REGISTERED, category="0404", person=cast.li.person)
    with pytest.raises(NotAllowed):
        services.accept(order.pk, by=cast.li)
    assert services.accept(order.pk, by=agent).status == OrderStatus.ACCEPTED
    with pytest.raises(WrongState) as refusal:
        services.accept(order.pk, by=agent)
    assert "dispatch" in refusal.value.allowed


@pytest.mark.parametrize(
    ("category", "kind", "value", "unit"),
    [
        ("0703", "complaint", 5, "working_days"),
        ("0703", "help", 5, "working_days"),
        ("0703", "inquiry", 3, "working_days"),
        ("0703", "report", 15, "working_days"),
        ("0703", "praise", 5, "working_days"),
        ("0000", "complaint", 7, "working_days"),
        ("0603", "inquiry", 24, "natural_hours"),
        ("0603", "complaint", 24, "natural_hours"),
        ("0604", "report", 24, "natural_hours"),
    ],
)
def test_h_101_the_limit_follows_the_first_row_that_applies(category, kind, value, unit):
    envelope = said("没有关键词的话", category=category, order_type=OrderType(kind))
    order = services.register(envelope, by=None)
    assert (order.due_basis["value"], order.due_basis["unit"]) == (value, unit)


def test_h_157_accepted_on_a_monday_seven_working_days_end_on_wednesday_week(clock):
    clock.set("2026-11-23 10:00")
    order = services.register(said(category="0304", location_text="新港街道渔浦社区"), by=None)
    assert timezone.localtime(order.public_due_at).isoformat() == "2026-12-02T16:30:00+08:00"


def test_h_15_the_earlier_deadline_of_the_source_applies(clock):
    now = clock.set("2026-11-23 10:00")
    wanted = now + timedelta(days=3)
    order = services.register(said(channel=Channel.MEDIA, source_ref="m-1", source_due_at=wanted), by=None)
    assert order.public_due_at == wanted
    assert order.due_basis["row"] == "source"
    far = services.register(
        said(channel=Channel.MEDIA, source_ref="m-2", source_due_at=now + timedelta(days=90)), by=None
    )
    assert far.due_basis["row"] == "category:0703"


def test_h_20_every_type_is_accepted():
    kinds = [
        services.register(said(f"关于停车费的第{n}件事", order_type=kind), by=None).status
        for n, kind in enumerate(OrderType)
    ]
    assert set(kinds) <= {OrderStatus.ACCEPTED, OrderStatus.DISPATCHED}


# Danger


def test_h_17_danger_is_transferred_at_once_and_looked_at_a_day_later(clock):
    now = clock.set("2026-11-23 10:00")
    FakeTelephony.bridged.clear()
    order = services.register(said("楼下着火了快来人", source_ref="f-1"), by=None)
    assert order.status == OrderStatus.EMERGENCY_TRANSFERRED
    assert [(call.caller, call.line) for call in FakeTelephony.bridged] == [("19900010001", "119")]
    task = DeskTask.objects.get(hotline_order=order, kind=DeskTaskKind.EMERGENCY_OUTCOME)
    assert task.due_at == now + timedelta(hours=24)
    services.register(said("楼下着火了快来人", source_ref="f-1"), by=None)
    assert len(FakeTelephony.bridged) == 1


@pytest.mark.parametrize("text", ["我家着 火了", "我家着\n火了快来", "有人要跳　楼"])
def test_h_17_danger_is_read_through_blanks_and_broken_lines(text):
    assert services.register(said(text), by=None).status == OrderStatus.EMERGENCY_TRANSFERRED


def test_h_138_a_restricted_number_is_let_through_with_such_words_too():
    phrases = current_tree().tables["emergency_phrases"]
    assert is_emergency("我家着 火了", phrases)
    assert not is_emergency("停车费太贵", phrases)


def test_h_17_a_line_an_agent_pressed_is_not_forgotten_in_a_crash(agent, clock, monkeypatch):
    """The words say nothing of danger: only the key did."""
    clock.set("2026-11-23 10:00")
    asked = {key: Element("问过") for key in ELEMENTS}
    pressed = said("隔壁一直有人哭", channel=Channel.PHONE, elements=asked, emergency_line="120")

    def crash(*_given, **_named):
        raise ConnectionError("the process is gone")

    with monkeypatch.context() as patched:
        patched.setattr("hotline.services.intake.transfer_now", crash)
        with pytest.raises(ConnectionError):
            services.register(pressed, by=agent)
    FakeTelephony.bridged.clear()
    clock.set("2026-11-23 10:01:01")
    assert services.sweep_emergencies() == 1
    assert [call.line for call in FakeTelephony.bridged] == ["120"]


def test_h_17_what_is_urgent_by_its_category_alone_is_the_agents_to_decide(clock):
    clock.set("2026-11-23 10:00")
    at.an_order(OrderStatus.REGISTERED, category="0603", urgency=Urgency.EMERGENCY)
    clock.set("2026-11-23 10:05")
    assert services.sweep_emergencies() == 0


def test_h_17_a_dead_line_makes_it_the_departments_at_once(monkeypatch):
    monkeypatch.setattr(settings, "EXCHANGE_OUTAGES", ["telephony"])
    order = services.register(said("楼下着火了快来人", location_text=""), by=None)
    assert (order.status, order.urgency) == (OrderStatus.DISPATCHED, Urgency.EMERGENCY)
    assert Assignment.objects.filter(hotline_order=order, role="host").count() == 1
    assert DeskTask.objects.filter(hotline_order=order, kind=DeskTaskKind.EMERGENCY_CONFIRM).exists()
    assert [name for name in facts_of(order) if name.startswith("Order")] == [
        "OrderRegistered",
        "OrderTransferred",
        "OrderAccepted",
        "OrderDispatched",
    ]


def test_h_17_who_left_no_number_cannot_be_connected_and_is_dispatched():
    order = services.register(said("有人要跳楼", phone="", name=""), by=None)
    assert order.status == OrderStatus.DISPATCHED


def test_h_17_an_agent_presses_the_button_and_nobody_else_does(agent, cast):
    order = at.an_order(OrderStatus.REGISTERED, person=cast.li.person)
    with pytest.raises(NotAllowed):
        services.transfer_emergency(order.pk, line="110", by=cast.li)
    with pytest.raises(BadInput):
        services.transfer_emergency(order.pk, line="12345", by=agent)
    assert services.transfer_emergency(order.pk, line="110", by=agent).status == "emergency_transferred"


def test_t_02_what_is_accepted_already_is_not_transferred(agent):
    order = at.an_order(OrderStatus.ACCEPTED)
    with pytest.raises(WrongState):
        services.transfer_emergency(order.pk, line="119", by=agent)
    order.refresh_from_db()
    assert order.status == OrderStatus.ACCEPTED


def test_h_17_what_a_crash_left_before_the_call_is_taken_up_again(clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(
        OrderStatus.REGISTERED, text="我家着火了", title="火", urgency=Urgency.EMERGENCY, category="1203"
    )
    assert services.sweep_emergencies() == 0
    clock.set("2026-11-23 10:01:01")
    assert services.sweep_emergencies() == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.EMERGENCY_TRANSFERRED


def test_h_61_the_category_raises_the_urgency():
    assert services.register(said("小区停暖室温太低暖气不热"), by=None).urgency == Urgency.URGENT


# Coming back


def test_h_22_a_petition_that_is_being_handled_is_guided_with_the_offices_number():
    envelope = said(channel=Channel.PETITION, source_ref="x-1", in_petition=True)
    order = services.register(envelope, by=None)
    assert order.status == OrderStatus.GUIDED_ELSEWHERE
    assert order.guide_reason == GuideReason.PETITION
    assert "市信访局" in order.guide_channel
    assert "0990-" in order.guide_channel


def test_h_23_who_was_guided_away_and_comes_back_is_looked_at_by_the_head(clock):
    clock.set("2026-11-02 10:00")
    services.register(said(channel=Channel.PETITION, source_ref="x-1", in_petition=True), by=None)
    clock.set("2026-11-23 10:00")
    order = services.register(said("信访局说停车费不归他们管"), by=None)
    assert order.guided_refused
    task = DeskTask.objects.get(hotline_order=order, kind=DeskTaskKind.GUIDED_REFUSED)
    assert timezone.localtime(task.due_at).isoformat() == "2026-11-24T16:30:00+08:00"


def test_h_25_who_comes_back_within_the_week_voids_the_direct_answer(agent, clock):
    clock.set("2026-11-23 10:00")
    first = services.register(said("停车费标准怎么定", order_type=OrderType.INQUIRY), by=None)
    HotlineOrder.objects.filter(pk=first.pk).update(status=OrderStatus.ACCEPTED)
    services.answer_directly(
        first.pk, by=agent, answer="停车费标准见物价部门公示，每小时三元，半小时内免费。"
    )
    clock.set("2026-11-26 10:00")
    asked = {key: Element("问过") for key in ELEMENTS}
    called = said("你们说的停车费标准不对，停车场多收了", channel=Channel.PHONE, elements=asked)
    again = services.register(called, by=agent)
    assert again.pk == first.pk
    assert again.status == OrderStatus.ACCEPTED
    assert again.supplements.get().text == "你们说的停车费标准不对，停车场多收了"
    assert "OrderAnswerVoided" in facts_of(first)


def test_several_messages_of_one_talk_are_one_order(clock):
    clock.set("2026-11-23 10:00")
    first = services.register(talk("m1", PARKING), by=None)
    clock.set("2026-11-23 10:20")
    second = services.register(talk("m2", "还有，保安态度也不好"), by=None)
    assert services.register(talk("m2", "还有，保安态度也不好"), by=None).pk == second.pk == first.pk
    assert first.supplements.count() == 1
    clock.set("2026-11-23 10:31")
    assert services.register(talk("m3", PARKING + "！"), by=None).pk != first.pk


def talk(ref: str, text: str) -> IntakeEnvelope:
    return replace(said(text, channel=Channel.WECHAT, source_ref=ref), phone="", name="", sender="openid-1")


def test_what_registering_and_accepting_costs(statements, cast):
    services.register(said("先热身一次停车费"), by=None)
    with statements(at_most=9) as sent:
        services.register(said("停车场乱收停车费"), by=None)
    assert any('INSERT INTO "hotline_hotlineorder"' in sql for sql in sent)
