"""The specimen (样本) of a paper as a PDF and as a picture, made of data and kept by what it says."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.translation import gettext

from bundles.selectors import offers
from bundles.spec import Kind
from common.errors import NotFound
from files.services import picture_of
from licences.services.printing import KEPT_SECONDS, print_sheet
from workflow.rules.specimens import SpecimenPaper, marked

__all__ = ["specimen", "specimen_picture", "specimen_sheet"]

STYLESHEET = settings.BASE_DIR / "static" / "css" / "specimen.css"
SIZES = (15.0, 13.0, 11.0)
#: The long side of the picture in a list, in pixels: twice what it is shown at, for fine screens.
PICTURE = 210


def specimen(mark: str) -> SpecimenPaper:
    """The specimen of a paper that is asked for today; the bundles are looked through before the single matters."""
    for kind in (Kind.BUNDLE, Kind.SINGLE):
        if found := marked(mark, (offer.definition for offer in offers(kind))):
            return found
    raise NotFound(gettext("没有这份样本"))


def specimen_sheet(paper: SpecimenPaper) -> bytes:
    """The page as PDF; it says nothing about anybody, so the same one serves everybody."""
    return print_sheet(render_to_string("documents/specimen.html", {"paper": paper}), STYLESHEET, SIZES)


def specimen_picture(paper: SpecimenPaper) -> bytes:
    """The page as a small PNG."""
    sheet = specimen_sheet(paper)
    key = f"specimen:{sha256(sheet).hexdigest()}:{PICTURE}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = picture_of(sheet, PICTURE)
        cache.set(key, kept, KEPT_SECONDS)
    return kept
