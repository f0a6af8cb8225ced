"""
Whether a definition may be published: every finding names its offender.

The five checks of I-06 are here as one guide (matters and departments that
exist), one form (no key twice), one set of papers (no paper twice, each with a
source), one order (no circle) and one promise (I-117).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bundles.conditions import Condition, ConditionDefect, compiled
from bundles.planning.answers import clean, missing
from bundles.planning.composing import plan
from bundles.planning.graph import circle, critical_path
from bundles.planning.materials import makes
from bundles.spec import Definition, Field, FieldType, Kind, MatterSpec, Source, is_sensitive


@dataclass(frozen=True)
class Finding:
    """What is wrong and with what; `blocking` findings forbid publishing."""

    offender: str
    reason: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.offender}：{self.reason}"


@dataclass(frozen=True)
class SharedFacts:
    """What bundles that share a matter must agree on."""

    name: str
    department: str
    type: str
    handling: str
    statutory_days: int | None
    promised_days: int

    @classmethod
    def of(cls, matter: MatterSpec) -> "SharedFacts":
        return cls(
            matter.name,
            matter.department,
            matter.type,
            matter.handling,
            matter.statutory_days,
            matter.promised_days,
        )


#: The words for a person, in the order of SharedFacts.
SHARED_WORDS: Mapping[str, str] = {
    "name": "名称",
    "department": "部门",
    "type": "事项类型",
    "handling": "办件类型",
    "statutory_days": "法定时限",
    "promised_days": "承诺时限",
}


@dataclass(frozen=True)
class Surroundings:
    """What a definition is checked against: departments, risky matters, and other bundles' matters."""

    departments: Collection[str] = ()
    high_risk: Collection[str] = ()
    #: matter code -> bundle that shares it -> what that bundle says of it
    shared: Mapping[str, Mapping[str, SharedFacts]] = field(default_factory=dict)


def findings(definition: Definition, surroundings: Surroundings) -> list[Finding]:
    """Everything wrong, all at once; checks that plan examples wait until the rest is right."""
    found = [finding for check in _CHECKS for finding in check(definition)]
    found += _departments(definition, surroundings.departments)
    found += _risky_commitments(definition, surroundings.high_risk)
    found += _disagreements(definition, surroundings.shared)
    if not any(finding.blocking for finding in found):
        found += _worked_examples(definition)
    return found


def _worked_examples(definition: Definition) -> list[Finding]:
    try:
        return [finding for check in _CHECKS_OF_EXAMPLES for finding in check(definition)]
    except ConditionDefect as defect:
        return [Finding(definition.code, f"条件算不出结果：{defect}")]


