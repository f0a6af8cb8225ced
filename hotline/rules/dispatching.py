"""
Which unit answers for an order (hotline.md section 7): filter, override, score, and whether a machine may decide.

Pure: rows of the catalogue, units and history in; a choice with its reasons in words out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from common.workdays import Calendar, day_of
from hotline.states import Confidentiality, Urgency
from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = [
    "MOST_ASSISTS",
    "Asked",
    "Candidate",
    "Choice",
    "OrderFacts",
    "Row",
    "SubUnit",
    "Unit",
    "Way",
    "assist_due",
    "best_scored",
    "confidence",
    "least_loaded",
    "may_host",
    "objections_to_automatic",
    "objections_to_dispatching",
    "objections_to_host",
    "objections_to_planning",
    "only_assists",
    "overriding",
    "share",
    "valid_rows",
    "with_assists",
]

#: 0..5 assists (H-100).
MOST_ASSISTS = 5
#: How far ahead the first must be for its score to count in full (H-85).
CLEAR_LEAD = 0.20
#: How closely a row names the matter (H-83): this type of this category; as assist or for any type; the group only.
EXACT, LISTED, GROUP = 1.0, 0.8, 0.5
#: How near a unit is (H-83).
NEARNESS: Mapping[str, float] = {"street": 1.0, "community": 1.0, "district": 0.7, "city": 0.4}
_NEAR_WORDS = {1.0: "街道一级", 0.7: "区级", 0.4: "市级"}


class Way(StrEnum):
    """By what a host was found (H-82, H-88)."""

    NAMED = "named"
    RULING = "ruling"
    SAME_MATTER = "same_matter"
    EMERGENCY_PLAN = "emergency_plan"
    SINGLE_ROW = "single_row"
    SCORE = "score"
    SUPERIOR = "superior"
    FALLBACK = "fallback"


@dataclass(frozen=True)
class Row:
    """A row of the catalogue that is in force."""

    pk: int | None
    category: str
    department_id: int
    legal_basis: str
    order_type: str = ""
    is_assist: bool = False
    region_id: int | None = None
    level_required: str = ""
    is_emergency_plan: bool = False


@dataclass(frozen=True)
class Unit:
    """A department as dispatch sees it: how near it is, and whether it is of the street."""

    pk: int
    name: str
    level: str
    is_street: bool = False


@dataclass(frozen=True)
class Asked:
    """What is known of the order."""

    category: str
    order_type: str
    #: Its region and everything that lies around, nearest first; empty where only the city is known.
    region_line: tuple[int, ...] = ()
    is_emergency: bool = False
    #: Whoever is complained of never hosts (H-144).
    recused: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A unit that may host, with its score and what speaks for it."""

    department_id: int
    name: str
    row: Row
    c: float
    r: float
    h: float
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """Who is to host, by what, how sure, and the next best."""

    way: Way
    department_id: int
    basis: str
    rule_id: int | None = None
    ruling_id: int | None = None
    #: Null unless the score decided (H-82).
    score: float | None = None
    confidence: float = 1.0
    candidates: tuple[Candidate, ...] = ()
    assists: tuple[int, ...] = ()
    is_host_row: bool = True
    why: tuple[str, ...] = field(default=())


def valid_rows(rows: Iterable[Row], asked: Asked, units: Mapping[int, Unit]) -> list[Row]:
    """Category, jurisdiction, recusal, and nothing sent down to a street that departments must do (H-81)."""
    return [row for row in rows if row.department_id in units and _fits(row, asked, units[row.department_id])]


def _fits(row: Row, asked: Asked, unit: Unit) -> bool:
    about = row.category in (asked.category, asked.category[:2])
    typed = row.order_type in ("", asked.order_type)
    here = row.region_id is None or row.region_id in asked.region_line
    sent_down = unit.is_street and row.level_required == "department"
    return about and typed and here and row.department_id not in asked.recused and not sent_down


def may_host(row: Row, unit: Unit) -> bool:
    """A street hosts only what may be done at the street; elsewhere it assists at most (H-81)."""
    return not unit.is_street or row.level_required == "street"


