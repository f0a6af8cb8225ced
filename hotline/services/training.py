"""
Training a classifier and putting it into service: measured first, beside what runs, on letters neither has seen.

Imported by the commands only: it brings scikit-learn with it.
"""

import hashlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from common.errors import BadInput, Refused
from hotline.learning.linear import LinearModel, to_bytes
from hotline.learning.measures import Measure, macro_f1, measures
from hotline.learning.reading import features
from hotline.learning.tables import LeftOut, Letter
from hotline.learning.training import Trained, refit, train
from hotline.models import ClassifierVersion, HotlineOrder
from hotline.rules.classifying import normalised
from hotline.selectors.classifying import classify, cold_category, cold_label, label_of
from hotline.selectors.learned import evidence_for, folder, forget_learned, open_model
from hotline.selectors.lexicon import Table, label_tables
from hotline.selectors.tree import current_tree
from hotline.states import ClassifiedBy, OrderStatus

__all__ = ["Evaluation", "Training", "confirmed_letters", "evaluate", "train_classifier"]

#: A label with fewer letters cannot be learned and measured.
LEAST = 5
#: One letter in so many is held out.
HELD_OUT = 10


@dataclass(frozen=True)
class Training:
    """What came of a training: the version, live or refused, and the rows that were not used."""

    version: ClassifierVersion
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Evaluation:
    """One classifier on labelled letters."""

    name: str
    macro_f1: float
    by_label: list[Measure]
    milliseconds: float


def confirmed_letters() -> list[Letter]:
    """Orders whose category a person chose, or that went all their way under it, with personal facts taken out."""
    sure = Q(class_by__in=(ClassifiedBy.AGENT, ClassifiedBy.DISPATCHER)) | Q(status=OrderStatus.ARCHIVED)
    unknown = str(current_tree().tables["fallback"]["unknown_code"])
    rows = HotlineOrder.objects.filter(sure).exclude(category_l2=unknown).order_by("pk")
    return [
        Letter(title, text, code, number)
        for number, title, text, code in rows.values_list("pk", "title", "redacted", "category_l2").iterator()
    ]


def train_classifier(
    letters: Sequence[Letter], *, label_set: str = "", source: str, unread: Sequence[LeftOut] = ()
) -> Training:
    """
    Learn from labelled letters; go live only where no worse than what runs, on the same held-out letters.

    Refused where there is too little to learn from; a version that is worse is kept with the numbers that say so.
    """
    table = _table(label_set)
    usable, unused = _usable(letters, table)
    left_out = sorted([*unread, *unused], key=lambda one: one.row)
    held_out, learned = _split(usable)
    if len({one.label for one in learned}) < 2:
        raise Refused(f"至少要有两个标签、每个标签不少于 {LEAST} 条，才能训练")
    counts = _counts(learned, table)
    trained = train(counts, [one.label for one in learned])
    unseen = _counts(held_out, table)
    true, said = [one.label for one in held_out], [_best(trained.model, one) for one in unseen]
    version = ClassifierVersion(
        label_set_id=table.pk if table else None,
        version=_name(label_set),
        kind=trained.kind,
        source=source[:200],
        rows=len(usable),
        left_out=len(left_out),
        macro_f1=macro_f1(true, said),
        running_f1=macro_f1(true, _running(table, held_out, unseen)),
        measures=_measures(trained, true, said, len(held_out)),
    )
    final = refit(trained, [*counts, *unseen], [one.label for one in [*learned, *held_out]])
    _put_into_service(version, final, trained.model)
    return Training(version, left_out)


def evaluate(letters: Sequence[Letter], *, label_set: str = "") -> list[Evaluation]:
    """The cold classifier and the live one on labelled letters; each asked as a citizen's letter would ask it."""
    table = _table(label_set)
    usable, _left_out = _known_labels(letters, table)
    if not usable:
        raise BadInput("没有一条可用的数据")
    asked = {
        "cold": lambda one: _cold(table, one),
        "live": lambda one: (
            label_of(label_set, one.title, one.text)[0].name if table else classify(one.title, one.text).code
        ),
    }
    if not ClassifierVersion.objects.predicting(table.pk if table else None).filter(active=True).exists():
        asked.pop("live")
    return [_evaluation(name, usable, ask) for name, ask in asked.items()]


def _evaluation(name: str, letters: Sequence[Letter], ask: Any) -> Evaluation:
    ask(letters[0])  # what is loaded once is not the letters' time
    begun = time.perf_counter()
    said = [ask(one) for one in letters]
    spent = (time.perf_counter() - begun) * 1000 / len(letters)
    true = [one.label for one in letters]
    return Evaluation(name, macro_f1(true, said), measures(true, said), spent)


