"""A single matter as a bundle of one, so that there is one workflow and not two."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.conf import settings
from django.utils.translation import override

from bundles.conditions import keys_in
from bundles.selectors import bundles
from bundles.services.editions import Edition, edition
from bundles.services.standard_form import standard_form
from bundles.spec import (
    Definition,
    Field,
    FieldGroup,
    FrequentQuestion,
    Kind,
    MaterialRequirement,
    MatterSpec,
    ResultSpec,
    Scenario,
    Source,
    write,
)
from matters.models import Matter
from matters.states import Handling, MatterType, ResultKind


def singles_of_bundles(codes: Collection[str]) -> list[Edition]:
    """Each of these matters by itself; one in several bundles is taken from the first of them by code."""
    first: dict[str, Definition] = {}
    for offer in bundles():
        for code in offer.definition.matters_by_code.keys() & set(codes):
            first.setdefault(code, offer.definition)
    return [edition(write(single_of(definition, code))) for code, definition in sorted(first.items())]


def single_of(definition: Definition, code: str) -> Definition:
    """
    One matter of a bundle: no dependencies, the questions its conditions read, the fields it uses.

    Choosing it already says that it applies, so its own `applies_when` is dropped.
    """
    matter = _alone(definition.matters_by_code[code])
    fields, keys = _needed(definition, matter)
    form = _form(definition, code, fields) or standard_form(definition.audience, code)
    single = Definition(
        code=code,
        name=matter.name,
        kind=Kind.SINGLE,
        audience=definition.audience,
        lead_department=matter.department,
        questions=tuple(question for question in definition.questions if question.key in keys),
        matters=(matter,),
        form=form,
        life_stage=definition.life_stage,
        frequent_questions=_asked_of(definition, code),
    )
    single = _without_foreign_checks(single)
    return replace(single, scenarios=tuple(_scenarios(definition, single)) if fields else ())


def _asked_of(definition: Definition, code: str) -> tuple[FrequentQuestion, ...]:
    """What others asked about this very matter."""
    asked = (one for one in definition.frequent_questions if code in one.about)
    return tuple(replace(one, about=(code,)) for one in asked)


def _alone(matter: MatterSpec) -> MatterSpec:
    return replace(
        matter,
        applies_when=None,
        depends_on=(),
        depends_reason="",
        joint_inspection_with=(),
        materials=tuple(replace(material, shared_with=()) for material in matter.materials),
    )


def _needed(definition: Definition, matter: MatterSpec) -> tuple[set[str], set[str]]:
    """Keys of the fields to show, and every key some condition reads."""
    keys = set(keys_in(*(material.required_when for material in matter.materials)))
    fields: set[str] = set()
    while found := [
        field
        for field in definition.fields
        if field.key not in fields and (matter.code in field.used_by or field.key in keys)
    ]:
        fields |= {field.key for field in found}
        keys |= set(keys_in(*(field.visible_when for field in found)))
    return fields, keys


def _form(definition: Definition, code: str, fields: Collection[str]) -> tuple[FieldGroup, ...]:
    groups = (
        FieldGroup(
            group.group,
            tuple(replace(field, used_by=(code,)) for field in group.fields if field.key in fields),
        )
        for group in definition.form
    )
    return tuple(group for group in groups if group.fields)


def _without_foreign_checks(single: Definition) -> Definition:
    """A check that compares with something this matter does not ask for is left to the bundle."""
    known = single.inputs.keys()

    def kept(valid_when: str | None) -> str | None:
        return valid_when if set(keys_in(valid_when)) <= known else None

    def checked(field: Field) -> Field:
        return replace(field, valid_when=kept(field.valid_when))

    return replace(
        single,
        questions=tuple(replace(asked, valid_when=kept(asked.valid_when)) for asked in single.questions),
        form=tuple(
            replace(group, fields=tuple(checked(field) for field in group.fields)) for group in single.form
        ),
    )


def _scenarios(definition: Definition, single: Definition) -> Iterable[Scenario]:
    for scenario in definition.scenarios:
        if single.code in scenario.expected_matters:
            answers = {key: value for key, value in scenario.answers.items() if key in single.inputs}
            yield Scenario(scenario.name, answers, (single.code,), ((single.code,),))


def single_from_catalogue(matter: Matter) -> Edition:
    """A matter that is in no bundle: its row in the catalogue, and the standard form."""
    with override(settings.LANGUAGE_CODE):
        return edition(write(_from_row(matter)))


def _from_row(matter: Matter) -> Definition:
    return Definition(
        code=matter.code,
        name=matter.name,
        kind=Kind.SINGLE,
        audience=matter.audience,
        lead_department=matter.department.name,
        questions=(),
        matters=(_spec(matter),),
        form=standard_form(matter.audience, matter.code),
        life_stage=matter.theme,
    )


def _spec(matter: Matter) -> MatterSpec:
    materials = tuple(_material(raw) for raw in matter.materials)
    spec = MatterSpec(
        code=matter.code,
        name=matter.name,
        department=matter.department.name,
        type=str(MatterType(matter.type).label),
        handling=str(Handling(matter.handling).label),
        statutory_days=matter.statutory_days,
        promised_days=matter.promised_days,
        result=ResultSpec(matter.result_name, str(ResultKind(matter.result_kind).label)),
        legal_basis=tuple(matter.legal_basis),
        materials=materials,
        fee=matter.fee,
        plain_name=matter.plain_name,
        keywords=tuple(matter.keywords),
    )
    return replace(spec, automatic=spec.may_be_automatic)


def _material(raw: dict) -> MaterialRequirement:
    source = Source(raw["source"])
    return MaterialRequirement(
        name=raw["name"],
        source=source,
        required=raw.get("required", True),
        required_when=raw.get("required_when"),
        licence_type=raw.get("licence_type") or (raw["name"] if source is Source.LICENCE else None),
        deferrable=raw.get("deferrable", False),
        deferrable_days=raw.get("deferrable_days", 0),
        commitment_allowed=raw.get("commitment_allowed", False),
    )
