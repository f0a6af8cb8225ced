"""
个人数据副本: asked for once at a time, made by a worker, taken after the password, gone after a week.

The file is written to disk piece by piece; what goes beyond its measure is left out and named in it.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Gone, NotFound, Refused, TooOften
from events import publish
from files.models import StoredFile
from identity.models import Account
from identity.services import confirm_identity
from workflow.events import CopyAsked, CopyMade, CopyTaken
from workflow.models import PersonalCopy
from workflow.selectors.holdings import Part, about_the_person, parts
from workflow.states import CopyState

__all__ = ["ask_for_copy", "copies_of", "expire_copies", "make_copy", "take_copy", "unmade_copies"]

LASTS = timedelta(days=7)
COPIES_A_DAY = 3
#: Bytes of files in one copy; what is beyond is named and stays on the application's page.
MOST_BYTES = 1024**3
#: Older than this and not made: its message was lost.
LOST_AFTER = timedelta(minutes=20)


@transaction.atomic
def ask_for_copy(*, by: Account) -> PersonalCopy:
    """Begin one; while one is being made, that one, so that a double click asks once."""
    if by.person_id is None:
        raise Refused(_("您的账号还没有实名认证，没有可以下载的个人资料"))
    Account.objects.select_for_update().get(pk=by.pk)
    own, now = PersonalCopy.objects.filter(account=by), timezone.now()
    if waiting := own.filter(state=CopyState.ASKED).first():
        return waiting
    if own.filter(asked_at__gt=now - timedelta(days=1)).count() >= COPIES_A_DAY:
        raise TooOften(_("一天最多准备 3 次，请明天再来，或者下载已经做好的一份"))
    asked = PersonalCopy.objects.create(account=by, asked_at=now)
    publish(CopyAsked(copy_id=str(asked.pk)), by=by)
    return asked


def copies_of(account: Account) -> Sequence[PersonalCopy]:
    """One's own, the newest first."""
    return list(PersonalCopy.objects.filter(account=account).order_by("-asked_at")[:10])


def make_copy(copy_id: UUID | str) -> None:
    """Collect and pack it; a second worker's work is thrown away, and a failed one can be asked for again."""
    asked = PersonalCopy.objects.select_related("account__person").filter(pk=copy_id).first()
    if asked is None or asked.state != CopyState.ASKED:
        return
    with tempfile.TemporaryFile() as packed:
        left_out = _pack(asked.account, packed)
        _keep(asked, packed, left_out)


@transaction.atomic
def _keep(asked: PersonalCopy, packed: IO[bytes], left_out: int) -> None:
    made = PersonalCopy.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if made.state != CopyState.ASKED:
        return
    now, packed_size = timezone.now(), packed.seek(0, 2)
    packed.seek(0)
    made.file.save("copy.zip", File(packed), save=False)
    made.state, made.made_at, made.expires_at = CopyState.READY, now, now + LASTS
    made.size, made.left_out = packed_size, left_out
    made.save()
    person_id = asked.account.person_id
    if person_id is not None:
        publish(CopyMade(copy_id=str(made.pk), person_id=person_id))


@dataclass
class _Packing:
    """The archive being written, and what is in it so far."""

    archive: zipfile.ZipFile
    bytes: int = 0
    left_out: list[str] = field(default_factory=list)
    told: dict[str, list[Any]] = field(default_factory=dict)

    def take_in(self, part: Part, account: Account) -> None:
        """Each thing of this part: its files one after the other, its values for the list."""
        rows = self.told.setdefault(part.name, [])
        for holding in part.gather(account):
            for path, stored in holding.files.items():
                self._file(path, stored)
            rows.append(holding.values)

    def _file(self, path: str, stored: StoredFile) -> None:
        if stored.is_held or self.bytes + stored.size > MOST_BYTES:
            self.left_out.append(path)
            return
        self.bytes += stored.size
        with stored.file.open("rb") as source, self.archive.open(path, "w") as target:
            shutil.copyfileobj(source, target)


def _pack(account: Account, target: IO[bytes]) -> int:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        packing = _Packing(archive)
        everything = parts()
        for part in everything:
            packing.take_in(part, account)
        whole = {
            "made_at": timezone.now(),
            **about_the_person(account),
            **packing.told,
            "left_out": packing.left_out,
        }
        told = [(part.template, packing.told[part.name]) for part in everything]
        _write(
            archive, "everything.json", json.dumps(whole, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        )
        _write(
            archive, "index.html", render_to_string("documents/personal_copy.html", {**whole, "parts": told})
        )
    return len(packing.left_out)


def _write(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(name, text, compress_type=zipfile.ZIP_DEFLATED)


@transaction.atomic
def take_copy(copy_id: UUID, *, by: Account, password: str) -> PersonalCopy:
    """Give it to its owner, who shows once more that it is them; each time is a fact."""
    made = PersonalCopy.objects.select_for_update(of=("self",)).filter(pk=copy_id, account=by).first()
    if made is None:
        raise NotFound(_("没有这份资料"))
    if not made.is_open(timezone.now()):
        raise Gone(_("这份资料已经过期删除，请重新准备一份"))
    confirm_identity(by, password)
    made.taken_at = timezone.now()
    made.save(update_fields=["taken_at"])
    publish(CopyTaken(copy_id=str(made.pk)), by=by)
    return made


def unmade_copies(now: datetime | None = None) -> list[UUID]:
    """Those whose message was lost on the way."""
    before = (now or timezone.now()) - LOST_AFTER
    rows = PersonalCopy.objects.filter(state=CopyState.ASKED, asked_at__lt=before).order_by("asked_at")
    return list(rows.values_list("pk", flat=True)[:100])


def expire_copies(now: datetime | None = None) -> int:
    """Remove the files of those that have run out; the rows stay."""
    moment, removed = now or timezone.now(), 0
    over = PersonalCopy.objects.filter(state=CopyState.READY, expires_at__lte=moment)
    for copy_id in list(over.values_list("pk", flat=True)):
        removed += _expired(copy_id)
    return removed


@transaction.atomic
def _expired(copy_id: UUID) -> bool:
    rows = PersonalCopy.objects.select_for_update(skip_locked=True).filter(pk=copy_id, state=CopyState.READY)
    made = rows.first()
    if made is None:
        return False
    stored, storage = made.file.name or "", made.file.storage
    made.state = CopyState.EXPIRED
    made.file = ""
    made.save(update_fields=["state", "file"])
    transaction.on_commit(lambda: storage.delete(stored))
    return True
