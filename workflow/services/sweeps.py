"""What time itself does: silence deemed acceptance, reminders, deadlines passed, lateness noticed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.workdays import Calendar, day_of
from events import publish
from matters.models import Matter
from matters.selectors import centre_calendar
from workflow import events
from workflow.models import (
    ApplicationDocument,
    Correction,
    DepartmentReview,
    SpecialProcedure,
    SubmittedMaterial,
)
from workflow.rules import clock
from workflow.rules.acceptance import is_silent
from workflow.rules.handling import days_late
from workflow.services.accepting import accept_reviews
from workflow.services.acting import Act, begin
from workflow.services.correction import answered
from workflow.services.deferral import break_deferral
from workflow.services.ending import terminate_reviews
from workflow.services.handover import hand_over_electronically
from workflow.services.sweeping import WITH_DEPARTMENTS, each
from workflow.states import (
    IN_HAND,
    ApplicationStatus,
    DeliveryMethod,
    MaterialMode,
    MaterialState,
    ReviewStatus,
    TerminationGround,
)

__all__ = [
    "deem_accepted",
    "deliver_in_time",
    "expire_corrections",
    "expire_deferrals",
    "notice_overdue",
    "notice_overdue_procedures",
    "remind",
]

#: Ten working days are never fewer days than these, whatever is worked in exchange for a holiday.
ALMOST_TEN_WORKDAYS = timedelta(days=9)


def deem_accepted(now: datetime | None = None) -> int:
    """Silence is complete: at the joint window's end, after five days, or a day after the corrected set (I-33, I-103)."""
    moment = now or timezone.now()
    silent = DepartmentReview.objects.unanswered()
    late = silent.filter(application__joint_due_at__lt=moment, confirm_due_at=None)
    late |= silent.filter(confirm_due_at__lt=moment)
    unsent = Correction.objects.filter(sent_at=None, application__joint_due_at__lt=moment)
    ids = set(late.order_by().values_list("application_id", flat=True))
    return each(sorted(ids.union(unsent.values_list("application_id", flat=True))), _deem, moment)


