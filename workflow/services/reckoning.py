"""
Dues reckoned anew after the calendar has changed (I-73…I-75).

A date that was told moves later with a closure, and never earlier when a rest day
is taken back: people have planned by it. Only what was told as provisional, because
the year's notice was not here yet, becomes what the notice makes of it.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from common.workdays import day_of
from matters.selectors import centre_calendar, forget_calendars, missing_year
from workflow import events
from workflow.models import Application, Correction, DepartmentReview
from workflow.rules import clock
from workflow.services import following
from workflow.services.accepting import completed_at
from workflow.services.acting import Act, begin
from workflow.services.sweeping import WITH_DEPARTMENTS, each
from workflow.states import TOLD_DUES, Due, MaterialMode, MaterialState

__all__ = ["notice_missing_year", "reckon_dues"]

log = structlog.get_logger(__name__)


def reckon_dues(now: datetime | None = None) -> int:
    """Reckon the dues of every open application whose calendar is not today's. How many had one moved."""
    forget_calendars()
    behind = Application.objects.filter(status__in=WITH_DEPARTMENTS).exclude(
        calendar_version=centre_calendar().version
    )
    ids = list(behind.order_by("pk").values_list("pk", flat=True))
    return each(ids, _reckon, now or timezone.now())


def notice_missing_year(now: datetime | None = None) -> int | None:
    """Raise the alarm while a year's notice is missing that should be here: dates in it are guesses (I-73)."""
    year = missing_year(day_of(now or timezone.now()))
    if year is not None:
        open_ones = Application.objects.filter(status__in=WITH_DEPARTMENTS, due_provisional=True)
        log.error("calendar_year_missing", year=year, provisional_applications=open_ones.count())
    return year


@transaction.atomic
def _reckon(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    if act.application.status not in WITH_DEPARTMENTS:
        return False
    moves = [*_reviews(act), *_whole(act), *_windows(act), *_confirmations(act)]
    moves += [*_correction(act), *_deferred(act), *_choice(act)]
    act.application.calendar_version = act.clock.calendar.version
    act.save()
    if moves:
        act.tell(events.DuesReckoned, calendar=act.clock.calendar.version, moves=moves)
    if told := [move for move in moves if move["due"] in TOLD_DUES]:
        act.tell(events.DuesMoved, moves=told)
    act.finish()
    return bool(moves)


def _reviews(act: Act) -> Iterator[events.Move]:
    for review in act.reviews:
        if review.due_at is None or review.is_final:
            continue
        promised, statutory, provisional = review.due_at, review.statutory_due_at, review.due_provisional
        following.set_due(act, review)
        review.due_at = clock.not_before(promised, review.due_at, provisional=provisional)
        yield from _moved(Due.REVIEW, promised, review.due_at, review)
        if statutory and review.statutory_due_at:
            review.statutory_due_at = clock.not_before(
                statutory, review.statutory_due_at, provisional=provisional
            )
            yield from _moved(Due.STATUTORY, statutory, review.statutory_due_at, review)
        if review.due_at > act.now:
            review.overdue_noticed_at = None


def _whole(act: Act) -> Iterator[events.Move]:
    told, provisional = act.application.due_at, act.application.due_provisional
    if told is None:
        return
    following.reckon_whole(act)
    if act.application.due_at is not None:
        act.application.due_at = clock.not_before(told, act.application.due_at, provisional=provisional)
        yield from _moved(Due.WHOLE, told, act.application.due_at)


def _windows(act: Act) -> Iterator[events.Move]:
    """The windows for an answer, while some department still owes one."""
    one = act.application
    owed = any(review.papers_open and not review.answer for review in act.reviews)
    if not owed or one.received_at is None or one.answer_due_at is None or one.joint_due_at is None:
        return
    answer, joint = clock.windows(act.clock.calendar, one.received_at, joint=one.is_joint)
    told_answer, told_joint = one.answer_due_at, one.joint_due_at
    one.answer_due_at = clock.not_before(told_answer, answer)
    one.joint_due_at = clock.not_before(told_joint, joint)
    yield from _moved(Due.ANSWER, told_answer, one.answer_due_at)
    yield from _moved(Due.JOINT, told_joint, one.joint_due_at)


def _confirmations(act: Act) -> Iterator[events.Move]:
    for review in act.reviews:
        told = review.confirm_due_at
        if told is None or review.answer or not review.papers_open:
            continue
        if since := completed_at(review):
            due = act.clock.calendar.due_at(day_of(since), clock.CONFIRM_DAYS)
            review.confirm_due_at = clock.not_before(told, due)
            yield from _moved(Due.CONFIRM, told, review.confirm_due_at, review)


def _correction(act: Act) -> Iterator[events.Move]:
    open_notice = Correction.objects.filter(
        application=act.application, sent_at__isnull=False, due_at__isnull=False, completed_at=None
    )
    for notice in open_notice:
        told = notice.due_at
        if told is None or notice.sent_at is None or notice.days is None:
            continue
        last = act.clock.calendar.add(day_of(notice.sent_at), notice.days).date
        notice.due_at = clock.not_before(told, act.clock.calendar.end_of_day(last))
        notice.save(update_fields=["due_at"])
        yield from _moved(Due.CORRECTION, told, notice.due_at)


def _deferred(act: Act) -> Iterator[events.Move]:
    if not act.application.deferred_open:
        return
    waited_for = act.application.materials.filter(
        mode=MaterialMode.DEFERRED, state=MaterialState.PENDING, superseded=False, deferred_from__isnull=False
    )
    for paper in waited_for:
        told = paper.deferred_due_at
        if told is None or paper.deferred_from is None or paper.deferred_days is None:
            continue
        last = act.clock.calendar.add(paper.deferred_from, paper.deferred_days).date
        paper.deferred_due_at = clock.not_before(told, act.clock.calendar.end_of_day(last))
        paper.save(update_fields=["deferred_due_at"])
        yield from _moved(Due.DEFERRED, told, paper.deferred_due_at, name=paper.name)


def _choice(act: Act) -> Iterator[events.Move]:
    """The applicant's days to choose what becomes of the rest (I-107c)."""
    told, since = act.application.choice_due_at, act.application.choice_from
    if told is None or since is None:
        return
    last = act.clock.calendar.add(since, clock.CHOICE_DAYS).date
    act.application.choice_due_at = clock.not_before(told, act.clock.calendar.end_of_day(last))
    yield from _moved(Due.CHOICE, told, act.application.choice_due_at)


def _moved(
    due: Due, old: datetime, new: datetime, review: DepartmentReview | None = None, *, name: str = ""
) -> Iterator[events.Move]:
    if old == new:
        return
    yield {
        "due": due.value,
        "name": review.name if review else name,
        "review_id": review.pk if review else None,
        "old": old.isoformat(),
        "new": new.isoformat(),
    }
