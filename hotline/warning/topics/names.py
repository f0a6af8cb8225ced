"""
Names of places and subjects, found in the messages themselves: by their endings, by how often they are said.

Where a name begins is nowhere marked in Chinese. A word cutter makes a guess; what all messages together say
corrects it: a name goes on to the left as long as nearly everybody who says the shorter one says the longer.
"""

import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import jieba

from hotline.warning.topics.messages import DISTRICT, GAP
from hotline.warning.topics.vocabulary import BREAKING, GENERIC, KINDS, LOOSE, PLAIN, TRAILING

__all__ = ["Mention", "Reader", "core"]

jieba.setLogLevel(logging.WARNING)

#: A name has at most so many characters before its ending.
LONGEST_STEM = 7
#: Names of so many characters are known again without an ending.
SHORTEST_KNOWN, LONGEST_KNOWN = 3, 9
#: A longer name takes a shorter one's place when so many of those who say the one say the other.
SAME_NAME = 0.7
_KIND_OF = {ending: kind for kind, endings in KINDS.items() for ending in endings}
_ENDINGS = re.compile("|".join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True)))
#: Endings long enough to be known again at the beginning of what follows them.
_LEADING = sorted((one for one in _KIND_OF if len(one) > 1), key=len, reverse=True)
#: After the end of one name these still go on with it: 新城国际广场.
NAME_LIKE = frozenset({"国际", "世纪", "中央", "中心", "时代", "城市", "东方", "阳光"})
_RUN = re.compile(r"[\u4e00-\u9fffA-Z0-9]+")
_PART = re.compile(
    r"(?:第?[一二三四五六七八九十0-9]{1,3}(?:期|号|栋|组团|区)|[南北东西]区|[A-Z]区|[A-Z0-9]+栋?)$"
)
_NUMBER = re.compile(r"[0-9A-Z]+")
#: Parts of speech that stand before a name and are not of it: verbs, prepositions, pronouns, numbers …
_OUTSIDE = ("v", "p", "c", "d", "r", "u", "y", "e", "o", "f", "q", "t")

#: Of single characters only these: 东, 金 and 新 are in many names.
_SMALL = ("v", "p", "c", "d", "r", "u", "m", "q")


@dataclass(frozen=True, slots=True)
class Mention:
    """An ending with what stands before it; ``guess`` is how many characters of that the word cutter takes."""

    before: str
    ending: str
    guess: int
    kind: str

    def name(self, size: int) -> str:
        """The name with so many characters before the ending."""
        return self.before[len(self.before) - size :] + self.ending


@cache
def _tags() -> Mapping[str, str]:
    """The part of speech of every word of the cutter's dictionary."""
    jieba.initialize()
    with jieba.get_dict_file() as lines:
        rows = [line.decode("utf-8").split() for line in lines]
    return {row[0]: row[2] for row in rows if len(row) == 3}


def core(name: str) -> str:
    """丽景新城二期, 丽景新城小区 and 丽景新城 are one place."""
    while True:
        shorter = _PART.sub("", name)
        for ending in TRAILING:
            if shorter.endswith(ending) and len(shorter) - len(ending) >= 2:
                shorter = shorter.removesuffix(ending)
        if shorter == name or len(shorter) < 2:
            return name
        name = shorter


