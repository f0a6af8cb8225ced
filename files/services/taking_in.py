"""Taking a file in: sized, sniffed, cleaned, scanned, and on the disk before anybody is told it is here."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import IO

from django.core.files.base import ContentFile, File
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import TooLarge, UnsupportedType
from files.models import StoredFile
from files.rules import ALLOWED, HEIC, JPEG, LARGEST, PDF, PICTURES, size_in_words, sniff
from files.services.pages import pages_in
from files.services.pictures import upright_and_bare
from files.services.scanning import scanned
from files.states import Scan
from identity.models import Account

#: The same content from the same account under the same name within this time is the same upload.
SAME_UPLOAD = timedelta(hours=1)


@dataclass(frozen=True)
class Taken:
    """A stored file, and whether it had been stored before by the same upload."""

    stored: StoredFile
    replayed: bool


def store(
    content: File, *, by: Account | None, name: str = "", allowed: frozenset[str] = ALLOWED
) -> StoredFile:
    """Take the file in and return its row; see `take_in`."""
    return take_in(content, by=by, name=name, allowed=allowed).stored


@transaction.atomic
def take_in(content: File, *, by: Account | None, name: str = "", allowed: frozenset[str] = ALLOWED) -> Taken:
    """
    Store one file, at most 20 MB, of a type told by its content.

    The same upload again within the hour is answered with the first row, so that a lost answer and a
    second click leave one file. Photos are turned upright and lose what the camera wrote into them;
    a PDF that is broken or locked is refused.
    """
    name = clean_name(name or content.name or "")
    with SpooledTemporaryFile(max_size=1024 * 1024) as received:
        digest, size = _copied(content, received)
        if by is not None and (first := _first(by, digest, name)) is not None:
            return Taken(first, replayed=True)
        sniffed = sniff(received, name, allowed)
        if sniffed.objection:
            raise UnsupportedType(sniffed.objection)
        row = StoredFile(name=name, content_type=sniffed.content_type, uploaded_by=by)
        row.received_sha256, row.received_size = digest, size
        row.scan = scanned(received)
        row.pages = _pages(row.content_type, received)
        _write(row, received)
    return Taken(row, replayed=False)


def keep_made(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """What the portal has made itself: of the type it says, looked at by no scanner, nobody's upload."""
    digest = hashlib.sha256(content).hexdigest()
    row = StoredFile(name=clean_name(name), content_type=content_type, size=len(content), sha256=digest)
    row.received_sha256, row.received_size = digest, len(content)
    row.file.save(row.name, ContentFile(content), save=False)
    row.save(force_insert=True)
    return row


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, short enough for every file system."""
    last = PurePath(name.replace("\\", "/")).name
    printable = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    stem, dot, ending = printable.rpartition(".")
    return f"{stem[:180]}.{ending[:10]}" if dot else printable[:190] or _("未命名")


def _copied(content: File, into: IO[bytes]) -> tuple[str, int]:
    """Copied piece by piece, so that a file that is too large is given up as soon as it is known to be."""
    digest, size = hashlib.sha256(), 0
    for chunk in content.chunks():
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge(_("文件超过 %(limit)s，请压缩或者分开上传") % {"limit": size_in_words(LARGEST)})
        digest.update(chunk)
        into.write(chunk)
    if not size:
        raise UnsupportedType(_("文件是空的"))
    return digest.hexdigest(), size


def _first(by: Account, digest: str, name: str) -> StoredFile | None:
    """The same upload's first row; of two at once the second waits here for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"upload {by.pk} {digest}"])
    since = timezone.now() - SAME_UPLOAD
    kept_as = f"{name.rpartition('.')[0]}.jpg"
    again = StoredFile.objects.filter(
        uploaded_by=by, received_sha256=digest, name__in=[name, kept_as], created_at__gte=since
    ).exclude(scan=Scan.INFECTED)
    return again.order_by("created_at").first()


def _pages(content_type: str, received: IO[bytes]) -> int | None:
    if content_type in PICTURES:
        return 1
    return pages_in(received) if content_type == PDF else None


def _write(row: StoredFile, received: IO[bytes]) -> None:
    """The content as it is kept; what iPhones call HEIC everybody else can open as JPEG."""
    is_picture = row.content_type in PICTURES
    kept = upright_and_bare(received, row.content_type) if is_picture else received
    if row.content_type == HEIC:
        row.content_type, row.name = JPEG, f"{row.name.rpartition('.')[0] or row.name}.jpg"
    kept.seek(0)
    row.sha256 = hashlib.file_digest(kept, "sha256").hexdigest()  # type: ignore[arg-type]
    kept.seek(0, 2)
    row.size = kept.tell()
    kept.seek(0)
    row.file.save(row.name, File(kept), save=False)
    row.save(force_insert=True)
