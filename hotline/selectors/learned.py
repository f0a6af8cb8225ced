"""The classifier that is live, loaded at the first question of a process and only while its file is the one noted."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from hotline.models import ClassifierVersion
from hotline.rules.lexicon import shares, weigh
from hotline.selectors.lexicon import Table, current_lexicon
from hotline.selectors.tree import current_tree

__all__ = ["Learned", "evidence_for", "folder", "forget_learned", "learned", "open_model"]

KEPT_SECONDS = 5.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Learned:
    """What the live classifier says of one appeal."""

    version: str
    shares: Mapping[str, float]
    words: Mapping[str, Mapping[str, float]]


@dataclass
class _Kept:
    looked: float = float("-inf")
    live: dict[int | None, ClassifierVersion] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)


_kept = _Kept()


def learned(table: Table | None, title: str, text: str) -> Learned | None:
    """What the classifier of a label set says, or that of our own categories; None while none is live."""
    row = _live().get(table.pk if table else None)
    model = _model(row) if row else None
    if row is None or model is None:
        return None
    counts = import_module("hotline.learning.reading").features(title, text, evidence_for(table))
    said = model.opinion(counts)
    return Learned(row.version, said.shares, said.words)


def evidence_for(table: Table | None) -> Callable[[str, str], Mapping[str, float]]:
    """What the lexicon makes of a letter, as shares by label: the learned classifier reads that too."""
    lexicon = current_lexicon(current_tree())

    def evidence(title: str, text: str) -> Mapping[str, float]:
        found = weigh(title, text, lexicon, table.label_of) if table else weigh(title, text, lexicon)
        return shares({name: one.value for name, one in found.items()})

    return evidence


def folder() -> Path:
    """Where classifiers are kept, by their hash."""
    return Path(settings.DATA_DIR) / "classifiers"


def open_model(sha256: str) -> Any | None:
    """The model of this hash, or None, said in the log, where the file is gone or is not what was written."""
    path = folder() / f"{sha256}.model"
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        log.error("hotline.classifier_unreadable", sha256=sha256, there=bool(content))
        return None
    return import_module("hotline.learning.linear").from_bytes(content)


def forget_learned() -> None:
    """Another classifier is live: look again."""
    _kept.looked = float("-inf")
    _kept.models.clear()


def _live() -> Mapping[int | None, ClassifierVersion]:
    if time.monotonic() - _kept.looked > KEPT_SECONDS:
        _kept.live = {
            row.label_set_id: row for row in ClassifierVersion.objects.filter(active=True).defer("measures")
        }
        _kept.looked = time.monotonic()
    return _kept.live


def _model(row: ClassifierVersion) -> Any | None:
    if row.sha256 not in _kept.models:
        _kept.models[row.sha256] = open_model(row.sha256)
    return _kept.models[row.sha256]
