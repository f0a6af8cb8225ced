"""Asking by number and query code: a stranger who guesses is soon asked to wait (H-33)."""

from secrets import compare_digest

from django.core.cache import cache

from hotline.models import HotlineOrder

__all__ = ["HOUR", "found_by_code", "may_ask"]

#: Questions within an hour: about one number, and from one origin.
TRIES_A_NUMBER, TRIES_AN_ORIGIN, HOUR = 10, 60, 3600


def may_ask(order_no: str, *, origin: str) -> bool:
    """Whether this origin may ask about this number once more within the hour."""
    number = "".join(order_no.split())[:18]
    asked = {f"hotline:asked:{number}": TRIES_A_NUMBER, f"hotline:asks:{origin}": TRIES_AN_ORIGIN}
    counted = {key: _count(key) for key in asked}
    return all(counted[key] <= most for key, most in asked.items())


def _count(key: str) -> int:
    cache.add(key, 0, HOUR)
    return int(cache.incr(key))


def found_by_code(order_no: str, code: str) -> HotlineOrder | None:
    """The order, for whoever holds both; a wrong code and no such order look alike."""
    order = HotlineOrder.objects.filter(order_no=order_no).first()
    if order is None or not compare_digest(order.query_code.encode(), code.strip().encode()):
        return None
    return order
