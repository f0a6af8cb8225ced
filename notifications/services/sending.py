"""
Saying something to somebody: into the box on the site at once, by SMS and mail a moment later.

The app that owns a fact decides what to say of it; here is only whom and how. What somebody
silenced is not sent, what the law wants told always is (notifications.rules).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import SystemRandom
from smtplib import SMTPException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import scrub
from common.signed_http import GatewayError
from identity.models import Person
from notifications import gateways
from notifications.models import ContactChoice, Message
from notifications.rendering import kind_of, message_text
from notifications.rules import ways
from notifications.selectors import forget_unread
from notifications.states import Channel, MessageState

__all__ = ["WAITS", "Notice", "Text", "deliver_messages", "mark_read", "send", "send_texts"]

log = structlog.get_logger(__name__)

#: How long to wait after each failure; news older than a day is no news.
WAITS = (
    dt.timedelta(seconds=30),
    dt.timedelta(minutes=2),
    dt.timedelta(minutes=10),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    dt.timedelta(hours=16),
)
LONGEST_ERROR = 200

_chance = SystemRandom()


@dataclass(frozen=True)
class Notice:
    """What is to be said to one person; the same `key` again says nothing."""

    to_person_id: int
    template: str
    context: Mapping[str, Any]
    key: str
    about: str
    #: What somebody reads at work: in the box on the site, never to their private telephone.
    on_site_only: bool = False


@dataclass(frozen=True)
class Text:
    """What is to be said by SMS to a number that belongs to nobody we know; the same `key` again says nothing."""

    to_number: str
    template: str
    context: Mapping[str, Any]
    key: str
    about: str


def send_texts(*texts: Text) -> None:
    """Write them, to leave the house a moment later; one insert."""
    now = timezone.now()
    Message.objects.bulk_create(
        (
            Message(
                number=one.to_number,
                channel=Channel.SMS,
                template=one.template,
                text=message_text(one.template, one.context),
                key=one.key,
                about=one.about,
                state=MessageState.PENDING,
                created_at=now,
                next_attempt_at=now,
            )
            for one in texts
        ),
        ignore_conflicts=True,
    )


def send(*notices: Notice) -> None:
    """Write the messages for every way each person can be reached by: one look at the persons, one insert."""
    ids = {notice.to_person_id for notice in notices}
    rows = Person.objects.select_related("account", "contact_choice")
    persons = rows.in_bulk(ids) if ids else {}
    messages = [
        message
        for notice in notices
        if (person := persons.get(notice.to_person_id)) is not None
        for message in _messages(notice, person)
    ]
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True)
        transaction.on_commit(lambda: forget_unread(ids), robust=True)


def _messages(notice: Notice, person: Person) -> Iterator[Message]:
    text, now = message_text(notice.template, notice.context), timezone.now()
    ways_taken = [Channel.IN_SITE] if notice.on_site_only else _channels(person, notice.template)
    for channel in ways_taken:
        on_site = channel is Channel.IN_SITE
        yield Message(
            person=person,
            channel=channel,
            template=notice.template,
            text=text,
            url=notice.context.get("url", ""),
            key=notice.key,
            about=notice.about,
            state=MessageState.SENT if on_site else MessageState.PENDING,
            created_at=now,
            sent_at=now if on_site else None,
            next_attempt_at=now,
        )


def _channels(person: Person, template: str) -> Iterator[Channel]:
    choice: ContactChoice | None = getattr(person, "contact_choice", None)
    return ways(
        kind_of(template), choice, has_mobile=bool(person.mobile), has_mail=bool(_mail_address(person))
    )


def _mail_address(person: Person) -> str:
    account = getattr(person, "account", None)
    return account.email if account else ""


def deliver_messages(limit: int = 200) -> int:
    """Send up to `limit` messages that wait; how many were tried."""
    tried = 0
    while tried < limit and _send_one():
        tried += 1
    return tried


@transaction.atomic
def _send_one() -> bool:
    ready = Message.objects.due(timezone.now()).select_related("person__account")
    message = ready.select_for_update(skip_locked=True, of=("self",)).first()
    if message is None:
        return False
    message.attempts += 1
    try:
        message.receipt = WAYS[Channel(message.channel)](message)
    except (GatewayError, SMTPException, OSError) as error:
        _note_failure(message, error)
    else:
        message.state, message.sent_at, message.last_error = MessageState.SENT, timezone.now(), ""
    message.save(update_fields=["state", "attempts", "sent_at", "next_attempt_at", "receipt", "last_error"])
    return True


def _note_failure(message: Message, error: Exception) -> None:
    message.last_error = scrub(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
    hopeless = getattr(error, "permanent", False) or message.attempts > len(WAITS)
    if hopeless:
        message.state = MessageState.GIVEN_UP
    else:
        message.next_attempt_at = timezone.now() + WAITS[message.attempts - 1] * _chance.uniform(0.9, 1.1)
    log.warning("message_not_sent", channel=message.channel, attempts=message.attempts, given_up=hopeless)


def _by_sms(message: Message) -> str:
    number = message.person.mobile if message.person else message.number
    if not number:
        raise GatewayError("手机号已经删除", permanent=True)
    return gateways.sms().send(number, message.text, f"message-{message.pk}")


def _by_mail(message: Message) -> str:
    address = _mail_address(message.person) if message.person else ""
    if not address:
        raise GatewayError("邮箱已经删除", permanent=True)
    link = f"\n\n{settings.PUBLIC_URL}{message.url}" if message.url else ""
    send_mail(_("政务服务办理通知"), f"{message.text}{link}", settings.DEFAULT_FROM_EMAIL, [address])
    return ""


WAYS: Mapping[Channel, Callable[[Message], str]] = {Channel.SMS: _by_sms, Channel.MAIL: _by_mail}


def mark_read(person_id: int, message_ids: Iterable[int] | None = None) -> int:
    """Somebody has read these messages of their box, or all of it; how many were new."""
    unread = Message.objects.to(person_id).unread()
    if message_ids is not None:
        unread = unread.filter(pk__in=message_ids)
    newly = unread.update(read_at=timezone.now())
    transaction.on_commit(lambda: forget_unread([person_id]), robust=True)
    return newly
