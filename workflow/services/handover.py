"""出件 and 送达: results together or each as it is ready, notices at once; the proof of every delivery, and the close."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import WrongState, refuse_if
from common.workdays import day_of
from events import publish
from files.selectors import to_attach
from identity.models import Account, Authorisation, Representation
from identity.roles import Power
from identity.selectors import standing
from licences.states import DocumentStatus
from matters.models import Place
from matters.selectors import places
from workflow import events
from workflow.models import Application, ApplicationDocument, Delivery
from workflow.rules import ending as rules
from workflow.services import following, papers
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin
from workflow.services.sweeping import each
from workflow.states import ApplicationStatus, DeliveryMethod, Service

__all__ = [
    "Handover",
    "arrived",
    "change_delivery",
    "confirm_delivery",
    "hand_over",
    "hand_over_electronically",
    "note_viewing",
    "serve_announced",
    "serve_by_announcement",
    "serve_by_leaving",
]

#: A period that ends at 24:00 ends on the day before.
A_MOMENT = timedelta(seconds=1)


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
    service: Service = Service.RECEIVED

    @property
    def way(self) -> str:
        """In words."""
        signed = self.service == Service.RECEIVED
        return DeliveryMethod(self.method).label if signed else gettext_noop("窗口送达")

    @property
    def is_proof(self) -> bool:
        """Signed for at the window, or put into the applicant's own space; the rest has still to arrive."""
        signed = self.service == Service.RECEIVED
        return signed and self.method in {DeliveryMethod.WINDOW, DeliveryMethod.ELECTRONIC}


@transaction.atomic
def hand_over(application_id: int, *, by: Account, handover: Handover) -> Application:
    """The exit window hands out what is ready; at the window the receiver's signature is the proof (C-16, C-17)."""
    act = begin(application_id, by=by)
    refuse_unless(
        rules.objections_to_handing_over(act.application, act.who, unsealed=0, reviewers=_deciders(act))
    )
    unproved = _unproved(act)
    refuse_now(rules.objections_to_handing_over_now(act.application, unproved))
    ready = rules.ready_to_deliver(act.application, unproved, _pressing(act))
    refuse_if(rules.objections_to_unsealed(rules.unsealed_before(act.application, unproved, ready)))
    _check_receiver(act, handover)
    _deliver(act, ready, handover)
    _conclude(act, unproved)
    return act.application


@transaction.atomic
def hand_over_electronically(application_id: int, now: datetime | None = None) -> bool:
    """
    Put what is ready into the applicant's space: that is its delivery (I-129).

    Does nothing, and says so, while a document is being made, or where the applicant
    chose paper. Results wait for each other unless the applicant wants each as it is
    ready, or the ten working days of a grant are over (I-82, I-114); notices never wait.
    """
    act = begin(application_id, by=None, now=now)
    unproved, ready = _unproved(act), list[ApplicationDocument]()
    if act.application.delivery_method == DeliveryMethod.ELECTRONIC:
        ready = rules.ready_to_deliver(act.application, unproved, _pressing(act))
    nothing_left = act.application.status == ApplicationStatus.DECIDED and not unproved
    if not ready and not nothing_left:
        return False
    if ready:
        whose = gettext_noop("本人") if act.application.applicant_person_id else gettext_noop("本单位")
        receiver = act.application.applicant_name
        _deliver(act, ready, Handover(DeliveryMethod.ELECTRONIC, receiver=receiver, relation=whose))
    _conclude(act, unproved)
    return True


@transaction.atomic
def confirm_delivery(
    application_id: int, *, by: Account, receiver: str, relation: str = gettext_noop("本人"), note: str = ""
) -> Application:
    """What was posted or put into a locker has arrived (C-18): the applicant or the exit window says so."""
    act = begin(application_id, by=by)
    open_ones = act.application.deliveries.filter(delivered_at=None)
    if rules.objections_to_acting_for(act.application, act.who, Power.RECEIVE):
        refuse_unless(rules.objections_to_handing_over(act.application, act.who, unsealed=0))
    else:
        # What came back or was announced lies at the window, and only the window can give it out.
        open_ones = open_ones.filter(returned_at=None, announced_on=None)
    delivery = open_ones.order_by("pk").first()
    refuse_now([] if delivery else [_("办件还没有出件，或者已经签收")])
    refuse_if([] if receiver.strip() else [_("请填写签收人姓名")])
    if delivery is not None:
        delivery.service = Service.RECEIVED
        arrived(act, delivery, receiver=receiver, relation=relation, note=note)
    return act.application


