"""One form (一表申请): only the boxes that a matter of the plan needs, each once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bundles.conditions import Answers, Verdict, judge, keys_in
from bundles.planning.shapes import PlannedField, PlannedGroup
from bundles.spec import Definition, Field, MatterSpec


@dataclass(frozen=True)
class FormInQuestion:
    """The boxes somebody in the plan needs, and whether each is to be shown."""

    definition: Definition
    chosen: Collection[str]
    verdicts: Mapping[str, Verdict]

    @property
    def unanswerable(self) -> frozenset[str]:
        """Boxes that are surely not shown: nobody can be asked to fill them in."""
        asked = {question.key for question in self.definition.questions}
        return frozenset(
            key
            for key, verdict in self.verdicts.items()
            if key not in asked and not verdict.holds and not verdict.is_undetermined
        )

    def groups(self) -> tuple[PlannedGroup, ...]:
        shown = [PlannedGroup(group.group, self._shown(group.fields)) for group in self.definition.form]
        return tuple(group for group in shown if group.fields)

    def _shown(self, fields: Iterable[Field]) -> tuple[PlannedField, ...]:
        return tuple(
            PlannedField(field, tuple(code for code in field.used_by if code in self.chosen))
            for field in fields
            if field.key in self.verdicts and self.verdicts[field.key].holds
        )


def form_in_question(
    definition: Definition, chosen: Sequence[MatterSpec], answers: Answers
) -> FormInQuestion:
    codes = {matter.code for matter in chosen}
    needed = _needed(definition, codes, _deciding_keys(definition, chosen))
    return FormInQuestion(
        definition, codes, {field.key: judge(field.visible_when, answers) for field in needed}
    )


def _deciding_keys(definition: Definition, chosen: Iterable[MatterSpec]) -> set[str]:
    """Answers that decide matters or papers are asked, whoever else needs them."""
    papers = [paper.required_when for matter in chosen for paper in matter.materials]
    return set(keys_in(*(matter.applies_when for matter in definition.matters), *papers))


def _needed(definition: Definition, chosen: Collection[str], keys: set[str]) -> list[Field]:
    """Boxes the chosen matters use or these keys name, and the boxes that decide whether those are shown."""
    needed: dict[str, Field] = {}
    while found := [f for f in definition.fields if f.key not in needed and _is_needed(f, chosen, keys)]:
        needed |= {field.key: field for field in found}
        keys = keys.union(keys_in(*(field.visible_when for field in found)))
    return list(needed.values())


def _is_needed(field: Field, chosen: Collection[str], keys: Collection[str]) -> bool:
    return not field.used_by or field.key in keys or any(code in chosen for code in field.used_by)
