"""What each message hangs on: the places and subjects it names, weighed by how rare they are and where it says them."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.warning.topics.messages import DISTRICT, GAP, Message
from hotline.warning.topics.names import (
    LONGEST_KNOWN,
    SHORTEST_KNOWN,
    Mention,
    Reader,
    aliases,
    districts,
    spoken,
)

__all__ = ["Anchors", "find_anchors"]

#: A name in the title counts so many times one in the text.
IN_TITLE = 3.0
MOST_IN_TEXT = 2.0
#: How exactly each kind of name says where.
EXACT: Mapping[str, float] = {"estate": 1.0, "body": 0.9, "road": 0.7, "village": 0.7}
FINE = frozenset({"estate", "body"})
#: Only so much of a text is read: what comes later is what was tried before.
READ_CHARACTERS = 600


@dataclass
class Anchors:
    """Of every message, by its place in the input: names with weights, those in the title, the district."""

    weights: list[dict[str, float]] = field(default_factory=list)
    in_title: list[frozenset[str]] = field(default_factory=list)
    fine_in_title: list[frozenset[str]] = field(default_factory=list)
    district: list[str] = field(default_factory=list)
    said_as: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Names:
    title: Counter[str]
    text: Counter[str]


def find_anchors(messages: Sequence[Message]) -> Anchors:
    """Read all, count all, then name all."""
    reader = Reader()
    read = [_read(reader, message) for message in messages]
    kinds: dict[str, str] = {}
    names = [_Names(_named(reader, heads, kinds), _named(reader, bodies, kinds)) for heads, bodies in read]
    _know_again(messages, names, kinds)
    found = Anchors(district=[_district(message) for message in messages])
    renamed = _renamed(names, found.district)
    _weigh(found, names, renamed, kinds)
    return found


def _read(reader: Reader, message: Message) -> tuple[list[Mention], list[Mention]]:
    heads = reader.mentions(message.head)
    bodies = reader.mentions(message.body[:READ_CHARACTERS])
    reader.count([*heads, *bodies])
    return heads, bodies


def _named(reader: Reader, mentions: Iterable[Mention], kinds: dict[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for mention in mentions:
        if name := reader.name_of(mention):
            found[name] += 1
            if kinds.get(name) != "estate":
                kinds[name] = mention.kind
    return found


def _know_again(messages: Sequence[Message], names: Sequence[_Names], kinds: Mapping[str, str]) -> None:
    """A name that somebody said in full is known where others say it short."""
    known = frozenset(name for name in kinds if SHORTEST_KNOWN <= len(name) <= LONGEST_KNOWN)
    for message, said in zip(messages, names, strict=True):
        for text, counted in ((message.head, said.title), (message.body[:READ_CHARACTERS], said.text)):
            for name in spoken(DISTRICT.sub(GAP, text), known):
                counted[name] = max(counted[name], 1)


def _district(message: Message) -> str:
    if message.region:
        return message.region
    said = districts(message.head) or districts(message.body[:READ_CHARACTERS])
    return said[0] if said else ""


def _renamed(names: Sequence[_Names], where: Sequence[str]) -> Mapping[str, str]:
    """Name → the name it goes by; "" for what is said everywhere and names no one place."""
    said: defaultdict[str, set[int]] = defaultdict(set)
    for place, one in enumerate(names):
        for name in (*one.title, *one.text):
            said[name].add(place)
    most = max(50, len(names) // 12)
    plain = {name for name, rows in said.items() if len(rows) > most or _is_everywhere(rows, where)}
    kept = {name: rows for name, rows in said.items() if name not in plain}
    return {**{name: name for name in kept}, **aliases(kept), **dict.fromkeys(plain, "")}


def _is_everywhere(rows: Iterable[int], where: Sequence[str]) -> bool:
    """Said of three districts and at home in none."""
    counted = Counter(where[place] for place in rows if where[place])
    total = sum(counted.values())
    return total >= 5 and len(counted) >= 3 and max(counted.values()) < 0.5 * total


def _weigh(
    found: Anchors, names: Sequence[_Names], renamed: Mapping[str, str], kinds: Mapping[str, str]
) -> None:
    rows = []
    for one in names:
        title, text = _as_renamed(one.title, renamed, found), _as_renamed(one.text, renamed, found)
        rows.append((title, text))
    said = Counter(name for title, text in rows for name in {*title, *text})
    for title, text in rows:
        weights = {
            name: (IN_TITLE * (name in title) + min(MOST_IN_TEXT, 0.5 + 0.5 * text[name]) * (name in text))
            * EXACT[kinds.get(name, "road")]
            * math.log(1 + len(rows) / said[name])
            for name in {*title, *text}
        }
        length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        found.weights.append({name: weight / length for name, weight in sorted(weights.items())})
        found.in_title.append(frozenset(title))
        found.fine_in_title.append(frozenset(name for name in title if kinds.get(name) in FINE))


def _as_renamed(said: Counter[str], renamed: Mapping[str, str], found: Anchors) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name, times in said.items():
        if known := renamed[name]:
            counted[known] += times
            found.said_as.setdefault(known, Counter())[name] += times
    return counted
