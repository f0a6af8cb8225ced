"""Inviting once, and taking the answer once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.crypto import keyed_hash, scrub
from common.errors import BadInput, Conflict, Gone, NotAllowed, NotFound
from common.workdays import day_of
from evaluation.events import Invited, Rated
from evaluation.models import Evaluation, ServiceEvent
from evaluation.rules import objections_to_details, objections_to_rater, objections_to_rating
from evaluation.states import RatedObject
from events import publish
from identity.models import Account
from identity.selectors import standing
from matters.selectors import calendar
from notifications.services import Notice, send
from workflow.models import Application
from workflow.services import addressee_of

__all__ = ["Rating", "invite", "rate"]

#: Applications may be rated for thirty natural days after their end (E-31).
RATING_DAYS = 30
NOT_THERE = gettext_noop("没有找到这次服务，请从“我的办件”进入评价")


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
    application = Application.objects.select_related(
        "submitted_by", "lead_department", "applicant_organisation"
    ).get(pk=application_id)
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
            "expires_at": calendar().end_of_day(day_of(ended_at) + timedelta(days=RATING_DAYS)),
        },
    )
    if created:
        _send_invitation(event, application)
    return event


def _send_invitation(event: ServiceEvent, application: Application) -> None:
    publish(Invited(service_event_id=event.pk, application_id=application.pk))
    person_id = addressee_of(application)
    if person_id is not None:
        context = {
            "reference": application.reference,
            "name": application.name,
            "department": "",
            "due": day_of(event.expires_at - timedelta(seconds=1)).isoformat(),
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
    Keep a rating: BadInput (400) names what is wrong, NotAllowed (403) is for staff, NotFound for
    anybody else's event, Gone (410) when the time is over or the token spent (E-21), and
    Conflict (409) carries the first rating's id (E-30).
    """
    event = _event_of(by, event_no, token)
    _refuse_repeated(event, token)
    if event.expires_at <= timezone.now():
        raise Gone(_("评价时间已过，感谢您的关注；有意见请拨打12345"))
    _refuse_unreadable(rating, event.application)
    try:
        with transaction.atomic():
            evaluation = _kept(rating, event, by)
    except IntegrityError:
        _refuse_repeated(event, token)
        raise
    publish(Rated(evaluation_id=evaluation.pk, level=evaluation.level, tags=evaluation.tags), by=by)
    return evaluation


def _event_of(by: Account, event_no: int | None, token: str) -> ServiceEvent:
    rows = ServiceEvent.objects.select_related("application")
    event = (rows.filter(token=token) if token else rows.filter(event_no=event_no or 0)).first()
    if event is None:
        raise NotFound(_(NOT_THERE))
    if objections := objections_to_rater(event.application, standing(by)):
        raise NotAllowed(objections)
    if not Application.objects.of_applicant(by).filter(pk=event.application_id).exists():
        raise NotFound(_(NOT_THERE))
    return event


def _refuse_repeated(event: ServiceEvent, token: str) -> None:
    """One service, one rating; a token is good for one."""
    first = Evaluation.objects.filter(event=event).values_list("pk", flat=True).first()
    if first is None:
        return
    if token:
        raise Gone(_("这个评价链接已经用过了，谢谢"))
    raise Conflict(_("您已经评价过了，谢谢"), code="already_rated", fields={"id": [str(first)]})


def _refuse_unreadable(rating: Rating, application: Application) -> None:
    objections = objections_to_rating(rating.level, rating.tags, rating.text)
    if rating.details:
        codes = set(application.reviews.values_list("code", flat=True))
        if wrong := objections_to_details(rating.details, codes):
            objections["details"] = wrong
    if objections:
        raise BadInput([reason for reasons in objections.values() for reason in reasons], fields=objections)


def _kept(rating: Rating, event: ServiceEvent, by: Account) -> Evaluation:
    return Evaluation.objects.create(
        event=event,
        level=rating.level,
        tags=list(dict.fromkeys(rating.tags)),
        text=scrub(rating.text.strip()),
        details=[dict(detail) for detail in rating.details],
        evaluator_hash=keyed_hash(f"person:{by.person_id}"),
        by_agent=event.application.agent_id is not None and event.application.agent_id == by.person_id,
        channel=rating.channel,
    )
