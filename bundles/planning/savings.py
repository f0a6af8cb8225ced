"""
What meeting the matters as one saves a person (环节、材料、时限、跑动).

One at a time, a matter decided on the spot is two steps and one visit, any
other four steps and two visits, an inspection one step more, every matter asks
for all its papers, and the limits by law add up. Met as one, there is one
application, each paper is asked once, and only the longest chain counts.
"""

from collections.abc import Sequence

from bundles.planning.shapes import PlannedMaterial, PlannedMatter
from bundles.spec import Definition, Figures, Kind, Source


def saved(
    definition: Definition,
    matters: Sequence[PlannedMatter],
    materials: Sequence[PlannedMaterial],
    promised_days: int,
) -> Figures:
    """Before minus after, never less than nothing; a single matter saves nothing."""
    if definition.kind is Kind.SINGLE or not matters:
        return Figures()
    if _is_published_example(definition, matters):
        return _difference(definition.before, definition.after)
    before = one_by_one(matters)
    return _difference(before, as_one(definition, matters, materials, promised_days))


def one_by_one(matters: Sequence[PlannedMatter]) -> Figures:
    specs = [matter.spec for matter in matters]
    return Figures(
        steps=sum((2 if spec.is_instant else 4) + spec.site_inspection for spec in specs),
        materials=sum(len(matter.materials) for matter in matters),
        days=sum(
            spec.promised_days if spec.statutory_days is None else spec.statutory_days for spec in specs
        ),
        visits=sum(1 if spec.is_instant else 2 for spec in specs),
    )


def as_one(
    definition: Definition,
    matters: Sequence[PlannedMatter],
    materials: Sequence[PlannedMaterial],
    promised_days: int,
) -> Figures:
    inspected = any(matter.site_inspection for matter in matters)
    brought = [paper for paper in materials if paper.source is Source.APPLICANT and not paper.awaited_from]
    return Figures(
        steps=4 if inspected else 3,
        materials=len(brought),
        days=promised_days,
        visits=definition.after.visits,
    )


def _is_published_example(definition: Definition, matters: Sequence[PlannedMatter]) -> bool:
    """`before` and `after` of a definition describe the matters of its first scenario."""
    if not definition.scenarios:
        return False
    return {matter.code for matter in matters} == set(definition.scenarios[0].expected_matters)


def _difference(before: Figures, after: Figures) -> Figures:
    return Figures(
        steps=max(0, before.steps - after.steps),
        materials=max(0, before.materials - after.materials),
        days=max(0, before.days - after.days),
        visits=max(0, before.visits - after.visits),
    )
