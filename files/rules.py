"""What a file really is, told by its content: the name and the browser's word are only claims."""

import zipfile
from dataclasses import dataclass
from typing import IO

import filetype
from django.utils.translation import gettext as _

PDF, OFD, JPEG, PNG = "application/pdf", "application/ofd", "image/jpeg", "image/png"
#: What iPhones write; kept as JPEG.
HEIC = "image/heic"
PICTURES = frozenset({JPEG, PNG, HEIC})

#: What citizens may hand in, and the endings their names may have.
ALLOWED = frozenset({PDF, OFD, JPEG, PNG, HEIC})
ENDINGS = {
    PDF: (".pdf",),
    OFD: (".ofd",),
    JPEG: (".jpg", ".jpeg"),
    PNG: (".png",),
    HEIC: (".heic", ".heif"),
}

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
#: An OFD is a zip; one that unpacks to more than this, or a hundredfold, is a bomb.
LARGEST_UNPACKED = 200 * MEGABYTE
HIGHEST_RATIO = 100
MOST_MEMBERS = 5000
#: A phone's photo has about 12 million pixels, a scanner's page about 35.
MOST_PIXELS = 60_000_000
#: A sheet of A4 at 300 dots an inch: what is finer than that is scaled down to it.
LONGEST_SIDE = 3508
#: Photos put together into one PDF: 200 dots an inch, so that thirty pages stay under the limit.
LONGEST_SIDE_OF_A_PAGE = 2339
MOST_PAGES = 100
#: Upload at one time; the oldest that was left lying makes room.
MOST_ARRIVALS = 10


@dataclass(frozen=True)
class Sniffed:
    """What the content is, or why it is nothing the portal takes."""

    content_type: str = ""
    objection: str = ""


def sniff(content: IO[bytes], name: str, allowed: frozenset[str] = ALLOWED) -> Sniffed:
    """The type told by the content; an objection if it is none of the allowed, or the name says another."""
    content.seek(0)
    head = content.read(8192)
    guess = filetype.guess(head)
    found = guess.mime if guess else ""
    if found == "application/zip":
        return _zip(content, name, allowed)
    if found == PDF and not _has_an_end(content):
        return Sniffed(objection=_("PDF 文件不完整，请重新导出后上传"))
    return _named(found, name, allowed)


def _named(found: str, name: str, allowed: frozenset[str]) -> Sniffed:
    if found not in allowed:
        return Sniffed(objection=_("只收 PDF、OFD、JPG、PNG、HEIC 文件，这个文件的内容不是其中之一"))
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if ending and ending not in ENDINGS[found]:
        known = "、".join(ENDINGS[found])
        return Sniffed(
            objection=_("文件名以 %(ending)s 结尾，内容却是 %(known)s") % {"ending": ending, "known": known}
        )
    return Sniffed(found)


def _has_an_end(content: IO[bytes]) -> bool:
    content.seek(0, 2)
    content.seek(max(0, content.tell() - 2048))
    return b"%%EOF" in content.read()


def _zip(content: IO[bytes], name: str, allowed: frozenset[str]) -> Sniffed:
    try:
        with zipfile.ZipFile(content) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Sniffed(objection=_("文件已损坏，请重新导出后上传"))
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > min(LARGEST_UNPACKED, max(packed, 1024) * HIGHEST_RATIO) or len(members) > MOST_MEMBERS:
        return Sniffed(objection=_("文件解压后过大，不能接收"))
    if "OFD.xml" not in {member.filename for member in members}:
        return _named("application/zip", name, allowed)
    return _named(OFD, name, allowed)


def size_in_words(size: int) -> str:
    """20 MB, 512 KB."""
    return f"{size // MEGABYTE} MB" if size >= MEGABYTE else f"{max(1, size // 1024)} KB"
