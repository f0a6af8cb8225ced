"""The numbers that may be set, as they hold now; kept in the process for a few seconds."""

import time
from typing import Any

from django.utils import timezone

from hotline.models import Parameter

__all__ = ["forget_parameters", "parameter"]

#: How long a process may go on with the values it knows.
KEPT_SECONDS = 5.0
_kept: dict[str, Any] = {}
_read: dict[str, float] = {"at": float("-inf")}


def parameter(name: str) -> Any:
    """The value in force; KeyError for a name that is in no file: a typing error."""
    if time.monotonic() - _read["at"] > KEPT_SECONDS:
        rows = Parameter.objects.filter(valid_from__lte=timezone.now()).order_by("valid_from", "id")
        _kept.clear()
        _kept.update(rows.values_list("name", "value"))
        _read["at"] = time.monotonic()
    return _kept[name]


def forget_parameters() -> None:
    """A value was set in this process: read again at the next question."""
    _read["at"] = float("-inf")
