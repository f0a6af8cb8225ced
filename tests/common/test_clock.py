"""I-78: the clock of a limit follows from its events alone."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import ClockEvent, ClockState, Happening, replay
from common.workdays import Calendar

CALENDAR = Calendar({}, frozenset(range(2020, 2035)))
MONDAY = dt.date(2026, 3, 2)


def on(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def started(days: int = 20) -> ClockEvent:
    return ClockEvent(Happening.STARTED, MONDAY, days)


def test_a_pause_that_lasts_moves_the_due_day_along():
    clock = replay([started(5), ClockEvent(Happening.PAUSED, on(2))])
    assert clock.state is ClockState.PAUSED
    assert clock.due(CALENDAR, on(2)).date == on(8)
    assert clock.due(CALENDAR, on(3)).date == on(9)
    assert clock.elapsed(CALENDAR, on(9)) == 1


def test_after_the_pause_the_excluded_days_stay_excluded():
    clock = replay([started(5), ClockEvent(Happening.PAUSED, on(2)), ClockEvent(Happening.RESUMED, on(3))])
    assert clock.excluded == ((on(2), on(3)),)
    assert clock.due(CALENDAR, on(30)).date == on(9)


def test_an_extension_adds_to_the_limit():
    clock = replay([started(20), ClockEvent(Happening.EXTENDED, on(3), 10)])
    assert clock.due(CALENDAR, on(3)) == CALENDAR.add(MONDAY, 30)


def test_a_finished_clock_stops_counting():
    clock = replay([started(20), ClockEvent(Happening.DONE, on(4))])
    assert clock.elapsed(CALENDAR, on(40)) == 4


@pytest.mark.parametrize(
    "events",
    [
        [],
        [ClockEvent(Happening.PAUSED, MONDAY)],
        [started(), ClockEvent(Happening.RESUMED, on(1))],
        [started(), ClockEvent(Happening.PAUSED, on(1)), ClockEvent(Happening.PAUSED, on(2))],
        [started(), ClockEvent(Happening.DONE, on(1)), ClockEvent(Happening.EXTENDED, on(2), 3)],
    ],
)
def test_an_impossible_history_is_refused(events):
    with pytest.raises(ValueError, match="clock"):
        replay(events)


gaps = st.lists(st.integers(0, 12), max_size=10)


@given(st.integers(0, 45), gaps)
def test_replaying_a_history_of_pauses_gives_the_same_due_day_as_its_periods(limit, gaps):
    events, periods, today = [started(limit)], [], 0
    for number, gap in enumerate(gaps):
        today += gap
        events.append(ClockEvent(Happening.RESUMED if number % 2 else Happening.PAUSED, on(today)))
        if number % 2:
            periods.append((events[-2].on, on(today)))
    if len(gaps) % 2:
        periods.append((on(today), on(today + 5)))
    assert replay(events).due(CALENDAR, on(today + 5)) == CALENDAR.add(MONDAY, limit, periods)
