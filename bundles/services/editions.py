"""One definition made ready to be published: plain JSON, lawful deferrals, a fingerprint of its content."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bundles.planning.clamping import clamp
from bundles.spec import Definition, read


@dataclass(frozen=True)
class Edition:
    """What would be stored, what it means, and what had to be changed to make it lawful."""

    raw: Mapping[str, Any]
    definition: Definition
    sha256: str
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.definition.kind, self.definition.code


def edition(raw: Mapping[str, Any]) -> Edition:
    """BadInput when the mapping is not a definition at all."""
    definition = read(raw)
    clamped, warnings = clamp(json.loads(_canonical(raw)))
    return Edition(clamped, read(clamped) if warnings else definition, fingerprint(clamped), tuple(warnings))


def fingerprint(raw: Mapping[str, Any]) -> str:
    """The same for the same content, whatever the order of its keys."""
    return hashlib.sha256(_canonical(raw).encode()).hexdigest()


def _canonical(raw: Mapping[str, Any]) -> str:
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    """YAML reads an unquoted date as a date."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} 不能保存为 JSON")
