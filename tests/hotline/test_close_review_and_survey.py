"""The close review with its six points, the survey, and what follows from the answer (H-97, H-110…H-116, T-20…T-33)."""

from datetime import datetime, timedelta

import pytest

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI
from hotline import services
from hotline.models import HotlineOrder, ResultSubmission, Supervision, SurveyAttempt
from hotline.states import AssignmentState, CloseReason, OrderStatus, OrderType, SupervisionLevel
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.hotline_team import (
    BAD,
    GOOD,
    SIX_POINTS,
    a_citizen,
    a_result,
    approve,
    submit,
    to_callback,
)
from tests.hotline.test_handling import facts_of, unchanged, warm

pytestmark = pytest.mark.django_db


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def submitted(team, clock):
    clock.set("2026-11-23 09:00")
    return submit(at.an_order(OrderStatus.HANDLING), team)


def fresh(order):
    return HotlineOrder.objects.get(pk=order.pk)


def test_t21_the_reply_is_the_citizens_and_the_survey_begins(team, submitted, clock):
    clock.set("2026-11-23 15:00")
    approve(submitted, team)
    order = fresh(submitted)
    assert (order.status, order.callback_at) == (OrderStatus.CALLBACK, moment("2026-11-23 15:00"))
    assert order.state_due_at == moment("2026-11-26 16:30")  # three working days
    assert order.assignments.get().state == AssignmentState.DONE
    assert facts_of(order)[-1] == "OrderReplied"


def test_h97_all_six_points_are_looked_at(team, submitted):
    with pytest.raises(BadInput, match="泄露"):
        services.approve_result(submitted.pk, by=team.inspector, checked=SIX_POINTS[:5])
    assert unchanged(submitted, OrderStatus.CLOSE_REVIEW, facts_of(submitted))


def test_h05_whoever_handles_does_not_review(team, submitted):
    with pytest.raises(NotAllowed):
        services.approve_result(submitted.pk, by=team.officer, checked=SIX_POINTS)
    both = at.desk(Role.DISPATCHER, department="chengguan")
    people = at.desk(Role.REVIEWER, department="chengguan")
    type(people.posts.get()).objects.filter(account=people).update(account=both)
    with pytest.raises(NotAllowed, match="自己"):
        services.approve_result(submitted.pk, by=both, checked=SIX_POINTS)
    assert fresh(submitted).status == OrderStatus.CLOSE_REVIEW


def test_t20_m21_a_defect_sends_it_back_and_no_clock_stopped(team, submitted, clock):
    due = submitted.assignments.get().due_at
    clock.set("2026-11-24 09:00")
    services.reject_result(submitted.pk, by=team.inspector, defect="tone", note="措辞生硬，请改写。")
    order = fresh(submitted)
    assert (order.status, order.state_due_at, order.result_at) == (OrderStatus.HANDLING, due, None)
    row = ResultSubmission.objects.get()
    assert (row.accepted, row.defect, row.reviewed_by) == (False, "tone", team.inspector)
    services.submit_result(order.pk, by=team.officer, **a_result())
    assert ResultSubmission.objects.count() == 2


@pytest.mark.parametrize("words", [{"defect": "ugly", "note": "改"}, {"defect": "tone", "note": " "}])
def test_t20_a_rejection_names_its_defect_and_what_to_change(team, submitted, words):
    with pytest.raises(BadInput):
        services.reject_result(submitted.pk, by=team.inspector, **words)
    assert fresh(submitted).status == OrderStatus.CLOSE_REVIEW


@pytest.mark.parametrize("flag", ["leader_mail", "sensitive"])
def test_the_head_signs_leaders_letters_and_sensitive_matters_before_they_close(team, flag):
    order = submit(at.an_order(OrderStatus.HANDLING, **{flag: True}), team)
    with pytest.raises(WrongState, match="会签"):
        approve(order, team)
    with pytest.raises(NotAllowed):
        services.countersign_result(order.pk, by=team.officer)
    services.countersign_result(order.pk, by=team.head)
    approve(order, team)
    assert fresh(order).status == OrderStatus.CALLBACK


