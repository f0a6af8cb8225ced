"""Calls that cannot fail: each ends in an answer or in a reason, and in a row of the log."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from common.crypto import keyed_hash, scrub
from common.signed_http import GatewayError
from exchange.models import CallLog, CallOutcome

T = TypeVar("T")

log = structlog.get_logger(__name__)

LONGEST_DETAIL = 200


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of a call: an answer, or why there is none."""

    answer: T | None
    detail: str = ""

    @property
    def available(self) -> bool:
        return self.answer is not None


@dataclass
class Calls:
    """The calls of one service call, with the rows they leave."""

    rows: list[CallLog] = field(default_factory=list)

    def make(
        self, system: str, operation: str, *, about: str, asked: Sequence[str], call: Callable[[], T]
    ) -> Outcome[T]:
        """Call, and note how it went."""
        started = time.monotonic()
        outcome, ending = _outcome(call)
        took = int((time.monotonic() - started) * 1000)
        self.rows.append(
            CallLog(
                system=system,
                operation=operation,
                subject_hash=keyed_hash(about) if about else "",
                asked=list(asked),
                outcome=ending,
                detail=outcome.detail,
                milliseconds=took,
            )
        )
        if not outcome.available:
            log.warning("exchange_call_failed", system=system, operation=operation, outcome=ending.value)
        return outcome


def _outcome(call: Callable[[], T]) -> tuple[Outcome[T], CallOutcome]:
    try:
        return Outcome(call()), CallOutcome.ANSWERED
    except GatewayError as error:
        detail = scrub(str(error))[:LONGEST_DETAIL]
        return Outcome(None, detail), CallOutcome.REFUSED if error.permanent else CallOutcome.UNAVAILABLE


@contextmanager
def logged_calls() -> Iterator[Calls]:
    """All calls made inside are logged together, in one statement."""
    calls = Calls()
    try:
        yield calls
    finally:
        if calls.rows:
            CallLog.objects.bulk_create(calls.rows)
