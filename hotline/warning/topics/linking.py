"""Which pairs of messages may be of one topic, and how much each pair speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from hotline.warning.topics.anchors import Anchors
from hotline.warning.topics.likeness import Space

__all__ = ["Limits", "links", "problem_likeness"]

BLOCK = 512


@dataclass(frozen=True)
class Limits:
    """The numbers of the method; docs/decisions/0019 says how they were found."""

    #: A name shared with so much weight is the same place.
    place: float = 0.45
    #: So much likeness of words is the same problem for certain.
    problem: float = 0.45
    #: Without any place in common only near-identical words link.
    words_alone: float = 0.62
    #: Average link within a topic.
    topic: float = 0.45
    #: Likeness of the middles of two groups at one place, to be one topic.
    middles: float = 0.5
    #: A message joins a group at its place with so much likeness to the middle.
    joins: float = 0.1
    #: Days after which a pair speaks half as much more for another occurrence.
    days: float = 180.0


def links(at: Sequence[datetime], anchors: Anchors, space: Space, limits: Limits) -> csr_matrix:
    """A symmetric matrix of scores in 0…1; what is not in it speaks against."""
    rows, columns = _candidates(space, limits)
    likeness = problem_likeness(space, rows, columns)
    shared = np.asarray(space.names[rows].multiply(space.names[columns]).sum(axis=1)).ravel()
    scores = _scores(rows, columns, shared, likeness, anchors, limits)
    scores *= _nearness(rows, columns, at, limits)
    kept = scores > 0.2
    half = coo_matrix((scores[kept], (rows[kept], columns[kept])), shape=(len(at), len(at)))
    return (half + half.T).tocsr()


def _candidates(space: Space, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that share a name, or say nearly the same."""
    sharing = (space.names @ space.names.T).tocoo()
    upper = sharing.row < sharing.col
    found = [np.stack([sharing.row[upper], sharing.col[upper]])]
    for start in range(0, len(space.senses), BLOCK):
        block = space.senses[start : start + BLOCK] @ space.senses.T
        row, column = np.nonzero(block > limits.words_alone)
        row += start
        ahead = row < column
        found.append(np.stack([row[ahead], column[ahead]]))
    pairs = np.unique(np.concatenate(found, axis=1), axis=1)
    return pairs[0], pairs[1]


def problem_likeness(space: Space, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Half by the words themselves, half by what they stand for."""
    words = np.asarray(space.words[rows].multiply(space.words[columns]).sum(axis=1)).ravel()
    senses = np.einsum("ij,ij->i", space.senses[rows], space.senses[columns])
    return 0.5 * words + 0.5 * np.maximum(senses, 0)


def _scores(
    rows: np.ndarray,
    columns: np.ndarray,
    shared: np.ndarray,
    likeness: np.ndarray,
    anchors: Anchors,
    limits: Limits,
) -> np.ndarray:
    problem = np.minimum(1.0, likeness / limits.problem)
    place = np.minimum(1.0, shared / limits.place)
    together = 0.4 * place + 0.6 * problem
    apart = np.where(likeness >= limits.words_alone, problem * 0.8, 0.0)
    scores = np.where(shared > 0, together, apart)
    for k in range(len(rows)):
        if _conflict(anchors, int(rows[k]), int(columns[k]), shared[k]):
            scores[k] = 0.0
    return scores


def _conflict(anchors: Anchors, one: int, other: int, shared: float) -> bool:
    """Each says in its title where it is, and the other never speaks of that place."""
    first, second = anchors.fine_in_title[one], anchors.fine_in_title[other]
    if (
        first
        and second
        and not (first & anchors.weights[other].keys() or second & anchors.weights[one].keys())
    ):
        return True
    if shared > 0:
        return False
    if anchors.weights[one] and anchors.weights[other]:
        return True
    where, there = anchors.district[one], anchors.district[other]
    return bool(where and there and where != there)


def _nearness(rows: np.ndarray, columns: np.ndarray, at: Sequence[datetime], limits: Limits) -> np.ndarray:
    days = np.array([moment.timestamp() for moment in at]) / 86_400
    return 0.85 + 0.15 * np.exp(-np.abs(days[rows] - days[columns]) / limits.days)
