"""A letter as counted features: characters in a row, words, the title by itself, and what the lexicon makes of it."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise

import jieba

from hotline.rules.classifying import normalised
from hotline.rules.lexicon import ANONYMOUS

jieba.setLogLevel(logging.WARNING)
jieba.initialize()

__all__ = ["BLOCKS", "READ_AT_MOST", "Evidence", "features", "shown"]

#: What the lexicon says of a letter: shares by label.
Evidence = Callable[[str, str], Mapping[str, float]]
#: Each kind of feature is scaled to length one and then counts this much.
BLOCKS: Mapping[str, float] = {"c": 1.0, "w": 1.0, "t": 0.8, "x": 0.8}
#: The rest of a very long letter says nothing new.
READ_AT_MOST = 1200
CHARACTERS, IN_TITLE = (1, 2, 3, 4), (1, 2, 3)
#: Longer words are names of places and offices; their parts say as much.
LENGTHS = (5, 4, 3, 2)
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_MARKS = re.compile(r"[^\w]+")


def features(title: str, text: str, evidence: Evidence) -> dict[str, Mapping[str, float]]:
    """Counts by block; a feature's first letter names its block."""
    head, whole = _plain(title), _plain(f"{title}。{text}"[:READ_AT_MOST])
    return {
        "c": _runs("c", whole, CHARACTERS),
        "t": _runs("t", head, IN_TITLE),
        "w": _words(whole),
        "x": {f"x{label}": share for label, share in evidence(title, text).items()},
    }


def shown(feature: str) -> str:
    """A feature as a person reads it in an explanation."""
    return feature[1:].replace("|", "")


def _plain(text: str) -> str:
    """Normalised, anonymous names and figures each one sign, marks a blank."""
    found = _FIGURES.sub("#", ANONYMOUS.sub("@", normalised(text)))
    return _MARKS.sub(" ", found.replace("#", "零").replace("@", "某")).strip()


def _runs(block: str, text: str, lengths: tuple[int, ...]) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in text.split():
        for length in lengths:
            found.update(block + part[at : at + length] for at in range(len(part) - length + 1))
    return found


def _words(text: str) -> Counter[str]:
    """Words of jieba's dictionary, longest first from left to right: its own cutting takes ten times as long."""
    found: Counter[str] = Counter()
    for part in text.split():
        words = _cut(part, jieba.dt.FREQ)
        found.update(f"w{word}" for word in words if len(word) > 1)
        found.update(f"w{one}|{other}" for one, other in pairwise(words))
    return found


def _cut(text: str, known: Mapping[str, int]) -> list[str]:
    words, at = [], 0
    while at < len(text):
        longest = next((n for n in LENGTHS if at + n <= len(text) and known.get(text[at : at + n])), 1)
        words.append(text[at : at + longest])
        at += longest
    return words
