"""Bringing regions and departments up to their fixture files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from common.fixtures import BadFile, Changes, Reader, Row, read_rows, synchronise, text, texts, understood
from identity.models import Department, Region


def _text_or_none(value: Any) -> str | None:
    return None if value is None else text(value)


def _region(row: Row) -> dict[str, Any]:
    reader = Reader(row)
    region = {
        "code": reader.take("code", text),
        "name": reader.take("name", text),
        "kind": reader.take("kind", Region.Kind),
        "parent": reader.take("parent", _text_or_none, None),
        "roads": reader.take("roads", texts, []),
    }
    if region["kind"] == Region.Kind.CITY and region["parent"]:
        reader.fault("parent", "市没有上级")
    elif region["kind"] not in (Region.Kind.CITY, None) and not region["parent"]:
        reader.fault("parent", "区、街道、社区要写上级")
    reader.finish()
    return region


@transaction.atomic
def load_regions(paths: Iterable[Path]) -> Changes:
    """Cities first, then what lies in them; a parent nobody knows is refused."""
    regions = understood((row for path in paths for row in read_rows(path)), _region)
    codes = {region["code"] for region in regions}
    if strangers := [region for region in regions if region["parent"] and region["parent"] not in codes]:
        raise BadFile([f"区划 {region['code']} 的上级 {region['parent']} 不存在" for region in strangers])
    total = Changes(str(Region._meta.verbose_name))
    for kind in Region.Kind:
        total.add(_load_kind(kind, [region for region in regions if region["kind"] == kind]))
    return total


def _load_kind(kind: Region.Kind, regions: list[dict[str, Any]]) -> Changes:
    known = dict(Region.objects.filter(code__in=[r["parent"] for r in regions]).values_list("code", "pk"))
    wanted = {
        region["code"]: {
            "name": region["name"],
            "kind": kind,
            "parent_id": known.get(region["parent"]),
            "roads": region["roads"],
        }
        for region in regions
    }
    return synchronise(Region.objects.filter(code__in=wanted), "code", wanted)


def _department(row: Row) -> dict[str, Any]:
    reader = Reader(row)
    department = {
        "code": reader.take("code", text),
        "name": reader.take("name", text),
        "kind": reader.take("kind", Department.Kind),
        "region": reader.take("region", text),
        "address": reader.take("address", text, ""),
        "phone": reader.take("phone", text, ""),
        "reconsideration_organ": reader.take("reconsideration_organ", text, ""),
        "court": reader.take("court", text, ""),
    }
    reader.take("also_known_as", texts, [])
    reader.finish()
    return department


@transaction.atomic
def load_departments(paths: Iterable[Path]) -> Changes:
    """One department a code and a name; a region nobody knows is refused."""
    departments = understood((row for path in paths for row in read_rows(path)), _department)
    regions = dict(Region.objects.values_list("code", "pk"))
    if strangers := [d for d in departments if d["region"] not in regions]:
        raise BadFile([f"部门 {d['code']} 的区划 {d['region']} 不存在，请先载入区划" for d in strangers])
    _refuse_twice(departments, "code")
    _refuse_twice(departments, "name")
    wanted = {d.pop("code"): {"region_id": regions[d.pop("region")], **d} for d in departments}
    return synchronise(Department.objects.filter(code__in=wanted), "code", wanted)


def _refuse_twice(rows: list[dict[str, Any]], key: str) -> None:
    values = [row[key] for row in rows]
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise BadFile([f"{key} {value} 出现了不止一次" for value in twice])
