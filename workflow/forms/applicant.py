"""
What an applicant typed, read back by the same definition that drew the page.

Names of inputs are dotted paths: `owners.0.name` is column `name` in row 0 of the table
`owners`. Nothing is judged here: `bundles.planning.clean` says what cannot be read, and
what cannot be read is kept as it was typed.
"""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from bundles.planning import Plan
from bundles.spec import Field, FieldType, Question
from common.errors import DomainError
from files.models import StoredFile
from files.services import store
from identity.models import Account
from workflow.rules.drafting import Delivery
from workflow.states import DeliveryMethod

__all__ = [
    "Typed",
    "read_answers",
    "read_delivery",
    "with_rows_changed",
]

Typed = dict[str, Any]


def read_answers(asked: Iterable[Field | Question], post: QueryDict) -> Typed:
    """Every asked key with what was typed, blank where nothing was: a blank takes an answer back."""
    return {one.key: _read(one, post) for one in asked if one.type is not FieldType.FILE}


def _read(asked: Field | Question, post: QueryDict) -> Any:
    if asked.type is FieldType.MULTICHOICE:
        return post.getlist(asked.key)
    if isinstance(asked, Field) and asked.type is FieldType.TABLE:
        return _rows(asked, post)
    return post.get(asked.key, "")


def _rows(table: Field, post: QueryDict) -> list[Typed]:
    """The rows in the order of their numbers; empty ones too, for the page draws them again."""
    prefix = f"{table.key}."
    numbers = {name[len(prefix) :].split(".", 1)[0] for name in post if name.startswith(prefix)}
    ordered = sorted(int(number) for number in numbers if number.isdecimal())
    return [
        {column.key: post.get(f"{prefix}{number}.{column.key}", "") for column in table.columns}
        for number in ordered
    ]


def with_rows_changed(typed: Typed, post: QueryDict) -> Typed:
    """The answers after "add a row" or "remove this row" was pressed, where there is no JavaScript."""
    if (added := post.get("add_row", "")) in typed:
        return {**typed, added: [*typed[added], {}]}
    table, _dot, number = post.get("remove_row", "").rpartition(".")
    if table in typed and number.isdecimal():
        rows = [row for at, row in enumerate(typed[table]) if at != int(number)]
        return {**typed, table: rows}
    return typed


def read_delivery(post: QueryDict) -> Delivery:
    """How the results are to arrive; an unknown way counts as none."""
    method = post.get("delivery.method", "")
    return Delivery(
        method=method if method in DeliveryMethod.values else "",
        address=post.get("delivery.address", "").strip()[:300],
        together=post.get("delivery.together", "true") != "false",
    )


def read_files(plan: Plan, files: MultiValueDict[str, UploadedFile], by: Account) -> tuple[Typed, dict]:
    """Answers that are files, stored; and by key why one was not."""
    typed: Typed = {}
    errors: dict[str, list[str]] = {}
    for box in plan.visible_fields:
        if box.field.type is FieldType.FILE and (upload := files.get(box.field.key)):
            stored = _stored(upload, by, errors, box.field.key)
            typed |= {box.field.key: str(stored.pk)} if stored else {}
    return typed, errors


def _stored(upload: UploadedFile, by: Account, errors: dict[str, list[str]], key: str) -> StoredFile | None:
    try:
        return store(upload, by=by)
    except DomainError as refused:
        errors[key] = list(refused.reasons)
        return None
