"""The working-day calendar of a region, kept in the process: asking costs no SQL while nothing has changed."""

import time
import uuid
from datetime import date

from django.conf import settings
from django.db.models import Q

from common.workdays import Calendar
from identity.models import Region
from matters.models import CalendarDay, CalendarVersion, CalendarYear
from matters.states import DayKind

#: How long a process may go on with its copy before it looks whether the calendar has changed.
CHECK_SECONDS: float = getattr(settings, "CALENDAR_CHECK_SECONDS", 5.0)


#: From this month on the next year's notice is expected.
NOTICE_MONTH = 11


class _Kept:
    """
    What this process knows, the stamp it was read under, and when it last looked.

    For a while after a change made here every question looks at the stamp: the change may yet be rolled back.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.stamp: uuid.UUID | None = None
        self.looked = self.changed = float("-inf")
        self.calendars: dict[str | None, Calendar] = {}

    def refresh(self) -> None:
        now = time.monotonic()
        if abs(now - self.looked) < CHECK_SECONDS <= abs(now - self.changed):
            return
        stamp = CalendarVersion.objects.values_list("stamp", flat=True).first()
        if stamp != self.stamp:
            self.calendars, self.stamp = {}, stamp
        self.looked = now


_kept = _Kept()


def calendar(region_code: str | None = None) -> Calendar:
    """The region's calendar: its own days, else its parents', else the nation's (I-70)."""
    _kept.refresh()
    found = _kept.calendars.get(region_code)
    if found is None:
        found = _kept.calendars[region_code] = _read(region_code)
    return found


def centre_calendar() -> Calendar:
    """The calendar of the city whose centre this is: national days and the city's own closures (I-70, I-74)."""
    return calendar(settings.CENTRE_REGION or None)


def missing_year(today: date) -> int | None:
    """
    The year whose dates are provisional though its notice should be here by now (I-73); None while all is well.

    The State Council's notice for a year comes in the November before it.
    """
    due = today.year + (today.month >= NOTICE_MONTH)
    return next((year for year in (today.year, due) if year not in centre_calendar().known_years), None)


def forget_calendars() -> None:
    """The calendar was changed in this process: look at once, and for a while at every question."""
    _kept.changed = time.monotonic()


def read_again() -> None:
    """Read what this process keeps once more, and from now on look no more often than usual."""
    regions = list(_kept.calendars)
    _kept.forget()
    for region_code in regions:
        calendar(region_code)


def _read(region_code: str | None) -> Calendar:
    lineage = _lineage(region_code) if region_code else []
    rows = CalendarDay.objects.filter(Q(region=None) | Q(region__in=lineage)).values_list(
        "date", "kind", "region"
    )
    nearness: dict[int | None, int] = {
        None: 0,
        **{region: near for near, region in enumerate(lineage, start=1)},
    }
    days: dict[date, bool] = {}
    for day, kind, _region in sorted(rows, key=lambda row: nearness[row[2]]):
        days[day] = kind == DayKind.WORK
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    return Calendar(days, years, version=str(_kept.stamp or ""))


def _lineage(region_code: str) -> list[int]:
    """The region and what it lies in, the widest first."""
    known = dict(Region.objects.values_list("pk", "parent"))
    at = Region.objects.filter(code=region_code).values_list("pk", flat=True).first()
    lineage: list[int] = []
    while at is not None:
        lineage.insert(0, at)
        at = known[at]
    return lineage
