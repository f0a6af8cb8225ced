"""What the facts say of a review's clock: how many of its working days are used (I-78)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from common.workdays import day_of
from events.models import EventRecord
from matters.selectors import centre_calendar
from workflow.models import DepartmentReview
from workflow.rules.history import CLOCK_FACTS, clock_told_by

__all__ = ["DaysUsed", "days_used"]


@dataclass(frozen=True)
class DaysUsed:
    """Working days used and allowed by the promise, extensions included."""

    used: int
    allowed: int


def days_used(review: DepartmentReview, now: datetime | None = None) -> DaysUsed | None:
    """Replayed from the application's facts; None before the review is handed out. One statement."""
    records = EventRecord.objects.about(review.application.subject).of(*CLOCK_FACTS)
    clock = clock_told_by(((record.fact, day_of(record.at)) for record in records), review.pk)
    if clock is None:
        return None
    return DaysUsed(clock.elapsed(centre_calendar(), day_of(now or timezone.now())), clock.limit)
