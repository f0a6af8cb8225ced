"""Withdrawing, handing over and what an applicant may do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.speaking import local_text
from common.workdays import Calendar, day_of
from identity.roles import Permission, Power
from licences.states import DocumentKind, DocumentStatus
from workflow.states import APPLICATION_FINAL, DeliveryMethod
from workflow.states import ApplicationStatus as A

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import Application, ApplicationDocument, DepartmentReview

#: Results are made and delivered within ten working days of the grant (I-82).
DELIVERY_DAYS = 10
#: What lies in a locker is kept there for a week, and called to mind on these days (I-127).
LOCKER_TIME = timedelta(days=7)
LOCKER_REMINDERS = (1, 3, 6)
#: Where results of each kind can be fetched.
PLACES_FOR: Mapping[DeliveryMethod, frozenset[str]] = {
    DeliveryMethod.WINDOW: frozenset({"city_hall", "district_hall", "street_centre"}),
    DeliveryMethod.LOCKER: frozenset({"city_hall", "district_hall", "kiosk"}),
}
_NOTICES = frozenset(
    {DocumentKind.CORRECTION_NOTICE, DocumentKind.DECLINE_NOTICE, DocumentKind.TERMINATION_NOTICE}
)


def objections_to_acting_for(
    application: "Application", who: "Standing", power: Power = Power.SUBMIT
) -> list[str]:
    """The applicant, somebody who acts for the organisation, or an agent inside a standing mandate (I-39)."""
    if application.applicant_person_id and application.applicant_person_id == who.person_id:
        return []
    if application.applicant_organisation_id in who.organisation_ids:
        return []
    held = {grant.id for grant in who.authorisations if power in grant.powers}
    if application.authorisation_id in held:
        return []
    return [_("您不是申请人，也没有有效的授权委托")]


def objections_to_withdrawing(application: "Application", chosen: Sequence["DepartmentReview"]) -> list[str]:
    """撤回 any time before the decision (I-137)."""
    if application.status in APPLICATION_FINAL | {A.DECIDED, A.HANDED_OVER}:
        return [_("办件已经有了决定，不能再撤回")]
    if not chosen:
        return [_("没有可以撤回的事项")]
    return [
        _("“%(name)s”已经有了决定，不能撤回") % {"name": local_text(review.name)}
        for review in chosen
        if review.is_final
    ]


def objections_to_handing_over(
    application: "Application", who: "Standing", *, unsealed: int, reviewers: Collection[int | None] = ()
) -> list[str]:
    """出件 by the exit window, by nobody who took it in or decided it (I-01), when every document is sealed (C-16)."""
    objections = [] if who.may(Permission.HAND_OVER) else [_("只有出件窗口可以出件")]
    objections += objections_to_unsealed(unsealed)
    if who.person_id in application.front_persons:
        objections.append(_("收件和出件不能是同一个人"))
    if who.person_id is not None and who.person_id in reviewers:
        objections.append(_("审查和出件不能是同一个人"))
    return objections


def objections_to_unsealed(unsealed: int) -> list[str]:
    """Nothing goes out without its seal (C-16)."""
    return [_("还有%(n)s份文书正在制作，请稍后再出件") % {"n": unsealed}] if unsealed else []


def objections_to_handing_over_now(
    application: "Application", unproved: Sequence["ApplicationDocument"]
) -> list[str]:
    """Only what has been decided, or refused on paper, and is still here; single results where they are wanted."""
    open_to = {A.DECIDED, A.DECLINED, A.TERMINATED} | (
        set() if application.deliver_together else {A.IN_REVIEW}
    )
    if application.status in open_to and unproved:
        return []
    if application.status == A.CORRECTING and any(is_notice(row) for row in unproved):
        return []
    return [_("办件还没有办结，或者已经出件")]


def is_notice(row: "ApplicationDocument") -> bool:
    """补正、不予受理、终止: told at once, whatever becomes of the results."""
    return row.document.kind in _NOTICES


def results_and_notices(
    rows: Iterable["ApplicationDocument"],
) -> tuple[list["ApplicationDocument"], list["ApplicationDocument"]]:
    """Decisions and results, and the notices beside them."""
    listed = list(rows)
    return [row for row in listed if not is_notice(row)], [row for row in listed if is_notice(row)]


def ready_to_deliver(
    application: "Application", unproved: Sequence["ApplicationDocument"], pressing: Collection[int]
) -> list["ApplicationDocument"]:
    """
    What may go out now: sealed notices; results together by default, or each as it is ready (I-114).

    ``pressing`` are the reviews whose results wait for no others any more (I-82).
    """
    results, notices = results_and_notices(unproved)
    being_made = {row.review_id for row in results if not _is_sealed(row)}
    together = application.status == A.DECIDED and not being_made
    ready = [
        row
        for row in results
        if together
        or (
            row.review_id not in being_made
            and (not application.deliver_together or row.review_id in pressing)
        )
    ]
    return [row for row in notices if _is_sealed(row)] + ready


def _is_sealed(row: "ApplicationDocument") -> bool:
    return row.document.status == DocumentStatus.SEALED


def delivery_due_at(granted_at: datetime, calendar: Calendar) -> datetime:
    """A certificate is made and delivered within ten working days of the grant (I-82, W-10)."""
    return calendar.due_at(day_of(granted_at), DELIVERY_DAYS)


def objections_to_receiver(
    application: "Application", *, method: str, receiver: str, identity_checked: bool, waybill: str
) -> list[str]:
    """I-126: at the window an identity check; I-128: by post a waybill; I-129: electronically by consent alone."""
    if method not in DeliveryMethod.values:
        return [_("送达方式须为电子、窗口、自助柜或邮寄")]
    if method == DeliveryMethod.EMS and not waybill.strip():
        return [_("邮寄要登记运单号")]
    if method == DeliveryMethod.ELECTRONIC and application.delivery_method != method:
        return [_("申请人没有选择电子送达，请按申请人选择的方式送达")]
    if method != DeliveryMethod.WINDOW:
        return []
    objections = [] if receiver.strip() else [_("请登记签收人姓名")]
    if not identity_checked:
        objections.append(_("请先核对签收人的身份证件"))
    return objections


def objections_to_identity(id_tail: str, known: Collection[str]) -> list[str]:
    """The receiver is the applicant, or somebody allowed to receive for them (I-126)."""
    if id_tail.upper() in {tail.upper() for tail in known}:
        return []
    return [_("证件后四位与申请人不一致，请核对身份或查验授权委托书")]


def objections_to_changing_delivery(application: "Application") -> list[str]:
    """I-125: changeable until the hand-out."""
    if application.status in APPLICATION_FINAL | {A.DRAFT, A.HANDED_OVER}:
        return [_("办件已经出件或者结束，送达方式不能再改")]
    return []


def objections_to_delivery(method: str, address: str) -> list[str]:
    """By post needs somewhere to post it to."""
    return [_("选择邮寄的，请填写收件地址")] if method == DeliveryMethod.EMS and not address.strip() else []


def is_to_be_fetched(put_in_on: date, reminded_on: date | None, today: date) -> bool:
    """A reminder is due: one, three or six days after it was put in; a missed run is made good once (I-127)."""
    days = [put_in_on + timedelta(days=after) for after in LOCKER_REMINDERS]
    due = max((day for day in days if day <= today), default=None)
    return due is not None and (reminded_on is None or reminded_on < due)


def objections_to_supplying(application: "Application", due_at: datetime | None, now: datetime) -> list[str]:
    """Papers may be handed in until 24:00 of the last day (I-35, I-37)."""
    if due_at is None:
        return [_("本件没有需要补交的材料")]
    return [_("补交期限已过，请重新申请，已提交的材料可以继续使用")] if now > due_at else []


def verbs_of_applicant(
    application: "Application", undecided: Collection["DepartmentReview"], *, on_its_way: bool
) -> list[str]:
    """What the applicant may do now; ``on_its_way``: something was posted and has not been signed for."""
    verbs = []
    if undecided:
        verbs += ["withdraw", "change_facts"]
    if application.status == A.CORRECTING:
        verbs.append("supply_correction")
    if application.deferred_open:
        verbs.append("supply_deferred")
    if not objections_to_changing_delivery(application):
        verbs.append("change_delivery")
    if on_its_way:
        verbs.append("confirm_delivery")
    if application.choice_due_at:
        verbs.append("continue_rest")
    return verbs


def verbs_of_exit(
    application: "Application", unproved: Sequence["ApplicationDocument"], *, on_its_way: bool
) -> list[str]:
    """What there is to do at the exit window now, on its page and over the API."""
    verbs = [] if objections_to_handing_over_now(application, unproved) else ["hand_over"]
    verbs += ["confirm_delivery"] if on_its_way else []
    on_paper = application.delivery_method != DeliveryMethod.ELECTRONIC
    return verbs + (["serve_by_leaving", "serve_by_announcement"] if verbs and on_paper else [])


def unsealed_before(
    application: "Application",
    unproved: Sequence["ApplicationDocument"],
    ready: Sequence["ApplicationDocument"],
) -> int:
    """How many documents a hand-over waits for: none where one may go out before the others (I-114, I-130)."""
    one_by_one = not application.deliver_together or application.status == A.CORRECTING
    return 0 if ready and one_by_one else sum(not _is_sealed(row) for row in unproved)


#: 公告送达: served when thirty natural days are over (I-130, 民诉法 by analogy).
ANNOUNCED_FOR = timedelta(days=30)


def objections_to_leaving(*, witness: str, place: str) -> list[str]:
    """留置送达 is before a witness, somewhere (I-130)."""
    objections = [] if witness.strip() else [_("请写明见证人姓名")]
    return objections + ([] if place.strip() else [_("请写明留置送达的地点")])


def objections_to_announcing(*, place: str, note: str) -> list[str]:
    """公告送达 says where it hangs, and why nobody could be reached (I-130)."""
    objections = [] if place.strip() else [_("请写明公告发布在哪里")]
    return objections + ([] if note.strip() else [_("请写明怎样联系过、为什么联系不上")])


def undecided(reviews: Sequence["DepartmentReview"]) -> list["DepartmentReview"]:
    """Reviews that may still be taken back."""
    return [review for review in reviews if not review.is_final]
