"""Telling the catalogue and the search what has been published."""

from collections.abc import Iterable, Mapping
from typing import Any

from bundles.spec import Definition, Kind, MatterSpec
from identity.models import Account
from matters.models import Matter
from matters.services import Entry, MatterFacts, index, register
from matters.services.finding import remove_entries
from matters.states import EntryKind

#: What editors of the catalogue say of a matter, and no bundle does: kept when a bundle is published.
_KEPT = (
    "acceptance_conditions",
    "levels",
    "cross_regional",
    "visits_required",
    "online",
    "correction_days",
    "onsite_excluded",
    "onsite_excluded_basis",
    "procedure_days",
    "high_risk",
    "deemed_acceptance",
    "deemed_acceptance_off_reason",
)


def enter_in_catalogue(definitions: Iterable[Definition], *, by: Account | None = None) -> None:
    """Register the matters of these bundles, and let the bundles be found."""
    bundles = [definition for definition in definitions if definition.kind is Kind.BUNDLE]
    if not bundles:
        return
    matters = {matter.code: (matter, bundle) for bundle in bundles for matter in bundle.matters}
    known = Matter.objects.in_bulk(list(matters), field_name="code")
    register(*(_facts(matter, bundle, known) for matter, bundle in matters.values()), by=by)
    index([_entry(bundle) for bundle in bundles])


def remove_from_search(kind: Kind, code: str) -> None:
    remove_entries(EntryKind.BUNDLE if kind is Kind.BUNDLE else EntryKind.MATTER, [code])


def _facts(matter: MatterSpec, bundle: Definition, known: Mapping[str, Matter]) -> MatterFacts:
    return MatterFacts(
        code=matter.code,
        name=matter.name,
        department=matter.department,
        type=matter.type,
        audience=bundle.audience,
        handling=matter.handling,
        statutory_days=matter.statutory_days,
        promised_days=matter.promised_days,
        result_name=matter.result.name,
        result_kind=matter.result.kind,
        fee=str(matter.fee),
        theme=bundle.life_stage,
        legal_basis=matter.legal_basis,
        materials=[_material(material) for material in matter.materials],
        **_said_by_editors(matter, known.get(matter.code)),
    )


def _said_by_editors(matter: MatterSpec, row: Matter | None) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in _KEPT} if row else {}
    return kept | {
        "plain_name": matter.plain_name or (row.plain_name if row else ""),
        "keywords": matter.keywords or (row.keywords if row else ()),
    }


def _material(material: Any) -> dict[str, Any]:
    return {
        "name": material.name,
        "source": str(material.source),
        "required": material.required,
        "required_when": material.required_when,
        "licence_type": material.licence_type,
        "deferrable": material.deferrable,
        "deferrable_days": material.deferrable_days,
        "commitment_allowed": material.commitment_allowed,
    }


def _entry(bundle: Definition) -> Entry:
    return Entry(
        kind=EntryKind.BUNDLE,
        code=bundle.code,
        name=bundle.name,
        department=bundle.lead_department,
        audience=bundle.audience,
        theme=bundle.life_stage,
        promised_days=bundle.after.days,
        keywords=bundle.keywords,
        description="，".join([bundle.summary, *(matter.name for matter in bundle.matters)]),
    )
