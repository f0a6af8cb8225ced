"""What follows from workflow's own facts: machine work, messages, reports, the automatic hand-over."""

from django.db import transaction
from django.utils import timezone

from events import DomainEvent, subscribe
from exchange.services.reporting import ReportKind
from identity.events import AuthorisationGiven, AuthorisationRevoked
from identity.models import Authorisation, Post
from identity.roles import Role
from licences.events import DocumentSealed, LicenceRevoked
from matters.events import CalendarChanged
from notifications.services import Notice, send
from workflow import events, tasks
from workflow.models import Application, Delivery, DepartmentReview
from workflow.rules.telling import moves_told
from workflow.services import addressee_of, doubt_licence, hand_over_electronically, report_reviews
from workflow.states import REVIEW_OPEN, DeliveryMethod

#: Fact -> message template, one message a fact (I-43).
TEMPLATES: dict[str, str] = {
    "workflow.ApplicationReceived": "received",
    "workflow.ReviewsAccepted": "accepted",
    "workflow.CorrectionRequested": "correction_requested",
    "workflow.CorrectionReminded": "correction_reminder",
    "workflow.DeferredReminded": "deferred_reminder",
    "workflow.ReviewDeclined": "declined",
    "workflow.SpecialProcedureStarted": "special_procedure_started",
    "workflow.ReviewExtended": "extended",
    "workflow.DuesMoved": "dues_moved",
    "workflow.FactsChanged": "facts_changed",
    "workflow.ParcelResent": "parcel_resent",
    "workflow.ResultsHandedOver": "handed_over",
    "workflow.ReviewsTerminated": "terminated",
    "workflow.ReviewsWithdrawn": "withdrawn",
}


@subscribe(events.ReviewsAssigned)
def begin_machine_work(event: events.ReviewsAssigned, record_id: int) -> None:
    """Each review's machine work is its own message, keyed by review and round (I-115)."""
    transaction.on_commit(lambda: _enqueue(event), robust=True)


def _enqueue(assigned: events.ReviewsAssigned) -> None:
    for review_id in assigned.review_ids:
        tasks.work.delay(review_id, assigned.round)


@subscribe(
    events.ApplicationReceived,
    events.ReviewsAccepted,
    events.CorrectionRequested,
    events.CorrectionReminded,
    events.DeferredReminded,
    events.ReviewDeclined,
    events.SpecialProcedureStarted,
    events.ReviewExtended,
    events.DuesMoved,
    events.FactsChanged,
    events.ParcelResent,
    events.ResultsHandedOver,
    events.ReviewsTerminated,
    events.ReviewsWithdrawn,
)
def tell_applicant(event: events.ApplicationFact, record_id: int) -> None:
    """One message for each of these facts (I-43); what lies in a locker has its own, with the code."""
    if isinstance(event, events.ResultsHandedOver) and event.method == DeliveryMethod.LOCKER.label:
        return
    _send(event, TEMPLATES[event.name()], record_id)


@subscribe(events.ParcelReturned)
def tell_of_the_return(event: events.ParcelReturned, record_id: int) -> None:
    """What is left: to have it sent once more, or to fetch it (I-127, I-128)."""
    _send(event, "parcel_returned" if event.may_be_resent else "parcel_at_window", record_id)


@subscribe(events.LockerFilled)
def tell_locker_code(event: events.LockerFilled, record_id: int) -> None:
    """Where it lies, the code that opens it, and until when (I-127)."""
    _send(event, "locker_filled", record_id, **_locker(event.delivery_id))


@subscribe(events.LockerReminded)
def remind_of_locker(event: events.LockerReminded, record_id: int) -> None:
    """The code once more (I-127)."""
    _send(event, "locker_reminder", record_id, **_locker(event.delivery_id))


def _locker(delivery_id: int) -> dict[str, str]:
    delivery = Delivery.objects.get(pk=delivery_id)
    return {"code": delivery.locker_code, "place": delivery.place or "政务服务大厅"}


@subscribe(events.SpecialProcedureExplained)
def tell_new_end(event: events.SpecialProcedureExplained, record_id: int) -> None:
    """By when the procedure ends now (I-92); an explanation without a new end is on the timeline."""
    if event.expected_end:
        _send(event, "special_procedure_prolonged", record_id)


@subscribe(events.ReviewDecided)
def tell_decision(event: events.ReviewDecided, record_id: int) -> None:
    """A decision; after a refusal the message offers the choices that are left (I-108)."""
    if event.approved:
        _send(event, "decided", record_id)
        return
    if event.held_until:
        _send(event, "choice_after_denial", record_id, due=event.held_until)
        return
    others = DepartmentReview.objects.filter(application=event.application_id, status__in=REVIEW_OPEN)
    _send(event, "choices_after_denial" if others.exists() else "denied", record_id)


