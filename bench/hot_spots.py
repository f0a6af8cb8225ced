"""
What finding the hot spots in a box of letters costs, beside a plain loop on the same machine.

    python -m bench.hot_spots [--letters 5000] [--topics 100]

CPU seconds for the whole box, and the ratio to a loop over as many characters as the box has, so that runs on
different machines compare; how well the topics were found is told beside it. No database is needed.
"""

import argparse
import time
from collections.abc import Callable

from hotline.warning.topics.finding import find_topics
from tests.factories.appeals import best_f, letter_box


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def measure(letters: int, topics: int) -> None:
    """Make the box, find its topics, tell both."""
    box = letter_box(21, part="hold", size=letters, topics=topics)
    characters = sum(len(one.title) + len(one.text) for one in box.messages)
    unit = spent(lambda: sum(number for number in range(characters)))
    found: list = []
    cost = spent(lambda: found.extend(find_topics(box.messages)))
    scores = [best_f(keys, found)[0] for keys in box.topics.values()]
    print(
        f"{len(box.messages)} letters, {characters} characters: {cost:.1f} s CPU, {cost / unit:.0f} plain loops"
    )
    print(f"{len(found)} topics for {len(box.topics)} made ones, mean F {sum(scores) / len(scores):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=5000)
    parser.add_argument("--topics", type=int, default=100)
    said = parser.parse_args()
    measure(said.letters, said.topics)
