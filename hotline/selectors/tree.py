"""The tree of categories in force, read once per version and kept in the process."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from hotline.models import Category, CategoryTree

__all__ = ["Tree", "current_tree", "forget_tree"]

KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class Tree:
    """One version: categories by code, and the tables that came with it."""

    pk: int
    version: str
    tables: Mapping[str, Any]
    categories: Mapping[str, Category] = field(default_factory=dict)

    @cached_property
    def leaves(self) -> list[Category]:
        """The L2 categories, retired ones included, without the fallback."""
        return [one for one in self.categories.values() if one.parent_id is not None]

    def chosen_on(self, day: date) -> list[Category]:
        """The L2 categories intake may choose on ``day`` (H-50)."""
        return [one for one in self.leaves if one.valid_to is None or one.valid_to >= day]


@dataclass
class _Kept:
    looked: float = float("-inf")
    tree: Tree | None = None


_kept = _Kept()


def current_tree() -> Tree:
    """The newest version; LookupError while none is loaded."""
    if _kept.tree is None or time.monotonic() - _kept.looked > KEPT_SECONDS:
        newest = CategoryTree.objects.first()
        if newest is None:
            raise LookupError("no category tree is loaded: run load_hotline")
        if _kept.tree is None or _kept.tree.pk != newest.pk:
            _kept.tree = _read(newest)
        _kept.looked = time.monotonic()
    return _kept.tree


def forget_tree() -> None:
    """A version was published or a category retired: read again."""
    _kept.tree, _kept.looked = None, float("-inf")


def _read(newest: CategoryTree) -> Tree:
    rows = Category.objects.filter(tree=newest).select_related("parent")
    return Tree(newest.pk, newest.version, newest.tables, {row.code: row for row in rows})
