"""
派单目录 (H-80): from the file to rows, from a proposal to a row in force; every row with its basis, never edited.

The first catalogue of a house is in force when it is loaded; each later version waits for approval, and only
then ends the rows before it. Rows are proposed one by one by rulings (H-91) and by dispatchers.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.errors import BadInput, NotFound
from common.fixtures import Changes
from common.workdays import day_of
from hotline.models import Category, DispatchRule
from hotline.rules.cataloguing import objections_to_approving, objections_to_proposing
from hotline.selectors.tree import current_tree
from hotline.services.acting import refuse_now, refuse_unless
from hotline.spec import RulesSpec, read_rules
from hotline.states import OrderType
from identity.models import Account, Department, Region
from identity.selectors import standing

__all__ = ["approve_catalogue", "approve_rule", "load_dispatch_rules", "propose_rule"]

#: A department type with one unit in every street.
STREET = "street"
_FILED = (DispatchRule.Source.CATALOGUE, DispatchRule.Source.EMERGENCY_PLAN)


@transaction.atomic
def load_dispatch_rules(path: Path) -> Changes:
    """The catalogue of the file as rows; the same file twice changes nothing, a changed one needs a new version."""
    spec, changes = read_rules(path), Changes(str(DispatchRule._meta.verbose_name))
    rows = list(_expanded(spec))
    known = DispatchRule.objects.filter(source__in=_FILED, version=spec.version, proposed_by__isnull=True)
    if (before := set(map(_told, known))) == set(map(_told, rows)):
        changes.unchanged = len(rows)
        return changes
    if before:
        raise BadInput(f"{path.name}：派单目录第 {spec.version} 版已经载入过，内容有变化请换一个版本号")
    if not DispatchRule.objects.filter(source__in=_FILED).exists():
        for row in rows:
            row.approved_at = timezone.now()
    DispatchRule.objects.bulk_create(rows)
    changes.created = [f"第 {spec.version} 版 {len(rows)} 行"]
    return changes


def _told(row: DispatchRule) -> tuple[object, ...]:
    return (
        row.category,
        row.order_type,
        row.region_id,
        row.department_id,
        row.is_assist,
        row.level_required,
        row.legal_basis,
        row.source,
        row.valid_from,
    )


def _expanded(spec: RulesSpec) -> Iterator[DispatchRule]:
    """Host rows by category and type, assist rows by category, weak rows by group, emergency plans."""
    by_code = {one.code: one for one in Department.objects.select_related("region")}
    for category in current_tree().leaves:
        hosts = _units(category.department_type, by_code)
        for department, region in hosts:
            for order_type in OrderType:
                yield _row(spec, category, department, region, order_type=order_type)
        for assisting in category.assists:
            for department, region in _units(assisting, by_code):
                yield _row(spec, category, department, region, is_assist=True)
    for given in spec.groups:
        yield _of_group(spec, str(given["category"]), by_code[given["department"]])
    for given in spec.emergency_plans:
        yield DispatchRule(
            category=given["category"],
            department=by_code[given["department"]],
            legal_basis=given["legal_basis"],
            source=DispatchRule.Source.EMERGENCY_PLAN,
            version=spec.version,
            valid_from=spec.valid_from,
        )


def _units(kind: str, by_code: dict[str, Department]) -> list[tuple[Department, Region | None]]:
    """The department of a type; of the type street, each street's own office with its region."""
    if kind == STREET:
        streets = (one for one in by_code.values() if one.region.kind == Region.Kind.STREET)
        return [(one, one.region) for one in streets]
    name = current_tree().tables["department_names"][kind]
    named = next((one for one in by_code.values() if one.name == name), by_code.get(kind))
    if named is None:
        raise BadInput(f"派单目录：部门目录里没有“{name}”")
    return [(named, None)]


def _row(
    spec: RulesSpec,
    category: Category,
    department: Department,
    region: Region | None,
    *,
    order_type: str = "",
    is_assist: bool = False,
) -> DispatchRule:
    wording = "streets" if region else "assists" if is_assist else "duties"
    return DispatchRule(
        category=category.code,
        order_type=order_type,
        region=region,
        department=department,
        is_assist=is_assist,
        level_required=category.level,
        legal_basis=_basis(spec, wording, department, category.name),
        version=spec.version,
        valid_from=spec.valid_from,
    )


def _of_group(spec: RulesSpec, code: str, department: Department) -> DispatchRule:
    group = current_tree().categories[code]
    return DispatchRule(
        category=code,
        department=department,
        legal_basis=_basis(spec, "groups", department, group.name),
        version=spec.version,
        valid_from=spec.valid_from,
    )


def _basis(spec: RulesSpec, wording: str, department: Department, category: str) -> str:
    city = Region.Kind.CITY
    place = department.region if department.region.kind == city else department.region.parent
    return spec.basis[wording].format(
        city=place.name if place else "", department=department.name, category=category
    )


@transaction.atomic
def propose_rule(
    *,
    category: str,
    department: Department,
    legal_basis: str,
    by: Account | None,
    region: Region | None = None,
    order_type: str = "",
    fact_tag: str = "",
    source: DispatchRule.Source = DispatchRule.Source.CATALOGUE,
) -> DispatchRule:
    """A row that waits for approval, proposed by the hotline's own; without a basis there is none (H-80)."""
    if by is not None:
        refuse_unless(objections_to_proposing(standing(by)))
    if not legal_basis.strip():
        raise BadInput("派单目录的每一行都要写明依据", fields={"legal_basis": ["请写明依据"]})
    known = current_tree().categories.get(category)
    if known is None:
        raise BadInput("没有这个诉求分类", fields={"category": ["没有这个诉求分类"]})
    today = day_of(timezone.now())
    version = DispatchRule.objects.filter(category=category).count() + 1
    row, _made = DispatchRule.objects.get_or_create(
        category=category,
        department=department,
        region=region,
        order_type=order_type,
        fact_tag=fact_tag,
        valid_from=today,
        defaults={
            "legal_basis": legal_basis.strip(),
            "source": source,
            "level_required": known.level,
            "version": version,
            "proposed_by": by,
        },
    )
    return row


@transaction.atomic
def approve_rule(rule_id: int, *, by: Account) -> DispatchRule:
    """The head of the hotline puts a proposed row in force; nobody approves their own (H-80)."""
    row = (
        DispatchRule.objects.select_for_update(of=("self",))
        .select_related("proposed_by")
        .filter(pk=rule_id)
        .first()
    )
    if row is None:
        raise NotFound("没有这一行派单目录")
    proposer = row.proposed_by.person_id if row.proposed_by else None
    refuse_unless(objections_to_approving(standing(by), proposer))
    refuse_now(["这一行已经批准"] if row.approved_at else [])
    row.approved_by, row.approved_at = by, timezone.now()
    row.save(update_fields=["approved_by", "approved_at"])
    return row


@transaction.atomic
def approve_catalogue(version: int, *, by: Account) -> int:
    """A loaded version comes into force and ends what was filed before it (H-80); how many rows."""
    refuse_unless(objections_to_approving(standing(by), None))
    filed = DispatchRule.objects.filter(source__in=_FILED, proposed_by__isnull=True)
    waiting = filed.filter(version=version, approved_at__isnull=True)
    begins: date | None = waiting.values_list("valid_from", flat=True).first()
    if begins is None:
        raise NotFound("没有待批准的这一版派单目录")
    older = filed.filter(~Q(version=version), approved_at__isnull=False, valid_to__isnull=True)
    older.update(valid_to=begins - timedelta(days=1))
    return waiting.update(approved_by=by, approved_at=timezone.now())
