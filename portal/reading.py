"""Components take what a page already has: dataclasses, model rows or the dictionaries of the API."""

from collections.abc import Mapping
from typing import Any


def peek(thing: Any, *names: str, default: Any = None) -> Any:
    """The first of these names that the thing has, as a key or an attribute, and that is not None."""
    for name in names:
        value = thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)
        if value is not None:
            return value
    return default
