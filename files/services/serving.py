"""Giving a file out; the view that calls this has already asked who may read it."""

from typing import TypeVar

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from common.errors import Gone, WrongState
from files.models import StoredFile
from files.rules import JPEG, PDF, PNG
from files.services.pages import look_at
from files.states import Scan

#: What a browser may show in its own window; everything else is saved.
SHOWN = frozenset({PDF, JPEG, PNG})

Answer = TypeVar("Answer", bound=HttpResponseBase)


def response(stored: StoredFile, *, filename: str | None = None, inline: bool = True) -> FileResponse:
    """
    The file, under the type the portal found, closed off from the pages around it and from shared caches.

    What the virus scanner has not looked at yet is given to nobody (409), nor is what it found infected (410).
    """
    _refuse_held(stored)
    answer = FileResponse(
        stored.file.open("rb"),
        as_attachment=not (inline and stored.content_type in SHOWN),
        filename=filename or stored.name,
        content_type=stored.content_type,
    )
    answer["Content-Length"] = stored.size
    return _closed_off(answer)


def page_response(stored: StoredFile, page: int) -> HttpResponse:
    """One page as a small picture."""
    return _closed_off(HttpResponse(look_at(stored, page), content_type=JPEG))


def _refuse_held(stored: StoredFile) -> None:
    if stored.scan == Scan.INFECTED:
        raise Gone(_("这个文件带有病毒，内容已经销毁，请重新上传一份"))
    if stored.is_held:
        raise WrongState(_("这个文件正在等待病毒扫描，扫描完就能打开"))


def _closed_off(answer: Answer) -> Answer:
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
