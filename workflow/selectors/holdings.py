"""Everything the portal holds of one person, as plain values and as files: their own, complete, and nothing of others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.db.models import F, Q
from django.forms.models import model_to_dict

from common.crypto import decrypt_values
from events.models import EventRecord
from files.models import StoredFile
from identity.models import Account, Authorisation, Person, Representation
from licences.models import Licence
from notifications.models import Message
from workflow.models import Application, ApplicationDocument, DepartmentReview, NamedFile, SubmittedMaterial
from workflow.rules.telling import actor_of, said
from workflow.selectors.access import accesses, looks
from workflow.selectors.answers import FiledAnswer, filed_answers_of
from workflow.states import ApplicationStatus

__all__ = [
    "Holding",
    "Part",
    "about_the_person",
    "applications_of",
    "contribute",
    "filed",
    "holdings_of",
    "parts",
]

#: Applications read at once, so that a long life costs no more memory than a short one.
AT_ONCE = 50
#: The newest messages and looks; older ones are on their own pages.
MOST = 1000


@dataclass(frozen=True)
class Holding:
    """One application: its values, and its files by the path they get in the copy."""

    values: Mapping[str, Any]
    files: Mapping[str, StoredFile]


@dataclass(frozen=True)
class Part:
    """
    What an app above this one holds of a person: how it is gathered, and how a page tells it.

    ``name`` is its key in everything.json; the template reads its values as ``rows``.
    """

    name: str
    template: str
    gather: Callable[[Account], Iterator[Holding]]


_parts: dict[str, Part] = {}


def contribute(part: Part) -> None:
    """An app above this one holds something of people too; said once, when it is ready."""
    _parts[part.name] = part


def parts() -> Sequence[Part]:
    """Applications first, then what the apps above have told of."""
    return [Part("applications", "documents/_copy_applications.html", holdings_of), *_parts.values()]


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
        "accesses": {one.kind: _accesses(account, one.kind) for one in looks()},
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
    boxes = filed_answers_of([row for row in rows if row.status != ApplicationStatus.DRAFT])
    drafted = _by_application(
        NamedFile.objects.filter(
            application__in=ids,
            application__status=ApplicationStatus.DRAFT,
            file__uploaded_by=F("application__submitted_by"),
        )
        .select_related("file")
        .order_by("pk")
    )
    for row in rows:
        files: dict[str, StoredFile] = {}
        folder = row.reference or f"草稿{row.pk}"
        values = _values(row) | {
            "reviews": [_review(one) for one in reviews.get(row.pk, [])],
            "materials": [_paper(one, folder, files) for one in papers.get(row.pk, [])],
            "boxes": _boxes(boxes.get(row.pk, {}), folder, files),
            "brought": [_brought(one.file, folder, files) for one in drafted.get(row.pk, [])],
            "documents": [_document(one, folder, files) for one in documents.get(row.pk, [])],
            "timeline": timelines.get(row.subject, []),
        }
        yield Holding(values, files)


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


def _values(row: Application) -> dict[str, Any]:
    return {name: getattr(row, name) for name in PLAIN} | {
        "status": row.get_status_display(),
        "answers": decrypt_values(row.answers),
    }


def _boxes(
    answers: Mapping[str, Sequence[FiledAnswer]], folder: str, files: dict[str, StoredFile]
) -> list[dict[str, Any]]:
    """Files in boxes of the form, the replaced ones too."""
    return [
        {
            "box": one.field.label,
            "replaced_at": one.replaced_at,
            "file": filed(one.file, f"{folder}/填报", one.field.label, files),
        }
        for versions in answers.values()
        for one in versions
    ]


def _brought(stored: StoredFile, folder: str, files: dict[str, StoredFile]) -> dict[str, Any]:
    """A file of a draft, which is in a box or beside a paper and not handed in yet."""
    return {"name": stored.name, "file": filed(stored, f"{folder}/已上传", stored.name, files)}


def _review(one: DepartmentReview) -> dict[str, Any]:
    names = ["name", "accepted_at", "assigned_at", "due_at", "decided_at", "opinion"]
    return {name: getattr(one, name) for name in names} | {
        "department": one.department.name,
        "status": one.get_status_display(),
    }


def _paper(one: SubmittedMaterial, folder: str, files: dict[str, StoredFile]) -> dict[str, Any]:
    path = filed(one.file, f"{folder}/材料", one.name, files) if one.file else ""
    return model_to_dict(one, ["name", "source", "evidence", "note"]) | {
        "mode": one.get_mode_display(),
        "state": one.get_state_display(),
        "supplied_at": one.supplied_at,
        "superseded": one.superseded,
        "file": path,
    }


def _document(row: ApplicationDocument, folder: str, files: dict[str, StoredFile]) -> dict[str, Any]:
    document = row.document
    path = filed(document.file, f"{folder}/文书", document.title, files) if document.file else ""
    return {
        "title": document.title,
        "number": document.number,
        "organ": document.organ.name,
        "status": document.get_status_display(),
        "sealed_at": document.sealed_at,
        "file": path,
    }


_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


def filed(stored: StoredFile, folder: str, name: str, files: dict[str, StoredFile]) -> str:
    """A path that says what it is, and is nobody else's; no part of it leads out of its folder."""
    plain = "".join("_" if character in '/\\:*?"<>|' or character < " " else character for character in name)
    own = PurePath(stored.name).suffix
    ending = _ENDINGS.get(stored.content_type) or (own if own[1:].isalnum() else ".ofd")
    plain = plain.removesuffix(ending)
    path = f"{folder}/{len(files) + 1:03d} {plain[:80].strip('. ')}{ending}"
    files[path] = stored
    return path
