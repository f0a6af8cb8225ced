"""What the platform answers to a check of papers, and what we make of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

CONFIRMED = "1"


@dataclass(frozen=True)
class Confirmation:
    """What the register that keeps a paper says of it."""

    confirmed: bool
    source: str
    reference: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def confirmations(answer: Mapping[str, Any], names: Collection[str]) -> dict[str, Confirmation]:
    """The confirmations by paper; a paper nobody spoke of is missing."""
    rows = {row["CLMC"]: row for row in answer["results"]}
    return {
        name: Confirmation(
            confirmed=str(rows[name].get("HYJG")) == CONFIRMED,
            source=str(rows[name].get("SJLY") or ""),
            reference=str(rows[name].get("HYLSH") or ""),
            facts=dict(rows[name].get("SJX") or {}),
        )
        for name in names
        if name in rows
    }
