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

#: Doors of those who work here, and of machines: always Chinese.
CHINESE_ONLY = ("/admin/", "/api/", "/counter/", "/office/", "/reviews/", "/styleguide/")
#: What stands between names, and between sentences: `{{ names|listed }}`, `{{ errors|listed:"；" }}`.
BETWEEN = (translation.gettext_noop("、"), translation.gettext_noop("；"))
CHINESE_SIGN = re.compile(r"[\u4e00-\u9fff]")


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


def speaks_chinese() -> bool:
    """Whether the page is in Chinese."""
    return (translation.get_language() or settings.LANGUAGE_CODE).startswith("zh")


def local_text(words: Any) -> str:
    """These Chinese words in the page's language, as plain text; as they are where nobody has translated them."""
    text = str(words or "")
    return translation.gettext(text) if text else ""


def local(words: Any) -> SafeString:
    """The same for the body of a page: what stays Chinese on a foreign page is marked as Chinese."""
    if isinstance(words, SafeString):  # a page's own words, put together already
        return words
    text = local_text(words)
    if speaks_chinese() or not CHINESE_SIGN.search(text):
        return conditional_escape(text)
    return format_html('<span lang="zh-Hans">{}</span>', text)


def listed(words: Iterable[Any] | None, between: str = BETWEEN[0]) -> SafeString:
    """Several names or sentences, each in the page's language, and the comma too."""
    return SafeString(local_text(between).join(local(one) for one in words or ()))


def in_chinese(words: Any) -> str:
    """Lazy words as they are written down."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)
