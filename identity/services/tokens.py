"""Bearer tokens for machines."""

import secrets
from datetime import timedelta

from django.utils import timezone

from common.crypto import keyed_hash
from identity.models import Account, ApiToken

#: A working day and the evening after it; a department's system fetches a new one each morning.
TOKEN_LIFETIME = timedelta(hours=24)


def issue_token(account: Account) -> str:
    """A new token, told once: only its hash is kept. Tokens of this account that are over are swept away."""
    now = timezone.now()
    ApiToken.objects.filter(account=account, expires_at__lte=now).delete()
    key = secrets.token_urlsafe(32)
    ApiToken.objects.create(account=account, key_hash=keyed_hash(key), expires_at=now + TOKEN_LIFETIME)
    return key
