"""Who looks at alerts, when an issue is settled, what a preemptive task needs (H-166…H-173)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hotline.states import PreemptSource
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Issue
    from identity.selectors import Standing

__all__ = [
    "BY_PEOPLE",
    "objections_to_closing_issue",
    "objections_to_finishing",
    "objections_to_looking",
    "objections_to_preempting",
]

#: What no algorithm knows: somebody registers it.
BY_PEOPLE = frozenset(
    {PreemptSource.POLICY, PreemptSource.WEATHER, PreemptSource.INSPECTION, PreemptSource.STREET}
)
COUNTED_DAYS = 30


def objections_to_looking(who: "Standing") -> list[str]:
    """热线管理 and 督办 look at alerts."""
    looks = who.may(Permission.RULE_DISPUTES) or who.may(Permission.SUPERVISE)
    return [] if looks else ["预警由热线管理和督办岗位处置"]


def objections_to_closing_issue(issue: "Issue", now: datetime, *, fall: float, has_panel: bool) -> list[str]:
    """Thirty days after the measures so much fewer, or a panel's opinion (H-168)."""
    if issue.measures_at is None:
        return ["还没有落实措施"]
    if has_panel:
        return []
    if now < issue.measures_at + timedelta(days=COUNTED_DAYS):
        return ["措施落实满 30 天才能核查效果"]
    before, after = issue.before or 0, issue.after or 0
    return [] if before and after <= before * (1 - fall) else [f"前 {before} 件、后 {after} 件，下降不足"]


def objections_to_finishing(who: "Standing", source: str, lead_id: int) -> list[str]:
    """Whoever leads it says what was done, or one of those who register (H-170)."""
    leads = lead_id in who.departments(Permission.HANDLE_ORDERS)
    return [] if leads else objections_to_preempting(who, source)


def objections_to_preempting(who: "Standing", source: str) -> list[str]:
    """The hotline's head and supervisors register; streets their own 居民议事 (H-173)."""
    may = who.may(Permission.RULE_DISPUTES) or who.may(Permission.SUPERVISE)
    may = may or (source == PreemptSource.STREET and who.may(Permission.HANDLE_ORDERS))
    return [] if may else ["您的岗位不登记未诉先办事项"]
