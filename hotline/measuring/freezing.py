"""Facts as JSON and back, so that what was counted once can be counted again (H-160)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hotline.measuring.facts import OrderFacts

__all__ = ["frozen", "thawed"]


def frozen(facts: OrderFacts) -> dict[str, Any]:
    """Plain values; what is at its default is written too, for a default may change."""
    written: dict[str, Any] = _plain(facts)
    return written


def thawed(written: Mapping[str, Any]) -> OrderFacts:
    """The facts as they were frozen; fields gained since take their defaults."""
    facts: OrderFacts = _built(OrderFacts, written)
    return facts


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value.value if isinstance(value, Enum) else value


def _built(kind: Any, written: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    return kind(**{name: _restored(value, hints[name]) for name, value in written.items() if name in known})


def _restored(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
        origin = get_origin(hint)
    if origin in (tuple, frozenset):
        return origin(_restored(inner, get_args(hint)[0]) for inner in value)
    if is_dataclass(hint):
        return _built(hint, value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value
