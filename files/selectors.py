"""Whose files are whose."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound
from files.models import StoredFile
from files.states import Scan
from identity.models import Account

__all__ = ["just_brought", "mine", "to_attach"]

#: How long somebody may look again at what they uploaded and have not handed in.
LOOKING_AGAIN = timedelta(hours=24)


def mine(account: Account, ids: Iterable[UUID | str]) -> dict[UUID, StoredFile]:
    """
    Those of the files that this account uploaded; an id of somebody else's, or of none, is simply not there.

    Nor is one in which a virus was found: it cannot be handed in.
    """
    return _found(StoredFile.objects.all(), account, ids)


def to_attach(account: Account, ids: Iterable[UUID | str]) -> dict[UUID, StoredFile]:
    """The same, held until the transaction ends: what is attached in it is not swept away meanwhile."""
    return _found(StoredFile.objects.select_for_update(no_key=True).order_by("pk"), account, ids)


def _found(rows: QuerySet[StoredFile], account: Account, ids: Iterable[UUID | str]) -> dict[UUID, StoredFile]:
    wanted = {identity for one in ids if (identity := _uuid(one)) is not None}
    if not wanted or account.pk is None:
        return {}
    usable = rows.exclude(scan=Scan.INFECTED)
    return {stored.pk: stored for stored in usable.filter(pk__in=wanted, uploaded_by=account)}


def just_brought(account: Account, file_id: UUID) -> StoredFile:
    """A file this account uploaded within the day; NotFound for any other."""
    stored = mine(account, [file_id]).get(file_id)
    if stored is None or stored.created_at < timezone.now() - LOOKING_AGAIN:
        raise NotFound(_("没有找到这个文件"))
    return stored


def _uuid(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        return None
