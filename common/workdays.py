"""
The working-day clock (工作日): pure dates, no tables, one time zone.

Day 0 is the calendar date of the event, even a rest day; day N is the N-th working day after it.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from zoneinfo import ZoneInfo

__all__ = ["SHANGHAI", "Calendar", "Due", "Period", "critical_path", "day_of"]

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: First and last day of something that does not count; both days belong to it.
Period = tuple[dt.date, dt.date]

#: Month and day of the holidays that fall on the same date every year: all that is known
#: of a year whose notice has not come yet.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

ONE_DAY = dt.timedelta(days=1)
SATURDAY = 5


def day_of(moment: dt.datetime) -> dt.date:
    """The calendar date of the moment in Shanghai: 23:59:59 still belongs to its day."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True)
class Due:
    """The last day of a period; provisional while the notice of a year it runs through is not loaded."""

    date: dt.date
    provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """
    Which days are working days in one region.

    `days` holds the departures from Monday-to-Friday: False is a rest day (放假), True a
    working day (调休上班). In a year that is not in `known_years` the holidays of fixed
    date rest as well, and every date reckoned through it is provisional.
    """

    days: Mapping[dt.date, bool]
    known_years: frozenset[int]
    opens: dt.time = field(default=dt.time(8, 30))
    closes: dt.time = field(default=dt.time(16, 30))
    #: Under which stamp it was read: kept beside every due reckoned by it (I-75).
    version: str = field(default="", compare=False)

    def is_workday(self, day: dt.date) -> bool:
        stated = self.days.get(day)
        if stated is not None:
            return stated
        if day.year not in self.known_years and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < SATURDAY

    def next_workday(self, day: dt.date) -> dt.date:
        """The day itself if it is a working day, else the first one after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def add(self, day0: dt.date, n: int, excluding: Sequence[Period] = ()) -> Due:
        """
        Day N after day 0, leaving out the working days inside the excluded periods.

        Overlapping periods count once. A period that begins after the due day
        comes too late to move it.
        """
        if n < 0:
            raise ValueError("a time limit cannot be negative")
        day, left = day0, n
        while left:
            day += ONE_DAY
            left -= self._counts(day, excluding)
        return Due(day, self._is_provisional(day0, day))

    def due_at(self, day0: dt.date, n: int, excluding: Sequence[Period] = ()) -> dt.datetime:
        """Closing time of day N: when an organ's time limit ends."""
        return self.closing(self.add(day0, n, excluding).date)

    def instant_due_at(self, accepted_at: dt.datetime, n: int) -> dt.datetime:
        """即办件: day 0 itself, or the next working day when accepted after closing or on a rest day."""
        day0 = day_of(accepted_at)
        if n:
            return self.due_at(day0, n)
        if accepted_at > self.closing(day0):
            day0 += ONE_DAY
        return self.closing(self.next_workday(day0))

    def workdays_between(self, start: dt.date, end: dt.date, excluding: Sequence[Period] = ()) -> int:
        """How many working days after `start` up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.workdays_between(end, start, excluding)
        return sum(self._counts(day, excluding) for day in _days_after(start, end))

    def closing(self, day: dt.date) -> dt.datetime:
        """When the centre closes on that day: the end of an organ's day, and of the counter's."""
        return dt.datetime.combine(day, self.closes, SHANGHAI)

    def end_of_day(self, day: dt.date) -> dt.datetime:
        """24:00 of the day: when what an applicant may do online ends."""
        return dt.datetime.combine(day + ONE_DAY, dt.time.min, SHANGHAI)

    def natural_end(
        self,
        day0: dt.date,
        *,
        days: int = 0,
        months: int = 0,
        years: int = 0,
        procedural: bool = True,
    ) -> Due:
        """
        The last day of a period of natural days, months or years.

        Months end on the same day number or the month's last day; the end of a
        procedural period that falls on a rest day moves to the next working day.
        """
        end = _months_later(day0, months + 12 * years) + dt.timedelta(days=days)
        last = self.next_workday(end) if procedural else end
        return Due(last, procedural and self._is_provisional(end - ONE_DAY, last))

    def chain(
        self,
        day0: dt.date,
        durations: Mapping[str, int],
        predecessors: Mapping[str, Collection[str]],
        excluding: Mapping[str, Sequence[Period]] | None = None,
    ) -> dict[str, Due]:
        """When each step ends, day 0 of a step being the end of its last predecessor."""
        pauses, ends = excluding or {}, dict[str, Due]()
        for step, before in _in_turn(durations, predecessors):
            start = max(
                (ends[name] for name in before),
                key=lambda due: due.date,
                default=Due(day0),
            )
            end = self.add(start.date, durations[step], pauses.get(step, ()))
            ends[step] = Due(end.date, end.provisional or start.provisional)
        return ends

    def _counts(self, day: dt.date, excluding: Sequence[Period]) -> bool:
        return self.is_workday(day) and not any(first <= day <= last for first, last in excluding)

    def _is_provisional(self, day0: dt.date, last: dt.date) -> bool:
        counted_from = min(day0 + ONE_DAY, last)
        return any(year not in self.known_years for year in range(counted_from.year, last.year + 1))


def critical_path(durations: Mapping[str, int], predecessors: Mapping[str, Collection[str]]) -> int:
    """
    How long the whole takes when every step starts as soon as the steps before it end.

    Predecessors that are no step themselves are ignored; a circle raises graphlib.CycleError.
    """
    ends: dict[str, int] = {}
    for step, before in _in_turn(durations, predecessors):
        ends[step] = durations[step] + max((ends[name] for name in before), default=0)
    return max(ends.values(), default=0)


def _in_turn(
    durations: Mapping[str, int], predecessors: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, list[str]]]:
    before = {step: [name for name in predecessors.get(step, ()) if name in durations] for step in durations}
    for step in TopologicalSorter(before).static_order():
        yield step, before[step]


def _days_after(start: dt.date, end: dt.date) -> Iterator[dt.date]:
    return (start + dt.timedelta(days=ahead) for ahead in range(1, (end - start).days + 1))


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))
