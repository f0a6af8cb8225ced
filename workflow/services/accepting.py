"""What receiving and accepting are made of, shared by every door and every silence."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Max

from bundles.selectors import definition_of
from common.workdays import day_of
from identity.roles import Permission
from matters.selectors import centre_calendar, mandated
from matters.states import MandatePower
from workflow import events
from workflow.models import DepartmentReview, SubmittedMaterial
from workflow.rules import clock
from workflow.rules.acceptance import NEVER_ASKED
from workflow.services import following
from workflow.services.acting import Act
from workflow.states import MaterialMode

__all__ = [
    "accept_reviews",
    "completed_at",
    "covered_reviews",
    "mandated_reviews",
    "note_front",
    "receive_now",
    "tell_received",
]

#: 容缺 default where the sheet names no days (I-48): the smaller of ten working days and the promise.
DEFERRAL_DAYS = 10


def tell_received(act: Act) -> None:
    """Note that the papers are taken (I-25)."""
    application = act.application
    act.tell(
        events.ApplicationReceived,
        received_at=application.received_at.isoformat() if application.received_at else "",
        answer_due_at=application.answer_due_at.isoformat() if application.answer_due_at else "",
    )


def receive_now(act: Act, materials: Sequence[SubmittedMaterial]) -> None:
    """Set the receipt and its windows, and confirm the reviews whose papers need nobody's eyes (design section 5)."""
    days = centre_calendar()
    answer_due_at, joint_due_at = clock.windows(days, act.now, joint=act.application.is_joint)
    act.application.receive(at=act.now, answer_due_at=answer_due_at, joint_due_at=joint_due_at)
    act.application.calendar_version = days.version
    by_hand = {code for paper in materials if _needs_eyes(paper) for code in paper.needed_by}
    for review in act.reviews:
        if review.code not in by_hand and review.papers_open:
            review.confirm(at=act.now, accepted_at=act.now, by=None)
            act.accepted.append(review)
    following.settle(act)


def note_front(act: Act) -> None:
    """Whoever takes papers in at the window may not decide on them (I-01)."""
    taken_by = act.by.person_id if act.by and act.who.may(Permission.RECEIVE) else None
    if taken_by is not None and taken_by not in act.application.front_persons:
        act.application.front_persons = [*act.application.front_persons, taken_by]


def _needs_eyes(material: SubmittedMaterial) -> bool:
    return material.mode in {MaterialMode.UPLOAD, MaterialMode.DEFERRED}


def mandated_reviews(act: Act, power: MandatePower) -> list[DepartmentReview]:
    """The reviews that the account's mandates cover, whatever became of them."""
    if act.by is None:
        return []
    codes = mandated(act.by, [review.code for review in act.reviews], power)
    return [review for review in act.reviews if review.code in codes]


def covered_reviews(act: Act, power: MandatePower) -> list[DepartmentReview]:
    """Those of them whose papers nobody has answered for yet."""
    return [review for review in mandated_reviews(act, power) if review.papers_open and not review.answer]


def accept_reviews(
    act: Act, reviews: Collection[DepartmentReview], *, at: datetime | None = None, deemed: bool = False
) -> None:
    """Accept these reviews; after a correction from the day the last listed paper came (I-36)."""
    for review in reviews:
        accepted_at = at or completed_at(review) or act.now
        review.confirm(at=act.now, accepted_at=accepted_at, by=act.by, deemed=deemed)
        act.accepted.append(review)
    _start_deferred(act, reviews)


def completed_at(review: DepartmentReview) -> datetime | None:
    """
    When the last paper came that the department waited for: corrected (I-36), or brought in a promise's place (I-59).

    What no register had is waited for by nobody, so bringing it moves no date (I-07).
    """
    if review.confirm_due_at is None:
        return None
    brought = SubmittedMaterial.objects.filter(
        application=review.application_id,
        needed_by__contains=[review.code],
        mode=MaterialMode.UPLOAD,
        superseded=False,
    ).exclude(source__in=NEVER_ASKED)
    return brought.aggregate(last=Max("supplied_at"))["last"]


def _start_deferred(act: Act, reviews: Collection[DepartmentReview]) -> None:
    """A deferred paper's days run from acceptance (I-48); each paper once, from its first review."""
    if not act.application.deferred_open:
        return
    codes = {review.code for review in reviews}
    open_papers = act.application.materials.filter(
        mode=MaterialMode.DEFERRED, deferred_due_at=None, superseded=False, needed_by__overlap=list(codes)
    )
    days = _deferral_days(act)
    for paper in open_papers:
        paper.deferred_from, paper.deferred_days = day_of(act.now), days[paper.name]
        last = act.clock.calendar.add(paper.deferred_from, paper.deferred_days)
        paper.deferred_due_at = act.clock.calendar.end_of_day(last.date)
        paper.save(update_fields=["deferred_from", "deferred_days", "deferred_due_at"])


def _deferral_days(act: Act) -> dict[str, int]:
    """The working days each deferrable paper may follow in: the smallest of this plan's matters that need it (I-48)."""
    days: dict[str, int] = {}
    for matter in definition_of(act.application.bundle_version_id).matters:
        if matter.code not in act.by_code:
            continue
        for paper in matter.materials:
            if paper.deferrable:
                limit = paper.deferrable_days or min(DEFERRAL_DAYS, matter.promised_days)
                days[paper.name] = min(limit, days.get(paper.name, limit))
    return days
