"""
The outbox (发件箱): a fact is a row, written in the transaction that made it true.

Apps above publish facts and subscribe to them; nobody below knows they are read.
Imports no models, so that every `events.py` of every app may import it.
"""

from events.facts import DomainEvent
from events.outbox import publish
from events.subscriptions import subscribe

__all__ = ["DomainEvent", "publish", "subscribe"]
