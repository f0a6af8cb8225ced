"""What an appeal is about: the category, how sure that is, the alternatives with their words, urgency and 一件事."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from common.errors import BadInput
from hotline.rules import classifying as rules
from hotline.rules.lexicon import shares, weigh
from hotline.selectors.learned import Learned, learned
from hotline.selectors.lexicon import Table, current_lexicon, label_tables
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import Tree, current_tree
from hotline.states import Urgency

__all__ = ["Candidate", "Classification", "classify", "cold_category", "cold_label", "label_of"]

#: How many alternatives a person is shown (H-56).
SHOWN = 3
#: What an agent types is a sentence, and H-55 is made for it; a letter is longer and read by the lexicon.
SENTENCE = 60
#: What speaks for the whole group speaks this much for each category of it.
GROUP_WEIGHT = 0.5
#: Less than one word that means something is no answer.
LEAST = 3.0
#: Shares of a learned classifier as scores: certain is ten.
SCALE = 10.0


@dataclass(frozen=True)
class Candidate:
    """One category or label it may be, with what speaks for it: words and their weight."""

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


@dataclass(frozen=True)
class _Found:
    """Categories best first, how sure the first is, and who says so."""

    scores: list[rules.Score]
    sure: float
    by: str


_kept = _Kept()


def classify(title: str, text: str, *, urgency: str = "") -> Classification:
    """
    The category of an appeal (H-55, H-56), its 一件事 (H-59) and its urgency (H-61).

    A sentence goes by the keywords, a letter by the lexicon; where a learned classifier is live, by that.
    """
    tree = current_tree()
    kept = _keywords(tree)
    link = rules.named_bundle(title, text, tree.tables.get("bundle_links", ()))
    found = _found(tree, title, text, named=link is not None)
    if link is not None and not found.by.startswith("learned"):
        name = tree.categories[rules.BUNDLE_CATEGORY].name
        ranked = rules.with_bundle(found.scores, link, name)
        if ranked != found.scores:
            found = _Found(ranked, rules.confidence([one.value for one in ranked]), found.by)
    return _answer(tree, found, link, rules.urgency_of(title, text, kept.phrases, urgency))


def label_of(name: str, title: str, text: str) -> tuple[Candidate, ...]:
    """The labels of a foreign set an appeal may have, best first with their shares: learned, or by the lexicon."""
    table = _table(name)
    said = learned(table, title, text)
    if said is None:
        return cold_label(name, title, text)
    return tuple(
        Candidate(table.default.get(label, ""), label, share, said.words.get(label, {}))
        for label, share in said.shares.items()
    )


def cold_label(name: str, title: str, text: str) -> tuple[Candidate, ...]:
    """The same by the lexicon alone; nothing known is an empty answer."""
    table = _table(name)
    found = weigh(title, text, current_lexicon(current_tree()), table.label_of)
    likely = shares({label: one.value for label, one in found.items()})
    return tuple(
        Candidate(table.default[label], label, share, _heaviest(found[label].words))
        for label, share in likely.items()
    )


def cold_category(title: str, text: str) -> str:
    """The category without any classifier of our own categories; the tree's unknown code where nothing is known."""
    tree = current_tree()
    found = _cold(tree, title, text).scores
    return found[0].code if found else str(tree.tables["fallback"]["unknown_code"])


def _table(name: str) -> Table:
    if name not in label_tables():
        raise BadInput(f"没有名为 {name} 的标签体系")
    return label_tables()[name]


def _found(tree: Tree, title: str, text: str, *, named: bool) -> _Found:
    if (said := learned(None, title, text)) is not None:
        return _Found(
            _learned_scores(tree, said), next(iter(said.shares.values())), f"learned {said.version}"
        )
    return _cold(tree, title, text, named=named)


def _cold(tree: Tree, title: str, text: str, *, named: bool = False) -> _Found:
    """A sentence by its keywords (H-55), or by the 一件事 it names; a letter, and any other sentence, by the lexicon."""
    by_keywords = rules.scores(title, text, _keywords(tree).rows)
    sentence = len(rules.normalised(f"{title}{text}")) <= SENTENCE
    if sentence and (by_keywords or named):
        sure = rules.confidence([one.value for one in by_keywords])
        return _Found(by_keywords, sure, f"keywords {tree.version}")
    read = _read(tree, title, text)
    sure = rules.confidence([one.value for one in read])
    if sentence:  # no keyword: whatever the lexicon says, a person looks at it (H-56)
        sure = min(sure, parameter("class_threshold") / 2)
    return _Found(read, sure, f"lexicon {current_lexicon(tree).version}")


def _learned_scores(tree: Tree, said: Learned) -> list[rules.Score]:
    chosen = {one.code for one in tree.chosen_on(timezone.localdate())}
    return [
        rules.Score(code, tree.categories[code].name, share, said.words.get(code, {}))
        for code, share in said.shares.items()
        if code in chosen
    ]


def _read(tree: Tree, title: str, text: str) -> list[rules.Score]:
    """A letter by the lexicon: a category by its own words and half by those of its group."""
    lexicon = current_lexicon(tree)
    own = weigh(title, text, lexicon)
    groups = weigh(title, text, lexicon, lambda code, _word: code[:2])
    values = {code: one.value + GROUP_WEIGHT * groups[code[:2]].value for code, one in own.items()}
    for table in label_tables().values():
        if (said := learned(table, title, text)) is not None:
            values = _through(table, said, values)
            break
    found = [
        rules.Score(
            code,
            tree.categories[code].name,
            round(value, 2),
            _heaviest(own[code].words) if code in own else {},
        )
        for code, value in values.items()
        if value > 0
    ]
    return sorted(found, key=lambda one: (-one.value, one.code))


def _through(table: Table, said: Learned, values: Mapping[str, float]) -> dict[str, float]:
    """What a classifier of foreign labels says, shared out among each label's categories as the words say."""
    whole: dict[str, float] = {}
    for code, value in values.items():
        label = table.label_of(code)
        whole[label] = whole.get(label, 0.0) + value
    silent = {table.default[one]: share for one, share in said.shares.items() if one not in whole}
    spoken = {
        code: said.shares.get(table.label_of(code), 0.0) * value / whole[table.label_of(code)]
        for code, value in values.items()
        if value
    }
    return {code: SCALE * share for code, share in (silent | spoken).items()}


def _heaviest(words: Mapping[str, float]) -> dict[str, float]:
    ranked = sorted(words.items(), key=lambda one: (-one[1], one[0]))
    return {word: round(weight, 2) for word, weight in ranked[:8]}


def _answer(tree: Tree, found: _Found, link: Mapping[str, str] | None, urgency: Urgency) -> Classification:
    unknown = str(tree.tables["fallback"]["unknown_code"])
    code = found.scores[0].code if found.scores else unknown
    category = tree.categories[code]
    return Classification(
        code=code,
        confidence=found.sure,
        candidates=tuple(Candidate(one.code, one.name, one.value, one.words) for one in found.scores[:SHOWN]),
        urgency=max(urgency, Urgency(category.urgency), key=lambda one: one.rank),
        by=found.by,
        bundle=link["bundle"] if link else "",
        assists=_assists(category.assists, code, link),
        automatic=bool(found.scores) and found.sure >= parameter("class_threshold"),
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
