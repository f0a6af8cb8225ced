"""Refusing a person, or the moment, is not refusing a request: 403 and 409 have their own errors."""

from collections.abc import Sequence

from common.errors import NotAllowed, WrongState

__all__ = ["refuse_now", "refuse_unless"]


def refuse_unless(objections: Sequence[str]) -> None:
    """Raise NotAllowed (403) when a rule about who may act answered with objections."""
    if objections:
        raise NotAllowed(objections)


def refuse_now(objections: Sequence[str]) -> None:
    """Raise WrongState (409) when a rule about the state of things answered with objections."""
    if objections:
        raise WrongState(objections)
