"""Service points by where somebody lives: the street first, then its district, then the city."""

from collections.abc import Iterable
from dataclasses import dataclass

from identity.models import Region
from matters.models import Place
from matters.selectors import places
from portal.keeping import Kept

#: Places for some matters only: of two equally near, the other comes first.
SPECIAL = (Place.Kind.DEPARTMENT_HALL, Place.Kind.KIOSK)

#: How old what a process knows of places and regions may be, in seconds.
AGE = 300


@dataclass(frozen=True)
class District:
    """A district and its streets, to choose from."""

    region: Region
    streets: tuple[Region, ...]


@dataclass(frozen=True)
class Town:
    """Every service point, and the regions people may say they live in."""

    points: tuple[Place, ...]
    districts: tuple[District, ...]
    regions: dict[int, Region]

    @property
    def is_mapped(self) -> bool:
        """Whether distances can be told at all."""
        return any(point.latitude is not None and point.longitude is not None for point in self.points)

    @property
    def city_hall(self) -> Place | None:
        return next((point for point in self.points if point.kind == Place.Kind.CITY_HALL), None)

    def region(self, code: str) -> Region | None:
        return next((one for one in self.regions.values() if one.code == code), None)

    def nearest(self, code: str) -> list[Place]:
        """All points, those fewest steps up and down the regions away first; of an unknown region as listed."""
        home = self.region(code)
        if home is None:
            return list(self.points)
        way = {one.pk for one in self.upwards(home)}
        return sorted(self.points, key=lambda point: (self._steps(point, way), point.kind in SPECIAL))

    def _steps(self, point: Place, way: set[int]) -> int:
        return len(way ^ {one.pk for one in self.upwards(self.regions[point.region_id])})

    def upwards(self, region: Region) -> list[Region]:
        """The region and what it lies in, up to the city."""
        found: list[Region] = []
        at: Region | None = region
        while at is not None:
            found.append(at)
            at = self.regions.get(at.parent_id) if at.parent_id else None
        return found


def read() -> Town:
    """Two statements."""
    regions = {region.pk: region for region in Region.objects.order_by("code")}
    points = tuple(places())
    return Town(points, tuple(_districts(regions)), regions)


#: The same, at most AGE seconds old.
town = Kept(read, AGE)


def _districts(regions: dict[int, Region]) -> Iterable[District]:
    for region in regions.values():
        if region.kind == Region.Kind.DISTRICT:
            streets = (one for one in regions.values() if one.parent_id == region.pk)
            yield District(region, tuple(streets))
