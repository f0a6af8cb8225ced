"""Which district and street a place belongs to: the regions as a tree, kept in the process for a few seconds."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hotline.rules.places import place_key
from identity.models import Region

__all__ = ["RegionTree", "forget_regions", "regions"]

KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class RegionTree:
    """Every region by id."""

    by_id: Mapping[int, Region]

    @cached_property
    def by_code(self) -> dict[str, Region]:
        return {one.code: one for one in self.by_id.values()}

    @cached_property
    def city(self) -> Region | None:
        """Where a place is that nobody knows more of (H-90)."""
        return next((one for one in self.by_id.values() if one.kind == Region.Kind.CITY), None)

    def line(self, region_id: int | None) -> tuple[int, ...]:
        """The region and everything it lies in, itself first."""
        found: list[int] = []
        while region_id is not None and region_id in self.by_id:
            found.append(region_id)
            region_id = self.by_id[region_id].parent_id
        return tuple(found)

    def of_kind(self, region_id: int | None, kind: str) -> Region | None:
        """The district or street the region lies in."""
        line = (self.by_id[one] for one in self.line(region_id))
        return next((one for one in line if one.kind == kind), None)

    def district_and_within(self, region_id: int | None) -> frozenset[int]:
        """Every region of the same district; all regions where only the city is known."""
        district = self.of_kind(region_id, Region.Kind.DISTRICT)
        if district is None:
            return frozenset(self.by_id)
        return frozenset(one for one in self.by_id if district.pk in self.line(one))

    def key_of(self, text: str, region_id: int | None) -> str:
        """The address in words, comparable whoever said it; empty where no house is named (H-130)."""
        district = self.of_kind(region_id, Region.Kind.DISTRICT)
        if district is None or not text:
            return ""
        above = (one.name for one in self.by_id.values() if one.kind != Region.Kind.COMMUNITY)
        return place_key(text, district=district.code, names=above, roads=self.roads)

    @cached_property
    def roads(self) -> frozenset[str]:
        """Every road of the city."""
        return frozenset(road for one in self.by_id.values() for road in one.roads)

    def named_in(self, text: str) -> Region | None:
        """The smallest region whose name stands in the text; None when two unlike ones do."""
        named = [one for one in self.by_id.values() if one.name in text]
        smallest = [one for one in named if not any(one.pk in self.line(o.pk)[1:] for o in named)]
        return smallest[0] if len(smallest) == 1 else None


@dataclass
class _Kept:
    looked: float = float("-inf")
    tree: RegionTree | None = None


_kept = _Kept()


def regions() -> RegionTree:
    """The regions as they are."""
    if _kept.tree is None or time.monotonic() - _kept.looked > KEPT_SECONDS:
        _kept.tree, _kept.looked = RegionTree(Region.objects.in_bulk()), time.monotonic()
    return _kept.tree


def forget_regions() -> None:
    """Read again at the next question."""
    _kept.tree = None