def overriding(rows: Sequence[Row], asked: Asked, units: Mapping[int, Unit]) -> Choice | None:
    """The host by emergency plan, or by the one exact row, before anything is weighed (H-82)."""
    fitting = valid_rows(rows, asked, units)
    hosting = [row for row in fitting if may_host(row, units[row.department_id])]
    if plan := next((row for row in hosting if row.is_emergency_plan and asked.is_emergency), None):
        return _by_row(Way.EMERGENCY_PLAN, plan, _assists(fitting))
    exact = [row for row in hosting if not row.is_emergency_plan and _closeness(row, asked) == EXACT]
    if len({row.department_id for row in exact}) == 1:
        return _by_row(Way.SINGLE_ROW, exact[0], _assists(fitting))
    return None


def best_scored(
    rows: Sequence[Row],
    asked: Asked,
    units: Mapping[int, Unit],
    *,
    history: Mapping[int, int],
    weights: Mapping[str, float],
) -> Choice | None:
    """The host by score (H-83, H-85); None where nobody is left (H-88)."""
    fitting = valid_rows(rows, asked, units)
    hosting = [
        row for row in fitting if may_host(row, units[row.department_id]) and not row.is_emergency_plan
    ]
    ranked = _ranked(hosting, asked, units, history, weights)
    return _by_score(ranked, _assists(fitting)) if ranked else None


def _by_row(way: Way, row: Row, assists: Sequence[int]) -> Choice:
    said = {Way.EMERGENCY_PLAN: "应急预案指定", Way.SINGLE_ROW: "派单目录中唯一明确的主办单位"}[way]
    others = tuple(one for one in assists if one != row.department_id)
    return Choice(way, row.department_id, row.legal_basis, rule_id=row.pk, assists=others, why=(said,))


def _by_score(ranked: Sequence[Candidate], assists: Sequence[int]) -> Choice:
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    return Choice(
        Way.SCORE,
        best.department_id,
        best.row.legal_basis,
        rule_id=best.row.pk,
        score=best.score,
        confidence=confidence(best.score, second),
        candidates=tuple(ranked[:3]),
        assists=tuple(one for one in assists if one != best.department_id),
        is_host_row=not best.row.is_assist,
        why=best.why,
    )


def _assists(rows: Iterable[Row]) -> list[int]:
    listed = dict.fromkeys(row.department_id for row in rows if row.is_assist)
    return list(listed)[:MOST_ASSISTS]


def _closeness(row: Row, asked: Asked) -> float:
    if row.category != asked.category:
        return GROUP
    return LISTED if row.is_assist or not row.order_type else EXACT


def _ranked(
    rows: Sequence[Row],
    asked: Asked,
    units: Mapping[int, Unit],
    history: Mapping[int, int],
    weights: Mapping[str, float],
) -> list[Candidate]:
    """One candidate a department, by its closest row; best first (H-83)."""
    closest: dict[int, Row] = {}
    for row in rows:
        known = closest.get(row.department_id)
        if known is None or _closeness(row, asked) > _closeness(known, asked):
            closest[row.department_id] = row
    total = sum(history.get(one, 0) for one in closest)
    found = [
        _candidate(row, asked, units[one], share(history.get(one, 0), total, len(closest)), weights)
        for one, row in closest.items()
    ]
    return sorted(found, key=lambda one: (-one.score, one.department_id))


def share(done: int, total: int, candidates: int) -> float:
    """How much of the last half year's orders this unit finished without a change of host, smoothed (H-83)."""
    return (done + 1) / (total + candidates)


def _candidate(row: Row, asked: Asked, unit: Unit, h: float, weights: Mapping[str, float]) -> Candidate:
    c, r = _closeness(row, asked), NEARNESS.get(unit.level, NEARNESS["city"])
    score = weights["C"] * c + weights["R"] * r + weights["H"] * h
    listed = "列为协办" if row.is_assist else "列为主办，不分诉求类型"
    close = {EXACT: "派单目录写明由其主办", LISTED: listed, GROUP: "只有大类对应"}[c]
    why = (close, f"{_NEAR_WORDS[r]}单位", f"近半年同类诉求由其办结的占 {h:.0%}")
    return Candidate(unit.pk, unit.name, row, c, r, h, round(score, 4), why)