def test_h05_the_head_does_not_countersign_what_the_head_submitted(team):
    order = at.an_order(OrderStatus.HANDLING, leader_mail=True, category="0101")
    services.log_contact(order.pk, by=team.head, outcome="reached")
    services.submit_result(order.pk, by=team.head, **a_result())
    with pytest.raises(NotAllowed):
        services.countersign_result(order.pk, by=team.head)


def test_h97_an_inquiry_answered_from_an_article_passes_by_itself(team):
    facts = {"order_type": OrderType.INQUIRY, "article_code": "KB-1", "article_version": 2}
    order = submit(at.an_order(OrderStatus.HANDLING, **facts), team)
    assert fresh(order).status == OrderStatus.CALLBACK
    other = submit(at.an_order(OrderStatus.HANDLING, order_type=OrderType.INQUIRY), team)
    assert fresh(other).status == OrderStatus.CLOSE_REVIEW


def test_h33_nobody_asks_the_anonymous(team):
    order = to_callback(team, anonymous=True, phone="", contact_name="")
    assert (fresh(order).status, fresh(order).close_reason) == (OrderStatus.ARCHIVED, CloseReason.EXEMPT)
    assert fresh(order).survey_level is None


@pytest.fixture
def to_ask(team, clock):
    clock.set("2026-11-23 10:00")
    return fresh(to_callback(team))


def test_t28_a_good_answer_closes_the_order(team, to_ask):
    services.answer_survey(to_ask.pk, by=team.caller, **GOOD)
    services.conclude_good(to_ask.pk, by=team.caller)
    order = fresh(to_ask)
    assert (order.status, order.close_reason) == (OrderStatus.ARCHIVED, CloseReason.GOOD_REVIEW)
    assert (order.state_due_at, order.survey_level, order.survey_reached) == (None, 5, True)
    assert facts_of(order)[-3:] == ["SurveyAttempted", "OrderSurveyed", "OrderClosed"]


def test_h03_the_handling_department_never_asks(team, to_ask):
    for verb in (services.conclude_good, services.conclude_bad):
        with pytest.raises(NotAllowed):
            verb(to_ask.pk, by=team.officer)
    with pytest.raises(NotAllowed):
        services.answer_survey(to_ask.pk, by=team.officer, **GOOD)
    assert unchanged(to_ask, OrderStatus.CALLBACK, facts_of(to_ask))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": None}, "level"),
        ({"level": 6}, "level"),
        ({"responded": None}, "responded"),
        ({"solved": ""}, "solved"),
        ({"solved": "maybe"}, "solved"),
    ],
)
def test_h111_every_question_is_answered_and_nothing_is_filled_in(team, to_ask, changes, field):
    with pytest.raises(BadInput) as refused:
        services.answer_survey(to_ask.pk, by=team.caller, **{**GOOD, **changes})
    assert list(refused.value.fields) == [field]
    assert fresh(to_ask).survey_level is None


@pytest.mark.parametrize("order_type", [OrderType.SUGGESTION, OrderType.PRAISE, OrderType.INQUIRY])
def test_h111_solved_is_not_asked_where_nothing_was_to_be_solved(team, order_type):
    order = to_callback(team, order_type=order_type)
    with pytest.raises(BadInput):
        services.answer_survey(order.pk, by=team.caller, **GOOD)
    services.answer_survey(order.pk, by=team.caller, level=4, responded=True)
    assert fresh(order).survey_solved == ""


def test_h72_a_bad_answer_is_never_archived_as_it_is(team, to_ask):
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    with pytest.raises(WrongState, match="重办"):
        services.conclude_good(to_ask.pk, by=team.caller)
    assert fresh(to_ask).status == OrderStatus.CALLBACK


