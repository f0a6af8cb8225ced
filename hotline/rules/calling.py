"""Which calls count as missed, and who calls back (H-16)."""

import re
from typing import TYPE_CHECKING

from identity.roles import Permission

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = ["is_missed", "objections_to_calling_back"]

_CALLABLE = re.compile(r"(1[3-9]\d{9}|0\d{2,3}\d{7,8})")


def is_missed(*, answered: bool, seconds_rung: float, least: float, phone: str) -> bool:
    """Given up after more than so many seconds, with a number that can be called."""
    return not answered and seconds_rung > least and bool(_CALLABLE.fullmatch(phone))


def objections_to_calling_back(who: "Standing") -> list[str]:
    """Agents call back."""
    return [] if who.may(Permission.TAKE_CALLS) else ["漏接电话由话务员回拨"]
