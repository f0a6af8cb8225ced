"""Bringing the lexicon and the tables of foreign labels up to their files; the same file twice changes nothing."""

import hashlib
from pathlib import Path

from django.db import transaction

from common.errors import BadInput
from common.fixtures import Changes
from hotline.models import Label, LabelMap, LabelSet, LexiconVersion
from hotline.selectors.lexicon import forget_lexicon, forget_tables
from hotline.selectors.tree import current_tree
from hotline.spec import LabelSetSpec, read_label_set, read_lexicon

__all__ = ["load_label_set", "load_lexicon"]


@transaction.atomic
def load_lexicon(path: Path) -> Changes:
    """Publish the file as a version; a changed file needs a new version."""
    changes = Changes(str(LexiconVersion._meta.verbose_name))
    version, words = read_lexicon(path, set(current_tree().categories))
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    known = LexiconVersion.objects.filter(version=version).first()
    if known is None:
        LexiconVersion.objects.create(version=version, content_hash=content, words=words)
        changes.created.append(version)
        transaction.on_commit(forget_lexicon)
        forget_lexicon()
        return changes
    if known.content_hash != content:
        raise BadInput(f"{path.name}：版本 {version} 已经发布过，内容有变化请换一个版本号")
    changes.unchanged += 1
    return changes


@transaction.atomic
def load_label_set(path: Path) -> Changes:
    """A set that is not there yet is made with its table; one that is there is the editors' and stays."""
    changes = Changes(str(LabelSet._meta.verbose_name))
    known = set(LabelSet.objects.values_list("name", flat=True))
    spec = read_label_set(path, {one.code for one in current_tree().leaves}, but=known)
    if spec is None:
        changes.unchanged += 1
        return changes
    _make(spec)
    changes.created.append(spec.name)
    transaction.on_commit(forget_tables)
    forget_tables()
    return changes


def _make(spec: LabelSetSpec) -> None:
    made = LabelSet.objects.create(name=spec.name, title=spec.title)
    labels = {
        name: Label.objects.create(label_set=made, name=name, default_category=code)
        for name, code in spec.default.items()
    }
    LabelMap.objects.bulk_create(
        LabelMap(label_set=made, label=labels[label], category=code, keyword=word)
        for (code, word), label in spec.rows.items()
    )
