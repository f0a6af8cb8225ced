"""What is counted comes from rows, is frozen with the order's end, and is shown to whoever may see it."""

import dataclasses
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import BadInput, NotAllowed
from common.workdays import SHANGHAI
from hotline import services
from hotline.measuring import OrderFacts, SubmissionFacts, SurveyFacts
from hotline.measuring.freezing import frozen, thawed
from hotline.models import (
    Call,
    CallBackTask,
    Exclusion,
    HotlineOrder,
    MetricFact,
    Pause,
    ResultSubmission,
    ReturnRequest,
)
from hotline.selectors.facts import facts_of, facts_of_period
from hotline.selectors.metrics import measured, period_of, ranking
from hotline.states import (
    AssignmentState,
    CloseReason,
    HandleResult,
    OrderStatus,
    OrderType,
    PauseReason,
    RequestState,
    Solved,
    Urgency,
)
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 9, 7, 10, tzinfo=SHANGHAI)
SEPTEMBER = period_of(date(2026, 9, 1), date(2026, 9, 30))
DAY = timedelta(days=1)


@pytest.fixture
def head(cast):
    return at.desk(Role.HOTLINE_HEAD)


def handled(**facts) -> HotlineOrder:
    """Handled by 城管, surveyed and archived in September."""
    known = {
        "public_due_at": MONDAY + 7 * DAY,
        "result_at": MONDAY + 2 * DAY,
        "callback_at": MONDAY + 2 * DAY,
        "archived_at": MONDAY + 4 * DAY,
        "survey_reached": True,
        "survey_responded": True,
        "survey_solved": Solved.YES,
        "survey_level": 5,
        "surveyed_at": MONDAY + 3 * DAY,
        "handle_result": "solved",
        "close_reason": CloseReason.GOOD_REVIEW,
    }
    made = at.an_order(OrderStatus.ARCHIVED, at=MONDAY, **{**known, **facts})
    made.assignments.all().delete()
    part = at.a_part(
        made, "chengguan", at=MONDAY, sign_due_at=MONDAY + DAY, signed_at=MONDAY, state=AssignmentState.DONE
    )
    ResultSubmission.objects.create(
        hotline_order=made,
        assignment=part,
        by=at.desk(Role.REVIEWER, department="chengguan"),
        at=made.result_at,
        due_at=made.public_due_at,
        handle_result="solved",
        result_text="已经处理完毕，车辆已经全部劝离。",
        accepted=True,
    )
    return made


def the_facts(made: HotlineOrder) -> OrderFacts:
    [facts] = facts_of(HotlineOrder.objects.filter(pk=made.pk))
    return facts


def test_the_rows_of_an_order_become_its_facts():
    facts = the_facts(handled())
    assert facts.department == "chengguan"
    assert facts.parts[0].signed_at == MONDAY
    [asked] = facts.rounds
    assert (asked.callback_at, asked.claimed) == (MONDAY + 2 * DAY, HandleResult.SOLVED)
    assert asked.survey == SurveyFacts(at=MONDAY + 3 * DAY, responded=True, solved=Solved.YES, level=5)
    assert facts.first_result == SubmissionFacts(at=MONDAY + 2 * DAY, due_at=MONDAY + 7 * DAY, accepted=True)


def test_m_13_pauses_and_nights_do_not_count_for_a_normal_order():
    made = handled()
    Pause.objects.create(
        hotline_order=made,
        reason=PauseReason.SUPPLEMENT,
        began_at=MONDAY + DAY,
        ended_at=MONDAY + DAY + timedelta(hours=2),
    )
    assert the_facts(made).handled_seconds == (6.5 + 8 + 1.5 - 2) * 3600


def test_m_13_an_urgent_order_runs_through_the_night():
    assert the_facts(handled(urgency=Urgency.URGENT)).handled_seconds == 48 * 3600


@pytest.mark.parametrize(
    ("status", "facts", "code"),
    [
        (OrderStatus.WITHDRAWN, {}, "X1"),
        (OrderStatus.HANDLING, {"citizen_withdrew": True}, "X1"),
        (OrderStatus.SHELVED, {}, "X3"),
        (OrderStatus.INVALID, {}, "X4"),
        (OrderStatus.GUIDED_ELSEWHERE, {}, "X4"),
        (OrderStatus.ARCHIVED, {"anonymous": True}, "X5"),
        (OrderStatus.ARCHIVED, {"close_reason": CloseReason.NO_CONTACT}, "X5"),
    ],
)
def test_what_an_order_became_says_where_it_is_left_out(status, facts, code):
    assert the_facts(at.an_order(status, **facts)).exclusions == {code}


def test_x2_only_the_same_complainants_repeat_is_left_out():
    master = at.an_order(OrderStatus.HANDLING, complainant_key="one")
    same = at.an_order(OrderStatus.MERGED, parent=master, complainant_key="one")
    other = at.an_order(OrderStatus.MERGED, parent=master, complainant_key="two")
    assert the_facts(same).exclusions == {"X2"}
    assert the_facts(other).exclusions == frozenset()


def test_h_163_an_exclusion_names_who_approved_it_and_is_counted(head):
    made = handled()
    Exclusion.objects.create(
        hotline_order=made,
        code="X6",
        reason="诉求不合理",
        evidence="认定书",
        approved_by=head,
        at=timezone.now(),
    )
    figures = measured(head, SEPTEMBER)
    assert figures.exclusions == {"X6": 1}
    assert figures.figure("M-09").share.denominator == 0
    for lacking in ({"evidence": ""}, {"reason": ""}, {"approved_by": None}):
        known = {"reason": "不可抗力", "evidence": "气象证明", "approved_by": head, **lacking}
        with pytest.raises(IntegrityError), transaction.atomic():
            Exclusion.objects.create(hotline_order=made, code="X7", at=timezone.now(), **known)


