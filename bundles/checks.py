"""What is published must be what this code can read, and the city can handle; checked before migrating."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from bundles.conditions import ConditionDefect, compiled
from bundles.models import Bundle, BundleVersion
from bundles.selectors import definition_of
from bundles.spec import Definition
from common.errors import BadInput
from identity.models import Department
from matters.models import Matter


@register(Tags.database)
def published_versions_are_readable(
    app_configs: Any, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Silent while there is no database to ask, or no table in it yet."""
    if not databases:
        return []
    try:
        return list(_defects())
    except DatabaseError:
        return []


def _defects() -> Iterator[CheckMessage]:
    departments = set(Department.objects.values_list("name", flat=True))
    matters = set(Matter.objects.values_list("code", flat=True))
    offered = BundleVersion.objects.filter(pk__in=Bundle.objects.offered().values("current"))
    for version_id, code in offered.values_list("pk", "bundle__code"):
        try:
            definition = definition_of(version_id)
            _compile(definition)
        except (BadInput, ConditionDefect) as error:
            yield Error(f"{code}: {error}", hint="发布一个可用的新版本", id="bundles.E001")
            continue
        for matter in definition.matters:
            if matter.code not in matters:
                yield Error(f"{code}: 目录里没有事项 {matter.code}", hint="load_bundles", id="bundles.E002")
            if matter.department not in departments:
                yield Error(
                    f"{code}: 没有部门“{matter.department}”",
                    hint="load_departments",
                    id="bundles.E003",
                )


def _compile(definition: Definition) -> None:
    sources = [matter.applies_when for matter in definition.matters]
    sources += [paper.required_when for matter in definition.matters for paper in matter.materials]
    sources += [
        condition
        for asked in definition.inputs.values()
        for condition in (asked.visible_when, asked.valid_when)
    ]
    for source in filter(None, sources):
        compiled(source)
