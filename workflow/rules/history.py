"""The clock of a review as its facts tell it: state, used days and due follow from them alone (I-78)."""

from collections.abc import Iterable
from datetime import date

from common.clock import Clock, ClockEvent, Happening, replay
from events import DomainEvent
from workflow import events

__all__ = ["CLOCK_FACTS", "clock_told_by"]

#: The facts that start, stop, stretch, set back or end a review's clock.
CLOCK_FACTS: tuple[type[DomainEvent], ...] = (
    events.ReviewsAssigned,
    events.SpecialProcedureStarted,
    events.SpecialProcedureExplained,
    events.SpecialProcedureEnded,
    events.ReviewExtended,
    events.CommitmentRevoked,
    events.ReviewDecided,
    events.ReviewsTerminated,
    events.ReviewsWithdrawn,
)


def clock_told_by(facts: Iterable[tuple[DomainEvent, date]], review_id: int) -> Clock | None:
    """The review's clock after these facts of its application, each with its day; None where it never started."""
    history: list[ClockEvent] = []
    for fact, on in facts:
        if isinstance(fact, events.ReviewsAssigned):
            history = _started(fact, review_id) or history
        elif isinstance(fact, events.CommitmentRevoked) and review_id in fact.review_ids:
            history = []
        elif history:
            history += _happened(fact, on, review_id)
    return replay(history) if history else None


def _started(fact: events.ReviewsAssigned, review_id: int) -> list[ClockEvent]:
    return [
        ClockEvent(Happening.STARTED, date.fromisoformat(clock["day0"]), clock["days"])
        for clock in fact.clocks
        if clock["review_id"] == review_id
    ]


def _happened(fact: DomainEvent, on: date, review_id: int) -> list[ClockEvent]:
    if isinstance(fact, events.ReviewsTerminated | events.ReviewsWithdrawn):
        return [ClockEvent(Happening.DONE, on)] if review_id in fact.review_ids else []
    if not isinstance(fact, events.ReviewFact) or fact.review_id != review_id:
        return []
    if isinstance(fact, events.SpecialProcedureStarted):
        return [
            ClockEvent(Happening.PAUSED, date.fromisoformat(fact.stops_on), until=_day(fact.expected_end))
        ]
    if isinstance(fact, events.SpecialProcedureExplained):
        until = _day(fact.expected_end)
        return [ClockEvent(Happening.PROLONGED, on, until=until)] if until else []
    if isinstance(fact, events.SpecialProcedureEnded):
        return [ClockEvent(Happening.RESUMED, date.fromisoformat(fact.ended_on))]
    if isinstance(fact, events.ReviewExtended):
        return [ClockEvent(Happening.EXTENDED, on, fact.days)]
    return [ClockEvent(Happening.DONE, on)] if isinstance(fact, events.ReviewDecided) else []


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
