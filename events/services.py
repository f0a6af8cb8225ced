"""Telling: each delivery in its own transaction, again and again until it works or is given up."""

import datetime as dt
from collections.abc import Collection
from random import SystemRandom

import structlog
from django.db import transaction
from django.utils import timezone

from common.crypto import scrub
from events.models import Delivery, DeliveryState
from events.outbox import poke_on_commit
from events.subscriptions import handler_named

__all__ = ["deliver_pending", "resend"]

log = structlog.get_logger(__name__)

#: How long to wait after each failure; 47 hours in all. After the last one it is given up.
WAITS = (
    dt.timedelta(seconds=10),
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=1),
    dt.timedelta(hours=3),
    dt.timedelta(hours=6),
    dt.timedelta(hours=12),
    dt.timedelta(hours=24),
)
LONGEST_ERROR = 500

_chance = SystemRandom()


def deliver_pending(limit: int = 200) -> int:
    """Tell up to `limit` handlers what they wait for; how many were tried."""
    tried = 0
    while tried < limit and _deliver_one():
        tried += 1
    return tried


@transaction.atomic
def _deliver_one() -> bool:
    ready = Delivery.objects.due(timezone.now()).select_related("event")
    delivery = ready.select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is None:
        return False
    delivery.attempts += 1
    try:
        with transaction.atomic():
            handler_named(delivery.handler)(delivery.event.fact, delivery.event_id)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the fact is told again
        _note_failure(delivery, error)
    else:
        delivery.state, delivery.delivered_at, delivery.last_error = (
            DeliveryState.DELIVERED,
            timezone.now(),
            "",
        )
    delivery.save(update_fields=["state", "attempts", "delivered_at", "next_attempt_at", "last_error"])
    return True


def _note_failure(delivery: Delivery, error: Exception) -> None:
    delivery.last_error = scrub(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
    given_up = delivery.attempts > len(WAITS)
    if given_up:
        delivery.state = DeliveryState.GIVEN_UP
    else:
        wait = WAITS[delivery.attempts - 1] * _chance.uniform(0.9, 1.1)
        delivery.next_attempt_at = timezone.now() + wait
    log.warning(
        "delivery_failed",
        event_name=delivery.event.name,
        handler=delivery.handler,
        attempts=delivery.attempts,
        given_up=given_up,
        error=type(error).__name__,
    )


@transaction.atomic
def resend(delivery_ids: Collection[int]) -> int:
    """Begin again with deliveries that were given up; how many there were."""
    again = Delivery.objects.given_up().filter(pk__in=delivery_ids)
    count = again.update(state=DeliveryState.PENDING, attempts=0, next_attempt_at=timezone.now())
    poke_on_commit()
    return count
