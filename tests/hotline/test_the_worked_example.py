"""The sixteen orders of hotline.md section 16 as rows, two of them sent back by the real verb (H-160, T-29, T-42)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.workdays import SHANGHAI
from hotline import services
from hotline.measuring import Period
from hotline.models import (
    Exclusion,
    HotlineOrder,
    ResultSubmission,
    ReturnRequest,
    ShelveRequest,
    SurveyAttempt,
    SurveyRound,
)
from hotline.selectors.facts import facts_of_period
from hotline.selectors.metrics import figures_of
from hotline.states import (
    AssignmentState,
    CloseReason,
    ContactOutcome,
    OrderStatus,
    OrderType,
    RequestState,
    Solved,
    Urgency,
)
from tests.factories import hotline as at
from tests.factories.hotline_team import BAD, approve, submit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOON = datetime(2026, 9, 1, 12, tzinfo=SHANGHAI)
DUE = NOON + 7 * DAY
SEPTEMBER = Period(datetime(2026, 9, 1, tzinfo=SHANGHAI), datetime(2026, 10, 1, tzinfo=SHANGHAI))
S, T = OrderStatus, OrderType
ENDED = {"close_reason": CloseReason.GOOD_REVIEW, "archived_at": DUE + 4 * DAY}


def a_row(status: OrderStatus, kind: OrderType = T.COMPLAINT, **facts) -> HotlineOrder:
    known = {"accepted_at": NOON, "public_due_at": DUE, "order_type": kind, "rework_no": 0}
    made = at.an_order(status, at=NOON, **{**known, **facts})
    made.assignments.all().delete()
    return made


def told(responded: bool, solved: str, level: int) -> dict:
    return {
        "survey_reached": True,
        "survey_responded": responded,
        "survey_solved": solved,
        "survey_level": level,
        "surveyed_at": NOON + 10 * DAY,
    }


def dispatched(made: HotlineOrder, *, late: bool = False, number: int = 1, **facts) -> HotlineOrder:
    known = {
        "round": number,
        "sign_due_at": NOON + 2 * DAY,
        "signed_at": NOON + (3 if late else 1) * DAY,
        "auto_signed": late,
        "state": AssignmentState.DONE if made.status == S.ARCHIVED else AssignmentState.OPEN,
    }
    at.a_part(made, "chengguan", at=NOON, **{**known, **facts})
    return made


def handled(
    team,
    kind: OrderType,
    answer: tuple | None,
    *,
    late: bool = False,
    signed_late: bool = False,
    status: OrderStatus = S.ARCHIVED,
    **facts,
) -> HotlineOrder:
    """Dispatched, signed, closed, and asked."""
    ended = DUE + DAY if late else DUE - DAY
    known = {"result_at": ended, "callback_at": ended + DAY, "handle_result": "solved"}
    known |= (ENDED if status == S.ARCHIVED else {}) | (told(*answer) if answer else {})
    made = dispatched(a_row(status, kind, **{**known, **facts}), late=signed_late)
    ResultSubmission.objects.create(
        hotline_order=made, assignment=made.assignments.get(), by=team.officer, at=ended, due_at=DUE,
        handle_result="solved", result_text="已经处理完毕，现场已经恢复原状。", accepted=True,
    )  # fmt: skip
    return made


def asked_to_take_back(made: HotlineOrder, team, state: RequestState) -> None:
    part = made.assignments.order_by("round").first()
    ReturnRequest.objects.create(
        hotline_order=made, assignment=part, department=part.department, legal_basis="三定规定", by=team.officer,
        at=NOON, state=state, improper=state == RequestState.REJECTED,
    )  # fmt: skip


def questions_and_those_that_ended_early(team) -> None:
    """1, 2, 9, 10, and 13 by its panel."""
    a_row(
        S.ARCHIVED,
        T.INQUIRY,
        close_reason=CloseReason.DIRECT,
        archived_at=NOON,
    )
    a_row(S.ACCEPTED, T.INQUIRY)
    shelved = dispatched(a_row(S.SHELVED))
    ShelveRequest.objects.create(
        hotline_order=shelved, reason="funds", evidence="计划", plan_date=DUE.date(), citizen_told="已告知",
        by=team.officer, at=NOON, state=RequestState.APPROVED, shelved_at=NOON + DAY,
    )  # fmt: skip
    dispatched(a_row(S.WITHDRAWN, state_since=NOON + 2 * DAY), state=AssignmentState.CANCELLED)
    panel = handled(team, T.COMPLAINT, (True, "no", 1), close_reason=CloseReason.UNREASONABLE)
    Exclusion.objects.create(
        hotline_order=panel,
        code="X6",
        reason="超出合理范围",
        evidence="认定书",
        approved_by=team.manager,
        at=NOON,
    )


def the_good_ones(team) -> None:
    """3, 4, 5 with 11 merged into it, 8, 12, 14, 15, 16."""
    handled(team, T.HELP, (True, "yes", 5))
    returned = handled(team, T.HELP, (True, "yes", 4))
    returned.assignments.update(round=2)
    dispatched(returned, state=AssignmentState.RETURNED, signed_at=None)
    asked_to_take_back(returned, team, RequestState.APPROVED)
    master = handled(team, T.COMPLAINT, (True, "partial", 3), signed_late=True, complainant_key="one")
    a_row(S.MERGED, accepted_at=None, parent=master, complainant_key="two", **told(True, "partial", 3))
    nobody = handled(team, T.COMPLAINT, None, close_reason=CloseReason.NO_CONTACT, survey_reached=False)
    SurveyAttempt.objects.create(hotline_order=nobody, at=DUE + DAY, outcome=ContactOutcome.NO_ANSWER)
    handled(team, T.REPORT, (True, "yes", 5))
    handled(team, T.HELP, (True, "yes", 5), urgency=Urgency.URGENT)
    handled(team, T.SUGGESTION, (True, "", 4))
    refused = handled(team, T.HELP, (True, "yes", 4), late=True)
    asked_to_take_back(refused, team, RequestState.REJECTED)


@pytest.fixture
def sixteen(team, clock) -> list[HotlineOrder]:
    """6 and 7 are what is left: sent back to their hosts by the call-back officer."""
    clock.set("2026-09-12 10:00")
    questions_and_those_that_ended_early(team)
    the_good_ones(team)
    again = [
        handled(team, T.COMPLAINT, (True, "no", 2), late=True, status=S.CALLBACK),
        handled(team, T.COMPLAINT, (False, "no", 1), status=S.CALLBACK),
    ]
    for order in again:
        order.assignments.update(state=AssignmentState.DONE)
        services.conclude_bad(order.pk, by=team.caller)
    return again


EXPECTED = {
    "M-03": (1, 15),
    "M-04": (12, 13),
    "M-05": (12, 13),
    "M-06": (2, 13),
    "M-06a": (1, 2),
    "M-07": (9, 10),
    "M-08": (5, 9),
    "M-09": (8, 10),
    "M-11": (9, 11),
    "M-12": (2, 11),
}


def counted(codes=tuple(EXPECTED), department: str = "") -> dict[str, tuple[int, int]]:
    found = figures_of(SEPTEMBER, facts_of_period(SEPTEMBER), department)
    shares = {code: found.figure(code).share for code in codes}
    return {code: (share.numerator, share.denominator) for code, share in shares.items()}


def test_h_160_the_rows_give_the_worked_example_to_the_digit(sixteen):
    assert counted() == EXPECTED
    found = figures_of(SEPTEMBER, facts_of_period(SEPTEMBER))
    assert round(found.score or 0, 2) == 74.44
    assert found.exclusions == {"X1": 1, "X3": 1, "X5": 1, "X6": 1}


def test_h_160_frozen_orders_give_the_worked_example_too(sixteen):
    for pk in HotlineOrder.objects.filter(status=S.ARCHIVED).values_list("pk", flat=True):
        services.freeze_facts(pk)
    assert counted() == EXPECTED


def test_h_160_a_rework_answered_well_adds_an_answer_and_takes_none_away(sixteen, team, clock):
    order = sixteen[0]
    clock.set("2026-09-14 10:00")
    submit(order, team, done_differently="加派了夜间巡查。")
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, level=5, responded=True, solved="yes")
    services.conclude_good(order.pk, by=team.caller)
    services.freeze_facts(order.pk)
    rates = counted(("M-07", "M-08", "M-09", "M-12"))
    assert rates == {"M-07": (10, 11), "M-08": (6, 10), "M-09": (9, 11), "M-12": (2, 11)}


def test_t_42_withdrawn_from_the_rework_the_bad_answer_still_counts(sixteen):
    HotlineOrder.objects.filter(pk=sixteen[1].pk).update(status=S.WITHDRAWN, state_since=timezone.now())
    rates = counted(("M-07", "M-08", "M-09", "M-12"))
    assert rates == {"M-07": (9, 10), "M-08": (5, 9), "M-09": (8, 10), "M-12": (2, 11)}


def test_h_160_m_20_what_was_answered_in_a_round_is_kept_and_never_changed(sixteen):
    kept = SurveyRound.objects.get(hotline_order=sixteen[1])
    assert (kept.rework_no, kept.responded, kept.solved, kept.level) == (0, False, Solved.NO, 1)
    assert (kept.host.code, kept.handle_result) == ("chengguan", "solved")
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyRound.objects.update(level=5)
    assert counted(("M-20",)) == {"M-20": (2, 9)}


def test_h_105_the_assist_of_a_bad_answer_is_asked_for_its_own_time_only(sixteen):
    at.a_part(
        sixteen[0], "jiaoguan", at=NOON, role="assist", due_at=NOON + 5 * DAY, replied_at=NOON + 4 * DAY
    )
    rates = counted(("M-09", "M-11", "M-11a"), "jiaoguan")
    assert rates == {"M-09": (0, 0), "M-11": (0, 0), "M-11a": (1, 1)}
    assert counted(("M-09",), "chengguan") == {"M-09": (7, 9)}


def test_h_112_whoever_was_not_reached_leaves_no_answer_when_the_order_is_reopened(team, clock):
    clock.set("2026-09-12 10:00")
    order = handled(team, T.COMPLAINT, None, status=S.CALLBACK)
    order.assignments.update(state=AssignmentState.DONE)
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    HotlineOrder.objects.filter(pk=order.pk).update(
        status=S.ARCHIVED,
        close_reason=CloseReason.NO_CONTACT,
        survey_reached=False,
        archived_at=timezone.now(),
    )
    services.reopen(order.pk, by=None, query_code=order.query_code)
    rounds = SurveyRound.objects.filter(hotline_order=order).values_list("rework_no", "level", "surveyed_at")
    assert list(rounds) == [(0, 2, timezone.now()), (1, None, None)]
