"""One draft on two devices: for each box, whose text is the newer. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bundles.planning.reading import is_blank

#: The mark of a box whose two texts wait for a decision: it never says "as it was".
ON_HOLD = "!"


@dataclass(frozen=True)
class Seen:
    """What a page showed when it was drawn: its own name, and a mark of the answer in each box."""

    page: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Merged:
    """What to keep of what was typed, and what was changed here and elsewhere."""

    taken: dict[str, Any] = field(default_factory=dict)
    clashing: dict[str, Any] = field(default_factory=dict)


def merged(
    typed: Mapping[str, Any],
    kept: Mapping[str, Any],
    seen: Mapping[str, str],
    mark: Callable[[str, Any], str],
) -> Merged:
    """
    Box by box: untouched here, what is kept stays; touched here alone, it is taken; touched on both, it clashes.

    A box that the page's marks do not know is taken as it was typed.
    """
    result = Merged()
    for key, mine in typed.items():
        before, theirs = seen.get(key), mark(key, kept.get(key))
        if mark(key, mine) in {before, theirs}:
            continue
        chosen = result.taken if before is None or before == theirs else result.clashing
        chosen[key] = mine
    return result


def as_drawn(kept: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept, and under the rows of a table as many empty ones as the page had."""
    tables = {key: rows for key, rows in typed.items() if isinstance(rows, list) and _has_rows(rows)}
    return {**kept, **{key: _padded(kept.get(key), len(rows)) for key, rows in tables.items()}}


def _has_rows(value: list[Any]) -> bool:
    return any(isinstance(row, Mapping) for row in value)


def _padded(rows: Any, length: int) -> list[Any]:
    there = list(rows) if isinstance(rows, list | tuple) else []
    return there + [{}] * (length - len(there))


def as_shown(value: Any) -> str:
    """An answer as its box shows it, so that 420.0 and "420", or a table with an empty row more, are the same."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if is_blank(value):
        return ""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if not is_blank(inner)}
    if isinstance(value, list | tuple):
        return [plain for inner in value if (plain := _plain(inner))]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").strip()
