"""How the house is: each part's state, for probes and for whoever is on call."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache
from django.db import connection

from portal.celery import app

__all__ = ["MAX_AGE", "Part", "beat_seen", "examine", "worker_seen"]

logger = structlog.get_logger(__name__)

#: Seconds without a heartbeat after which worker or beat counts as gone; the heartbeat comes every 10.
MAX_AGE = 45


@dataclass(frozen=True)
class Part:
    """One part of the house; `detail` is for people and says nothing about the inside."""

    name: str
    well: bool
    detail: str = ""


def beat_seen() -> None:
    """Called in the beat process when it sends its heartbeat."""
    cache.set("heartbeat:beat", time.time(), timeout=3600)


def worker_seen() -> None:
    """Called in a worker that ran the heartbeat."""
    cache.set("heartbeat:worker", time.time(), timeout=3600)


def examine() -> list[Part]:
    """Every part, examined now."""
    return [
        Part("web", well=True),
        _asked("database", _database),
        _asked("broker", _broker),
        _asked("worker", lambda: _heartbeat("worker")),
        _asked("beat", lambda: _heartbeat("beat")),
    ]


def _asked(name: str, question: Callable[[], str]) -> Part:
    try:
        complaint = question()
    except Exception as error:  # noqa: BLE001  (whatever a part does when it is down is the answer)
        logger.warning("part_down", part=name, error=repr(error))
        complaint = "no answer"
    return Part(name, well=not complaint, detail=complaint)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _broker() -> str:
    with app.connection_for_read(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return ""


def _heartbeat(who: str) -> str:
    seen: Any = cache.get(f"heartbeat:{who}")
    if seen is None:
        return "never seen"
    age = time.time() - seen
    return f"last seen {age:.0f} s ago" if age > MAX_AGE else ""
