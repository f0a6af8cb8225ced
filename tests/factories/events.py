"""Facts in tests: listening for a moment, and telling everybody at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from events import DomainEvent, subscribe
from events.models import Delivery
from events.services import deliver_pending
from events.subscriptions import Handler, unsubscribe


@contextmanager
def listening(handler: Handler, *kinds: type[DomainEvent]) -> Iterator[None]:
    """The handler is told of these facts inside the block."""
    subscribe(*kinds)(handler)
    try:
        yield
    finally:
        unsubscribe(handler)


def tell_everybody() -> int:
    """Run every pending delivery, and those that follow from them; a handler that fails fails the test."""
    told = 0
    while tried := deliver_pending():
        told += tried
    failed = Delivery.objects.exclude(last_error="").select_related("event")
    assert not failed, [
        f"{delivery.event.name} → {delivery.handler}: {delivery.last_error}" for delivery in failed
    ]
    return told


@pytest.fixture
def deliver_events() -> Callable[[], int]:
    """`deliver_events()` does what worker and beat would do, here and now."""
    return tell_everybody
