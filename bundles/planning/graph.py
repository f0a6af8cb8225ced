"""The order of matters: a directed acyclic graph (I-100) of what waits for whose result."""

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter

#: code -> the codes it waits for
Graph = Mapping[str, Collection[str]]


def within(depends_on: Graph, chosen: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The graph of the chosen matters; what is not in the plan is waited for by nobody."""
    return {code: tuple(before for before in depends_on[code] if before in chosen) for code in chosen}


def stage_numbers(depends_on: Graph) -> dict[str, int]:
    """1 + the highest stage among those it waits for."""
    numbers: dict[str, int] = {}
    for code in _in_turn(depends_on):
        numbers[code] = 1 + max((numbers[before] for before in depends_on[code]), default=0)
    return numbers


def critical_path(depends_on: Graph, days: Mapping[str, int]) -> int:
    """The days of the longest chain (I-84): day 0 of a matter is the finish of its last predecessor."""
    finish: dict[str, int] = {}
    for code in _in_turn(depends_on):
        finish[code] = days[code] + max((finish[before] for before in depends_on[code]), default=0)
    return max(finish.values(), default=0)


def predecessors(depends_on: Graph) -> dict[str, frozenset[str]]:
    """Everything that is finished before a matter starts, however many steps away."""
    before: dict[str, frozenset[str]] = {}
    for code in _in_turn(depends_on):
        direct = frozenset(depends_on[code])
        before[code] = direct.union(*(before[other] for other in direct))
    return before


def circle(depends_on: Graph) -> list[str]:
    """Matters that wait for each other, first and last the same; empty when there is no circle."""
    try:
        TopologicalSorter(depends_on).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _in_turn(depends_on: Graph) -> list[str]:
    return list(TopologicalSorter(depends_on).static_order())
