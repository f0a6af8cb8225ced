"""What the answers so far lead to, and what each possible answer would: matters, papers to bring, days. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bundles.conditions import judge
from bundles.planning import clean
from bundles.spec import Choice, Definition, FieldType, Question
from workflow.rules.drafting import Counted, Paper, counted

#: A question with more answers than this is not laid out answer by answer.
MOST_BRANCHES = 8

Papers = Callable[[Counted], Sequence[Paper]]


@dataclass(frozen=True)
class Outlook:
    """Matters by name, those that hang on later answers, papers that somebody has to bring, working days."""

    matters: tuple[str, ...]
    possible: tuple[str, ...]
    papers: tuple[str, ...]
    days: int


@dataclass(frozen=True)
class Branch:
    """One possible answer and where it leads."""

    label: str
    outlook: Outlook


def outlook(counting: Counted, papers: Papers) -> Outlook:
    planned = counting.plan
    return Outlook(
        matters=tuple(matter.name for matter in planned.matters),
        possible=tuple(
            matter.name
            for matter in planned.definition.matters
            if judge(matter.applies_when, counting.answers).is_undetermined
        ),
        papers=tuple(paper.name for paper in papers(counting) if paper.status in {"upload", "promise"}),
        days=planned.promised_days,
    )


def if_answered(definition: Definition, typed: Mapping[str, Any], key: str, value: Any) -> Counted | None:
    """The answers that would count; None where this one cannot be read."""
    cleaned = clean(definition, {**typed, key: value})
    return None if key in cleaned.errors else counted(definition, cleaned.answers)


def branches(
    definition: Definition, typed: Mapping[str, Any], asked: Question, papers: Papers, *, yes: str, no: str
) -> list[Branch]:
    """Every answer to a question that has a few, with what it leads to."""
    choices = asked.choices
    if asked.type is FieldType.BOOLEAN:
        choices = (Choice("true", yes), Choice("false", no))
    if asked.type not in {FieldType.BOOLEAN, FieldType.CHOICE} or len(choices) > MOST_BRANCHES:
        return []
    ways = ((one.label, if_answered(definition, typed, asked.key, one.value)) for one in choices)
    return [Branch(label, outlook(way, papers)) for label, way in ways if way]
