"""One sweep over many applications: each in its own transaction, none in the way of the next."""

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from workflow.states import ApplicationStatus as A

__all__ = ["WITH_DEPARTMENTS", "each"]

#: Where some department has still something to do.
WITH_DEPARTMENTS = [A.RECEIVED, A.CORRECTING, A.ACCEPTED, A.IN_REVIEW]

log = structlog.get_logger(__name__)


def each(ids: Iterable[int], act: Callable[[int, datetime], bool], now: datetime) -> int:
    """Do it to each, by key; one that fails is logged and holds up no other's clock. How many it changed."""
    done = 0
    for pk in ids:
        try:
            done += act(pk, now)
        except Exception:
            log.exception("sweep_failed", sweep=act.__name__, pk=pk)
    return done
