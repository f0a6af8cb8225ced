"""退件: a parcel that the post brought back (I-128): the applicant is called, and it goes out once more, free of charge."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.workdays import Calendar, day_of
from workflow.states import CallOutcome, DeliveryMethod

if TYPE_CHECKING:
    from workflow.models import Delivery

#: The applicant is called within so many working days of the return (I-128).
CALL_DAYS = 1


def call_by(returned_at: datetime, calendar: Calendar) -> datetime:
    """By when the applicant is to be called (I-128)."""
    return calendar.due_at(day_of(returned_at), CALL_DAYS)


def returned_parcel(deliveries: Iterable["Delivery"]) -> "Delivery | None":
    """The parcel that came back by post and still lies at the exit window; one that was announced waits for its day."""
    return next(
        (
            one
            for one in deliveries
            if one.method == DeliveryMethod.EMS
            and one.returned_at
            and not one.delivered_at
            and not one.announced_on
        ),
        None,
    )


def awaits_call(parcel: "Delivery") -> bool:
    """Nobody knows yet what the applicant wants."""
    return parcel.resend_asked_at is None and parcel.call_outcome in {"", CallOutcome.UNREACHED}


def may_be_resent(parcel: "Delivery") -> bool:
    """Free of charge once, and by post alone (I-128)."""
    return parcel.method == DeliveryMethod.EMS and parcel.resent_at is None


def verbs_at_exit(parcel: "Delivery | None") -> list[str]:
    """What the exit window does about it."""
    if parcel is None:
        return []
    verbs = ["note_call"] if awaits_call(parcel) else []
    return verbs + (["resend"] if parcel.resend_asked_at and not parcel.resent_at else [])


def verbs_of_applicant(parcel: "Delivery | None") -> list[str]:
    """The applicant may ask by themself, before anybody calls, and mend the address until it is out again."""
    return ["ask_resend"] if parcel and not parcel.resent_at else []


def objections_to_asking(parcel: "Delivery", address: str) -> list[str]:
    """Free of charge once, to somewhere (I-128)."""
    if parcel.resent_at:
        return [_("已经免费重寄过一次，请到出件窗口领取")]
    return [] if address.strip() else [_("请填写收件地址")]


def objections_to_resending(parcel: "Delivery", waybill: str) -> list[str]:
    """Once, when the applicant wants it, under a number of its own (I-128)."""
    if parcel.resent_at:
        return [_("已经免费重寄过一次，请到出件窗口领取")]
    if parcel.resend_asked_at is None:
        return [_("请先联系申请人，确认要重新寄送和收件地址")]
    if not waybill.strip():
        return [_("邮寄要登记运单号")]
    if waybill.strip() == parcel.waybill:
        return [_("这是退回的那件的运单号，请登记新的运单号")]
    return []
