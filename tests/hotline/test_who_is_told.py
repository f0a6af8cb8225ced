"""Who hears of what: the citizen one voice, the department before and after its due (H-104, H-121, H-134)."""

import pytest

from hotline import services
from hotline.states import OrderStatus, SupervisionCause, SupervisionLevel
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


@pytest.mark.parametrize(
    "template", ["hotline_accepted", "hotline_due_moved", "hotline_merged", "hotline_follow_up"]
)
def test_h27_a_message_fits_with_a_number_of_eighteen_and_says_where_orders_are(template):
    number = "HL2026112300012345"
    facts = {"reference": number, "master": number, "code": "123456", "due": "2026-12-14"}
    text = message_text(template, facts)
    assert len(text) <= 70
    assert "12345热线页面" in text
    assert "我的空间" not in text
