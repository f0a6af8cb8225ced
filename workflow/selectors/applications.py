"""One application as one person may see it: its reviews, papers, documents and timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from common.errors import NotFound
from events.models import EventRecord
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing
from licences.models import Document
from licences.states import DocumentStatus
from matters.selectors import centre_calendar
from workflow.models import Application, ApplicationDocument, Delivery, DepartmentReview, SubmittedMaterial
from workflow.rules import ending, precheck, returned
from workflow.rules.acceptance import objections_to_supplying_for
from workflow.rules.offering import offered_papers
from workflow.rules.telling import actor_of, concerns, said
from workflow.states import ApplicationStatus

__all__ = [
    "Dossier",
    "Entry",
    "application_for",
    "document_for",
    "dossier",
    "progress_of",
    "seen_by",
    "timeline",
]


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    event: str
    actor: str
    text: str


@dataclass(frozen=True)
class Dossier:
    """An application as one person may see it: reviews, papers, documents, and what the person may do."""

    application: Application
    reviews: Sequence[DepartmentReview]
    materials: Sequence[SubmittedMaterial]
    documents: Sequence[ApplicationDocument]
    timeline: Sequence[Entry]
    who: Standing

    @cached_property
    def is_applicant(self) -> bool:
        """The person files for themself or for whom they act."""
        return not ending.objections_to_acting_for(self.application, self.who)

    @property
    def delivery_due_at(self) -> datetime | None:
        """By when the first result that is still here must have reached the applicant (I-82)."""
        here = {row.review_id for row in self.documents if row.needs_proof and row.delivery is None}
        granted = [one.decided_at for one in self.reviews if one.pk in here and one.decided_at]
        return ending.delivery_due_at(min(granted), centre_calendar()) if granted else None

    @property
    def allowed(self) -> list[str]:
        """The verbs this person may use on the application now."""
        verbs = self._verbs_of_applicant if self.is_applicant else []
        verbs += returned.verbs_of_applicant(self.returned) if self.is_applicant else []
        if self.offered and not objections_to_supplying_for(self.application, self.who):
            verbs.append("supply_offered")
        if self.who.may(Permission.RECEIVE) and self.application.status == ApplicationStatus.SUBMITTED:
            verbs.append("receive")
        if self.who.may(Permission.ACCEPT_UNDER_MANDATE) and any(
            review.papers_open for review in self.reviews
        ):
            verbs += ["accept", "decline", "request_correction"]
        if self.who.may(Permission.HAND_OVER):
            verbs += self.verbs_of_exit
        own = self.who.departments(Permission.TERMINATE)
        if any(review.department_id in own for review in self._undecided):
            verbs.append("terminate")
        return list(dict.fromkeys(verbs))

    @property
    def verbs_of_exit(self) -> list[str]:
        """What there is to do at the exit window, whoever stands there."""
        verbs = ending.verbs_of_exit(self.application, self.to_deliver, on_its_way=self.is_on_its_way)
        return returned.verbs_at_exit(self.returned) + verbs

    @property
    def to_deliver(self) -> list[ApplicationDocument]:
        """Documents that nobody has been given yet; what was voided is given to nobody."""
        waiting = [row for row in self.documents if row.needs_proof and row.delivery is None]
        return [row for row in waiting if row.document.status != DocumentStatus.VOID]

    @cached_property
    def returned(self) -> Delivery | None:
        """The parcel that the post brought back, if one lies at the exit window (I-128)."""
        return returned.returned_parcel(row.delivery for row in self.documents if row.delivery)

    @property
    def is_on_its_way(self) -> bool:
        """Something was posted or put into a locker and has not been signed for."""
        return any(row.delivery and row.delivery.delivered_at is None for row in self.documents)

    @property
    def may_have_arrived(self) -> bool:
        """Something on its way that may be in the applicant's hands: what came back lies at the window (I-128)."""
        on_their_way = [
            row.delivery for row in self.documents if row.delivery and not row.delivery.delivered_at
        ]
        return any(one.returned_at is None and one.announced_on is None for one in on_their_way)

    @property
    def advice(self) -> list[str]:
        """The hints of 智能预审 about the papers this person may see (I-42)."""
        if sees_whole(self.application, self.who):
            return self.application.advice
        return precheck.concerning(self.application.advice, {paper.name for paper in self.materials})

    @property
    def _verbs_of_applicant(self) -> list[str]:
        return ending.verbs_of_applicant(self.application, self._undecided, on_its_way=self.may_have_arrived)

    @cached_property
    def offered(self) -> list[SubmittedMaterial]:
        """Papers no register had, which may be brought and need not be (I-07)."""
        return offered_papers(self.materials, self.reviews)

    @cached_property
    def _undecided(self) -> list[DepartmentReview]:
        return ending.undecided(self.reviews)


