"""The metrics as pages, reports and the API read them, with what may be ranked against what (H-161)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from common.errors import BadInput, NotAllowed
from common.workdays import SHANGHAI
from hotline.measuring import METRICS, OrderFacts, Pace, Period, Share, measure, paces, score
from hotline.rules.measuring import class_of, objections_to_ranking, objections_to_reading
from hotline.selectors.facts import call_facts, facts_of_period, supervision_facts
from hotline.selectors.parameters import parameter
from identity.models import Account, Department
from identity.roles import Permission
from identity.selectors import departments, standing

__all__ = ["Figure", "Measured", "Ranked", "measured", "period_of", "ranking", "readable_departments"]


#: Years that are meant when somebody names a day; nothing was counted before, nothing will be soon after.
EARLIEST, LATEST = 2000, 2100


@dataclass(frozen=True)
class Figure:
    """One metric as it is shown: never a bare percentage, always of how many (section 16)."""

    code: str
    name: str
    share: Share
    target: float | None
    is_better_high: bool
    #: Fewer than thirty say nothing about a department (样本不足).
    too_few: bool

    @property
    def aim(self) -> str:
        """The target as the result beside it is written."""
        if self.target is None:
            return "—"
        return f"{'≥' if self.is_better_high else '≤'} {self.target * 100:.2f}%"

    @property
    def on_target(self) -> bool | None:
        """None without target or denominator."""
        if self.target is None or self.share.value is None:
            return None
        value = self.share.value
        return value >= self.target if self.is_better_high else value <= self.target


@dataclass(frozen=True)
class Measured:
    """Everything counted for one period and one department, or for the city."""

    period: Period
    department: str
    figures: list[Figure]
    score: float | None
    paces: Mapping[str, Pace | None]
    exclusions: Mapping[str, int]
    orders: int

    def figure(self, code: str) -> Figure:
        """The metric of this code."""
        return next(one for one in self.figures if one.code == code)


@dataclass(frozen=True)
class Ranked:
    """A department inside its class; without enough orders it has no place."""

    department: Department
    klass: str
    place: int | None
    measured: Measured
    score: float | None = field(default=None)


def period_of(first: date, last: date) -> Period:
    """From the beginning of the first day to the end of the last; BadInput the other way round, and far away."""
    wrong = {
        name: [f"日期要在 {EARLIEST} 年到 {LATEST} 年之间"]
        for name, day in (("from", first), ("to", last))
        if not EARLIEST <= day.year <= LATEST
    }
    if not wrong and last < first:
        wrong = {"to": ["结束日期不能早于开始日期"]}
    if wrong:
        raise BadInput(next(iter(wrong.values())), fields=wrong)
    return Period(_midnight(first), _midnight(last + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def readable_departments(account: Account) -> frozenset[int] | None:
    """Whose figures the account may read: None is everybody's."""
    who = standing(account)
    wide = (Permission.READ_STATISTICS, Permission.SUPERVISE, Permission.AUDIT, Permission.RULE_DISPUTES)
    if any(map(who.may, wide)) and not who.departments(Permission.HANDLE_ORDERS):
        return None
    return who.departments(Permission.HANDLE_ORDERS)


def measured(account: Account, period: Period, department: str = "") -> Measured:
    """The metrics, for the city or one department; NotAllowed for what the account may not read."""
    codes = {one.pk: one.code for one in departments().values()}
    if department and department not in codes.values():
        raise BadInput("没有这个单位", fields={"department": ["没有这个单位"]})
    allowed = readable_departments(account)
    readable = None if allowed is None else {codes[pk] for pk in allowed}
    if objections := objections_to_reading(department, readable):
        raise NotAllowed(objections)
    return figures_of(period, facts_of_period(period), department)


def figures_of(period: Period, facts: Sequence[OrderFacts], department: str = "") -> Measured:
    """Counted from these facts; of one department where it is named."""
    rows = [one for one in facts if not department or one.department == department]
    calls = [] if department else call_facts(period)
    shares = measure(period, facts, calls, supervision_facts(period, department), department)
    targets, floor = parameter("targets"), parameter("sample_floor")
    figures = [
        Figure(
            code, metric.name, shares[code], targets.get(code), metric.is_better_high,
            shares[code].denominator < floor,
        )
        for code, metric in METRICS.items()
    ]  # fmt: skip
    left_out = Counter(code for one in rows if one.accepted_at in period for code in one.exclusions)
    counted = sum(one.accepted_at in period for one in rows)
    return Measured(
        period,
        department,
        figures,
        score(shares, parameter("score_weights")),
        paces(period, rows),
        dict(left_out),
        counted,
    )


def ranking(account: Account, period: Period, klass: str) -> list[Ranked]:
    """Departments of one class by score; there is no city-wide ranking (H-161)."""
    if objections := objections_to_ranking(klass):
        raise BadInput(objections, fields={"class": objections})
    if readable_departments(account) is not None:
        raise NotAllowed("排名只给热线管理、督办和审计人员看")
    facts = facts_of_period(period)
    volumes = Counter(one.department for one in facts if one.accepted_at in period)
    co_ordinating = set(parameter("coordinating_departments"))
    members = [
        one
        for one in departments().values()
        if volumes[one.code] and class_of(one.code, one.kind, co_ordinating, volumes) == klass
    ]
    return _placed(klass, [(one, figures_of(period, facts, one.code)) for one in members])


def _placed(klass: str, rows: list[tuple[Department, Measured]]) -> list[Ranked]:
    floor = parameter("sample_floor")
    enough = [row for row in rows if row[1].score is not None and row[1].orders >= floor]
    few = [row for row in rows if row not in enough]
    enough.sort(key=lambda row: (-(row[1].score or 0), row[0].code))
    ranked = [Ranked(one, klass, place, found, found.score) for place, (one, found) in enumerate(enough, 1)]
    return ranked + [Ranked(one, klass, None, found) for one, found in few]