@pytest.mark.parametrize("outcome", ["no_answer", "refused", "reached"])
def test_h72_h112_whoever_rated_badly_is_not_called_until_they_count_as_not_reached(
    team, to_ask, clock, outcome
):
    for when in ("2026-11-23 10:30", "2026-11-23 11:00"):
        clock.set(when)
        services.record_survey_attempt(to_ask.pk, by=team.caller, outcome="no_answer")
    services.answer_survey(to_ask.pk, by=None, query_code=to_ask.query_code, **BAD)
    before = facts_of(to_ask)
    clock.set("2026-11-24 10:00")
    with pytest.raises(WrongState, match="评价过"):
        services.record_survey_attempt(to_ask.pk, by=team.caller, outcome=outcome)
    assert unchanged(to_ask, OrderStatus.CALLBACK, before)
    assert fresh(to_ask).survey_level == BAD["level"]


def test_h110_who_acts_decides_the_way_whatever_the_door_says(team):
    ways = SurveyAttempt.Way
    coded, logged_in, called = to_callback(team), to_callback(team), to_callback(team)
    services.answer_survey(coded.pk, by=None, query_code=coded.query_code, way=ways.PHONE, **GOOD)
    services.answer_survey(logged_in.pk, by=a_citizen(logged_in), **GOOD)
    services.answer_survey(called.pk, by=team.caller, way=ways.WEB, **GOOD)
    assert [one.survey_attempts.get().way for one in (coded, logged_in, called)] == ["web", "web", "phone"]
    assert fresh(coded).status == fresh(logged_in).status == OrderStatus.ARCHIVED
    assert fresh(called).status == OrderStatus.CALLBACK


def test_h112_without_an_answer_nothing_is_good(team, to_ask):
    with pytest.raises(WrongState):
        services.conclude_good(to_ask.pk, by=team.caller)
    with pytest.raises(WrongState):
        services.conclude_bad(to_ask.pk, by=team.caller)
    assert unchanged(to_ask, OrderStatus.CALLBACK, facts_of(to_ask))


@pytest.mark.parametrize(
    "answer", [BAD, {**GOOD, "level": 1}, {**GOOD, "responded": False}, {**GOOD, "solved": "no"}]
)
def test_t29_a_bad_answer_goes_back_to_the_same_host(team, to_ask, clock, answer):
    services.answer_survey(to_ask.pk, by=team.caller, **answer)
    clock.set("2026-11-23 14:00")
    services.conclude_bad(to_ask.pk, by=team.caller)
    order, part = fresh(to_ask), to_ask.assignments.get()
    assert (order.status, order.rework_no, order.host.code) == (OrderStatus.REWORK, 1, "chengguan")
    assert (part.state, part.due_at, part.round) == (AssignmentState.OPEN, order.state_due_at, 1)
    assert order.state_due_at == moment("2026-11-30 16:30")  # five working days from the survey
    assert facts_of(order)[-1] == "OrderReworked"


def test_h116_solved_it_says_and_not_solved_says_the_citizen(team, to_ask):
    services.answer_survey(to_ask.pk, by=team.caller, **{**GOOD, "solved": "no"})
    assert fresh(to_ask).claim_mismatch


def rework_again(order, team):
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    submit(order, team, done_differently="加派了夜间巡查。")
    approve(order, team)


def test_h114_two_reworks_at_most_and_the_second_is_watched_from_above(team, to_ask, clock):
    rework_again(to_ask, team)
    assert not Supervision.objects.exists()
    rework_again(to_ask, team)
    above = Supervision.objects.get()
    assert (above.level, above.cause, above.leader) == (
        SupervisionLevel.HEAD,
        "bad_reviews",
        team.head.person.name,
    )
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    with pytest.raises(WrongState, match="认定"):
        services.conclude_bad(to_ask.pk, by=team.caller)
    assert (fresh(to_ask).status, fresh(to_ask).rework_no) == (OrderStatus.CALLBACK, 2)


def a_panel(team, **changes):
    known = {
        "members": [team.manager.pk, team.supervisor.pk, team.auditor.pk],
        "is_unreasonable": True,
        "ground": "beyond_reason",
        "reasons": "所提要求超出法律规定的范围，已当面解释。",
    }
    return {**known, **changes}


