"""Issuing licences, and ending them (颁发、变更、注销、吊销)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common.errors import NotFound, WrongState
from events import publish
from identity.models import Account
from licences.events import LicenceRevoked
from licences.models import Licence, LicenceType
from licences.rules import licence_type_name
from licences.states import LicenceStatus

__all__ = ["LicenceGrant", "end_licence", "issue", "load_types"]


@dataclass(frozen=True, kw_only=True)
class LicenceGrant:
    """A licence about to be issued. `source` says what gave cause for it; it is issued once for each source."""

    type_name: str
    holder_name: str
    issuer_id: int
    source: str
    holder_person_id: int | None = None
    holder_organisation_id: int | None = None
    valid_from: date = field(default_factory=timezone.localdate)
    valid_until: date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    document_id: UUID | None = None


def issue(*grants: LicenceGrant) -> list[Licence]:
    """
    Issue licences in one statement, in the caller's transaction.

    A repeat answers with the number the licence already has and issues nothing. The document
    named by `document_id` may follow within the same transaction: its id is known from the draft.
    """
    if not grants:
        return []
    types = _types({licence_type_name(grant.type_name) for grant in grants})
    return Licence.objects.bulk_create(
        [_licence(grant, types[licence_type_name(grant.type_name)]) for grant in grants],
        update_conflicts=True,
        unique_fields=["source"],
        update_fields=["source"],
    )


@transaction.atomic
def end_licence(licence_id: int, status: LicenceStatus, *, by: Account | None, reason: str) -> Licence:
    """Amend, cancel or revoke a valid licence; whoever relied on it is told."""
    licence = Licence.objects.select_for_update().filter(pk=licence_id).first()
    if licence is None:
        raise NotFound("没有这份证照")
    if licence.status != LicenceStatus.VALID or status == LicenceStatus.VALID:
        raise WrongState(f"证照当前{LicenceStatus(licence.status).label}，不能改为{status.label}")
    licence.end(status, reason=reason, at=timezone.now())
    licence.save(update_fields=["status", "end_reason", "ended_at"])
    publish(
        LicenceRevoked(licence_id=licence.pk, number=licence.number, status=status.value, reason=reason),
        by=by,
    )
    return licence


def load_types(entries: Sequence[Mapping[str, str]]) -> int:
    """Licence types by name, with their code and who can hold them; how many are new or changed."""
    known = {kind.name: kind for kind in LicenceType.objects.all()}
    wanted = [LicenceType(**entry) for entry in entries]
    fresh = [kind for kind in wanted if not _same(known.get(kind.name), kind)]
    LicenceType.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["name"], update_fields=["code", "holder_kind"]
    )
    return len(fresh)


def _same(known: LicenceType | None, wanted: LicenceType) -> bool:
    return known is not None and (known.code, known.holder_kind) == (wanted.code, wanted.holder_kind)


def _licence(grant: LicenceGrant, kind: LicenceType) -> Licence:
    return Licence(
        type=kind,
        holder_person_id=grant.holder_person_id,
        holder_organisation_id=grant.holder_organisation_id,
        holder_name=grant.holder_name,
        issuer_id=grant.issuer_id,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        facts=dict(grant.facts),
        document_id=grant.document_id,
        source=grant.source,
    )


def _types(names: set[str]) -> dict[str, LicenceType]:
    """The types by name; a name the catalogue has only just brought in becomes a type of its own."""
    found = {kind.name: kind for kind in LicenceType.objects.filter(name__in=names)}
    missing = names - found.keys()
    if missing:
        fresh = [LicenceType(code=name, name=name) for name in sorted(missing)]
        LicenceType.objects.bulk_create(fresh, ignore_conflicts=True)
        found |= {kind.name: kind for kind in LicenceType.objects.filter(name__in=missing)}
    return found
