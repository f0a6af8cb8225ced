"""
A town's letter box, written by nobody: messages whose topics are known beforehand.

What a message says is put together of many small choices, so that two of one topic share the place, most often,
and some of the words; look-alikes share all the words and not the place. The same seed gives the same letters.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hotline.warning.topics import Message, Topic


def _words(text: str) -> list[str]:
    return text.split()


_CHOICE = re.compile(r"\{([^{}]*)\}")
_STEMS = _words(
    "丽 景 湘 江 金 桂 翠 竹 锦 绣 恒 泰 碧 云 龙 凤 星 月 御 博 雅 观 澜 天 麓 枫 梧 桐 银 杉 海 棠 华 盛 信 和 宏 润 "
    "嘉 禾 东 怡 康 福 鑫 紫 荷 柏 松 兰 橡 玉 映 晨 曦 沁 柳 谷 岭 岳 禧 悦 铭 钰 澄 溪 浦 洲 梅 莲 芙 蓉 泊"
)
_ENDS = {
    "tune": _words("小区 花园 新城 家园 苑 城 湾 府 公寓 广场"),
    "hold": _words("小区 花园 家苑 名都 里 苑 公馆 山庄 新村 大厦 华庭"),
}
_ROADS = _words("路 大道 街 巷")
_BODIES = {
    "补课": _words("中学 学校 小学"),
    "拖欠工资": _words("广场 大厦 新城"),
    "非法贷款": _words("公司 集团"),
}


@dataclass
class LetterBox:
    """Messages, the topic of each where it has one, and pairs of topics that only sound alike."""

    messages: list[Message] = field(default_factory=list)
    topic_of: dict[str, str] = field(default_factory=dict)
    look_alikes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def topics(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for key, topic in self.topic_of.items():
            found[topic].add(key)
        return dict(found)


@dataclass(frozen=True)
class Place:
    name: str
    district: str
    other: str  # a street of it, said beside or instead of the name
    short: str  # the name as people shorten it


@cache
def _material() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "appeals.yaml").read_text(encoding="utf-8"))


class Writer:
    """Writes messages; everything drawn by one generator of chance."""

    def __init__(self, seed: int, part: str) -> None:
        self.chance = random.Random(seed)
        self.part = part
        self.material = _material()
        self.problems = [
            one for one in self.material["problems"] if part in (one["set"], "all") or part == "all"
        ]
        self._used: set[str] = set()
        self.box = LetterBox()

    def place(self, problem: str = "") -> Place:
        pick = self.chance.choice
        ends = _BODIES.get(problem) or (_ROADS if problem == "道路破损" else _ENDS[self.part])
        while True:
            stem = "".join(self.chance.sample(_STEMS, pick((2, 2, 2, 3))))
            if stem not in self._used:
                break
        self._used.add(stem)
        end = pick(ends)
        short = stem if len(stem) > 2 and end in ("小区", "家园", "公馆") else stem + end
        road = "".join(self.chance.sample(_STEMS, 2)) + pick(_ROADS)
        district = f"A{self.chance.randint(1, 9)}{pick('区区区县')}"
        return Place(stem + end, district, road, short)

    def said(self, sentence: str, place: Place) -> str:
        while match := _CHOICE.search(sentence):
            chosen = self.chance.choice(match.group(1).split("|"))
            sentence = sentence[: match.start()] + chosen + sentence[match.end() :]
        return sentence.replace("@", self.called(place)).replace("&", self.neighbour())

    def called(self, place: Place) -> str:
        draw = self.chance.random()
        if draw < 0.55:
            return place.name
        if draw < 0.7:
            return (
                place.name
                if place.name.endswith("小区")
                else place.name + self.chance.choice(("小区", "二期", "业主", ""))
            )
        if draw < 0.85:
            return place.short
        return place.other + place.name

    def neighbour(self) -> str:
        return "".join(self.chance.sample(_STEMS, 2)) + self.chance.choice(_ENDS[self.part])

    def title(self, problem: dict[str, Any], place: Place) -> str:
        chance = self.chance
        told = self.said(chance.choice(problem["titles"]), place)
        draw = chance.random()
        if draw < 0.12:  # the place only in the text
            bare = problem["titles"][chance.randrange(len(problem["titles"]))].replace(
                "@", chance.choice(("我们小区", "小区", ""))
            )
            told = self.said(bare, place)
        if draw > 0.9:
            told = chance.choice(("紧急求助：", "关于", "再次反映", "恳请解决")) + told
        return chance.choice((f"A市{place.district}", place.district, "A市", "")) + told

    def text(self, problem: dict[str, Any], place: Place) -> str:
        chance, made = self.chance, self.material
        pool = problem["said"]
        core = chance.sample(pool, chance.choice((1, 2, 2, 3, 3, 4, 5)))
        parts = [chance.choice(made["openings"])]
        if chance.random() < 0.85:
            parts.append(
                chance.choice(
                    ("@", "地点是@，", "@的情况是这样：", "就在@，", "说的是A市" + place.district + "@。")
                )
            )
        for sentence in core:
            parts.append(sentence)
            if chance.random() < 0.3:
                parts.append(chance.choice(made["asides"]))
        parts += chance.sample(made["closings"], chance.choice((1, 1, 2)))
        return "".join(self.said(part, place) for part in parts)

    def write(self, problem: dict[str, Any], place: Place, topic: str, person: str, at: datetime) -> None:
        key = f"{len(self.box.messages) + 1:06d}"
        agree = int(self.chance.paretovariate(1.2)) - 1 if topic else 0
        self.box.messages.append(
            Message(
                key,
                person,
                self.title(problem, place),
                self.text(problem, place),
                at,
                min(agree, 900),
                agree // 9,
            )
        )
        if topic:
            self.box.topic_of[key] = topic


BEGIN = datetime(2026, 1, 1)


def letter_box(seed: int, *, part: str = "tune", topics: int = 44, size: int = 3000) -> LetterBox:
    """``topics`` of 5–60 members, each fourth with a look-alike elsewhere, each sixth beside another at its place."""
    writer = Writer(seed, part)
    chance = writer.chance
    made = 0
    while made < topics:
        problem, names = chance.choice(writer.problems), []
        place = writer.place(problem["name"])
        copies = [(problem, place)]
        if made % 4 == 0:
            copies.append((problem, writer.place(problem["name"])))
        elif made % 6 == 1 and problem["name"] not in _BODIES and problem["name"] != "道路破损":
            others = [
                one
                for one in writer.problems
                if one is not problem and one["name"] not in (*_BODIES, "道路破损")
            ]
            copies.append((chance.choice(others), place))
        for what, where in copies:
            name = f"{where.name}/{what['name']}"
            names.append(name)
            _topic(writer, what, where, name)
            made += 1
        if len(names) == 2:
            writer.box.look_alikes.append((names[0], names[1]))
    _noise(writer, size - len(writer.box.messages))
    chance.shuffle(writer.box.messages)
    return writer.box


def _topic(writer: Writer, problem: dict[str, Any], place: Place, name: str) -> None:
    chance = writer.chance
    size = min(60, 4 + int(chance.paretovariate(0.8)))
    begin = BEGIN + timedelta(days=chance.randint(0, 250))
    span = chance.choice((5, 20, 60, 120))
    people = [f"U{chance.randint(1, 999_999):06d}" for _one in range(max(3, int(size * 0.9)))]
    for _member in range(size):
        at = begin + timedelta(hours=chance.uniform(0, 24 * span))
        writer.write(problem, place, name, chance.choice(people), at)


def _noise(writer: Writer, size: int) -> None:
    """Messages of no topic: other places, and the topics' own places with another problem said once."""
    chance = writer.chance
    known = sorted({topic.partition("/")[0] for topic in writer.box.topics})
    alone: set[str] = set(writer.box.topics)
    for _one in range(size):
        problem = chance.choice(writer.problems)
        place = writer.place(problem["name"])
        if chance.random() < 0.05 and problem["name"] not in _BODIES and problem["name"] != "道路破损":
            name = chance.choice(known)
            if f"{name}/{problem['name']}" not in alone and name.endswith(tuple(_ENDS[writer.part])):
                alone.add(f"{name}/{problem['name']}")
                place = Place(name, place.district, place.other, name)
        at = BEGIN + timedelta(hours=chance.uniform(0, 24 * 360))
        writer.write(problem, place, "", f"U{chance.randint(1, 999_999):06d}", at)


def best_f(truth: set[str], found: list[Topic]) -> tuple[float, Topic | None]:
    """The F of the found topic that fits best."""
    best, which = 0.0, None
    for topic in found:
        keys = {one.key for one in topic.members}
        if both := len(keys & truth):
            f = 2 * both / (len(keys) + len(truth))
            if f > best:
                best, which = f, topic
    return best, which
