"""
Specimens (样本): a paper as it looks when it is filled in well, made of what its bundle says it must show.

Every value is a placeholder that nobody can take for somebody's: no name is whole, no number has a digit.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import cycle
from typing import Any, Protocol

from bundles.spec import Definition, Drawn, Specimen

__all__ = ["SpecimenPaper", "marked", "specimen_paper"]

PEOPLE = ("张某某", "李某某", "王某某", "赵某某")
_SIGNED = re.compile(r"(签字|签名|盖章)$")
#: By what the label says; the first that fits.
_PLACEHOLDERS = tuple(
    (re.compile(pattern), value)
    for pattern, value in (
        (r"证件号|身份证", "××××××××××××××××××"),
        (r"期限|租期|期间|有效期", "20××年×月×日至20××年×月×日"),
        (r"日期|时间", "20××年×月×日"),
        (r"比例|表决权", "××%"),
        (r"金额|费|租金|资本|出资额", "××××.××元"),
        (r"面积", "××平方米"),
        (r"号$|编号|代码|号（", "××××××××"),
        (r"型号", "××-××"),
        (r"地址|住所|地点", "某某市某某区某某路××号"),
        (r"医院", "某某医院"),
        (r"科室", "某某科"),
        (r"公司|企业|单位|名称|用户", "某某有限公司"),
        (r"数量", "××"),
    )
)
_PERSON = re.compile(r"姓名|监护人|代表人|负责人|经办人|签字$|签名$")


class Paper(Protocol):
    """A paper as a plan, a draft or a definition has it."""

    @property
    def name(self) -> str: ...
    @property
    def sample(self) -> str: ...
    @property
    def specimen(self) -> Specimen | None: ...


@dataclass(frozen=True)
class Line:
    """One thing the paper must show, with the value that stands for it."""

    label: str
    value: str


@dataclass(frozen=True)
class SpecimenPaper:
    """Everything on the sheet; ``mark`` is its address and changes with what it says."""

    name: str
    sample: str
    specimen: Specimen

    @cached_property
    def mark(self) -> str:
        said = (self.name, self.sample, self.specimen)
        return sha256(repr(said).encode()).hexdigest()[:20]

    @property
    def drawn(self) -> Drawn:
        return self.specimen.drawn

    @property
    def lines(self) -> list[Line]:
        return [line for line in _filled(self.specimen.shows) if not _SIGNED.search(line.label)]

    @property
    def rooms(self) -> list[list[Line]]:
        """The lines of a plan as rooms, two in a row."""
        return [self.lines[at : at + 2] for at in range(0, len(self.lines), 2)]

    @property
    def signatures(self) -> list[Line]:
        """Who signs or stamps, at the foot."""
        return [line for line in _filled(self.specimen.shows) if _SIGNED.search(line.label)]

    @property
    def look_for(self) -> list[str]:
        """What a proper one looks like, point by point."""
        return [point for point in re.split(r"[；。]", self.sample) if point]


def specimen_paper(paper: Any) -> SpecimenPaper | None:
    """The specimen of a paper of a plan, a draft or a definition, where it has one."""
    specimen = getattr(paper, "specimen", None)
    return _paper(paper.name, paper.sample, specimen) if specimen else None


@lru_cache(maxsize=1024)
def _paper(name: str, sample: str, specimen: Specimen) -> SpecimenPaper:
    return SpecimenPaper(name, sample, specimen)


def marked(mark: str, definitions: Iterable[Definition]) -> SpecimenPaper | None:
    """The specimen of this mark in what is offered."""
    found = (one for definition in definitions for one in _specimens_of(definition) if one.mark == mark)
    return next(found, None)


def _specimens_of(definition: Definition) -> Iterator[SpecimenPaper]:
    for matter in definition.matters:
        yield from filter(None, map(specimen_paper, matter.materials))


def _filled(shows: Iterable[str]) -> Iterator[Line]:
    """Each with its own value, or with the placeholder its label asks for; who is named and signs is one person."""
    known: dict[str, str] = {}
    people = cycle(PEOPLE)
    said: set[str] = set()
    for line in shows:
        label, _colon, value = line.partition("：")
        if not value and _PERSON.search(label):
            role = re.sub(r"姓名|签字|签名", "", label)
            if role not in known or label in said:
                known[role] = next(people)
            value = known[role]
        said.add(label)
        yield Line(label, value or _placeholder(label))


def _placeholder(label: str) -> str:
    return next((value for pattern, value in _PLACEHOLDERS if pattern.search(label)), "××")
