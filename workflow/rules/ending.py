"""Withdrawing, handing over and what an applicant may do."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from identity.roles import Permission, Power
from workflow.states import APPLICATION_FINAL, DeliveryMethod
from workflow.states import ApplicationStatus as A
from workflow.states import ReviewStatus as R

if TYPE_CHECKING:
    from identity.selectors import Standing
    from workflow.models import Application, DepartmentReview


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
    return ["您不是申请人，也没有有效的授权委托"]


def objections_to_withdrawing(application: "Application", chosen: Sequence["DepartmentReview"]) -> list[str]:
    """撤回 any time before the decision (I-137)."""
    if application.status in APPLICATION_FINAL | {A.DECIDED, A.HANDED_OVER}:
        return ["办件已经有了决定，不能再撤回"]
    if application.status not in {A.DRAFT, A.SUBMITTED} and not chosen:
        return ["没有可以撤回的事项"]
    return [f"“{review.name}”已经有了决定，不能撤回" for review in chosen if review.is_final]


def objections_to_handing_over(application: "Application", who: "Standing", *, unsealed: int) -> list[str]:
    """出件 by the exit window (I-01), when every document is sealed (C-16)."""
    objections = [] if who.may(Permission.HAND_OVER) else ["只有出件窗口可以出件"]
    if unsealed:
        objections.append(f"还有{unsealed}份文书正在制作，请稍后再出件")
    front = {application.received_by.person_id} if application.received_by else set()
    if who.person_id in front:
        objections.append("收件和出件不能是同一个人")
    return objections


def objections_to_receiver(
    application: "Application",
    *,
    method: str,
    receiver: str,
    identity_checked: bool,
    id_tail: str,
    waybill: str,
) -> list[str]:
    """I-126: at the window an identity check; I-128: by post a waybill."""
    if method not in DeliveryMethod.values:
        return ["送达方式须为电子、窗口、自助柜或邮寄"]
    if method == DeliveryMethod.EMS and not waybill.strip():
        return ["邮寄要登记运单号"]
    if method != DeliveryMethod.WINDOW:
        return []
    objections = [] if receiver.strip() else ["请登记签收人姓名"]
    if not identity_checked:
        objections.append("请先核对签收人的身份证件")
    if id_tail and id_tail.upper() != application.applicant_id_tail.upper():
        objections.append("证件后四位与申请人不一致，请核对身份或查验授权委托书")
    return objections


def objections_to_supplying(application: "Application", due_at: datetime | None, now: datetime) -> list[str]:
    """Papers may be handed in until 24:00 of the last day (I-35, I-37)."""
    if due_at is None:
        return ["本件没有需要补交的材料"]
    return ["补交期限已过，请重新申请，已提交的材料可以继续使用"] if now > due_at else []


def verbs_of_applicant(application: "Application", undecided: Collection["DepartmentReview"]) -> list[str]:
    """What the applicant may do now."""
    verbs = []
    if application.status in {A.DRAFT, A.SUBMITTED} or undecided:
        verbs.append("withdraw")
    if application.status == A.CORRECTING:
        verbs.append("supply_correction")
    if application.deferred_open:
        verbs.append("supply_deferred")
    if application.status == A.HANDED_OVER:
        verbs.append("confirm_delivery")
    return verbs


def undecided(reviews: Sequence["DepartmentReview"]) -> list["DepartmentReview"]:
    """Reviews that may still be taken back."""
    return [review for review in reviews if not review.is_final]


def withdrawable(review: "DepartmentReview") -> bool:
    """Before its decision (C-23…C-25)."""
    return review.status not in {R.APPROVED, R.DENIED}
