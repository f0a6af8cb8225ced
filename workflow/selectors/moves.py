"""等您办的: everything that waits for somebody's own move, in one list across all their applications."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from identity.models import Account
from identity.roles import Power
from identity.selectors import Standing, standing
from licences.states import DocumentStatus
from workflow.models import (
    Application,
    ApplicationDocument,
    CorrectionEntry,
    Delivery,
    DepartmentReview,
    SubmittedMaterial,
)
from workflow.rules import ending
from workflow.rules.offering import offered_papers
from workflow.states import (
    APPLICATION_FINAL,
    REVIEW_OPEN,
    ApplicationStatus,
    DeliveryMethod,
    MaterialMode,
    MaterialState,
)

__all__ = ["MOST", "Move", "MoveKind", "MovePaper", "moves_of"]

#: Rows of one kind that are looked at; whoever has more has the list with its filter besides.
MOST = 300
_HEAVY = ("answers", "draft", "advice", "delivery_address")


class MoveKind(StrEnum):
    """What is to be done, the pressing first."""

    CHOOSE = "continue_rest"
    CORRECT = "supply_correction"
    SUPPLY = "supply_deferred"
    COLLECT = "collect"
    RETURNED = "ask_resend"
    CONFIRM = "confirm_delivery"
    BRING = "supply_offered"


@dataclass(frozen=True)
class MovePaper:
    """One paper to bring, and, where it was found wrong, by whom and how to mend it."""

    name: str
    defects: tuple[CorrectionEntry, ...] = ()


@dataclass(frozen=True)
class Move:
    """One thing to do for one application, and until when."""

    kind: MoveKind
    application: Application
    due_at: datetime | None = None
    papers: tuple[MovePaper, ...] = ()

    @property
    def is_voluntary(self) -> bool:
        """Nothing waits for it."""
        return self.kind is MoveKind.BRING


def moves_of(account: Account) -> list[Move]:
    """What the account may do for itself, its organisations and its principals: the first due first, what need not be last."""
    who = standing(account)
    own = Application.objects.of_applicant(account)
    open_ = own.exclude(status__in=[ApplicationStatus.DRAFT, *APPLICATION_FINAL])
    found = [*_choices(own), *_corrections(own), *_papers(open_), *_collections(own), *_out(own)]
    return sorted((move for move in found if _may_act(move, who)), key=_urgency)


def _may_act(move: Move, who: Standing) -> bool:
    power = Power.RECEIVE if move.kind == MoveKind.CONFIRM else Power.SUBMIT
    return not ending.objections_to_acting_for(move.application, who, power)


def _urgency(move: Move) -> tuple[Any, ...]:
    order = list(MoveKind).index(move.kind)
    if move.due_at is None:
        return (move.is_voluntary, 1, order, move.application.pk)
    return (move.is_voluntary, 0, move.due_at.timestamp(), order, move.application.pk)


def _light(prefix: str) -> list[str]:
    return [f"{prefix}__{name}" for name in _HEAVY]


def _choices(own: QuerySet[Application]) -> list[Move]:
    """All or nothing, and something was refused: what becomes of the rest (I-107c)."""
    held = own.filter(choice_due_at__isnull=False).defer(*_HEAVY).order_by("id")
    return [Move(MoveKind.CHOOSE, one, one.choice_due_at) for one in held[:MOST]]


def _corrections(own: QuerySet[Application]) -> list[Move]:
    """补正: each paper once, however many departments named it (I-104)."""
    asked = own.filter(status=ApplicationStatus.CORRECTING)
    entries = (
        CorrectionEntry.objects.filter(
            correction__application__in=asked, correction__sent_at__isnull=False, supplied_at=None
        )
        .select_related("correction__application", "review__department")
        .defer(*_light("correction__application"))
        .order_by("correction__due_at", "id")
    )
    by_application: dict[int, list[CorrectionEntry]] = {}
    for entry in entries[:MOST]:
        by_application.setdefault(entry.correction.application_id, []).append(entry)
    return [_correction(rows) for rows in by_application.values()]


def _correction(entries: Sequence[CorrectionEntry]) -> Move:
    by_name: dict[str, list[CorrectionEntry]] = {}
    for entry in entries:
        by_name.setdefault(entry.material, []).append(entry)
    papers = tuple(MovePaper(name, tuple(rows)) for name, rows in by_name.items())
    correction = entries[0].correction
    return Move(MoveKind.CORRECT, correction.application, correction.due_at, papers)


def _papers(open_: QuerySet[Application]) -> list[Move]:
    """容缺后补 with their date, and what no register had."""
    to_follow = Q(mode=MaterialMode.DEFERRED, state=MaterialState.PENDING)
    rows = list(
        SubmittedMaterial.objects.filter(application__in=open_, superseded=False)
        .filter(to_follow | Q(state=MaterialState.OFFERED))
        .select_related("application")
        .defer(*_light("application"))
        .order_by("deferred_due_at", "id")[:MOST]
    )
    deferred = [paper for paper in rows if paper.state == MaterialState.PENDING]
    offered = [paper for paper in rows if paper.state == MaterialState.OFFERED]
    return [*_grouped(MoveKind.SUPPLY, deferred), *_grouped(MoveKind.BRING, _still_wanted(offered))]


def _still_wanted(papers: list[SubmittedMaterial]) -> list[SubmittedMaterial]:
    """Those that a department which is still at work would read (I-07)."""
    if not papers:
        return []
    reviews: dict[int, list[DepartmentReview]] = {}
    of_these = {paper.application_id for paper in papers}
    for review in DepartmentReview.objects.filter(application__in=of_these, status__in=REVIEW_OPEN).only(
        "application", "code", "status"
    ):
        reviews.setdefault(review.application_id, []).append(review)
    return [paper for paper in papers if offered_papers([paper], reviews.get(paper.application_id, ()))]


def _grouped(kind: MoveKind, papers: Iterable[SubmittedMaterial]) -> list[Move]:
    by_application: dict[int, list[SubmittedMaterial]] = {}
    for paper in papers:
        by_application.setdefault(paper.application_id, []).append(paper)
    return [
        Move(
            kind,
            rows[0].application,
            min((one.deferred_due_at for one in rows if one.deferred_due_at), default=None),
            tuple(MovePaper(one.name) for one in rows),
        )
        for rows in by_application.values()
    ]


def _collections(own: QuerySet[Application]) -> list[Move]:
    """窗口领取: everything is sealed and lies at the exit window."""
    waiting = ApplicationDocument.objects.filter(
        application=OuterRef("pk"), needs_proof=True, delivery=None
    ).exclude(document__status=DocumentStatus.VOID)
    rows = (
        own.filter(status=ApplicationStatus.DECIDED, delivery_method=DeliveryMethod.WINDOW)
        .filter(Exists(waiting), ~Exists(waiting.filter(document__sealed_at=None)))
        .defer(*_HEAVY)
        .order_by("id")
    )
    return [Move(MoveKind.COLLECT, application) for application in rows[:MOST]]


def _out(own: QuerySet[Application]) -> list[Move]:
    """Posted or put into a locker, and nobody has said that it arrived; or the post brought it back (I-128)."""
    out = (
        Delivery.objects.filter(application__in=own, delivered_at=None, announced_on=None)
        .filter(Q(returned_at=None) | Q(method=DeliveryMethod.EMS, resend_asked_at=None, resent_at=None))
        .select_related("application")
        .defer(*_light("application"))
        .order_by("id")
    )
    found = {(_kind(one), one.application_id): one.application for one in out[:MOST]}
    return [Move(kind, application) for (kind, _pk), application in found.items()]


def _kind(out: Delivery) -> MoveKind:
    return MoveKind.RETURNED if out.returned_at else MoveKind.CONFIRM