def test_t30_h115_a_panel_of_three_ends_what_is_unreasonable_and_leaves_it_out_of_the_metrics(team, to_ask):
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    services.conclude_panel(to_ask.pk, by=team.manager, **a_panel(team))
    order, decision = fresh(to_ask), to_ask.panels.get()
    assert (order.status, order.close_reason) == (OrderStatus.ARCHIVED, CloseReason.UNREASONABLE)
    left_out = order.exclusions.get()
    assert (left_out.code, left_out.evidence) == ("X6", f"panel:{decision.pk}")
    assert facts_of(order)[-2:] == ["PanelDecided", "OrderClosed"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda team: {"members": [team.manager.pk, team.auditor.pk]}, "members"),
        (lambda team: {"members": [team.manager.pk] * 3}, "members"),
        (lambda team: {"members": [team.manager.pk, team.auditor.pk, team.officer.pk]}, "members"),
        (lambda team: {"reasons": " "}, "reasons"),
        (lambda team: {"ground": ""}, "ground"),
    ],
)
def test_h115_a_panel_is_three_outsiders_with_reasons(team, to_ask, change, field):
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    with pytest.raises(BadInput) as refused:
        services.conclude_panel(to_ask.pk, by=team.manager, **a_panel(team, **change(team)))
    assert list(refused.value.fields) == [field]
    assert fresh(to_ask).status == OrderStatus.CALLBACK


def test_t30_only_the_management_calls_a_panel_and_only_after_a_bad_answer(team, to_ask):
    with pytest.raises(NotAllowed):
        services.conclude_panel(to_ask.pk, by=team.caller, **a_panel(team))
    with pytest.raises(WrongState):
        services.conclude_panel(to_ask.pk, by=team.manager, **a_panel(team))


def test_t30_after_two_reworks_the_supervision_is_closed_first(team, to_ask, clock):
    plain = a_panel(team, is_unreasonable=False, ground="")
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    with pytest.raises(WrongState, match="还可以重办"):
        services.conclude_panel(to_ask.pk, by=team.manager, **plain)
    services.conclude_bad(to_ask.pk, by=team.caller)
    submit(to_ask, team, done_differently="加派了夜间巡查。")
    approve(to_ask, team)
    rework_again(to_ask, team)
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    with pytest.raises(WrongState, match="督办"):
        services.conclude_panel(to_ask.pk, by=team.manager, **plain)
    above = Supervision.objects.get()
    services.answer_supervision(above.pk, by=team.head, answer="已逐项整改。", evidence="整改照片")
    services.close_supervision(above.pk, by=team.supervisor)
    services.conclude_panel(to_ask.pk, by=team.manager, **plain)
    assert fresh(to_ask).close_reason == CloseReason.REWORK_EXHAUSTED
    assert not to_ask.exclusions.exists()


def test_h115_the_citizen_asks_once_for_a_second_look_by_somebody_else(team, to_ask, clock):
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    services.conclude_panel(to_ask.pk, by=team.manager, **a_panel(team))
    code = to_ask.query_code
    clock.set("2026-12-08 09:00")
    services.ask_reconsideration(to_ask.pk, by=None, query_code=code)
    with pytest.raises(WrongState):
        services.ask_reconsideration(to_ask.pk, by=None, query_code=code)
    with pytest.raises(NotAllowed):
        services.reconsider(to_ask.pk, by=team.manager, conclusion="维持原认定。")
    other = at.desk(Role.HOTLINE_HEAD)
    assert services.reconsider(to_ask.pk, by=other, conclusion="维持原认定。").reconsideration
    with pytest.raises(WrongState):
        services.reconsider(to_ask.pk, by=other, conclusion="再看一次。")


def test_h115_after_fifteen_days_there_is_no_second_look(team, to_ask, clock):
    services.answer_survey(to_ask.pk, by=team.caller, **BAD)
    services.conclude_panel(to_ask.pk, by=team.manager, **a_panel(team))
    clock.set("2026-12-08 10:00:01")
    with pytest.raises(WrongState, match="期限"):
        services.ask_reconsideration(to_ask.pk, by=None, query_code=to_ask.query_code)


