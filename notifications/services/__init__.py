"""Telling people things, and what they say of how they want to be told."""

from notifications.services.contact import choose, confirm_code, remove_mail, send_code
from notifications.services.sending import Notice, Text, deliver_messages, mark_read, send, send_texts

__all__ = [
    "Notice",
    "Text",
    "choose",
    "confirm_code",
    "deliver_messages",
    "mark_read",
    "remove_mail",
    "send",
    "send_code",
    "send_texts",
]
