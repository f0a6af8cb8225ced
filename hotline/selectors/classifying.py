"""What an appeal is about: the category, how sure that is, the alternatives with their words, urgency and 一件事."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from hotline.rules import classifying as rules
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import Tree, current_tree
from hotline.states import Urgency

__all__ = ["Candidate", "Classification", "classify"]

#: How many alternatives a person is shown (H-56).
SHOWN = 3


@dataclass(frozen=True)
class Candidate:
    """One category it may be, with what speaks for it: words and their weight."""

    code: str
    name: str
    score: float
    words: Mapping[str, float]


@dataclass(frozen=True)
class Classification:
    """
    What the classifier says of an appeal; nothing is changed by asking.

    Below the threshold ``automatic`` is false: a person chooses among the candidates. With no word
    known the code is the tree's unknown one and the list is empty (H-56).
    """

    code: str
    confidence: float
    candidates: tuple[Candidate, ...]
    urgency: Urgency
    by: str
    bundle: str
    assists: tuple[str, ...]
    automatic: bool


@dataclass
class _Kept:
    tree: Tree | None = None
    day: date | None = None
    rows: tuple[rules.KeywordRow, ...] = ()
    phrases: tuple[str, ...] = ()


_kept = _Kept()


def classify(title: str, text: str, *, urgency: str = "") -> Classification:
    """The category of an appeal by its words (H-55, H-56), its 一件事 (H-59) and its urgency (H-61)."""
    tree = current_tree()
    kept = _keywords(tree)
    found = rules.scores(title, text, kept.rows)
    link = rules.named_bundle(title, text, tree.tables.get("bundle_links", ()))
    if link is not None:
        found = rules.with_bundle(found, link, tree.categories[rules.BUNDLE_CATEGORY].name)
    return _answer(tree, found, link, rules.urgency_of(title, text, kept.phrases, urgency))


def _answer(
    tree: Tree, found: list[rules.Score], link: Mapping[str, str] | None, urgency: Urgency
) -> Classification:
    unknown = str(tree.tables["fallback"]["unknown_code"])
    code = found[0].code if found else unknown
    sure = rules.confidence([one.value for one in found])
    category = tree.categories[code]
    return Classification(
        code=code,
        confidence=sure,
        candidates=tuple(Candidate(one.code, one.name, one.value, one.words) for one in found[:SHOWN]),
        urgency=max(urgency, Urgency(category.urgency), key=lambda one: one.rank),
        by=f"keywords {tree.version}",
        bundle=link["bundle"] if link else "",
        assists=_assists(category.assists, code, link),
        automatic=bool(found) and sure >= parameter("class_threshold"),
    )


def _assists(usual: list[str], code: str, link: Mapping[str, str] | None) -> tuple[str, ...]:
    lead = [link["lead"]] if link and code == rules.BUNDLE_CATEGORY else []
    return tuple(dict.fromkeys([*lead, *usual]))


def _keywords(tree: Tree) -> _Kept:
    today = timezone.localdate()
    if _kept.tree is not tree or _kept.day != today:
        _kept.rows = tuple(
            rules.KeywordRow(one.code, one.name, tuple(dict.fromkeys(map(rules.normalised, one.keywords))))
            for one in tree.chosen_on(today)
        )
        _kept.phrases = _phrases(tree.tables)
        _kept.tree, _kept.day = tree, today
    return _kept


def _phrases(tables: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one for listed in tables.get("emergency_phrases", {}).values() for one in listed)
