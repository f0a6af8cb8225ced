"""
Pages of a long list, found by key: the thousandth costs what the first does, and nothing slips
from one page to the next while somebody reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

from common.errors import BadInput

__all__ = ["Page", "page_of"]

#: Rows on a page for people.
ROWS = 20

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows, and the key after which the next page begins; empty on the last one."""

    rows: Sequence[Row]
    next: str


def page_of(rows: QuerySet[Row], *, key: str, after: str = "", size: int = ROWS) -> Page[Row]:
    """
    One page of ``rows`` in the order of ``key``, rows with an equal key by id; one statement.

    ``key`` names a moment that is never empty, or ``id``; a minus before it turns the order round.
    """
    column, sign = key.removeprefix("-"), "-" if key.startswith("-") else ""
    order = [key] if column == "id" else [key, f"{sign}id"]
    rows = rows.order_by(*order)
    if after:
        rows = rows.filter(_beyond(column, "lt" if sign else "gt", after))
    found = list(rows[: size + 1])
    return Page(found[:size], _written(found[size - 1], column) if len(found) > size else "")


def _beyond(column: str, way: str, after: str) -> Q:
    """Written so that the database walks the index from the key on, instead of reading up to it."""
    moment, pk = _read(after)
    if column == "id":
        return Q(**{f"id__{way}": pk})
    if moment is None or moment.tzinfo is None:
        raise _lost()
    return Q(**{f"{column}__{way}e": moment}) & (Q(**{f"{column}__{way}": moment}) | Q(**{f"id__{way}": pk}))


def _written(row: Any, column: str) -> str:
    return str(row.pk) if column == "id" else f"{getattr(row, column).isoformat()}~{row.pk}"


def _read(after: str) -> tuple[datetime | None, int]:
    moment, _, pk = after.rpartition("~")
    try:
        return (datetime.fromisoformat(moment) if moment else None), int(pk)
    except ValueError:
        raise _lost() from None


def _lost() -> BadInput:
    return BadInput(gettext("翻页的位置不对，请回到第一页重新翻看"))