def call(order, team, outcome="no_answer"):
    return services.record_survey_attempt(order.pk, by=team.caller, outcome=outcome)


def test_h110_three_calls_in_vain_on_two_days_are_no_contact_and_no_level(team, to_ask, clock):
    call(to_ask, team)
    clock.set("2026-11-23 15:00")
    call(to_ask, team)
    clock.set("2026-11-23 18:00")
    with pytest.raises(WrongState, match="换一天"):
        call(to_ask, team)
    clock.set("2026-11-24 20:00")
    with pytest.raises(WrongState, match="9:00"):
        call(to_ask, team)
    clock.set("2026-11-24 19:59")
    call(to_ask, team)
    order = fresh(to_ask)
    assert (order.status, order.close_reason) == (OrderStatus.ARCHIVED, CloseReason.NO_CONTACT)
    assert (order.survey_level, order.survey_reached) == (None, False)


def test_the_citizen_answers_with_login_or_number_and_code_and_a_good_answer_ends_it(team, clock):
    clock.set("2026-11-23 10:00")
    order = to_callback(team)
    with pytest.raises(NotFound):
        services.answer_survey(order.pk, by=None, way="web", query_code="wrong!", **GOOD)
    services.answer_survey(order.pk, by=None, way="web", query_code=order.query_code, **GOOD)
    assert fresh(order).close_reason == CloseReason.GOOD_REVIEW
    second = to_callback(team)
    citizen, stranger = a_citizen(second), at.people.an_account("stranger")
    with pytest.raises(NotFound):
        services.answer_survey(second.pk, by=stranger, way="mini", **BAD)
    services.answer_survey(second.pk, by=citizen, way="mini", **BAD)
    assert fresh(second).status == OrderStatus.CALLBACK  # a person decides on the rework
    with pytest.raises(WrongState, match="已经评价"):
        services.answer_survey(second.pk, by=citizen, way="mini", **GOOD)


@pytest.fixture
def unreached(team, to_ask, clock):
    for when in ("2026-11-23 10:30", "2026-11-24 10:00", "2026-11-24 11:00"):
        clock.set(when)
        call(to_ask, team)
    return fresh(to_ask)


def test_t33_whoever_was_not_reached_comes_back_within_fifteen_days_once(team, unreached, clock):
    clock.set(unreached.archived_at + timedelta(days=15))
    services.reopen(unreached.pk, by=None, query_code=unreached.query_code)
    order = fresh(unreached)
    assert (order.status, order.rework_no, order.close_reason) == (OrderStatus.REWORK, 1, "")
    assert order.assignments.get().state == AssignmentState.OPEN
    assert facts_of(order)[-2:] == ["OrderReworked", "OrderReopened"]
    submit(order, team, done_differently="又去了一次现场。")
    approve(order, team)
    for when in ("2026-12-10 10:30", "2026-12-11 10:00", "2026-12-11 11:00"):
        clock.set(when)
        call(order, team)
    with pytest.raises(WrongState, match="已经重新打开过"):
        services.reopen(order.pk, by=None, query_code=order.query_code)


def test_t33_not_on_the_sixteenth_day_and_not_after_a_good_end(team, unreached, clock):
    clock.set(unreached.archived_at + timedelta(days=15, seconds=1))
    with pytest.raises(WrongState, match="15"):
        services.reopen(unreached.pk, by=None, query_code=unreached.query_code)
    answered = to_callback(team)
    services.answer_survey(answered.pk, by=None, way="web", query_code=answered.query_code, **GOOD)
    with pytest.raises(WrongState, match="没有联系上"):
        services.reopen(answered.pk, by=None, query_code=answered.query_code)


def test_approving_costs_the_same_each_time(team, statements):
    for _turn in range(2):
        order = submit(at.an_order(OrderStatus.HANDLING), team)
        warm()
        with statements(at_most=9):
            approve(order, team)
