"""What time itself does: silence deemed acceptance, reminders, deadlines passed, lateness noticed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.workdays import Calendar, day_of
from events import publish
from matters.models import Matter
from matters.selectors import calendar
from workflow import events
from workflow.models import Correction, DepartmentReview, SubmittedMaterial
from workflow.rules.handling import days_late
from workflow.services.accepting import accept_reviews
from workflow.services.acting import Act, begin
from workflow.services.correction import answered
from workflow.services.deferral import break_deferral
from workflow.services.ending import terminate_reviews
from workflow.states import IN_HAND, MaterialMode, MaterialState, ReviewStatus, TerminationGround

__all__ = [
    "deem_accepted",
    "expire_corrections",
    "expire_deferrals",
    "notice_overdue",
    "remind",
]

#: Reminders: a correction three working days before its end (I-37), a deferred paper two (I-51).
CORRECTION_NOTICE_DAYS = 3
DEFERRED_NOTICE_DAYS = 2
#: A period that ends at 24:00 ends on the day before.
_A_MOMENT = timedelta(seconds=1)


def deem_accepted(now: datetime | None = None) -> int:
    """Silence is complete: at the joint window's end, after five days, or a day after the corrected set (I-33, I-103)."""
    moment = now or timezone.now()
    silent = DepartmentReview.objects.unanswered()
    late = silent.filter(application__joint_due_at__lt=moment, confirm_due_at=None)
    late |= silent.filter(confirm_due_at__lt=moment)
    ids = list(late.order_by().values_list("application_id", flat=True).distinct())
    return sum(_deem(application_id, moment) for application_id in ids)


