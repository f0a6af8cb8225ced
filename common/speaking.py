"""
In the language of the page, and as it is written down.

What a person reads follows the language they chose; what is kept (rows, documents, messages, facts of an
event) is Chinese, whoever asked for it. Names of matters, papers and departments are Chinese data, and are
translated by their very words. A whole sentence that is kept with names in it is told again by the words
around the names: ``kept`` says which sentences those are.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

#: What stands between names, and between sentences.
COMMA, SEMICOLON = gettext_noop("、"), gettext_noop("；")

_NAMED = re.compile(r"%\((\w+)\)s")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_KEPT: dict[str, re.Pattern[str]] = {}


def kept(sentence: str) -> str:
    """A sentence with names in it (`%(name)s`) that is written down in Chinese, and told again on a page."""
    parts = _NAMED.split(sentence)
    _KEPT[sentence] = re.compile(
        "".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)), re.DOTALL
    )
    return sentence


def speaks_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (translation.get_language() or settings.LANGUAGE_CODE).startswith("zh")


def local_text(words: Any) -> str:
    """These Chinese words in the page's language, as plain text; as they are where nobody has translated them."""
    text = str(words or "")
    if not text:
        return ""
    said = gettext(text)
    return said if said != text or speaks_chinese() else _told_again(text)


def listed_text(words: Iterable[Any], between: str = COMMA) -> str:
    """Several names or sentences, each in the page's language, and the comma too."""
    return gettext(between).join(local_text(one) for one in words)


def written_down() -> translation.override:
    """For the length of a block or a function: Chinese, as things are kept."""
    return translation.override(settings.LANGUAGE_CODE)


def written_day(day: date) -> str:
    """2026年3月2日, whoever reads."""
    with written_down():
        return date_format(day, "DATE_FORMAT")


def in_chinese(words: Any) -> str:
    """Lazy words as they are written down."""
    with written_down():
        return str(words)


def _told_again(text: str) -> str:
    for sentence, pattern in _KEPT.items():
        if found := pattern.fullmatch(text):
            return gettext(sentence) % {name: _inside(said) for name, said in found.groupdict().items()}
    return text


def _inside(words: str) -> str:
    """What stood in a kept sentence: a day, a name, or several."""
    if day := _DAY.fullmatch(words):
        return date_format(date(*map(int, day.groups())), "DATE_FORMAT")
    return gettext(COMMA).join(
        gettext(name) for name in ([words] if gettext(words) != words else words.split(COMMA))
    )
