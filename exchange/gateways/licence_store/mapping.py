"""What the province's store says of a licence, and what we make of it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exchange.gateways.translation import date, text, translated

ATTRIBUTES = {
    "type_name": text("ZZMC"),
    "number": text("ZZHM"),
    "holder_name": text("CZZT"),
    "issuer": text("FZJG"),
    "issued_on": date("FZRQ"),
    "valid_from": date("YXQQSRQ"),
    "valid_until": date("YXQJZRQ"),
}
DATES = ("issued_on", "valid_from", "valid_until")


@dataclass(frozen=True)
class HeldLicence:
    """A licence another organ issued, as its store tells it; no end of validity means for good."""

    type_name: str
    number: str
    holder_name: str = ""
    issuer: str = ""
    issued_on: dt.date | None = None
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def is_valid_on(self, day: dt.date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def held_licence(record: Mapping[str, Any]) -> HeldLicence:
    """One record of the store; what the type adds to every licence is in its facts (照面信息)."""
    return built(translated(record, ATTRIBUTES, ATTRIBUTES), dict(record.get("ZMXX") or {}))


def built(attributes: Mapping[str, Any], facts: dict[str, Any]) -> HeldLicence:
    """A licence from our attributes, dates as ISO text."""
    fields: dict[str, Any] = {
        name: dt.date.fromisoformat(value) if name in DATES else value
        for name, value in attributes.items()
        if value
    }
    return HeldLicence(**fields, facts=facts)
