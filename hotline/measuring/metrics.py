"""
M-01 … M-22 with exact numerators, denominators and exclusions (hotline.md section 16).

Period rule: counts by acceptance in the period, timeliness by the due in the period, survey rates by the
survey in the period, dispatch by first dispatch. A share of nothing is None, shown as "—".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean, quantiles
from typing import TypeVar

from hotline.measuring.facts import (
    AssistFacts,
    CallFacts,
    OrderFacts,
    PartFacts,
    Period,
    RoundFacts,
    SupervisionFacts,
)
from hotline.states import HandleResult, OrderType, Solved, Urgency

__all__ = ["METRICS", "Metric", "Pace", "Share", "measure", "paces", "score"]

Row = TypeVar("Row")

#: Rings of up to five seconds that were given up are nobody's fault; an answer within fifteen is a quick one.
ABANDONED_SECONDS, QUICK_SECONDS = 5, 15
#: 满意 begins at 基本满意 (M-09).
CONTENT = 3


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    numerator: int
    denominator: int

    @property
    def value(self) -> float | None:
        """The share, or None of nothing."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def percent(self) -> str:
        """Two digits after the point; "—" of nothing."""
        return "—" if self.value is None else f"{self.value * 100:.2f}%"


@dataclass(frozen=True)
class Known:
    """Everything that is counted in one period, for the city or one department; exclusions not yet applied."""

    period: Period
    everything: Sequence[OrderFacts] = ()
    calls: Sequence[CallFacts] = ()
    supervisions: Sequence[SupervisionFacts] = ()
    department: str = ""

    @cached_property
    def orders(self) -> list[OrderFacts]:
        """Those the department hosts."""
        return [one for one in self.everything if self.department in ("", one.department)]

    def accepted(self) -> list[OrderFacts]:
        """Orders accepted in the period."""
        return [one for one in self.orders if one.accepted_at in self.period]

    def dispatched(self) -> list[OrderFacts]:
        """Orders first dispatched in the period."""
        return [one for one in self.orders if one.dispatched_at in self.period]

    def rounds(self) -> Iterator[tuple[OrderFacts, RoundFacts]]:
        """Every round of asking about a result of this department, whoever holds the order now (H-105)."""
        for row in self.everything:
            for asked in row.rounds:
                if self.department in ("", asked.department or row.department):
                    yield row, asked

    def surveyed(self) -> list[RoundFacts]:
        """What was answered in the period, once for every time that somebody answered (H-160)."""
        return [
            asked
            for row, asked in self.rounds()
            if asked.survey is not None and asked.survey.at in self.period
            if not row.leaves_out(asked, *SURVEY_EXCLUDED)
        ]

    def called_back(self) -> list[OrderFacts]:
        """Orders that first came to the survey in the period."""
        return [one for one in self.orders if one.callback_at in self.period]

    def assists(self) -> list[AssistFacts]:
        """Parts of assists that were due in the period."""
        parts = [part for row in self.everything for part in row.assists if part.due_at in self.period]
        return [part for part in parts if self.department in ("", part.department)]


@dataclass(frozen=True)
class Metric:
    """One metric: its name, what is left out, and how it is counted."""

    code: str
    name: str
    count: Callable[[Known], Share]
    excluded: tuple[str, ...] = ()
    #: More is better; where not, a target is a ceiling.
    is_better_high: bool = True


#: Left out of every survey rate.
SURVEY_EXCLUDED = ("X1", "X3", "X5", "X6", "X7", "X8")


def _share(of: Iterable[Row], holds: Callable[[Row], object]) -> Share:
    rows = list(of)
    return Share(sum(bool(holds(row)) for row in rows), len(rows))


def _without(rows: Iterable[OrderFacts], *codes: str) -> list[OrderFacts]:
    return [row for row in rows if not row.excluded(*codes)]


def _connected(known: Known) -> Share:
    calls = _counted_calls(known)
    return Share(sum(call.answered for call in calls), len(calls))


def _connected_quickly(known: Known) -> Share:
    calls = _counted_calls(known)
    return Share(sum(call.answered and call.seconds_rung <= QUICK_SECONDS for call in calls), len(calls))


def _counted_calls(known: Known) -> list[CallFacts]:
    """Inbound, less those given up within five seconds and those of restricted numbers."""
    inbound = [call for call in known.calls if call.at in known.period and not call.restricted]
    return [call for call in inbound if call.answered or call.seconds_rung > ABANDONED_SECONDS]


def _called_back(known: Known) -> Share:
    due = [call for call in known.calls if call.call_back_due_at in known.period]
    return Share(sum(map(_is_called_back_in_time, due)), len(due))


def _is_called_back_in_time(call: CallFacts) -> bool:
    due, back = call.call_back_due_at, call.called_back_at
    return due is not None and back is not None and back <= due


