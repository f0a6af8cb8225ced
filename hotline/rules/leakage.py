"""Whether a text gives away who complained (H-96): numbers by their shape and keyed hash, names and addresses by the words."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from common.crypto import keyed_hash

__all__ = ["Identity", "leaks"]

_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?(1[3-9]\d{9})(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)(\d{17}[\dXx])(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}\d{7,8})(?!\d)")
_HOME = re.compile(r"\d+(?:号楼|栋|幢|座)?\d*单元\d+(?:室|号|户)?|\d+(?:号楼|栋|幢|座)\d+(?:室|户)")
#: A family name alone is in half of all sentences.
SHORTEST_NAME = 2
#: The end of an address tells the home; a city does not.
ADDRESS_TAIL = 6


@dataclass(frozen=True)
class Identity:
    """Who complained, as the order keeps it."""

    name: str = ""
    phone_hash: str = ""
    id_number_hash: str = ""
    address: str = ""


def leaks(text: str, of: Identity, *, secret: bool) -> list[str]:
    """
    What in the text points at the complainant; of a secret order any number and any home does.

    What is refused is never said to be right, so that nobody finds out by trying.
    """
    found = list(_of_secret(plain(text), of) if secret else _of_any(plain(text), of))
    return list(dict.fromkeys(found))


def plain(text: str) -> str:
    """Without what hides a number or name from a search: width, blanks and strokes."""
    return re.sub(r"[\s\-－—_·.]", "", unicodedata.normalize("NFKC", text))


def _of_any(text: str, of: Identity) -> Iterator[str]:
    hashes = {of.phone_hash, of.id_number_hash} - {""}
    numbers = [*_MOBILE.findall(text), *_LANDLINE.findall(text), *_ID_NUMBER.findall(text)]
    if any(keyed_hash(number) in hashes for number in numbers):
        yield "答复里不能写诉求人的号码"


def _of_secret(text: str, of: Identity) -> Iterator[str]:
    if _MOBILE.search(text) or _ID_NUMBER.search(text):
        yield "严格保密的工单，答复里不能写任何个人的电话或身份证号"
    yield from _of_any(text, of)
    name, home = plain(of.name), plain(of.address)[-ADDRESS_TAIL:]
    if (len(name) >= SHORTEST_NAME and name in text) or (len(home) == ADDRESS_TAIL and home in text):
        yield "严格保密的工单，答复里不能写诉求人是谁、住在哪里"
    elif _HOME.search(text):
        yield "严格保密的工单，答复里不能写住址"