def arrived(
    act: Act,
    delivery: Delivery,
    *,
    receiver: str,
    relation: str,
    at: datetime | None = None,
    note: str = "",
) -> None:
    """Note who took it in and when, draw up the proof, and conclude, in an act already begun (I-130)."""
    delivery.receiver, delivery.relation, delivery.note = receiver, relation, note or delivery.note
    delivery.delivered_at = at or act.now
    delivery.save(update_fields=["receiver", "relation", "note", "delivered_at", "service"])
    _prove(act, delivery, _with_documents(delivery.documents.all()))
    _conclude(act, _unproved(act))


@transaction.atomic
def serve_by_leaving(
    application_id: int, *, by: Account, witness: str, photo: UUID, place: str, note: str = ""
) -> Application:
    """留置送达: the receiver refuses to sign; left before a witness, with a photo, and so proved (I-130)."""
    act = begin(application_id, by=by)
    _refuse_to_serve(act)
    refuse_if(rules.objections_to_leaving(witness=witness, place=place))
    picture = to_attach(by, [photo]).get(photo)
    refuse_if([] if picture else [_("请上传留置送达的照片")])
    delivery = _to_be_served(act, place)
    delivery.service, delivery.witness, delivery.photo = Service.LEFT, witness.strip(), picture
    delivery.place = place.strip()
    delivery.save(update_fields=["service", "witness", "photo", "place"])
    arrived(act, delivery, receiver=witness.strip(), relation="见证人（受送达人拒绝签收）", note=note)
    return act.application


@transaction.atomic
def serve_by_announcement(application_id: int, *, by: Account, place: str, note: str) -> Application:
    """公告送达: nobody can be reached; proved when thirty natural days are over, or by a signature before (I-130)."""
    act = begin(application_id, by=by)
    _refuse_to_serve(act)
    refuse_if(rules.objections_to_announcing(place=place, note=note))
    delivery = _to_be_served(act, place)
    refuse_now([_("已经发过公告")] if delivery.service == Service.ANNOUNCED else [])
    delivery.service, delivery.announced_on = Service.ANNOUNCED, day_of(act.now)
    delivery.place, delivery.note = place.strip(), note.strip()
    delivery.save(update_fields=["service", "announced_on", "place", "note"])
    until = delivery.announced_on + rules.ANNOUNCED_FOR
    act.tell(events.ServiceAnnounced, delivery_id=delivery.pk, until=until.isoformat())
    _conclude(act, _unproved(act))
    return act.application


def _refuse_to_serve(act: Act) -> None:
    who = rules.objections_to_handing_over(act.application, act.who, unsealed=0, reviewers=_deciders(act))
    refuse_unless(who)


def _to_be_served(act: Act, place: str) -> Delivery:
    """What is out and unsigned, else what lies here ready to go out."""
    out = act.application.deliveries.filter(delivered_at=None).order_by("pk").first()
    if out is not None:
        return out
    unproved = _unproved(act)
    refuse_now(rules.objections_to_handing_over_now(act.application, unproved))
    if act.application.delivery_method == DeliveryMethod.ELECTRONIC:
        raise WrongState(_("申请人选择了电子送达，放进其空间就是送达"))
    ready = rules.ready_to_deliver(act.application, unproved, _pressing(act))
    refuse_if(rules.objections_to_unsealed(rules.unsealed_before(act.application, unproved, ready)))
    return _deliver(act, ready, Handover(DeliveryMethod.WINDOW, place=place, service=Service.LEFT))


def serve_announced(now: datetime | None = None) -> int:
    """Announcements whose thirty days are over: deemed served (I-130)."""
    moment = now or timezone.now()
    over = Delivery.objects.filter(
        service=Service.ANNOUNCED,
        delivered_at=None,
        announced_on__lt=day_of(moment) - rules.ANNOUNCED_FOR,
    )
    return each(list(over.values_list("application_id", flat=True).distinct()), _serve_announced, moment)


