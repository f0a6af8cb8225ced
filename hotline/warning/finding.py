"""What an algorithm found, and how serious it is."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["ALGORITHMS", "NATURE", "Finding", "level_of", "people_count"]

#: A-1 … A-9 by their names.
ALGORITHMS: Mapping[str, str] = {
    "A-1": "集中性",
    "A-2": "苗头性",
    "A-3": "典型性",
    "A-4": "空间聚集",
    "A-5": "群体诉求",
    "A-6": "难点件",
    "A-7": "敏感词",
    "A-8": "季节性",
    "A-9": "办事堵点",
}
#: How serious each is by itself (H-166); A-6 is a list for the leader and has the level of what is not new.
NATURE: Mapping[str, str] = {
    "A-1": "orange",
    "A-2": "yellow",
    "A-3": "yellow",
    "A-4": "orange",
    "A-5": "orange",
    "A-6": "yellow",
    "A-7": "red",
    "A-8": "blue",
    "A-9": "blue",
}
#: Any two of these together are red, and so is any with so many people (H-166).
GATHERING = frozenset({"A-1", "A-4", "A-5"})
MANY_PEOPLE = 20


@dataclass(frozen=True)
class Finding:
    """One thing found in one window: what it rests on, so that it can be reckoned again."""

    algo: str
    key: str
    window_start: datetime
    window_end: datetime
    people: float
    orders: tuple[int, ...]
    inputs: Mapping[str, Any] = field(default_factory=dict)


def people_count(complainants: Iterable[str]) -> float:
    """Distinct complainants; one nobody can tell from others ("") counts half."""
    named, anonymous = set(), 0
    for one in complainants:
        if one:
            named.add(one)
        else:
            anonymous += 1
    return len(named) + anonymous / 2


def level_of(finding: Finding, others: Iterable[Finding] = ()) -> str:
    """H-166: the nature of the algorithm; red where two gatherings share orders or twenty people speak."""
    if math.floor(finding.people) >= MANY_PEOPLE:
        return "red"
    if finding.algo in GATHERING:
        mine = set(finding.orders)
        for other in others:
            if other.algo in GATHERING and other.algo != finding.algo and mine & set(other.orders):
                return "red"
    return NATURE[finding.algo]