def application_for(account: Account, reference: str) -> Application:
    """The application by its number; NotFound where it is not there or not the account's to see."""
    rows = Application.objects.visible_to(account).select_related(
        "applicant_person", "applicant_organisation", "lead_department", "bundle_version", "delivery_place"
    )
    application = rows.filter(reference=reference).first()
    if application is None:
        raise NotFound(_("没有找到这个办件"))
    return application


def dossier(account: Account, reference: str) -> Dossier:
    """Everything a page or an API answer shows of one application, in a handful of statements."""
    application = application_for(account, reference)
    who = standing(account)
    reviews = list(application.reviews.select_related("department").order_by("stage", "id"))
    return Dossier(
        application=application,
        reviews=seen_by(who, application, reviews),
        materials=_materials(application, reviews, who),
        documents=_documents(application, reviews, who),
        timeline=timeline(application, who, reviews),
        who=who,
    )


def progress_of(application: Application) -> Dossier:
    """The steps and their dates, and nothing that is anybody's: for whoever asks with number and query code."""
    reviews = list(application.reviews.select_related("department").order_by("stage", "id"))
    return Dossier(application, reviews, (), (), (), standing(None))


def sees_whole(application: Application, who: Standing) -> bool:
    """The applicant, the front and the overseers see all; a department only its own part."""
    watchers = (Permission.RECEIVE, Permission.HAND_OVER, Permission.SUPERVISE, Permission.AUDIT)
    return any(map(who.may, watchers)) or not ending.objections_to_acting_for(application, who)


def seen_by(
    who: Standing, application: Application, reviews: list[DepartmentReview]
) -> list[DepartmentReview]:
    """Other departments' opinions stay theirs; states and dates of all are seen (the lead's view)."""
    if sees_whole(application, who):
        return reviews
    own = who.departments(Permission.REVIEW)
    for review in reviews:
        if review.department_id not in own:
            review.opinion, review.result = "", {}
    return reviews


def _own_ids(reviews: Iterable[DepartmentReview], who: Standing) -> list[int]:
    own = who.departments(Permission.REVIEW)
    return [review.pk for review in reviews if review.department_id in own]


def _own_codes(reviews: Iterable[DepartmentReview], who: Standing) -> list[str]:
    own = who.departments(Permission.REVIEW)
    return [review.code for review in reviews if review.department_id in own]


def _materials(
    application: Application, reviews: Sequence[DepartmentReview], who: Standing
) -> list[SubmittedMaterial]:
    papers = application.materials.filter(superseded=False)
    if not sees_whole(application, who):
        papers = papers.filter(needed_by__overlap=_own_codes(reviews, who))
    return list(papers.select_related("file"))


def _documents(
    application: Application, reviews: Sequence[DepartmentReview], who: Standing
) -> list[ApplicationDocument]:
    documents = application.application_documents.select_related("document", "delivery").defer(
        "document__snapshot"
    )
    if not sees_whole(application, who):
        documents = documents.filter(review_id__in=_own_ids(reviews, who))
    return list(documents.order_by("document__created_at", "id"))


def document_for(account: Account, document_id: str) -> Document:
    """The document, to those who may see it through its application; NotFound to everybody else."""
    row = (
        ApplicationDocument.objects.filter(document_id=document_id)
        .select_related("document__file", "application", "review")
        .defer("document__snapshot")
        .first()
    )
    if row is None or not _may_see(row, account):
        raise NotFound(_("没有找到这份文书"))
    return row.document


def _may_see(row: ApplicationDocument, account: Account) -> bool:
    if not Application.objects.visible_to(account).filter(pk=row.application_id).exists():
        return False
    who = standing(account)
    own = who.departments(Permission.REVIEW)
    return sees_whole(row.application, who) or (row.review is not None and row.review.department_id in own)


def timeline(application: Application, who: Standing, reviews: Iterable[DepartmentReview]) -> list[Entry]:
    """
    The same rows the audit reads: all of them for overseers, the public ones for everybody else.

    A department reads of others what happened and when, not of which papers and on which ground.
    """
    records = EventRecord.objects.about(application.subject).order_by("id")
    oversees = who.may(Permission.AUDIT) or who.may(Permission.SUPERVISE)
    if not oversees:
        records = records.filter(public=True)
    own = None if sees_whole(application, who) else set(_own_ids(reviews, who))
    entries = [
        Entry(at, name, actor_of(name, payload), said(name, payload, briefly=not concerns(payload, own)))
        for at, name, payload in records.values_list("at", "name", "payload")
    ]
    return [entry for entry in entries if entry.text or oversees]
