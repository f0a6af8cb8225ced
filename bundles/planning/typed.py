"""What people type, as a machine would have keyed it: full-width signs, spaces, dates in words."""

import re
import unicodedata
from datetime import date

#: 2026年3月2日 · 2026-3-2 · 2026/3/2 · 2026.3.2 · 2026 3 2; a leading year may be missing.
_PARTS = re.compile(r"(?:(\d{4})[年\-/. ]+)?(\d{1,2})[月\-/. ]+(\d{1,2})[日号]?")
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


class YearIsMissing(ValueError):
    """A day and a month, and no year: which one is for the person to say."""


def as_keyed(text: str) -> str:
    """Full-width digits, letters, brackets and points as their plain signs; dashes of every kind as one."""
    return re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", text)).strip()


def number_typed(text: str) -> str:
    """1,200.5 as 1200.5; a comma anywhere else stays, for nobody can tell what it means."""
    plain = as_keyed(text)
    return plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain


def date_typed(text: str) -> date:
    """The day meant; YearIsMissing where only month and day are there, ValueError where no day is meant."""
    plain = re.sub(r"\s+", " ", re.sub(r"\s*([年月日号])\s*", r"\1", as_keyed(text)))
    found = _DIGITS.fullmatch(plain) or _PARTS.fullmatch(plain)
    if found is None:
        raise ValueError(text)
    year, month, day = found.groups()
    if year is None:
        raise YearIsMissing(text)
    return date(int(year), int(month), int(day))
