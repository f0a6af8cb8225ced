"""
In which language a page speaks: Chinese, unless the person has chosen another on the page itself.

What is written down (rows, documents, messages) is Chinese, whatever the page was read in. Names and
texts of the catalogue are Chinese too, and are translated by their very words when a page shows them:
so a sentence that an editor changes is never shown in a translation of what it used to say. What has
no translation stays Chinese, and says so to screen readers.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from common.speaking import COMMA, local_text, speaks_chinese

#: Doors of those who work here, and of machines: always Chinese.
CHINESE_ONLY = (
    "/admin/", "/api/", "/counter/", "/hotline/alerts/", "/hotline/desk/", "/hotline/figures/", "/hotline/intake/",
    "/hotline/keep/", "/hotline/knowledge/", "/hotline/lists/", "/hotline/reports/", "/hotline/supervisions/", "/office/",
    "/reviews/", "/styleguide/",
)  # fmt: skip
CHINESE_SIGN = re.compile(r"[\u4e00-\u9fff]")
#: Chinese words inside a sentence of another language, with the Chinese marks between them.
_CHINESE_RUN = re.compile(r"[\u4e00-\u9fff](?:[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]*[\u4e00-\u9fff])?")
_FOREIGN_WORD = re.compile(r"[A-Za-z\u0400-\u04ff]{2}")


def chosen_language(request: HttpRequest) -> str:
    """What the person chose here; what a browser says of itself (Accept-Language) decides nothing."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen not in dict(settings.LANGUAGES) or request.path.startswith(CHINESE_ONLY):
        return str(settings.LANGUAGE_CODE)
    return chosen


class LanguageMiddleware:
    """Speaks the chosen language for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


def local(words: Any) -> SafeString:
    """The same for the body of a page: what stays Chinese on a foreign page is marked as Chinese."""
    if isinstance(words, SafeString):  # a page's own words, put together already
        return words
    text = local_text(words)
    if speaks_chinese() or not CHINESE_SIGN.search(text):
        return conditional_escape(text)
    if not _FOREIGN_WORD.search(text):
        return _marked(text)
    return _with_marked_names(text)


def lang_of(words: Any) -> SafeString:
    """The same as an attribute, for what cannot hold a mark inside: `<option{{ name|lang_of }}>`."""
    is_chinese = not speaks_chinese() and CHINESE_SIGN.search(local_text(words))
    return SafeString(' lang="zh-Hans"' if is_chinese else "")


def _with_marked_names(text: str) -> SafeString:
    """A sentence of the page's language with Chinese names in it: only the names are Chinese."""
    parts: list[SafeString] = []
    end = 0
    for run in _CHINESE_RUN.finditer(text):
        parts += [conditional_escape(text[end : run.start()]), _marked(run.group())]
        end = run.end()
    return SafeString("".join([*parts, conditional_escape(text[end:])]))


def _marked(text: str) -> SafeString:
    return format_html('<span lang="zh-Hans">{}</span>', text)


def listed(words: Iterable[Any] | None, between: str = COMMA) -> SafeString:
    """Several names or sentences, each in the page's language, and the comma too."""
    return SafeString(local_text(between).join(local(one) for one in words or ()))
