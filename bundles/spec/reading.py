"""From a plain mapping (a YAML file, a stored snapshot) to a definition, and back."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bundles.spec.shapes import (
    Choice,
    Column,
    CommitmentNotice,
    Definition,
    Drawn,
    Field,
    FieldGroup,
    FieldType,
    Figures,
    FrequentQuestion,
    Kind,
    MaterialRequirement,
    MatterSpec,
    Question,
    Raw,
    ResultSpec,
    Scenario,
    Source,
    Specimen,
)
from common.errors import BadInput


def read(raw: Raw) -> Definition:
    """A definition from a mapping; BadInput names the key when something is missing or misshapen."""
    try:
        return _definition(raw)
    except KeyError as missing:
        raise BadInput(f"缺少 {missing.args[0]}", code="malformed_definition") from missing
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"格式不对：{error}", code="malformed_definition") from error


def _definition(raw: Raw) -> Definition:
    return Definition(
        code=raw["code"],
        name=raw["name"],
        kind=Kind(raw.get("kind", Kind.BUNDLE)),
        audience=raw["audience"],
        lead_department=raw["lead_department"],
        questions=tuple(_question(question) for question in raw.get("questions") or ()),
        matters=_told_of_every_paper([_matter(matter) for matter in raw["matters"]]),
        form=tuple(_group(group) for group in raw.get("form") or ()),
        life_stage=raw.get("life_stage") or "",
        cooperating_departments=_strings(raw, "cooperating_departments"),
        all_or_nothing=raw.get("all_or_nothing", False),
        summary=raw.get("summary") or "",
        keywords=_strings(raw, "keywords"),
        basis=raw.get("basis") or "",
        before=Figures(**raw.get("before") or {}),
        after=Figures(**raw.get("after") or {}),
        common_mistakes=_strings(raw, "common_mistakes"),
        frequent_questions=tuple(_frequent(asked) for asked in raw.get("frequent_questions") or ()),
        uncertain=_strings(raw, "uncertain"),
        scenarios=tuple(_scenario(scenario) for scenario in raw.get("scenarios") or ()),
    )


def _question(raw: Raw) -> Question:
    return Question(
        key=raw["key"],
        text=raw["text"],
        type=FieldType(raw["type"]),
        choices=_choices(raw),
        help=raw.get("help") or "",
        valid_when=raw.get("valid_when"),
        prefill=raw.get("prefill"),
    )


def _group(raw: Raw) -> FieldGroup:
    return FieldGroup(group=raw["group"], fields=tuple(_field(field) for field in raw["fields"]))


def _field(raw: Raw) -> Field:
    return Field(
        key=raw["key"],
        label=raw["label"],
        type=FieldType(raw["type"]),
        required=raw.get("required", True),
        visible_when=raw.get("visible_when"),
        choices=_choices(raw),
        columns=tuple(_column(column) for column in raw.get("columns") or ()),
        prefill=raw.get("prefill"),
        used_by=_strings(raw, "used_by"),
        validation=raw.get("validation") or "",
        valid_when=raw.get("valid_when"),
    )


def _column(raw: Raw) -> Column:
    return Column(raw["key"], raw["label"], FieldType(raw["type"]), raw.get("required", False))


def _choices(raw: Raw) -> tuple[Choice, ...]:
    return tuple(Choice(choice["value"], choice["label"]) for choice in raw.get("choices") or ())


def _matter(raw: Raw) -> MatterSpec:
    notice = raw.get("commitment_notice")
    return MatterSpec(
        code=raw["code"],
        name=raw["name"],
        department=raw["department"],
        type=raw["type"],
        handling=raw["handling"],
        statutory_days=raw.get("statutory_days"),
        promised_days=raw["promised_days"],
        result=_result(raw["result"]),
        applies_when=raw.get("applies_when"),
        depends_on=_strings(raw, "depends_on"),
        depends_reason=raw.get("depends_reason") or "",
        legal_basis=_strings(raw, "legal_basis"),
        materials=tuple(_material(material) for material in raw.get("materials") or ()),
        fee=raw.get("fee") or 0,
        site_inspection=raw.get("site_inspection", False),
        joint_inspection_with=_strings(raw, "joint_inspection_with"),
        automatic=raw.get("automatic", False),
        plain_name=raw.get("plain_name") or "",
        keywords=_strings(raw, "keywords"),
        commitment_notice=CommitmentNotice(**notice) if notice else None,
    )


def _material(raw: Raw) -> MaterialRequirement:
    return MaterialRequirement(
        name=raw["name"],
        source=Source(raw["source"]),
        required=raw.get("required", True),
        required_when=raw.get("required_when"),
        licence_type=raw.get("licence_type"),
        deferrable=raw.get("deferrable", False),
        deferrable_days=raw.get("deferrable_days", 0),
        commitment_allowed=raw.get("commitment_allowed", False),
        shared_with=_strings(raw, "shared_with"),
        sample=raw.get("sample") or "",
        specimen=_specimen(raw.get("specimen")),
    )


def _specimen(raw: Raw | None) -> Specimen | None:
    if raw is None:
        return None
    return Specimen(_strings(raw, "shows"), raw.get("issuer") or "", Drawn(raw.get("drawn") or Drawn.TABLE))


def _told_of_every_paper(matters: Sequence[MatterSpec]) -> tuple[MatterSpec, ...]:
    """What a proper paper looks like is said once in a file and holds for every matter that asks for the paper."""
    papers = [paper for matter in matters for paper in matter.materials]
    samples = {paper.name: paper.sample for paper in reversed(papers) if paper.sample}
    specimens = {paper.name: paper.specimen for paper in reversed(papers) if paper.specimen}
    return tuple(
        replace(
            matter,
            materials=tuple(
                replace(paper, sample=samples.get(paper.name, ""), specimen=specimens.get(paper.name))
                for paper in matter.materials
            ),
        )
        for matter in matters
    )


def _result(raw: Raw) -> ResultSpec:
    return ResultSpec(raw["name"], raw["kind"], raw.get("validity_years"))


def _frequent(raw: Raw) -> FrequentQuestion:
    return FrequentQuestion(raw["question"], raw["answer"], _strings(raw, "about"))


def _scenario(raw: Raw) -> Scenario:
    return Scenario(
        name=raw["name"],
        answers=raw["answers"],
        expected_matters=_strings(raw, "expected_matters"),
        expected_parallel_stages=tuple(tuple(stage) for stage in raw.get("expected_parallel_stages") or ()),
        notes=raw.get("notes") or "",
    )


def _strings(raw: Raw, key: str) -> tuple[str, ...]:
    return tuple(raw.get(key) or ())


def write(definition: Definition) -> dict[str, Any]:
    """The mapping that `read` would make this definition of."""
    return asdict(definition)
