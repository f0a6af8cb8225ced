"""Papers that are nobody's: printed for whoever asks, without a number, without a seal, with nothing personal."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.core.cache import cache

from licences.rendering import code_on_paper, many_pages, one_page

__all__ = ["code_on_paper", "print_pages", "print_sheet"]

KEPT_SECONDS = 30 * 24 * 3600


def print_sheet(page: str, stylesheet: Path, sizes: Sequence[float]) -> bytes:
    """
    One sheet of A4, in the largest of these sizes that fits.

    Kept by what it says: the same words are laid out once, and changed words never find the old sheet.
    """
    said = sha256(f"{page}\0{stylesheet.read_text()}\0{sizes}".encode()).hexdigest()
    key = f"sheet:{said}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = one_page(page, stylesheet, sizes)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def print_pages(page: str, stylesheet: Path) -> bytes:
    """As many sheets of A4 as the page takes; not kept, for reports are read once and differ."""
    return many_pages(page, stylesheet)
