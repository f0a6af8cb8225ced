"""Deferred papers (容缺受理) brought within the rules when a definition is loaded, each change told."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from bundles.spec import Source

#: I-48: the limit where a bundle gives none, unless the matter promises to be quicker.
USUAL_LIMIT = 10


def clamp(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The definition with lawful deferrals only, and a warning for everything that had to change."""
    clamped = deepcopy(dict(raw))
    warnings = [
        f"{matter['code']}/{material['name']}：{warning}"
        for matter in clamped["matters"]
        for material in matter.get("materials") or ()
        if material.get("deferrable") and (warning := _clamp(material, matter["promised_days"]))
    ]
    return clamped, warnings


def _clamp(material: dict[str, Any], promised_days: int) -> str:
    """I-54 first, then I-48; empty when nothing changed."""
    if not Source(material["source"]).may_be_deferred:
        return _forbid(material, f"“{material['source']}”的材料不能容缺，已改为不可容缺（I-54）")
    if not promised_days:
        return _forbid(material, "当场办结的事项没有补交时间，已改为不可容缺（I-48）")
    limit = material.get("deferrable_days") or 0
    allowed = min(limit or USUAL_LIMIT, promised_days)
    material["deferrable_days"] = allowed
    if not limit:
        return f"没有写补交期限，按{allowed}个工作日（I-48）"
    return f"补交期限{limit}个工作日超过承诺时限，已改为{allowed}个（I-48）" if limit > allowed else ""


def _forbid(material: dict[str, Any], warning: str) -> str:
    material["deferrable"], material["deferrable_days"] = False, 0
    return warning
