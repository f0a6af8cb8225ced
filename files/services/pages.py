"""
Pages: a PDF looked into before it is taken in, several files put together into one, pages moved, and a look at each.

PDFium serves one thread at a time, so everything here that touches it holds the lock.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import IO, Any

import pypdfium2 as pdfium
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from pypdfium2 import raw

from common.errors import NotFound, TooLarge, UnsupportedType
from files.models import StoredFile
from files.rules import (
    JPEG,
    LARGEST,
    LONGEST_SIDE_OF_A_PAGE,
    MOST_PAGES,
    OFD,
    PDF,
    PICTURES,
    PNG,
    size_in_words,
)
from files.services.pictures import encoded, on_white, opened
from files.states import Scan
from identity.models import Account

__all__ = ["Leaf", "combined", "look_at", "pages_in", "picture_of", "rearranged"]

#: The long side of a sheet of A4, in points; a photo becomes a page of this length.
A4 = 842
#: How large a page is shown to look at, in pixels.
LOOK = 480

_one_at_a_time = Lock()


@dataclass(frozen=True)
class Leaf:
    """One page of a file, by its number from 1, and how far it is turned to the right."""

    page: int
    turned: int = 0


@contextmanager
def _reading(content: IO[bytes]) -> Iterator[Any]:
    """The opened PDF; a refusal in plain words where it cannot be read."""
    content.seek(0)
    raw_bytes = content.read()
    with _one_at_a_time:
        try:
            document = pdfium.PdfDocument(raw_bytes)
        except pdfium.PdfiumError as error:
            raise UnsupportedType(_why(error, raw_bytes)) from error
        try:
            yield document
        except pdfium.PdfiumError as error:
            # It was opened, so no password is in the way; PDFium's last code may be that of an earlier file.
            raise UnsupportedType(_damaged()) from error
        finally:
            document.close()


def _why(error: pdfium.PdfiumError, content: bytes) -> str:
    """PDFium's code may be left over from an earlier file: only what is encrypted can be locked."""
    locked = getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
    if locked and b"/Encrypt" in content:
        return _(
            "这个 PDF 设了密码，部门打不开。请打开它，用“打印→另存为 PDF”存一份没有密码的再上传；也可以逐页拍照上传"
        )
    return _damaged()


def _damaged() -> str:
    return _("这个 PDF 已经损坏，打不开。请重新导出或者重新扫描；也可以打印出来逐页拍照上传")


def pages_in(content: IO[bytes]) -> int:
    """How many pages a PDF has; refused where it is broken, locked by a password or empty."""
    with _reading(content) as document:
        found = len(document)
        if found:
            document[0].get_size()
    if not found:
        raise UnsupportedType(_("这个 PDF 里一页也没有，请重新导出后上传"))
    return found


def combined(files: Sequence[StoredFile], *, by: Account, name: str) -> StoredFile:
    """Photos and PDFs, in this order, as one PDF; OFD and signed PDFs stand alone."""
    if any(stored.content_type == OFD for stored in files):
        raise UnsupportedType(_("OFD 文件不能和别的文件合在一起，请单独上传"))
    if sum(stored.size for stored in files if stored.content_type == PDF) > LARGEST:
        raise _too_large()
    return _kept(_bound([(stored, None) for stored in files]), files, by=by, name=name)


def rearranged(stored: StoredFile, leaves: Sequence[Leaf], *, by: Account) -> StoredFile:
    """The same file with these pages, in this order, turned so; a new row, for stored files are never edited."""
    if not leaves:
        raise UnsupportedType(_("至少要留下一页"))
    if not stored.pages or any(not 1 <= leaf.page <= stored.pages for leaf in leaves):
        raise NotFound(_("没有这一页"))
    if stored.content_type != PDF:
        return _turned(stored, leaves[0].turned, by)
    return _kept(_bound([(stored, leaves)]), [stored], by=by, name=stored.name)


def look_at(stored: StoredFile, page: int) -> bytes:
    """One page as a small JPEG."""
    if stored.is_held or not stored.pages or not 1 <= page <= stored.pages:
        raise NotFound(_("没有这一页"))
    with stored.file.open("rb") as content:
        if stored.content_type != PDF:
            return encoded(opened(content, longest=LOOK), JPEG, quality=80).getvalue()
        with _reading(content) as document:
            return _drawn(document[page - 1])


