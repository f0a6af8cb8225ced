"""The history of an order, from the facts themselves (H-06, H-74)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.models import EventRecord
from hotline.models import HotlineOrder
from hotline.rules.telling import line_for_citizen, line_for_staff

__all__ = ["Happened", "history_for_citizen", "history_for_staff"]


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    title: str
    actor: str = ""


def history_for_staff(order: HotlineOrder) -> list[Happened]:
    """Everything, and who did it."""
    return _history(order, line_for_staff, named=True)


def history_for_citizen(order: HotlineOrder) -> list[Happened]:
    """What the complainant may follow; nobody is named (H-74)."""
    return _history(order, line_for_citizen, named=False)


def _history(order: HotlineOrder, tell: Callable[[Any], str], *, named: bool) -> list[Happened]:
    records = EventRecord.objects.about(order.subject).select_related("actor__person")
    told = ((record, tell(record.fact)) for record in records)
    return [Happened(record.at, line, _actor(record) if named else "") for record, line in told if line]


def _actor(record: EventRecord) -> str:
    return record.actor.display_name if record.actor else "系统"
