"""
A document's way: prepared in the act's own transaction, numbered, rendered, sealed and stored later.

Each step of sealing takes the document's row first. The number is given in a short
transaction of its own, so that the counter is never held while a page is set.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Gone, NotFound, WrongState, refuse_if
from common.speaking import local_text
from events import publish
from files import services as files
from identity.models import Account
from licences import rules
from licences.events import DocumentSealed, DocumentsPrepared, DocumentVoided
from licences.models import Document
from licences.rendering import render, seal_picture
from licences.sealing import sign
from licences.services.drafts import TEMPLATE_VERSION, DocumentDraft
from licences.services.seals import keys_of
from licences.states import DocumentKind, DocumentStatus

__all__ = ["document_response", "prepare", "seal", "try_again", "void"]

#: After these nothing more is done to a document.
SETTLED = (DocumentStatus.SEALED, DocumentStatus.VOID)

NEXT_NUMBER = """
INSERT INTO licences_documentcounter AS counter (organ_id, year, kind, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (organ_id, year, kind) DO UPDATE SET last = counter.last + 1
RETURNING last
"""


def prepare(*drafts: DocumentDraft) -> list[Document]:
    """
    Put documents down in the caller's transaction, all in one statement.

    Refuses, naming each empty mandatory element. The caller publishes DocumentsPrepared
    together with the fact that the documents witness.
    """
    refuse_if(
        [
            objection
            for draft in drafts
            for objection in rules.objections_to_preparing(draft.kind, draft.title, draft.snapshot)
        ]
    )
    return Document.objects.bulk_create(_document(draft) for draft in drafts)


def seal(document_id: UUID | str) -> Document:
    """
    Give the document its number, page and seal; one that has them is left as it is.

    A failure is kept on the row and raised again: the next attempt goes on with the same number.
    """
    document = _numbered(document_id)
    if document.status in SETTLED:
        return document
    try:
        return _sealed(document_id)
    except Exception as failure:
        _record_failure(document_id, failure)
        raise


def try_again(document_ids: Iterable[UUID | str], *, by: Account | None = None) -> int:
    """Start failed documents over, with all their attempts; how many there were."""
    failed = Document.objects.filter(pk__in=document_ids, status=DocumentStatus.FAILED)
    with transaction.atomic():
        ids = [str(pk) for pk in failed.select_for_update().values_list("pk", flat=True)]
        Document.objects.filter(pk__in=ids).update(status=DocumentStatus.PREPARING, attempts=0, error="")
        if ids:
            publish(DocumentsPrepared(document_ids=ids), by=by)
    return len(ids)


@transaction.atomic
def void(
    document_id: UUID | str, *, by: Account | None, reason: str, replacement: DocumentDraft | None = None
) -> Document | None:
    """Void a document; its number stays taken. The replacement, if there is one, is prepared and linked."""
    document = _locked(document_id)
    if document.status == DocumentStatus.VOID:
        raise WrongState(_("该文书已经作废"))
    successor = prepare(replacement)[0] if replacement else None
    document.status, document.voided_at = DocumentStatus.VOID, timezone.now()
    document.void_reason, document.replaced_by = reason, successor
    document.save(update_fields=["status", "voided_at", "void_reason", "replaced_by"])
    publish(*_voided(document, reason, successor), by=by)
    return successor


def document_response(document: Document) -> FileResponse:
    """The sealed PDF under its own name. The caller has checked who asks, and answers 202 while it is being made."""
    if document.status == DocumentStatus.VOID:
        raise Gone(_("该文书已作废：%(reason)s") % {"reason": local_text(document.void_reason)})
    if document.file is None:
        raise WrongState(_("文书正在制作，请稍后再试"))
    return files.response(document.file, filename=f"{document.title}（{document.number}）.pdf")


def _document(draft: DocumentDraft) -> Document:
    return Document(
        id=draft.id,
        kind=draft.kind,
        title=draft.title,
        organ_id=draft.organ_id,
        subject=draft.subject,
        snapshot=draft.snapshot,
        valid_until=draft.valid_until,
        template_version=TEMPLATE_VERSION,
    )


def _locked(document_id: UUID | str) -> Document:
    rows = Document.objects.select_for_update(of=("self",)).select_related("organ__region")
    document = rows.filter(pk=document_id).first()
    if document is None:
        raise NotFound(_("没有这份文书"))
    return document


@transaction.atomic
def _numbered(document_id: UUID | str) -> Document:
    document = _locked(document_id)
    if document.status in SETTLED:
        return document
    if document.number is None:
        document.number = _next_number(document)
    document.attempts = F("attempts") + 1
    document.save(update_fields=["number", "attempts"])
    return document


def _next_number(document: Document) -> str:
    """One counter row for each organ, year and kind, raised and read in one statement."""
    year = int(document.snapshot["dated"][:4])
    word = rules.number_word(DocumentKind(document.kind), document.snapshot.get("result_kind", ""))
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [document.organ_id, year, word])
        (sequence,) = cursor.fetchone()
    return rules.printed_number(document.organ.code, year, word, sequence)


@transaction.atomic
def _sealed(document_id: UUID | str) -> Document:
    document = _locked(document_id)
    if document.status in SETTLED:
        return document
    stored = files.store(ContentFile(_signed(document), name=f"{document.number}.pdf"), by=None)
    document.status, document.sealed_at = DocumentStatus.SEALED, timezone.now()
    document.file, document.sha256, document.error = stored, stored.sha256, ""
    document.save(update_fields=["status", "sealed_at", "file", "sha256", "error"])
    publish(
        DocumentSealed(
            document_id=str(document.pk),
            kind=document.kind,
            title=document.title,
            number=document.number or "",
            about=document.subject,
        )
    )
    return document


def _signed(document: Document) -> bytes:
    keys = keys_of(document.organ)
    name = rules.official_name(document.organ)
    return sign(
        render(document),
        keys.path,
        keys.passphrase,
        picture=seal_picture(name),
        reason=f"{name}{document.title}",
        timestamps=keys.timestamps,
    )


def _record_failure(document_id: UUID | str, failure: Exception) -> None:
    unsettled = Document.objects.filter(pk=document_id).exclude(status__in=SETTLED)
    unsettled.update(status=DocumentStatus.FAILED, error=f"{type(failure).__name__}: {failure}"[:2000])


def _voided(
    document: Document, reason: str, successor: Document | None
) -> list[DocumentVoided | DocumentsPrepared]:
    facts: list[DocumentVoided | DocumentsPrepared] = [
        DocumentVoided(
            document_id=str(document.pk), number=document.number or "", reason=reason, about=document.subject
        )
    ]
    if successor:
        facts.append(DocumentsPrepared(document_ids=[str(successor.pk)], about=document.subject))
    return facts
