"""When reviews and wholes are due; the W-numbers are the worked examples of specs/intake.md section 6."""

from datetime import date, datetime

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import SHANGHAI, Calendar, critical_path
from workflow.models import Application, DepartmentReview
from workflow.rules.clock import Clock

DAYS = dict.fromkeys(chinese_calendar.workdays, True) | dict.fromkeys(chinese_calendar.holidays, False)
CALENDAR = Calendar(DAYS, known_years=frozenset({2025, 2026}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def review(code="a", days=0, *, pk=None, after=(), accepted="2026-09-17T10:00", statutory=None, extended=0):
    application = Application(received_at=at(accepted), submitted_at=at(accepted))
    return DepartmentReview(
        pk=pk,
        application=application,
        code=code,
        promised_days=days,
        statutory_days=statutory,
        extended_days=extended,
        depends_on=list(after),
        stage=1 + len(after),
        accepted_at=at(accepted),
        clock_from=at(accepted),
    )


@pytest.mark.parametrize(
    ("accepted", "days", "extended", "due"),
    [
        pytest.param("2026-09-18T10:00", 20, 0, "2026-10-22", id="W-02"),
        pytest.param("2025-09-26T10:00", 10, 0, "2025-10-16", id="W-05"),
        pytest.param("2026-09-18T10:00", 20, 10, "2026-11-05", id="W-06 extension"),
        pytest.param("2026-07-01T10:00", 45, 0, "2026-09-02", id="W-06 joint"),
        pytest.param("2026-07-01T10:00", 45, 15, "2026-09-22", id="W-06 joint extension"),
        pytest.param("2026-09-24T10:00", 20, 0, "2026-10-29", id="W-07"),
        pytest.param("2026-06-15T10:00", 10, 0, "2026-06-30", id="W-10"),
    ],
)
def test_a_review_is_due_at_closing_time_of_its_last_working_day(accepted, days, extended, due):
    due_at = Clock(CALENDAR).review_due(review(days=days, extended=extended, accepted=accepted)).promised
    assert due_at == at(f"{due}T16:30")


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        pytest.param("2026-11-25T15:50", "2026-11-25T16:30", id="W-12 on the day"),
        pytest.param("2026-11-22T10:00", "2026-11-23T16:30", id="W-12 on a rest day, I-45"),
        pytest.param("2026-11-25T17:10", "2026-11-26T16:30", id="I-45 after closing"),
    ],
)
def test_what_is_done_on_the_spot_is_due_at_closing_time(accepted, due):
    assert Clock(CALENDAR).review_due(review(days=0, accepted=accepted)).promised == at(due)


def test_excluded_days_are_counted_once_though_they_overlap():
    """W-08, W-09, I-77."""
    inspected = {7: [(date(2026, 9, 28), date(2026, 10, 12))]}
    overlapping = {7: [(date(2026, 9, 28), date(2026, 10, 9)), (date(2026, 10, 8), date(2026, 10, 13))]}
    subject = review(days=20, pk=7, accepted="2026-09-18T10:00")
    assert Clock(CALENDAR, inspected).review_due(subject).promised == at("2026-11-02T16:30")
    assert Clock(CALENDAR, overlapping).review_due(subject).promised == at("2026-11-03T16:30")


def test_a_year_without_its_notice_makes_the_date_provisional():
    """W-11, I-73."""
    due = Clock(CALENDAR).review_due(review(days=10, accepted="2026-12-25T10:00"))
    assert due.promised == at("2027-01-11T16:30")
    assert due.provisional


def test_without_a_limit_in_law_only_the_promise_is_watched():
    """I-86."""
    assert Clock(CALENDAR).review_due(review(days=5, statutory=None)).statutory is None


def w13():
    return [
        review("A", 3, pk=1),
        review("B", 5, pk=2),
        review("C", 4, pk=3, after=("A", "B")),
        review("made", 1, pk=4, after=("A", "B", "C")),
    ]


def test_a_bundle_is_due_when_its_longest_chain_ends():
    """W-13, I-84."""
    ends = Clock(CALENDAR).forecast(w13())
    assert [str(ends[code].date) for code in ("A", "B", "C", "made")] == [
        "2026-09-21",
        "2026-09-23",
        "2026-09-30",
        "2026-10-08",
    ]
    assert Clock(CALENDAR).whole_due(w13()).date == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("excluded", "end"),
    [
        pytest.param(
            (date(2026, 9, 18), date(2026, 9, 20)), date(2026, 10, 8), id="W-14 two days, beside the path"
        ),
        pytest.param(
            (date(2026, 9, 18), date(2026, 9, 22)), date(2026, 10, 10), id="W-14 four days, on the path"
        ),
    ],
)
def test_a_pause_moves_the_whole_only_through_the_critical_path(excluded, end):
    """I-110."""
    assert Clock(CALENDAR, {1: [excluded]}).whole_due(w13()).date == end


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.data())
def test_the_whole_takes_as_many_working_days_as_its_critical_path(durations, chosen):
    codes = [f"m{n}" for n in range(len(durations))]
    before = {
        code: tuple(chosen.draw(st.sets(st.sampled_from(codes[:n])))) if n else ()
        for n, code in enumerate(codes)
    }
    stages = {}
    for code in codes:
        stages[code] = 1 + max((stages[one] for one in before[code]), default=0)
    reviews = [review(code, days, after=before[code]) for code, days in zip(codes, durations, strict=True)]
    for one in reviews:
        one.stage = stages[one.code]
    longest = critical_path(dict(zip(codes, durations, strict=True)), before)
    assert Clock(CALENDAR).whole_due(reviews).date == CALENDAR.add(date(2026, 9, 17), longest).date
