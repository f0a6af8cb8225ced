"""Which report covers which days, and when it is due (H-175…H-177)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from common.workdays import SHANGHAI, Calendar

__all__ = ["Span", "last_span"]

DAILY_AT, WEEKLY_AT = time(8, 30), time(10)
#: 月报、季报: by the third working day.
WORKING_DAYS = 3
MONTHS_OF = {"monthly": 1, "quarterly": 3}


@dataclass(frozen=True)
class Span:
    """The days of a report, both included, and by when it has to be there."""

    kind: str
    first: date
    last: date
    due_at: datetime


def last_span(kind: str, today: date, calendar: Calendar) -> Span:
    """The newest period of this kind that is over on ``today``."""
    if kind == "daily":
        day = today - timedelta(days=1)
        return Span(kind, day, day, datetime.combine(today, DAILY_AT, SHANGHAI))
    if kind == "weekly":
        monday = today - timedelta(days=today.weekday())
        due = datetime.combine(monday, WEEKLY_AT, SHANGHAI)
        return Span(kind, monday - timedelta(days=7), monday - timedelta(days=1), due)
    first = _months_before(today, MONTHS_OF[kind])
    last = _months_later(first, MONTHS_OF[kind]) - timedelta(days=1)
    return Span(kind, first, last, calendar.due_at(last, WORKING_DAYS))


def _months_before(today: date, months: int) -> date:
    """The first day of the last whole month, or of the last whole quarter."""
    begun = today.month - 1 - (today.month - 1) % months
    return _months_later(today.replace(month=begun + 1, day=1), -months)


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)
