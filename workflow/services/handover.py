"""出件 and 送达: handing results over together, the proof that they arrived, and the close."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from common.errors import WrongState, refuse_if
from identity.models import Account
from identity.roles import Power
from licences.states import DocumentStatus
from workflow import events
from workflow.models import Application, ApplicationDocument, Delivery
from workflow.rules import ending as rules
from workflow.services import following, papers
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin
from workflow.states import ApplicationStatus, DeliveryMethod

__all__ = ["Handover", "confirm_delivery", "hand_over", "hand_over_electronically"]


@dataclass(frozen=True)
class Handover:
    """What the exit window notes: how, to whom, checked by which papers (I-126, I-128, I-130)."""

    method: DeliveryMethod
    receiver: str = ""
    relation: str = ""
    identity_checked: bool = False
    id_tail: str = ""
    place: str = ""
    waybill: str = ""
    note: str = ""


@transaction.atomic
def hand_over(application_id: int, *, by: Account, handover: Handover) -> Application:
    """The exit window hands the results out; at the window the receiver's signature is the proof (C-16, C-17)."""
    act = begin(application_id, by=by)
    documents = _unproved(act)
    refuse_unless(rules.objections_to_handing_over(act.application, act.who, unsealed=0))
    if act.application.status != ApplicationStatus.DECIDED:
        raise WrongState("办件还没有办结，或者已经出件")
    refuse_if(rules.objections_to_handing_over(act.application, act.who, unsealed=_unsealed(documents)))
    refuse_if(
        rules.objections_to_receiver(
            act.application,
            method=handover.method,
            receiver=handover.receiver,
            identity_checked=handover.identity_checked,
            id_tail=handover.id_tail,
            waybill=handover.waybill,
        )
    )
    at_once = handover.method in {DeliveryMethod.WINDOW, DeliveryMethod.ELECTRONIC}
    _deliver(act, documents, handover, at_once=at_once)
    return act.application


@transaction.atomic
def hand_over_electronically(application_id: int) -> bool:
    """
    When every document is sealed, put the results into the applicant's space: that is their delivery (I-129).

    Does nothing, and says so, while a document is being made, or where the applicant chose paper.
    """
    act = begin(application_id, by=None)
    if act.application.status != ApplicationStatus.DECIDED:
        return False
    documents = _unproved(act)
    if act.application.delivery_method != DeliveryMethod.ELECTRONIC or _unsealed(documents):
        return False
    handover = Handover(DeliveryMethod.ELECTRONIC, receiver=act.application.applicant_name, relation="本人")
    _deliver(act, documents, handover, at_once=True)
    return True


def _unproved(act: Act) -> list[ApplicationDocument]:
    rows = ApplicationDocument.objects.filter(application=act.application, needs_proof=True, delivery=None)
    return list(rows.select_related("document").defer("document__snapshot"))


def _unsealed(documents: Sequence[ApplicationDocument]) -> int:
    return sum(one.document.status != DocumentStatus.SEALED for one in documents)


def _deliver(
    act: Act, documents: Sequence[ApplicationDocument], handover: Handover, *, at_once: bool
) -> None:
    delivery = Delivery.objects.create(
        application=act.application,
        method=handover.method,
        addressee=act.application.applicant_name,
        place=handover.place,
        waybill=handover.waybill,
        handed_over_at=act.now,
        handed_over_by=act.by,
        receiver=handover.receiver if at_once else "",
        relation=handover.relation,
        delivered_at=act.now if at_once else None,
        note=handover.note,
    )
    ApplicationDocument.objects.filter(pk__in=[one.pk for one in documents]).update(delivery=delivery)
    act.application.hand_over(at=act.now)
    act.tell(events.ResultsHandedOver, method=DeliveryMethod(handover.method).label)
    if at_once:
        _close(act, delivery, documents)
    act.save()
    act.finish()


def _close(act: Act, delivery: Delivery, documents: Sequence[ApplicationDocument]) -> None:
    name = act.by.person.name if act.by and act.by.person else "系统"
    act.file(papers.delivery_receipt(act, delivery, documents, name))
    act.application.close(at=act.now)
    following.tell_closed(act)


@transaction.atomic
def confirm_delivery(
    application_id: int, *, by: Account, receiver: str, relation: str = "本人", note: str = ""
) -> Application:
    """What was posted or put into a locker has arrived (C-18): the applicant or the exit window says so."""
    act = begin(application_id, by=by)
    is_applicant = not rules.objections_to_acting_for(act.application, act.who, Power.RECEIVE)
    if not is_applicant:
        refuse_unless(rules.objections_to_handing_over(act.application, act.who, unsealed=0))
    if act.application.status != ApplicationStatus.HANDED_OVER:
        raise WrongState("办件还没有出件，或者已经签收")
    refuse_if([] if receiver.strip() else ["请填写签收人姓名"])
    delivery = act.application.deliveries.filter(delivered_at=None).latest("pk")
    delivery.receiver, delivery.relation, delivery.note = receiver, relation, note or delivery.note
    delivery.delivered_at = act.now
    delivery.save(update_fields=["receiver", "relation", "note", "delivered_at"])
    documents = list(delivery.documents.select_related("document").defer("document__snapshot"))
    _close(act, delivery, documents)
    act.save()
    act.finish()
    return act.application
