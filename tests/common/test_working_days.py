"""The worked examples of the working-day clock, with the notices of 2025 and 2026; 2027 has none yet."""

import datetime as dt
from functools import cache
from graphlib import CycleError

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import SHANGHAI, Calendar, critical_path, day_of

KNOWN_YEARS = frozenset({2025, 2026})


@cache
def calendar() -> Calendar:
    first = dt.date(2025, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range(730)]
    stated = {day: chinese_calendar.is_workday(day) for day in days}
    return Calendar(
        {day: works for day, works in stated.items() if works != (day.weekday() < 5)}, KNOWN_YEARS
    )


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day0", "n", "due"),
    [
        pytest.param("2026-02-13", 5, "2026-02-27", id="W-01"),
        pytest.param("2026-09-18", 20, "2026-10-22", id="W-02"),
        pytest.param("2026-04-30", 5, "2026-05-11", id="W-03"),
        pytest.param("2026-11-21", 5, "2026-11-27", id="W-04 Saturday"),
        pytest.param("2026-11-20", 5, "2026-11-27", id="W-04 Friday evening"),
        pytest.param("2025-09-26", 10, "2025-10-16", id="W-05"),
        pytest.param("2026-09-18", 30, "2026-11-05", id="W-06 extended"),
        pytest.param("2026-07-01", 45, "2026-09-02", id="W-06 joint"),
        pytest.param("2026-07-01", 60, "2026-09-22", id="W-06 joint extended"),
        pytest.param("2026-09-24", 5, "2026-10-09", id="W-07 silence"),
        pytest.param("2026-09-24", 20, "2026-10-29", id="W-07 deemed accepted"),
        pytest.param("2026-06-15", 10, "2026-06-30", id="W-10"),
        pytest.param("2026-09-30", 1, "2026-10-08", id="W-15 verify"),
        pytest.param("2026-09-30", 5, "2026-10-13", id="W-15 simple"),
        pytest.param("2026-09-30", 15, "2026-10-27", id="W-15 complex"),
        pytest.param("2025-12-31", 5, "2026-01-08", id="W-16"),
    ],
)
def test_the_last_day_of_a_limit(day0, n, due):
    reckoned = calendar().add(day(day0), n)
    assert (reckoned.date, reckoned.provisional) == (day(due), False)


@pytest.mark.parametrize(
    ("periods", "due"),
    [
        pytest.param([("2026-09-28", "2026-10-12")], "2026-11-02", id="W-08"),
        pytest.param([("2026-09-28", "2026-10-09"), ("2026-10-08", "2026-10-13")], "2026-11-03", id="W-09"),
        pytest.param([("2026-09-01", "2026-09-18")], "2026-10-22", id="I-77 before day 0"),
        pytest.param([("2026-10-23", "2026-10-30")], "2026-10-22", id="I-77 after the due day"),
    ],
)
def test_excluded_time_moves_the_due_day(periods, due):
    excluding = [(day(first), day(last)) for first, last in periods]
    assert calendar().add(day("2026-09-18"), 20, excluding).date == day(due)


def test_w_11_a_year_without_a_notice_is_provisional():
    due = calendar().add(day("2026-12-25"), 10)
    assert (due.date, due.provisional) == (day("2027-01-11"), True)


@pytest.mark.parametrize(
    ("accepted_at", "n", "due_at"),
    [
        pytest.param("2026-11-25T15:50", 0, "2026-11-25T16:30", id="W-12 within hours"),
        pytest.param("2026-11-22T10:00", 0, "2026-11-23T16:30", id="W-12 on a rest day"),
        pytest.param("2026-11-25T16:30", 0, "2026-11-25T16:30", id="I-45 at closing"),
        pytest.param("2026-11-25T16:31", 0, "2026-11-26T16:30", id="I-45 after closing"),
        pytest.param("2026-11-25T20:00", 1, "2026-11-26T16:30", id="I-45 one day"),
    ],
)
def test_a_matter_decided_on_the_spot(accepted_at, n, due_at):
    assert calendar().instant_due_at(moment(accepted_at), n) == moment(due_at)


DURATIONS = {"A": 3, "B": 5, "C": 4, "making": 1}
PREDECESSORS = {"C": ["A", "B"], "making": ["C"]}


@pytest.mark.parametrize(
    ("excluding", "ends"),
    [
        pytest.param({}, {"A": "09-21", "B": "09-23", "C": "09-30", "making": "10-08"}, id="W-13"),
        pytest.param({"A": [("2026-09-18", "2026-09-20")]}, {"making": "10-08"}, id="W-14 slack"),
        pytest.param(
            {"A": [("2026-09-18", "2026-09-22")]},
            {"A": "09-28", "C": "10-09", "making": "10-10"},
            id="W-14 critical",
        ),
    ],
)
def test_a_chain_ends_with_its_longest_branch(excluding, ends):
    periods = {step: [(day(first), day(last)) for first, last in given] for step, given in excluding.items()}
    chain = calendar().chain(day("2026-09-17"), DURATIONS, PREDECESSORS, periods)
    assert {step: f"{chain[step].date:%m-%d}" for step in ends} == ends


