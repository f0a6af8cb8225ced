"""How hot a topic is: one number from people, words, answers, density and age."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from hotline.warning.topics.messages import Message

__all__ = ["heat"]


def heat(members: Sequence[Message], now: datetime) -> float:
    """
    0 … 100: people most, then what others say to it, how dense and how recent it is.

    Each part has its own share and flattens out, so that no part alone makes a hot spot.
    """
    people = len({one.person for one in members})
    first, last = min(one.at for one in members), max(one.at for one in members)
    span = max(1.0, (last - first) / timedelta(days=1))
    agree, disagree = sum(one.agree for one in members), sum(one.disagree for one in members)
    spoken = _flat(people, 50)
    repeated = _flat(len(members), 60)
    answered = _flat(agree + 0.5 * disagree, 1000)
    dense = _flat(len(members) / span * 30, 30)
    recent = math.exp(-((now - last) / timedelta(days=1)) / 180)
    return round(100 * (0.4 * spoken + 0.2 * repeated + 0.15 * answered + 0.15 * dense + 0.1 * recent), 2)


def _flat(value: float, full: float) -> float:
    return min(1.0, math.log1p(max(0.0, value)) / math.log1p(full))
