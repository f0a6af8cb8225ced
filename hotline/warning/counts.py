"""Too many for chance, growing, typical, of the season, in the way: A-1, A-2, A-3, A-8 and A-9."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

__all__ = [
    "MatterCount",
    "Spread",
    "expected",
    "is_concentrated",
    "is_in_the_way",
    "is_of_the_season",
    "is_rising",
    "poisson_tail",
    "typicality",
]

#: A place without complaints is still expected to have half of one.
LEAST_EXPECTED = 0.5


def poisson_tail(n: int, mean: float) -> float:
    """P(X ≥ n) where ``mean`` are expected."""
    if n <= 0:
        return 1.0
    if n > mean:  # the upper tail itself, term by term: no small number is lost beside 1
        term = math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
        total, k = 0.0, n
        while term > total * 1e-17:
            total += term
            k += 1
            term *= mean / k
        return min(1.0, total)
    below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n))
    return max(0.0, 1.0 - below)


def expected(before: Collection[float]) -> float:
    """λ of A-1: the mean of windows of the same length in the 28 days before, at least a half."""
    return max(LEAST_EXPECTED, sum(before) / len(before) if before else 0.0)


def is_concentrated(people: float, mean: float, *, n_min: int = 5, p: float = 0.001) -> bool:
    """A-1 集中性: at least five people, and hardly by chance."""
    n = math.floor(people)
    return n >= n_min and poisson_tail(n, mean) < p


def is_rising(
    this_week: int, last_week: int, last_days: Collection[int], *, least: int = 6, ratio: float = 2.0
) -> bool:
    """A-2 苗头性: at least six in seven days, twice the week before, and on each of the last three days."""
    grown = (this_week + 1) / (last_week + 1)
    return this_week >= least and grown >= ratio and all(day >= 1 for day in last_days)


@dataclass(frozen=True)
class Spread:
    """How widely and how long one L2 and subject or matter has been complained of in twelve weeks."""

    people: float
    streets: int
    weeks: int
    solved: int
    surveyed: int
    reworked: int
    orders: int

    @property
    def unsolved_share(self) -> float:
        """1 − solve rate; with fewer than five surveys the share that had to be done again."""
        if self.surveyed >= 5:
            return 1 - self.solved / self.surveyed
        return self.reworked / self.orders if self.orders else 0.0


def typicality(streets: int, weeks: int, unsolved: float) -> float:
    """T of A-3 典型性."""
    return 0.4 * min(1.0, streets / 5) + 0.3 * min(1.0, weeks / 6) + 0.3 * unsolved


def is_of_the_season(
    month: int, years: Mapping[int, Mapping[int, int]], *, ratio: float = 1.5, listed: bool = False
) -> bool:
    """
    A-8: the month stood out of its year in both years before, or in one where the rules name it.

    ``years`` are counts by year and month.
    """
    stood_out = [_share(months, month) >= ratio for months in years.values() if sum(months.values())]
    return sum(stood_out) >= (1 if listed else 2)


def _share(months: Mapping[int, int], month: int) -> float:
    return months.get(month, 0) / (sum(months.values()) / 12)


@dataclass(frozen=True)
class MatterCount:
    """One matter in thirty days: what was complained of it, and how often it was handled."""

    complaints: int
    handled: int


def is_in_the_way(found: MatterCount, *, count: int = 5, share: float = 0.02, floor: int = 50) -> bool:
    """A-9 办事堵点: five complaints, or two in a hundred where at least fifty were handled."""
    if found.complaints >= count:
        return True
    return found.handled >= floor and found.complaints / found.handled >= share
