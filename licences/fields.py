"""A JSON object whose values lie encrypted in the database, one by one."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from common.crypto import decrypt, encrypt


class EncryptedValuesField(models.JSONField):
    """
    A mapping from plain keys to encrypted values (加密存储).

    Keys stay readable, so that a row shows *which* facts it holds; every value
    is one ciphertext, whatever its type. The model sees plain values only.
    """

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if isinstance(value, dict):
            value = {key: encrypt(json.dumps(plain, cls=DjangoJSONEncoder)) for key, plain in value.items()}
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        stored = super().from_db_value(value, expression, connection)
        if not isinstance(stored, dict):
            return stored
        return {key: json.loads(decrypt(secret)) for key, secret in stored.items()}
