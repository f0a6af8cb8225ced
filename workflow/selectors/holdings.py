"""Everything the portal holds of one person, as plain values and as files: their own, complete, and nothing of others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.forms.models import model_to_dict

from common.crypto import decrypt_values
from events.models import EventRecord
from files.models import StoredFile
from identity.models import Account, Authorisation, Person, Representation
from licences.models import Licence
from notifications.models import Message
from workflow.models import Application, ApplicationDocument, DepartmentReview, SubmittedMaterial
from workflow.rules.telling import actor_of, said
from workflow.selectors.access import KINDS, accesses
from workflow.states import ApplicationStatus

__all__ = ["Holding", "about_the_person", "applications_of", "holdings_of"]

#: Applications read at once, so that a long life costs no more memory than a short one.
AT_ONCE = 50
#: The newest messages and looks; older ones are on their own pages.
MOST = 1000


@dataclass(frozen=True)
class Holding:
    """One application: its values, and its files by the path they get in the copy."""

    values: Mapping[str, Any]
    files: Mapping[str, StoredFile]


def about_the_person(account: Account) -> dict[str, Any]:
    """Who one is here: person, account, representations, authorisations, licences, messages, and who has looked."""
    person = account.person
    return {
        "person": _person(person) if person else None,
        "account": {
            "username": account.username,
            "assurance_level": account.get_assurance_level_display(),
            "date_joined": account.date_joined,
            "last_login": account.last_login,
        },
        "representations": _representations(person) if person else [],
        "authorisations": _authorisations(person) if person else [],
        "licences": _licences(person) if person else [],
        "messages": _messages(person) if person else [],
        "accesses": {kind: _accesses(account, kind) for kind in KINDS},
    }


def _person(person: Person) -> dict[str, Any]:
    names = ("name", "id_number", "mobile", "birth_date", "address")
    return {name: getattr(person, name) for name in names}


def _representations(person: Person) -> list[dict[str, Any]]:
    rows = Representation.objects.filter(person=person).select_related("organisation").order_by("pk")
    return [
        {
            "organisation": row.organisation.name,
            "capacity": row.get_capacity_display(),
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
        }
        for row in rows
    ]


def _authorisations(person: Person) -> list[dict[str, Any]]:
    """Given and received in one's own name; of the other side no more than the name."""
    rows = Authorisation.objects.filter(Q(principal_person=person) | Q(agent=person))
    rows = rows.select_related("principal_person", "principal_organisation", "agent").order_by("pk")
    names = ("number", "matter_codes", "powers", "valid_from", "valid_until", "revoked_at")
    return [
        {"principal": row.principal_name, "agent": row.agent.name}
        | {name: getattr(row, name) for name in names}
        for row in rows
    ]


def _licences(person: Person) -> list[dict[str, Any]]:
    rows = Licence.objects.filter(holder_person=person).select_related("type", "issuer").order_by("pk")
    return [
        {
            "type": row.type.name,
            "number": row.number,
            "issuer": row.issuer.name,
            "issued_on": row.issued_on,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "status": row.standing.label,
            "facts": row.facts,
        }
        for row in rows
    ]


def _messages(person: Person) -> list[dict[str, Any]]:
    rows = Message.objects.filter(person=person).order_by("-pk")[:MOST]
    return [dict(row) for row in rows.values("channel", "text", "created_at", "sent_at", "read_at")]


