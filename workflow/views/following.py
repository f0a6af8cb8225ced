"""What the timeline page is made of: whose move it is, what is to come and when, what to bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.speaking import local_text
from common.states import Party
from common.workdays import Due, day_of
from identity.models import Account
from licences.states import DocumentKind
from matters.selectors import centre_calendar
from workflow import selectors, services
from workflow.models import (
    Application,
    ApplicationDocument,
    CorrectionEntry,
    Delivery,
    DepartmentReview,
    ParcelStep,
    SubmittedMaterial,
)
from workflow.rules.again import objections_to_applying_again
from workflow.rules.clock import Clock, last_day
from workflow.rules.ending import ANNOUNCED_FOR
from workflow.selectors import Dossier
from workflow.services import Supply
from workflow.states import (
    APPLICATION_FINAL,
    APPLICATION_TURN,
    ENDED_WITHOUT_DECISION,
    IN_HAND,
    REVIEW_FINAL,
    DeliveryMethod,
    MaterialMode,
    MaterialState,
    ReviewStatus,
)
from workflow.states import ApplicationStatus as A

_NOT_GRANTED = ENDED_WITHOUT_DECISION | {ReviewStatus.DENIED}
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
    "workflow.ParcelReturned": "attention",
    "workflow.LockerReminded": "attention",
}


@dataclass(frozen=True)
class Defective:
    """One paper to be corrected, with all that is wrong with it, whoever found it."""

    name: str
    defects: tuple[CorrectionEntry, ...]
    due_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """The day at whose end it must be here."""
        return last_day(self.due_at) if self.due_at else None


def context(dossier: Dossier) -> dict[str, Any]:
    """Everything the page shows beside the dossier itself."""
    application = dossier.application
    correcting = application.status == A.CORRECTING and dossier.is_applicant
    return progress(dossier) | {
        "events": [*_past(dossier), *_to_come(dossier)],
        "turn": turn(application, dossier),
        "defects": merged(selectors.defects_of(application)) if correcting else [],
        "results": [_shown(one) for one in dossier.documents if one.document.kind in RESULTS],
        "papers_of_course": [_shown(one) for one in dossier.documents if one.document.kind not in RESULTS],
        "to_follow": [one for one in dossier.materials if is_to_follow(one)],
        "promised": _promised(dossier),
        "choice_until": last_day(application.choice_due_at) if application.choice_due_at else None,
        "parcels": _parcels(dossier) if dossier.is_applicant else [],
        "again": _again(dossier) if dossier.is_applicant else {},
        "may_rate": dossier.is_applicant and application.status in APPLICATION_FINAL,
    }


def progress(dossier: Dossier) -> dict[str, Any]:
    """Steps and dates, whose move it is and what comes next: nothing that is anybody's."""
    return {
        "reviews": _with_due_dates(dossier),
        "steps": _to_come(dossier),
        "outlook": _outlook(dossier),
        "is_over": dossier.application.status in APPLICATION_FINAL,
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
    if dossier.returned and dossier.is_applicant:
        return {"tone": "attention", "text": _returned(dossier.returned)}
    if application.status == A.IN_REVIEW and dossier.is_on_its_way and dossier.is_applicant:
        words = _("有结果已经送出，收到后请在这里确认；其余事项部门正在办理。")
        return {"tone": "active", "text": words}
    return {
        "tone": "done" if application.status in APPLICATION_FINAL else "active",
        "text": _words(application),
    }


def _returned(parcel: Delivery) -> str:
    """What becomes of a parcel that the post brought back (I-128)."""
    if parcel.resend_asked_at:
        return _("已经登记重新寄送，寄出后会告诉您新的运单号。寄出以前可以改地址。")
    if parcel.resent_at:
        return _("到出件窗口领取退回来的结果，请带身份证件")
    return _("邮件退回来了：请选择免费重新寄送，或者带身份证件到出件窗口领取")


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


# Whose move it is, what comes next, and when


@dataclass(frozen=True)
class Outlook:
    """Whose move it is, what they do, by when; ``whole`` is the day by which all is done."""

    who: str
    what: str
    due: date | datetime | None = None
    whole: datetime | None = None
    is_provisional: bool = False


def _outlook(dossier: Dossier) -> Outlook | None:
    """In one look; None once nothing is to come."""
    application = dossier.application
    telling = {
        A.SUBMITTED: _outlook_at_the_window,
        A.RECEIVED: _outlook_of_answers,
        A.CORRECTING: _outlook_of_correction,
        A.ACCEPTED: _outlook_of_reviews,
        A.IN_REVIEW: _outlook_of_reviews,
        A.DECIDED: _outlook_of_results,
        A.HANDED_OVER: _outlook_on_its_way,
    }.get(A(application.status))
    if telling is None:
        return None
    telling = _outlook_of_choice if application.choice_due_at else telling
    provisional = application.due_provisional or any(one.due_provisional for one in dossier.reviews)
    return replace(telling(dossier), whole=application.due_at, is_provisional=provisional)


def _outlook_at_the_window(dossier: Dossier) -> Outlook:
    return Outlook(_("综合窗口"), _("核对材料，出具收件凭证"))


def _outlook_of_answers(dossier: Dossier) -> Outlook:
    waiting = [one for one in dossier.reviews if one.papers_open]
    return Outlook(_departments(waiting), _("核对材料，告诉您是否受理"), dossier.application.answer_due_at)


def _outlook_of_correction(dossier: Dossier) -> Outlook:
    return Outlook(_("您"), _("按告知书补正材料；其他事项照常办理"))


def _outlook_of_choice(dossier: Dossier) -> Outlook:
    """All or nothing, and something was refused: nobody decides until the applicant has chosen (I-107c)."""
    until = dossier.application.choice_due_at
    what = _("选择其余事项继续办还是撤回，不选就继续办")
    return Outlook(_("您"), what, last_day(until) if until else None)


def _outlook_of_reviews(dossier: Dossier) -> Outlook:
    """The department that is to be ready first; those that only wait for others are not at work."""
    at_work = [one for one in dossier.reviews if one.status in IN_HAND]
    if not at_work:
        return _outlook_of_answers(dossier)
    ends = _forecast(dossier)
    first = min(at_work, key=lambda one: _by_due(one, ends))
    what = _("最先办好的是“%(name)s”") % {"name": local_text(first.name)}
    return Outlook(_departments(at_work), what, first.due_at or _date(ends, first.code))


def _outlook_of_results(dossier: Dossier) -> Outlook:
    return Outlook(_("出件窗口"), _("制作、盖章，把结果送出来"), dossier.delivery_due_at)


def _outlook_on_its_way(dossier: Dossier) -> Outlook:
    waiting = [row.delivery for row in dossier.documents if row.delivery and not row.delivery.delivered_at]
    announced = [one.announced_on for one in waiting if one.announced_on]
    lockers = [one for one in waiting if one.collect_by]
    parcel = dossier.returned
    if parcel and parcel.resend_asked_at:
        return Outlook(_("出件窗口"), _("把退回的邮件重新寄出来，不收费"))
    if parcel and not parcel.resent_at:
        return Outlook(_("您"), _("邮件退回来了：请选择免费重新寄送，或者带身份证件到出件窗口领取"))
    if any(one.returned_at for one in waiting):
        return Outlook(_("您"), _("到出件窗口领取退回来的结果，请带身份证件"))
    if announced:
        what = _("带身份证件到出件窗口领取结果，公告期满视为送达")
        return Outlook(_("您"), what, min(announced) + ANNOUNCED_FOR)
    if lockers:
        return Outlook(_("您"), _("凭取件码到自助柜取走结果"), lockers[0].collect_by)
    return Outlook(_("您"), _("收到结果后，在这里确认收到"))


def _departments(reviews: Iterable[DepartmentReview]) -> str:
    return "、".join(dict.fromkeys(one.department.name for one in reviews))


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
            "due": one.due_at or _date(ends, one.code),
        }
        for one in dossier.reviews
    ]


