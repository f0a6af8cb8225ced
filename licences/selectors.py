"""What somebody holds, and what anyone may know of a document by its code."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound
from identity.models import Account
from identity.selectors import standing
from licences.models import Document, Licence
from licences.models.codes import normalised
from licences.rules import answering_to
from licences.states import DocumentKind, DocumentStatus, LicenceStatus

__all__ = ["Verification", "held", "licence_of", "unsealed", "verify"]


@dataclass(frozen=True)
class Verification:
    """What the public check says: type, number, date, validity, and nothing of any person (I-193)."""

    type: str
    number: str
    date: dt.date
    valid: bool
    validity: str
    valid_until: dt.date | None = None


def held(
    person_ids: Collection[int], organisation_ids: Collection[int], names: Collection[str] | None = None
) -> dict[str, Licence]:
    """
    The licences in force of these holders, by the name asked for (by type name when none is). One query.

    Of several of a type it is the newest; a name such as 执业许可证或营业执照 is answered by either.
    """
    holders = Q(holder_person__in=person_ids) | Q(holder_organisation__in=organisation_ids)
    licences = Licence.objects.in_force().filter(holders).select_related("type")
    if names is not None:
        licences = licences.filter(type__name__in={type_ for name in names for type_ in answering_to(name)})
    by_type = {licence.type.name: licence for licence in licences.order_by("valid_from", "pk")}
    if names is None:
        return by_type
    return {
        name: by_type[type_] for name in names for type_ in reversed(answering_to(name)) if type_ in by_type
    }


def licence_of(account: Account, licence_id: int) -> Licence:
    """One of the account's own licences, or of an organisation it represents; NotFound to everybody else."""
    rows = Licence.objects.of_holder(standing(account)).select_related("type", "issuer").defer("facts")
    licence = rows.filter(pk=licence_id).first()
    if licence is None:
        raise NotFound(_("没有找到这份证照"))
    return licence


def unsealed(before: dt.datetime, limit: int = 200) -> list[UUID]:
    """Documents begun before then that still have no seal, oldest first, for the sweep."""
    waiting = Document.objects.unsealed_since(before).order_by("created_at")
    return list(waiting.values_list("pk", flat=True)[:limit])


def verify(code: str) -> Verification | None:
    """What the code on a paper stands for; None if it stands for nothing."""
    wanted = normalised(code)
    licence = _licence(wanted)
    document = _document(wanted)
    if document and (document.status == DocumentStatus.VOID or licence is None):
        return _of_document(document)
    return _of_licence(licence) if licence else None


def _licence(code: str) -> Licence | None:
    by_code = Q(verify_code=code) | Q(document__verify_code=code, document__sealed_at__isnull=False)
    return Licence.objects.select_related("type").defer("facts").filter(by_code).first()


def _document(code: str) -> Document | None:
    known = (DocumentStatus.SEALED, DocumentStatus.VOID)
    return (
        Document.objects.light().filter(verify_code=code, status__in=known, sealed_at__isnull=False).first()
    )


def _of_document(document: Document) -> Verification:
    expired = document.valid_until is not None and document.valid_until < timezone.localdate()
    void = document.status == DocumentStatus.VOID
    title = document.title if document.kind == DocumentKind.RESULT else DocumentKind(document.kind).label
    return Verification(
        type=str(title),
        number=document.number or "",
        date=timezone.localdate(document.sealed_at),
        valid=not void and not expired,
        validity=_("已作废") if void else _("已过有效期") if expired else _("有效"),
        valid_until=document.valid_until,
    )


def _of_licence(licence: Licence) -> Verification:
    status = licence.standing
    return Verification(
        type=licence.type.name,
        number=licence.number,
        date=licence.issued_on,
        valid=status == LicenceStatus.VALID,
        validity=str(status.label),
        valid_until=licence.valid_until,
    )
