"""
Everyday words as tokens: what people type, and what the catalogue says, cut the same way.

Words by jieba, pairs of characters (a word the dictionary does not know, or half of one), the sound of
pairs (a wrong character that sounds right), initials (sfz), and the whole phrase.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

import jieba
from pypinyin import Style, lazy_pinyin

jieba.setLogLevel(logging.WARNING)

#: Marks in front of a token that is not a word: no word begins with one.
SOUND, INITIALS, PHRASE, LETTERS = "~", "#", "=", "^"

#: Words that say nothing of what is wanted.
EMPTY_WORDS = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "啊",
        "我",
        "你",
        "他",
        "要",
        "想",
        "去",
        "来",
        "在",
        "是",
        "有",
        "和",
        "与",
        "或",
        "给",
        "把",
        "被",
        "就",
        "也",
        "都",
        "个",
        "怎么",
        "怎样",
        "如何",
        "什么",
        "哪里",
        "哪儿",
        "哪",
        "可以",
        "能",
        "需要",
        "请问",
        "一下",
        "这个",
        "那个",
        "咋",
        "咋办",
        "怎么办",
        "怎么样",
        "我要",
        "我想",
        "多少",
        "办",
        "办理",
        "申请",
        "手续",
        "流程",
        "应该",
        "还是",
        "没有",
        "到",
        "上",
        "下",
        "得",
    ]
)

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_SAYING = re.compile(r"[\u4e00-\u9fffa-z0-9]")


def normal(text: str) -> str:
    """Lower case, without spaces and punctuation."""
    return "".join(_SAYING.findall(text.lower()))


@lru_cache(maxsize=4096)
def tokens(text: str) -> Mapping[str, float]:
    """The tokens of a text, each with how much it says: a word more than a pair, a pair more than a sound."""
    found: dict[str, float] = {}
    for token, worth in _cut(text):
        found[token] = max(worth, found.get(token, 0.0))
    return found


def _cut(text: str) -> Iterator[tuple[str, float]]:
    lowered = text.lower()
    whole = normal(text)
    if whole:
        yield PHRASE + whole[:60], 3.0
    for run in _HAN.findall(lowered):
        yield from _words(run)
        yield from _pairs(run)
    for run in _LATIN.findall(lowered):
        yield run, 1.0


def _words(run: str) -> Iterator[tuple[str, float]]:
    for word in jieba.cut_for_search(run):
        if word not in EMPTY_WORDS and len(word) > 1:
            yield word, 1.0 + 0.2 * (len(word) - 2)


def _pairs(run: str) -> Iterator[tuple[str, float]]:
    if len(run) == 1 and run not in EMPTY_WORDS:
        yield run, 0.5
    sounds = lazy_pinyin(run)
    for (first, second), (one, other) in zip(pairwise(run), pairwise(sounds), strict=True):
        pair = first + second
        if pair in EMPTY_WORDS:
            continue
        empty = (first in EMPTY_WORDS) + (second in EMPTY_WORDS)
        yield pair, 0.8 - 0.25 * empty
        yield f"{SOUND}{one}{other}", 0.35 - 0.1 * empty


def spoken(text: str) -> Iterator[str]:
    """How a text or a word in it may be typed in letters: its initials, and its whole sound."""
    for run in _HAN.findall(text):
        for word in {run, *jieba.cut(run)}:
            if 1 < len(word) <= 20 and word not in EMPTY_WORDS:
                yield INITIALS + "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))
                yield LETTERS + "".join(lazy_pinyin(word))


def asked(question: str, synonyms: Mapping[str, frozenset[str]] | None = None) -> dict[str, float]:
    """The tokens to look for, each with its weight; what means the same counts a little less than what was typed."""
    wanted = dict(tokens(question[:100]))
    for other in _meaning_the_same(question, synonyms or {}):
        for word, worth in _words(other):
            wanted.setdefault(word, worth * 0.6)
    letters = normal(question)
    if _LATIN.fullmatch(letters) and not letters.isdigit():
        wanted[INITIALS + letters] = 2.0
        wanted[LETTERS + letters] = 2.0
    return wanted


def _meaning_the_same(question: str, synonyms: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for word, others in synonyms.items():
        if word in question:
            yield from (other for other in others if other not in question)


def lexemes(weighted: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A tsvector literal: of every text its tokens, under the best of the weights (A to D) it is found with."""
    best: dict[str, str] = {}
    for weight, texts in weighted:
        for text in texts:
            for token in [*tokens(text), *(spoken(text) if weight in "AB" else ())]:
                best[token] = min(weight, best.get(token, "D"))
    return " ".join(f"{quoted(token)}:1{weight}" for token, weight in sorted(best.items()))


def quoted(token: str) -> str:
    """A token as tsvector and tsquery write it."""
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
