"""退件: what becomes of a parcel that the post brought back; the applicant's wish, and one free re-send (I-128)."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState, refuse_if
from identity.models import Account
from workflow import events
from workflow.models import Application, Delivery
from workflow.rules import ending
from workflow.rules import returned as rules
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin
from workflow.states import CallOutcome

__all__ = ["ask_resend", "note_call", "resend"]


@transaction.atomic
def ask_resend(application_id: int, *, by: Account, address: str = "") -> Application:
    """
    The applicant wants it sent once more, to ``address``, or where it was sent before if that is blank.

    Asked for again before it is out, only the address changes.
    """
    act = begin(application_id, by=by)
    refuse_unless(ending.objections_to_acting_for(act.application, act.who))
    parcel = _returned(act)
    _want(act, parcel, address, by_call=False)
    parcel.save(update_fields=["resend_asked_at"])
    act.save()
    act.finish()
    return act.application


@transaction.atomic
def note_call(
    application_id: int, *, by: Account, outcome: CallOutcome, address: str = "", note: str = ""
) -> Application:
    """The exit window has called the applicant, or tried to: what they want, or how it was tried."""
    act = begin(application_id, by=by)
    _refuse_at_exit(act)
    parcel = _returned(act)
    refuse_now([] if rules.awaits_call(parcel) else [_("申请人已经说明要怎样领取")])
    if outcome == CallOutcome.RESEND:
        _want(act, parcel, address, by_call=True)
    elif outcome == CallOutcome.UNREACHED:
        refuse_if([] if note.strip() else [_("没有联系上的，请写明怎样联系过")])
    parcel.called_at, parcel.call_outcome, parcel.call_note = act.now, outcome, note.strip()
    parcel.save(update_fields=["called_at", "call_outcome", "call_note", "resend_asked_at"])
    act.tell(events.ApplicantCalled, delivery_id=parcel.pk, outcome=outcome)
    act.save()
    act.finish()
    return act.application


@transaction.atomic
def resend(application_id: int, *, by: Account, waybill: str) -> Application:
    """It is on its way again, under a number of its own, and followed like the first (I-128)."""
    act = begin(application_id, by=by)
    _refuse_at_exit(act)
    parcel = _returned(act)
    refuse_if(rules.objections_to_resending(parcel, waybill))
    parcel.returned_waybill, parcel.waybill = parcel.waybill, waybill.strip()
    parcel.resent_at, parcel.returned_at, parcel.call_by = act.now, None, None
    parcel.save(update_fields=["returned_waybill", "waybill", "resent_at", "returned_at", "call_by"])
    act.tell(events.ParcelResent, delivery_id=parcel.pk, waybill=parcel.waybill)
    act.finish()
    return act.application


def _refuse_at_exit(act: Act) -> None:
    refuse_unless(ending.objections_to_handing_over(act.application, act.who, unsealed=0))


def _returned(act: Act) -> Delivery:
    parcel = rules.returned_parcel(act.application.deliveries.order_by("pk"))
    if parcel is None:
        raise WrongState([_("没有退回来的邮件")])
    return parcel


def _want(act: Act, parcel: Delivery, address: str, *, by_call: bool) -> None:
    where = address.strip() or act.application.delivery_address
    refuse_if(rules.objections_to_asking(parcel, where))
    act.application.delivery_address = where
    if parcel.resend_asked_at is None:
        parcel.resend_asked_at = act.now
        act.tell(events.ResendAsked, delivery_id=parcel.pk, by_call=by_call)
