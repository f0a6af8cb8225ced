"""What a guide (办事指南) says of a bundle or a single matter: an example's plan, its papers, what it saves. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bundles.conditions import keys_in
from bundles.planning import Plan, PlannedMaterial, PlannedMatter, clean, plan
from bundles.planning.savings import as_one, one_by_one
from bundles.spec import Definition, Figures, Kind, MatterSpec, Source

if TYPE_CHECKING:
    from matters.models import Matter


@dataclass(frozen=True)
class Example:
    """One usual situation (办理情形) and its number in the list."""

    number: int
    name: str
    is_here: bool


@dataclass(frozen=True)
class GuidePaper:
    """A paper, and the names of the matters that use it."""

    material: PlannedMaterial
    needed_by: tuple[str, ...]

    @property
    def is_promised(self) -> bool:
        """A promise is the ordinary way for it."""
        return self.material.source is Source.COMMITMENT


@dataclass(frozen=True)
class PossibleMatter:
    """A matter of the whole: whether this situation calls for it, and the questions whose answers decide."""

    spec: MatterSpec
    is_here: bool
    decided_by: tuple[str, ...]


@dataclass(frozen=True)
class Remedy:
    """Where to go with a decision one does not agree with (行政复议、行政诉讼), and whose decisions those are."""

    departments: tuple[str, ...]
    reconsideration_organ: str
    court: str


@dataclass(frozen=True)
class Guide:
    """A bundle as one person meets it: for one situation of several."""

    definition: Definition
    plan: Plan
    examples: tuple[Example, ...]
    before: Figures
    after: Figures

    @property
    def is_bundle(self) -> bool:
        """Several matters met as one."""
        return self.definition.kind == Kind.BUNDLE

    @property
    def to_bring(self) -> list[GuidePaper]:
        """Papers only the person has, or may promise."""
        return [self._shown(one) for one in self.plan.materials if _is_brought(one)]

    @property
    def promised(self) -> int:
        """How many of those a promise may stand for instead of the paper."""
        return sum(paper.is_promised for paper in self.to_bring)

    @property
    def carried(self) -> int:
        """How many papers the person really has to have."""
        return len(self.to_bring) - self.promised

    @property
    def of_itself(self) -> list[GuidePaper]:
        """Papers nobody has to bring: fetched, checked, generated, or made by an earlier step (I-07)."""
        return [self._shown(one) for one in self.plan.materials if not _is_brought(one)]

    def _shown(self, material: PlannedMaterial) -> GuidePaper:
        names = {matter.code: matter.name for matter in self.plan.matters}
        return GuidePaper(material, tuple(names[code] for code in material.needed_by))

    @property
    def sources(self) -> list[tuple[Source | None, list[str]]]:
        """The same by where they come from; the results of earlier steps under None."""
        found: dict[Source | None, list[str]] = {}
        for paper in self.of_itself:
            source = None if paper.material.awaited_from else paper.material.source
            found.setdefault(source, []).append(paper.material.name)
        return list(found.items())

    @property
    def possible(self) -> list[PossibleMatter]:
        """Everything the bundle can bring together, in its own order."""
        here = set(self.plan.codes)
        return [
            PossibleMatter(matter, matter.code in here, self._questions_for(matter))
            for matter in self.definition.matters
        ]

    def _questions_for(self, matter: MatterSpec) -> tuple[str, ...]:
        inputs = self.definition.inputs
        return tuple(inputs[key].label for key in keys_in(matter.applies_when) if key in inputs)

    @property
    def other_papers(self) -> list[tuple[str, str]]:
        """Name and matter of the papers that only other situations ask for."""
        named = self.plan.materials_by_name
        found = {
            paper.name: matter.name
            for matter in self.definition.matters
            for paper in matter.materials
            if paper.name not in named
        }
        return list(found.items())

    @property
    def matters(self) -> list[MatterSpec]:
        """The matters of this situation as the definition has them."""
        return [matter.spec for matter in self.plan.matters]

    @property
    def in_order(self) -> list[PlannedMatter]:
        """The same step by step."""
        return sorted(self.plan.matters, key=lambda matter: matter.stage)

    @property
    def departments(self) -> int:
        """How many departments work together."""
        return len({matter.department for matter in self.plan.matters})

    @property
    def fees(self) -> list[MatterSpec]:
        """The matters that cost something."""
        return [matter for matter in self.matters if not matter.is_free]

    @property
    def saves(self) -> bool:
        """There is something to show before and after."""
        return self.is_bundle and self.before != Figures()


def remedies(rows: Iterable[Matter]) -> list[Remedy]:
    """Departments whose decisions go to the same organ and court, together; those without either are left out."""
    ways: dict[tuple[str, str], list[str]] = {}
    for department in (row.department for row in rows):
        if department.reconsideration_organ and department.court:
            way = ways.setdefault((department.reconsideration_organ, department.court), [])
            if department.name not in way:
                way.append(department.name)
    return [Remedy(tuple(names), organ, court) for (organ, court), names in ways.items()]


def guide(definition: Definition, number: int = 0) -> Guide:
    """The guide for the situation of this number; an unknown one shows the first."""
    names = [scenario.name for scenario in definition.scenarios]
    at = number if 0 <= number < len(names) else 0
    planned = _planned(definition, at)
    before, after = _figures(definition, planned, at)
    examples = tuple(Example(n, name, n == at) for n, name in enumerate(names))
    return Guide(definition, planned, examples if len(names) > 1 else (), before, after)


def _planned(definition: Definition, at: int) -> Plan:
    return plan(definition, clean(definition, _answers(definition, at)).answers)


def _answers(definition: Definition, at: int) -> dict[str, Any]:
    return dict(definition.scenarios[at].answers) if definition.scenarios else {}


def _figures(definition: Definition, planned: Plan, at: int) -> tuple[Figures, Figures]:
    """The published figures describe the first situation; the others are reckoned the same way."""
    if at == 0:
        return definition.before, definition.after
    met_as_one = as_one(definition, planned.matters, planned.materials, planned.promised_days)
    return one_by_one(planned.matters), met_as_one


def _is_brought(material: PlannedMaterial) -> bool:
    return not material.awaited_from and material.source in {Source.APPLICANT, Source.COMMITMENT}
