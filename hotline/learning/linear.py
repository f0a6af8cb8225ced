"""
A linear classifier as plain arrays: what it weighs, by how much, and how sure that makes it.

Kept as numbers and JSON, never as pickled code: a file can at worst be wrong, it can never run anything.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hotline.learning.reading import BLOCKS, shown

__all__ = ["LinearModel", "Opinion", "from_bytes", "to_bytes"]

Floats = NDArray[np.float32]
FORMAT = 1


@dataclass(frozen=True)
class Opinion:
    """How likely each label is, best first, and the words that spoke most for the best ones."""

    shares: Mapping[str, float]
    words: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class LinearModel:
    """Vocabulary, rarity of each feature, one row of weights a feature, one bias a label, and a temperature."""

    labels: tuple[str, ...]
    vocabulary: tuple[str, ...]
    rarity: Floats
    weights: Floats
    bias: Floats
    temperature: float

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where a feature's weights are."""
        return {feature: at for at, feature in enumerate(self.vocabulary)}

    def opinion(self, counts: Mapping[str, Mapping[str, float]], *, explained: int = 3) -> Opinion:
        """What the model says of counted features, with the words of the ``explained`` best labels."""
        at, values = self.vector(counts)
        scores = values @ self.weights[at] + self.bias
        odds = np.exp((scores - scores.max()) / self.temperature)
        order = np.argsort(-odds, kind="stable")
        shares = {self.labels[one]: float(odds[one] / odds.sum()) for one in order}
        words = {self.labels[one]: self._spoken(at, values, int(one)) for one in order[:explained]}
        return Opinion(shares, words)

    def vector(self, counts: Mapping[str, Mapping[str, float]]) -> tuple[NDArray[np.intp], Floats]:
        """Places and values of the known features; each block is scaled to its weight."""
        places: list[int] = []
        values: list[Floats] = []
        known = self.places
        for block, weight in BLOCKS.items():
            found = [(known[one], count) for one, count in counts[block].items() if one in known]
            if not found:
                continue
            at = [place for place, _count in found]
            tf = np.array([count for _place, count in found], dtype=np.float32)
            value = np.where(tf > 1, 1 + np.log(np.maximum(tf, 1)), tf) * self.rarity[at]
            places += at
            values.append(value * (weight / max(float(np.linalg.norm(value)), 1e-9)))
        return np.array(places, dtype=np.intp), np.concatenate([np.zeros(0, np.float32), *values])

    def _spoken(self, at: NDArray[np.intp], values: Floats, label: int) -> dict[str, float]:
        """Whole words only, the heaviest eight: rows of characters explain nothing to a person."""
        parts = values * (self.weights[at, label] - self.weights[at].mean(axis=1))
        found: dict[str, float] = {}
        for one in np.argsort(-parts):
            feature = self.vocabulary[at[one]]
            if parts[one] <= 0 or len(found) == 8:
                break
            if feature[0] == "w" and "|" not in feature:
                found[shown(feature)] = round(float(parts[one]), 4)
        return found


def to_bytes(model: LinearModel, about: Mapping[str, Any]) -> bytes:
    """The model as one file; the same model gives the same bytes."""
    file = io.BytesIO()
    head = {
        "format": FORMAT,
        "labels": model.labels,
        "temperature": model.temperature,
        "about": about,
        "blocks": BLOCKS,
    }
    parts = {
        "head.json": json.dumps(head, ensure_ascii=False, sort_keys=True).encode(),
        "vocabulary.json": json.dumps(model.vocabulary, ensure_ascii=False).encode(),
        **{f"{name}.npy": _array(getattr(model, name)) for name in ("rarity", "weights", "bias")},
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def from_bytes(content: bytes) -> LinearModel:
    """The model of a file; ValueError where it is none of ours."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            head = json.loads(archive.read("head.json"))
            vocabulary = json.loads(archive.read("vocabulary.json"))
            rarity, weights, bias = (
                np.load(io.BytesIO(archive.read(f"{name}.npy")), allow_pickle=False)
                for name in ("rarity", "weights", "bias")
            )
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"not a classifier: {error}") from error
    if head["format"] != FORMAT or head["blocks"] != dict(BLOCKS):
        raise ValueError("a classifier of another version of the portal: train anew")
    return LinearModel(
        tuple(head["labels"]), tuple(vocabulary), rarity, weights, bias, float(head["temperature"])
    )


def _array(values: Iterable[float]) -> bytes:
    file = io.BytesIO()
    np.save(file, np.asarray(values, dtype=np.float32), allow_pickle=False)
    return file.getvalue()
