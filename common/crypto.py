"""
Personal values at rest and on the page: encryption, keyed hashes for look-up, masks.

`settings.FIELD_ENCRYPTION_KEY` holds one secret, or several separated by commas: the first
encrypts, all decrypt, and the last one keys the hashes, so that a rotation
(new secret in front) keeps every stored hash findable.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PREFIX = "enc:"
_NOT_TEXT = "json:"

_ID_NUMBER = re.compile(
    r"(?<!\d)\d{6}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx](?!\d)"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d([ -]?)\d{4}\1\d{4}(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)62\d{14,17}(?!\d)")


def _secrets() -> list[str]:
    return [secret.strip() for secret in settings.FIELD_ENCRYPTION_KEY.split(",") if secret.strip()]


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)


@lru_cache(maxsize=4)
def _fernet(secrets: tuple[str, ...]) -> MultiFernet:
    keys = (base64.urlsafe_b64encode(_derived(secret, "field encryption")) for secret in secrets)
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """The text as a token; the same text gives another token each time."""
    return PREFIX + _fernet(tuple(_secrets())).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text behind a token of `encrypt`; ValueError when it is none, or of another key."""
    if not token.startswith(PREFIX):
        raise ValueError("not an encrypted value")
    try:
        return _fernet(tuple(_secrets())).decrypt(token.removeprefix(PREFIX)).decode()
    except InvalidToken:
        raise ValueError("encrypted with a key that FIELD_ENCRYPTION_KEY does not hold") from None


def keyed_hash(text: str) -> str:
    """Equal texts give equal hashes, and nobody without the key can try texts out."""
    return hmac.new(_derived(_secrets()[-1], "look-up"), text.encode(), hashlib.sha256).hexdigest()


def encrypt_values(mapping: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """
    A copy with the values at `keys` encrypted one by one.

    A key is a name, or a dotted path through a nested mapping or the rows of a
    table ("members.id_number"). None and empty text stay, for they say nothing.
    """
    return {name: _encrypted(value, name, keys) for name, value in mapping.items()}


def _encrypted(value: Any, path: str, keys: Collection[str]) -> Any:
    if path in keys:
        return value if value is None or value == "" else _sealed(value)
    if isinstance(value, Mapping):
        return {name: _encrypted(inner, f"{path}.{name}", keys) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encrypted(row, path, keys) if isinstance(row, Mapping) else row for row in value]
    return value


def _sealed(value: Any) -> str:
    if isinstance(value, str):
        return encrypt(value)
    token = encrypt(json.dumps(value, ensure_ascii=False))
    return PREFIX + _NOT_TEXT + token.removeprefix(PREFIX)


def decrypt_values(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping `encrypt_values` was given; text that only looks like a token stays as it is."""
    return {name: _decrypted(value) for name, value in mapping.items()}


def _decrypted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return decrypt_values(value)
    if isinstance(value, list):
        return [_decrypted(inner) for inner in value]
    if isinstance(value, str) and value.startswith(PREFIX):
        return _opened(value)
    return value


def _opened(token: str) -> Any:
    sealed = token.removeprefix(PREFIX)
    try:
        if sealed.startswith(_NOT_TEXT):
            return json.loads(decrypt(PREFIX + sealed.removeprefix(_NOT_TEXT)))
        return decrypt(token)
    except ValueError:
        return token


def mask_id_number(number: str) -> str:
    """The number with its birth date hidden: 3301**********0021."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_mobile(number: str) -> str:
    """The number with its middle hidden: 138****5678."""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_name(name: str) -> str:
    """The family name alone: 李*."""
    return name[:1] + "*" * (len(name) - 1)


def scrub(text: str) -> str:
    """Free text with every identity number, bank card and mobile number in it masked."""
    text = _ID_NUMBER.sub(lambda found: mask_id_number(found.group()), text)
    text = _BANK_CARD.sub(lambda found: mask_id_number(found.group()), text)
    return _MOBILE.sub(lambda found: mask_mobile(re.sub(r"[ -]", "", found.group())), text)
