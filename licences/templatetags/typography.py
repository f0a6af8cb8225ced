"""Setting Chinese text: squeezed punctuation, dates, and the labelled elements of a document."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from licences.rules import Element, chinese_date

register = template.Library()

CLOSING = "，。、；：！？”’）》〉】〕」』"
OPENING = "“‘（《〈【〔「『"
COUNTING = "一二三四五六七八九十"


@register.filter
def typeset(text: Any) -> SafeString:
    """
    Full-width punctuation beside other full-width punctuation takes half its width (标点挤压).

    Of two neighbours the first closing mark gives way, else the second opening one:
    `text-spacing-trim: normal`, which the renderer does not know yet.
    """
    plain = str(text)
    return mark_safe("".join(_squeezed(plain)))


def _squeezed(text: str) -> Iterator[str]:
    for before, mark, after in zip(" " + text, text, text[1:] + " ", strict=False):
        closes = mark in CLOSING and after in CLOSING + OPENING
        opens = mark in OPENING and before in OPENING
        yield f'<span class="half">{mark}</span>' if closes or opens else escape(mark)


@register.filter
def written_date(day: str | date) -> str:
    """2026-11-22 → 2026年11月22日"""
    return chinese_date(day if isinstance(day, date) else date.fromisoformat(day))


@register.filter
def counting(number: int) -> str:
    """1 → 一"""
    return COUNTING[number - 1]


@register.inclusion_tag("documents/_facts.html", takes_context=True)
def facts(context: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Labels and values, one under the other; what is empty is left out."""
    return {"facts": list(_labelled(context, keys))}


@register.inclusion_tag("documents/_points.html", takes_context=True)
def points(context: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Numbered paragraphs 一、二、三、 that begin with their label and end with a full stop."""
    numbered = zip(COUNTING, _labelled(context, keys), strict=False)
    return {"points": [(count, label, f"。{_ended(value)}") for count, (label, value) in numbered]}


@register.inclusion_tag("documents/_rows.html", takes_context=True)
def rows(context: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table with the columns of the element; a column that is empty throughout is left out."""
    table: Element = context["elements"][key]
    printed = context["snapshot"][key]
    columns = [column for column in table.columns if any(row.get(column.key) for row in printed)]
    lines = [[row.get(column.key, "") for column in columns] for row in printed]
    return {"label": table.label, "key": key, "columns": columns, "lines": lines}


def _labelled(context: Mapping[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for key in keys:
        if value := context["snapshot"].get(key):
            yield context["elements"][key].label, value


def _ended(text: Any) -> str:
    """A sentence ends with a full stop, whoever wrote it."""
    sentence = str(text).rstrip()
    return sentence if sentence.endswith(("。", "！", "？", "”")) else f"{sentence}。"
