"""What is to be taken in and handed out at the windows, and one application on the counter."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from identity.models import Account
from identity.selectors import organisation_by_code, person_by_number
from licences.states import DocumentStatus
from matters.selectors import mandated
from matters.states import MandatePower
from workflow.models import (
    Application,
    ApplicationDocument,
    Correction,
    DepartmentReview,
    SubmittedMaterial,
)
from workflow.rules.acceptance import may_be_asked
from workflow.selectors.applications import Dossier, dossier
from workflow.states import APPLICATION_FINAL, COUNTER_CHANNELS, ApplicationStatus, Channel, MaterialMode

__all__ = [
    "CounterFile",
    "awaiting_proof",
    "counter_file",
    "found_by_code",
    "found_by_number",
    "to_hand_over",
    "to_receive",
    "window_drafts",
]


def to_receive(account: Account) -> QuerySet[Application]:
    """Submitted on paper or by post, not yet taken in; the oldest first."""
    waiting = Application.objects.visible_to(account).filter(status=ApplicationStatus.SUBMITTED)
    return _with_applicant(waiting).order_by("submitted_at", "id")


def window_drafts(account: Account) -> QuerySet[Application]:
    """What this clerk has begun for somebody at the window and not submitted, the newest first."""
    begun = Application.objects.filter(
        submitted_by=account, status=ApplicationStatus.DRAFT, channel__in=sorted(COUNTER_CHANNELS)
    )
    return _with_applicant(begun).defer("answers", "draft").order_by("-id")


def to_hand_over(account: Account) -> QuerySet[Application]:
    """Decided and not yet handed over, the oldest first; ``unsealed`` says that a document is still being made."""
    being_made = ApplicationDocument.objects.filter(
        application=OuterRef("pk"), needs_proof=True, delivery=None
    ).exclude(document__status=DocumentStatus.SEALED)
    decided = Application.objects.visible_to(account).filter(status=ApplicationStatus.DECIDED)
    return _with_applicant(decided).annotate(unsealed=Exists(being_made)).order_by("decided_at", "id")


def awaiting_proof(account: Account) -> QuerySet[Application]:
    """Posted or put into a locker, arrival not yet proved (C-18); the oldest first."""
    out = Application.objects.visible_to(account).filter(status=ApplicationStatus.HANDED_OVER)
    return _with_applicant(out).order_by("handed_over_at", "id")


def _with_applicant(rows: QuerySet[Application]) -> QuerySet[Application]:
    return rows.select_related("applicant_person", "applicant_organisation")


def found_by_number(account: Account, number: str, *, most: int = 50) -> list[Application]:
    """A person's or an enterprise's applications by 公民身份号码 or 统一社会信用代码, the newest first."""
    person, organisation = person_by_number(number), organisation_by_code(number)
    rows = Application.objects.visible_to(account).exclude(reference=None)
    if person:
        rows = rows.filter(applicant_person=person)
    elif organisation:
        rows = rows.filter(applicant_organisation=organisation)
    else:
        return []
    return list(_with_applicant(rows).order_by("-id")[:most])


def found_by_code(account: Account, code: str) -> Application | None:
    """The application of this number, or of the paper that carries this verification code."""
    rows = Application.objects.visible_to(account)
    if code.isdigit():
        return rows.filter(reference=code).first()
    papers = ApplicationDocument.objects.filter(application=OuterRef("pk"), document__verify_code=code)
    return rows.filter(Exists(papers)).first()


@dataclass(frozen=True)
class CounterFile:
    """One application at the window: the whole of it, and the reviews a mandate lets this clerk answer for."""

    dossier: Dossier
    covered: Sequence[DepartmentReview]
    correction: Correction | None

    @property
    def application(self) -> Application:
        """The application on the counter."""
        return self.dossier.application

    @property
    def by_post(self) -> bool:
        """It came as a letter: the day the centre signed for it counts (I-40)."""
        return self.application.channel == Channel.POST

    @property
    def brought(self) -> list[SubmittedMaterial]:
        """Papers that lie on the counter; the others come from data or follow later."""
        by_hand = {MaterialMode.UPLOAD, MaterialMode.COMMITMENT}
        return [paper for paper in self.dossier.materials if paper.mode in by_hand]

    @property
    def correctable(self) -> list[SubmittedMaterial]:
        """Papers of the covered reviews that the applicant can be asked to correct (I-07, I-29)."""
        codes = {review.code for review in self.covered}
        return [one for one in self.dossier.materials if may_be_asked(one) and codes & set(one.needed_by)]

    @property
    def awaiting_answer(self) -> list[DepartmentReview]:
        """Reviews whose papers nobody has answered for yet."""
        return [review for review in self.dossier.reviews if review.papers_open and not review.answer]

    @property
    def unsealed(self) -> list[ApplicationDocument]:
        """Decisions and results that are still being made; nothing is handed over before (C-16)."""
        return [one for one in self.to_deliver if one.document.status != DocumentStatus.SEALED]

    @property
    def to_deliver(self) -> list[ApplicationDocument]:
        """Documents whose delivery is still to be proved."""
        return [one for one in self.dossier.documents if one.needs_proof and one.delivery is None]

    @property
    def correction_sent(self) -> bool:
        """The one notice has gone out (I-34)."""
        return self.correction is not None and self.correction.sent_at is not None

    @property
    def is_over(self) -> bool:
        """Nothing is left to do at any window."""
        return self.application.status in APPLICATION_FINAL


def counter_file(account: Account, reference: str) -> CounterFile:
    """The application by its number, to those who work at a window."""
    whole = dossier(account, reference)
    waiting = [review for review in whole.reviews if review.papers_open and not review.answer]
    codes = mandated(account, [review.code for review in waiting], MandatePower.ACCEPT) if waiting else set()
    return CounterFile(
        dossier=whole,
        covered=[review for review in waiting if review.code in codes],
        correction=Correction.objects.filter(application=whole.application).first(),
    )