@transaction.atomic
def _serve_announced(application_id: int, now: datetime) -> bool:
    act = begin(application_id, by=None, now=now)
    out = act.application.deliveries.filter(service=Service.ANNOUNCED, delivered_at=None).first()
    if out is None or out.announced_on is None:
        return False
    end = act.clock.calendar.end_of_day(out.announced_on + rules.ANNOUNCED_FOR) - A_MOMENT
    arrived(act, out, receiver="公告送达", relation="公告期满视为送达", at=end)
    return True


@transaction.atomic
def change_delivery(
    application_id: int,
    *,
    by: Account,
    method: DeliveryMethod,
    address: str = "",
    together: bool = True,
    place: str = "",
) -> Application:
    """
    The applicant changes how the results arrive, until they are handed out (I-125, I-114).

    ``place`` is the code of the hall or locker, where it is another than the centre's own.
    Wanted as it is already, nothing changes.
    """
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_acting_for(act.application, act.who))
    refuse_now(rules.objections_to_changing_delivery(act.application))
    refuse_if(rules.objections_to_delivery(method, address))
    where = _place(method, place)
    application = act.application
    application.delivery_method, application.deliver_together = method, together
    application.delivery_address = address.strip() if method == DeliveryMethod.EMS else ""
    application.delivery_place = where
    if act.has_changes:
        name = where.name if where else ""
        act.tell(events.DeliveryChanged, method=DeliveryMethod(method).label, together=together, place=name)
        act.save()
        act.finish()
    return application


def _place(method: str, code: str) -> Place | None:
    """The place of this code, if results of this kind can be fetched there."""
    kinds = rules.PLACES_FOR.get(DeliveryMethod(method), frozenset())
    if not code or not kinds:
        return None
    found = places(kinds).filter(code=code).first()
    refuse_if([] if found else [_("这个地点不能领取结果，请另选一个")])
    return found


@transaction.atomic
def note_viewing(document_id: UUID, *, by: Account) -> bool:
    """The applicant's first look at something served electronically is its receipt, once (I-129)."""
    row = (
        ApplicationDocument.objects.filter(
            document=document_id, delivery__method=DeliveryMethod.ELECTRONIC, delivery__viewed_at=None
        )
        .select_related("application")
        .first()
    )
    if row is None or row.delivery_id is None:
        return False
    if rules.objections_to_acting_for(row.application, standing(by), Power.RECEIVE):
        return False
    claimed = Delivery.objects.filter(pk=row.delivery_id, viewed_at=None).update(viewed_at=timezone.now())
    if claimed:
        application = row.application
        publish(
            events.DeliveryViewed(
                application_id=application.pk,
                reference=application.reference or "",
                delivery_id=row.delivery_id,
            ),
            by=by,
        )
    return bool(claimed)


def _with_documents(rows: QuerySet[ApplicationDocument]) -> list[ApplicationDocument]:
    return list(rows.select_related("document").defer("document__snapshot").order_by("pk"))


def _unproved(act: Act) -> list[ApplicationDocument]:
    """Decisions, results and notices that nobody has been given yet; what was voided is given to nobody."""
    rows = act.application.application_documents.filter(needs_proof=True, delivery=None)
    return _with_documents(rows.exclude(document__status=DocumentStatus.VOID))


def _pressing(act: Act) -> set[int]:
    """Reviews whose results wait for others no longer: the last of their ten working days has come (I-82)."""
    today = act.clock.calendar.end_of_day(day_of(act.now))
    return {
        review.pk
        for review in act.reviews
        if review.decided_at and rules.delivery_due_at(review.decided_at, act.clock.calendar) < today
    }


def _deciders(act: Act) -> set[int | None]:
    accounts = [review.decided_by_id for review in act.reviews if review.decided_by_id]
    return set(Account.objects.filter(pk__in=accounts).values_list("person_id", flat=True))


