"""Which category an appeal belongs to by its words, how sure that is, which 一件事 it names and how urgent it is."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline.states import Urgency
from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = [
    "KeywordRow",
    "Score",
    "confidence",
    "named_bundle",
    "normalised",
    "objections_to_classifying",
    "objections_to_urgency",
    "scores",
    "urgency_of",
    "with_bundle",
]

#: What a keyword in the title counts (H-55).
TITLE_WEIGHT = 1.5
#: A best score below this is not certain however alone it stands (H-55).
FULL_SCORE = 4
#: The category of 高效办成一件事 (H-59).
BUNDLE_CATEGORY = "0105"


@dataclass(frozen=True)
class KeywordRow:
    """A category with its keywords, normalised."""

    code: str
    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """What a category scored, and by which words with which weight."""

    code: str
    name: str
    value: float
    words: Mapping[str, float]


def normalised(text: str) -> str:
    """NFKC, without blanks, in lower case (H-55)."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def scores(title: str, text: str, rows: Iterable[KeywordRow]) -> list[Score]:
    """Every category with a hit, best first, equal ones by code (H-55)."""
    head, body = normalised(title), normalised(text)
    found = (_score(head, body, row) for row in rows)
    return sorted((one for one in found if one.value), key=lambda one: (-one.value, one.code))


def _score(head: str, body: str, row: KeywordRow) -> Score:
    hits = [word for word in row.keywords if word in body or word in head]
    kept = [word for word in hits if not any(word != other and word in other for other in hits)]
    words = {word: len(word) * (TITLE_WEIGHT if word in head else 1.0) for word in kept}
    return Score(row.code, row.name, sum(words.values()), words)


def confidence(values: Sequence[float]) -> float:
    """p × min(1, s1/4) with p = s1/(s1+s2+s3), of scores sorted downwards; nothing found is 0 (H-55)."""
    if not values:
        return 0.0
    return values[0] / sum(values[:3]) * min(1.0, values[0] / FULL_SCORE)


def named_bundle(title: str, text: str, links: Iterable[Mapping[str, str]]) -> Mapping[str, str] | None:
    """The link of the 一件事 that is named; of several the one with the longest name (H-59)."""
    whole = f"{normalised(title)}\n{normalised(text)}"
    named = [link for link in links if normalised(link["name"]) in whole]
    return max(named, key=lambda link: len(link["name"]), default=None)


def with_bundle(found: list[Score], link: Mapping[str, str], name: str) -> list[Score]:
    """0105 first, unless a business category scores higher (H-59)."""
    own = next((one for one in found if one.code == BUNDLE_CATEGORY), None)
    if own is None and not found:
        own = Score(BUNDLE_CATEGORY, name, float(len(link["name"])), {link["name"]: float(len(link["name"]))})
    if own is None or (found and found[0].value > own.value):
        return found
    return [own, *(one for one in found if one is not own)]


def urgency_of(title: str, text: str, phrases: Iterable[str], *others: str) -> Urgency:
    """The most urgent of the category's default, what an agent says, and a phrase of danger in the words (H-61)."""
    whole = f"{normalised(title)}\n{normalised(text)}"
    danger = [Urgency.EMERGENCY] if any(normalised(one) in whole for one in phrases) else []
    return max([Urgency.NORMAL, *danger, *(Urgency(one) for one in others if one)], key=lambda one: one.rank)


def objections_to_classifying(who: "Standing") -> list[str]:
    """Categories are the centre's business: agents, dispatchers and their shift leaders (H-57)."""
    if any(map(who.may, (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CHECK_RESULTS))):
        return []
    return ["只有热线中心的人员可以改分类"]


def objections_to_urgency(now: Urgency, wanted: Urgency, who: "Standing") -> list[str]:
    """Anybody of the centre may raise it; lowering it is the shift leader's (H-61)."""
    if wanted.rank >= now.rank or who.may(Permission.CHECK_RESULTS):
        return []
    return ["降低紧急程度要由班长、质检员决定"]
