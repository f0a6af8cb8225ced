"""How often somebody may ask the public check: enough for a counter, too little to try codes out."""

from typing import Any

from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from common.crypto import keyed_hash

__all__ = ["LOOKUPS_A_MINUTE", "may_look_up"]

LOOKUPS_A_MINUTE = 30


def may_look_up(request: Any) -> bool:
    """Count one look-up from where this request comes, and say whether it is within the minute's measure."""
    address = BaseThrottle().get_ident(request)
    key = f"licences:lookups:{keyed_hash(address)[:24]}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) <= LOOKUPS_A_MINUTE
    except ValueError:  # the minute ended between the two
        return True
