"""What a plan is made of."""

from dataclasses import dataclass
from functools import cached_property

from bundles.spec import Definition, Field, Figures, MatterSpec, Source, Specimen


@dataclass(frozen=True)
class PlannedMatter:
    """One matter that these answers call for; `depends_on` names only matters of the same plan."""

    code: str
    name: str
    department: str
    stage: int
    depends_on: tuple[str, ...]
    promised_days: int
    site_inspection: bool
    materials: tuple[str, ...]
    spec: MatterSpec


@dataclass(frozen=True)
class PlannedMaterial:
    """
    One paper, asked once, for every matter that needs it.

    `awaited_from` names the matter before them in the plan whose result it is:
    nobody brings it, and those who need it start when it exists.
    """

    name: str
    source: Source
    needed_by: tuple[str, ...]
    deferrable: bool
    deferrable_days: int
    commitment_allowed: bool
    licence_type: str | None
    awaited_from: str | None
    sample: str = ""
    specimen: Specimen | None = None


@dataclass(frozen=True)
class PlannedField:
    """A box of the form that somebody in this plan needs."""

    field: Field
    needed_by: tuple[str, ...]


@dataclass(frozen=True)
class PlannedGroup:
    group: str
    fields: tuple[PlannedField, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be done for some answers; for partial answers, what is already sure."""

    definition: Definition
    matters: tuple[PlannedMatter, ...]
    stages: tuple[tuple[str, ...], ...]
    promised_days: int
    undetermined: tuple[str, ...]
    materials: tuple[PlannedMaterial, ...]
    fields: tuple[PlannedGroup, ...]
    saved: Figures

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(matter.code for matter in self.matters)

    @cached_property
    def visible_fields(self) -> tuple[PlannedField, ...]:
        return tuple(planned for group in self.fields for planned in group.fields)

    @cached_property
    def materials_by_name(self) -> dict[str, PlannedMaterial]:
        return {material.name: material for material in self.materials}