def test_w_13_the_promise_of_the_whole():
    assert critical_path(DURATIONS, PREDECESSORS) == max(3, 5) + 4 + 1


def test_steps_outside_the_plan_are_no_predecessors_and_a_circle_is_named():
    assert critical_path({"B": 2}, {"B": ["A"]}) == 2
    assert critical_path({}, {}) == 0
    with pytest.raises(CycleError):
        critical_path({"A": 1, "B": 1}, {"A": ["B"], "B": ["A"]})


@pytest.mark.parametrize("text", ["02-14", "02-28", "05-09", "09-20", "10-10", "01-04"])
def test_i_70_a_weekend_day_that_is_worked(text):
    assert calendar().is_workday(day(f"2026-{text}"))


@pytest.mark.parametrize("year", [2025, 2026])
def test_i_70_a_year_has_248_working_days(year):
    assert calendar().workdays_between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == 248


def test_i_71_an_organ_has_until_closing_and_an_applicant_until_midnight():
    assert calendar().due_at(day("2026-02-13"), 5) == moment("2026-02-27T16:30")
    assert calendar().end_of_day(day("2026-02-27")) == moment("2026-02-28T00:00")


def test_i_74_a_closure_gives_one_more_day():
    storm = {**calendar().days, day("2026-06-17"): False}
    assert Calendar(storm, KNOWN_YEARS).add(day("2026-06-15"), 10).date == day("2026-07-01")


@pytest.mark.parametrize(
    ("day0", "period", "end", "provisional"),
    [
        ("2026-08-31", {"months": 6}, "2027-03-01", True),
        ("2026-08-31", {"months": 6, "procedural": False}, "2027-02-28", False),
        ("2026-01-31", {"months": 1}, "2026-02-28", False),
        ("2026-03-15", {"days": 15}, "2026-03-30", False),
        ("2026-09-16", {"days": 15}, "2026-10-08", False),
        ("2024-02-29", {"years": 1, "procedural": False}, "2025-02-28", False),
    ],
)
def test_i_76_natural_periods(day0, period, end, provisional):
    due = calendar().natural_end(day(day0), **period)
    assert (due.date, due.provisional) == (day(end), provisional)


def test_i_80_the_last_second_belongs_to_its_day():
    assert day_of(dt.datetime(2026, 3, 4, 15, 59, 59, tzinfo=dt.UTC)) == day("2026-03-04")
    assert day_of(dt.datetime(2026, 3, 4, 16, 0, 0, tzinfo=dt.UTC)) == day("2026-03-05")


def test_a_negative_limit_is_refused():
    with pytest.raises(ValueError, match="negative"):
        calendar().add(day("2026-03-04"), -1)


def test_days_left_are_negative_once_late():
    assert calendar().workdays_between(day("2026-03-06"), day("2026-03-04")) == -2


days = st.dates(dt.date(2025, 1, 1), dt.date(2026, 9, 30))
limits = st.integers(0, 45)
periods = st.lists(
    st.tuples(days, st.integers(0, 20)).map(lambda p: (p[0], p[0] + dt.timedelta(days=p[1]))), max_size=4
)


@given(days, limits, periods)
def test_more_days_never_end_earlier(day0, n, excluding):
    assert calendar().add(day0, n, excluding).date < calendar().add(day0, n + 1, excluding).date


@given(days, days, st.integers(1, 45))
def test_who_starts_later_never_ends_earlier(one, other, n):
    earlier, later = sorted([one, other])
    assert calendar().add(earlier, n).date <= calendar().add(later, n).date


@given(days, st.integers(1, 45), periods)
def test_i_77_overlaps_count_once(day0, n, excluding):
    """The union of the periods, day by day, gives the same due day as the periods themselves."""
    union = {
        first + dt.timedelta(days=k) for first, last in excluding for k in range((last - first).days + 1)
    }
    due, counted = day0, 0
    while counted < n:
        due += dt.timedelta(days=1)
        counted += calendar().is_workday(due) and due not in union
    assert calendar().add(day0, n, excluding).date == due


@given(days, st.integers(1, 45), periods)
def test_counting_back_gives_the_limit(day0, n, excluding):
    due = calendar().add(day0, n, excluding).date
    assert calendar().workdays_between(day0, due, excluding) == n


@given(st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 20), min_size=1), days)
def test_i_84_a_chain_of_dates_is_as_long_as_the_critical_path(durations, day0):
    steps = sorted(durations)
    predecessors = {step: steps[:place][-2:] for place, step in enumerate(steps)}
    ends = calendar().chain(day0, durations, predecessors)
    total = critical_path(durations, predecessors)
    assert max(due.date for due in ends.values()) == calendar().add(day0, total).date
