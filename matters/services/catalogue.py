"""The catalogue's rows: from files, or from the bundles that know more matters."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused, WrongState, refuse_if
from common.fixtures import BadFile, Changes, read_rows, synchronise, understood
from events import publish
from identity.models import Account, Department, Region
from matters.events import MattersRegistered, MatterTakenDown
from matters.models import Matter, Place
from matters.rules.catalogue import objections_to_offering
from matters.services.finding import Entry, index, remove_entries
from matters.spec import MatterFacts, PlaceFacts, read_matters, read_place
from matters.states import EntryKind


@transaction.atomic
def register(*matters: MatterFacts, by: Account | None = None) -> Changes:
    """
    Put the matters into the catalogue and into the search: new ones made, others brought up to these facts.

    A department nobody knows, a word outside the vocabularies, a promise beyond the statutory limit
    are refused, all at once, each with the matter's code.
    """
    departments = dict(Department.objects.values_list("name", "pk"))
    wanted = _columns(matters, departments)
    changes = synchronise(Matter.objects.filter(code__in=wanted), "code", wanted)
    if touched := {*changes.created, *changes.changed}:
        hidden = set(Matter.objects.filter(code__in=touched, published=False).values_list("code", flat=True))
        index([_entry(one) for one in matters if one.code in touched - hidden])
        publish(MattersRegistered(codes=sorted(touched)), by=by)
    return changes


def _columns(matters: Sequence[MatterFacts], departments: dict[str, int]) -> dict[str, dict[str, Any]]:
    wanted, refusals = {}, []
    for one in matters:
        try:
            columns = one.worded()
        except ValueError as error:
            refusals.append(f"{one.code}: {error}")
            continue
        if one.department not in departments:
            refusals.append(
                _("%(code)s: 没有名为“%(name)s”的部门") % {"code": one.code, "name": one.department}
            )
        refusals += [f"{one.code} {key}: {reason}" for key, reason in objections_to_offering(columns)]
        wanted[one.code] = columns | {"department_id": departments.get(one.department)}
    if refusals:
        raise Refused(refusals, code="bad_matter")
    return wanted


def _entry(facts: MatterFacts) -> Entry:
    return Entry(
        kind=EntryKind.MATTER,
        code=facts.code,
        name=facts.name,
        plain_name=facts.plain_name,
        department=facts.department,
        audience=facts.audience,
        theme=facts.theme,
        result_name=facts.result_name,
        promised_days=facts.promised_days,
        online=facts.online,
        keywords=facts.keywords,
    )


@transaction.atomic
def take_down(code: str, *, reason: str, by: Account) -> None:
    """Offer the matter no longer by itself; what is under way goes on, and bundles keep it."""
    refuse_if([] if reason.strip() else [_("请写明停办的原因")])
    _set_published(code, False)
    remove_entries(EntryKind.MATTER, [code])
    publish(MatterTakenDown(code=code, reason=reason), by=by)


@transaction.atomic
def put_up(code: str, *, by: Account) -> None:
    """Offer again a matter that was taken down, as the catalogue has it today."""
    matter = _set_published(code, True)
    index([_entry(facts_of(matter))])
    publish(MattersRegistered(codes=[code]), by=by)


def _set_published(code: str, published: bool) -> Matter:
    rows = Matter.objects.select_for_update(of=("self",)).select_related("department")
    matter = rows.filter(code=code).exclude(published=published).first()
    if matter is None:
        raise WrongState(
            _("%(code)s 没有停办") % {"code": code} if published else _("%(code)s 没有在办") % {"code": code}
        )
    matter.published = published
    matter.save(update_fields=["published"])
    return matter


def facts_of(matter: Matter) -> MatterFacts:
    """What a row of the catalogue says, as a file would tell it."""
    names = MatterFacts.__dataclass_fields__.keys() - {"department"}
    return MatterFacts(**{name: getattr(matter, name) for name in names}, department=matter.department.name)


def load_matters(paths: Iterable[Path]) -> Changes:
    """The catalogue of the files; a file with anything wrong in it changes nothing at all."""
    rows = [row for path in paths for row in read_rows(path)]
    known = set(Department.objects.values_list("name", flat=True))
    matters = read_matters(rows)
    if strangers := [row for row in rows if row["department"] not in known]:
        raise BadFile([f"{row.at('department')}: 没有名为“{row['department']}”的部门" for row in strangers])
    return register(*matters)


@transaction.atomic
def load_places(paths: Iterable[Path]) -> Changes:
    """The halls and service points of the files."""
    rows = [row for path in paths for row in read_rows(path)]
    facts = understood(rows, read_place)
    regions = dict(Region.objects.values_list("code", "pk"))
    departments = {"": None, **dict(Department.objects.values_list("name", "pk"))}
    strange = [
        f"{row.at()}: 区划 {one.region}、部门“{one.department}”或类型 {one.kind} 不存在"
        for row, one in zip(rows, facts, strict=True)
        if one.region not in regions or one.department not in departments or one.kind not in Place.Kind.values
    ]
    if strange:
        raise BadFile(strange)
    wanted = {one.code: _place(one, regions, departments) for one in facts}
    return synchronise(Place.objects.filter(code__in=wanted), "code", wanted)


def _place(one: PlaceFacts, regions: dict[str, int], departments: dict[str, int | None]) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": Place.Kind(one.kind),
        "region_id": regions[one.region],
        "department_id": departments[one.department],
        "address": one.address,
        "phone": one.phone,
        "opening_hours": one.opening_hours,
        "transport": one.transport,
        "accessibility": one.accessibility,
        **_position(one),
    }


def _position(one: PlaceFacts) -> dict[str, Any]:
    """Where the file says it is; what editors have set stays where the file is silent."""
    return {} if one.longitude is None else {"longitude": one.longitude, "latitude": one.latitude}
