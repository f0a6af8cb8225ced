"""Publishing: one statement writes the facts and whom to tell; the rest is another process's work."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from events.facts import DomainEvent
from events.subscriptions import listeners

if TYPE_CHECKING:
    from identity.models import Account

log = structlog.get_logger(__name__)

#: A poke that nobody has taken by then is worth nothing: beat has swept many times.
POKE_EXPIRES_AFTER_SECONDS = 30
#: Nobody else waits for a broker that was just found away; beat goes on trying.
REST_SECONDS = 10.0


@dataclass
class Broker:
    """What this process remembers of the broker."""

    away_until: float = 0.0


_broker = Broker()

INSERT_FACTS_AND_DELIVERIES = """
WITH told AS (
    INSERT INTO events_eventrecord (name, payload, subject, public, actor_id, on_behalf, at)
    SELECT fact.name, fact.payload::jsonb, fact.subject, fact.public, %(actor)s, %(on_behalf)s, %(at)s
    FROM unnest(%(names)s::text[], %(payloads)s::text[], %(subjects)s::text[], %(public)s::boolean[])
         WITH ORDINALITY AS fact (name, payload, subject, public, place)
    ORDER BY fact.place
    RETURNING id, name
), waiting AS (
    INSERT INTO events_delivery (event_id, handler, state, attempts, next_attempt_at, last_error)
    SELECT told.id, listener.handler, 'pending', 0, %(at)s, ''
    FROM told
    JOIN unnest(%(heard)s::text[], %(handlers)s::text[]) AS listener (name, handler) USING (name)
)
SELECT id FROM told ORDER BY id
"""


def publish(*events: DomainEvent, by: "Account | None" = None, on_behalf: str = "") -> list[int]:
    """
    Record that things have happened, in the caller's transaction; the ids of the records, in order.

    Nothing is called here: a rollback tells nothing, a commit tells everything.
    """
    if not events:
        return []
    pairs = listeners(event.name() for event in events)
    with connection.cursor() as cursor:
        cursor.execute(INSERT_FACTS_AND_DELIVERIES, _row_values(events, pairs, by, on_behalf))
        record_ids = [row[0] for row in cursor.fetchall()]
    if pairs:
        poke_on_commit()
    return record_ids


def _row_values(
    events: Sequence[DomainEvent], pairs: Sequence[tuple[str, str]], by: "Account | None", on_behalf: str
) -> dict[str, Any]:
    return {
        "names": [event.name() for event in events],
        "payloads": [event.payload() for event in events],
        "subjects": [event.subject for event in events],
        "public": [event.public for event in events],
        "actor": by.pk if by is not None else None,
        "on_behalf": on_behalf,
        "at": timezone.now(),
        "heard": [name for name, _handler in pairs],
        "handlers": [handler for _name, handler in pairs],
    }


def poke_on_commit() -> None:
    """Wake the deliverer once after this transaction."""
    if not any(poke in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(poke, robust=True)


def poke() -> None:
    """Wake the deliverer now; a lost poke costs the seconds until beat's next sweep, and nothing else."""
    if time.monotonic() < _broker.away_until:
        return
    try:
        current_app.send_task("events.tasks.deliver", retry=False, expires=POKE_EXPIRES_AFTER_SECONDS)
    except (OperationalError, OSError) as error:
        _broker.away_until = time.monotonic() + REST_SECONDS
        log.warning("poke_lost", error=type(error).__name__)
