"""New words in what people say (A-2), and words that no desk may miss (A-7)."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from hotline.warning.finding import people_count

__all__ = ["Said", "Term", "new_terms", "sensitive_hits"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
#: No word begins or ends with these.
_LOOSE = frozenset(
    "的了是在我你他她它们和与及或也都就还很不没有这那个到把被让给从向对为着过吗呢啊吧么已请望能会要"
)


@dataclass(frozen=True)
class Said:
    """One order's words; ``complainant`` is "" where nobody knows."""

    order_id: int
    complainant: str
    text: str


@dataclass(frozen=True)
class Term:
    """A word that was hardly ever said before."""

    word: str
    orders: tuple[int, ...]
    people: float
    before: int


def new_terms(
    recent: Iterable[Said],
    before: Iterable[str],
    known: Collection[str],
    *,
    orders: int = 5,
    people: float = 4,
    most_before: int = 1,
) -> list[Term]:
    """A-2: words of 2 to 4 characters that five orders of four people say now and one at most said before."""
    said = _by_word(recent)
    often = {word: rows for word, rows in said.items() if len(rows) >= orders and word not in known}
    counted = _count_before(set(often), before)
    found = [
        Term(word, tuple(sorted(rows)), people_count(rows.values()), counted.get(word, 0))
        for word, rows in often.items()
    ]
    fresh = [term for term in found if term.people >= people and term.before <= most_before]
    return _longest(fresh)


def _by_word(rows: Iterable[Said]) -> Mapping[str, dict[int, str]]:
    said: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        for word in _grams(row.text):
            said[word][row.order_id] = row.complainant
    return said


def _grams(text: str) -> set[str]:
    found = set()
    for run in _HAN.findall(text):
        for size in (2, 3, 4):
            for start in range(len(run) - size + 1):
                word = run[start : start + size]
                if word[0] not in _LOOSE and word[-1] not in _LOOSE:
                    found.add(word)
    return found


def _count_before(words: Collection[str], texts: Iterable[str]) -> Mapping[str, int]:
    counted: defaultdict[str, int] = defaultdict(int)
    for text in texts:
        for word in _grams(text) & set(words):
            counted[word] += 1
    return counted


def _longest(terms: Collection[Term]) -> list[Term]:
    """Of words said by the same orders, only the longest: 某某 within 某某码 says nothing more."""
    kept: list[Term] = []
    for term in sorted(terms, key=lambda one: (-len(one.word), one.word)):
        if not any(term.word in other.word and term.orders == other.orders for other in kept):
            kept.append(term)
    return sorted(kept, key=lambda one: (-len(one.orders), one.word))


def sensitive_hits(text: str, words: Iterable[str]) -> list[str]:
    """A-7: the words of the list that are said, blanks between characters or not."""
    tight = "".join(text.split())
    return [word for word in words if word in tight]
