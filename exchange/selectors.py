"""How the other systems have answered lately."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count, Max, Q
from django.utils import timezone

from exchange.models import CallLog, CallOutcome


@dataclass(frozen=True)
class Availability:
    """One system in a stretch of time."""

    system: str
    calls: int
    failed: int
    average_milliseconds: int
    last_call: dt.datetime


def availability(*, since: dt.timedelta = dt.timedelta(hours=24)) -> list[Availability]:
    """Every system that was called since, the one with most failures first; one query."""
    rows = (
        CallLog.objects.filter(at__gte=timezone.now() - since)
        .values("system")
        .annotate(
            calls=Count("id"),
            failed=Count("id", filter=~Q(outcome=CallOutcome.ANSWERED)),
            average=Avg("milliseconds"),
            last_call=Max("at"),
        )
        .order_by("-failed", "system")
    )
    return [
        Availability(row["system"], row["calls"], row["failed"], round(row["average"]), row["last_call"])
        for row in rows
    ]
