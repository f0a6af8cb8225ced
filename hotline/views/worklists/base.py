"""A list beside the orders: what waits on it, what each line shows, what can be done with one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Model, Q, QuerySet

from hotline.models import HotlineOrder
from identity.desks import Verb, Words
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing

__all__ = ["Cell", "Column", "Kind", "Worklist", "by_number", "cells", "person", "under_lock"]


class Kind(Enum):
    """How a value is shown."""

    TEXT = "text"
    MOMENT = "moment"
    DUE = "due"
    NUMBER = "order"


@dataclass(frozen=True)
class Column:
    """One value of a row, in words; ``whole`` ones stand on the row's own page alone."""

    label: Words
    value: Callable[[Any], Any]
    kind: Kind = Kind.TEXT
    whole: bool = False


@dataclass(frozen=True)
class Cell:
    """A value with its label."""

    label: Words
    value: Any
    kind: str


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """
    One list, its readers and its verbs.

    ``waits`` picks the rows that are still to be looked at, in the order of ``due``; the others stand under
    "已完成", the newest first by ``id``. ``begins`` are verbs without a row, such as asking for an export.
    """

    key: str
    title: Words
    hint: Words = ""
    readers: Sequence[Permission]
    rows: Callable[[Account], QuerySet[Any]]
    waits: Q
    due: str
    columns: Sequence[Column]
    verbs: Sequence[Verb] = ()
    begins: Sequence[Verb] = ()
    #: A register to look things up in and change: nothing on it waits, nothing is ever over.
    is_register: bool = False
    #: Who may see the list without holding one of ``readers``, such as whoever asked for an export.
    also: Callable[[Standing], bool] = field(default=lambda _who: False)

    def is_open_to(self, who: Standing) -> bool:
        """The posts that read it."""
        return any(map(who.may, self.readers)) or self.also(who)


def cells(row: Model, columns: Sequence[Column], *, whole: bool = False) -> list[Cell]:
    """The row's values; on its own page all that are not empty."""
    shown = [Cell(one.label, one.value(row), one.kind.value) for one in columns if whole or not one.whole]
    return [one for one in shown if one.value not in (None, "")] if whole else shown


def person(account: Account | None) -> str:
    """Who it was, by name."""
    if account is None:
        return ""
    return account.person.name if account.person else account.username


def by_number(attribute: str) -> Callable[[Any], HotlineOrder | None]:
    """The order a row is about."""
    return lambda row: getattr(row, attribute)


def under_lock(
    service: Callable[..., object], **always: Any
) -> Callable[[Any, Account, Mapping[str, Any]], object]:
    """A service that takes the row's id, who acts, and what the form said."""
    return lambda row, by, given: service(row.pk, by=by, **always, **given)


def moment(name: str) -> Callable[[Any], datetime | None]:
    """A time of the row."""
    return lambda row: getattr(row, name)