@transaction.atomic
def _deem(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    silent = [review for review in act.reviews if is_silent(review, act.application, now)]
    switched_off = _without_deemed_acceptance(silent)
    deemed = [review for review in silent if review.code not in switched_off]
    for review in deemed:
        accept_reviews(act, [review], at=_deemed_at(review, act), deemed=review.confirm_due_at is None)
    for rule in sorted({_rule(review, act) for review in deemed}):
        ids = [review.pk for review in deemed if _rule(review, act) == rule]
        act.tell(events.SilenceNoticed, review_ids=ids, rule=rule)
    answered(act)
    return bool(deemed)


def _rule(review: DepartmentReview, act: Act) -> str:
    """By which rule silence became acceptance."""
    if review.confirm_due_at is not None:
        return "I-36"
    return "I-33" if review.accepted_at == act.application.received_at else "I-103"


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
    """补正 time is over and the reminder has gone out: what waits for it is terminated (C-08, I-37, I-106)."""
    moment = now or timezone.now()
    over = Correction.objects.filter(due_at__lte=moment, completed_at=None)
    return each(list(over.values_list("application_id", flat=True)), _expire_correction, moment)


@transaction.atomic
def _expire_correction(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    notice = Correction.objects.get(application=act.application)
    waiting = [review for review in act.reviews if review.status == ReviewStatus.CORRECTING]
    if waiting and notice.reminded_on is None:
        _remind_at_last(act, notice)
        return False
    Correction.objects.filter(pk=notice.pk, completed_at=None).update(completed_at=now)
    if not waiting:
        return False
    facts = "在补正告知书规定的期限内没有补齐材料"
    terminate_reviews(act, waiting, TerminationGround.NOT_CORRECTED, facts)
    act.finish()
    return True


def _remind_at_last(act: Act, notice: Correction) -> None:
    """Nobody is terminated unreminded (C-08): a reminder that never went out goes now, with the days it promises."""
    today = day_of(act.now)
    last = act.clock.calendar.add(today, clock.CORRECTION_NOTICE_DAYS).date
    notice.due_at, notice.reminded_on = act.clock.calendar.end_of_day(last), today
    notice.save(update_fields=["due_at", "reminded_on"])
    act.tell(events.CorrectionReminded, due_at=last.isoformat(), key=f"correction:{notice.pk}:{today}")
    act.finish()


def expire_deferrals(now: datetime | None = None) -> int:
    """容缺 time is over (I-51); runs at 00:05 of the next day."""
    moment = now or timezone.now()
    late = _open_deferrals().filter(deferred_due_at__lte=moment)
    return each(list(late.values_list("application_id", flat=True).distinct()), _expire_deferral, moment)


@transaction.atomic
def _expire_deferral(application_id: int, now: datetime) -> bool:
    return break_deferral(begin(application_id, by=None, now=now))


def _open_deferrals() -> QuerySet[SubmittedMaterial]:
    """Deferred papers of applications that some department still works on."""
    return SubmittedMaterial.objects.filter(
        mode=MaterialMode.DEFERRED,
        state=MaterialState.PENDING,
        superseded=False,
        deferred_due_at__isnull=False,
        application__deferred_open__gt=0,
        application__status__in=WITH_DEPARTMENTS,
    ).order_by()


def remind(now: datetime | None = None) -> int:
    """Tell applicants once before the end and once on its day (I-37, I-51)."""
    moment = now or timezone.now()
    days = centre_calendar()
    return _remind_corrections(day_of(moment), days) + _remind_deferrals(day_of(moment), days)


def _remind_corrections(today: date, days: Calendar) -> int:
    open_notices = Correction.objects.filter(
        sent_at__isnull=False, completed_at=None, application__status=ApplicationStatus.CORRECTING
    )
    return sum(_remind_correction(one, today, days) for one in open_notices.select_related("application"))


@transaction.atomic
def _remind_correction(notice: Correction, today: date, days: Calendar) -> int:
    if notice.due_at is None:
        return 0
    last = clock.last_day(notice.due_at)
    if not clock.is_to_be_reminded(today, last, clock.CORRECTION_NOTICE_DAYS, notice.reminded_on, days):
        return 0
    same = Correction.objects.filter(pk=notice.pk, reminded_on=notice.reminded_on)
    claimed = same.update(reminded_on=today)
    if claimed:
        publish(
            events.CorrectionReminded(
                application_id=notice.application_id,
                reference=notice.application.reference or "",
                due_at=last.isoformat(),
                key=f"correction:{notice.pk}:{today}",
            )
        )
    return claimed


def _remind_deferrals(today: date, days: Calendar) -> int:
    return sum(_remind_deferral(one, today, days) for one in _open_deferrals().select_related("application"))


@transaction.atomic
def _remind_deferral(paper: SubmittedMaterial, today: date, days: Calendar) -> int:
    if paper.deferred_due_at is None:
        return 0
    last, before = clock.last_day(paper.deferred_due_at), paper.deferred_reminded_on
    if not clock.is_to_be_reminded(today, last, clock.DEFERRED_NOTICE_DAYS, before, days):
        return 0
    same = SubmittedMaterial.objects.filter(pk=paper.pk, deferred_reminded_on=before)
    claimed = same.update(deferred_reminded_on=today)
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
    return claimed


def deliver_in_time(now: datetime | None = None) -> int:
    """A result waits for the others no longer than ten working days after its grant (I-82)."""
    moment = now or timezone.now()
    waiting = ApplicationDocument.objects.filter(
        needs_proof=True,
        delivery=None,
        review__decided_at__lt=moment - ALMOST_TEN_WORKDAYS,
        application__delivery_method=DeliveryMethod.ELECTRONIC,
    )
    ids = waiting.order_by().values_list("application_id", flat=True).distinct()
    return each(sorted(ids), hand_over_electronically, moment)


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
    days = centre_calendar()
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


@transaction.atomic
def notice_overdue_procedures(now: datetime | None = None) -> int:
    """Special procedures past the end that was told, each once for each end (I-92): the department owes a word."""
    today = day_of(now or timezone.now())
    rows = SpecialProcedure.objects.filter(ended_on=None, expected_end__lt=today, overdue_noticed_on=None)
    late = list(
        rows.select_related("review__application", "review__department").select_for_update(
            of=("self",), skip_locked=True
        )
    )
    SpecialProcedure.objects.filter(pk__in=[one.pk for one in late]).update(overdue_noticed_on=today)
    publish(*map(_procedure_overdue, late))
    return len(late)


def _procedure_overdue(procedure: SpecialProcedure) -> events.SpecialProcedureOverdue:
    review = procedure.review
    return events.SpecialProcedureOverdue(
        application_id=review.application_id,
        reference=review.application.reference or "",
        review_id=review.pk,
        matter=review.code,
        matter_name=review.name,
        department=review.department.name,
        kind=procedure.get_kind_display(),
        expected_end=procedure.expected_end.isoformat(),
    )
