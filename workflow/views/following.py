"""What the timeline page is made of: whose move it is, what is to come and when, what to bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.states import Party
from common.workdays import day_of
from identity.models import Account
from licences.states import DocumentKind
from matters.selectors import centre_calendar
from workflow import services
from workflow.models import (
    Application,
    ApplicationDocument,
    CorrectionEntry,
    DepartmentReview,
    SubmittedMaterial,
)
from workflow.rules.clock import Clock
from workflow.selectors import Dossier
from workflow.services import Supply
from workflow.states import (
    APPLICATION_FINAL,
    APPLICATION_TURN,
    REVIEW_FINAL,
    MaterialMode,
    MaterialState,
    ReviewStatus,
)
from workflow.states import ApplicationStatus as A

#: What a fact looks like on the timeline, where it is not simply done.
TONES = {
    "workflow.CorrectionRequested": "attention",
    "workflow.CorrectionReminded": "attention",
    "workflow.DeferredReminded": "attention",
    "workflow.ReviewDeclined": "ended",
    "workflow.ReviewsBlocked": "ended",
    "workflow.ReviewsTerminated": "ended",
    "workflow.ReviewsWithdrawn": "ended",
    "workflow.DeferralBroken": "ended",
}


@dataclass(frozen=True)
class Defective:
    """One paper to be corrected, with all that is wrong with it, whoever found it."""

    name: str
    defects: tuple[CorrectionEntry, ...]
    due_at: datetime | None


def context(dossier: Dossier) -> dict[str, Any]:
    """Everything the page shows beside the dossier itself."""
    application = dossier.application
    return {
        "reviews": _with_due_dates(dossier),
        "events": [*_past(dossier), *_to_come(dossier)],
        "turn": turn(application, dossier),
        "results": [_shown(one) for one in dossier.documents if one.document.kind in RESULTS],
        "papers_of_course": [_shown(one) for one in dossier.documents if one.document.kind not in RESULTS],
        "to_follow": [one for one in dossier.materials if is_to_follow(one)],
        "promised": _promised(dossier),
        "may_rate": dossier.is_applicant and application.status in APPLICATION_FINAL,
        "is_over": application.status in APPLICATION_FINAL,
    }


RESULTS = frozenset(
    {
        DocumentKind.RESULT,
        DocumentKind.GRANT_DECISION,
        DocumentKind.DENIAL_DECISION,
        DocumentKind.DECLINE_NOTICE,
        DocumentKind.TERMINATION_NOTICE,
    }
)


def turn(application: Application, dossier: Dossier) -> dict[str, str]:
    """Whose move it is, in words, and what to do about it."""
    party = APPLICATION_TURN[A(application.status)]
    if party is Party.APPLICANT and application.status == A.CORRECTING:
        url = reverse("workflow:supply_correction", args=[application.reference])
        return {
            "tone": "attention",
            "text": _("轮到您了：有材料需要补正，只通知这一次。"),
            "url": url,
            "link": _("去补正"),
        }
    if application.deferred_open and dossier.is_applicant and application.status not in APPLICATION_FINAL:
        url = reverse("workflow:supply_deferred", args=[application.reference])
        words = _("还有容缺材料要补交，补齐以前不发放决定和证照。")
        return {"tone": "attention", "text": words, "url": url, "link": _("去补交")}
    if application.status == A.IN_REVIEW and dossier.is_on_its_way and dossier.is_applicant:
        words = _("有结果已经送出，收到后请在这里确认；其余事项部门正在办理。")
        return {"tone": "active", "text": words}
    return {
        "tone": "done" if application.status in APPLICATION_FINAL else "active",
        "text": _words(application),
    }


def _words(application: Application) -> str:
    return {
        A.SUBMITTED: _("轮到综合窗口：核对后出具收件凭证，您不用做什么。"),
        A.RECEIVED: _("轮到部门：正在核对材料，您不用做什么。"),
        A.ACCEPTED: _("轮到部门：已经受理的正在分给经办人员，您不用做什么。"),
        A.IN_REVIEW: _("轮到部门：正在办理，您不用做什么。"),
        A.DECIDED: _("全部事项都有结果了，正在制作和送出文书。"),
        A.HANDED_OVER: _("结果已经送出，收到后请在这里确认。"),
        A.CLOSED: _("办件已经完成。"),
        A.DECLINED: _("不予受理，原因和救济途径见通知书。"),
        A.WITHDRAWN: _("您已经撤回，需要时可以重新申请。"),
        A.TERMINATED: _("办理已经终止，原因见通知书。"),
    }.get(A(application.status), "")


def _past(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "title": one.text, "actor": one.actor, "tone": TONES.get(one.event, "done")}
        for one in dossier.timeline
    ]


def _with_due_dates(dossier: Dossier) -> list[dict[str, Any]]:
    """The chain's nodes: a review that has not begun is due when its predecessors leave off, at the latest."""
    ends = _forecast(dossier)
    return [
        {
            "code": one.code,
            "name": one.name,
            "department": one.department.name,
            "stage": one.stage,
            "depends_on": one.depends_on,
            "status": one.status,
            "due": one.due_at or ends.get(one.code),
        }
        for one in dossier.reviews
    ]


