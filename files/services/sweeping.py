"""
Stored files that nobody refers to any more are removed: discarded drafts, earlier pages, uploads never handed in.

The row goes first and its bytes after the commit, so that a crash between the two leaves bytes without a row,
never a row without bytes; such leftovers, and those of uploads that were rolled back, go in a sweep of their own.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from files.models import StoredFile

__all__ = ["sweep_leftovers", "sweep_unreferenced"]

log = structlog.get_logger(__name__)

#: So many rows go in one transaction.
AT_ONCE = 200
NOTHING = UUID(int=0)


def sweep_unreferenced(now: datetime | None = None) -> int:
    """Remove files taken in UNREFERENCED_FILE_DAYS ago or more that no row points at; how many went."""
    before, reached, gone = _long_ago(now), NOTHING, 0
    while ids := _next(before, reached):
        gone += _removed(ids, before)
        reached = ids[-1]
    if gone:
        log.info("files.unreferenced_removed", files=gone)
    return gone


def _long_ago(now: datetime | None) -> datetime:
    return (now or timezone.now()) - timedelta(days=settings.UNREFERENCED_FILE_DAYS)


def _next(before: datetime, reached: UUID) -> list[UUID]:
    rows = StoredFile.objects.unreferenced(before).filter(pk__gt=reached).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _removed(ids: Collection[UUID], before: datetime) -> int:
    """
    Those of the rows that nobody holds and, asked again under their lock, nobody points at.

    Whoever attaches a file holds its row (selectors.to_attach), so it is either passed over here or
    finds the file gone, and asks for it anew; it is never attached and removed.
    """
    rows = StoredFile.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
    free = list(rows.values_list("pk", flat=True))
    going = StoredFile.objects.unreferenced(before).filter(pk__in=free)
    names = dict(going.values_list("pk", "file"))
    StoredFile.objects.filter(pk__in=names).delete()
    transaction.on_commit(lambda: _destroy(names.values()))
    return len(names)


def _destroy(names: Iterable[str]) -> int:
    """Remove these bytes, unless a row names them; what cannot be removed today is a leftover tomorrow."""
    wanted, gone = set(filter(None, names)), 0
    wanted -= set(StoredFile.objects.filter(file__in=wanted).values_list("file", flat=True))
    for name in wanted:
        try:
            _storage().delete(name)
        except OSError:
            log.exception("files.bytes_not_removed", file=name)
        else:
            gone += 1
    return gone


def _storage() -> Storage:
    return StoredFile._meta.get_field("file").storage


def sweep_leftovers(now: datetime | None = None) -> int:
    """Remove bytes as old that no row names: of a server that died on the way, or of an upload rolled back."""
    before, gone = _long_ago(now), 0
    for folder in _folders():
        names = [f"{folder}/{name}" for name in _storage().listdir(folder)[1]]
        for first in range(0, len(names), AT_ONCE):
            gone += _destroy(_nameless(names[first : first + AT_ONCE], before))
    if gone:
        log.info("files.leftovers_removed", files=gone)
    return gone


def _folders() -> list[str]:
    try:
        return [f"files/{folder}" for folder in _storage().listdir("files")[0]]
    except FileNotFoundError:
        return []


def _nameless(names: Collection[str], before: datetime) -> list[str]:
    known = set(StoredFile.objects.filter(file__in=names).values_list("file", flat=True))
    return [name for name in names if name not in known and _is_older(name, before)]


def _is_older(name: str, moment: datetime) -> bool:
    try:
        return _storage().get_modified_time(name) < moment
    except FileNotFoundError:
        return False
