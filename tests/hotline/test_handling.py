"""A department speaks to the complainant, tells how far it is, and says when it is done (H-94…H-96, H-102, H-109)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI
from events.models import EventRecord
from hotline import services
from hotline.models import ContactLog, ResultSubmission
from hotline.rules.clock import Limit
from hotline.rules.handling import is_effective, progress_lamp
from hotline.selectors import current_tree, parameter
from hotline.states import AssignmentState, Lamp, OrderStatus, Unit
from identity.roles import Role
from identity.selectors import departments
from matters.selectors import centre_calendar
from tests.factories import hotline as at
from tests.factories.hotline_team import a_photo, a_result, contact, photograph, submit

pytestmark = pytest.mark.django_db
#: Nobody has to go there for it.
NO_SITE_CHECK = "0101"


def warm() -> None:
    """What a process keeps for some seconds is read before the counting."""
    parameter("result_characters")
    current_tree()
    departments()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def facts_of(order) -> list[str]:
    names = EventRecord.objects.filter(subject=order.subject).order_by("id").values_list("name", flat=True)
    return [name.rpartition(".")[2] for name in names]


def unchanged(order, status, facts):
    order.refresh_from_db()
    return order.status == status and facts_of(order) == facts


@pytest.mark.parametrize(
    ("attempts", "met"),
    [
        ([("reached", "2026-11-23 09:00")], True),
        ([("no_answer", "2026-11-23 09:00")] * 2, False),
        ([("no_answer", "2026-11-23 09:00")] * 3, False),
        ([("no_answer", "2026-11-23 09:00")] * 2 + [("no_answer", "2026-11-23 14:00")], True),
        ([("no_answer", "2026-11-23 09:00")] * 2 + [("wrong", "2026-11-24 09:00")], True),
        ([("refused", "2026-11-23 09:00")], False),
        ([], False),
    ],
)
def test_h94_reached_once_or_three_attempts_on_two_half_days(attempts, met):
    assert is_effective((outcome, moment(when)) for outcome, when in attempts) is met


def test_h94_the_first_effective_contact_is_the_response(team, clock):
    clock.set("2026-11-23 09:00")
    order = at.an_order(OrderStatus.HANDLING)
    for when in ("2026-11-23 09:10", "2026-11-23 10:00", "2026-11-23 14:00"):
        clock.set(when)
        services.log_contact(order.pk, by=team.officer, outcome="no_answer")
    clock.set("2026-11-23 16:00")
    services.log_contact(order.pk, by=team.officer, outcome="reached")
    order.refresh_from_db()
    assert order.first_contact_at == moment("2026-11-23 14:00")
    assert order.assignments.get().contacted_at == moment("2026-11-23 14:00")


def test_h94_a_contact_log_holds_no_number(team):
    order = at.an_order(OrderStatus.HANDLING)
    log = services.log_contact(order.pk, by=team.officer, outcome="reached", note=f"打了{order.phone}")
    assert order.phone not in f"{log.phone_masked}{log.note}"


def test_h94_a_contact_does_not_lie_in_the_future(team):
    order = at.an_order(OrderStatus.HANDLING)
    with pytest.raises(BadInput, match="晚于"):
        services.log_contact(
            order.pk, by=team.officer, outcome="reached", started_at=timezone.now() + timedelta(hours=1)
        )
    assert not ContactLog.objects.exists()


def test_h02_another_department_finds_no_such_order(team):
    order = at.an_order(OrderStatus.HANDLING)
    with pytest.raises(NotFound):
        services.log_contact(order.pk, by=team.assistant, outcome="reached")


def test_m22_the_first_progress_told_is_the_first_feedback(team, clock):
    clock.set("2026-11-23 09:00")
    order = at.an_order(OrderStatus.HANDLING, urgency="urgent")
    services.tell_progress(order.pk, by=team.officer, text="抢修队伍已经出发。")
    first = clock.set("2026-11-23 09:00")
    clock.set("2026-11-23 11:00")
    services.tell_progress(order.pk, by=team.officer, text="已经修好一半。")
    order.refresh_from_db()
    assert order.first_feedback_at == first
    assert facts_of(order) == ["ProgressTold", "ProgressTold"]


def test_h109_the_lamp_of_a_long_order_is_yellow_from_half_way_until_somebody_tells(db):
    calendar, accepted, limit = centre_calendar(), moment("2026-11-23 09:00"), Limit(10, Unit.WORKING_DAYS)

    def lamp(now, notes=()):
        return progress_lamp(calendar, moment(now), accepted, limit, notes, parameter("progress_from_days"))

    assert lamp("2026-11-27 16:00") is Lamp.GREEN
    assert lamp("2026-11-30 09:00") is Lamp.YELLOW  # day 5 of 10
    assert lamp("2026-11-30 09:00", [moment("2026-11-25 09:00")]) is Lamp.GREEN
    short = Limit(9, Unit.WORKING_DAYS)
    assert progress_lamp(calendar, moment("2026-12-03 09:00"), accepted, short, (), 10) is Lamp.GREEN


def test_t19_a_result_goes_to_the_close_review_and_its_limit_runs(team, clock):
    clock.set("2026-11-23 09:00")
    order = submit(at.an_order(OrderStatus.HANDLING), team)
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSE_REVIEW
    assert order.result_at == moment("2026-11-23 09:00")
    assert order.state_due_at == moment("2026-11-24 16:30")
    assert order.assignments.get().state == AssignmentState.OPEN  # H-30
    kept = ResultSubmission.objects.get()
    assert (kept.by, kept.accepted, kept.measures) == (team.officer, None, order.measures)
    assert facts_of(order) == ["ContactLogged", "ResultSubmitted"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handle_result": ""}, "handle_result"),
        ({"handle_result": "done"}, "handle_result"),
        ({"measures": " "}, "measures"),
        ({"result_text": "已转相关部门处理"}, "result_text"),
        ({"result_text": "您反映的问题已转相关部门处理，请耐心等待，感谢您的来电。"}, "result_text"),
        ({"result_text": "感谢您的理解和支持，正在处理，会尽快处理，请耐心等待！！"}, "result_text"),
        ({"handle_result": "explained"}, "legal_basis"),
    ],
)
def test_h95_what_a_result_lacks_is_said_by_field_and_nothing_changes(team, changes, field):
    order = at.an_order(OrderStatus.HANDLING, category=NO_SITE_CHECK)
    contact(order, team)
    with pytest.raises(BadInput) as refused:
        services.submit_result(order.pk, by=team.officer, **a_result(**changes))
    assert list(refused.value.fields) == [field]
    assert unchanged(order, OrderStatus.HANDLING, ["ContactLogged"])
    assert not ResultSubmission.objects.exists()


def test_h95_a_result_without_contact_is_refused_unless_nobody_can_be_reached(team):
    order = at.an_order(OrderStatus.HANDLING, category=NO_SITE_CHECK)
    with pytest.raises(BadInput) as refused:
        services.submit_result(order.pk, by=team.officer, **a_result())
    assert list(refused.value.fields) == ["contact"]
    nameless = at.an_order(
        OrderStatus.HANDLING, category=NO_SITE_CHECK, anonymous=True, contact_name="", phone=""
    )
    services.submit_result(nameless.pk, by=team.officer, **a_result())
    nameless.refresh_from_db()
    assert nameless.status == OrderStatus.CLOSE_REVIEW


def test_h95_a_category_with_a_site_check_wants_a_photograph_of_the_handlers_own(team):
    order = at.an_order(OrderStatus.HANDLING)
    contact(order, team)
    with pytest.raises(BadInput) as refused:
        services.submit_result(order.pk, by=team.officer, **a_result())
    assert list(refused.value.fields) == ["evidence"]
    with pytest.raises(NotFound):
        services.add_evidence(order.pk, by=team.officer, stored_id=a_photo(team.head).pk)
    photograph(order, team)
    services.submit_result(order.pk, by=team.officer, **a_result())
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSE_REVIEW


@pytest.mark.parametrize(
    "said",
    [
        "19900011234",
        "１９９ ０００１-１２３４",
        "身份证340102199007166872",
        "王小二",
        "王 小 二",
        "6号楼2单元301室",
    ],
)
def test_h96_the_result_of_a_secret_order_gives_nobody_away(team, said):
    order = at.an_order(
        OrderStatus.HANDLING, category=NO_SITE_CHECK, confidential="secret", phone="19900011234"
    )
    contact(order, team)
    with pytest.raises(BadInput) as refused:
        services.submit_result(
            order.pk,
            by=team.officer,
            **a_result(result_text=f"经核实{said}反映的情况属实，已责令整改并复查合格。"),
        )
    assert list(refused.value.fields) == ["result_text"]
    assert unchanged(order, OrderStatus.HANDLING, ["ContactLogged"])


def test_h96_measures_and_basis_are_looked_at_too_and_the_end_of_a_home_address(team):
    order = at.an_order(OrderStatus.HANDLING, category=NO_SITE_CHECK, confidential="secret")
    citizen = at.desk(Role.FRONT_CLERK)
    citizen.person.address = "云澜市澜江区桥头街道老码头社区听涛里"
    citizen.person.save()
    type(order).objects.filter(pk=order.pk).update(person=citizen.person)
    contact(order, team)
    with pytest.raises(BadInput, match="住在哪里"):
        services.submit_result(order.pk, by=team.officer, **a_result(measures="到老码头社区听涛里走访。"))


def test_h96_the_complainants_number_is_in_no_result_but_the_departments_own_may_be(team):
    order = at.an_order(OrderStatus.HANDLING, category=NO_SITE_CHECK)
    contact(order, team)
    text = "已清理并加装隔离桩，诉求人电话{}，后续有问题请联系。"
    with pytest.raises(BadInput, match="号码"):
        services.submit_result(order.pk, by=team.officer, **a_result(result_text=text.format(order.phone)))
    services.submit_result(order.pk, by=team.officer, **a_result(result_text=text.format("05512345678")))


def an_assist(order, **facts):
    return at.a_part(order, "jiaoguan", role="assist", **facts)


def test_h102_a_result_waits_for_its_assist_and_passes_over_an_overdue_one_with_a_note(team, clock):
    clock.set("2026-11-23 09:00")
    order = at.an_order(OrderStatus.HANDLING)
    part = an_assist(order, due_at=moment("2026-11-25 16:30"))
    with pytest.raises(WrongState, match="协办"):
        submit(order, team)
    clock.set("2026-11-25 16:30:01")
    with pytest.raises(WrongState, match="写明"):
        services.submit_result(order.pk, by=team.officer, **a_result())
    note = "交警部门两次催办未复，已先行处置。"
    services.submit_result(order.pk, by=team.officer, assist_note=note, **a_result())
    part.refresh_from_db()
    assert (part.passed_over, part.state, part.replied_at) == (True, AssignmentState.DONE, None)
    assert ResultSubmission.objects.get().assist_note == note


def test_h104_an_assist_answers_to_the_host_once_and_only_for_its_own_part(team):
    order = at.an_order(OrderStatus.HANDLING)
    an_assist(order, due_at=timezone.now() + timedelta(days=1))
    said = "交警已对路口违停车辆贴单处罚十二辆，增设禁停标志一处。"
    with pytest.raises(NotAllowed):
        services.reply_as_assist(order.pk, by=team.officer, text=said)
    part = services.reply_as_assist(order.pk, by=team.assistant, text=said)
    assert (part.state, part.reply) == (AssignmentState.DONE, said)
    with pytest.raises(WrongState):
        services.reply_as_assist(order.pk, by=team.assistant, text=said)
    submit(order, team)
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSE_REVIEW
    assert facts_of(order) == ["AssistReplied", "ContactLogged", "ResultSubmitted"]


def test_h100_an_assist_submits_no_result(team):
    order = at.an_order(OrderStatus.HANDLING)
    an_assist(order)
    with pytest.raises(NotAllowed):
        services.submit_result(order.pk, by=team.assistant, **a_result())
    assert unchanged(order, OrderStatus.HANDLING, [])


def test_t31_a_rework_says_what_was_done_differently(team):
    order = at.an_order(OrderStatus.REWORK, rework_no=1)
    with pytest.raises(BadInput) as refused:
        submit(order, team)
    assert list(refused.value.fields) == ["done_differently"]
    services.submit_result(order.pk, by=team.officer, **a_result(done_differently="这次增设了隔离桩。"))
    order.refresh_from_db()
    assert (order.status, order.done_differently) == (OrderStatus.CLOSE_REVIEW, "这次增设了隔离桩。")


@pytest.mark.parametrize("status", [OrderStatus.DISPATCHED, OrderStatus.CLOSE_REVIEW, OrderStatus.SHELVED])
def test_h70_a_result_from_elsewhere_is_refused_with_what_may_be_done(team, status):
    order = at.an_order(status)
    with pytest.raises(WrongState) as refused:
        services.submit_result(order.pk, by=team.officer, **a_result())
    assert refused.value.allowed
    assert "submit_result" not in refused.value.allowed
    assert unchanged(order, status, [])


def test_submitting_costs_the_same_however_many_assists_have_answered(team, statements):
    for assists in ((), ("jiaoguan",), ("jiaoguan", "shichang", "gongan")):
        order = at.an_order(OrderStatus.HANDLING)
        for code in assists:
            at.a_part(order, code, role="assist", state="done", replied_at=timezone.now())
        contact(order, team)
        photograph(order, team)
        warm()
        with statements(at_most=8):
            services.submit_result(order.pk, by=team.officer, **a_result())
