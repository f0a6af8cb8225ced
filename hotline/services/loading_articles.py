"""Bringing the knowledge base up to its file: what changed in the file is a new version (H-180)."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from common.errors import BadInput
from common.fixtures import Changes, read
from hotline.models import Article
from hotline.rules.knowledge import objections_to_words
from hotline.selectors.tree import current_tree
from hotline.services.knowledge import Wording, put_in_force, write_version
from identity.models import Department, Region

__all__ = ["load_articles"]

#: What makes a version: a row that says the same as the version in force changes nothing.
SAID = (
    "title",
    "questions",
    "answer",
    "basis",
    "owner",
    "region",
    "category_l2",
    "matter_code",
    "bundle_code",
)


@transaction.atomic
def load_articles(path: Path) -> Changes:
    """The file has been agreed on by the departments it names: what it says is in force at once."""
    rows, changes = read(path), Changes(str(Article._meta.verbose_name))
    owners, regions = _by_code(Department), _by_code(Region)
    if objections := [one for row in rows for one in _objections(row, owners, regions)]:
        raise BadInput(objections)
    versions: dict[str, list[Article]] = defaultdict(list)
    for one in Article.objects.select_related("owner", "region").order_by("version"):
        versions[one.code].append(one)
    for row in rows:
        _load(row["code"], _wording(row, owners, regions), versions[row["code"]], changes)
    return changes


def _load(code: str, wording: Wording, before: list[Article], changes: Changes) -> None:
    """What was ever said in these words is not said anew: a stale answer stays stale, people's own versions stay."""
    if any(_says(one) == _says(wording) for one in before):
        changes.unchanged += 1
        return
    put_in_force(write_version(wording, by=None, code=code, version=len(before) + 1), by=None)
    if before:
        changes.changed[code] = [name for name in SAID if getattr(before[-1], name) != getattr(wording, name)]
    else:
        changes.created.append(code)


def _by_code(model: type[Department] | type[Region]) -> dict[str, Any]:
    return {one.code: one for one in model.objects.all()}


def _objections(row: Mapping[str, Any], owners: Mapping[str, Any], regions: Mapping[str, Any]) -> list[str]:
    code = row.get("code", "")
    missing = [
        f"{code}：缺少 {key}"
        for key in ("code", "title", "questions", "answer", "basis", "owner")
        if not row.get(key)
    ]
    if missing:
        return missing
    objections = objections_to_words(row["questions"], row["answer"], row["basis"])
    if row["owner"] not in owners:
        objections.append(f"没有代码为“{row['owner']}”的部门")
    if row.get("region") and str(row["region"]) not in regions:
        objections.append(f"没有代码为“{row['region']}”的地区")
    if row.get("category") and row["category"] not in current_tree().categories:
        objections.append(f"没有分类“{row['category']}”")
    return [f"{code}：{one}" for one in objections]


def _wording(row: Mapping[str, Any], owners: Mapping[str, Any], regions: Mapping[str, Any]) -> Wording:
    valid_from = row.get("valid_from")
    return Wording(
        title=row["title"],
        questions=list(row["questions"]),
        answer=row["answer"].strip(),
        basis=row["basis"].strip(),
        owner=owners[row["owner"]],
        region=regions[str(row["region"])] if row.get("region") else None,
        category_l2=row.get("category", ""),
        matter_code=row.get("matter", ""),
        bundle_code=row.get("bundle", ""),
        valid_from=date.fromisoformat(str(valid_from)) if valid_from else None,
    )


def _says(said: Article | Wording) -> list[Any]:
    return [getattr(said, name) for name in SAID]
