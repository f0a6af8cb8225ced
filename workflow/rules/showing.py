"""Answers as people read them: labels instead of values, personal numbers masked."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from bundles.spec import FieldType
from common.crypto import mask_id_number, mask_mobile

if TYPE_CHECKING:
    from bundles.spec import Definition, Field

_NOT_PRINTED = frozenset({FieldType.TABLE, FieldType.FILE, FieldType.ADDRESS, FieldType.MOBILE})


def shown(field: "Field", value: Any) -> str:
    """One answer in words; tables row by row, personal numbers masked."""
    if value is None or value == "":
        return ""
    if field.type == FieldType.TABLE:
        return "；".join("，".join(str(cell) for cell in row.values()) for row in value)
    labels = {choice.value: choice.label for choice in field.choices}
    if field.type == FieldType.MULTICHOICE:
        return "、".join(labels.get(one, str(one)) for one in value)
    return _shown_single(field, value, labels)


def _shown_single(field: "Field", value: Any, labels: Mapping[str, str]) -> str:
    match field.type:
        case FieldType.BOOLEAN:
            return "是" if value else "否"
        case FieldType.RESIDENT_ID:
            return mask_id_number(str(value))
        case FieldType.MOBILE:
            return mask_mobile(str(value))
        case FieldType.DATE:
            day = date.fromisoformat(str(value))
            return f"{day.year}年{day.month}月{day.day}日"
        case _:
            return labels.get(str(value), str(value))


def facts_for(
    definition: "Definition", matter_code: str, answers: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Label and value of what the form says for one matter, as its result shows it (照面信息)."""
    for field in definition.fields:
        concerns = matter_code in field.used_by and field.type not in _NOT_PRINTED
        if concerns and field.key in answers and not _is_account(field.key):
            yield field.label, shown(field, answers[field.key])


def _is_account(key: str) -> bool:
    return "account" in key or key.startswith("delivery")
