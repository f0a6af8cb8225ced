"""The files among the answers: as they stand, and those an applicant has replaced during handling (I-112)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from bundles.selectors import definition_of
from bundles.spec import Field, FieldType
from common.crypto import decrypt_values
from common.errors import NotFound
from files.models import StoredFile
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing
from workflow.models import Application, FormerAnswers
from workflow.selectors.applications import sees_whole

__all__ = ["FiledAnswer", "answer_file", "filed_answers", "filed_answers_of"]


@dataclass(frozen=True)
class FiledAnswer:
    """One version of a file in a box; ``replaced_at`` is None for the one that counts."""

    field: Field
    file: StoredFile
    replaced_at: datetime | None = None


def filed_answers(application: Application) -> dict[str, list[FiledAnswer]]:
    """By box: what is in it, then what was in it, the latest first; nothing is asked where no box takes a file."""
    return filed_answers_of([application]).get(application.pk, {})


def filed_answers_of(applications: Sequence[Application]) -> dict[int, dict[str, list[FiledAnswer]]]:
    """The same of several, in two statements whatever their number; who has filed nothing is not there."""
    boxes = {one.pk: inside for one in applications if (inside := _boxes_of(one))}
    former: dict[int, list[FormerAnswers]] = {}
    for row in FormerAnswers.objects.filter(application__in=boxes).order_by("-id") if boxes else ():
        former.setdefault(row.application_id, []).append(row)
    versions = [
        (one.pk, version)
        for one in applications
        if one.pk in boxes
        for version in _versions(one, boxes[one.pk], former.get(one.pk, ()))
    ]
    stored = _stored(file_id for _pk, (_key, file_id, _until) in versions) if versions else {}
    found: dict[int, dict[str, list[FiledAnswer]]] = {}
    for pk, (key, file_id, until) in versions:
        if file_id in stored:
            answer = FiledAnswer(boxes[pk][key], stored[file_id], until)
            found.setdefault(pk, {}).setdefault(key, []).append(answer)
    return found


def _boxes_of(application: Application) -> dict[str, Field]:
    inputs = definition_of(application.bundle_version_id).inputs
    return {key: field for key, field in inputs.items() if field.type is FieldType.FILE}


def _versions(
    application: Application, boxes: Mapping[str, Field], former_answers: Iterable[FormerAnswers]
) -> Iterable[tuple[str, str, datetime | None]]:
    said = decrypt_values(application.answers)
    yield from ((key, str(said[key]), None) for key in boxes if said.get(key))
    for former in former_answers:
        before: dict[str, Any] = json.loads(former.said)
        yield from ((key, str(before[key]), former.replaced_at) for key in boxes if before.get(key))


def _stored(ids: Iterable[str]) -> dict[str, StoredFile]:
    rows = StoredFile.objects.filter(pk__in=[one for one in map(_uuid, ids) if one])
    return {str(one.pk): one for one in rows}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def answer_file(account: Account, reference: str, file_id: UUID) -> tuple[Application, FiledAnswer]:
    """One of them, to those who may read the box; NotFound to everybody else."""
    application = Application.objects.visible_to(account).filter(reference=reference).first()
    versions = chain.from_iterable(filed_answers(application).values()) if application else ()
    found = next((one for one in versions if one.file.pk == file_id), None)
    if application is None or found is None or not _may_read(application, found.field, account):
        raise NotFound(gettext("没有找到这个文件"))
    return application, found


def _may_read(application: Application, field: Field, account: Account) -> bool:
    who = standing(account)
    if sees_whole(application, who):
        return True
    reviews = application.reviews.filter(department_id__in=who.departments(Permission.REVIEW))
    return (reviews.filter(code__in=field.used_by) if field.used_by else reviews).exists()
