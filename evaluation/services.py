"""Inviting once, and taking the answer once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from common.crypto import keyed_hash, scrub
from common.errors import BadInput, Conflict, Gone, NotFound
from evaluation.events import Invited, Rated
from evaluation.models import Evaluation, ServiceEvent
from evaluation.rules import objections_to_rating
from evaluation.states import RatedObject
from events import publish
from identity.models import Account
from identity.selectors import standing
from notifications.services import Notice, send
from workflow.models import Application

__all__ = ["Rating", "invite", "rate"]

#: Applications may be rated for thirty natural days after their end (E-31).
RATING_DAYS = 30


@dataclass(frozen=True)
class Rating:
    """What somebody says: a level, its tags, words, and a level for single matters if they like (E-05)."""

    level: int
    tags: Sequence[str] = ()
    text: str = ""
    details: Sequence[Mapping[str, object]] = field(default_factory=tuple)
    channel: str = "web"


def invite(application_id: int, *, event_no: int, ended_at: datetime, outcome: str) -> ServiceEvent:
    """Exactly one service event and one invitation for an application that ended, whatever its end (E-01, E-04)."""
    application = Application.objects.select_related("submitted_by", "lead_department").get(pk=application_id)
    event, created = ServiceEvent.objects.get_or_create(
        event_no=event_no,
        defaults={
            "object": RatedObject.BUNDLE if application.is_joint else RatedObject.APPLICATION,
            "application": application,
            "title": application.name,
            "bundle": application.code,
            "department": application.lead_department,
            "channel": application.channel,
            "outcome": outcome,
            "started_at": application.submitted_at or ended_at,
            "ended_at": ended_at,
            "expires_at": ended_at + timedelta(days=RATING_DAYS),
        },
    )
    if created:
        _send_invitation(event, application)
    return event


def _send_invitation(event: ServiceEvent, application: Application) -> None:
    publish(Invited(service_event_id=event.pk, application_id=application.pk))
    person_id = application.applicant_person_id or application.agent_id or application.submitted_by.person_id
    if person_id is not None:
        context = {
            "reference": application.reference,
            "name": application.name,
            "department": "",
            "due": event.expires_at.date().isoformat(),
            "url": f"/applications/{application.reference}/rate/",
        }
        send(
            Notice(
                to_person_id=person_id,
                template="evaluation_invited",
                context=context,
                key=f"rating:{event.event_no}",
                about=application.subject,
            )
        )


@transaction.atomic
def rate(rating: Rating, *, by: Account, event_no: int | None = None, token: str = "") -> Evaluation:
    """
    Keep a rating: BadInput (400) names what is wrong, Conflict (409) carries the first
    rating's id, Gone (410) when the time is over, NotFound for anybody else's event.
    """
    now = timezone.now()
    event = _event_of(by, event_no, token)
    if event.expires_at <= now:
        raise Gone("评价时间已过，感谢您的关注；有意见请拨打12345")
    if objections := objections_to_rating(rating.level, rating.tags, rating.text):
        raise BadInput([reason for reasons in objections.values() for reason in reasons], fields=objections)
    person_id = standing(by).person_id
    try:
        with transaction.atomic():
            evaluation = Evaluation.objects.create(
                event=event,
                level=rating.level,
                tags=list(dict.fromkeys(rating.tags)),
                text=scrub(rating.text.strip()),
                details=[dict(detail) for detail in rating.details],
                evaluator_hash=keyed_hash(f"person:{person_id}"),
                by_agent=event.application.agent_id is not None and event.application.agent_id == person_id,
                channel=rating.channel,
            )
    except IntegrityError:
        first = Evaluation.objects.get(event=event)
        raise Conflict("您已经评价过了，谢谢", code="already_rated", fields={"id": [str(first.pk)]}) from None
    publish(Rated(evaluation_id=evaluation.pk, level=evaluation.level, tags=evaluation.tags), by=by)
    return evaluation


def _event_of(by: Account, event_no: int | None, token: str) -> ServiceEvent:
    rows = ServiceEvent.objects.select_related("application")
    wanted = rows.filter(token=token) if token else rows.filter(event_no=event_no or 0)
    who = standing(by)
    for event in wanted:
        application = event.application
        own_person = who.person_id is not None and who.person_id in {
            application.applicant_person_id,
            application.agent_id,
        }
        if own_person or application.applicant_organisation_id in who.organisation_ids:
            return event
    raise NotFound("没有找到这次服务，请从“我的办件”进入评价")
