"""What is to be taken in and handed out at the windows, and one application on the counter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.workdays import day_of
from identity.models import Account
from identity.selectors import organisation_by_code, person_by_number
from licences.states import DocumentKind, DocumentStatus
from matters.selectors import mandated
from matters.states import MandatePower
from workflow.models import (
    Application,
    ApplicationDocument,
    Correction,
    CorrectionEntry,
    Delivery,
    DepartmentReview,
    SubmittedMaterial,
)
from workflow.rules import ending
from workflow.rules.acceptance import may_be_asked
from workflow.selectors.applications import Dossier, dossier
from workflow.selectors.own import defects_of
from workflow.states import (
    COUNTER_CHANNELS,
    ApplicationStatus,
    Channel,
    DeliveryMethod,
    MaterialMode,
    MaterialState,
)

__all__ = [
    "CounterFile",
    "awaiting_proof",
    "counter_file",
    "found_by_code",
    "found_by_number",
    "returned_parcels",
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
    """
    What lies ready at the exit window, the oldest first; ``unsealed`` says that a document is still being made.

    Results and refusals on paper; what goes out electronically does so by itself.
    """
    waiting = ApplicationDocument.objects.filter(application=OuterRef("pk"), needs_proof=True, delivery=None)
    waiting = waiting.exclude(document__status=DocumentStatus.VOID)
    ended = Q(
        status__in=[ApplicationStatus.DECIDED, ApplicationStatus.DECLINED, ApplicationStatus.TERMINATED]
    )
    single = Q(status=ApplicationStatus.IN_REVIEW, deliver_together=False)
    notice = Q(status=ApplicationStatus.CORRECTING) & Exists(
        waiting.filter(document__kind=DocumentKind.CORRECTION_NOTICE)
    )
    rows = Application.objects.visible_to(account).filter((ended | single) & Exists(waiting) | notice)
    rows = rows.exclude(delivery_method=DeliveryMethod.ELECTRONIC)
    being_made = waiting.exclude(document__status=DocumentStatus.SEALED)
    return _with_applicant(rows).annotate(unsealed=Exists(being_made)).order_by("id")


def awaiting_proof(account: Account) -> QuerySet[Application]:
    """Posted or put into a locker, arrival not yet proved (C-18); the oldest first, without what came back by post."""
    back = Q(method=DeliveryMethod.EMS, returned_at__isnull=False, announced_on=None)
    out = Delivery.objects.filter(~back, application=OuterRef("pk"), delivered_at=None)
    return _with_applicant(Application.objects.visible_to(account).filter(Exists(out))).order_by("id")


def returned_parcels(account: Account) -> QuerySet[Delivery]:
    """
    退件: parcels that the post brought back and nobody has fetched (I-128), whoever is to be called first, first.

    ``application`` and its applicant come with each.
    """
    return (
        Delivery.objects.filter(
            application__in=Application.objects.visible_to(account),
            method=DeliveryMethod.EMS,
            returned_at__isnull=False,
            delivered_at=None,
            announced_on=None,
        )
        .select_related("application__applicant_person", "application__applicant_organisation")
        .order_by("returned_at", "id")
    )


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


#: A period that ends at 24:00 ends on the day before.
A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class CounterFile:
    """One application at the window: the whole of it, and the reviews a mandate lets this clerk answer for."""

    dossier: Dossier
    covered: Sequence[DepartmentReview]
    correction: Correction | None
    defects: Sequence[CorrectionEntry]
    deciders: frozenset[int]

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
    def to_correct(self) -> dict[str, str]:
        """Papers the one notice still asks for, and how each is to be mended."""
        told: dict[str, list[str]] = {}
        for one in self.defects:
            told.setdefault(one.material, []).append(f"{one.defect}。{one.how_to_fix}")
        return {material: "；".join(dict.fromkeys(words)) for material, words in told.items()}

    @property
    def to_follow(self) -> dict[str, str]:
        """Deferred papers that are still to come, and until when (I-48)."""
        waits = (MaterialMode.DEFERRED, MaterialState.PENDING)
        papers = [one for one in self.dossier.materials if (one.mode, one.state) == waits]
        return {one.name: _until(one.deferred_due_at) for one in papers}

    @property
    def offered(self) -> dict[str, str]:
        """Papers no register had, which may be brought and are never asked for, and what was said of each (I-07)."""
        return {one.name: one.note for one in self.dossier.offered}

    @property
    def not_brought(self) -> list[SubmittedMaterial]:
        """The papers nobody carries to the window."""
        brought = {paper.pk for paper in self.brought}
        return [paper for paper in self.dossier.materials if paper.pk not in brought]

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
        return [one for one in self.dossier.to_deliver if one.document.status != DocumentStatus.SEALED]

    @property
    def holds_back(self) -> int:
        """How many documents the hand-over waits for; results wanted one by one wait for none (I-114)."""
        waiting = self.dossier.to_deliver
        ready = [one for one in waiting if one.document.status == DocumentStatus.SEALED]
        return ending.unsealed_before(self.application, waiting, ready)

    @property
    def correction_sent(self) -> bool:
        """The one notice has gone out (I-34)."""
        return self.correction is not None and self.correction.sent_at is not None


def _persons(accounts: Collection[int]) -> frozenset[int]:
    """Who the accounts are: hands are kept apart by person (I-01)."""
    if not accounts:
        return frozenset()
    persons = Account.objects.filter(pk__in=accounts, person__isnull=False)
    return frozenset(persons.values_list("person_id", flat=True))


def _until(due_at: datetime | None) -> str:
    if due_at is None:
        return ""
    last = day_of(due_at - A_MOMENT)
    return f"请在{last.year}年{last.month}月{last.day}日当天结束前补交"


def counter_file(account: Account, reference: str) -> CounterFile:
    """The application by its number, to those who work at a window."""
    whole = dossier(account, reference)
    waiting = [review for review in whole.reviews if review.papers_open and not review.answer]
    codes = mandated(account, [review.code for review in waiting], MandatePower.ACCEPT) if waiting else set()
    return CounterFile(
        dossier=whole,
        covered=[review for review in waiting if review.code in codes],
        correction=Correction.objects.filter(application=whole.application).first(),
        defects=defects_of(whole.application),
        deciders=_persons({review.decided_by_id for review in whole.reviews if review.decided_by_id}),
    )
