"""
Rows as a workbook (xlsx) that people take with them.

Whatever somebody typed stays text: a name that begins with =, +, - or @ is written as a
text cell with Excel's own quote prefix, so it is no formula, not even once edited.
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from io import BytesIO
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

__all__ = ["CONTENT_TYPE", "Value", "sheets", "workbook"]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48
TIME_FORMAT = "yyyy-mm-dd hh:mm"

Value = str | int | float | dt.datetime | None


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet: the head in bold and always in sight, a filter on every column, moments in local time."""
    return sheets([(title, head, rows)])


def sheets(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Value]]]]) -> bytes:
    """A sheet a table; titles that Excel would not take or has already are shortened and numbered."""
    book, used = Workbook(write_only=True), set[str]()
    for title, head, rows in tables:
        used.add(name := _sheet_name(title, used))
        _fill(book.create_sheet(name), head, rows)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_name(title: str, used: Collection[str]) -> str:
    name = re.sub(r"[\\/*?:\[\]]", " ", title)[:31]
    return name if name not in used else f"{name[:28]}{len(used) + 1:>3}"


def _fill(sheet: Any, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    table: list[Sequence[Value]] = [head, *rows]
    sheet.freeze_panes = "A2"
    for number, width in enumerate(_widths(table)):
        sheet.column_dimensions[_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{_letter(len(head) - 1)}{len(table)}"
    for number, row in enumerate(table):
        sheet.append([_cell(sheet, value, bold=number == 0) for value in row])


def _cell(sheet: Any, value: Value, *, bold: bool) -> Any:
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(sheet, timezone.localtime(value).replace(tzinfo=None, microsecond=0))
        cell.number_format = TIME_FORMAT
        return cell
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell


def _widths(table: Sequence[Sequence[Value]]) -> list[int]:
    """As wide as the longest text of the column; a Chinese character takes two places."""
    columns = zip(*table[:200], strict=True)
    return [min(WIDEST, max(_places(value) for value in column) + 2) for column in columns]


def _places(value: Value) -> int:
    if isinstance(value, dt.datetime):
        return len(TIME_FORMAT)
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value or ""))


def _letter(number: int) -> str:
    return chr(ord("A") + number)
