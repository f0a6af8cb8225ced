"""What changed from one definition to another, in sentences an editor or applicant can read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from bundles.models import BundleVersion
from bundles.selectors import definition_of
from bundles.spec import Definition, Figures, ResultSpec

#: attribute -> the word for a person; what is not listed is compared by its own section, or not told.
_OF_DEFINITION = {
    "name": "名称",
    "audience": "服务对象",
    "life_stage": "阶段",
    "lead_department": "牵头部门",
    "cooperating_departments": "配合部门",
    "summary": "简介",
    "keywords": "搜索词",
    "before": "办理前",
    "after": "办理后",
    "basis": "测算依据",
    "common_mistakes": "常见错误",
    "frequent_questions": "常见问题",
    "uncertain": "待核实",
    "all_or_nothing": "全有或全无",
}
_OF_QUESTION = {
    "text": "问题",
    "type": "类型",
    "choices": "选项",
    "help": "说明",
    "valid_when": "校验",
    "prefill": "预填来源",
}
_OF_MATTER = {
    "name": "名称",
    "department": "部门",
    "type": "事项类型",
    "handling": "办件类型",
    "statutory_days": "法定时限",
    "promised_days": "承诺时限",
    "applies_when": "适用条件",
    "depends_on": "前置事项",
    "depends_reason": "前置原因",
    "legal_basis": "设定依据",
    "result": "办理结果",
    "fee": "收费",
    "site_inspection": "现场核查",
    "joint_inspection_with": "联合核查",
    "automatic": "自动办结",
    "commitment_notice": "告知书",
    "plain_name": "通俗名称",
    "keywords": "搜索词",
}
_OF_MATERIAL = {
    "source": "来源",
    "required": "必交",
    "required_when": "必交条件",
    "licence_type": "证照类型",
    "deferrable": "可容缺",
    "deferrable_days": "补交期限",
    "commitment_allowed": "可承诺",
    "sample": "样例",
    "specimen": "样本",
}
_OF_FIELD = {
    "label": "名称",
    "type": "类型",
    "required": "必填",
    "visible_when": "显示条件",
    "choices": "选项",
    "columns": "列",
    "prefill": "预填来源",
    "used_by": "使用事项",
    "validation": "填写要求",
    "valid_when": "校验",
}


def compare(old: Definition, new: Definition) -> list[str]:
    """Every difference; empty when both ask and promise the same."""
    return list(_differences(old, new))


def compare_versions(old: BundleVersion, new: BundleVersion) -> list[str]:
    """The same for two published versions."""
    return compare(definition_of(old.pk), definition_of(new.pk))


def _differences(old: Definition, new: Definition) -> Iterator[str]:
    yield from _changes("", old, new, _OF_DEFINITION)
    yield from _members("问题", _by_key(old.questions), _by_key(new.questions), _OF_QUESTION)
    yield from _members("事项", old.matters_by_code, new.matters_by_code, _OF_MATTER)
    yield from _members("材料", _materials(old), _materials(new), _OF_MATERIAL)
    yield from _members("表单", _by_key(old.fields), _by_key(new.fields), _OF_FIELD)


def _by_key(asked: Iterable[Any]) -> dict[str, Any]:
    return {one.key: one for one in asked}


def _materials(definition: Definition) -> dict[str, Any]:
    return {
        f"{matter.code}/{material.name}": material
        for matter in definition.matters
        for material in matter.materials
    }


def _members(
    section: str, old: Mapping[str, Any], new: Mapping[str, Any], words: Mapping[str, str]
) -> Iterator[str]:
    for key in [key for key in new if key not in old]:
        yield f"{section}新增 {key}"
    for key in [key for key in old if key not in new]:
        yield f"{section}删去 {key}"
    for key in old:
        if key in new:
            yield from _changes(f"{section} {key} ", old[key], new[key], words)


def _changes(prefix: str, old: Any, new: Any, words: Mapping[str, str]) -> Iterator[str]:
    for name, word in words.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield f"{prefix}{word}：{_said(before)} → {_said(after)}"


def _said(value: Any) -> str:
    match value:
        case None | "" | ():
            return "无"
        case bool():
            return "是" if value else "否"
        case tuple():
            return "、".join(_said(one) for one in value)
        case Figures():
            return f"{value.steps}个环节、{value.materials}份材料、{value.days}天、跑{value.visits}次"
        case ResultSpec():
            return value.name
        case _ if hasattr(value, "label"):
            return str(value.label)
        case _ if hasattr(value, "__dataclass_fields__"):
            return "；".join(_said(getattr(value, part.name)) for part in fields(value))
        case _:
            return str(value)
