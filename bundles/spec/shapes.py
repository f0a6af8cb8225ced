"""What a bundle is made of: frozen, and without any behaviour that reaches outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

Raw = Mapping[str, Any]


class Kind(StrEnum):
    """Bundle and matter codes are separate namespaces; a kind says which one a code is in."""

    BUNDLE = "bundle"
    SINGLE = "single"


class FieldType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    RESIDENT_ID = "resident_id"
    CREDIT_CODE = "uscc"
    MOBILE = "mobile"
    ADDRESS = "address"
    REGION = "region"
    TABLE = "table"
    FILE = "file"


class Source(StrEnum):
    """Where a paper comes from; the values are the words of the files."""

    APPLICANT = "申请人提交"
    FORM = "表单生成"
    LICENCE = "电子证照调取"
    SHARED = "数据共享核验"
    COMMITMENT = "告知承诺替代"

    @property
    def may_be_deferred(self) -> bool:
        """I-54: what government issued or can look up is never a 容缺 paper."""
        return self is Source.APPLICANT


ADMINISTRATIVE_LICENCE = "行政许可"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    type: FieldType
    required: bool = False


@dataclass(frozen=True)
class Question:
    """One thing asked before the form (情形引导), one a page."""

    key: str
    text: str
    type: FieldType
    choices: tuple[Choice, ...] = ()
    help: str = ""
    valid_when: str | None = None
    prefill: str | None = None


@dataclass(frozen=True)
class Field:
    """One box of the one form (一表申请)."""

    key: str
    label: str
    type: FieldType
    required: bool = True
    visible_when: str | None = None
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    prefill: str | None = None
    used_by: tuple[str, ...] = ()
    validation: str = ""
    valid_when: str | None = None


@dataclass(frozen=True)
class FieldGroup:
    group: str
    fields: tuple[Field, ...]


class Drawn(StrEnum):
    """How a specimen is laid out."""

    TABLE = "table"
    TEXT = "text"
    PLAN = "plan"
    PORTRAIT = "portrait"


@dataclass(frozen=True)
class Specimen:
    """
    A filled sample of a paper (样本), told by what it must show; the picture is made of this and drawn by nobody.

    A line of `shows` is a label, or a label and its value (“用途：住宅”).
    """

    shows: tuple[str, ...]
    issuer: str = ""
    drawn: Drawn = Drawn.TABLE


@dataclass(frozen=True)
class MaterialRequirement:
    """One paper (申请材料) one matter asks for."""

    name: str
    source: Source
    required: bool = True
    required_when: str | None = None
    licence_type: str | None = None
    deferrable: bool = False
    deferrable_days: int = 0
    commitment_allowed: bool = False
    shared_with: tuple[str, ...] = ()
    sample: str = ""
    specimen: Specimen | None = None


@dataclass(frozen=True)
class ResultSpec:
    name: str
    kind: str
    validity_years: int | None = None


@dataclass(frozen=True)
class CommitmentNotice:
    """What the 告知书 must say before anybody may promise instead of proving (I-58)."""

    conditions: str
    form: str
    liability: str
    inspection: str
    publication: str


#: What the notice says where a bundle says nothing else.
USUAL_NOTICE = CommitmentNotice(
    conditions="办理这一事项的法定条件和标准，以及每一份可以承诺的材料要证明的内容",
    form="书面承诺，可以用电子签名；作出决定以前可以撤回，改按一般程序办理",
    liability="承诺不实的，终止办理、责令整改或者撤销决定，依法处罚，并记入信用记录",
    inspection="部门有权在事中事后核查承诺是否属实，申请人应当配合",
    publication="承诺书不向社会公开",
)


@dataclass(frozen=True)
class MatterSpec:
    """One matter (事项) as this bundle uses it."""

    code: str
    name: str
    department: str
    type: str
    handling: str
    statutory_days: int | None
    promised_days: int
    result: ResultSpec
    applies_when: str | None = None
    depends_on: tuple[str, ...] = ()
    depends_reason: str = ""
    legal_basis: tuple[str, ...] = ()
    materials: tuple[MaterialRequirement, ...] = ()
    fee: int | float | str = 0
    site_inspection: bool = False
    joint_inspection_with: tuple[str, ...] = ()
    automatic: bool = False
    plain_name: str = ""
    keywords: tuple[str, ...] = ()
    commitment_notice: CommitmentNotice | None = None

    @property
    def is_licence(self) -> bool:
        return self.type == ADMINISTRATIVE_LICENCE

    @property
    def is_instant(self) -> bool:
        return self.handling == "即办件"

    @property
    def is_free(self) -> bool:
        return self.fee in (0, "", "0")

    @property
    def may_be_automatic(self) -> bool:
        """Only what a machine can wholly check may decide itself."""
        by_hand = {Source.APPLICANT, Source.COMMITMENT}
        papers_check_themselves = not any(material.source in by_hand for material in self.materials)
        return not self.is_licence and self.is_free and not self.site_inspection and papers_check_themselves

    @property
    def notice(self) -> CommitmentNotice:
        return self.commitment_notice or USUAL_NOTICE

    @property
    def commitments(self) -> tuple[MaterialRequirement, ...]:
        """Papers a promise may stand for (告知承诺)."""
        return tuple(material for material in self.materials if material.commitment_allowed)


@dataclass(frozen=True)
class Figures:
    """What it costs a person: 环节, 材料, 时限 (workdays), 跑动."""

    steps: int = 0
    materials: int = 0
    days: int = 0
    visits: int = 0


@dataclass(frozen=True)
class FrequentQuestion:
    """What others asked (常见问题), and the matters it is about; about none: the bundle as a whole."""

    question: str
    answer: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """An example with its expected plan: the bundle's own test."""

    name: str
    answers: Raw
    expected_matters: tuple[str, ...]
    expected_parallel_stages: tuple[tuple[str, ...], ...]
    notes: str = ""


@dataclass(frozen=True)
class Definition:
    """A whole bundle, or a single matter dressed as a bundle of one."""

    code: str
    name: str
    kind: Kind
    audience: str
    lead_department: str
    questions: tuple[Question, ...]
    matters: tuple[MatterSpec, ...]
    form: tuple[FieldGroup, ...]
    life_stage: str = ""
    cooperating_departments: tuple[str, ...] = ()
    #: One refusal holds what is undecided for the applicant's choice (I-107c).
    all_or_nothing: bool = False
    summary: str = ""
    keywords: tuple[str, ...] = ()
    basis: str = ""
    before: Figures = Figures()
    after: Figures = Figures()
    common_mistakes: tuple[str, ...] = ()
    frequent_questions: tuple[FrequentQuestion, ...] = ()
    uncertain: tuple[str, ...] = ()
    scenarios: tuple[Scenario, ...] = field(default=(), compare=False)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for group in self.form for field in group.fields)

    @cached_property
    def matters_by_code(self) -> Mapping[str, MatterSpec]:
        return {matter.code: matter for matter in self.matters}

    @cached_property
    def inputs(self) -> Mapping[str, Field]:
        """
        Every key a person may answer, questions first.

        Questions and form share one set of answers: where a form field has a
        question's key, the field says how the answer is checked.
        """
        asked = {question.key: _as_field(question) for question in self.questions}
        return asked | {field.key: field for field in self.fields}


def _as_field(question: Question) -> Field:
    return Field(
        key=question.key,
        label=question.text,
        type=question.type,
        choices=question.choices,
        validation=question.help,
        valid_when=question.valid_when,
        prefill=question.prefill,
    )
