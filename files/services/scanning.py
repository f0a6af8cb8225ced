"""The virus scan: clamd where its address is set; a portal without one says "unscanned" rather than "clean"."""

import socket
import struct
from typing import IO

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import UnsupportedType
from files.states import Scan

log = structlog.get_logger(__name__)

#: How long a clerk's upload may wait for the scanner.
PATIENCE_SECONDS = 20
PIECE = 64 * 1024


def scanned(content: IO[bytes]) -> Scan:
    """CLEAN, or UNSCANNED where nobody could look; an infected file is refused. An outage loses no upload."""
    address = getattr(settings, "CLAMD_ADDRESS", "")
    if not address:
        return Scan.UNSCANNED
    try:
        verdict = _ask(address, content)
    except OSError as error:
        log.warning("files.scanner_silent", error=str(error))
        return Scan.UNSCANNED
    if verdict.endswith("FOUND"):
        raise UnsupportedType(_("文件带有病毒，不能接收"), code="infected")
    return Scan.CLEAN if verdict.endswith("OK") else Scan.UNSCANNED


def _ask(address: str, content: IO[bytes]) -> str:
    """clamd's INSTREAM: pieces with their length in front, an empty one at the end."""
    host, _colon, port = address.rpartition(":")
    content.seek(0)
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as clamd:
        clamd.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            clamd.sendall(struct.pack("!L", len(piece)) + piece)
        clamd.sendall(struct.pack("!L", 0))
        return clamd.recv(4096).decode("utf-8", "replace").strip("\0\n ")