def _send(fact: events.ApplicationFact, template: str, record_id: int, **more: str) -> None:
    rows = Application.objects.select_related("submitted_by", "applicant_organisation")
    application = rows.get(pk=fact.application_id)
    person_id = addressee_of(application)
    if person_id is None:
        return
    context = {
        "reference": application.reference,
        "name": getattr(fact, "matter_name", "") or application.name,
        "department": _working(fact),
        "due": getattr(fact, "due_at", "") or getattr(fact, "expected_end", ""),
        "moved": moves_told(getattr(fact, "moves", ())),
        "url": f"/applications/{application.reference}/",
        **more,
    }
    send(
        Notice(
            to_person_id=person_id,
            template=template,
            context=context,
            key=f"event:{record_id}",
            about=fact.subject,
        )
    )


def _working(fact: events.ApplicationFact) -> str:
    """The department the message names; several where a changed fact sets several to work."""
    if isinstance(fact, events.FactsChanged):
        return "、".join(fact.departments)
    return getattr(fact, "department", "")


@subscribe(events.ReviewOverdue)
def tell_lead(event: events.ReviewOverdue, record_id: int) -> None:
    """The chain is red: whoever works for the lead department reads it beside the bell, once (I-101)."""
    application = Application.objects.get(pk=event.application_id)
    if not application.is_joint or application.lead_department_id is None:
        return
    posts = Post.objects.on(timezone.localdate()).filter(
        department=application.lead_department_id,
        role__in=[Role.CHIEF_REPRESENTATIVE, Role.REVIEWER],
        account__person__isnull=False,
    )
    context = {
        "reference": event.reference,
        "name": event.matter_name,
        "department": event.department,
        "url": f"/office/applications/{event.reference}/",
    }
    send(
        *(
            Notice(person_id, "chain_red", context, f"event:{record_id}", event.subject, on_site_only=True)
            for person_id in set(posts.values_list("account__person_id", flat=True))
        )
    )


@subscribe(events.ReviewsAccepted)
def report_acceptance(event: events.ReviewsAccepted, record_id: int) -> None:
    """汇聚上报 of each accepted review; an outage is retried by the delivery."""
    report_reviews(event.review_ids, ReportKind.ACCEPTED)


@subscribe(events.SpecialProcedureStarted)
def report_special_procedure(event: events.SpecialProcedureStarted, record_id: int) -> None:
    """汇聚上报 of a stopped clock."""
    report_reviews([event.review_id], ReportKind.SPECIAL_PROCEDURE)


@subscribe(events.ReviewDecided)
def report_decision(event: events.ReviewDecided, record_id: int) -> None:
    """汇聚上报 of a decision."""
    report_reviews([event.review_id], ReportKind.DECIDED)


@subscribe(DocumentSealed, events.ApplicationDecided, events.DeliveryChanged)
def hand_over_when_ready(event: DomainEvent, record_id: int) -> None:
    """What has just become ready goes out electronically: notices, single results, or all together (I-114, I-130)."""
    subject = event.subject
    if subject.startswith("application:"):
        hand_over_electronically(int(subject.removeprefix("application:")))


@subscribe(CalendarChanged)
def reckon_anew(event: CalendarChanged, record_id: int) -> None:
    """Open dues that were reckoned with the old days (I-74, I-75)."""
    transaction.on_commit(tasks.reckon_dues.delay, robust=True)


@subscribe(LicenceRevoked)
def look_again(event: LicenceRevoked, record_id: int) -> None:
    """Open reviews that relied on the licence are told that it counts no longer."""
    doubt_licence(event.licence_id, reason=event.reason)


@subscribe(events.CopyAsked)
def make_the_copy(event: events.CopyAsked, record_id: int) -> None:
    """On the bulk queue, where nobody waits behind it."""
    transaction.on_commit(lambda: tasks.make_copy.delay(event.copy_id), robust=True)


@subscribe(events.CopyMade)
def tell_of_the_copy(event: events.CopyMade, record_id: int) -> None:
    """It is there, and for how long."""
    context = {"url": "/my/data/"}
    key = f"event:{record_id}"
    send(Notice(event.person_id, "copy_made", context, key=key, about=event.subject))


@subscribe(AuthorisationGiven, AuthorisationRevoked)
def tell_both_sides(event: AuthorisationGiven | AuthorisationRevoked, record_id: int) -> None:
    """授权委托 given or revoked: the agent and the principal are told, whoever did it (I-170)."""
    held = Authorisation.objects.filter(pk=event.authorisation_id).first()
    if held is None:
        return
    template = "authorised" if isinstance(event, AuthorisationGiven) else "authorisation_revoked"
    context = {"number": held.number, "url": f"/my/authorisations/{held.pk}/"}
    persons = [person_id for person_id in (held.principal_person_id, held.agent_id) if person_id]
    key = f"event:{record_id}"
    send(*(Notice(person_id, template, context, key=key, about=event.subject) for person_id in persons))
