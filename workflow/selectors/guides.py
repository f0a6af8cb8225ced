"""Everything one guide page says, beyond the published version: the catalogue's rows, places, remedies."""

from dataclasses import dataclass

from bundles.selectors import Current, bundles_with
from bundles.spec import Kind
from matters.models import Matter, Place
from matters.selectors import places_offering
from workflow.rules import guiding
from workflow.selectors.own import catalogue_rows

__all__ = ["GuidePage", "guide_page"]


@dataclass(frozen=True)
class GuidePage:
    """A guide for one situation, with what the city's rows add to it."""

    kind: str
    offer: Current
    guide: guiding.Guide
    catalogue: list[Matter]
    places: list[Place]
    remedies: list[guiding.Remedy]
    number: int

    @property
    def is_online(self) -> bool:
        """Whether all of it can be applied for without going anywhere."""
        return all(row.online for row in self.catalogue)

    @property
    def part_of(self) -> list[Current]:
        """The bundles in which this single matter can be met together with others."""
        return bundles_with(self.offer.definition.code) if self.kind == Kind.SINGLE else []

    @property
    def conditions(self) -> list[tuple[Matter, list[str]]]:
        """受理条件, matter by matter, where the catalogue has any."""
        return [(row, row.acceptance_conditions) for row in self.catalogue if row.acceptance_conditions]


def guide_page(kind: str, offer: Current, number: int = 0) -> GuidePage:
    """Two queries, however many matters; an unknown situation shows the first."""
    shown = guiding.guide(offer.definition, number)
    rows = catalogue_rows(matter.code for matter in shown.matters)
    places = list(places_offering(*rows)) if rows else []
    at = next((example.number for example in shown.examples if example.is_here), 0)
    return GuidePage(kind, offer, shown, rows, places, guiding.remedies(rows), at)
