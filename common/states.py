"""Whose move it is, and the picture of a state machine drawn from the code that runs it."""

from collections.abc import Iterable, Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, RETURN_VALUE, FSMFieldMixin, Transition


class Party(models.TextChoices):
    """Who has to move next."""

    APPLICANT = "applicant", _("申请人")
    DEPARTMENT = "department", _("部门")
    FRONT = "front", _("综合窗口")
    EXIT = "exit", _("出件窗口")
    HOTLINE = "hotline", _("热线中心")
    SYSTEM = "system", _("系统")
    NOBODY = "nobody", _("无人")


def mermaid(model: type[models.Model]) -> str:
    """The machine of the model as a Mermaid state diagram: every state, every transition, every end."""
    field = machine_field(model)
    labels = {str(value): str(label) for value, label in field.flatchoices}
    arrows = sorted(set(_arrows(field, model, labels)))
    left = {source for source, _target, _name in arrows}
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {label}" for state, label in labels.items()]
    lines += [f"    [*] --> {field.get_default()}"] if field.has_default() else []
    lines += [f"    {source} --> {target}: {name}" for source, target, name in arrows]
    lines += [f"    {state} --> [*]" for state in labels if state not in left]
    return "\n".join(lines)


def machines(models_of_house: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    """Those of the models that have a state machine, by name."""
    driven = [model for model in models_of_house if any(_driven_fields(model))]
    return sorted(driven, key=lambda model: model.__name__)


def machine_field(model: type[models.Model]) -> FSMFieldMixin:
    """The one field whose transitions the model declares."""
    return next(_driven_fields(model))


def _driven_fields(model: type[models.Model]) -> Iterator[FSMFieldMixin]:
    for field in model._meta.fields:
        if isinstance(field, FSMFieldMixin) and any(field.get_all_transitions(model)):
            yield field


def _arrows(
    field: FSMFieldMixin, model: type[models.Model], states: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    for transition in field.get_all_transitions(model):
        for target in _targets(transition):
            for source in _sources(transition, target, states):
                yield source, target or source, transition.name


def _sources(transition: Transition, target: str, states: Iterable[str]) -> list[str]:
    if transition.source == "*":
        return list(states)
    if transition.source == "+":
        return [state for state in states if state != target]
    return [str(transition.source)]


def _targets(transition: Transition) -> list[str]:
    if isinstance(transition.target, GET_STATE | RETURN_VALUE):
        return [str(state) for state in transition.target.allowed_states or ()]
    return [str(transition.target or "")]
