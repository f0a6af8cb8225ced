"""Who hears of what: the citizen one voice, the department before and after its due (H-104, H-121, H-134)."""

import pytest

from hotline import services
from hotline.rules.envelopes import ELEMENTS, Element, IntakeEnvelope
from hotline.rules.handling import plan_lamp
from hotline.states import Channel, Lamp, OrderStatus, SupervisionCause, SupervisionLevel
from identity.roles import Role
from notifications.models import Message
from notifications.rendering import message_text
from tests.factories import hotline as at
from tests.factories.events import tell_everybody
from tests.factories.hotline_team import BAD, a_citizen, approve, submit

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


def links_of(person):
    rows = Message.objects.filter(person=person, channel="in_site").order_by("id")
    return list(rows.values_list("text", "url"))


def test_h31_t29_t20_the_desks_hear_of_new_words_and_of_what_comes_back(team):
    order = at.an_order(S.HANDLING)
    services.add_supplement(order.pk, by=None, query_code=order.query_code, text="晚上也有人乱停。")
    submit(order, team)
    services.reject_result(order.pk, by=team.inspector, defect="tone", note="请写得客气些。")
    submit(order, team)
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    tell_everybody()
    told = [text.partition("：")[2].partition("。")[0] for text, _url in links_of(team.officer.person)]
    assert told == ["诉求人补充了内容", "办结审核退回，请按意见修改", "退回重新办理"]
    assert {url for _text, url in links_of(team.officer.person)} == {f"/hotline/desk/{order.order_no}/"}
    assert said_to(team.assistant.person) == []


def test_h31_before_a_department_has_it_nobody_at_a_desk_is_told(team):
    order = at.an_order(S.ACCEPTED)
    services.add_supplement(order.pk, by=None, query_code=order.query_code, text="晚上也有人乱停。")
    tell_everybody()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("level", "handler_hears"), [(SupervisionLevel.CONTACT, True), (SupervisionLevel.HEAD, False)]
)
def test_h123_a_supervised_department_hears_of_it_with_an_order_or_without(team, level, handler_hears):
    """H-123, H-67: improper returns are the department's, of no order."""
    department = at.department("chengguan")
    supervision = services.open_supervision(
        department, SupervisionCause.IMPROPER_RETURNS, key="2026-11", level=level
    )
    tell_everybody()
    assert [url for _text, url in links_of(team.head.person)] == [f"/hotline/supervisions/{supervision.pk}/"]
    assert bool(said_to(team.officer.person)) == handler_hears
    assert said_to(team.assistant.person) == []
    assert "多次不当退单" in links_of(team.head.person)[0][0]


def test_h62_the_head_is_urged_when_the_system_signs(team, clock):
    """H-62: unsigned at the limit; once, with a link an officer can open."""
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.ACCEPTED, class_conf=0.9)
    order = services.dispatch(order.pk, by=at.desk(Role.DISPATCHER), host="chengguan", basis="权责清单")
    clock.set("2026-11-24 16:31")
    services.sign_overdue()
    services.sign_overdue()
    tell_everybody()
    assert said_to(team.head.person) == ["hotline_dispatched", "hotline_urged"]
    assert said_to(team.officer.person) == ["hotline_dispatched"]
    assert {url for _text, url in links_of(team.head.person)} == {f"/hotline/desk/{order.order_no}/"}


def written(**facts):
    known = {
        "channel": Channel.WEB,
        "text": "小区停车场乱收停车费",
        "phone": "19900010001",
        "location_text": "",
    }
    return IntakeEnvelope(**{**known, **facts})


def test_h13_what_waits_for_an_agent_is_acknowledged_at_once_and_once(cast):
    """H-13: number and code, no word of what it is about; accepted at once it is told so instead."""
    order = services.register(written(), by=None)
    assert order.status == S.REGISTERED
    tell_everybody()
    services.acknowledge(order.pk)
    text = Message.objects.get().text
    assert Message.objects.get().template == "hotline_received"
    assert order.order_no in text
    assert order.query_code in text
    assert "2小时内" in text
    assert "停车" not in text
    at_once = written(location_text="桥头街道老码头社区", phone="19900010002")
    services.register(at_once, by=None)
    tell_everybody()
    assert list(Message.objects.order_by("id").values_list("template", flat=True)) == [
        "hotline_received",
        "hotline_accepted",
    ]


def test_h13_nobody_on_the_telephone_is_written_to_about_it():
    agent = at.desk(Role.CALL_AGENT)
    asked = {key: Element("问过") for key in ELEMENTS}
    services.register(written(channel=Channel.PHONE, elements=asked), by=agent)
    tell_everybody()
    assert not Message.objects.exists()


def test_h98_four_working_hours_without_a_decision_the_head_hears_of_it_once(team, clock):
    clock.set("2026-11-23 15:00")
    order = at.an_order(S.HANDLING, due_basis=SEVEN_DAYS)
    services.request_extension(order.pk, by=team.officer, days=3, reason="材料未到", evidence="函件")
    clock.set("2026-11-24 11:00")  # an hour and a half on Monday, two and a half on Tuesday
    services.tick()
    assert said_to(team.manager.person) == []
    clock.set("2026-11-24 11:01")
    services.tick()
    services.tick()
    assert said_to(team.manager.person) == ["hotline_undecided"]
    assert order.extensions.get().state == "pending"


def test_h98_what_was_decided_prompts_nobody(team, clock):
    clock.set("2026-11-23 09:00")
    order = at.an_order(S.HANDLING, due_basis=SEVEN_DAYS)
    services.request_extension(order.pk, by=team.officer, days=3, reason="材料未到", evidence="函件")
    services.decide_extension(order.pk, by=team.manager, approve=False, decision="可以按期办完")
    clock.set("2026-11-24 16:00")
    services.tick()
    assert said_to(team.manager.person) == []


def test_h103_a_joint_order_without_a_plan_turns_yellow_and_its_leader_hears_of_it_once(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.ACCEPTED, class_conf=0.9)
    order = services.dispatch(
        order.pk, by=at.desk(Role.DISPATCHER), host="chengguan", basis="权责清单", joint=True
    )
    services.sign_for(order.pk, by=team.officer)
    plan = order.joint_plan
    assert plan_lamp(plan.due_at, plan.due_at, plan.made_at) == Lamp.GREEN
    now = clock.set("2026-11-25 16:31")  # the second working day has closed
    assert plan_lamp(now, plan.due_at, plan.made_at) == Lamp.YELLOW
    services.tick()
    services.tick()
    assert said_to(team.officer.person).count("hotline_at_desk") == 1
    step = {"department": "城管", "what": "巡查", "due": "2026-11-30"}
    made = services.plan_jointly(order.pk, by=team.officer, steps=[step])
    assert plan_lamp(now, made.due_at, made.made_at) == Lamp.GREEN


@pytest.mark.parametrize(
    "template",
    ["hotline_accepted", "hotline_due_moved", "hotline_merged", "hotline_follow_up", "hotline_received"],
)
def test_h27_a_message_fits_with_a_number_of_eighteen_and_says_where_orders_are(template):
    number = "HL2026112300012345"
    facts = {"reference": number, "master": number, "code": "123456", "due": "2026-12-14", "hours": "2"}
    text = message_text(template, facts)
    assert len(text) <= 70
    assert "12345热线页面" in text
    assert "我的空间" not in text
