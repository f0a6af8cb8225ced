"""Pairs to groups: average linkage first, then groups at one place whose middles agree, then whoever is left."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from sklearn.preprocessing import normalize

from hotline.warning.topics.likeness import Space
from hotline.warning.topics.linking import Limits

__all__ = ["groups"]

#: Average linkage needs a square of this side at most; a larger heap is first cut at a higher link.
LARGEST = 4000
#: A group is at a place when its members hang on the name with so much weight on average.
NAMED = 0.3


def groups(scores: csr_matrix, space: Space, limits: Limits) -> list[list[int]]:
    """Every message in exactly one group; most are alone."""
    found = [one for heap in _heaps(scores, 0.3) for one in _average(scores, heap, limits.topic)]
    return _joined(found, space, limits)


def _heaps(scores: csr_matrix, least: float) -> list[np.ndarray]:
    strong = scores.multiply(scores >= least).tocsr()
    strong.eliminate_zeros()
    _count, labels = connected_components(strong, directed=False)
    order = np.argsort(labels, kind="stable")
    heaps = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [
        part
        for heap in heaps
        for part in (
            [heap]
            if len(heap) <= LARGEST or least > 0.9
            else [heap[inner] for inner in _heaps(scores[heap][:, heap], least + 0.1)]
        )
    ]


def _average(scores: csr_matrix, heap: np.ndarray, least: float) -> list[list[int]]:
    if len(heap) == 1:
        return [[int(heap[0])]]
    apart = 1.0 - scores[heap][:, heap].toarray()
    np.fill_diagonal(apart, 0.0)
    labels = fcluster(linkage(squareform(apart, checks=False), "average"), 1.0 - least, "distance")
    return [[int(one) for one in heap[labels == label]] for label in np.unique(labels)]


class _Middles:
    """The middles of groups, and how alike they are; made when first asked for."""

    def __init__(self, found: Iterable[Sequence[int]], space: Space, limits: Limits) -> None:
        self.members = {number: sorted(one) for number, one in enumerate(found)}
        self._space, self._limits = space, limits
        self._names: dict[int, csr_matrix] = {}
        self._words: dict[int, csr_matrix] = {}
        self._senses: dict[int, np.ndarray] = {}

    def _see(self, number: int) -> None:
        if number not in self._names:
            rows, space = self.members[number], self._space
            self._names[number] = _middle(space.names, rows)
            self._words[number] = _middle(space.words, rows)
            senses = space.senses[rows].mean(axis=0)
            self._senses[number] = senses / (float(np.linalg.norm(senses)) or 1.0)

    def join(self, one: int, other: int) -> None:
        """Two groups become one."""
        self.members[one] = sorted(self.members[one] + self.members.pop(other))
        for kept in (self._names, self._words, self._senses):
            kept.pop(one, None)
            kept.pop(other, None)

    def margins(self, numbers: Sequence[int]) -> np.ndarray:
        """How far the likeness of each two is above what their sizes ask for; none where places differ."""
        for number in numbers:
            self._see(number)
        names = vstack([self._names[n] for n in numbers])
        words = vstack([self._words[n] for n in numbers])
        senses = np.stack([self._senses[n] for n in numbers])
        alike = 0.5 * (senses @ senses.T) + 0.5 * (words @ words.T).toarray()
        sizes = np.array([len(self.members[n]) for n in numbers])
        smaller = np.minimum(sizes[:, None], sizes[None, :])
        grown = np.where(smaller == 1, 0.0, np.minimum(1.0, smaller / 6))
        asked = self._limits.joins + (self._limits.middles - self._limits.joins) * grown
        margins = np.where((names @ names.T).toarray() < self._limits.place, -1.0, alike - asked)
        np.fill_diagonal(margins, -1.0)
        return margins


def _middle(rows: csr_matrix, members: Sequence[int]) -> csr_matrix:
    return rows[members[0]] if len(members) == 1 else normalize(csr_matrix(rows[members].mean(axis=0)))


def _joined(found: Sequence[Sequence[int]], space: Space, limits: Limits) -> list[list[int]]:
    """Groups of one place, most alike first, until none are alike enough."""
    middles = _Middles(found, space, limits)
    for rivals in _at_one_place(found, space):
        numbers = sorted(rivals & middles.members.keys())
        while len(numbers) > 1:
            margins = middles.margins(numbers)
            one, other = np.unravel_index(int(np.argmax(margins)), margins.shape)
            if margins[one, other] <= 0:
                break
            middles.join(numbers[one], numbers[other])
            del numbers[other]
    return sorted(middles.members.values(), key=lambda one: (-len(one), one[0]))


def _at_one_place(found: Sequence[Sequence[int]], space: Space) -> list[set[int]]:
    """By name: the groups a third of which hangs on it."""
    shares = [1 / len(members) for members in found for _one in members]
    starts = np.cumsum([0, *map(len, found)])
    whose = [one for members in found for one in members]
    middles = csr_matrix((shares, whose, starts), shape=(len(found), space.names.shape[0])) @ space.names
    by_name: defaultdict[int, set[int]] = defaultdict(set)
    named = middles.tocoo()
    for number, name, weight in zip(named.row, named.col, named.data, strict=True):
        if weight > NAMED:
            by_name[int(name)].add(int(number))
    return [rivals for _name, rivals in sorted(by_name.items()) if len(rivals) > 1]
