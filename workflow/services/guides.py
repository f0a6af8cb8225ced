"""The one-time notice (一次告知单) of a guide: one sheet of paper that says it all, with the way back to the page."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from licences.services.printing import code_on_paper, print_sheet
from workflow.selectors.guides import GuidePage

__all__ = ["guide_sheet"]

STYLESHEET = settings.BASE_DIR / "static" / "css" / "sheet.css"

#: In points, from comfortable to what eyes of forty still read; most guides need the first.
SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)


def guide_sheet(page: GuidePage) -> bytes:
    """The sheet as PDF. It says nothing about anybody, so the same one serves everybody."""
    address = f"{settings.PUBLIC_URL}{reverse(f'workflow:{_name(page)}', args=[page.offer.definition.code])}"
    if page.number:
        address = f"{address}?example={page.number}"
    said = {"page": page, "guide": page.guide, "address": address, "qr": code_on_paper(address)}
    return print_sheet(render_to_string("documents/guide_sheet.html", said), STYLESHEET, SIZES)


def _name(page: GuidePage) -> str:
    return "bundle_guide" if page.guide.is_bundle else "matter_guide"
