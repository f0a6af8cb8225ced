"""
How the centre keeps what it promises, counted from rows over the last year: never an estimate, never a target.

Each figure says of how many it was counted; of none it is not said at all. A figure may be some minutes old.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from common.workdays import SHANGHAI
from evaluation.models import Evaluation
from evaluation.states import Level
from matters.selectors import centre_calendar
from portal.keeping import Kept
from workflow.models import Application, DepartmentReview
from workflow.states import IN_HAND

#: The period every figure is counted over, and how old one may be, in seconds.
PERIOD = timedelta(days=365)
AGE = 600


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    of: int

    @property
    def percent(self) -> str:
        """Cut off, not rounded: 99.97 % is never told as 100 %."""
        tenths = self.part * 1000 // self.of
        return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")


@dataclass(frozen=True)
class Pace:
    """Working days of all these reviews together: what the law allows, and what it took."""

    allowed: int
    taken: int
    of: int

    @property
    def allowed_each(self) -> float:
        return self.allowed / self.of

    @property
    def taken_each(self) -> float:
        return self.taken / self.of

    @property
    def saved_each(self) -> float:
        return self.allowed_each - self.taken_each


@dataclass(frozen=True)
class Figures:
    """One year of the centre; a share or pace that nothing was counted for is None."""

    since: date
    until: date
    handled: int
    good: Share | None
    on_time: Share | None
    pace: Pace | None


def count() -> Figures:
    """Four statements, however many rows there are."""
    now = timezone.now()
    since = now - PERIOD
    return Figures(
        since=since.astimezone(SHANGHAI).date(),
        until=now.astimezone(SHANGHAI).date(),
        handled=Application.objects.filter(decided_at__range=(since, now)).count(),
        good=_good(since, now),
        on_time=_on_time(since, now),
        pace=_pace(since, now),
    )


#: The same, at most AGE seconds old.
figures = Kept(count, AGE)


def _good(since: datetime, now: datetime) -> Share | None:
    """EM-03 好评率: the three upper of the five levels."""
    counted = Evaluation.objects.filter(created_at__range=(since, now)).aggregate(
        part=Count("pk", filter=Q(level__gte=Level.FAIR)), of=Count("pk")
    )
    return _share(counted)


def _on_time(since: datetime, now: datetime) -> Share | None:
    """Decided within the promise; what is overdue and still open counts against it."""
    decided = Q(decided_at__range=(since, now), due_at__isnull=False)
    overdue = Q(status__in=IN_HAND, due_at__lt=now)
    counted = DepartmentReview.objects.filter(decided | overdue).aggregate(
        part=Count("pk", filter=Q(decided_at__lte=F("due_at"))), of=Count("pk")
    )
    return _share(counted)


def _share(counted: dict[str, int]) -> Share | None:
    return Share(counted["part"], counted["of"]) if counted["of"] else None


def _pace(since: datetime, now: datetime) -> Pace | None:
    """Of reviews that the law sets a limit: from the start of the clock to the decision, pauses included."""
    lasted = (
        DepartmentReview.objects.filter(decided_at__range=(since, now), statutory_days__isnull=False)
        .exclude(clock_from=None)
        .values_list(TruncDate("clock_from", tzinfo=SHANGHAI), TruncDate("decided_at", tzinfo=SHANGHAI))
        .annotate(allowed=Sum("statutory_days"), of=Count("pk"))
    )
    return _summed(lasted)


def _summed(lasted: Iterable[tuple[date, date, int, int]]) -> Pace | None:
    between = centre_calendar().workdays_between
    rows = [(between(start, end) * of, allowed, of) for start, end, allowed, of in lasted]
    if not rows:
        return None
    taken, allowed, of = (sum(column) for column in zip(*rows, strict=True))
    return Pace(allowed, taken, of)