def _twice(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _has_matters(definition: Definition) -> Iterator[Finding]:
    if not definition.matters:
        yield Finding(definition.code, "没有任何事项")


def _nothing_twice(definition: Definition) -> Iterator[Finding]:
    for code in _twice(matter.code for matter in definition.matters):
        yield Finding(code, "同一事项出现两次")
    for key in _twice(question.key for question in definition.questions):
        yield Finding(key, "同一问题出现两次")
    for key in _twice(asked.key for asked in definition.fields):
        yield Finding(key, "表单里同一项出现两次（I-06）")
    for question in _twice(frequent.question for frequent in definition.frequent_questions):
        yield Finding(question, "同一常见问题出现两次")
    for matter in definition.matters:
        for name in _twice(material.name for material in matter.materials):
            yield Finding(f"{matter.code}/{name}", "同一事项里同一材料出现两次（I-06）")


def _known_matters(definition: Definition) -> Iterator[Finding]:
    known = definition.matters_by_code
    for matter in definition.matters:
        named = {*matter.depends_on, *matter.joint_inspection_with}
        named.update(code for material in matter.materials for code in material.shared_with)
        for code in sorted(named - set(known)):
            yield Finding(matter.code, f"提到了不存在的事项 {code}")
    for asked in definition.fields:
        for code in sorted(set(asked.used_by) - set(known)):
            yield Finding(asked.key, f"used_by 里的事项 {code} 不存在")
    for frequent in definition.frequent_questions:
        for code in sorted(set(frequent.about) - set(known)):
            yield Finding(frequent.question, f"about 里的事项 {code} 不存在")


def _no_circle(definition: Definition) -> Iterator[Finding]:
    around = circle({matter.code: matter.depends_on for matter in definition.matters})
    if around:
        yield Finding(around[0], f"前置事项绕成一圈：{' → '.join(reversed(around))}（I-100）")


def _limits(definition: Definition) -> Iterator[Finding]:
    for matter in definition.matters:
        if matter.statutory_days is not None and matter.promised_days > matter.statutory_days:
            yield Finding(
                matter.code, f"承诺时限{matter.promised_days}天长于法定时限{matter.statutory_days}天"
            )


def _inputs(definition: Definition) -> Iterator[Finding]:
    for asked in [*definition.fields, *definition.inputs.values()]:
        if asked.type in (FieldType.CHOICE, FieldType.MULTICHOICE) and not asked.choices:
            yield Finding(asked.key, "选择题没有选项")
        if asked.type is FieldType.TABLE and not asked.columns:
            yield Finding(asked.key, "表格没有列")
        for value in _twice(choice.value for choice in asked.choices):
            yield Finding(asked.key, f"选项 {value} 出现两次")
        for column in _twice(column.key for column in asked.columns):
            yield Finding(f"{asked.key}.{column}", "表格里同一列出现两次")


def _questions_agree(definition: Definition) -> Iterator[Finding]:
    """A form key equal to a question key is that question's answer: both must accept the same."""
    fields = {asked.key: asked for asked in definition.fields}
    for question in definition.questions:
        same = fields.get(question.key)
        if same and (same.type, same.choices) != (question.type, question.choices):
            yield Finding(question.key, "问题和表单里同名的一项，类型或选项不一致")


def _conditions(definition: Definition) -> Iterator[tuple[str, str, bool]]:
    """(where, condition, may it read personal numbers)."""
    for matter in definition.matters:
        yield f"{matter.code} applies_when", matter.applies_when or "", False
        for material in matter.materials:
            yield f"{matter.code}/{material.name} required_when", material.required_when or "", False
    for question in definition.questions:
        yield f"{question.key} valid_when", question.valid_when or "", True
    for asked in definition.fields:
        yield f"{asked.key} visible_when", asked.visible_when or "", False
        yield f"{asked.key} valid_when", asked.valid_when or "", True


def _sound_conditions(definition: Definition) -> Iterator[Finding]:
    for where, source, may_read_personal in _conditions(definition):
        if source:
            yield from _sound(where, source, definition.inputs, may_read_personal)


def _sound(
    where: str, source: str, inputs: Mapping[str, Field], may_read_personal: bool
) -> Iterator[Finding]:
    try:
        keys = compiled(source).keys
    except ConditionDefect as defect:
        yield Finding(where, f"条件写错了：{str(defect).splitlines()[0]}")
        return
    for key in keys:
        if key not in inputs:
            yield Finding(where, f"条件里的 {key} 没有人问过")
        elif not may_read_personal and is_sensitive(key, inputs[key].type):
            yield Finding(where, f"条件不能读取个人号码 {key}")
    if set(keys) <= set(inputs):
        yield from _answers_yes_or_no(where, compiled(source), inputs)


def _answers_yes_or_no(where: str, condition: Condition, inputs: Mapping[str, Field]) -> Iterator[Finding]:
    """Tried once on answers of the declared types: `name > 3` must not wait for a citizen to fail."""
    try:
        result = condition.result({key: _sample(inputs[key]) for key in condition.keys})
    except ConditionDefect as defect:
        yield Finding(where, f"条件与填写项的类型不合：{str(defect).splitlines()[0]}")
    else:
        if not isinstance(result, bool):
            yield Finding(where, "条件的结果应是“是”或“否”")


def _sample(asked: Field) -> Any:
    first = asked.choices[0].value if asked.choices else ""
    match asked.type:
        case FieldType.INTEGER:
            return 1
        case FieldType.DECIMAL:
            return 1.5
        case FieldType.BOOLEAN:
            return True
        case FieldType.DATE:
            return "2026-01-01"
        case FieldType.MULTICHOICE:
            return [first]
        case FieldType.TABLE:
            return [{column.key: _sample(Field(column.key, "", column.type)) for column in asked.columns}]
        case _:
            return first


def _sources(definition: Definition) -> Iterator[Finding]:
    """Every paper has a source: a person, the form, a licence type to fetch, shared data, or an earlier step."""
    for matter in definition.matters:
        for material in matter.materials:
            made = any(makes(other, material) for other in definition.matters)
            if material.source is Source.LICENCE and not material.licence_type and not made:
                yield Finding(f"{matter.code}/{material.name}", "电子证照调取的材料要写明 licence_type")


def _one_paper(definition: Definition) -> Iterator[Finding]:
    """A paper asked once for all must come from one place."""
    seen: dict[str, tuple[str, Source, str | None]] = {}
    for matter in definition.matters:
        for paper in matter.materials:
            first = seen.setdefault(paper.name, (matter.code, paper.source, paper.licence_type))
            if first[1:] != (paper.source, paper.licence_type):
                yield Finding(f"{matter.code}/{paper.name}", f"来源或证照类型与 {first[0]} 的同名材料不一致")


def _automatic(definition: Definition) -> Iterator[Finding]:
    for matter in definition.matters:
        if matter.automatic and not matter.may_be_automatic:
            yield Finding(matter.code, "行政许可、收费、要现场核查或要人工看材料的事项不能自动办结")


def _commitment_notices(definition: Definition) -> Iterator[Finding]:
    """I-58: the 告知书 names its legal basis and all its elements."""
    for matter in definition.matters:
        if matter.commitments and not matter.legal_basis:
            yield Finding(matter.code, "可以告知承诺的事项要写设定依据（I-58）")
        for element, words in vars(matter.notice).items():
            if matter.commitments and not words.strip():
                yield Finding(matter.code, f"告知书缺少 {element}（I-58）")


def _departments(definition: Definition, known: Collection[str]) -> Iterator[Finding]:
    if definition.lead_department not in known:
        yield Finding(definition.code, f"牵头部门 {definition.lead_department} 不存在")
    for name in definition.cooperating_departments:
        if name not in known:
            yield Finding(definition.code, f"配合部门 {name} 不存在")
    for matter in definition.matters:
        if matter.department not in known:
            yield Finding(matter.code, f"部门 {matter.department} 不存在")


def _risky_commitments(definition: Definition, high_risk: Collection[str]) -> Iterator[Finding]:
    for matter in definition.matters:
        if matter.code in high_risk:
            for material in matter.commitments:
                yield Finding(f"{matter.code}/{material.name}", "高风险事项不适用告知承诺（I-57）")


def _disagreements(
    definition: Definition, shared: Mapping[str, Mapping[str, SharedFacts]]
) -> Iterator[Finding]:
    for matter in definition.matters:
        ours = SharedFacts.of(matter)
        for bundle, theirs in shared.get(matter.code, {}).items():
            differing = [
                words for name, words in SHARED_WORDS.items() if getattr(ours, name) != getattr(theirs, name)
            ]
            if differing and bundle != definition.code:
                yield Finding(matter.code, f"与“{bundle}”里的同一事项不一致：{'、'.join(differing)}")


def _examples(definition: Definition) -> Iterator[Finding]:
    """Scenarios are a bundle's own tests: a failing one is told, but whoever edits may publish."""
    for scenario in definition.scenarios:
        cleaned = clean(definition, scenario.answers)
        planned = plan(definition, cleaned.answers)
        where = f"场景“{scenario.name}”"
        for key, reasons in (cleaned.errors | missing(planned, cleaned.answers)).items():
            yield Finding(where, f"{key}：{'；'.join(reasons)}", blocking=False)
        expected = [set(stage) for stage in scenario.expected_parallel_stages]
        if planned.codes != set(scenario.expected_matters):
            yield Finding(where, "算出的事项与 expected_matters 不一致", blocking=False)
        elif [set(stage) for stage in planned.stages] != expected:
            yield Finding(where, "算出的并联次序与 expected_parallel_stages 不一致", blocking=False)


def _promise(definition: Definition) -> Iterator[Finding]:
    """The promise of the whole, `after.days`, for its first scenario (I-84, I-117)."""
    if definition.kind is not Kind.BUNDLE or not definition.scenarios:
        return
    example = definition.scenarios[0]
    planned = plan(definition, clean(definition, example.answers).answers)
    promise, where = definition.after.days, f"场景“{example.name}”"
    if planned.promised_days > promise:
        yield Finding(where, f"最长一条链要{planned.promised_days}天，超过承诺的{promise}天（after.days）")
    singly = sum(matter.promised_days for matter in planned.matters)
    if promise > singly:
        yield Finding(where, f"承诺{promise}天，比单个事项相加的{singly}天还长（I-117）")
    by_law = critical_path(
        {matter.code: matter.depends_on for matter in planned.matters},
        {matter.code: _statutory(matter.spec) for matter in planned.matters},
    )
    if promise > by_law:
        yield Finding(where, f"承诺{promise}天，比法定时限的{by_law}天还长（I-117）")


def _statutory(matter: MatterSpec) -> int:
    return matter.promised_days if matter.statutory_days is None else matter.statutory_days


_Check = Callable[[Definition], Iterable[Finding]]

_CHECKS: tuple[_Check, ...] = (
    _has_matters,
    _nothing_twice,
    _known_matters,
    _no_circle,
    _limits,
    _inputs,
    _questions_agree,
    _sound_conditions,
    _sources,
    _one_paper,
    _automatic,
    _commitment_notices,
)

_CHECKS_OF_EXAMPLES: tuple[_Check, ...] = (_examples, _promise)
