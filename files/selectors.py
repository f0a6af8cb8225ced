"""Whose files are whose."""

from collections.abc import Iterable
from uuid import UUID

from files.models import StoredFile
from identity.models import Account

__all__ = ["mine"]


def mine(account: Account, ids: Iterable[UUID | str]) -> dict[UUID, StoredFile]:
    """Those of the files that this account uploaded; an id of somebody else's, or of none, is simply not there."""
    wanted = {identity for one in ids if (identity := _uuid(one)) is not None}
    if not wanted or account.pk is None:
        return {}
    return {stored.pk: stored for stored in StoredFile.objects.filter(pk__in=wanted, uploaded_by=account)}


def _uuid(text: UUID | str) -> UUID | None:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        return None
