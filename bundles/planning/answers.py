"""Answers: read and checked as they come in, and what of them is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bundles.conditions import Answers, judge
from bundles.planning.reading import Misread, Unreadable, is_blank, read_answer, read_rows
from bundles.planning.shapes import Plan
from bundles.spec import Definition, Field
from common.errors import BadInput
from common.speaking import local_text


@dataclass(frozen=True)
class Cleaned:
    """Answers as they may be kept, what is wrong by key, and keys nobody asked for."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def clean(definition: Definition, raw_answers: Mapping[str, Any]) -> Cleaned:
    """Read every answer as its declared type; a blank one counts as not given."""
    if not isinstance(raw_answers, Mapping):
        raise BadInput(_("填写内容应是“项目：内容”的对照"))
    answers: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, value in raw_answers.items():
        if key in definition.inputs and not is_blank(value):
            _read_into(answers, errors, definition.inputs[key], value)
    errors |= _invalid(definition, answers)
    ignored = tuple(str(key) for key in raw_answers if key not in definition.inputs)
    return Cleaned({key: answers[key] for key in answers if key not in errors}, errors, ignored)


def _read_into(answers: dict[str, Any], errors: dict[str, list[str]], asked: Field, value: Any) -> None:
    try:
        answer = read_answer(asked, value)
    except Unreadable as error:
        errors[asked.key] = [str(why) for why in error.args]
    else:
        if not is_blank(answer):
            answers[asked.key] = answer


def _invalid(definition: Definition, answers: Answers) -> dict[str, list[str]]:
    """Answers that `valid_when` surely refuses; what cannot be told yet is left alone."""
    refused = {}
    for key in answers:
        asked = definition.inputs[key]
        verdict = judge(asked.valid_when, answers)
        if not verdict.holds and not verdict.is_undetermined:
            refused[key] = [
                asked.validation or _("“%(label)s”不符合要求") % {"label": local_text(asked.label)}
            ]
    return refused


def missing(plan: Plan, answers: Answers) -> dict[str, list[str]]:
    """Everything still to be answered, at once: what decides the plan, then the boxes to fill in."""
    inputs = plan.definition.inputs
    deciding = [inputs[key] for key in plan.undetermined if key in inputs]
    boxes = [planned.field for planned in plan.visible_fields]
    return {
        asked.key: [_("请填写“%(label)s”") % {"label": local_text(asked.label)}]
        for asked in [*deciding, *boxes]
        if asked.required and is_blank(answers.get(asked.key))
    }


def misread_cells(table: Field, value: Any) -> list[Misread]:
    """Every cell of a table that cannot be read; none where the whole cannot."""
    try:
        return read_rows(table, value)[1]
    except Unreadable:
        return []
