"""By when handling must end, and by which row of the tables that was said (H-101, H-154)."""

from datetime import datetime
from typing import Any

from hotline.rules import intake as rules
from hotline.rules.clock import due_after
from hotline.selectors.tree import current_tree
from hotline.services.acting import Act

__all__ = ["promised", "urgency_row"]


def promised(act: Act, start: datetime, *, again: bool = False) -> tuple[datetime, dict[str, Any]]:
    """
    The due of handling that starts now, the source's deadline if that is earlier (H-15, H-101, H-157).

    ``again``: a new host gets the full time, whatever the source wanted of the first (H-68).
    """
    order, tree = act.hotline_order, current_tree()
    category = tree.categories.get(order.category_l2)
    found = rules.handling_limit(tree.tables, category, order.order_type, order.urgency)
    own = due_after(act.calendar, start, found.limit)
    basis = found.basis(tree.version, order.category_l2) | {"calendar": act.calendar.version}
    due = own if again else rules.earlier(own, order.source_due_at)
    return due, basis if due == own else basis | {"row": "source"}


def urgency_row(urgency: str) -> dict[str, Any]:
    """The limits of this urgency."""
    rows = current_tree().tables["urgency_levels"]
    found: dict[str, Any] = next(row for row in rows if row["code"] == urgency)
    return found