def _table(label_set: str) -> Table | None:
    if not label_set:
        return None
    if label_set not in label_tables():
        raise BadInput(f"没有名为 {label_set} 的标签体系")
    return label_tables()[label_set]


def _known_labels(letters: Sequence[Letter], table: Table | None) -> tuple[list[Letter], list[LeftOut]]:
    known = set(table.labels) if table else {one.code for one in current_tree().leaves}
    left_out = [LeftOut(one.row, f"不认识的标签“{one.label}”") for one in letters if one.label not in known]
    return [one for one in letters if one.label in known], left_out


def _usable(letters: Sequence[Letter], table: Table | None) -> tuple[list[Letter], list[LeftOut]]:
    """One letter of each text, of labels that are known and frequent enough."""
    known, left_out = _known_labels(letters, table)
    known.sort(key=lambda one: (_key(one), one.row))
    usable: list[Letter] = []
    for _text, alike in groupby(known, key=_key):
        first, *others = alike
        if any(one.label != first.label for one in others):
            left_out += [LeftOut(one.row, "同样的内容有不同的标签") for one in (first, *others)]
            continue
        usable.append(first)
        left_out += [LeftOut(one.row, f"与第 {first.row} 行重复") for one in others]
    often = Counter(one.label for one in usable)
    left_out += [
        LeftOut(one.row, f"标签“{one.label}”不足 {LEAST} 条") for one in usable if often[one.label] < LEAST
    ]
    return [one for one in usable if often[one.label] >= LEAST], left_out


def _key(letter: Letter) -> str:
    return hashlib.sha256(f"{normalised(letter.title)}\n{normalised(letter.text)}".encode()).hexdigest()


def _split(letters: Sequence[Letter]) -> tuple[list[Letter], list[Letter]]:
    """Held out: of each label the tenth with the smallest hash, so the same letters in every training."""
    held_out: list[Letter] = []
    learned: list[Letter] = []
    for label in sorted({one.label for one in letters}):
        own = sorted((one for one in letters if one.label == label), key=_key)
        cut = max(1, len(own) // HELD_OUT)
        held_out += own[:cut]
        learned += own[cut:]
    return held_out, learned


def _counts(letters: Sequence[Letter], table: Table | None) -> list[Mapping[str, Mapping[str, float]]]:
    evidence = evidence_for(table)
    return [features(one.title, one.text, evidence) for one in letters]


def _best(model: LinearModel, counts: Mapping[str, Mapping[str, float]]) -> str:
    return next(iter(model.opinion(counts, explained=0).shares))


def _running(table: Table | None, letters: Sequence[Letter], counts: Sequence[Any]) -> list[str]:
    """What runs, on the held-out letters: the live classifier's twin that has not seen them, else the cold one."""
    live = ClassifierVersion.objects.predicting(table.pk if table else None).filter(active=True).first()
    if live is not None and (twin := open_model(live.twin_sha256)) is not None:
        return [_best(twin, one) for one in counts]
    return [_cold(table, one) for one in letters]


def _cold(table: Table | None, letter: Letter) -> str:
    if table is None:
        return cold_category(letter.title, letter.text)
    found = cold_label(table.name, letter.title, letter.text)
    return found[0].name if found else ""


def _name(label_set: str) -> str:
    return f"{label_set or 'categories'}-{timezone.localtime():%Y%m%d-%H%M%S-%f}"


def _measures(trained: Trained, true: list[str], said: list[str], held_out: int) -> dict[str, Any]:
    return {
        "cross_validated": trained.cross_validated,
        "compared": dict(trained.compared),
        "held_out": held_out,
        "by_label": [asdict(one) for one in measures(true, said)],
    }


@transaction.atomic
def _put_into_service(version: ClassifierVersion, final: LinearModel, twin: LinearModel) -> None:
    about = {"version": version.version, "source": version.source}
    version.sha256, version.twin_sha256 = _kept(final, about), _kept(twin, about)
    live = ClassifierVersion.objects.predicting(version.label_set_id).filter(active=True)
    if version.macro_f1 < version.running_f1:
        version.refusal = f"留出集宏平均 F1 {version.macro_f1:.4f}，低于现用的 {version.running_f1:.4f}"
    else:
        for row in live.select_for_update():
            row.active = False
            row.save(update_fields=["active"])
        version.active = True
    version.save()
    transaction.on_commit(forget_learned)


def _kept(model: LinearModel, about: Mapping[str, Any]) -> str:
    """Write the file beside its final name and move it there: nobody ever opens half of one."""
    content = to_bytes(model, about)
    sha256 = hashlib.sha256(content).hexdigest()
    folder().mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder())
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(folder() / f"{sha256}.model")
    return sha256
