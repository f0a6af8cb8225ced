"""Everything that was granted: the licences somebody may show, and the results of their applications."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account
from identity.selectors import standing
from licences.models import Licence
from licences.states import DocumentKind, DocumentStatus, LicenceStatus
from workflow.models import Application, ApplicationDocument

__all__ = ["Kept", "kept_results"]

#: The newest of a long life; older ones are found through their applications.
MOST = 300


@dataclass(frozen=True)
class Kept:
    """One licence or result as its holder finds it."""

    title: str
    number: str
    holder: str
    issuer: str
    since: date
    valid_until: date | None
    state: str
    tone: str
    document_id: UUID | None
    licence_id: int | None
    reference: str

    @property
    def may_be_shown(self) -> bool:
        """亮证 is for the holder, and for what counts today."""
        return self.licence_id is not None and self.tone == "done"


def kept_results(account: Account) -> list[Kept]:
    """
    Licences of one's own and of one's organisations, then results of every application one may follow:
    one's own, the organisations' and those filed for a principal. Two statements; what counts today
    first, the newest of it at the top.
    """
    licences = _licences(account)
    in_hand = {one.document_id for one in licences if one.document_id}
    rows = [row for row in _results(account) if row.document_id not in in_hand]
    found = [_of_licence(one) for one in licences] + [_of_result(row) for row in rows]
    return sorted(found, key=lambda one: (one.tone != "ended", one.since), reverse=True)


def _licences(account: Account) -> list[Licence]:
    rows = Licence.objects.of_holder(standing(account)).select_related("type", "issuer", "document")
    return list(rows.defer("facts", "document__snapshot").order_by("-issued_on", "-pk")[:MOST])


def _results(account: Account) -> Iterable[ApplicationDocument]:
    rows = ApplicationDocument.objects.filter(
        application__in=Application.objects.of_applicant(account).values("pk"),
        document__kind=DocumentKind.RESULT,
    )
    rows = rows.select_related("document__organ", "application").only(
        "document__title",
        "document__number",
        "document__status",
        "document__valid_until",
        "document__created_at",
        "document__organ__name",
        "application__applicant_name",
        "application__reference",
    )
    return rows.order_by("-document__created_at", "-pk")[:MOST]


def _of_licence(one: Licence) -> Kept:
    state = one.standing
    return Kept(
        title=one.type.name,
        number=one.number,
        holder=one.holder_name,
        issuer=one.issuer.name,
        since=one.issued_on,
        valid_until=one.valid_until,
        state=str(state.label),
        tone="done" if state == LicenceStatus.VALID else "ended",
        document_id=one.document_id,
        licence_id=one.pk,
        reference="",
    )


def _of_result(row: ApplicationDocument) -> Kept:
    document = row.document
    over = document.valid_until is not None and document.valid_until < timezone.localdate()
    state, tone = (_("已过期"), "ended") if over else _standing(DocumentStatus(document.status))
    return Kept(
        title=document.title,
        number=document.number or "",
        holder=row.application.applicant_name,
        issuer=document.organ.name,
        since=timezone.localdate(document.created_at),
        valid_until=document.valid_until,
        state=state,
        tone=tone,
        document_id=document.pk,
        licence_id=None,
        reference=row.application.reference or "",
    )


def _standing(status: DocumentStatus) -> tuple[str, str]:
    if status == DocumentStatus.VOID:
        return _("已作废"), "ended"
    return (_("有效"), "done") if status == DocumentStatus.SEALED else (str(status.label), "active")