def picture_of(content: bytes, longest: int) -> bytes:
    """The first page of a PDF of ours as a PNG of few colours, its long side so many pixels."""
    with _reading(BytesIO(content)) as document:
        page = document[0]
        picture = page.render(scale=longest / max(*page.get_size(), 1)).to_pil()
        few = picture.convert("RGB").quantize(colors=32)
        return encoded(few, PNG).getvalue()


def _drawn(page: Any) -> bytes:
    scale = LOOK / max(*page.get_size(), 1)
    picture = page.render(scale=scale).to_pil()
    return encoded(picture.convert("RGB"), JPEG, quality=80).getvalue()


def _turned(stored: StoredFile, degrees: int, by: Account) -> StoredFile:
    with stored.file.open("rb") as content:
        picture = opened(content, turned=degrees)
    bare = encoded(picture, stored.content_type)
    return _kept(bare.getvalue(), [stored], by=by, name=stored.name, content_type=stored.content_type)


def _bound(parts: Sequence[tuple[StoredFile, Sequence[Leaf] | None]]) -> bytes:
    """A new PDF of these pages of each file; None stands for every page."""
    pictures = {stored.pk: _as_a_page(stored) for stored, _pages in parts if stored.content_type in PICTURES}
    with _one_at_a_time:
        book = pdfium.PdfDocument.new()
        try:
            for stored, leaves in parts:
                if stored.pk in pictures:
                    _add_picture(book, *pictures[stored.pk])
                else:
                    _add_pages(book, stored, leaves)
                if len(book) > MOST_PAGES:
                    raise TooLarge(_("合在一起超过 %(most)d 页，请分成几份上传") % {"most": MOST_PAGES})
            written = BytesIO()
            book.save(written)
        except pdfium.PdfiumError as error:
            # It was opened, so no password is in the way; PDFium's last code may be that of an earlier file.
            raise UnsupportedType(_damaged()) from error
        finally:
            book.close()
    return written.getvalue()


def _as_a_page(stored: StoredFile) -> tuple[bytes, tuple[int, int]]:
    with stored.file.open("rb") as content:
        picture = on_white(opened(content, longest=LONGEST_SIDE_OF_A_PAGE))
    return encoded(picture, JPEG, quality=82).getvalue(), picture.size


def _add_picture(book: Any, content: bytes, size: tuple[int, int]) -> None:
    width, height = (A4 * side / max(size) for side in size)
    page = book.new_page(width, height)
    picture = pdfium.PdfImage.new(book)
    picture.load_jpeg(BytesIO(content), inline=True)
    picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
    page.insert_obj(picture)
    page.gen_content()


def _add_pages(book: Any, stored: StoredFile, leaves: Sequence[Leaf] | None) -> None:
    """In one go, so that what the pages share is written once."""
    with stored.file.open("rb") as content:
        source = pdfium.PdfDocument(content.read())
    try:
        if raw.FPDF_GetSignatureCount(source) > 0:
            raise UnsupportedType(_("这个 PDF 带有电子签名，改动页面会使签名失效，请整份单独上传"))
        before = len(book)
        book.import_pages(source, [leaf.page - 1 for leaf in leaves] if leaves else None)
        for number, leaf in enumerate(leaves or (), start=before):
            if leaf.turned:
                page = book[number]
                page.set_rotation((page.get_rotation() + leaf.turned) % 360)
    finally:
        source.close()


def _kept(
    content: bytes, sources: Sequence[StoredFile], *, by: Account, name: str, content_type: str = PDF
) -> StoredFile:
    """A file made of others: as trusted as the least of them."""
    if len(content) > LARGEST:
        raise _too_large()
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(name=name, content_type=content_type, uploaded_by=by, size=len(content), sha256=digest)
    row.received_size, row.received_sha256 = row.size, digest
    row.scan = _least({Scan(stored.scan) for stored in sources})
    row.pages = pages_in(BytesIO(content)) if content_type == PDF else 1
    row.file.save(name, ContentFile(content), save=False)
    row.save(force_insert=True)
    return row


def _too_large() -> TooLarge:
    return TooLarge(_("合在一起超过 %(limit)s，请少放几页或者分开上传") % {"limit": size_in_words(LARGEST)})


def _least(scans: set[Scan]) -> Scan:
    return next(one for one in (Scan.INFECTED, Scan.WAITING, Scan.UNSCANNED, Scan.CLEAN) if one in scans)
