"""
The same address in other words (H-130): 望湖区和平路三号门口 and 和平路3号 are one place.

What people say on the telephone and type into forms carries no number of the address register and no pin.
A road or housing estate with its house number, in its district, names a place as well as those do; a road
alone, or words without a number, name none: two things on one road are not the same matter.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

__all__ = ["place_key"]

LONGEST = 80
_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_WORDS = "".join([*_DIGITS, *_UNITS])
#: A way or an estate by its ending, then the number of a house, a lane or a building.
_NUMBERED = re.compile(
    rf"(?P<way>[\u4e00-\u9fff]{{1,12}}?(?:大道|路|街|巷|胡同|弄|里|小区|花园|新村|家园|苑|社区))"
    rf"(?P<number>\d{{1,5}}|[{_WORDS}]{{1,7}})(?P<kind>号楼|号|弄|栋|幢|座)"
)
#: What people say before an address.
_LED_IN = re.compile(r"^.*?(?:家住|住在|位于|就在|靠近|到了?|在)(?=[\u4e00-\u9fff]{2})")
_ALIKE = {"幢": "栋", "座": "栋", "号楼": "栋"}


def place_key(text: str, *, district: str, names: Iterable[str], roads: Collection[str] = ()) -> str:
    """
    What two ways of saying one address have in common; empty where the words name no house.

    ``district`` is the code of the district, which keeps roads of one name apart; ``names`` are those of the
    regions that may stand before the road and say nothing more; ``roads`` the city's own, so that words run
    together with a road are told from it.
    """
    said = "".join(unicodedata.normalize("NFKC", text).split())
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, "|")
    found = _NUMBERED.search(said)
    if not district or found is None:
        return ""
    kind = _ALIKE.get(found["kind"], found["kind"])
    return f"{district}:{_way(found['way'], roads)}:{_number(found['number'])}{kind}"[:LONGEST]


def _way(said: str, roads: Collection[str]) -> str:
    known = max((road for road in roads if said.endswith(road)), key=len, default="")
    return known or _LED_IN.sub("", said)


def _number(said: str) -> int:
    """三, 十二 and 一百零八 as they are counted; 二〇 as it is spelt."""
    if said.isdecimal():
        return int(said)
    if not set(said) & set(_UNITS):
        return int("".join(str(_DIGITS[one]) for one in said))
    whole, last = 0, 1 if said[0] in _UNITS else 0
    for one in said:
        if one in _DIGITS:
            last = _DIGITS[one]
        else:
            whole, last = whole + last * _UNITS[one], 0
    return whole + last