class Reader:
    """Reads mentions out of texts and, once it has seen them all, says what each is called."""

    def __init__(self) -> None:
        self._tags = _tags()
        self._said: Counter[str] = Counter()
        self._named = lru_cache(maxsize=None)(self._name)

    def mentions(self, text: str) -> list[Mention]:
        """Everything in the text that ends like a name and may be one."""
        plain = DISTRICT.sub(GAP, text)
        return [found for run in _RUN.findall(plain) for found in self._of_run(run)]

    def count(self, mentions: Iterable[Mention]) -> None:
        """One message says these: every way to read each is counted once."""
        readings = {one.name(size) for one in mentions for size in range(1, len(one.before) + 1)}
        self._said.update(readings)

    def name_of(self, mention: Mention) -> str:
        """What the mention is called; "" where it is no name."""
        return self._named(mention)

    def _of_run(self, run: str) -> Iterator[Mention]:
        for match in _ENDINGS.finditer(run):
            if self._goes_on(run, match):
                continue
            before = self._before(run[max(0, match.start() - LONGEST_STEM) : match.start()])
            if before:
                yield Mention(before, match.group(), self._guess(before), _KIND_OF[match.group()])

    @staticmethod
    def _goes_on(run: str, match: re.Match[str]) -> bool:
        """居 of 居民, 路 of 路面, 园 of 校园: part of another word."""
        ending, at = match.group(), match.start()
        if len(ending) > 1:
            return False
        follows, leads = run[at : at + 2], run[max(0, at - 1) : at + 1]
        return leads in PLAIN or (len(follows) == 2 and jieba.dt.FREQ.get(follows, 0) > 50)

    @staticmethod
    def _before(window: str) -> str:
        start = max((i + 1 for i, char in enumerate(window) if char in LOOSE), default=0)
        window = window[start:]
        for word in _breaks(window):
            window = window.rpartition(word)[2]
        return window

    @lru_cache(maxsize=200_000)  # noqa: B019 (one reader lives as long as one analysis)
    def _guess(self, before: str) -> int:
        taken = 0
        for word in reversed(jieba.lcut(before)):
            tag = self._tags.get(word, "x")
            if taken and (tag.startswith(_OUTSIDE) or word in GENERIC):
                break
            taken += len(word)
            if taken >= 4:
                break
        return taken

    def _name(self, mention: Mention) -> str:
        size = self._size(mention)
        stem = mention.before[len(mention.before) - size :]
        name = stem + mention.ending
        return "" if self._is_plain(stem, name, mention) else core(name)

    def _size(self, mention: Mention) -> int:
        """How far the name reaches to the left."""
        longest = len(mention.before)
        size = min(2, longest)
        if self._said[mention.name(size)] < 3:
            return min(max(mention.guess, size), longest)
        while (
            size < longest
            and self._said[mention.name(size + 1)] >= SAME_NAME * self._said[mention.name(size)]
        ):
            size += 1
        return size

    def _is_plain(self, stem: str, name: str, mention: Mention) -> bool:
        if name in PLAIN or stem in GENERIC:
            return True
        if _NUMBER.fullmatch(stem):
            return mention.kind != "road" or mention.ending not in ("路", "号线")
        if len(stem) < 2 or self._is_remainder(stem):
            return True
        tag = self._tags.get(name, "")
        if tag and not tag.startswith(("ns", "nt", "nz", "nr")) and len(name) <= 4:
            return True
        words = jieba.lcut(stem)
        if all(self._says_nothing(word) for word in words):
            return True
        return len(words) == 1 and self._is_common(stem, mention)

    def _is_remainder(self, stem: str) -> bool:
        """山庄 of 山庄广场(舞), 小区烂 of 小区烂路: the end of one name and what is said of it, not the next name."""
        first, *others = jieba.lcut(stem)
        led = next((one for one in _LEADING if stem.startswith(one)), "")
        if not led and first not in _KIND_OF and not _PART.fullmatch(first):
            return False
        rest = stem[len(led) :] if led else "".join(others)
        return not rest or all(word not in NAME_LIKE for word in jieba.lcut(rest))

    def _says_nothing(self, word: str) -> bool:
        tag = self._tags.get(word, "x")
        if len(word) == 1:
            return tag.startswith(_SMALL)
        return word in GENERIC or tag.startswith(_OUTSIDE)

    def _is_common(self, stem: str, mention: Mention) -> bool:
        """A plain noun before a weak ending: 噪音区, 停车场 … but 幸福小区 is a name."""
        tag = self._tags.get(stem, "x")
        if mention.kind == "estate" and len(mention.ending) >= 2:
            return False
        return tag in ("n", "vn", "an", "b", "l", "i", "a", "m") and jieba.dt.FREQ.get(stem, 0) > 300


@lru_cache(maxsize=200_000)
def _breaks(window: str) -> tuple[str, ...]:
    return tuple(
        window[start : start + size]
        for size in (2, 3, 4)
        for start in range(len(window) - size + 1)
        if window[start : start + size] in BREAKING
    )


def aliases(said: Mapping[str, set[int]]) -> dict[str, str]:
    """
    滨河苑 is 某某园滨河苑 where nearly all who say a longer name that ends or begins so say that one.

    Where several longer names share the short one, it stays a name of its own.
    """
    longer: defaultdict[str, set[str]] = defaultdict(set)
    for name in said:
        for size in range(3, len(name)):
            for part in (name[-size:], name[:size]):
                if part in said and part != name:
                    longer[part].add(name)
    found: dict[str, str] = {}
    for short, names in sorted(longer.items()):
        ranked = sorted(names, key=lambda one: (-len(said[one]), one))
        everybody = set().union(*(said[one] for one in ranked))
        if len(said[ranked[0]]) >= 0.8 * len(everybody):
            found[short] = ranked[0]
    return {short: _last(short, found) for short in found}


def _last(name: str, found: Mapping[str, str]) -> str:
    while name in found:
        name = found[name]
    return name


def spoken(text: str, known: frozenset[str]) -> list[str]:
    """Known names said without their ending, longest first and none within another: 丽景新城 in 丽景新城楼下."""
    found, at = [], 0
    while at < len(text):
        for size in range(LONGEST_KNOWN, SHORTEST_KNOWN - 1, -1):
            if text[at : at + size] in known:
                found.append(text[at : at + size])
                at += size
                break
        else:
            at += 1
    return found


def districts(text: str) -> Sequence[str]:
    """The districts a text names, as letters write them; the city itself says nothing."""
    return [one for one in DISTRICT.findall(text) if one[-1] in "区县"]
