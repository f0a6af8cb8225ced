"""From a template and its facts to a text that names nobody."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone

from common.crypto import scrub
from notifications.states import Kind

LINE_ENDS = re.compile(r"\s*\n\s*")
NAMES = re.compile(r"\{\{\s*(\w+)")
KIND = re.compile(r"\{#\s*kind:\s*(\w+)\s*#\}")


def message_text(template: str, context: Mapping[str, Any]) -> str:
    """
    The text of templates/messages/<template>.txt in one line.

    ValueError when the context lacks a fact the template names, or when a personal
    number got in: such a text is never stored.
    """
    chosen = get_template(f"messages/{template}.txt").template  # type: ignore[attr-defined]
    lacking = set(NAMES.findall(chosen.source)) - set(context)
    if lacking:
        raise ValueError(f"message {template} lacks {', '.join(sorted(lacking))}")
    facts = {name: day_text(value) if name == "due" else value for name, value in context.items()}
    text = LINE_ENDS.sub("", chosen.render(Context(facts, autoescape=False)))
    if scrub(text) != text:
        raise ValueError(f"message {template} would hold a personal number")
    return text


@cache
def kind_of(template: str) -> Kind:
    """What the message is for, by its template's first line; one that does not say is treated as law."""
    said = KIND.match(get_template(f"messages/{template}.txt").template.source)  # type: ignore[attr-defined]
    return Kind(said[1]) if said else Kind.NOTICE


def day_text(value: Any) -> str:
    """A day as people say it, 2026年3月4日; text that is no ISO date or time stays as it is."""
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, dt.date) else ""
