"""
Reading a whole letter by a lexicon: a letter holds dozens of words that only happen to be in it.

Words are taken longest first from left to right, so a short one inside a longer one says nothing;
again and again the same word says ever less; what stands in the title says more.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log

from hotline.rules.classifying import normalised

__all__ = ["Evidence", "Lexicon", "shares", "weigh"]

#: What a word in the title counts against one in the text.
TITLE_WEIGHT = 2.5
#: How much the same word again adds: log of its count, times this.
AGAIN = 0.5
#: A difference of this score between two makes one e times as likely as the other.
TEMPERATURE = 4.0
#: Names made anonymous (A市B区, K8县) are the same to all: they are taken out.
ANONYMOUS = re.compile(r"[a-z]\d*(?:市|区|县|镇|乡|村|街道|路|小区)")


@dataclass(frozen=True)
class Lexicon:
    """Words with their weight by category; a neutral word has none and only takes up its place."""

    words: Mapping[str, Mapping[str, float]]
    version: str = ""

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The lengths words have, longest first."""
        return tuple(sorted({len(word) for word in self.words}, reverse=True))

    @cached_property
    def lengths_from(self) -> Mapping[str, tuple[int, ...]]:
        """The lengths of the words that begin with a character, longest first."""
        found: dict[str, set[int]] = {}
        for word in self.words:
            found.setdefault(word[0], set()).add(len(word))
        return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}

    def found_in(self, text: str) -> Counter[str]:
        """The words of a normalised text, longest first from left to right, with their counts."""
        found: Counter[str] = Counter()
        place, known, words = 0, self.lengths_from, self.words
        while place < len(text):
            for length in known.get(text[place], ()):
                if (word := text[place : place + length]) in words:
                    found[word] += 1
                    place += length
                    break
            else:
                place += 1
        return found


@dataclass
class Evidence:
    """What speaks for one category or label: the sum, and the words behind it."""

    value: float = 0.0
    words: dict[str, float] = field(default_factory=dict)

    def add(self, word: str, weight: float) -> None:
        """A word speaks for it."""
        self.value += weight
        self.words[word] = self.words.get(word, 0.0) + weight


def _own(code: str, _word: str) -> str:
    return code


def weigh(
    title: str, text: str, lexicon: Lexicon, label_of: Callable[[str, str], str] = _own
) -> dict[str, Evidence]:
    """What speaks for each label; ``label_of`` says whose a word of a category is, empty for nobody's."""
    found: dict[str, Evidence] = {}
    for word, times in _counted(title, text, lexicon).items():
        best: dict[str, float] = {}
        for code, weight in lexicon.words[word].items():
            label = label_of(code, word)
            best[label] = max(best.get(label, 0.0), weight)
        best.pop("", None)
        for label, weight in best.items():
            found.setdefault(label, Evidence()).add(word, weight * times)
    return found


def _counted(title: str, text: str, lexicon: Lexicon) -> dict[str, float]:
    head, body = (ANONYMOUS.sub("", normalised(part)) for part in (title, text))
    in_title, in_text = lexicon.found_in(head), lexicon.found_in(body)
    return {
        word: (TITLE_WEIGHT if in_title[word] else 0.0) + (1 + AGAIN * log(times) if times else 0.0)
        for word in in_title | in_text
        for times in (in_text[word],)
    }


def shares(values: Mapping[str, float]) -> dict[str, float]:
    """How likely each is, of evidence: they sum to one, best first."""
    if not values:
        return {}
    top = max(values.values())
    odds = {name: exp((value - top) / TEMPERATURE) for name, value in values.items()}
    whole = sum(odds.values())
    return {name: odds[name] / whole for name in sorted(odds, key=lambda one: (-odds[one], one))}
