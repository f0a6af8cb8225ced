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
    """Do it to each application; one that fails is logged and holds up no other's clock. How many it changed."""
    done = 0
    for application_id in ids:
        try:
            done += act(application_id, now)
        except Exception:
            log.exception("sweep_failed", sweep=act.__name__, application_id=application_id)
    return done
