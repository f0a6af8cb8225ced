"""Somebody's box, and what was said about something."""

from collections.abc import Iterable

import structlog
from django.core.cache import cache
from django.db.models import QuerySet
from redis import RedisError

from notifications.models import ContactChoice, Message

__all__ = ["about", "box", "choice_of", "forget_unread", "read", "unread", "unread_badge", "unread_count"]

#: How long the number beside the bell may be behind, should its forgetting get lost.
BADGE_SECONDS = 60

log = structlog.get_logger(__name__)


def box(person_id: int) -> QuerySet[Message]:
    """The messages on the site for this person, newest first."""
    return Message.objects.to(person_id)


def unread(person_id: int) -> QuerySet[Message]:
    """What the person has not read yet, newest first."""
    return Message.objects.to(person_id).unread()


def read(person_id: int) -> QuerySet[Message]:
    """What the person has read, newest first."""
    return Message.objects.to(person_id).filter(read_at__isnull=False)


def unread_count(person_id: int) -> int:
    """How much of it there is."""
    return unread(person_id).count()


def unread_badge(person_id: int) -> int:
    """The number beside the bell, on every page: counted once a minute at most, and whenever something changed."""
    try:
        return int(cache.get_or_set(_key(person_id), lambda: unread_count(person_id), BADGE_SECONDS) or 0)
    except RedisError as error:
        log.warning("badge_not_cached", error=type(error).__name__)
        return unread_count(person_id)


def forget_unread(person_ids: Iterable[int]) -> None:
    """The boxes of these persons have changed."""
    cache.delete_many([_key(person_id) for person_id in person_ids])


def _key(person_id: int) -> str:
    return f"messages:unread:{person_id}"


def choice_of(person_id: int) -> ContactChoice:
    """What the person chose; who never did wants everything."""
    return ContactChoice.objects.filter(pk=person_id).first() or ContactChoice(person_id=person_id)


def about(subject: str) -> QuerySet[Message]:
    """What was said about one application, order or rating, by every way, oldest first."""
    return Message.objects.filter(about=subject).order_by("id")