@transaction.atomic
def _deem(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    silent = [review for review in act.reviews if _is_silent(review, act)]
    switched_off = _without_deemed_acceptance(silent)
    deemed = [review for review in silent if review.code not in switched_off]
    if not deemed:
        return False
    for review in deemed:
        accept_reviews(act, [review], at=_deemed_at(review, act), deemed=review.confirm_due_at is None)
    rule = "I-103" if act.application.is_joint else "I-33"
    act.tell(events.SilenceNoticed, review_ids=[review.pk for review in deemed], rule=rule)
    answered(act)
    return True


def _is_silent(review: DepartmentReview, act: Act) -> bool:
    if review.status != ReviewStatus.WAITING or review.accepted_at or review.answer:
        return False
    due = review.confirm_due_at or act.application.joint_due_at
    return due is not None and act.now > due


def _without_deemed_acceptance(reviews: Iterable[DepartmentReview]) -> set[str]:
    """Matters for which it is switched off with a reason (I-86)."""
    codes = [review.code for review in reviews]
    return set(Matter.objects.filter(code__in=codes, deemed_acceptance=False).values_list("code", flat=True))


def _deemed_at(review: DepartmentReview, act: Act) -> datetime | None:
    """After five days from the receipt date (I-33); at the joint window from its end; after a correction as I-36."""
    if review.confirm_due_at is not None:
        return None
    if act.application.answer_due_at is not None and act.now > act.application.answer_due_at:
        return act.application.received_at
    return act.application.joint_due_at


def expire_corrections(now: datetime | None = None) -> int:
    """补正 time is over: what waits for it is terminated (C-08, I-37, I-106)."""
    moment = now or timezone.now()
    over = Correction.objects.filter(due_at__lte=moment, completed_at=None)
    ids = list(over.values_list("application_id", flat=True))
    return sum(_expire_correction(application_id, moment) for application_id in ids)


@transaction.atomic
def _expire_correction(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    waiting = [review for review in act.reviews if review.status == ReviewStatus.CORRECTING]
    Correction.objects.filter(application=act.application, completed_at=None).update(completed_at=now)
    if not waiting:
        return False
    facts = "在补正告知书规定的期限内没有补齐材料"
    terminate_reviews(act, waiting, TerminationGround.NOT_CORRECTED, facts)
    act.finish()
    return True


def expire_deferrals(now: datetime | None = None) -> int:
    """容缺 time is over (I-51); runs at 00:05 of the next day."""
    moment = now or timezone.now()
    late = _open_deferrals().filter(deferred_due_at__lte=moment)
    ids = list(late.values_list("application_id", flat=True).distinct())
    return sum(_expire_deferral(application_id, moment) for application_id in ids)


@transaction.atomic
def _expire_deferral(application_id: int, now: datetime) -> bool:
    return break_deferral(begin(application_id, by=None, now=now))


def _open_deferrals() -> QuerySet[SubmittedMaterial]:
    return SubmittedMaterial.objects.filter(
        mode=MaterialMode.DEFERRED,
        state=MaterialState.PENDING,
        superseded=False,
        deferred_due_at__isnull=False,
    ).order_by()


def remind(now: datetime | None = None) -> int:
    """Tell applicants once before the end and once on its day (I-37, I-51)."""
    moment = now or timezone.now()
    days = calendar()
    return _remind_corrections(moment, days) + _remind_deferrals(moment, days)


def _remind_corrections(now: datetime, days: Calendar) -> int:
    today = day_of(now)
    told = 0
    for notice in Correction.objects.filter(sent_at__isnull=False, completed_at=None).select_related(
        "application"
    ):
        last = day_of((notice.due_at or now) - _A_MOMENT)
        if not _is_reminder_day(today, last, CORRECTION_NOTICE_DAYS, days) or notice.reminded_on == today:
            continue
        with transaction.atomic():
            claimed = (
                Correction.objects.filter(pk=notice.pk).exclude(reminded_on=today).update(reminded_on=today)
            )
            if claimed:
                publish(
                    events.CorrectionReminded(
                        application_id=notice.application_id,
                        reference=notice.application.reference or "",
                        due_at=last.isoformat(),
                        key=f"correction:{notice.pk}:{today}",
                    )
                )
        told += claimed
    return told


def _remind_deferrals(now: datetime, days: Calendar) -> int:
    today = day_of(now)
    told = 0
    for paper in _open_deferrals().select_related("application"):
        last = day_of((paper.deferred_due_at or now) - _A_MOMENT)
        if not _is_reminder_day(today, last, DEFERRED_NOTICE_DAYS, days):
            continue
        with transaction.atomic():
            row = SubmittedMaterial.objects.filter(pk=paper.pk).exclude(deferred_reminded_on=today)
            claimed = row.update(deferred_reminded_on=today)
            if claimed:
                publish(
                    events.DeferredReminded(
                        application_id=paper.application_id,
                        reference=paper.application.reference or "",
                        due_at=last.isoformat(),
                        materials=[paper.name],
                        key=f"deferred:{paper.pk}:{today}",
                    )
                )
        told += claimed
    return told


def _is_reminder_day(today: date, last: date, before: int, days: Calendar) -> bool:
    return today == last or (today < last and days.workdays_between(today, last) == before)


@transaction.atomic
def notice_overdue(now: datetime | None = None) -> int:
    """Reviews past their promise, each once: supervision hears of it."""
    moment = now or timezone.now()
    late = list(
        DepartmentReview.objects.filter(status__in=IN_HAND, due_at__lt=moment, overdue_noticed_at=None)
        .select_related("application", "department")
        .select_for_update(of=("self",), skip_locked=True)
    )
    DepartmentReview.objects.filter(pk__in=[review.pk for review in late]).update(overdue_noticed_at=moment)
    days = calendar()
    publish(*(_overdue(review, days_late(review, moment, days)) for review in late))
    return len(late)


def _overdue(review: DepartmentReview, late: int) -> events.ReviewOverdue:
    return events.ReviewOverdue(
        application_id=review.application_id,
        reference=review.application.reference or "",
        review_id=review.pk,
        matter=review.code,
        matter_name=review.name,
        department=review.department.name,
        days_late=late,
    )
