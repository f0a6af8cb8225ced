"""Somebody's box, and what was said about something."""

from django.db.models import QuerySet

from notifications.models import Message


def box(person_id: int) -> QuerySet[Message]:
    """The messages on the site for this person, newest first."""
    return Message.objects.to(person_id)


def unread_count(person_id: int) -> int:
    """The number beside the bell."""
    return Message.objects.to(person_id).unread().count()


def about(subject: str) -> QuerySet[Message]:
    """What was said about one application, order or rating, by every way, oldest first."""
    return Message.objects.filter(about=subject).order_by("id")
