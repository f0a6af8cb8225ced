"""
Addresses suggested while somebody types: roads, communities and streets of the town, and places people know.

A suggestion completes what was typed and keeps what follows it, so that 松风路20号 becomes the whole address
with its number; what is typed freely stays as good.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from identity.models import Region
from portal.nearby import Town

__all__ = ["Suggestion", "suggestions"]

MOST = 8


@dataclass(frozen=True)
class Suggestion:
    """An address, and where it is or what stands there."""

    address: str
    hint: str = ""


@dataclass(frozen=True)
class _Spot:
    """A name on the map, in its region."""

    name: str
    region: Region


def suggestions(town: Town, typed: str) -> list[Suggestion]:
    """The addresses that what was typed may become: names that begin with it first."""
    text = "".join(typed.split())
    within, rest = _region_at_the_beginning(town, text)
    if not rest:
        return [one for one in _whole(town, within) if one.address != text]
    found = [
        (not spot.name.startswith(rest[: len(spot.name)]), _address(town, spot, within, rest))
        for spot in _spots(town)
        if (rest in spot.name or rest.startswith(spot.name)) and _lies_in(town, spot.region, within)
    ]
    known = [] if within else [(False, one) for one in _known_places(town, rest)]
    ranked = sorted([*found, *known], key=lambda one: one[0])
    return list(dict.fromkeys(one for _rank, one in ranked))[:MOST]


def _region_at_the_beginning(town: Town, text: str) -> tuple[Region | None, str]:
    """The city, district and street that were typed already, and what follows them."""
    within: Region | None = None
    for kind in (Region.Kind.CITY, Region.Kind.DISTRICT, Region.Kind.STREET):
        named = (one for one in town.regions.values() if one.kind == kind and text.startswith(one.name))
        if found := next(named, None):
            within, text = found, text.removeprefix(found.name)
    return within, text


def _whole(town: Town, region: Region | None) -> list[Suggestion]:
    """A region that was typed to its end, with what it lies in."""
    path = reversed(town.upwards(region)) if region else ()
    return [Suggestion("".join(one.name for one in path))]


def _spots(town: Town) -> Iterator[_Spot]:
    for region in town.regions.values():
        yield from (_Spot(road, region) for road in region.roads)
        if region.kind != Region.Kind.CITY:
            yield _Spot(region.name, region)


def _lies_in(town: Town, region: Region, within: Region | None) -> bool:
    return within is None or within in town.upwards(region)


def _address(town: Town, spot: _Spot, within: Region | None, rest: str) -> Suggestion:
    """City and district before the name; the street where it was typed, since people rarely write it."""
    path = [one for one in reversed(town.upwards(spot.region)) if one.name != spot.name]
    said = (Region.Kind.CITY, Region.Kind.DISTRICT)
    before = "".join(one.name for one in path if one.kind in said or one == within)
    street = next((one.name for one in path if one.kind == Region.Kind.STREET), "")
    return Suggestion(before + spot.name + _tail(spot, rest), street)


def _tail(spot: _Spot, rest: str) -> str:
    return rest.removeprefix(spot.name) if rest.startswith(spot.name) else ""


def _known_places(town: Town, rest: str) -> Iterator[Suggestion]:
    """A hall by its name: nobody knows its number in the street."""
    if len(rest) < 2:
        return
    for point in town.points:
        if rest in point.name:
            yield Suggestion(point.address, point.name)
