"""Letters with labels: those written by hand for the tests, and as many as a test wants made of their sentences."""

import random
import re
from pathlib import Path

import yaml

from hotline.learning.tables import Letter

FOLDER = Path(__file__).resolve().parents[1] / "hotline" / "letters"
LABELS = 7


def written(name: str) -> list[Letter]:
    """The hand-written letters of one file: ``dev`` or ``held_out``."""
    rows = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return [Letter(title, text, label, number) for number, (label, title, text) in enumerate(rows, 1)]


def made(count: int, *, seed: int = 1, noise: float = 0.2) -> list[Letter]:
    """Rambling letters of sentences of one label, some of them from others; the same seed, the same letters."""
    drawn, sentences = random.Random(seed), _sentences()
    labels = sorted(sentences)
    every = sorted(one for listed in sentences.values() for one in listed)
    return [
        _letter(drawn, labels[number % LABELS], sentences[labels[number % LABELS]], every, noise, number)
        for number in range(count)
    ]


def _letter(
    drawn: random.Random, label: str, own: list[str], every: list[str], noise: float, row: int
) -> Letter:
    said = [drawn.choice(every if drawn.random() < noise else own) for _ in range(9)]
    return Letter(said[0], "尊敬的领导：" + "，".join(said[1:]) + "。恳请解决。", label, row)


def _sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for letter in written("dev"):
        found.setdefault(letter.label, []).extend(
            part for part in re.split("[，。？！]", letter.text) if part
        )
    return found
