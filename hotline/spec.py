"""Reading the files of the hotline: what they may hold, and what is wrong with them, said with the place."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from common.errors import BadInput
from hotline.rules.classifying import normalised
from hotline.states import OrderType, Unit, Urgency

__all__ = [
    "LabelSetSpec",
    "LeastOf",
    "RulesSpec",
    "TreeSpec",
    "objections_to_rows",
    "objections_to_tree",
    "read_label_set",
    "read_lexicon",
    "read_parameters",
    "read_rules",
    "read_tree",
]

#: How the basis of each kind of row is written.
WORDINGS = ("duties", "streets", "assists", "groups")
LEVELS = ("department", "district", "street", "enterprise")


@dataclass(frozen=True)
class LeastOf:
    """How much a category needs to be recognised by (H-51)."""

    keywords: int = 6
    examples: int = 2


@dataclass(frozen=True)
class TreeSpec:
    """The file as read: its version, its L1 groups with their L2 categories, its tables."""

    version: str
    groups: list[dict[str, Any]]
    tables: dict[str, Any]
    content_hash: str


def read_tree(path: Path) -> TreeSpec:
    """The tree of a file; BadInput names every row that is wrong."""
    raw = _read(path)
    if not isinstance(raw, dict):
        raise BadInput(f"{path.name}：应当是一张表")
    if objections := [f"{path.name}：{one}" for one in objections_to_tree(raw)]:
        raise BadInput(objections)
    tables = {key: value for key, value in raw.items() if key not in ("version", "categories")}
    content = json.dumps(raw, sort_keys=True, ensure_ascii=False)
    return TreeSpec(
        str(raw["version"]), raw["categories"], tables, hashlib.sha256(content.encode()).hexdigest()
    )


def objections_to_tree(raw: Mapping[str, Any]) -> list[str]:
    """Everything H-51 asks of each category, and that tables name what exists."""
    needed = ("version", "categories", "order_types", "urgency_levels", "department_types", "fallback")
    if missing := [f"缺少 {key}" for key in needed if not raw.get(key)]:
        return missing
    types = set(raw["department_types"])
    found = [row for group in raw["categories"] for row in group.get("children", ())]
    objections = [one for row in found for one in _of_category(row, types)]
    codes = [str(row.get("code")) for row in found]
    objections += [f"{code} 出现了不止一次" for code in sorted({c for c in codes if codes.count(c) > 1})]
    objections += list(_of_tables(raw))
    return objections


def _of_category(row: Mapping[str, Any], types: set[str]) -> Iterator[str]:
    code, least = str(row.get("code", "")), LeastOf()
    if len(code) != 4 or not code.isdigit():
        yield f"{code or row.get('name')}：代码是四位数字"
    if not row.get("name"):
        yield f"{code}：缺少名称"
    for department in [row.get("dept"), *row.get("assist", ())]:
        if department not in types:
            yield f"{code}：没有“{department}”这类部门"
    if row.get("level") not in LEVELS:
        yield f"{code}：level 只能是 {'、'.join(LEVELS)}"
    if row.get("urgency") not in Urgency.values:
        yield f"{code}：urgency 只能是 {'、'.join(Urgency.values)}"
    if not _is_limit(row.get("deadline")):
        yield f"{code}：deadline 要有 value 和 unit"
    if len(set(row.get("keywords", ()))) < least.keywords:
        yield f"{code}：关键词至少 {least.keywords} 个"
    if len(row.get("examples", ())) < least.examples:
        yield f"{code}：例句至少 {least.examples} 个"


def _is_limit(limit: Any) -> bool:
    return isinstance(limit, dict) and limit.get("unit") in Unit.values and float(limit.get("value", 0)) > 0


def _of_tables(raw: Mapping[str, Any]) -> Iterator[str]:
    if {row.get("code") for row in raw["order_types"]} != set(OrderType.values):
        yield "order_types 要列出全部诉求类型"
    if {row.get("code") for row in raw["urgency_levels"]} != set(Urgency.values):
        yield "urgency_levels 要列出全部紧急程度"


def read_parameters(path: Path) -> dict[str, tuple[Any, str]]:
    """Name → value and note; BadInput for a row that has neither."""
    rows = _read(path)
    wrong = [
        f"{path.name} 第 {place} 项：要有 name 和 value"
        for place, row in enumerate(rows, 1)
        if "name" not in row or "value" not in row
    ]
    if wrong:
        raise BadInput(wrong)
    return {row["name"]: (row["value"], row.get("note", "")) for row in rows}


@dataclass(frozen=True)
class RulesSpec:
    """The catalogue of dispatch as its file writes it: wordings of the basis, weak rows, emergency plans."""

    version: int
    valid_from: date
    basis: dict[str, str]
    groups: list[dict[str, Any]]
    emergency_plans: list[dict[str, Any]]


def read_rules(path: Path) -> RulesSpec:
    """The file; BadInput names what is missing: no row of the catalogue goes without a basis (H-80)."""
    raw = _read(path)
    if not isinstance(raw, dict) or not raw.get("version") or not raw.get("valid_from"):
        raise BadInput(f"{path.name}：要有 version 和 valid_from")
    basis = raw.get("basis") or {}
    wrong = [f"缺少依据的写法 {one}" for one in WORDINGS if not basis.get(one)]
    plans = raw.get("emergency_plans", [])
    wrong += [f"应急预案 {one.get('category')} 没有依据" for one in plans if not one.get("legal_basis")]
    if wrong:
        raise BadInput([f"{path.name}：{one}" for one in wrong])
    return RulesSpec(int(raw["version"]), raw["valid_from"], basis, raw.get("groups", []), plans)


@dataclass(frozen=True)
class LabelSetSpec:
    """Foreign labels: the category each means by default, and the rows of the table by category and word."""

    name: str
    title: str
    default: dict[str, str]
    rows: dict[tuple[str, str], str]


def read_label_set(path: Path, codes: set[str], *, but: Collection[str] = ()) -> LabelSetSpec | None:
    """
    The table of a file; BadInput where a category of ``codes`` has no label or more than one.

    None for a set of these names: it is there already, and the editors' to bring up to a new tree.
    """
    raw = _read(path)
    if raw["name"] in but:
        return None
    pairs = [
        ((code, word), row["label"])
        for row in raw["labels"]
        for code, word in [
            *((code, "") for code in row["categories"]),
            *((code, word) for code, words in row.get("words", {}).items() for word in words),
        ]
    ]
    twice = sorted({key for key, _label in pairs if sum(key == other for other, _ in pairs) > 1})
    spec = LabelSetSpec(
        raw["name"], raw["title"], {row["label"]: row["default"] for row in raw["labels"]}, dict(pairs)
    )
    objections = [f"{code}{word} 出现了不止一次" for code, word in twice]
    objections += objections_to_rows({code for code, word in spec.rows if not word}, codes)
    objections += [
        f"{one} 的默认分类 {code} 不在分类树里" for one, code in spec.default.items() if code not in codes
    ]
    objections += [
        f"“{word}”的分类 {code} 不在分类树里" for code, word in spec.rows if word and code not in codes
    ]
    if objections:
        raise BadInput([f"{path.name}：{one}" for one in objections])
    return spec


def objections_to_rows(named: set[str], codes: set[str]) -> list[str]:
    """A table answers for every category of the tree, and for nothing else."""
    return [f"{code} 没有对应的标签" for code in sorted(codes - named)] + [
        f"{code} 不在分类树里" for code in sorted(named - codes)
    ]


def read_lexicon(path: Path, codes: set[str]) -> tuple[str, dict[str, dict[str, float]]]:
    """The version and the words by category of a file; neutral words have no category."""
    raw = _read(path)
    words: dict[str, dict[str, float]] = {normalised(word): {} for word in raw.get("neutral", "").split()}
    for code, by_weight in raw["words"].items():
        if code not in codes:
            raise BadInput(f"{path.name}：分类 {code} 不在分类树里")
        for weight, listed in by_weight.items():
            for word in map(normalised, listed.split()):
                words.setdefault(word, {})[code] = float(weight)
    return str(raw["version"]), words


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadInput(f"{path.name} 读不出来：{error}") from error
