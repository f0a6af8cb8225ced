"""Refusing a person is not refusing a request: 403 has its own error."""

from collections.abc import Sequence

from common.errors import NotAllowed

__all__ = ["refuse_unless"]


def refuse_unless(objections: Sequence[str]) -> None:
    """Raise NotAllowed (403) when a rule about who may act answered with objections."""
    if objections:
        raise NotAllowed(objections)