def _forecast(dossier: Dossier) -> Mapping[str, Due]:
    """When each review ends at the latest; nothing is said of those that wait while a clock stands still."""
    application = dossier.application
    if (
        application.received_at is None
        or application.clock_stopped
        or application.status in APPLICATION_FINAL
    ):
        return {}
    return Clock(centre_calendar()).forecast(dossier.reviews)


def _date(ends: Mapping[str, Due], code: str) -> date | None:
    return ends[code].date if code in ends else None


def _to_come(dossier: Dossier) -> list[dict[str, Any]]:
    ends = _forecast(dossier)
    open_ = [one for one in dossier.reviews if one.status not in REVIEW_FINAL]
    return [_step(one, ends) for one in sorted(open_, key=lambda one: _by_due(one, ends))]


def _by_due(review: DepartmentReview, ends: Mapping[str, Due]) -> tuple[date, int]:
    due = review.due_at or _date(ends, review.code)
    return (day_of(due) if isinstance(due, datetime) else due or date.max, review.stage)


def _step(review: DepartmentReview, ends: Mapping[str, Due]) -> dict[str, Any]:
    waits = review.status == ReviewStatus.WAITING
    forecast = ends.get(review.code)
    is_provisional = review.due_provisional if review.due_at else bool(forecast and forecast.provisional)
    return {
        "due": review.due_at or _date(ends, review.code),
        "title": _("%(name)s办好") % {"name": local_text(review.name)},
        "actor": review.department.name,
        "tone": "waiting" if waits else "active",
        "text": _("日期是暂定的，放假安排公布后可能调整") if is_provisional else "",
    }


