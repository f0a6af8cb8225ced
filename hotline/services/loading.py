"""Bringing the tree and the numbers up to their files; the same file twice changes nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from common.errors import BadInput
from common.fixtures import Changes
from events import publish
from hotline.events import TreePublished
from hotline.models import Category, CategoryTree, Parameter
from hotline.selectors.parameters import forget_parameters
from hotline.selectors.tree import forget_tree
from hotline.spec import TreeSpec, read_parameters, read_tree

__all__ = ["load_parameters", "load_tree"]

#: A default holds from the beginning, so that yesterday's orders can be replayed.
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@transaction.atomic
def load_tree(path: Path) -> Changes:
    """Publish the file as a version; what it no longer names is retired, never deleted (H-50)."""
    spec, changes = read_tree(path), Changes(str(CategoryTree._meta.verbose_name))
    known = CategoryTree.objects.filter(version=spec.version).first()
    if known is not None:
        if known.content_hash != spec.content_hash:
            raise BadInput(f"{path.name}：版本 {spec.version} 已经发布过，内容有变化请换一个版本号")
        changes.unchanged += 1
        return changes
    _publish(spec)
    changes.created.append(spec.version)
    return changes


def _publish(spec: TreeSpec) -> None:
    tree = CategoryTree.objects.create(
        version=spec.version, content_hash=spec.content_hash, tables=spec.tables
    )
    unknown = str(spec.tables["fallback"]["unknown_code"])
    groups = {
        str(group["code"]): Category(tree=tree, code=str(group["code"]), name=group["name"])
        for group in spec.groups
    }
    Category.objects.bulk_create([*groups.values(), Category(tree=tree, code=unknown, name="未能识别")])
    Category.objects.bulk_create(
        _category(tree, groups[str(group["code"])], row) for group in spec.groups for row in group["children"]
    )
    publish(TreePublished(version=spec.version))
    transaction.on_commit(forget_tree)
    forget_tree()


def _category(tree: CategoryTree, group: Category, row: Mapping[str, Any]) -> Category:
    return Category(
        tree=tree,
        code=row["code"],
        name=row["name"],
        parent=group,
        department_type=row["dept"],
        assists=list(row.get("assist", ())),
        level=row["level"],
        urgency=row["urgency"],
        limit_value=row["deadline"]["value"],
        limit_unit=row["deadline"]["unit"],
        site_check=bool(row.get("site_check")),
        sensitive=bool(row.get("sensitive")),
        keywords=list(row["keywords"]),
        examples=list(row["examples"]),
    )


@transaction.atomic
def load_parameters(path: Path) -> Changes:
    """Every name gets its default once; what was set since stays."""
    changes = Changes(str(Parameter._meta.verbose_name))
    known = set(Parameter.objects.values_list("name", flat=True))
    wanted = read_parameters(path)
    Parameter.objects.bulk_create(
        Parameter(name=name, value=value, valid_from=BEGINNING, reason=note)
        for name, (value, note) in wanted.items()
        if name not in known
    )
    changes.created += [name for name in wanted if name not in known]
    changes.unchanged += sum(name in known for name in wanted)
    forget_parameters()
    return changes