def confidence(first: float, second: float) -> float:
    """The first's score, in full only with a clear lead (H-85)."""
    return first * (0.5 + 0.5 * min(1.0, (first - second) / CLEAR_LEAD))


def objections_to_automatic(
    facts: "OrderFacts", choice: Choice, *, class_threshold: float, dispatch_threshold: float
) -> list[str]:
    """Why a person is to decide (H-85); none means the machine dispatches."""
    reasons = []
    if facts.class_conf < class_threshold:
        reasons.append(f"分类把握只有 {facts.class_conf:.0%}")
    if choice.confidence < dispatch_threshold:
        reasons.append(f"派单把握只有 {choice.confidence:.0%}")
    if not choice.is_host_row:
        reasons.append("得分最高的单位只列为协办")
    if facts.sensitive:
        reasons.append("敏感诉求")
    if facts.confidential == Confidentiality.SECRET:
        reasons.append("严格保密的诉求")
    if facts.in_group:
        reasons.append("多人反映的同一件事")
    if facts.bounce_no:
        reasons.append("曾经退单")
    if choice.way in (Way.FALLBACK, Way.SUPERIOR):
        reasons.append("派单目录中没有可以主办的单位")
    return reasons


@dataclass(frozen=True)
class OrderFacts:
    """What of the order decides whether a machine may dispatch it."""

    class_conf: float
    sensitive: bool = False
    confidential: str = Confidentiality.MASKED
    in_group: bool = False
    bounce_no: int = 0


@dataclass(frozen=True)
class SubUnit:
    """Part of one department with the same duty: how much it holds, how much it can."""

    name: str
    open: int
    capacity: int


def least_loaded(sub_units: Iterable[SubUnit]) -> SubUnit:
    """Load orders sub-units of one department, and never decides between departments (H-84)."""
    return min(sub_units, key=lambda one: (one.open / one.capacity, one.name))


def objections_to_dispatching(who: "Standing") -> list[str]:
    """Dispatching by hand is the dispatchers' (T-08)."""
    return [] if who.may(Permission.DISPATCH) else ["派单由派单员来做"]


def objections_to_host(
    host: Unit, *, rows: Sequence[Row], asked: Asked, units: Mapping[int, Unit], basis: str
) -> list[str]:
    """A host named by hand: never whom it is about, no street for a department's duty, never without basis."""
    if host.pk in asked.recused:
        return ["诉求反映的就是这个单位，应当回避"]
    its = [row for row in valid_rows(rows, asked, units) if row.department_id == host.pk]
    at_street = any(may_host(row, host) for row in its)
    if host.is_street and not at_street:
        return ["应由职能部门办理的诉求不能派给街道"]
    return [] if its or basis.strip() else ["派单目录里没有这个单位，请写明派单依据"]


def assist_due(
    calendar: Calendar, now: datetime, due: datetime, urgency: str, margin: Mapping[str, float]
) -> datetime:
    """Assists answer a working day, or two hours, before the host; never before they were asked (H-100)."""
    if urgency != Urgency.NORMAL:
        earlier = due - timedelta(hours=margin["natural_hours"])
        return earlier if earlier > now else due
    day, left = day_of(due), int(margin["working_days"])
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_workday(day)
    earlier = calendar.closing(day)
    return earlier if earlier > now else due


def objections_to_planning(who: "Standing", host_id: int | None) -> list[str]:
    """The plan of a joint order is its leading unit's, or the dispatchers' who made it joint (H-103)."""
    if who.may(Permission.DISPATCH) or host_id in who.departments(Permission.HANDLE_ORDERS):
        return []
    return ["联合办理的方案由牵头单位制定"]


def only_assists(choice: Choice, chosen: Collection[int]) -> Choice:
    """These assists and no others."""
    return replace(choice, assists=tuple(dict.fromkeys(one for one in chosen if one != choice.department_id)))


def with_assists(choice: Choice, added: Collection[int]) -> Choice:
    """More assists, the added ones first, five at most."""
    every = [*added, *choice.assists]
    kept = tuple(dict.fromkeys(one for one in every if one != choice.department_id))
    return replace(choice, assists=kept[:MOST_ASSISTS])
