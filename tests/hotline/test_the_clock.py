"""Limits in three units, lamps, and pauses: the numbers of hotline.md section 15."""

from datetime import datetime

import pytest

from common.workdays import SHANGHAI
from hotline.rules.clock import Limit, due_after, lamp, longer_by
from hotline.states import Lamp, Unit
from matters.selectors import centre_calendar

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "value", "unit", "due"),
    [
        ("2026-09-18 15:00", 4, Unit.WORKING_HOURS, "2026-09-20 11:00"),
        ("2026-09-30 16:00", 4, Unit.WORKING_HOURS, "2026-10-08 12:00"),
        ("2026-10-01 09:00", 24, Unit.NATURAL_HOURS, "2026-10-02 09:00"),
        ("2026-11-23 10:00", 7, Unit.WORKING_DAYS, "2026-12-02 16:30"),
        ("2026-11-23 10:00", 15, Unit.WORKING_DAYS, "2026-12-14 16:30"),
        ("2026-11-23 20:00", 1, Unit.WORKING_HOURS, "2026-11-24 09:30"),
    ],
)
def test_h_150_h_151_h_157_a_limit_ends_when_its_unit_says(start, value, unit, due):
    assert due_after(centre_calendar(), at(start), Limit(value, unit)) == at(due)


def test_h_153_a_pause_over_the_holidays_adds_its_five_working_days():
    due = longer_by(
        centre_calendar(),
        at("2026-10-12 16:30"),
        Unit.WORKING_DAYS,
        at("2026-09-28 10:00"),
        at("2026-10-09 10:00"),
    )
    assert due == centre_calendar().due_at(at("2026-10-12 10:00").date(), 5)


def test_h_153_a_pause_of_natural_hours_adds_what_it_took():
    moved = longer_by(
        centre_calendar(),
        at("2026-10-02 09:00"),
        Unit.NATURAL_HOURS,
        at("2026-10-01 10:00"),
        at("2026-10-01 13:00"),
    )
    assert moved == at("2026-10-02 12:00")


@pytest.mark.parametrize(
    ("now", "shines"),
    [
        ("2026-10-01 08:59", Lamp.GREEN),
        ("2026-10-02 02:59", Lamp.GREEN),
        ("2026-10-02 03:00", Lamp.YELLOW),
        ("2026-10-02 09:00", Lamp.YELLOW),
        ("2026-10-02 09:01", Lamp.RED),
    ],
)
def test_h_122_with_a_quarter_of_the_hours_left_it_is_yellow(now, shines):
    limit = Limit(24, Unit.NATURAL_HOURS)
    assert lamp(centre_calendar(), at(now), at("2026-10-02 09:00"), limit) is shines


@pytest.mark.parametrize(
    ("now", "shines"),
    [("2026-10-14 10:00", Lamp.GREEN), ("2026-10-15 10:00", Lamp.YELLOW), ("2026-10-22 16:31", Lamp.RED)],
)
def test_h_122_e_80_with_a_quarter_of_the_days_left_it_is_yellow(now, shines):
    limit = Limit(20, Unit.WORKING_DAYS)
    assert lamp(centre_calendar(), at(now), at("2026-10-22 16:30"), limit) is shines


def test_h_122_while_the_clock_stands_it_is_grey():
    limit = Limit(5, Unit.WORKING_DAYS)
    assert (
        lamp(centre_calendar(), at("2026-12-01 10:00"), at("2026-11-01 16:30"), limit, paused=True)
        is Lamp.GREY
    )
