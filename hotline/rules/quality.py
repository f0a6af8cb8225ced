"""
Looking at a reply as an inspector would (H-97): does it speak to every demand, is it only a phrase, does it give
somebody away. Hints for a person, never a refusal by itself; refusals are `rules.handling`'s.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.rules.handling import beside_phrases
from hotline.rules.redacting import betrays

__all__ = ["Hints", "demands_in", "inspect_reply", "unanswered"]

#: A sentence with one of these asks for something.
_ASKING = re.compile(
    r"请|希望|要求|恳请|望|能否|能不能|可否|是否|怎么|如何|为什么|何时|什么时候|多久|哪里|[?？]"
)
_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;]?")
#: Words that every appeal has and no answer needs.
_EMPTY = re.compile(
    r"请问|请|希望|要求|恳请|有关|相关|部门|尽快|领导|贵局|你们|我们|能否|能不能|可否|是否|怎么|如何|为什么|什么|时候|多久|能|会|可以|处理|解决|一下|谢谢|帮忙|给予|给个|[，,。！!？?；;、：:\s]"
)
#: A demand is spoken to when this share of its word pairs comes back in the reply.
ANSWERED_SHARE = 0.2
#: Fewer pairs than this say too little to be judged.
LEAST_PAIRS = 3


@dataclass(frozen=True)
class Hints:
    """What an inspector should look at twice."""

    unanswered: list[str]
    is_boilerplate: bool
    betrays: bool

    @property
    def any(self) -> bool:
        """There is something to look at."""
        return bool(self.unanswered) or self.is_boilerplate or self.betrays


def demands_in(text: str) -> list[str]:
    """The sentences of an appeal that ask for something."""
    sentences = (one.strip() for one in _SENTENCE.findall(text))
    return [one for one in sentences if one and _ASKING.search(one)]


def unanswered(text: str, reply: str) -> list[str]:
    """The demands of which nothing comes back in the reply."""
    told = _pairs(reply)
    return [one for one in demands_in(text) if not _is_answered(_pairs(one), told)]


def _is_answered(asked: set[str], told: set[str]) -> bool:
    return len(asked) < LEAST_PAIRS or len(asked & told) >= ANSWERED_SHARE * len(asked)


def _pairs(text: str) -> set[str]:
    parts: Iterable[str] = _EMPTY.sub(" ", text).split()
    return {part[place : place + 2] for part in parts for place in range(len(part) - 1)}


def inspect_reply(text: str, reply: str, *, phrases: Sequence[str], said: Iterable[str] = ()) -> Hints:
    """``text``: the appeal without the person; ``phrases``: what alone is no answer; ``said``: of the complainant."""
    return Hints(
        unanswered=unanswered(text, reply),
        is_boilerplate=not beside_phrases(reply, phrases).strip(),
        betrays=betrays(reply, said=said),
    )
