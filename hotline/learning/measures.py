"""How good a classifier is: precision, recall and F1 by label, and their plain mean."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Measure", "macro_f1", "measures"]


@dataclass(frozen=True)
class Measure:
    """One label: how often it was right when said, how many of its letters were found, both in one, and how many."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


def measures(true: Sequence[str], said: Sequence[str]) -> list[Measure]:
    """Every label there is, by name; what was never said has no precision: nought."""
    right = Counter(one for one, other in zip(true, said, strict=True) if one == other)
    there, told = Counter(true), Counter(said)
    return [_measure(label, right[label], there[label], told[label]) for label in sorted(there)]


def macro_f1(true: Sequence[str], said: Sequence[str]) -> float:
    """The mean over labels, however rare each is; nought for no letters."""
    found = measures(true, said)
    return sum(one.f1 for one in found) / len(found) if found else 0.0


def _measure(label: str, right: int, there: int, told: int) -> Measure:
    precision, recall = right / told if told else 0.0, right / there
    both = precision + recall
    return Measure(label, precision, recall, 2 * precision * recall / both if both else 0.0, there)
