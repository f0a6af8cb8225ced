"""
Files that arrive piece by piece and go on where they broke off: the server's half of tus 1.0, without HTTP.

Each sender has at most MOST_ARRIVALS on the way, none longer than LARGEST, and none lies for longer than a day.
"""

import os
from datetime import timedelta
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, DomainError, NotFound, TooLarge
from files.models import Arrival
from files.rules import LARGEST, MEGABYTE, MOST_ARRIVALS, size_in_words
from files.services.taking_in import clean_name, take_in
from identity.models import Account

__all__ = [
    "LARGEST_PIECE",
    "announce",
    "append",
    "arrival_of",
    "forget_arrivals",
    "give_up",
    "received_piece",
]

KEPT_FOR = timedelta(hours=24)
LARGEST_PIECE = 5 * MEGABYTE
STEP = 64 * 1024


class Line(Protocol):
    """What pieces come over: a request's body."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; none at the end."""


@transaction.atomic
def announce(*, by: Account, length: int, name: str) -> Arrival:
    """A file is coming; the oldest of the same sender that was left lying makes room."""
    if length > LARGEST:
        raise TooLarge(_("文件超过 %(limit)s，请压缩或者分开上传") % {"limit": size_in_words(LARGEST)})
    if length < 1:
        raise BadInput(_("文件是空的"))
    Account.objects.select_for_update().get(pk=by.pk)
    lying = Arrival.objects.filter(uploaded_by=by, stored=None).order_by("-expires_at")
    _forget(Arrival.objects.filter(pk__in=[one.pk for one in lying[MOST_ARRIVALS - 1 :]]))
    expires_at = timezone.now() + KEPT_FOR
    return Arrival.objects.create(uploaded_by=by, length=length, name=clean_name(name), expires_at=expires_at)


def arrival_of(arrival_id: UUID, *, by: Account) -> Arrival:
    """The sender's own; NotFound to everybody else and after it has expired."""
    return _own(Arrival.objects.all(), arrival_id, by)


def _own(rows: QuerySet[Arrival], arrival_id: UUID, by: Account) -> Arrival:
    found = rows.filter(pk=arrival_id, uploaded_by=by, expires_at__gt=timezone.now()).first()
    if found is None:
        raise NotFound(_("没有找到这次上传，请重新选择文件"))
    return found


def received_piece(stream: Line) -> SpooledTemporaryFile[bytes]:
    """What came over the line, however suddenly the line broke; a piece that is too long is refused."""
    piece = SpooledTemporaryFile(max_size=MEGABYTE)  # noqa: SIM115 (the caller closes it)
    try:
        while step := stream.read(STEP):
            piece.write(step)
            if piece.tell() > LARGEST_PIECE:
                piece.close()
                raise TooLarge(
                    _("一次最多发送 %(limit)s") % {"limit": size_in_words(LARGEST_PIECE)},
                    code="piece_too_large",
                )
    except OSError:
        # The line broke: what is here is kept, and the sender asks how much that is.
        piece.flush()
    return piece


def append(arrival_id: UUID, *, by: Account, offset: int, piece: IO[bytes]) -> Arrival:
    """
    Put the piece where it belongs; the last one makes the file whole and takes it in.

    Raises Conflict where ``offset`` is not how much is here; what is wrong with the whole file is raised as
    by `take_in`, and the pieces are thrown away.
    """
    arrival = _appended(arrival_id, by, offset, piece)
    if not arrival.is_whole or arrival.stored_id:
        return arrival
    try:
        return _taken_in(arrival_id, by)
    except DomainError:
        give_up(arrival_id, by=by)
        raise


@transaction.atomic
def _appended(arrival_id: UUID, by: Account, offset: int, piece: IO[bytes]) -> Arrival:
    arrival = _own(Arrival.objects.select_for_update(), arrival_id, by)
    if offset != arrival.received:
        raise Conflict(_("文件已经收到了另一段，请从断开的地方继续"), code="offset_mismatch")
    length = piece.seek(0, os.SEEK_END)
    if offset + length > arrival.length:
        raise TooLarge(_("收到的比说好的多，请重新选择文件"), code="piece_too_large")
    _write(arrival, piece)
    arrival.received += length
    arrival.expires_at = timezone.now() + KEPT_FOR
    arrival.save(update_fields=["received", "expires_at"])
    return arrival


def _write(arrival: Arrival, piece: IO[bytes]) -> None:
    """At its place, over whatever a write that was never recorded left there."""
    if not arrival.received and not arrival.stored_id:
        arrival.path.parent.mkdir(parents=True, exist_ok=True)
        arrival.path.touch(mode=settings.FILE_UPLOAD_PERMISSIONS)
    piece.seek(0)
    if arrival.stored_id:
        return
    with arrival.path.open("r+b") as whole:
        whole.seek(arrival.received)
        while step := piece.read(STEP):
            whole.write(step)
        whole.truncate()


@transaction.atomic
def _taken_in(arrival_id: UUID, by: Account) -> Arrival:
    """Taken in once: whoever asks second finds it stored."""
    arrival = _own(Arrival.objects.select_for_update(), arrival_id, by)
    if arrival.stored_id is None:
        with arrival.path.open("rb") as whole:
            arrival.stored = take_in(File(whole), by=by, name=arrival.name).stored
        arrival.save(update_fields=["stored"])
        transaction.on_commit(lambda: arrival.path.unlink(missing_ok=True))
    return arrival


@transaction.atomic
def give_up(arrival_id: UUID, *, by: Account) -> None:
    """The sender wants it no longer."""
    _forget(Arrival.objects.filter(pk=_own(Arrival.objects.all(), arrival_id, by).pk))


def forget_arrivals() -> int:
    """Throw away what nobody went on with for a day; beat calls this."""
    with transaction.atomic():
        return _forget(Arrival.objects.filter(expires_at__lte=timezone.now()))


def _forget(arrivals: QuerySet[Arrival]) -> int:
    paths = [one.path for one in arrivals.select_for_update(skip_locked=True)]
    ids = [UUID(path.name) for path in paths]
    Arrival.objects.filter(pk__in=ids).delete()
    transaction.on_commit(lambda: _unlink(paths))
    return len(paths)


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
