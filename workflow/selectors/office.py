"""What a department has to do, and one review as it works on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.utils import timezone

from bundles.selectors import definition_of
from common.crypto import decrypt_values
from common.errors import NotFound
from files.models import StoredFile
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing
from workflow.models import (
    Application,
    ApplicationDocument,
    Correction,
    CorrectionEntry,
    DepartmentReview,
    Extension,
    InspectionPhoto,
    SiteInspection,
    SpecialProcedure,
    SubmittedMaterial,
)
from workflow.rules import handling, precheck
from workflow.rules.acceptance import may_be_asked
from workflow.rules.reading import ReadAnswer, answers_for_matter
from workflow.selectors.answers import filed_answers
from workflow.selectors.applications import Entry, seen_by, timeline
from workflow.selectors.clocks import DaysUsed, days_used
from workflow.states import IN_HAND, MaterialMode, MaterialState, ReviewStatus

__all__ = [
    "InboxCounts",
    "ReviewFile",
    "department_review_for",
    "inbox",
    "inbox_counts",
    "inspections_of",
    "papers_to_confirm",
    "photo_for",
    "result_of_procedure",
    "review_file",
    "verbs_on_review",
]


def inbox(
    account: Account,
    *,
    statuses: Sequence[str] = (),
    matter: str = "",
    overdue: bool = False,
    now: datetime | None = None,
) -> QuerySet[DepartmentReview]:
    """
    The reviews the account's departments can work on, by due date.

    Keyset paging by (due_at, id) is the caller's; the partial index serves it whatever the history.
    """
    rows = DepartmentReview.objects.visible_to(account).filter(status__in=statuses or sorted(IN_HAND))
    rows = rows.with_procedures()
    if matter:
        rows = rows.filter(code=matter)
    if overdue:
        rows = rows.filter(due_at__lt=now or timezone.now())
    return rows.select_related(
        "department",
        "application__applicant_person",
        "application__applicant_organisation",
        "claimed_by__person",
    ).order_by("due_at", "id")


def papers_to_confirm(account: Account) -> QuerySet[DepartmentReview]:
    """The joint review's tray: papers a department must still answer for, the oldest first."""
    own = standing(account).departments(Permission.REVIEW)
    waiting = DepartmentReview.objects.filter(
        department_id__in=own,
        status=ReviewStatus.WAITING,
        accepted_at=None,
        answer="",
        application__received_at__isnull=False,
    )
    return waiting.select_related(
        "department", "application__applicant_person", "application__applicant_organisation"
    ).order_by("id")


def department_review_for(account: Account, review_id: int) -> DepartmentReview:
    """One review, to its department and its overseers; NotFound to everybody else."""
    rows = (
        DepartmentReview.objects.visible_to(account)
        .with_procedures()
        .select_related(
            "department",
            "application__applicant_person",
            "application__applicant_organisation",
            "claimed_by__person",
        )
    )
    review = rows.prefetch_related(
        Prefetch(
            "application__materials",
            SubmittedMaterial.objects.filter(superseded=False)
            .select_related("file", "licence__type", "document")
            .defer("document__snapshot", "licence__facts"),
        )
    ).filter(pk=review_id)
    found = review.first()
    if found is None:
        raise NotFound("没有找到这个办件，或者不属于本部门")
    return found


def inspections_of(review: DepartmentReview) -> list[SiteInspection]:
    """What was seen on the spot, with the photos, in the order it was recorded."""
    return list(review.inspections.prefetch_related("photos__file").order_by("id"))


def photo_for(account: Account, review_id: int, photo_id: int) -> InspectionPhoto:
    """A photo of one of the review's inspections; NotFound to everybody but its department and the overseers."""
    review = department_review_for(account, review_id)
    rows = InspectionPhoto.objects.filter(inspection__review=review, pk=photo_id)
    photo = rows.select_related("file").first()
    if photo is None:
        raise NotFound("没有找到这张照片")
    return photo


def result_of_procedure(account: Account, review_id: int, procedure_id: int) -> StoredFile:
    """The document a special procedure ended with; NotFound likewise."""
    review = department_review_for(account, review_id)
    procedure = review.procedures.select_related("result_file").filter(pk=procedure_id).first()
    if procedure is None or procedure.result_file is None:
        raise NotFound("没有找到这份结果文书")
    return procedure.result_file


def verbs_on_review(account: Account, review: DepartmentReview) -> list[str]:
    """What the account may do with a review as it stands."""
    return handling.verbs_of(review, standing(account))


@dataclass(frozen=True)
class InboxCounts:
    """How much lies in each tray, and the matters in it by code."""

    to_confirm: int
    in_hand: int
    special: int
    overdue: int
    matters: Sequence[tuple[str, str]]


