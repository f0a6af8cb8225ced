"""A-4: many people within a stone's throw of each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from hotline.rules.repeats import EARTH_METRES
from hotline.warning.finding import people_count

__all__ = ["Spot", "clusters"]


@dataclass(frozen=True)
class Spot:
    """Where one order is about."""

    order_id: int
    complainant: str
    longitude: float
    latitude: float


def clusters(spots: Sequence[Spot], *, metres: float = 500, people: float = 5) -> list[list[Spot]]:
    """
    Density clusters (DBSCAN by the haversine): a spot is dense when so many people are within reach of it.

    People are counted, not orders: who writes five times is one. Order of input does not matter.
    """
    if not spots:
        return []
    ranked = sorted(spots, key=lambda spot: spot.order_id)
    reach_of = import_module("hotline.warning.reach")
    near = reach_of.within([(spot.latitude, spot.longitude) for spot in ranked], metres / EARTH_METRES)
    dense = [people_count(ranked[j].complainant for j in reach) >= people for reach in near]
    found = _grow(near, dense)
    return [sorted((ranked[j] for j in one), key=lambda spot: spot.order_id) for one in found]


def _grow(near: Sequence[Sequence[int]], dense: Sequence[bool]) -> list[set[int]]:
    taken: set[int] = set()
    found: list[set[int]] = []
    for seed in range(len(near)):
        if not dense[seed] or seed in taken:
            continue
        members, frontier = {seed}, [seed]
        while frontier:
            for j in near[frontier.pop()]:
                if j not in members and j not in taken:
                    members.add(int(j))
                    if dense[j]:
                        frontier.append(int(j))
        taken |= members
        found.append(members)
    return found


def centre(spots: Sequence[Spot]) -> tuple[float, float]:
    """The middle of some spots, (longitude, latitude)."""
    n = len(spots)
    return math.fsum(s.longitude for s in spots) / n, math.fsum(s.latitude for s in spots) / n
