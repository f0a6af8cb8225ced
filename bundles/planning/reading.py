"""Reading one answer as its declared type; what comes out may be kept as JSON and read by a condition."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from bundles.planning.typed import YearIsMissing, as_keyed, date_typed, number_typed
from bundles.spec import Choice, Column, Field, FieldType

LONGEST_TEXT = 2000
MOST_ROWS = 200
LARGEST_WHOLE_NUMBER = 2**53

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_TRUE = frozenset({"true", "1", "yes", "on", "是"})
_FALSE = frozenset({"false", "0", "no", "off", "否"})


class Unreadable(ValueError):
    """What was typed is not of the asked type; each argument is a sentence for the person who typed it."""


@dataclass(frozen=True)
class Misread:
    """One cell of a table that cannot be read: in which row of all, of the filled ones, and why."""

    at: int
    number: int
    column: Column
    reason: str

    @property
    def told(self) -> str:
        place = {"number": self.number, "column": self.column.label}
        return _("第%(number)s行“%(column)s”：") % place + self.reason


def is_blank(value: object) -> bool:
    """Nothing was answered: not even no, or zero."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], (), {})


def read_answer(field: Field, value: Any) -> Any:
    if field.type is FieldType.TABLE:
        return _table(field, value)
    return _single(field.type, field.choices, value)


def _single(type_: FieldType, choices: tuple[Choice, ...], value: Any) -> Any:
    if type_ is FieldType.CHOICE:
        return _choice(choices, value)
    if type_ is FieldType.MULTICHOICE:
        return _multichoice(choices, value)
    return _READERS[type_](value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(_("请填写文字"))
    text = str(value).strip()
    if len(text) > LONGEST_TEXT:
        raise Unreadable(_("最多填写%(most)s个字") % {"most": LONGEST_TEXT})
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\r\n\t" for sign in text):
        raise Unreadable(_("含有无法保存的字符，请删去后重填"))
    return text


def _integer(value: Any) -> int:
    number = _number(value, _("请填写整数"))
    if not number.is_integer() or abs(number) >= LARGEST_WHOLE_NUMBER:
        raise Unreadable(_("请填写整数"))
    return int(number)


def _decimal(value: Any) -> float:
    return _number(value, _("请填写数字"))


def _number(value: Any, otherwise: str) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unreadable(otherwise)
    try:
        number = float(number_typed(value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise Unreadable(otherwise) from None
    if not math.isfinite(number):
        raise Unreadable(otherwise)
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise Unreadable(_("请选择“是”或“否”"))
    return word in _TRUE


def _date(value: Any) -> str:
    """ISO, so that dates compare as text in conditions."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date_typed(_text(value)).isoformat()
    except YearIsMissing:
        raise Unreadable(_("请写上年份，例如2026年3月2日")) from None
    except ValueError:
        raise Unreadable(_("请填写年、月、日，例如2026年3月2日或者2026-3-2")) from None


def _resident_id(value: Any) -> str:
    text = re.sub(r"[\s-]", "", as_keyed(_text(value))).upper()
    try:
        return str(ric.validate(text))
    except InvalidLength:
        raise Unreadable(_("身份证号应为18位")) from None
    except InvalidChecksum:
        raise Unreadable(_("身份证号最后一位对不上，请核对有没有填错")) from None
    except ValidationError:
        raise Unreadable(_("身份证号不正确，请核对")) from None


def _credit_code(value: Any) -> str:
    text = re.sub(r"[\s-]", "", as_keyed(_text(value))).upper()
    try:
        return str(uscc.validate(text))
    except InvalidLength:
        raise Unreadable(_("统一社会信用代码应为18位")) from None
    except ValidationError:
        raise Unreadable(_("统一社会信用代码不正确，请核对")) from None


def _mobile(value: Any) -> str:
    number = re.sub(r"[\s-]", "", as_keyed(_text(value)))
    number = re.sub(r"^(\+|00)?86(?=1)", "", number)
    if not _MOBILE.fullmatch(number):
        raise Unreadable(_("请填写11位手机号"))
    return number


def _choice(choices: tuple[Choice, ...], value: Any) -> str:
    text = _text(value)
    if text not in {choice.value for choice in choices}:
        raise Unreadable(_("请从给出的选项中选择"))
    return text


def _multichoice(choices: tuple[Choice, ...], value: Any) -> list[str]:
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list | tuple):
        raise Unreadable(_("请从给出的选项中选择"))
    return list(dict.fromkeys(_choice(choices, one) for one in chosen))


def _table(field: Field, value: Any) -> list[dict[str, Any]]:
    rows, misread = read_rows(field, value)
    if misread:
        raise Unreadable(*(one.told for one in misread))
    return rows


def read_rows(field: Field, value: Any) -> tuple[list[dict[str, Any]], list[Misread]]:
    """The filled rows of a table as they can be read, and every cell that cannot."""
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        raise Unreadable(_("请按行填写"))
    filled = [at for at, row in enumerate(value) if not all(is_blank(cell) for cell in row.values())]
    if len(filled) > MOST_ROWS:
        raise Unreadable(_("最多填写%(most)s行") % {"most": MOST_ROWS})
    misread: list[Misread] = []
    rows = []
    for number, at in enumerate(filled, start=1):
        cells: dict[str, Any] = {}
        for column in field.columns:
            try:
                cells |= _cell(column, value[at].get(column.key))
            except Unreadable as error:
                misread += [Misread(at, number, column, str(why)) for why in error.args]
        rows.append(cells)
    return rows, misread


def _cell(column: Column, value: Any) -> dict[str, Any]:
    if not is_blank(value):
        return {column.key: _single(column.type, (), value)}
    if column.required:
        raise Unreadable(_("请填写，不能空着"))
    return {}


_READERS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.ADDRESS: _text,
    FieldType.REGION: _text,
    FieldType.FILE: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.RESIDENT_ID: _resident_id,
    FieldType.CREDIT_CODE: _credit_code,
    FieldType.MOBILE: _mobile,
}
