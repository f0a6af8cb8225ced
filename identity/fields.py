"""Fields that only identity needs."""

from typing import Any

from django.db import models

from common.crypto import keyed_hash


class KeyedHashField(models.CharField):
    """The keyed hash of another field, for look-up: an encrypted number cannot be searched, its hash can."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs.update(max_length=64, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"], kwargs["editable"]
        return name or "", path, list(args), {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Follows its source on save and bulk_create; ``bulk_update`` must name both columns."""
        plain = getattr(model_instance, self.of)
        digest = keyed_hash(plain) if plain else ""
        setattr(model_instance, self.attname, digest)
        return digest
