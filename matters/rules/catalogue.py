"""What the catalogue refuses to offer, with reasons."""

from collections.abc import Iterator, Mapping
from typing import Any

from matters.states import LONGEST_PROCEDURE, Handling

#: Where a paper may come from; the words of the bundle files.
MATERIAL_SOURCES = ("电子证照调取", "数据共享核验", "表单生成", "申请人提交", "告知承诺替代")

#: A paper from these the applicant does not bring, so it cannot be brought later either (I-54).
NOT_BROUGHT = frozenset({"电子证照调取", "数据共享核验", "表单生成"})


def objections_to_offering(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Why these facts make no matter, as (key, reason)."""
    yield from _limits(facts)
    yield from _exceptions(facts)
    names = [material["name"] for material in facts.get("materials") or []]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "materials", f"材料“{name}”写了两次"
    for material in facts.get("materials") or []:
        yield from _material(material, facts)


def _limits(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    statutory, promised = facts.get("statutory_days"), facts.get("promised_days")
    if statutory is not None and promised is not None and promised > statutory:
        yield "promised_days", f"承诺时限 {promised} 长于法定时限 {statutory}"
    if facts.get("handling") == Handling.PROMISED and promised == 0:
        yield "promised_days", "承诺件的承诺时限至少是 1 个工作日"


def _exceptions(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not facts.get("deemed_acceptance", True) and not facts.get("deemed_acceptance_off_reason"):
        yield "deemed_acceptance", "关闭“视为受理”要写明理由"
    if facts.get("onsite_excluded") and not facts.get("onsite_excluded_basis"):
        yield "onsite_excluded", "现场勘验不计入期限，要写明依据"
    longest = facts.get("procedure_days")
    if longest is not None and not 1 <= longest <= LONGEST_PROCEDURE:
        yield "procedure_days", f"特别程序最长 1 至 {LONGEST_PROCEDURE} 个自然日"


def _material(material: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = material["name"]
    if material.get("deferrable") and material["source"] in NOT_BROUGHT:
        yield "materials", f"“{name}”由部门取得，不能列为容缺材料"
    if material.get("deferrable") and (material.get("deferrable_days") or 0) < 1:
        yield "materials", f"容缺材料“{name}”要写明补交期限"
    if material.get("commitment_allowed") and facts.get("high_risk"):
        yield "materials", f"高风险事项的“{name}”不能告知承诺"
