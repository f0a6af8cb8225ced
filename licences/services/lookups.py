"""How often somebody may ask or show: enough for a counter, too little to try codes out."""

from typing import Any

from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from common.crypto import keyed_hash

__all__ = ["LOOKUPS_A_MINUTE", "PRESENTATIONS_A_MINUTE", "may_look_up", "may_present"]

LOOKUPS_A_MINUTE = 30
PRESENTATIONS_A_MINUTE = 10


def may_look_up(request: Any) -> bool:
    """Count one look-up from where this request comes, and say whether it is within the minute's measure."""
    address = BaseThrottle().get_ident(request)
    return _within(f"licences:lookups:{keyed_hash(address)[:24]}", LOOKUPS_A_MINUTE)


def may_present(account_id: int) -> bool:
    """Count one showing by this account, and say whether it is within the minute's measure."""
    return _within(f"licences:presentations:{account_id}", PRESENTATIONS_A_MINUTE)


def _within(key: str, measure: int) -> bool:
    cache.add(key, 0, timeout=60)
    try:
        return bool(cache.incr(key) <= measure)
    except ValueError:  # the minute ended between the two
        return True
