"""From answers to a plan."""

from collections.abc import Collection, Iterable, Mapping

from bundles.conditions import Answers, Verdict, judge
from bundles.planning.form import form_in_question
from bundles.planning.graph import critical_path, predecessors, stage_numbers, within
from bundles.planning.materials import Demand, merge, requirement
from bundles.planning.savings import saved
from bundles.planning.shapes import Plan, PlannedMatter
from bundles.spec import Definition, MatterSpec


def plan(definition: Definition, answers: Answers) -> Plan:
    """The matters, their order, their papers and the form for these answers."""
    applies = {matter.code: judge(matter.applies_when, answers) for matter in definition.matters}
    chosen = [matter for matter in definition.matters if applies[matter.code].holds]
    demands, required = _demands(chosen, answers)
    depends_on = within({m.code: m.depends_on for m in chosen}, [m.code for m in chosen])
    form = form_in_question(definition, chosen, answers)
    materials = merge(demands, {m.code: m for m in chosen}, predecessors(depends_on))
    matters = _matters(chosen, depends_on, demands)
    days = critical_path(depends_on, {matter.code: matter.promised_days for matter in chosen})
    return Plan(
        definition=definition,
        matters=matters,
        stages=_stages(matters),
        promised_days=days,
        undetermined=_unbound([*applies.values(), *required, *form.verdicts.values()], form.unanswerable),
        materials=materials,
        fields=form.groups(),
        saved=saved(definition, matters, materials, days),
    )


def _demands(chosen: Iterable[MatterSpec], answers: Answers) -> tuple[list[Demand], list[Verdict]]:
    judged = [(Demand(m, paper), requirement(paper, answers)) for m in chosen for paper in m.materials]
    return [demand for demand, verdict in judged if verdict.holds], [verdict for _, verdict in judged]


def _matters(
    chosen: Iterable[MatterSpec], depends_on: Mapping[str, tuple[str, ...]], demands: Iterable[Demand]
) -> tuple[PlannedMatter, ...]:
    stage = stage_numbers(depends_on)
    papers: dict[str, list[str]] = {}
    for demand in demands:
        papers.setdefault(demand.matter.code, []).append(demand.material.name)
    return tuple(
        PlannedMatter(
            code=matter.code,
            name=matter.name,
            department=matter.department,
            stage=stage[matter.code],
            depends_on=depends_on[matter.code],
            promised_days=matter.promised_days,
            site_inspection=matter.site_inspection,
            materials=tuple(papers.get(matter.code, ())),
            spec=matter,
        )
        for matter in chosen
    )


def _stages(matters: Iterable[PlannedMatter]) -> tuple[tuple[str, ...], ...]:
    """The codes of each stage; those of one stage are handled in parallel (并联审批)."""
    by_stage: dict[int, list[str]] = {}
    for matter in matters:
        by_stage.setdefault(matter.stage, []).append(matter.code)
    return tuple(tuple(by_stage[number]) for number in sorted(by_stage))


def _unbound(verdicts: Iterable[Verdict], unanswerable: Collection[str]) -> tuple[str, ...]:
    """The keys still to be answered, each once."""
    unbound = dict.fromkeys(key for verdict in verdicts for key in verdict.unbound)
    return tuple(key for key in unbound if key not in unanswerable)
