"""Reading a register's field as a value our answers know."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Attribute:
    """A register's field and the way to read it; None from the reading means it says nothing."""

    field: str
    read: Callable[[Any], Any]


def text(field: str) -> Attribute:
    return Attribute(field, lambda value: str(value).strip())


def number(field: str) -> Attribute:
    return Attribute(field, lambda value: float(value) if "." in str(value) else int(value))


def truth(field: str) -> Attribute:
    return Attribute(field, lambda value: str(value) in {"1", "Y", "true", "True", "是"})


def date(field: str) -> Attribute:
    return Attribute(field, _iso_date)


def code(field: str, meanings: Mapping[str, str], *, otherwise: str | None = None) -> Attribute:
    return Attribute(field, lambda value: meanings.get(str(value), otherwise))


def codes(field: str, meanings: Mapping[str, str]) -> Attribute:
    """Several codes separated by commas."""
    return Attribute(field, lambda value: [meanings[one] for one in str(value).split(",") if one in meanings])


def table(field: str, columns: Mapping[str, Attribute]) -> Attribute:
    return Attribute(field, lambda rows: [translated(row, columns, columns) for row in rows])


def fields_of(attributes: Mapping[str, Attribute], wanted: Collection[str]) -> list[str]:
    """What to ask the register for; attributes it does not have are left out."""
    return [attributes[name].field for name in wanted if name in attributes]


def translated(
    record: Mapping[str, Any], attributes: Mapping[str, Attribute], wanted: Collection[str]
) -> dict[str, Any]:
    """The wanted attributes the record says something about."""
    found = {}
    for name in wanted:
        attribute = attributes.get(name)
        raw = record.get(attribute.field) if attribute else None
        value = None if attribute is None or raw in (None, "") else attribute.read(raw)
        if value is not None:
            found[name] = value
    return found


def _iso_date(value: Any) -> str:
    digits = str(value).replace("-", "")[:8]
    return dt.datetime.strptime(digits, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a date has no zone
