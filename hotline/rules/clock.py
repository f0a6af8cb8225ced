"""
Limits, dues and lamps of orders (hotline.md section 15): one function for orders, parts, reviews and surveys.

Working days end at closing time of day N; working hours run 8 a day while the centre is open;
natural hours run through nights and holidays (H-150, H-151).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from common.workdays import SHANGHAI, Calendar, day_of
from hotline.states import Lamp, Unit, Urgency

__all__ = ["Limit", "due_after", "lamp", "limit_of", "longer_by", "working_time"]

#: Below this share of the limit the lamp is yellow (H-122).
YELLOW_SHARE = 0.25


@dataclass(frozen=True)
class Limit:
    """So many hours or working days."""

    value: float
    unit: Unit

    def __str__(self) -> str:
        return (
            f"{self.value:g} {self.unit.label}"
            if self.unit != Unit.WORKING_DAYS
            else f"{self.value:g} 个工作日"
        )


def limit_of(row: Mapping[str, Any]) -> Limit:
    """{"value", "unit"} as the tables write it."""
    return Limit(float(row["value"]), Unit(row["unit"]))


def due_after(calendar: Calendar, start: datetime, limit: Limit) -> datetime:
    """When the limit that began at ``start`` ends; day 0 of working days is the date of ``start`` (H-157)."""
    if limit.unit == Unit.NATURAL_HOURS:
        return start + timedelta(hours=limit.value)
    if limit.unit == Unit.WORKING_HOURS:
        return _after_open_hours(calendar, start, timedelta(hours=limit.value))
    return calendar.due_at(day_of(start), round(limit.value))


def _after_open_hours(calendar: Calendar, start: datetime, left: timedelta) -> datetime:
    """The centre is open from ``opens`` to ``closes`` without a break at noon (H-150)."""
    moment = start.astimezone(SHANGHAI)
    while True:
        opens, closes = _open_hours(calendar, moment)
        begin = max(moment, opens)
        if calendar.is_workday(moment.date()) and begin < closes:
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        moment = datetime.combine(moment.date() + timedelta(days=1), time.min, SHANGHAI)


def _open_hours(calendar: Calendar, moment: datetime) -> tuple[datetime, datetime]:
    day = moment.date()
    return (
        datetime.combine(day, calendar.opens, SHANGHAI),
        datetime.combine(day, calendar.closes, SHANGHAI),
    )


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """How long the centre was open between the two moments (M-13)."""
    total, moment, end = timedelta(), start.astimezone(SHANGHAI), end.astimezone(SHANGHAI)
    while moment < end:
        opens, closes = _open_hours(calendar, moment)
        if calendar.is_workday(moment.date()):
            total += max(timedelta(), min(end, closes) - max(moment, opens))
        moment = datetime.combine(moment.date() + timedelta(days=1), time.min, SHANGHAI)
    return total


def longer_by(calendar: Calendar, due: datetime, unit: Unit, began: datetime, ended: datetime) -> datetime:
    """The due after a pause, moved by the paused time in the limit's own unit (H-153); both days of it count."""
    if unit == Unit.NATURAL_HOURS:
        return due + (ended - began)
    if unit == Unit.WORKING_HOURS:
        return _after_open_hours(calendar, due, working_time(calendar, began, ended))
    first, last = day_of(began), day_of(ended)
    days = calendar.workdays_between(first, last) + calendar.is_workday(first)
    return calendar.due_at(day_of(due), days)


def lamp(calendar: Calendar, now: datetime, due: datetime, limit: Limit, *, paused: bool = False) -> Lamp:
    """Green, yellow with a day or a quarter left, red past the due, grey while the clock stands (H-122, E-80)."""
    if paused:
        return Lamp.GREY
    if now > due:
        return Lamp.RED
    if limit.unit == Unit.WORKING_DAYS:
        left: float = calendar.workdays_between(day_of(now), day_of(due))
        return Lamp.YELLOW if left <= 1 or left <= limit.value * YELLOW_SHARE else Lamp.GREEN
    remaining = (due - now) if limit.unit == Unit.NATURAL_HOURS else working_time(calendar, now, due)
    few = remaining <= timedelta(hours=limit.value * YELLOW_SHARE)
    return Lamp.YELLOW if few else Lamp.GREEN


def is_natural(urgency: Urgency | str) -> bool:
    """Urgent and emergency orders run through nights and holidays (H-151)."""
    return urgency != Urgency.NORMAL
