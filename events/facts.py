"""The base of all facts: frozen dataclasses that survive the trip through JSON."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

#: Types that are text in a payload, and how they come back from it.
TEXTUAL: Mapping[type, Callable[[str], Any]] = {
    dt.datetime: dt.datetime.fromisoformat,
    dt.date: dt.date.fromisoformat,
    Decimal: Decimal,
    UUID: UUID,
}

_known: dict[str, type["DomainEvent"]] = {}


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """
    Something that has happened, in the past tense, with ids and plain facts.

    `public` facts are part of the feed for department systems and carry nothing personal.
    """

    public: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        _known[cls.name()] = cls
        _hints.cache_clear()

    @classmethod
    def name(cls) -> str:
        """App and class: "workflow.ReviewDecided"."""
        return f"{cls.__module__.partition('.')[0]}.{cls.__name__}"

    @property
    def subject(self) -> str:
        """What it is about, such as "application:17"; the rows of a subject are its history."""
        return ""

    def payload(self) -> str:
        """The fields as JSON text."""
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps(facts, default=_plain, ensure_ascii=False)


def event_named(name: str) -> type[DomainEvent]:
    """The class that published under this name; LookupError when the code no longer has it."""
    try:
        return _known[name]
    except KeyError:
        raise LookupError(f"no event is named {name}") from None


def restore(name: str, payload: Mapping[str, Any]) -> DomainEvent:
    """
    The fact as it was published.

    Fields it has gained since take their defaults; fields it has lost are left out.
    """
    kind = event_named(name)
    hints = _hints(name)
    kept = {key: _restored(payload[key], hint) for key, hint in hints.items() if key in payload}
    return kind(**kept)


@cache
def _hints(name: str) -> dict[str, Any]:
    kind = event_named(name)
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a plain fact: publish ids and facts, never objects")


def _restored(value: Any, hint: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if get_origin(hint) in (tuple, list):
        return get_origin(hint)(_restored(inner, get_args(hint)[0]) for inner in value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return TEXTUAL[hint](value) if hint in TEXTUAL else value