# What was sent, and applying again


def _parcels(dossier: Dossier) -> list[dict[str, Any]]:
    """Each posting and each locker, with where it is; what was handed over in person is on the timeline."""
    sent = {row.delivery_id: row.delivery for row in dossier.documents if row.delivery}
    ways = {DeliveryMethod.EMS, DeliveryMethod.LOCKER}
    deliveries = [one for one in sent.values() if one and one.method in ways]
    posted = [one for one in deliveries if one.method == DeliveryMethod.EMS]
    steps = selectors.steps_of(posted)
    return [{"delivery": one, "events": _tracked(one, steps)} for one in deliveries]


def _tracked(delivery: Delivery, steps: Iterable[ParcelStep]) -> list[dict[str, Any]]:
    is_posted = delivery.method == DeliveryMethod.EMS
    out = _("交给邮政") if is_posted else _("放进自助柜")
    told: list[dict[str, Any]] = [{"at": delivery.handed_over_at, "title": out, "actor": delivery.place}]
    told += [
        {"at": one.at, "title": one.get_state_display(), "actor": one.place}
        for one in steps
        if one.delivery_id == delivery.pk
    ]
    if delivery.resent_at:
        again = _("免费重新寄出")
        told.append({"at": delivery.resent_at, "title": again, "actor": delivery.waybill})
        told.sort(key=lambda one: one["at"])
    if delivery.returned_at:
        back = _("退回出件窗口，请带身份证件来领取")
        told.append({"at": delivery.returned_at, "title": back, "tone": "attention"})
    elif delivery.delivered_at is None and delivery.collect_by:
        told.append({"due": delivery.collect_by, "title": _("取走"), "tone": "active"})
    return told


def _again(dossier: Dossier) -> dict[str, Any]:
    """What may be applied for once more: the whole, or single matters that were not granted."""
    application, reviews = dossier.application, dossier.reviews
    whole = not objections_to_applying_again(application, reviews)
    ended = [one for one in reviews if one.status in _NOT_GRANTED]
    return {"whole": whole, "matters": [] if whole else ended}


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


def first_due(papers: Iterable[SubmittedMaterial]) -> date | None:
    """The earliest day by whose end one of them is to be here."""
    return min((last_day(one.deferred_due_at) for one in papers if one.deferred_due_at), default=None)


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
