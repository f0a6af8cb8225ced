"""What stops or stretches a review's clock: special procedures, extensions; and on-site checks, which do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from common.errors import Conflict, WrongState, refuse_if
from common.workdays import day_of
from identity.models import Account
from identity.roles import Permission
from workflow import events
from workflow.models import DepartmentReview, Extension, SiteInspection, SpecialProcedure
from workflow.rules import handling as rules
from workflow.services import following, papers
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin_on_review
from workflow.states import IN_HAND, ProcedureKind

__all__ = [
    "InspectionRecord",
    "end_special_procedure",
    "extend",
    "record_inspection",
    "start_special_procedure",
]


@dataclass(frozen=True)
class InspectionRecord:
    """What was seen on the spot, by whom (I-94)."""

    inspected_at: datetime
    place: str
    inspectors: Sequence[str]
    passed: bool
    record: str
    signed: bool


@transaction.atomic
def start_special_procedure(
    review_id: int,
    *,
    by: Account,
    kind: ProcedureKind,
    expected_end: date,
    basis: str = "",
    organiser: str = "",
    started_on: date | None = None,
) -> DepartmentReview:
    """Stop the clock for a procedure of 行政许可法第四十五条, told in writing first (C-11, I-90, I-92, I-93)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    today = day_of(act.now)
    start = started_on or today
    basis = _basis_for(review, kind, basis)
    refuse_if(
        rules.objections_to_procedure(
            review, kind=kind, basis=basis, started_on=start, expected_end=expected_end, today=today
        )
    )
    if objections := rules.objections_to_backdating(start, today, act.clock.calendar):
        raise Conflict(objections, code="backdated")
    review.start_special_procedure()
    procedure = SpecialProcedure.objects.create(
        review=review,
        kind=kind,
        basis=basis,
        organiser=organiser or review.department.name,
        noticed_on=today,
        started_on=start,
        expected_end=expected_end,
        started_by=by,
    )
    _reckon(act, review)
    act.tell_of(
        review,
        events.SpecialProcedureStarted,
        kind=procedure.get_kind_display(),
        stops_on=procedure.stops_on.isoformat(),
        expected_end=expected_end.isoformat(),
    )
    act.file(papers.special_procedure_notice(act, review, procedure))
    following.follow(act)
    act.finish()
    return review


def _basis_for(review: DepartmentReview, kind: ProcedureKind, stated: str) -> str:
    """As stated; an on-site check is outside the limit only where the matter's own law says so (I-91)."""
    if kind != ProcedureKind.ON_SITE_CHECK:
        return stated.strip()
    return review.matter.onsite_excluded_basis if review.matter.onsite_excluded else ""


def _reckon(act: Act, review: DepartmentReview) -> None:
    act.application.clock_stopped = True
    act.forget_clock()
    following.reckon_again(act, review)


@transaction.atomic
def end_special_procedure(
    review_id: int, *, by: Account, outcome: str, ended_on: date | None = None
) -> DepartmentReview:
    """The result has reached the organ; the clock runs again from that day (C-12, I-93)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    procedure = SpecialProcedure.objects.filter(review=review, ended_on=None).first()
    if procedure is None:
        raise WrongState("本件没有进行中的特别程序")
    end = ended_on or day_of(act.now)
    refuse_if(_objections_to_end(procedure, end, day_of(act.now), outcome))
    procedure.ended_on, procedure.outcome = end, outcome
    procedure.save(update_fields=["ended_on", "outcome"])
    review.end_special_procedure()
    _reckon(act, review)
    due = review.due_at.isoformat() if review.due_at else ""
    act.tell_of(review, events.SpecialProcedureEnded, ended_on=end.isoformat(), due_at=due)
    following.follow(act)
    act.finish()
    return review


def _objections_to_end(procedure: SpecialProcedure, end: date, today: date, outcome: str) -> list[str]:
    objections = [] if outcome.strip() else ["请填写特别程序的结论"]
    if end < procedure.started_on:
        objections.append("结束日期不能早于开始日期")
    if end > today:
        objections.append("结束日期不能晚于今天")
    return objections


@transaction.atomic
def extend(review_id: int, *, by: Account, days: int, reason: str) -> DepartmentReview:
    """延期: once, before the due date, approved by the organ's head, told the same day (I-81, I-95)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_membership(review, act.who, Permission.APPROVE_EXTENSION))
    if Extension.objects.filter(review=review).exists():
        raise Conflict("本件已经延期过一次，不能再次延期", code="second_extension")
    if review.status not in IN_HAND or review.due_at is None or act.now > review.due_at:
        raise WrongState("承诺期限已过或者不在办理中，不能延期")
    refuse_if(
        rules.objections_to_extending(review, act.who, days=days, reason=reason, now=act.now, granted=False)
    )
    Extension.objects.create(review=review, days=days, reason=reason, approved_by=by, granted_at=act.now)
    review.extended_days = days
    following.reckon_again(act, review)
    act.tell_of(review, events.ReviewExtended, days=days, due_at=review.due_at.isoformat())
    act.file(papers.extension_notice(act, review, days=days, reason=reason))
    following.follow(act)
    act.finish()
    return review


@transaction.atomic
def record_inspection(review_id: int, *, by: Account, record: InspectionRecord) -> SiteInspection:
    """现场勘验: two officers or more, signed; it runs inside the limit (I-91, I-94)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    if review.status not in IN_HAND:
        raise WrongState("本件不在办理中，不能登记现场勘验")
    refuse_if(
        rules.objections_to_inspection(
            inspectors=record.inspectors,
            signed=record.signed,
            record=record.record,
            inspected_at=record.inspected_at,
            now=act.now,
        )
    )
    inspection = SiteInspection.objects.create(
        review=review, recorded_by=by, **(vars(record) | {"inspectors": list(record.inspectors)})
    )
    act.tell_of(review, events.InspectionRecorded, passed=record.passed)
    act.finish()
    return inspection
