"""Which calls count as missed, and who calls back (H-16)."""

import re
import unicodedata
from typing import TYPE_CHECKING

from identity.roles import Permission
from notifications.rules import mobile

if TYPE_CHECKING:
    from identity.selectors import Standing

__all__ = ["is_missed", "objections_to_calling_back", "said_number"]

#: With or without its area; service numbers of five or six digits, 400 and 800.
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}|\d{7,8}|[48]00\d{7}|\d{5,6}")
_CALLABLE = re.compile(r"(1[3-9]\d{9}|0\d{2,3}\d{7,8})")


def said_number(text: str) -> str:
    """A mobile number or a landline as people say it, as digits alone, so that it is found again; ValueError when none."""
    try:
        return mobile(text)
    except ValueError:
        digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    if not _LANDLINE.fullmatch(digits):
        raise ValueError("not a telephone number")
    return digits


def is_missed(*, answered: bool, seconds_rung: float, least: float, phone: str) -> bool:
    """Given up after more than so many seconds, with a number that can be called."""
    return not answered and seconds_rung > least and bool(_CALLABLE.fullmatch(phone))


def objections_to_calling_back(who: "Standing") -> list[str]:
    """Agents call back."""
    return [] if who.may(Permission.TAKE_CALLS) else ["漏接电话由话务员回拨"]