def _forecast(dossier: Dossier) -> Mapping[str, date]:
    """When each review ends at the latest; nothing is said of those that wait while a clock stands still."""
    application = dossier.application
    if (
        application.received_at is None
        or application.clock_stopped
        or application.status in APPLICATION_FINAL
    ):
        return {}
    ends = Clock(centre_calendar()).forecast(dossier.reviews)
    return {code: due.date for code, due in ends.items()}


def _to_come(dossier: Dossier) -> list[dict[str, Any]]:
    ends = _forecast(dossier)
    open_ = [one for one in dossier.reviews if one.status not in REVIEW_FINAL]
    return sorted((_step(one, ends) for one in open_), key=lambda step: step["order"])


def _step(review: DepartmentReview, ends: Mapping[str, date]) -> dict[str, Any]:
    waits = review.status == ReviewStatus.WAITING
    due = review.due_at or ends.get(review.code)
    return {
        "due": due,
        "order": (day_of(due) if isinstance(due, datetime) else due or date.max, review.stage),
        "title": _("%(name)s办好") % {"name": review.name},
        "actor": review.department.name,
        "tone": "waiting" if waits else "active",
    }


def _shown(row: ApplicationDocument) -> dict[str, Any]:
    document = row.document
    return {
        "title": document.title,
        "number": document.number,
        "url": reverse("workflow:document", args=[document.pk]),
        "is_sealed": document.sealed_at is not None,
    }


def _promised(dossier: Dossier) -> list[SubmittedMaterial]:
    """Promises that may still be taken back: something that rests on them is undecided."""
    open_codes = {one.code for one in dossier.reviews if one.status not in REVIEW_FINAL}
    promised = [one for one in dossier.materials if one.mode == MaterialMode.COMMITMENT]
    return [one for one in promised if open_codes.issuperset(one.needed_by)]


def is_to_follow(paper: SubmittedMaterial) -> bool:
    """Deferred and not brought yet."""
    return paper.mode == MaterialMode.DEFERRED and paper.state == MaterialState.PENDING


def first_due(papers: Iterable[SubmittedMaterial]) -> datetime | None:
    """The earliest day by which one of them is to be here."""
    return min((one.deferred_due_at for one in papers if one.deferred_due_at), default=None)


def merged(entries: Sequence[CorrectionEntry]) -> list[Defective]:
    """Each paper once, however many departments named it (I-104)."""
    by_name: dict[str, list[CorrectionEntry]] = {}
    for entry in entries:
        by_name.setdefault(entry.material, []).append(entry)
    return [Defective(name, tuple(rows), rows[0].correction.due_at) for name, rows in by_name.items()]


def revoke_each(application_id: int, *, by: Account, supplies: Sequence[Supply]) -> None:
    """Take back the promise of every paper that was brought."""
    for supply in supplies:
        services.revoke_commitment(application_id, by=by, supply=supply)