def _settled_directly(known: Known) -> Share:
    return _share(_without(known.accepted(), "X2", "X4"), lambda row: row.settled_directly)


def _dispatched_rightly(known: Known) -> Share:
    rows = _without(known.dispatched(), "X2", "X4")
    return _share(rows, lambda row: not (row.host_ruled_or_reassigned or _is_returned(row)))


def _is_returned(row: OrderFacts) -> bool:
    return any(part.return_approved for part in row.parts)


def _signed_in_time(known: Known) -> Share:
    parts = [
        part
        for row in known.orders
        for part in row.parts
        if part.sign_due_at in known.period and not part.return_approved
        if not row.excluded("X2") and not (row.excluded("X1") and _is_unsigned_when_withdrawn(row, part))
    ]
    return Share(sum(map(_is_signed_in_time, parts)), len(parts))


def _is_unsigned_when_withdrawn(row: OrderFacts, part: PartFacts) -> bool:
    """Nobody had signed for it, nor lost it to somebody else, before the complainant withdrew."""
    settled = part.signed_at or part.ended_at
    return settled is None or row.withdrawn_at is None or settled >= row.withdrawn_at


def _is_signed_in_time(part: PartFacts) -> bool:
    signed, due = part.signed_at, part.sign_due_at
    return signed is not None and due is not None and signed <= due and not part.auto_signed


def _returned(known: Known) -> Share:
    return _share(known.dispatched(), lambda row: row.returns_requested)


def _returned_improperly(known: Known) -> Share:
    rows = known.dispatched()
    return Share(sum(row.returns_rejected for row in rows), sum(row.returns_requested for row in rows))


def _responded(known: Known) -> Share:
    return _share(known.surveyed(), lambda asked: asked.survey and asked.survey.responded)


def _solved(known: Known) -> Share:
    answered = [asked for asked in known.surveyed() if asked.survey and asked.survey.solved]
    return _share(answered, lambda asked: asked.survey and asked.survey.solved == Solved.YES)


def _content(known: Known) -> Share:
    rated = [asked for asked in known.surveyed() if asked.survey and asked.survey.level]
    return _share(rated, lambda asked: asked.survey and (asked.survey.level or 0) >= CONTENT)


def _in_time(known: Known) -> Share:
    handled = [row for row in known.orders if row.parts and row.due_at in known.period]
    return _share(_without(handled, "X1", "X2", "X3", "X7"), _is_in_time)


def _is_in_time(row: OrderFacts) -> bool:
    first = row.first_result
    return first is not None and first.at <= first.due_at


def _reworked(known: Known) -> Share:
    return _share(_without(known.called_back(), "X2"), lambda row: row.rework_no)


def _extended(known: Known) -> Share:
    normal = [row for row in known.dispatched() if row.urgency == Urgency.NORMAL]
    return _share(normal, lambda row: any(one.approved for one in row.extensions))


def _shelved(known: Known) -> Share:
    return _share(known.dispatched(), lambda row: row.shelvings)


def _written_off(known: Known) -> Share:
    ledger = [one for row in known.orders for one in row.shelvings if one.shelved_at < known.period.end]
    ledger = [one for one in ledger if one.ended_at is None or one.ended_at >= known.period.start]
    gone = [one for one in ledger if one.written_off and one.ended_at in known.period]
    return Share(len(gone), len(ledger))


def _to_survey(known: Known) -> list[RoundFacts]:
    return [
        asked
        for row, asked in known.rounds()
        if asked.callback_at in known.period and not row.anonymous and not row.leaves_out(asked, "X1")
    ]


def _survey_tried(known: Known) -> Share:
    return _share(_to_survey(known), lambda asked: asked.attempted or asked.survey)


def _survey_reached(known: Known) -> Share:
    tried = [asked for asked in _to_survey(known) if asked.attempted or asked.survey]
    return _share(tried, lambda asked: asked.survey)


def _rebounded(known: Known) -> Share:
    archived = sum(row.archived_at in known.period for row in known.orders)
    return Share(sum(row.is_rebound for row in known.accepted()), archived)


def _supervised_in_time(known: Known) -> Share:
    opened = [one for one in known.supervisions if one.opened_at in known.period]
    in_time = [one for one in opened if one.answered_at and one.answered_at <= one.answer_due_at]
    return Share(len(in_time), len(opened))


def _from_knowledge(known: Known) -> Share:
    asked = [row for row in known.accepted() if row.order_type == OrderType.INQUIRY]
    return _share(asked, lambda row: row.answered_with_article)


def _mismatched(known: Known) -> Share:
    claimed = [asked for asked in known.surveyed() if asked.claimed == HandleResult.SOLVED]
    return _share(claimed, lambda asked: asked.is_mismatch)


def _sent_back(known: Known) -> Share:
    submitted = [one for row in known.orders for one in row.submissions if one.at in known.period]
    return Share(sum(one.accepted is False for one in submitted), len(submitted))