def _check_receiver(act: Act, handover: Handover) -> None:
    """Everything the law wants noted (422); the wrong person gets nothing (403, I-126)."""
    refuse_if(rules.objections_to_receiver(act.application, **_noted(handover)))
    if handover.method == DeliveryMethod.WINDOW and handover.id_tail:
        refuse_unless(rules.objections_to_identity(handover.id_tail, _tails_of_receivers(act)))


def _noted(handover: Handover) -> dict[str, Any]:
    names = ("method", "receiver", "identity_checked", "waybill")
    return {name: getattr(handover, name) for name in names}


def _tails_of_receivers(act: Act) -> set[str]:
    """Ends of the numbers of those who may receive: the applicant, who represents it, its agents (I-126)."""
    application, today = act.application, day_of(act.now)
    agents = Authorisation.objects.on(today).filter(
        principal_person=application.applicant_person_id,
        principal_organisation=application.applicant_organisation_id,
        revoked_at=None,
        powers__contains=[Power.RECEIVE],
        matter_codes__contains=[review.code for review in act.reviews],
    )
    persons = [grant.agent for grant in agents.select_related("agent")]
    if application.applicant_organisation_id is not None:
        ours = Representation.objects.on(today).filter(organisation=application.applicant_organisation_id)
        persons += [one.person for one in ours.select_related("person")]
    return {application.applicant_id_tail, *(person.id_tail for person in persons)}


def _deliver(act: Act, documents: Sequence[ApplicationDocument], handover: Handover) -> Delivery:
    in_locker = handover.method == DeliveryMethod.LOCKER
    delivery = Delivery.objects.create(
        application=act.application,
        method=handover.method,
        addressee=act.application.applicant_name,
        place=handover.place or _place_chosen(act, handover),
        waybill=handover.waybill,
        locker_code=f"{secrets.randbelow(10**6):06d}" if in_locker else "",
        collect_by=day_of(act.now) + rules.LOCKER_TIME if in_locker else None,
        handed_over_at=act.now,
        handed_over_by=act.by,
        receiver=handover.receiver if handover.is_proof else "",
        relation=handover.relation,
        delivered_at=act.now if handover.is_proof else None,
        note=handover.note,
    )
    ApplicationDocument.objects.filter(pk__in=[one.pk for one in documents]).update(delivery=delivery)
    for one in documents:
        one.delivery = delivery
    _tell(act, documents, handover.way)
    if delivery.collect_by:
        act.tell(events.LockerFilled, delivery_id=delivery.pk, due_at=delivery.collect_by.isoformat())
    if handover.is_proof:
        _prove(act, delivery, documents)
    return delivery


def _place_chosen(act: Act, handover: Handover) -> str:
    """Where the applicant wanted to fetch it, if it is fetched."""
    chosen = act.application.delivery_place
    return chosen.name if chosen and handover.method in rules.PLACES_FOR else ""


def _tell(act: Act, documents: Sequence[ApplicationDocument], method: str) -> None:
    results, notices = rules.results_and_notices(documents)
    if results:
        act.tell(events.ResultsHandedOver, method=method, documents=_titles(results))
    if notices:
        act.tell(events.NoticesDelivered, method=method, documents=_titles(notices))


def _titles(rows: Sequence[ApplicationDocument]) -> tuple[str, ...]:
    return tuple(row.document.title for row in rows)


def _prove(act: Act, delivery: Delivery, documents: Sequence[ApplicationDocument]) -> None:
    by = delivery.handed_over_by
    name = by.person.name if by and by.person else "系统"
    act.file(papers.delivery_receipt(act, delivery, documents, name))


def _conclude(act: Act, unproved: Collection[ApplicationDocument]) -> None:
    """Handed over when nothing is left to give out, closed when every delivery is proved (C-16…C-18, I-130)."""
    application = act.application
    outstanding = [one for one in unproved if one.delivery is None]
    if application.status == ApplicationStatus.DECIDED and not outstanding:
        application.hand_over(at=act.now)
    if application.status == ApplicationStatus.HANDED_OVER and _is_proved(application, outstanding):
        application.close(at=act.now)
        following.tell_closed(act)
    act.save()
    act.finish()


def _is_proved(application: Application, outstanding: Collection[ApplicationDocument]) -> bool:
    return not outstanding and not application.deliveries.filter(delivered_at=None).exists()