def _accesses(account: Account, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while len(found) < MOST:
        page = accesses(account, kind, after=after)
        found += [{"at": row.at, "by": row.by, "what": row.what, "why": row.why} for row in page.rows]
        after = page.next
        if not after:
            break
    return found


def applications_of(account: Account) -> Any:
    """What the person applied for in their own name, and their own drafts; not what they did for others."""
    if account.person_id is None:
        return Application.objects.none()
    own = Application.objects.filter(applicant_person_id=account.person_id)
    return own.filter(~Q(status=ApplicationStatus.DRAFT) | Q(submitted_by=account)).order_by("pk")


def holdings_of(account: Account) -> Iterator[Holding]:
    """Each application with everything in it, some at a time, whatever their number in a handful of statements."""
    last = 0
    while rows := list(applications_of(account).filter(pk__gt=last)[:AT_ONCE]):
        yield from _holdings(rows)
        last = rows[-1].pk


def _holdings(rows: Sequence[Application]) -> Iterator[Holding]:
    ids = [row.pk for row in rows]
    reviews = _by_application(
        DepartmentReview.objects.filter(application__in=ids)
        .select_related("department")
        .order_by("stage", "pk")
    )
    papers = _by_application(
        SubmittedMaterial.objects.filter(application__in=ids).select_related("file").order_by("pk")
    )
    documents = _by_application(
        ApplicationDocument.objects.filter(application__in=ids)
        .select_related("document__file", "document__organ")
        .defer("document__snapshot")
        .order_by("pk")
    )
    timelines = _timelines([row.subject for row in rows])
    for row in rows:
        yield _holding(
            row,
            reviews.get(row.pk, []),
            papers.get(row.pk, []),
            documents.get(row.pk, []),
            timelines.get(row.subject, []),
        )


def _by_application(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _timelines(subjects: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    records = EventRecord.objects.filter(subject__in=subjects, public=True).order_by("id")
    for subject, at, name, payload in records.values_list("subject", "at", "name", "payload"):
        if text := said(name, payload):
            found.setdefault(subject, []).append({"at": at, "actor": actor_of(name, payload), "text": text})
    return found


PLAIN = (
    "reference", "name", "status", "outcome", "channel", "applicant_name", "created_at", "submitted_at",
    "received_at", "accepted_at", "due_at", "decided_at", "handed_over_at", "closed_at", "delivery_method",
    "delivery_address", "promised_days",
)  # fmt: skip


def _holding(
    row: Application,
    reviews: Sequence[DepartmentReview],
    papers: Sequence[SubmittedMaterial],
    documents: Sequence[ApplicationDocument],
    timeline: Sequence[Mapping[str, Any]],
) -> Holding:
    folder = row.reference or f"草稿{row.pk}"
    files: dict[str, StoredFile] = {}
    values = {name: getattr(row, name) for name in PLAIN} | {
        "status": row.get_status_display(),
        "answers": decrypt_values(row.answers),
        "reviews": [_review(one) for one in reviews],
        "materials": [_paper(one, folder, files) for one in papers],
        "documents": [_document(one, folder, files) for one in documents],
        "timeline": list(timeline),
    }
    return Holding(values, files)


def _review(one: DepartmentReview) -> dict[str, Any]:
    names = ["name", "accepted_at", "assigned_at", "due_at", "decided_at", "opinion"]
    return {name: getattr(one, name) for name in names} | {
        "department": one.department.name,
        "status": one.get_status_display(),
    }


def _paper(one: SubmittedMaterial, folder: str, files: dict[str, StoredFile]) -> dict[str, Any]:
    path = _filed(one.file, f"{folder}/材料", one.name, files) if one.file else ""
    return model_to_dict(one, ["name", "source", "evidence", "note"]) | {
        "mode": one.get_mode_display(),
        "state": one.get_state_display(),
        "supplied_at": one.supplied_at,
        "superseded": one.superseded,
        "file": path,
    }


def _document(row: ApplicationDocument, folder: str, files: dict[str, StoredFile]) -> dict[str, Any]:
    document = row.document
    path = _filed(document.file, f"{folder}/文书", document.title, files) if document.file else ""
    return {
        "title": document.title,
        "number": document.number,
        "organ": document.organ.name,
        "status": document.get_status_display(),
        "sealed_at": document.sealed_at,
        "file": path,
    }


_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


def _filed(stored: StoredFile, folder: str, name: str, files: dict[str, StoredFile]) -> str:
    """A path that says what it is, and is nobody else's; no part of it leads out of its folder."""
    plain = "".join("_" if character in '/\\:*?"<>|' or character < " " else character for character in name)
    ending = _ENDINGS.get(stored.content_type, ".ofd")
    path = f"{folder}/{len(files) + 1:03d} {plain[:80].strip('. ')}{ending}"
    files[path] = stored
    return path
