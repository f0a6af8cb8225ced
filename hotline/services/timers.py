"""
What the clock does every minute: what is due by the stored dues, each once, however late the beat comes (H-155).

Every timer asks for the ids that are due and have not gone off for that due, a bounded number of them, and does
each in a transaction of its own: one that fails is logged and holds up no other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from common.workdays import day_of
from hotline import events
from hotline.models import ExtensionRequest, Firing, HotlineOrder, Pause, Supervision, Urge
from hotline.rules.clock import YELLOW_SHARE, Limit, limit_of
from hotline.rules.urging import is_nearly_due
from hotline.selectors import current_tree, parameter
from hotline.services import supervising
from hotline.services.acting import Act, begin
from hotline.services.closing import archive_answered
from hotline.services.extending import lapse_extension
from hotline.services.limits import handling_limit
from hotline.services.pausing import stop_waiting
from hotline.services.prompting import prompt_decision, prompt_plan, undecided, unplanned
from hotline.services.shelving import resume_unreviewed
from hotline.services.surveying import end_unreached
from hotline.services.urging import note_urge
from hotline.states import (
    OPEN,
    CloseReason,
    OrderStatus,
    RequestState,
    SupervisionCause,
    Urgency,
)
from matters.selectors import centre_calendar

__all__ = ["TIMERS", "tick"]

log = structlog.get_logger(__name__)

#: How many of each kind one run takes; the next minute takes the next.
A_RUN = 200
WORKING = (OrderStatus.HANDLING, OrderStatus.REWORK)


def tick(now: datetime | None = None, *, limit: int = A_RUN) -> Mapping[str, int]:
    """Everything that is due by now; how much of each kind was done."""
    at = now or timezone.now()
    return {timer.name: sum(_safely(timer, pk, at) for pk in timer.due(at)[:limit]) for timer in TIMERS}


@dataclass(frozen=True)
class Timer:
    """One kind of event: which ids are due, and what is done to each."""

    name: str
    due: Callable[[datetime], QuerySet[Any, int]]
    act: Callable[[int, datetime], bool]


def _safely(timer: Timer, pk: int, now: datetime) -> bool:
    try:
        return timer.act(pk, now)
    except Exception:
        log.exception("timer_failed", timer=timer.name, pk=pk)
        return False


def _fires(act: Act, event: str) -> bool:
    """Note that it went off for the due of this state; False when it has before."""
    order = act.hotline_order
    if order.state_due_at is None:
        return False
    _row, first = Firing.objects.get_or_create(
        hotline_order=order, event=event, due_at=order.state_due_at, defaults={"at": act.now}
    )
    return first


def _unfired(rows: QuerySet[HotlineOrder], event: str) -> QuerySet[HotlineOrder, int]:
    fired = Firing.objects.filter(hotline_order=OuterRef("pk"), event=event, due_at=OuterRef("state_due_at"))
    return _ids(rows.filter(~Exists(fired)).order_by("state_due_at", "pk"))


def _ids(rows: QuerySet[HotlineOrder]) -> QuerySet[HotlineOrder, int]:
    return rows.values_list("pk", flat=True)


# Waiting for the citizen


def _waited(now: datetime) -> QuerySet[Pause, int]:
    rows = Pause.objects.filter(ended_at__isnull=True, ends_by__lt=now)
    return rows.order_by("ends_by", "pk").values_list("hotline_order_id", flat=True)


def _run_on(order_id: int, now: datetime) -> bool:
    """H-152: three days without a supplement, the clock runs on from where they ended."""
    stop_waiting(order_id)
    return True


# Direct answers


def _settling(now: datetime) -> QuerySet[HotlineOrder, int]:
    rows = HotlineOrder.objects.filter(status=OrderStatus.DIRECT_ANSWERED, state_due_at__lt=now)
    return _ids(rows.order_by("state_due_at", "pk"))


@transaction.atomic
def settle_direct(order_id: int, now: datetime) -> bool:
    """T-26: seven days without the caller coming back."""
    act = begin(order_id, by=None, now=now)
    order = act.hotline_order
    if order.status != OrderStatus.DIRECT_ANSWERED or order.state_due_at is None or order.state_due_at >= now:
        return False
    order.settle_direct(at=now)
    archive_answered(act, CloseReason.DIRECT)
    act.finish()
    return True


# Surveys


def _unanswered(now: datetime) -> QuerySet[HotlineOrder, int]:
    rows = HotlineOrder.objects.filter(
        status=OrderStatus.CALLBACK, state_due_at__lt=now, survey_level__isnull=True
    )
    return _ids(rows.order_by("state_due_at", "pk"))


@transaction.atomic
def expire_survey(order_id: int, now: datetime) -> bool:
    """T-28 by the clock: nobody answered in time, which is no contact and no level (H-112)."""
    act = begin(order_id, by=None, now=now)
    order = act.hotline_order
    late = order.state_due_at is not None and order.state_due_at < now
    if order.status != OrderStatus.CALLBACK or not late or order.survey_level is not None:
        return False
    end_unreached(act)
    act.finish()
    return True


# Requests and the ledger


def _undecided(now: datetime) -> QuerySet[ExtensionRequest, int]:
    rows = ExtensionRequest.objects.filter(state=RequestState.PENDING, old_due_at__lt=now)
    return rows.order_by("old_due_at", "pk").values_list("pk", flat=True)


def _unreviewed(now: datetime) -> QuerySet[HotlineOrder, int]:
    planned = Q(shelvings__state=RequestState.APPROVED, shelvings__ended_at__isnull=True)
    planned &= Q(shelvings__plan_date__lte=day_of(now))
    rows = HotlineOrder.objects.filter(status=OrderStatus.SHELVED)
    rows = rows.filter(Q(review_due_at__lt=now) | planned)
    return _ids(rows.order_by("review_due_at", "pk").distinct())


# What a department has not finished (H-121, H-123)


def _working() -> QuerySet[HotlineOrder]:
    return HotlineOrder.objects.filter(status__in=WORKING, paused_at__isnull=True)


def _nearly_due(now: datetime) -> QuerySet[HotlineOrder, int]:
    calendar = centre_calendar()
    tomorrow = calendar.end_of_day(calendar.add(day_of(now), 1).date)
    quarter = now + timedelta(hours=_longest_hours() * YELLOW_SHARE)
    near = Q(urgency=Urgency.NORMAL, state_due_at__lt=tomorrow)
    near |= ~Q(urgency=Urgency.NORMAL) & Q(state_due_at__lte=quarter)
    return _unfired(_working().filter(near, state_due_at__gte=now), "due_soon")


def _longest_hours() -> float:
    """The longest limit in natural hours that an order can have."""
    rows = [row["handle"] for row in current_tree().tables["urgency_levels"] if row["handle"]]
    return max(float(row["value"]) for row in [*rows, *parameter("rework_limits").values()])


@transaction.atomic
def urge_soon(order_id: int, now: datetime) -> bool:
    """One working day or a quarter of the hours is left: the handler hears of it, once (H-121)."""
    act = begin(order_id, by=None, now=now)
    order = act.hotline_order
    at_work = order.status in WORKING and order.paused_at is None and order.state_due_at is not None
    if not at_work or not is_nearly_due(act.calendar, now, order, _limit_now(order)):
        return False
    if not _fires(act, "due_soon"):
        return False
    note_urge(act, Urge.Kind.DUE_SOON)
    act.finish()
    return True


def _limit_now(order: HotlineOrder) -> Limit:
    if order.status == OrderStatus.REWORK:
        return limit_of(parameter("rework_limits")[order.urgency])
    return handling_limit(order)


def _past_due(now: datetime) -> QuerySet[HotlineOrder, int]:
    return _unfired(_working().filter(state_due_at__lt=now), "overdue")


@transaction.atomic
def urge_overdue(order_id: int, now: datetime) -> bool:
    """Past the due: the head hears of it, once (H-121)."""
    act = begin(order_id, by=None, now=now)
    if not _is_overdue(act) or not _fires(act, "overdue"):
        return False
    note_urge(act, Urge.Kind.OVERDUE)
    act.finish()
    return True


def _is_overdue(act: Act) -> bool:
    order = act.hotline_order
    due = order.state_due_at
    return order.status in WORKING and order.paused_at is None and due is not None and due < act.now


def _long_past_due(now: datetime) -> QuerySet[HotlineOrder, int]:
    """Those due before the last working day that has closed: a working day and more ago (H-123)."""
    calendar = centre_calendar()
    day = day_of(now)
    while not calendar.is_workday(day) or calendar.closing(day) > now:
        day -= timedelta(days=1)
    midnight = calendar.end_of_day(day - timedelta(days=1))
    return _unfired(_working().filter(state_due_at__lt=midnight), "supervised")


@transaction.atomic
def supervise_overdue(order_id: int, now: datetime) -> bool:
    """Overdue by a working day: 督办 at level 1, once for each due (H-123)."""
    act = begin(order_id, by=None, now=now)
    order, host = act.hotline_order, act.host
    due = order.state_due_at
    if not _is_overdue(act) or host is None or due is None:
        return False
    if now < act.calendar.due_at(day_of(due), 1) or not _fires(act, "supervised"):
        return False
    supervising.supervise(act, host.department, SupervisionCause.OVERDUE, key=f"{order.pk}:{due:%Y%m%d%H%M}")
    act.finish()
    return True


# Whatever else was not left by its due (H-71, H-156)


def _stuck(now: datetime) -> QuerySet[HotlineOrder, int]:
    rows = HotlineOrder.objects.filter(status__in=sorted(OPEN), paused_at__isnull=True, state_due_at__lt=now)
    return _unfired(rows, "stage_overdue")


@transaction.atomic
def notice_stuck(order_id: int, now: datetime) -> bool:
    """A state exceeded its limit: a fact for the desk it lies at, once for each due (H-156)."""
    act = begin(order_id, by=None, now=now)
    order = act.hotline_order
    due = order.state_due_at
    late = order.status in OPEN and order.paused_at is None and due is not None and due < now
    if not late or not _fires(act, "stage_overdue"):
        return False
    act.tell(events.StageOverdue, stage=order.status)
    act.finish()
    return True


# Supervisions


def _silent(now: datetime) -> QuerySet[Supervision, int]:
    return supervising.silent(now).values_list("pk", flat=True)


#: In this order: what ends a wait comes before what complains of it.
TIMERS: tuple[Timer, ...] = (
    Timer("waiting", _waited, _run_on),
    Timer("settled", _settling, settle_direct),
    Timer("unreached", _unanswered, expire_survey),
    Timer("extensions", _undecided, lapse_extension),
    Timer("decisions", undecided, prompt_decision),
    Timer("plans", unplanned, prompt_plan),
    Timer("ledger", _unreviewed, resume_unreviewed),
    Timer("due soon", _nearly_due, urge_soon),
    Timer("overdue", _past_due, urge_overdue),
    Timer("supervised", _long_past_due, supervise_overdue),
    Timer("stuck", _stuck, notice_stuck),
    Timer("silent", _silent, supervising.raise_one),
)
