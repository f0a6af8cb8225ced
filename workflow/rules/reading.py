"""What a department reads of the answers: those its matter uses, in words, personal numbers masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bundles.conditions import keys_in
from bundles.spec import FieldType, is_sensitive
from common.crypto import mask_id_number, mask_mobile
from workflow.rules.showing import shown

if TYPE_CHECKING:
    from bundles.spec import Column, Definition, Field

#: How a file among the answers is told.
_FILED = "已上传"


@dataclass(frozen=True)
class ReadAnswer:
    """One answer as it stands on the page; a table keeps its columns and rows."""

    label: str
    value: str
    columns: Sequence["Column"] = ()
    rows: Sequence[Sequence[tuple[str, str]]] = ()
    #: The box, where it holds a file; its versions are for the selector to find.
    file_key: str = ""
    files: Sequence[Any] = ()
    reference: str = ""


def answers_for_matter(
    definition: "Definition", matter_code: str, answers: Mapping[str, Any]
) -> list[ReadAnswer]:
    """The given answers that this matter uses, in the order of the form; nobody else's."""
    return [
        _read(field, answers[field.key])
        for field in _used(definition, matter_code)
        if answers.get(field.key) not in (None, "", [])
    ]


def _used(definition: "Definition", matter_code: str) -> Iterable["Field"]:
    """The boxes the matter uses or everybody does, and the answers that decide it and its papers."""
    matter = definition.matters_by_code[matter_code]
    deciding = keys_in(matter.applies_when, *(paper.required_when for paper in matter.materials))
    asked = {question.key for question in definition.questions}
    for field in definition.inputs.values():
        of_everybody = not field.used_by and field.key not in asked
        if of_everybody or matter_code in field.used_by or field.key in deciding:
            yield field


def _read(field: "Field", value: Any) -> ReadAnswer:
    if field.type == FieldType.TABLE:
        rows = [_cells(field.columns, row) for row in value]
        return ReadAnswer(field.label, "", field.columns, rows)
    if field.type == FieldType.FILE:
        return ReadAnswer(field.label, _FILED, file_key=field.key)
    if is_sensitive(field.key, field.type):
        return ReadAnswer(field.label, masked(field.type, str(value)))
    words = shown(field, value)
    return ReadAnswer(field.label, words.removesuffix(".0") if field.type == FieldType.DECIMAL else words)


def _cells(columns: Sequence["Column"], row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(column.label, _cell(column, row.get(column.key))) for column in columns]


def _cell(column: "Column", value: Any) -> str:
    if value in (None, ""):
        return ""
    if is_sensitive(column.key, column.type):
        return masked(column.type, str(value))
    if column.type == FieldType.BOOLEAN:
        return "是" if value else "否"
    return str(value)


def masked(type_: FieldType, value: str) -> str:
    """A personal value with only enough of it left to compare with a paper."""
    match type_:
        case FieldType.MOBILE:
            return mask_mobile(value)
        case FieldType.ADDRESS:
            return value[:6] + "****" if len(value) > 6 else "****"
        case _:
            return mask_id_number(value)
