"""
The same matter, or another one (H-130): place or subject agree, and words or complainant agree, in time.

Pure: two views of orders in, an answer out. The numbers are the parameter ``same_matter``.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

__all__ = ["EARTH_METRES", "Likeness", "View", "bigrams", "distance", "is_same_matter", "jaccard", "likeness"]

#: The mean radius of the earth, for the haversine.
EARTH_METRES = 6_371_008.8
_SAYING = re.compile(r"[\u4e00-\u9fffa-z0-9]")


@dataclass(frozen=True)
class View:
    """What of an order the test reads; nothing that tells who complained but a keyed hash."""

    category: str
    text: str
    complainant: str = ""
    address: str = ""
    subject: str = ""
    #: The address in words, made comparable (rules.places).
    place: str = ""
    longitude: float | None = None
    latitude: float | None = None
    is_open: bool = True
    #: When an open one was registered, a closed one ended.
    since: datetime | None = None

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The pairs of characters of the text."""
        return bigrams(self.text)


@dataclass(frozen=True)
class Likeness:
    """Why two orders are about the same, or not."""

    same_category: bool
    same_place: bool
    same_complainant: bool
    words: float
    in_time: bool = True


def bigrams(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, lower case, without punctuation and blanks."""
    said = "".join(_SAYING.findall(text.lower()))
    return frozenset(first + second for first, second in pairwise(said))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of what either says both say; nothing said is like nothing."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two (longitude, latitude), by the haversine."""
    (lon1, lat1), (lon2, lat2) = ((math.radians(x), math.radians(y)) for x, y in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))


def likeness(new: View, known: View, *, at: datetime, limits: Mapping[str, float]) -> Likeness:
    """Each part of the test by itself, so that a person can be told which part held."""
    return Likeness(
        same_category=new.category == known.category,
        same_place=_same_place(new, known, limits["metres"]),
        same_complainant=bool(new.complainant) and new.complainant == known.complainant,
        words=jaccard(new.pairs, known.pairs),
        in_time=_in_time(known, at, limits),
    )


def is_same_matter(new: View, known: View, *, at: datetime, limits: Mapping[str, float]) -> bool:
    """H-130, as it is written."""
    found = likeness(new, known, at=at, limits=limits)
    agrees = found.words >= limits["jaccard"] or found.same_complainant
    return found.same_category and found.same_place and agrees and found.in_time


def _same_place(new: View, known: View, metres: float) -> bool:
    if new.address and new.address == known.address:
        return True
    if new.subject and new.subject == known.subject:
        return True
    if new.place and new.place == known.place:
        return True
    places = (new.longitude, new.latitude, known.longitude, known.latitude)
    if any(part is None for part in places):
        return False
    lon1, lat1, lon2, lat2 = (float(part) for part in places if part is not None)
    return distance((lon1, lat1), (lon2, lat2)) <= metres


def _in_time(known: View, at: datetime, limits: Mapping[str, float]) -> bool:
    if known.since is None:
        return False
    days = limits["open_days"] if known.is_open else limits["closed_days"]
    return at - known.since <= timedelta(days=days)
