"""Which limit an order was given, as it was promised (H-101, H-154)."""

from typing import Any

from hotline.models import HotlineOrder
from hotline.rules.clock import Limit, is_natural, limit_of
from hotline.selectors import current_tree
from hotline.states import OrderType, Unit

__all__ = ["handling_limit", "is_extendable", "unit_of"]

#: Types whose limit is the category's, when it has one (H-101).
BY_CATEGORY = (OrderType.HELP, OrderType.COMPLAINT, OrderType.SUGGESTION)


def handling_limit(order: HotlineOrder) -> Limit:
    """The snapshot in ``due_basis``; else what the tables say now, by the precedence of H-101."""
    if "value" in order.due_basis and "unit" in order.due_basis:
        return limit_of(order.due_basis)
    tables = current_tree().tables
    if is_natural(order.urgency):
        return limit_of(_row(tables["urgency_levels"], order.urgency)["handle"])
    category = current_tree().categories.get(order.category_l2)
    if order.order_type in BY_CATEGORY and category is not None and category.limit_value is not None:
        return Limit(float(category.limit_value), Unit(category.limit_unit))
    return limit_of(_row(tables["order_types"], order.order_type)["handle"])


def is_extendable(order: HotlineOrder) -> bool:
    """Inquiries and praise are never extended (H-99)."""
    return bool(_row(current_tree().tables["order_types"], order.order_type)["extendable"])


def unit_of(order: HotlineOrder) -> Unit:
    """What this order's handling is counted in."""
    return handling_limit(order).unit


def _row(rows: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(row for row in rows if row["code"] == code)
