"""What stops or stretches a review's clock: special procedures, extensions; and on-site checks, which do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from common.crypto import scrub
from common.errors import Conflict, WrongState, refuse_if
from common.workdays import day_of
from files.models import StoredFile
from files.selectors import to_attach
from identity.models import Account
from identity.roles import Permission
from workflow import events
from workflow.models import (
    DepartmentReview,
    Extension,
    InspectionPhoto,
    SiteInspection,
    SpecialProcedure,
)
from workflow.rules import handling as rules
from workflow.services import following, papers
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin_on_review
from workflow.states import IN_HAND, ProcedureKind

__all__ = [
    "InspectionRecord",
    "Photo",
    "end_special_procedure",
    "explain_special_procedure",
    "extend",
    "record_inspection",
    "start_special_procedure",
]


@dataclass(frozen=True)
class Photo:
    """A photo of the place by its upload, and when it was taken (I-94)."""

    upload_id: UUID
    taken_at: datetime


@dataclass(frozen=True)
class InspectionRecord:
    """What was seen on the spot, by whom (I-94); photos, or why there are none."""

    inspected_at: datetime
    place: str
    inspectors: Sequence[str]
    passed: bool
    record: str
    signed: bool
    photos: Sequence[Photo] = ()
    no_photo_reason: str = ""


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
    review.start_special_procedure(by=by)
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
    review_id: int,
    *,
    by: Account,
    outcome: str,
    ended_on: date | None = None,
    result_reference: str = "",
    result_upload: UUID | None = None,
) -> DepartmentReview:
    """
    The result has reached the organ; the clock runs again from that day (C-12, I-93).

    The document it came as is kept with the record, as a file or by its name and number (I-92).
    """
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    procedure = _running(review)
    end = ended_on or day_of(act.now)
    refuse_if(_objections_to_end(procedure, end, day_of(act.now), outcome))
    procedure.ended_on, procedure.outcome = end, outcome
    procedure.result_reference = result_reference.strip()
    procedure.result_file = _brought(by, [result_upload])[0] if result_upload else None
    procedure.save(update_fields=["ended_on", "outcome", "result_reference", "result_file"])
    review.end_special_procedure()
    _reckon(act, review)
    due = review.due_at.isoformat() if review.due_at else ""
    act.tell_of(review, events.SpecialProcedureEnded, ended_on=end.isoformat(), due_at=due)
    following.follow(act)
    act.finish()
    return review


def _running(review: DepartmentReview) -> SpecialProcedure:
    procedure = SpecialProcedure.objects.filter(review=review, ended_on=None).first()
    if procedure is None:
        raise WrongState("本件没有进行中的特别程序")
    procedure.review = review
    return procedure


def _brought(by: Account, ids: Sequence[UUID]) -> list[StoredFile]:
    """The files this officer has uploaded, in the order named."""
    found = to_attach(by, ids)
    refuse_if([] if found.keys() >= set(ids) else ["没有找到上传的文件，请重新上传"])
    return [found[one] for one in ids]


@transaction.atomic
def explain_special_procedure(
    review_id: int, *, by: Account, reason: str, expected_end: date | None = None
) -> DepartmentReview:
    """
    Say why the procedure takes longer than was told, and by when it ends now (I-92).

    A new end lies within the matter's maximum, moves the dues and is told to the applicant. Where the
    maximum itself has passed there is only the explanation: the row stays yellow, and the time past
    the end that was told last is not left out of the limit until the result is here.
    """
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    procedure, today = _running(review), day_of(act.now)
    refuse_if(
        rules.objections_to_explaining(procedure, reason=reason, expected_end=expected_end, today=today)
    )
    procedure.explanation, procedure.explained_at = reason.strip(), act.now
    if expected_end is not None:
        procedure.expected_end, procedure.overdue_noticed_on = expected_end, None
    procedure.save(update_fields=["explanation", "explained_at", "expected_end", "overdue_noticed_on"])
    if expected_end is not None:
        _reckon(act, review)
    act.tell_of(
        review,
        events.SpecialProcedureExplained,
        kind=procedure.get_kind_display(),
        reason=scrub(reason.strip()),
        expected_end=expected_end.isoformat() if expected_end else "",
    )
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
    refuse_if(
        rules.objections_to_photos(
            [photo.taken_at for photo in record.photos],
            inspected_at=record.inspected_at,
            now=act.now,
            why_none=record.no_photo_reason,
        )
    )
    inspection = _keep(review, record, by)
    act.tell_of(review, events.InspectionRecorded, passed=record.passed)
    act.finish()
    return inspection


def _keep(review: DepartmentReview, record: InspectionRecord, by: Account) -> SiteInspection:
    files = _brought(by, [photo.upload_id for photo in record.photos])
    said = {name: value for name, value in vars(record).items() if name != "photos"}
    said["inspectors"] = list(record.inspectors)
    inspection = SiteInspection.objects.create(review=review, recorded_by=by, **said)
    InspectionPhoto.objects.bulk_create(
        InspectionPhoto(inspection=inspection, file=file, taken_at=photo.taken_at)
        for file, photo in zip(files, record.photos, strict=True)
    )
    return inspection