def inbox_counts(account: Account, *, now: datetime | None = None) -> InboxCounts:
    """The trays of the account's departments in one statement, however full they are."""
    waiting = Q(
        status=ReviewStatus.WAITING, accepted_at=None, answer="", application__received_at__isnull=False
    )
    special = Q(status=ReviewStatus.SPECIAL_PROCEDURE)
    open_ = Q(status__in=sorted(IN_HAND))
    rows = (
        DepartmentReview.objects.filter(
            open_ | waiting, department_id__in=standing(account).departments(Permission.REVIEW)
        )
        .values("code")
        .annotate(
            words=Max("name"),
            to_confirm=Count("id", filter=waiting),
            special=Count("id", filter=special),
            in_hand=Count("id", filter=open_ & ~special),
            overdue=Count("id", filter=open_ & Q(due_at__lt=now or timezone.now())),
        )
        .order_by("words")
    )
    found = list(rows)
    totals = {
        tray: sum(row[tray] for row in found) for tray in ("to_confirm", "in_hand", "special", "overdue")
    }
    return InboxCounts(**totals, matters=[(row["code"], row["words"]) for row in found])


@dataclass(frozen=True)
class ReviewFile:
    """One review on the table of its department: what this matter needs of the application, and no more."""

    review: DepartmentReview
    siblings: Sequence[DepartmentReview]
    facts: Sequence[ReadAnswer]
    papers: Sequence[SubmittedMaterial]
    documents: Sequence[ApplicationDocument]
    timeline: Sequence[Entry]
    correction: Correction | None
    defects: Sequence[CorrectionEntry]
    procedures: Sequence[SpecialProcedure]
    inspections: Sequence[SiteInspection]
    extension: Extension | None
    days: DaysUsed | None

    @property
    def deferred(self) -> list[str]:
        """Papers still to follow, before which nothing is decided (I-49)."""
        waits = (MaterialMode.DEFERRED, MaterialState.PENDING)
        return [paper.name for paper in self.papers if (paper.mode, paper.state) == waits]

    @property
    def correctable(self) -> list[SubmittedMaterial]:
        """Papers the applicant can be asked to correct (I-07, I-29)."""
        return [paper for paper in self.papers if may_be_asked(paper)]

    @property
    def advice(self) -> list[str]:
        """What 智能预审 noticed about the papers of this matter (I-42)."""
        return precheck.concerning(self.review.application.advice, {paper.name for paper in self.papers})

    @property
    def inspected(self) -> bool:
        """No on-site check is due any more."""
        visits = (handling.is_proof_of_visit(one, self.review) for one in self.inspections)
        return not self.review.needs_inspection or any(visits)

    @property
    def late_procedure(self) -> SpecialProcedure | None:
        """The special procedure whose result should be here and is not (I-92)."""
        return next((one for one in self.procedures if one.is_overdue), None)

    @property
    def correction_sent(self) -> bool:
        """The one notice has gone out (I-34)."""
        return self.correction is not None and self.correction.sent_at is not None


def review_file(account: Account, review_id: int) -> ReviewFile:
    """The review with everything its page shows; NotFound to everybody but its department and the overseers."""
    review = department_review_for(account, review_id)
    application = review.application
    definition = definition_of(application.bundle_version_id)
    who, chain = standing(account), _chain(application)
    correction = Correction.objects.filter(application=application).first()
    return ReviewFile(
        review=review,
        siblings=seen_by(who, application, chain),
        facts=_with_files(
            application,
            answers_for_matter(definition, review.code, decrypt_values(application.answers)),
        ),
        papers=[paper for paper in application.materials.all() if review.code in paper.needed_by],
        documents=list(_sealed_or_not(application).filter(review=review)),
        timeline=timeline(application, who, chain),
        correction=correction,
        defects=list(correction.entries.filter(review=review)) if correction else [],
        procedures=list(review.procedures.select_related("result_file").order_by("id")),
        inspections=inspections_of(review),
        extension=Extension.objects.filter(review=review).first(),
        days=days_used(review),
    )


def _with_files(application: Application, facts: Iterable[ReadAnswer]) -> list[ReadAnswer]:
    """Where an answer is a file, every version of it."""
    filed = filed_answers(application)
    return [
        replace(one, files=filed.get(one.file_key, ()), reference=application.reference or "")
        if one.file_key
        else one
        for one in facts
    ]


def _chain(application: Application) -> list[DepartmentReview]:
    return list(application.reviews.select_related("department").order_by("stage", "id"))


def _sealed_or_not(application: Application) -> QuerySet[ApplicationDocument]:
    rows = application.application_documents.select_related("document").defer("document__snapshot")
    return rows.order_by("document__created_at", "id")
