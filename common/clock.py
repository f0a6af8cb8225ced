"""
The clock of one time limit, told by its events alone.

Events are only ever appended; state, elapsed days and due date follow from
replaying them, so a stored due date can always be checked against its history.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from common.workdays import Calendar, Due, Period

__all__ = ["Clock", "ClockEvent", "ClockState", "Happening", "replay"]


class ClockState(StrEnum):
    """Whether working days count at present."""

    RUN = "run"
    PAUSED = "paused"
    DONE = "done"


class Happening(StrEnum):
    """What can happen to a clock."""

    STARTED = "started"
    PAUSED = "paused"
    PROLONGED = "prolonged"
    RESUMED = "resumed"
    EXTENDED = "extended"
    DONE = "done"


@dataclass(frozen=True)
class ClockEvent:
    """
    One thing that happened on one day.

    `days` is the limit when starting, the addition when extending; `until` the day a pause was told to
    end on, beyond which it excludes nothing until it has really ended.
    """

    happening: Happening
    on: dt.date
    days: int = 0
    until: dt.date | None = None


@dataclass(frozen=True)
class Clock:
    """Where a time limit stands after its events."""

    day0: dt.date
    limit: int
    state: ClockState = ClockState.RUN
    excluded: tuple[Period, ...] = ()
    paused_on: dt.date | None = None
    paused_until: dt.date | None = None
    done_on: dt.date | None = None

    def exclusions(self, today: dt.date) -> tuple[Period, ...]:
        """The periods that do not count, a pause that still lasts reaching to today."""
        if self.paused_on is None:
            return self.excluded
        last = min(today, self.paused_until) if self.paused_until else today
        return (*self.excluded, (self.paused_on, max(self.paused_on, last)))

    def due(self, calendar: Calendar, today: dt.date) -> Due:
        """The last day of the limit as it stands today."""
        return calendar.add(self.day0, self.limit, self.exclusions(today))

    def elapsed(self, calendar: Calendar, today: dt.date) -> int:
        """Working days used up by today, or by the day it was done."""
        last = min(today, self.done_on or today)
        return calendar.workdays_between(self.day0, max(last, self.day0), self.exclusions(today))


def replay(events: Iterable[ClockEvent]) -> Clock:
    """The clock after the events; ValueError where one could not have followed the one before."""
    history = iter(events)
    first = next(history, None)
    if first is None or first.happening is not Happening.STARTED:
        raise ValueError("a clock begins by being started")
    clock = Clock(day0=first.on, limit=first.days)
    for event in history:
        clock = _after(clock, event)
    return clock


def _after(clock: Clock, event: ClockEvent) -> Clock:
    step = STEPS.get((clock.state, event.happening))
    if step is None:
        raise ValueError(f"a clock that is {clock.state} cannot be {event.happening}")
    return step(clock, event)


def _pause(clock: Clock, event: ClockEvent) -> Clock:
    return replace(clock, state=ClockState.PAUSED, paused_on=event.on, paused_until=event.until)


def _prolong(clock: Clock, event: ClockEvent) -> Clock:
    return replace(clock, paused_until=event.until)


def _resume(clock: Clock, event: ClockEvent) -> Clock:
    """The pause excluded every day it really took, whatever had been told."""
    open_ended = replace(clock, paused_until=None)
    return replace(open_ended, state=ClockState.RUN, paused_on=None, excluded=open_ended.exclusions(event.on))


def _extend(clock: Clock, event: ClockEvent) -> Clock:
    return replace(clock, limit=clock.limit + event.days)


def _finish(clock: Clock, event: ClockEvent) -> Clock:
    excluded = clock.exclusions(event.on)
    return replace(
        clock,
        state=ClockState.DONE,
        paused_on=None,
        excluded=excluded,
        done_on=event.on,
    )


#: What may happen in which state, and what it does. DONE is the end.
STEPS: Mapping[tuple[ClockState, Happening], Callable[[Clock, ClockEvent], Clock]] = {
    (ClockState.RUN, Happening.PAUSED): _pause,
    (ClockState.RUN, Happening.EXTENDED): _extend,
    (ClockState.RUN, Happening.DONE): _finish,
    (ClockState.PAUSED, Happening.PROLONGED): _prolong,
    (ClockState.PAUSED, Happening.RESUMED): _resume,
    (ClockState.PAUSED, Happening.EXTENDED): _extend,
    (ClockState.PAUSED, Happening.DONE): _finish,
}
