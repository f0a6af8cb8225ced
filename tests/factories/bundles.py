"""Definitions to begin from: the thirteen of the fixtures, and a small one that is easy to break."""

import copy
from pathlib import Path
from typing import Any

import yaml

from bundles.spec import Definition, read

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "bundles"
FILES = sorted(FOLDER.glob("*.yaml"))

_RAW: dict[Path, dict[str, Any]] = {}


def raw_bundle(path: Path) -> dict[str, Any]:
    """The content of a fixture file, the test's own to change."""
    if path not in _RAW:
        _RAW[path] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return copy.deepcopy(_RAW[path])


def bundle(path: Path) -> Definition:
    return read(raw_bundle(path))


def material(name: str, source: str = "申请人提交", **extra: Any) -> dict[str, Any]:
    return {"name": name, "source": source, "required": True, **extra}


def matter(code: str, **extra: Any) -> dict[str, Any]:
    """A promised public service of five days that asks for nothing."""
    return {
        "code": code,
        "name": f"事项{code}",
        "department": "市公安局",
        "type": "公共服务",
        "handling": "承诺件",
        "statutory_days": 10,
        "promised_days": 5,
        "result": {"name": f"{code}结果", "kind": "证明"},
        "legal_basis": ["《示例条例》第一条"],
        **extra,
    }


def tea_house(**extra: Any) -> dict[str, Any]:
    """A sound bundle that is not one of the thirteen: a licence, then a permit and a sign in parallel."""
    return {
        "code": "tea-house",
        "name": "开茶馆一件事",
        "audience": "enterprise",
        "life_stage": "准入准营",
        "lead_department": "市市场监管局",
        "cooperating_departments": ["市公安局"],
        "summary": "办执照、卫生许可、挂招牌，一次办好。",
        "keywords": ["开茶馆", "茶楼"],
        "before": {"steps": 12, "materials": 6, "days": 30, "visits": 6},
        "after": {"steps": 3, "materials": 3, "days": 10, "visits": 0},
        "questions": [
            {"key": "has_sign", "text": "要挂招牌吗？", "type": "boolean", "help": ""},
            {"key": "seats", "text": "有多少座位？", "type": "integer", "help": "没有填0"},
        ],
        "matters": [_tea_licence(), _tea_health(), _tea_sign()],
        "form": [{"group": "申请单位", "fields": _tea_fields()}],
        "scenarios": [_large_tea_house()],
        **extra,
    }


def _tea_licence() -> dict[str, Any]:
    return matter(
        "th-licence",
        result={"name": "茶馆执照", "kind": "证照"},
        materials=[
            material("申请书", "表单生成"),
            material("租赁合同", deferrable=True, deferrable_days=3),
        ],
    )


def _tea_health() -> dict[str, Any]:
    return matter(
        "th-health",
        depends_on=["th-licence"],
        materials=[
            material("茶馆执照", "电子证照调取", licence_type="茶馆执照"),
            material("租赁合同", deferrable=True, deferrable_days=5),
            material("健康证明", required=False, required_when="seats > 20"),
        ],
    )


def _tea_sign() -> dict[str, Any]:
    return matter(
        "th-sign",
        applies_when="has_sign",
        promised_days=2,
        depends_on=["th-licence"],
        materials=[material("安全承诺", "告知承诺替代", commitment_allowed=True)],
    )


def _tea_fields() -> list[dict[str, Any]]:
    owner = {
        "key": "owner_id",
        "label": "经营者身份证号",
        "type": "resident_id",
        "used_by": ["th-licence", "th-health"],
    }
    sign = {
        "key": "sign_text",
        "label": "招牌文字",
        "type": "text",
        "visible_when": "has_sign",
        "used_by": ["th-sign"],
    }
    return [owner, sign]


def _large_tea_house() -> dict[str, Any]:
    said = {"has_sign": True, "seats": 30, "owner_id": "420101198503120319", "sign_text": "听雨轩"}
    return {
        "name": "有招牌的大茶馆",
        "answers": said,
        "expected_matters": ["th-licence", "th-health", "th-sign"],
        "expected_parallel_stages": [["th-licence"], ["th-health", "th-sign"]],
    }