def test_h_163_force_majeure_is_approved_by_the_management_on_evidence(cast, head):
    made = handled(public_due_at=MONDAY + DAY)
    services.freeze_facts(made.pk)
    said = {"reason": "特大暴雨，道路中断三天。", "evidence": "市气象局 9 月 8 日证明"}
    with pytest.raises(NotAllowed):
        services.approve_force_majeure(made.pk, by=cast.rep("chengguan"), **said)
    for missing in said:
        with pytest.raises(BadInput) as refused:
            services.approve_force_majeure(made.pk, by=head, **{**said, missing: "  "})
        assert set(refused.value.fields) == {missing}
    assert measured(head, SEPTEMBER).figure("M-11").share.denominator == 1
    services.approve_force_majeure(made.pk, by=head, **said)
    kept = made.exclusions.get()
    assert (kept.code, kept.approved_by, kept.evidence) == ("X7", head, said["evidence"])
    assert measured(head, SEPTEMBER).figure("M-11").share.denominator == 0
    assert measured(head, SEPTEMBER).exclusions == {"X7": 1}


def test_m_06_returns_asked_for_and_refused():
    made = at.an_order(OrderStatus.HANDLING, at=MONDAY)
    part = made.assignments.get()
    ReturnRequest.objects.create(
        hotline_order=made, assignment=part, department=part.department, legal_basis="三定规定",
        by=at.desk(Role.REVIEWER, department="chengguan"), at=MONDAY, state=RequestState.REJECTED,
    )  # fmt: skip
    facts = the_facts(made)
    assert (facts.returns_requested, facts.returns_rejected) == (1, 1)


def test_h_160_what_was_frozen_is_what_the_rows_tell():
    made = handled()
    kept = services.freeze_facts(made.pk)
    assert thawed(kept.facts) == the_facts(made)
    assert frozen(thawed(kept.facts)) == kept.facts


def test_h_160_h_178_the_database_refuses_to_change_frozen_facts():
    services.freeze_facts(handled().pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        MetricFact.objects.update(facts={})


def test_h_160_an_archived_order_counts_as_it_was_frozen_whatever_changes_later(head):
    made = handled()
    services.freeze_facts(made.pk)
    HotlineOrder.objects.filter(pk=made.pk).update(survey_level=1)
    share = measured(head, SEPTEMBER).figure("M-09").share
    assert (share.numerator, share.denominator) == (1, 1)


def test_a_thawed_fact_takes_defaults_for_what_was_not_counted_then():
    written = frozen(OrderFacts(order_no="1", order_type=OrderType.HELP))
    del written["is_rebound"]
    written["something_gone"] = 1
    assert thawed(written) == OrderFacts(order_no="1", order_type=OrderType.HELP)


def test_counting_costs_the_same_however_many_orders(statements):
    for _one in range(3):
        handled()
    with statements(at_most=12):
        assert len(facts_of_period(SEPTEMBER)) == 3


def test_calls_and_call_backs_count_apart(head):
    for number, answered in enumerate((MONDAY, None)):
        Call.objects.create(call_ref=str(number), started_at=MONDAY, seconds_rung=12, answered_at=answered)
    CallBackTask.objects.create(
        phone="19900001111", first_missed_at=MONDAY, last_missed_at=MONDAY, due_at=MONDAY, done_at=MONDAY
    )
    figures = measured(head, SEPTEMBER)
    shares = [figures.figure(code).share for code in ("M-01", "M-02")]
    assert [(one.numerator, one.denominator) for one in shares] == [(1, 2), (1, 1)]


def test_fewer_than_thirty_say_nothing(head):
    handled()
    assert measured(head, SEPTEMBER).figure("M-09").too_few


def test_a_department_reads_its_own_figures_only(cast, head):
    handled()
    own = cast.rep("chengguan")
    assert measured(own, SEPTEMBER, "chengguan").orders == 1
    for other in ("", "gongan"):
        with pytest.raises(NotAllowed, match="只能查看本部门的指标"):
            measured(own, SEPTEMBER, other)
    with pytest.raises(NotAllowed):
        measured(cast.li, SEPTEMBER)


def test_h_161_there_is_no_ranking_across_classes(head):
    with pytest.raises(BadInput, match="同一类单位"):
        ranking(head, SEPTEMBER, "")


def test_h_161_departments_of_one_class_and_those_with_few_orders_without_a_place(head):
    for _one in range(2):
        handled()
    [ranked] = ranking(head, SEPTEMBER, "direct")
    assert (ranked.department.code, ranked.place) == ("chengguan", None)
    assert ranking(head, SEPTEMBER, "enterprise") == []


def test_h_161_with_thirty_orders_there_is_a_place(head):
    made = handled()
    services.freeze_facts(made.pk)
    facts = MetricFact.objects.get().facts
    for _one in range(29):
        again = handled()
        MetricFact.objects.create(hotline_order=again, facts=facts, at=timezone.now())
    [ranked] = ranking(head, SEPTEMBER, "direct")
    assert (ranked.place, round(ranked.score, 6)) == (1, 100)


def test_a_department_does_not_read_the_ranking(cast):
    with pytest.raises(NotAllowed):
        ranking(cast.rep("chengguan"), SEPTEMBER, "direct")


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadInput, match="不能早于"):
        period_of(date(2026, 9, 2), date(2026, 9, 1))


def test_every_fact_survives_the_freezer():
    """No field of the facts is of a kind that JSON loses."""
    facts = the_facts(handled())
    assert {field.name for field in dataclasses.fields(OrderFacts)} == set(frozen(facts))
