"""Inviting once, and taking the answer once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
from evaluation.selectors import rater_of
from evaluation.states import Level, RatedObject
from events import publish
from events.models import EventRecord
from hotline.events import OrderAnswered, OrderRegistered
from hotline.models import HotlineOrder
from hotline.selectors.enquiring import found_by_code
from hotline.states import ContactOutcome
from identity.models import Account
from identity.selectors import standing
from matters.selectors import calendar
from notifications.services import Notice, send
from workflow.models import Application
from workflow.services import addressee_of

__all__ = ["Rating", "invite", "keep_survey", "open_handling", "rate", "rate_call"]

#: How an order that a survey closes was asked about; the survey's own limit ends it earlier.
SURVEYED = "survey"
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
    event, application = _event_of(by, event_no, token)
    _refuse_repeated(event, token)
    if event.expires_at <= timezone.now():
        raise Gone(_("评价时间已过，感谢您的关注；有意见请拨打12345"))
    _refuse_unreadable(rating, application)
    try:
        with transaction.atomic():
            evaluation = _kept(rating, event, application, by)
    except IntegrityError:
        _refuse_repeated(event, token)
        raise
    publish(Rated(evaluation_id=evaluation.pk, level=evaluation.level, tags=evaluation.tags), by=by)
    return evaluation


def _event_of(by: Account, event_no: int | None, token: str) -> tuple[ServiceEvent, Application]:
    """The invitation and its application; orders of the hotline are rated in their own survey (H-113)."""
    rows = ServiceEvent.objects.select_related("application")
    event = (rows.filter(token=token) if token else rows.filter(event_no=event_no or 0)).first()
    application = event.application if event is not None else None
    if event is None or application is None:
        raise NotFound(_(NOT_THERE))
    if objections := objections_to_rater(application, standing(by)):
        raise NotAllowed(objections)
    if not Application.objects.of_applicant(by).filter(pk=application.pk).exists():
        raise NotFound(_(NOT_THERE))
    return event, application


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


def _kept(rating: Rating, event: ServiceEvent, application: Application, by: Account) -> Evaluation:
    return Evaluation.objects.create(
        event=event,
        level=rating.level,
        tags=list(dict.fromkeys(rating.tags)),
        text=scrub(rating.text.strip()),
        details=[dict(detail) for detail in rating.details],
        evaluator_hash=rater_of(by.person_id),
        by_agent=application.agent_id is not None and application.agent_id == by.person_id,
        channel=rating.channel,
    )


def open_handling(order_id: int, *, rework_no: int, event_no: int, ended_at: datetime) -> ServiceEvent:
    """One handling of a hotline order has ended: a service that may be rated, once for each rework (E-01, H-113)."""
    order = HotlineOrder.objects.select_related("host").get(pk=order_id)
    event, created = ServiceEvent.objects.get_or_create(
        hotline_order=order,
        object=RatedObject.HOTLINE_ORDER,
        rework_no=rework_no,
        defaults=_of_order(order, event_no, ended_at),
    )
    if created:
        publish(Invited(service_event_id=event.pk, order_id=order.pk))
    return event


def _of_order(order: HotlineOrder, event_no: int, ended_at: datetime) -> dict[str, Any]:
    return {
        "event_no": event_no,
        "title": order.title,
        "bundle": order.bundle_code,
        "department": order.host,
        "channel": order.channel,
        "outcome": order.handle_result,
        "started_at": order.accepted_at or order.registered_at,
        "ended_at": ended_at,
        "expires_at": calendar().end_of_day(day_of(ended_at) + timedelta(days=RATING_DAYS)),
    }


@transaction.atomic
def keep_survey(order_id: int, *, rework_no: int, level: int, at: datetime, event_no: int) -> Evaluation:
    """What was said in the survey is the rating of that handling, kept once, with the same levels (H-113, E-50)."""
    order = HotlineOrder.objects.select_related("host").get(pk=order_id)
    event, _created = ServiceEvent.objects.get_or_create(
        hotline_order=order,
        object=RatedObject.HOTLINE_ORDER,
        rework_no=rework_no,
        defaults=_of_order(order, event_no, at),
    )
    return _keep_of_order(event, order, level, _said_in_survey(order, rework_no))


def _said_in_survey(order: HotlineOrder, rework_no: int) -> str:
    """The words of that answer: the order's own are gone as soon as a rework begins."""
    reached = order.survey_attempts.filter(rework_no=rework_no, outcome=ContactOutcome.REACHED)
    answer = reached.last()
    return answer.note if answer else ""


def _keep_of_order(
    event: ServiceEvent, order: HotlineOrder, level: int, text: str, channel: str = SURVEYED
) -> Evaluation:
    who = order.complainant_key or order.phone_hash or order.order_no
    evaluation, created = Evaluation.objects.get_or_create(
        event=event,
        defaults={
            "level": level,
            "text": scrub(text),
            "evaluator_hash": keyed_hash(f"complainant:{who}"),
            "channel": channel,
        },
    )
    if created:
        publish(Rated(evaluation_id=evaluation.pk, level=level, tags=[]))
    return evaluation


@transaction.atomic
def rate_call(
    order_no: str, *, level: int, by: Account | None = None, query_code: str = "", channel: str = "api"
) -> Evaluation:
    """
    一次一评 of the agent who took the call, apart from how the order was handled; once an order (H-113).

    By whose order it is, or by whoever holds its query code; anybody else's is not there. Refuses as ``rate``
    does, a second time with the first rating's id (E-30).
    """
    order = _own_order(order_no, by, query_code)
    ended = _end_of_call(order) if order is not None else None
    if order is None or ended is None:
        raise NotFound(_(NOT_THERE))
    if level not in Level.values:
        reason = _("请从五个等级中选择一个")
        raise BadInput(reason, fields={"level": [reason]})
    event, _created = ServiceEvent.objects.get_or_create(
        hotline_order=order,
        object=RatedObject.CALL,
        rework_no=0,
        defaults={**_of_order(order, ended.pk, ended.at), "department": None},
    )
    _refuse_repeated(event, "")
    if event.expires_at <= timezone.now():
        raise Gone(_("评价时间已过，感谢您的关注；有意见请拨打12345"))
    return _keep_of_order(event, order, level, "", channel)


def _own_order(order_no: str, by: Account | None, query_code: str) -> HotlineOrder | None:
    if query_code:
        return found_by_code(order_no, query_code)
    if by is None or by.person_id is None:
        return None
    return HotlineOrder.objects.filter(order_no=order_no, person_id=by.person_id).first()


def _end_of_call(order: HotlineOrder) -> EventRecord | None:
    """The agent's part ends with the answer, or with the order taken down."""
    told = EventRecord.objects.about(order.subject).of(OrderRegistered, OrderAnswered)
    return told.order_by("-id").first()
