"""
What classifying an appeal costs, beside a plain loop on the same machine.

    python -m portal.embedded --purpose test -- python -m bench.classifying [--rounds 20]

A sentence by keywords, a letter by the lexicon, its foreign label cold and learned: CPU milliseconds each, and the
ratio to a loop over as many characters as the average letter has, so that runs on different machines compare.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from hotline.learning.tables import Letter  # noqa: E402
from hotline.selectors.classifying import classify, cold_label, label_of  # noqa: E402
from hotline.services.training import train_classifier  # noqa: E402
from tests.factories.hotline_letters import made, written  # noqa: E402

SEVEN = "letter_box"
LOOPS = 1000


def plain(letter: Letter) -> int:
    """A thousand steps of a plain loop: the unit of comparison."""
    total = 0
    for number in range(LOOPS):
        total += number
    return total


def cost(ask: Callable[[Letter], object], letters: list[Letter], rounds: int) -> float:
    """CPU milliseconds a letter; what is loaded once is loaded before."""
    ask(letters[0])
    begun = time.process_time()
    for _round in range(rounds):
        for letter in letters:
            ask(letter)
    return (time.process_time() - begun) * 1000 / (rounds * len(letters))


def measure(rounds: int) -> None:
    """Train on made letters, then ask about hand-written ones."""
    letters = written("dev") + written("held_out")
    train_classifier(made(700), label_set=SEVEN, source="bench")
    unit = cost(plain, letters, rounds)
    print(
        f"a loop of {LOOPS}: {unit:.3f} ms; a letter has {sum(len(one.text) for one in letters) // len(letters)} characters"
    )
    ways: dict[str, Callable[[Letter], object]] = {
        "sentence by keywords": lambda one: classify("", one.title[:40]),
        "letter, everything": lambda one: classify(one.title, one.text),
        "foreign label, cold": lambda one: cold_label(SEVEN, one.title, one.text),
        "foreign label, learned": lambda one: label_of(SEVEN, one.title, one.text),
    }
    for name, ask in ways.items():
        spent = cost(ask, letters, rounds)
        print(f"{name}: {spent:.2f} ms, {spent / unit:.1f} loops")


def main() -> None:
    """A database of its own, loaded and thrown away."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    kept = setup_databases(verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory() as folder:
        settings.DATA_DIR = Path(folder)
        try:
            for name in ("load_regions", "load_departments", "load_hotline"):
                call_command(name, verbosity=0)
            measure(rounds)
        finally:
            connection.close()
            teardown_databases(kept, verbosity=0)


if __name__ == "__main__":
    main()
