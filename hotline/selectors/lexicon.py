"""The lexicon in force with the tree's own keywords, and the tables of foreign labels; kept in the process."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from hotline.models import Category, LabelSet, LexiconVersion
from hotline.rules.classifying import normalised
from hotline.rules.lexicon import Lexicon
from hotline.selectors.tree import Tree

__all__ = ["Table", "current_lexicon", "forget_lexicon", "forget_tables", "label_tables"]

KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class Table:
    """One set of labels: whose each category is, whose each word of a category, and what a label means."""

    pk: int
    name: str
    labels: tuple[str, ...]
    of_category: Mapping[str, str]
    of_word: Mapping[tuple[str, str], str]
    default: Mapping[str, str]

    def label_of(self, code: str, word: str = "") -> str:
        """The label of a category, or of one word of it; empty for a category the table does not know yet."""
        return self.of_word.get((code, word)) or self.of_category.get(code, "")


@dataclass
class _Kept:
    looked: float = float("-inf")
    tree: Tree | None = None
    day: date | None = None
    lexicon: Lexicon = field(default_factory=lambda: Lexicon({}))
    tables_looked: float = float("-inf")
    tables: dict[str, Table] = field(default_factory=dict)


_kept = _Kept()


def current_lexicon(tree: Tree) -> Lexicon:
    """The newest version's words and the keywords of the tree; retired categories have none (H-50)."""
    if _kept.tree is not tree or time.monotonic() - _kept.looked > KEPT_SECONDS:
        today = timezone.localdate()
        newest = LexiconVersion.objects.defer("words").first()
        version = f"{newest.version if newest else '-'} {tree.version}"
        if (_kept.tree, _kept.day, _kept.lexicon.version) != (tree, today, version):
            _kept.lexicon = Lexicon(_words(newest, tree.chosen_on(today)), version)
        _kept.tree, _kept.day, _kept.looked = tree, today, time.monotonic()
    return _kept.lexicon


def _words(newest: LexiconVersion | None, usable: Sequence[Category]) -> dict[str, dict[str, float]]:
    chosen = {one.code for one in usable}
    found = {
        word: {code: weight for code, weight in weights.items() if code in chosen}
        for word, weights in (newest.words if newest else {}).items()
    }
    for category in usable:
        for word in map(normalised, category.keywords):
            found.setdefault(word, {}).setdefault(category.code, float(min(5, len(word) + 1)))
    return found


def label_tables() -> Mapping[str, Table]:
    """Every set of labels by its name."""
    if time.monotonic() - _kept.tables_looked > KEPT_SECONDS:
        sets = LabelSet.objects.prefetch_related("labels", "rows__label")
        _kept.tables = {one.name: _table(one) for one in sets}
        _kept.tables_looked = time.monotonic()
    return _kept.tables


def _table(one: LabelSet) -> Table:
    rows = [(row.category, normalised(row.keyword), row.label.name) for row in one.rows.all()]
    return Table(
        pk=one.pk,
        name=one.name,
        labels=tuple(label.name for label in one.labels.all()),
        of_category={code: label for code, word, label in rows if not word},
        of_word={(code, word): label for code, word, label in rows if word},
        default={label.name: label.default_category for label in one.labels.all()},
    )


def forget_lexicon() -> None:
    """A version was published: read again."""
    _kept.tree, _kept.looked = None, float("-inf")


def forget_tables() -> None:
    """A table was changed: read again."""
    _kept.tables_looked = float("-inf")
