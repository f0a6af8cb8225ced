"""
The virus scan: clamd where its address is set; a portal without one says "unscanned" rather than "clean".

Decided for a silent scanner: no upload is lost and none is trusted. The file is taken in, held back from
everybody, and looked at as soon as the scanner answers again; found infected, its content is destroyed.
"""

import socket
import struct
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import UnsupportedType
from files.models import StoredFile
from files.states import Scan

__all__ = ["INFECTED", "scan_waiting", "scanned"]

log = structlog.get_logger(__name__)

#: How long an upload may wait for the scanner.
PATIENCE_SECONDS = 10
PIECE = 64 * 1024
#: How many held files one sweep looks at.
AT_A_TIME = 50
INFECTED = "infected"


class _Silent(Exception):
    """Nobody answers at the scanner's address."""


def scanned(content: IO[bytes]) -> Scan:
    """CLEAN; UNSCANNED without a scanner; WAITING where it did not answer. An infected file is refused."""
    try:
        found = _looked_at(content)
    except _Silent:
        return Scan.WAITING
    if found is Scan.INFECTED:
        raise UnsupportedType(
            _("这个文件带有病毒，没有接收。请在别的电脑或者手机上重新制作后再上传"), code=INFECTED
        )
    return found


def scan_waiting() -> int:
    """
    Look at what is held back until the scanner is silent; how many are decided.

    In no order: a file that the scanner cannot decide is asked about again, and stands in nobody's way.
    """
    held = StoredFile.objects.filter(scan=Scan.WAITING).order_by("?").values_list("pk", flat=True)
    done = 0
    for pk in list(held[:AT_A_TIME]):
        try:
            done += _decided(pk)
        except _Silent:
            break
    return done


@transaction.atomic
def _decided(pk: UUID) -> bool:
    stored = StoredFile.objects.select_for_update(skip_locked=True).filter(pk=pk, scan=Scan.WAITING).first()
    if stored is None:
        return False
    try:
        with stored.file.open("rb") as content:
            found = _looked_at(content)
    except FileNotFoundError:
        log.exception("files.content_missing", file=str(pk))
        return False
    if found is Scan.WAITING:
        return False
    StoredFile.objects.filter(pk=pk).update(scan=found)
    if found is Scan.INFECTED:
        log.warning("files.infected", file=str(pk))
        transaction.on_commit(lambda: stored.file.storage.delete(str(stored.file.name)))
    return True


def _looked_at(content: IO[bytes]) -> Scan:
    address = settings.CLAMD_ADDRESS
    if not address:
        return Scan.UNSCANNED
    try:
        verdict = _ask(address, content)
    except OSError as error:
        log.warning("files.scanner_gave_up", error=str(error))
        return Scan.WAITING
    if verdict.endswith("FOUND"):
        return Scan.INFECTED
    if not verdict.endswith("OK"):
        log.warning("files.scanner_unsure", verdict=verdict)
        return Scan.WAITING
    return Scan.CLEAN


def _ask(address: str, content: IO[bytes]) -> str:
    """clamd's INSTREAM: pieces with their length in front, an empty one at the end; its answer ends with a zero."""
    host, _colon, port = address.rpartition(":")
    content.seek(0)
    try:
        connection = socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS)
    except OSError as error:
        log.warning("files.scanner_silent", error=str(error))
        raise _Silent from error
    with connection as clamd:
        clamd.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            clamd.sendall(struct.pack("!L", len(piece)) + piece)
        clamd.sendall(struct.pack("!L", 0))
        said = b""
        while not said.endswith(b"\0") and (more := clamd.recv(4096)):
            said += more
    return said.decode("utf-8", "replace").strip("\0\n ")
