"""When a department may have longer (延期), and when an order is put on the ledger (挂账); pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.workdays import Calendar, day_of
from hotline.rules.clock import Limit
from hotline.states import ShelveReason, Unit

__all__ = [
    "Shelving",
    "last_day_to_ask",
    "longest_extension",
    "objections_to_asking_longer",
    "objections_to_length",
    "objections_to_shelving",
    "remaining_of",
    "resumed_due",
]


def last_day_to_ask(calendar: Calendar, due: datetime) -> date:
    """The working day before the due: at least one working day is left (H-98)."""
    day = day_of(due) - timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def longest_extension(limit: Limit, most: int) -> int:
    """No longer than the time it had at first, nor than ten working days (H-98)."""
    return min(round(limit.value), most)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How the order stands when somebody asks for longer."""

    is_normal: bool
    is_extendable: bool
    is_rework: bool
    is_paused: bool
    asked_before: bool
    unit: Unit


def objections_to_asking_longer(
    asking: Asking, calendar: Calendar, now: datetime, due: datetime
) -> list[str]:
    """Only ordinary orders, once, and not at the last minute (H-98, H-99)."""
    if not asking.is_normal or asking.unit != Unit.WORKING_DAYS:
        return ["紧急、特急工单不能延期"]
    if not asking.is_extendable:
        return ["咨询和表扬不能延期"]
    if asking.is_rework:
        return ["重办不能延期"]
    if asking.asked_before:
        return ["每个工单只能申请一次延期"]
    if asking.is_paused:
        return ["计时暂停时不能申请延期"]
    if day_of(now) > last_day_to_ask(calendar, due):
        return ["延期要在到期前至少 1 个工作日申请"]
    return []


def objections_to_length(days: int, longest: int) -> list[str]:
    """At least a day, at most what the rule gives (H-98)."""
    return [] if 1 <= days <= longest else [f"这个工单最多延长 {longest} 个工作日"]


@dataclass(frozen=True, kw_only=True)
class Shelving:
    """Why an order is to wait, until when, and whether the citizen knows (H-106, H-107)."""

    reason: str
    evidence: str
    plan_date: date
    citizen_told: str


def objections_to_shelving(wanted: Shelving, today: date, latest: date) -> dict[str, list[str]]:
    """By field: a reason of the closed list, evidence, a plan within a year, and that the citizen was told."""
    wrong: dict[str, list[str]] = {}
    if wanted.reason not in ShelveReason.values:
        wrong["reason"] = ["挂账事由只能从清单里选"]
    if not wanted.evidence.strip():
        wrong["evidence"] = ["请附上佐证"]
    if not today < wanted.plan_date <= latest:
        wrong["plan_date"] = [f"计划解决日期要在明天到 {latest:%Y-%m-%d} 之间"]
    if not wanted.citizen_told.strip():
        wrong["citizen_told"] = ["请写明怎样告知了诉求人"]
    return wrong


def remaining_of(calendar: Calendar, now: datetime, due: datetime, unit: Unit) -> dict[str, float | str]:
    """What was left of the limit, in its own unit."""
    if unit == Unit.WORKING_DAYS:
        return {"value": max(0, calendar.workdays_between(day_of(now), day_of(due))), "unit": unit}
    hours = max(0.0, (due - now).total_seconds() / 3600)
    return {"value": hours, "unit": Unit.NATURAL_HOURS}


def resumed_due(calendar: Calendar, now: datetime, left: datetime, least_days: int) -> datetime:
    """What was left, but three working days at least (T-24)."""
    return max(left, calendar.due_at(day_of(now), least_days))


def to_draw(drawn_from: int, share: float) -> int:
    """How many of so many are drawn: the share, rounded up."""
    return -(-round(drawn_from * share * 1000) // 1000)


def is_too_many(part: int, whole: int, share: float) -> bool:
    """More than the share of the whole; nothing of nothing is not."""
    return whole > 0 and part / whole > share


def by_turns(pks: Sequence[int], count: int) -> list[int]:
    """Evenly spread over the list: the same list gives the same draw."""
    return [pks[place * len(pks) // count] for place in range(count)] if count else []
