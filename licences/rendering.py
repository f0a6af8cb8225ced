"""
Documents as PDF: WeasyPrint behind `render`, and nobody else speaks to it (文书排版).

The same document gives the same bytes: no clock and no system font comes in. WeasyPrint
and its Pango are loaded at the first page, with our own fontconfig file (`setup_documents`
cuts the fonts), so that processes which never render do not pay for them.
"""

import os
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from math import cos, pi, sin
from pathlib import Path
from typing import Any, NoReturn

import segno
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string

from licences.models import Document
from licences.models.codes import grouped
from licences.rules import elements_of, official_name
from licences.states import DocumentKind, ResultKind

__all__ = [
    "code_on_paper",
    "code_picture",
    "font_configuration",
    "many_pages",
    "one_page",
    "render",
    "seal_picture",
    "verification_address",
]

#: Archives take PDF/A; level A keeps headings and tables readable to screen readers.
VARIANT = "pdf/a-2a"

RESULT_TEMPLATES: dict[ResultKind, str] = {
    ResultKind.LICENCE: "documents/result_licence.html",
    ResultKind.PROOF: "documents/result_proof.html",
    ResultKind.VOUCHER: "documents/result_voucher.html",
    ResultKind.REGISTRATION: "documents/result_registration.html",
    ResultKind.APPROVAL: "documents/result_approval.html",
}


def font_configuration() -> Path:
    """The fontconfig file that names our own fonts and no others."""
    return Path(settings.DATA_DIR) / "fonts" / "fonts.conf"


def verification_address(code: str) -> str:
    """Where the QR code on every page of paper leads."""
    return f"{settings.PUBLIC_URL}/verify/{code}/"


def code_picture(address: str) -> str:
    """The address as a QR code for a screen: dark on white whatever the page, with the margin readers need."""
    picture: str = segno.make(address, error="m", micro=False).svg_inline(
        border=4, omitsize=True, light="#fff"
    )
    return picture


def render(document: Document) -> bytes:
    """The unsealed PDF. A destination named `seal` marks the place of the stamp."""
    page = render_to_string(_template(document), _context(document))
    return _pdf(page)


@lru_cache(maxsize=256)
def seal_picture(organ_name: str) -> bytes:
    """The round vermilion stamp of an organ, as a PDF page of 42 mm (电子印章图样)."""
    return _pdf(render_to_string("documents/seal.html", {"characters": _along_the_arc(organ_name)}))


def one_page(page: str, stylesheet: Path, sizes: Sequence[float]) -> bytes:
    """
    A page that has no number and no seal, set in the largest of these sizes (points, largest first) that fits
    on one sheet; every length of its style sheet is in rem. What fits in none is set in the smallest.
    """
    at = cache(lambda size: _laid_out(page, stylesheet, size))
    fits = bisect_left(sizes, True, hi=len(sizes) - 1, key=lambda size: len(at(size).pages) == 1)
    return _written(at(sizes[fits]))


def many_pages(page: str, stylesheet: Path) -> bytes:
    """Pages that have no number and no seal, such as a report: as many sheets as it takes."""
    css = _weasyprint().CSS(filename=stylesheet)
    html = _weasyprint().HTML(string=page, url_fetcher=_refuse)
    return _written(html.render(stylesheets=[css], pdf_variant=VARIANT))


def _laid_out(page: str, stylesheet: Path, size: float) -> Any:
    css = _weasyprint().CSS
    styles = [css(filename=stylesheet), css(string=f"html {{ font-size: {size}pt }}")]
    return (
        _weasyprint().HTML(string=page, url_fetcher=_refuse).render(stylesheets=styles, pdf_variant=VARIANT)
    )


def _written(laid_out: Any) -> bytes:
    return bytes(laid_out.write_pdf(pdf_variant=VARIANT))


def code_on_paper(address: str) -> str:
    """The address as a QR code for paper: black, its margin is the page's."""
    picture: str = segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return picture


def _template(document: Document) -> str:
    if document.kind == DocumentKind.RESULT:
        return RESULT_TEMPLATES[ResultKind(document.snapshot["result_kind"])]
    return f"documents/{document.kind}.html"


def _context(document: Document) -> dict[str, Any]:
    address = verification_address(document.verify_code)
    kind = DocumentKind(document.kind)
    return {
        "document": document,
        "snapshot": document.snapshot,
        "elements": {element.key: element for element in elements_of(kind)},
        "organ": official_name(document.organ),
        "licence": next(iter(document.licences.all()), None) if kind is DocumentKind.RESULT else None,
        "code": grouped(document.verify_code),
        "address": address,
        "qr": code_on_paper(address),
    }


def _pdf(page: str) -> bytes:
    html = _weasyprint().HTML(string=page, url_fetcher=_refuse)
    return _written(html.render(stylesheets=[_stylesheet()], pdf_variant=VARIANT))


def _refuse(address: str, *_args: Any, **_options: Any) -> NoReturn:
    """A page is made of what the document says; nothing is fetched for it."""
    raise ValueError(f"documents fetch nothing, and this one asked for {address}")


@cache
def _stylesheet() -> Any:
    return _weasyprint().CSS(filename=settings.BASE_DIR / "static" / "css" / "documents.css")


@cache
def _weasyprint() -> Any:
    if not font_configuration().exists():
        raise ImproperlyConfigured("documents have no fonts yet: run manage.py setup_documents")
    os.environ["FONTCONFIG_FILE"] = str(font_configuration())
    try:
        import weasyprint
    except OSError as missing:
        raise ImproperlyConfigured(
            "WeasyPrint needs Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from missing
    return weasyprint


def _along_the_arc(name: str) -> list[dict[str, Any]]:
    """Each character with its place on a circle and its turn; long names stand closer."""
    step = min(24.0, 230.0 / max(len(name) - 1, 1))
    first = -step * (len(name) - 1) / 2
    return [_placed(character, first + step * position) for position, character in enumerate(name)]


def _placed(character: str, degrees: float) -> dict[str, Any]:
    angle, radius = degrees * pi / 180, 150
    return {
        "text": character,
        "x": f"{radius * sin(angle):.2f}",
        "y": f"{-radius * cos(angle):.2f}",
        "turn": f"{degrees:.2f}",
    }
