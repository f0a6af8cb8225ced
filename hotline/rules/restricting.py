"""The ladder for numbers that harass the line, and what it never touches (H-137, H-138); pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hotline.rules.intake import emergency_line
from hotline.states import AbuseKind, RestrictionStage
from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = ["Mark", "is_emergency", "is_harassing", "next_stage", "objections_to_stage"]

#: Who may put a number on which rung; a warning is the system's.
NEEDED: Mapping[RestrictionStage, Permission] = {
    RestrictionStage.VOICEMAIL: Permission.CHECK_RESULTS,
    RestrictionStage.RESTRICTED: Permission.RULE_DISPUTES,
    RestrictionStage.POLICE: Permission.RULE_DISPUTES,
}


@dataclass(frozen=True)
class Mark:
    """One marked call, by which agent."""

    kind: str
    agent: int
    at: datetime


def is_harassing(marks: Iterable[Mark], now: datetime, limits: Mapping[str, int]) -> bool:
    """Ten silent or abusive calls a day, or three abusive ones marked by two agents in a week (H-137)."""
    known = list(marks)
    today = [one for one in known if one.at > now - timedelta(hours=limits["hours"])]
    week = [one for one in known if one.at > now - timedelta(days=limits["days"])]
    abusive = [one for one in week if one.kind == AbuseKind.ABUSIVE]
    by_several = len({one.agent for one in abusive}) >= limits["agents"]
    return len(today) >= limits["calls"] or (len(abusive) >= limits["marks"] and by_several)


def next_stage(last: str) -> RestrictionStage:
    """The next rung; the top stays the top."""
    rungs = list(RestrictionStage)
    if not last:
        return rungs[0]
    return rungs[min(RestrictionStage(last).rank + 1, len(rungs) - 1)]


def objections_to_stage(who: "Standing", stage: RestrictionStage) -> list[str]:
    """Voice-mail is the shift's, longer is the management's (H-137)."""
    needed = NEEDED.get(stage)
    if needed is None or not who.may(needed):
        return [f"“{stage.label}”不能由这个岗位决定"]
    return []


def is_emergency(text: str, phrases: Mapping[str, Sequence[str]]) -> bool:
    """Somebody in danger is heard whatever was before (H-138)."""
    return bool(emergency_line(text, phrases))