def _fed_back_in_time(known: Known) -> Share:
    urgent = [row for row in known.dispatched() if row.urgency != Urgency.NORMAL]
    return _share(urgent, _is_fed_back_in_time)


def _is_fed_back_in_time(row: OrderFacts) -> bool:
    due = next((part.feedback_due_at for part in row.parts if part.feedback_due_at), None)
    return row.first_feedback_at is not None and due is not None and row.first_feedback_at <= due


def _assisted_in_time(known: Known) -> Share:
    return _share(known.assists(), _is_replied_in_time)


def _is_replied_in_time(part: AssistFacts) -> bool:
    return part.replied_at is not None and part.due_at is not None and part.replied_at <= part.due_at


METRICS: Mapping[str, Metric] = {
    one.code: one
    for one in (
        Metric("M-01", "接通率", _connected),
        Metric("M-01a", "15 秒接通率", _connected_quickly),
        Metric("M-02", "漏接回拨率", _called_back),
        Metric("M-03", "一次办结率", _settled_directly, ("X2", "X4")),
        Metric("M-04", "派单准确率", _dispatched_rightly, ("X2", "X4")),
        Metric("M-05", "按时签收率", _signed_in_time, ("X1", "X2")),
        Metric("M-06", "退单率", _returned, is_better_high=False),
        Metric("M-06a", "不当退单率", _returned_improperly, is_better_high=False),
        Metric("M-07", "响应率", _responded, SURVEY_EXCLUDED),
        Metric("M-08", "解决率", _solved, SURVEY_EXCLUDED),
        Metric("M-09", "满意率", _content, SURVEY_EXCLUDED),
        Metric("M-11", "按期办结率", _in_time, ("X1", "X2", "X3", "X7")),
        # An assist answers for its own time and for nothing else (H-105).
        Metric("M-11a", "协办按期答复率", _assisted_in_time),
        Metric("M-12", "重办率", _reworked, ("X2",), is_better_high=False),
        Metric("M-14", "延期率", _extended, is_better_high=False),
        Metric("M-15", "挂账率", _shelved, is_better_high=False),
        Metric("M-15a", "销账率", _written_off),
        Metric("M-16", "回访覆盖率", _survey_tried, ("X1", "X5")),
        Metric("M-16a", "回访成功率", _survey_reached, ("X1", "X5")),
        Metric("M-17", "重复诉求率", _rebounded, is_better_high=False),
        Metric("M-18", "督办按期办结率", _supervised_in_time),
        Metric("M-19", "知识库命中率", _from_knowledge),
        Metric("M-20", "申告不符率", _mismatched, SURVEY_EXCLUDED, is_better_high=False),
        Metric("M-21", "办结审核退回率", _sent_back, is_better_high=False),
        Metric("M-22", "先期反馈按时率", _fed_back_in_time),
    )
}


def measure(
    period: Period,
    orders: Sequence[OrderFacts] = (),
    calls: Sequence[CallFacts] = (),
    supervisions: Sequence[SupervisionFacts] = (),
    department: str = "",
) -> dict[str, Share]:
    """Every metric of the period, by code; of one department where it is named."""
    known = Known(period, orders, calls, supervisions, department)
    return {code: metric.count(known) for code, metric in METRICS.items()}


def score(shares: Mapping[str, Share], weights: Mapping[str, float]) -> float | None:
    """M-10 综合得分 out of 100; None while one of its parts has no denominator."""
    parts = {code: shares[code].value for code in weights}
    if any(value is None for value in parts.values()):
        return None
    return 100 * sum(weight * (parts[code] or 0) for code, weight in weights.items())


@dataclass(frozen=True)
class Pace:
    """How long handling took: mean, median and the ninth tenth, in hours of the clock that counts (M-13)."""

    mean: float
    p50: float
    p90: float
    of: int


def paces(period: Period, orders: Iterable[OrderFacts]) -> dict[str, Pace | None]:
    """M-13: normal orders in working hours, urgent and emergency ones in natural hours; never mixed."""
    rows = [row for row in orders if row.result_at in period and not row.excluded("X1", "X2", "X3")]
    normal = [row for row in rows if row.urgency == Urgency.NORMAL]
    urgent = [row for row in rows if row.urgency != Urgency.NORMAL]
    return {"normal": _pace(normal), "urgent": _pace(urgent)}


def _pace(rows: Sequence[OrderFacts]) -> Pace | None:
    hours = sorted(row.handled_seconds / 3600 for row in rows if row.handled_seconds is not None)
    if not hours:
        return None
    if len(hours) == 1:
        return Pace(hours[0], hours[0], hours[0], 1)
    tenths = quantiles(hours, n=10, method="inclusive")
    return Pace(mean(hours), tenths[4], tenths[8], len(hours))
