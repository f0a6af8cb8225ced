"""From messages to hot spots, hottest first."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from hotline.warning.topics.anchors import Anchors, find_anchors
from hotline.warning.topics.clustering import groups
from hotline.warning.topics.heating import heat
from hotline.warning.topics.likeness import Space, space_of
from hotline.warning.topics.linking import Limits, links
from hotline.warning.topics.messages import Message, Topic

__all__ = ["Settings", "find_topics"]


@dataclass(frozen=True)
class Settings:
    """What is called a topic, and the numbers of the method."""

    least_members: int = 3
    limits: Limits = field(default_factory=Limits)


def find_topics(messages: Sequence[Message], settings: Settings | None = None) -> list[Topic]:
    """Topics of at least so many members; the same messages in any order give the same topics."""
    settings = settings or Settings()
    ranked = sorted(messages, key=lambda one: (one.at, one.key))
    if len(ranked) < settings.least_members:
        return []
    anchors = find_anchors(ranked)
    space = space_of(ranked, anchors)
    scores = links([one.at for one in ranked], anchors, space, settings.limits)
    found = groups(scores, space, settings.limits)
    now = ranked[-1].at
    topics = [
        _topic(ranked, members, anchors, space, now)
        for members in found
        if len(members) >= settings.least_members
    ]
    return sorted(topics, key=lambda one: (-one.heat, one.first_at, one.members[0].key))


def _topic(
    messages: Sequence[Message], members: Sequence[int], anchors: Anchors, space: Space, now: datetime
) -> Topic:
    said = tuple(messages[one] for one in members)
    names: defaultdict[str, float] = defaultdict(float)
    for one in members:
        for name, weight in anchors.weights[one].items():
            names[name] += weight
    told = sorted(names, key=lambda name: (-names[name], name))[:5]
    return Topic(
        members=said,
        place=_place(members, anchors, told),
        title=messages[_middle(members, space)].title.strip(),
        words=_words(members, space),
        heat=heat(said, now),
        names=tuple(told),
    )


def _place(members: Sequence[int], anchors: Anchors, told: Sequence[str]) -> str:
    where = Counter(anchors.district[one] for one in members if anchors.district[one])
    district = where.most_common(1)[0][0] if where else ""
    return district + (told[0] if told else "")


def _middle(members: Sequence[int], space: Space) -> int:
    """The member nearest to all: its title is the topic's."""
    rows = space.senses[list(members)]
    return members[int(np.argmax(rows @ rows.mean(axis=0)))]


def _words(members: Sequence[int], space: Space) -> tuple[str, ...]:
    weights = np.asarray(space.words[list(members)].mean(axis=0)).ravel()
    chosen: list[str] = []
    for place in np.argsort(-weights, kind="stable")[:40]:
        word = space.vocabulary[int(place)]
        if weights[place] > 0 and not any(set(word) & set(one) for one in chosen):
            chosen.append(word)
    return tuple(chosen[:6])
