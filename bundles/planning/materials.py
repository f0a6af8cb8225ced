"""One set of papers (一套材料): each asked once, and not at all when an earlier step makes it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bundles.conditions import ALWAYS, Answers, Verdict, judge
from bundles.planning.shapes import PlannedMaterial
from bundles.spec import MaterialRequirement, MatterSpec, Source


class MaterialStatus(StrEnum):
    """How a paper will be there; the values are the words of the HTTP contract."""

    FETCHED = "fetched"
    SHARED = "shared"
    AWAITED = "awaited"
    UPLOAD = "upload"
    PROMISE = "promise"
    FORM = "form"


@dataclass(frozen=True)
class Demand:
    """One matter asks for one paper."""

    matter: MatterSpec
    material: MaterialRequirement


def requirement(material: MaterialRequirement, answers: Answers) -> Verdict:
    """Required always, when its condition holds, or never."""
    if material.required:
        return ALWAYS
    return judge(material.required_when, answers) if material.required_when else Verdict(holds=False)


def merge(
    demands: Sequence[Demand], matters: Mapping[str, MatterSpec], before: Mapping[str, Collection[str]]
) -> tuple[PlannedMaterial, ...]:
    """The papers of a plan of these matters; `before` names those that precede each of them."""
    by_name: dict[str, list[Demand]] = {}
    for demand in demands:
        by_name.setdefault(demand.material.name, []).append(demand)
    return tuple(_merged(same, matters, before) for same in by_name.values())


def _merged(
    demands: Sequence[Demand], matters: Mapping[str, MatterSpec], before: Mapping[str, Collection[str]]
) -> PlannedMaterial:
    papers = [demand.material for demand in demands]
    deferrable = all(paper.deferrable for paper in papers)
    return PlannedMaterial(
        name=papers[0].name,
        source=papers[0].source,
        needed_by=tuple(demand.matter.code for demand in demands),
        deferrable=deferrable,
        deferrable_days=min(paper.deferrable_days for paper in papers) if deferrable else 0,
        commitment_allowed=all(paper.commitment_allowed for paper in papers),
        licence_type=next((paper.licence_type for paper in papers if paper.licence_type), None),
        awaited_from=_maker(demands, matters, before),
        sample=next((paper.sample for paper in papers if paper.sample), ""),
        specimen=next((paper.specimen for paper in papers if paper.specimen), None),
    )


def _maker(
    demands: Sequence[Demand], matters: Mapping[str, MatterSpec], before: Mapping[str, Collection[str]]
) -> str | None:
    """The first matter whose result is this paper; none if somebody needs it sooner."""
    makers = [
        [
            code
            for code in matters
            if code in before[demand.matter.code] and makes(matters[code], demand.material)
        ]
        for demand in demands
    ]
    return makers[0][0] if all(makers) else None


def makes(matter: MatterSpec, material: MaterialRequirement) -> bool:
    """Is this paper what the matter ends with, by name or by licence type?"""
    return matter.result.name in (material.name, material.licence_type)


def status_of(
    material: PlannedMaterial,
    *,
    held: Collection[str] | None = None,
    shared_ok: Mapping[str, bool] | None = None,
) -> MaterialStatus:
    """
    How this paper will be there for a person.

    `held` are the licence types the person holds, `shared_ok` says by paper
    whether the shared-data query answered; None means nobody has looked, and
    the status is the one its source promises. What cannot be fetched may be
    uploaded instead (I-07).
    """
    if material.awaited_from:
        return MaterialStatus.AWAITED
    match material.source:
        case Source.FORM:
            return MaterialStatus.FORM
        case Source.COMMITMENT:
            return MaterialStatus.PROMISE
        case Source.LICENCE if held is None or (material.licence_type or material.name) in held:
            return MaterialStatus.FETCHED
        case Source.SHARED if shared_ok is None or shared_ok.get(material.name, False):
            return MaterialStatus.SHARED
        case _:
            return MaterialStatus.UPLOAD
