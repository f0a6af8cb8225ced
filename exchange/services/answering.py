"""Every door answers a repeated request with the first answer."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import keyed_hash
from common.errors import BadInput, Conflict
from exchange.models import IdempotencyKey
from identity.models import Account

LONGEST_KEY = 200

#: Waits while another transaction holds the same key, and inserts only if that one came to nothing.
TAKE_KEY = """
INSERT INTO exchange_idempotencykey (door, key, account_id, body_hash, answer, created_at)
VALUES (%s, %s, %s, %s, '', %s)
ON CONFLICT (door, account_id, key) DO NOTHING
RETURNING id
"""


class BodyEncoder(DjangoJSONEncoder):
    """A body that carries files is the same again when their content is."""

    def default(self, o: Any) -> Any:
        """A file as its name and the digest of what is in it, read from the beginning and left there."""
        if not isinstance(o, File):
            return super().default(o)
        digest = hashlib.sha256()
        for chunk in o.chunks():
            digest.update(chunk)
        o.seek(0)
        return {"name": o.name, "sha256": digest.hexdigest()}


@dataclass(frozen=True)
class Answer:
    """What the door answers; `replayed` when the first request did it and this one repeats it."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


@transaction.atomic
def answer_once(
    *, door: str, key: str, account: Account | None, body: Any, act: Callable[[], tuple[int, dict[str, Any]]]
) -> Answer:
    """
    Do it once per key, and answer every repeat with the first answer.

    `act` runs in the transaction that keeps its answer, so neither exists without the
    other; when it raises, the key is free again. Requests with the same key at the
    same time wait for the first. No key, no promise.
    """
    if not key:
        return Answer(*act())
    if len(key) > LONGEST_KEY:
        raise BadInput(_("幂等键太长，最多 %(n)d 个字符") % {"n": LONGEST_KEY})
    body_hash = keyed_hash(json.dumps(body, cls=BodyEncoder, sort_keys=True, ensure_ascii=False))
    record_id = _take(door, key, account, body_hash)
    if record_id is None:
        return _first_answer(door, key, account, body_hash)
    status, answered = act()
    kept = json.dumps(answered, cls=DjangoJSONEncoder, ensure_ascii=False)
    IdempotencyKey.objects.filter(pk=record_id).update(status=status, answer=kept)
    return Answer(status, answered)


def _take(door: str, key: str, account: Account | None, body_hash: str) -> int | None:
    values = [door, key, account.pk if account else None, body_hash, timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(TAKE_KEY, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _first_answer(door: str, key: str, account: Account | None, body_hash: str) -> Answer:
    first = IdempotencyKey.objects.get(door=door, key=key, account=account)
    if first.body_hash != body_hash:
        raise Conflict(_("同一个幂等键已经用于另一份内容"), code="idempotency_mismatch")
    if first.status is None:
        raise Conflict(_("同一个请求正在办理中"), code="idempotency_in_progress")
    return Answer(first.status, json.loads(first.answer), replayed=True)


def forget_old_keys(*, older_than: dt.timedelta) -> int:
    """Clear keys nobody will repeat any more; how many there were."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - older_than).delete()[0]
