"""Keeping what is being typed at a desk, and giving it back."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from common.errors import BadInput
from hotline.models import KeptWords
from identity.models import Account

__all__ = ["forget_words", "keep_words", "kept_words"]

#: What nobody sent within a month nobody will; what is longer than any form is none of ours.
KEPT_DAYS, LONGEST = 30, 60_000


def keep_words(key: str, fields: Mapping[str, list[str]], *, by: Account) -> None:
    """The newest of what was typed into this form."""
    content = json.dumps(fields, ensure_ascii=False)
    if len(content) > LONGEST or len(key) > 80:
        raise BadInput("内容太长，没有保存")
    KeptWords.objects.update_or_create(
        account=by, key=key, defaults={"content": content, "at": timezone.now()}
    )
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    KeptWords.objects.filter(account=by, at__lt=old).delete()


def kept_words(keys: Iterable[str], *, by: Account) -> dict[str, dict[str, Any]]:
    """By key, what was typed and not sent."""
    rows = KeptWords.objects.filter(account=by, key__in=list(keys))
    return {row.key: json.loads(row.content) for row in rows}


def forget_words(key: str, *, by: Account) -> None:
    """It was sent."""
    KeptWords.objects.filter(account=by, key=key).delete()
