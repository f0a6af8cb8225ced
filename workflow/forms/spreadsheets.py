"""
The rows of a table from a spreadsheet: an .xlsx or .csv file, or cells pasted from one.

Everything becomes text as a person would have typed it; each cell that cannot be taken is told
with its row as the spreadsheet numbers it, its column and how to mend it. Nothing is kept here.
"""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from bundles.planning import misread_cells
from bundles.planning.reading import MOST_ROWS
from bundles.spec import Column, Field, FieldType
from common.errors import BadInput

__all__ = ["Sheet", "as_text", "read_pasted", "read_upload", "template_csv", "template_xlsx"]

LARGEST = 2 * 1024 * 1024
LARGEST_UNPACKED = 8 * 1024 * 1024
#: Styles are read whole, each a thousand times its size in memory.
LARGEST_STYLES = 1024 * 1024
#: Excel keeps fifteen digits of a number; what is longer has lost its end.
EXACT = 10**15
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d{2}")

Grid = list[list[Any]]


@dataclass(frozen=True)
class Problem:
    """One thing to mend, where it is in the spreadsheet."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Sheet:
    """The rows that were found, what is wrong with them, and columns nobody asked for."""

    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_upload(table: Field, upload: UploadedFile) -> Sheet:
    """A file; BadInput where it is no spreadsheet that can be read."""
    if upload.size and upload.size > LARGEST:
        raise BadInput(_("文件太大，表格文件最大2 MB；请只留下要填的那一张表"))
    content = upload.read()
    if content.startswith(b"PK"):
        return _laid_out(table, _workbook(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(_("这是老格式的 Excel 文件（.xls），请在 Excel 里另存为 .xlsx 后再上传"))
    return _laid_out(table, _separated(_decoded(content)))


def read_pasted(table: Field, text: str) -> Sheet:
    """Cells copied from a spreadsheet, with or without the heading."""
    return _laid_out(table, _separated(text))


def as_text(table: Field, rows: Sequence[Mapping[str, str]]) -> str:
    """The rows again as pasted cells, heading included."""
    out = StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([column.label for column in table.columns])
    writer.writerows([[row.get(column.key, "") for column in table.columns] for row in rows])
    return out.getvalue()


# From a file to a grid


def _workbook(content: bytes) -> Grid:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if _is_too_much(packed.infolist()):
                raise BadInput(_("文件太大，表格文件最大2 MB；请只留下要填的那一张表"))
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(max_row=MOST_ROWS * 2, max_col=100, values_only=True)
        return [list(row) for row in found]
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        RuntimeError,
        zlib.error,
    ) as broken:
        raise BadInput(_("这个文件打不开，请在 Excel 或者 WPS 里另存为 .xlsx 后再上传")) from broken


def _is_too_much(parts: Sequence[zipfile.ZipInfo]) -> bool:
    styles = sum(part.file_size for part in parts if part.filename.endswith("styles.xml"))
    return styles > LARGEST_STYLES or sum(part.file_size for part in parts) > LARGEST_UNPACKED


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel in China writes."""
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(_("这个文件不是表格，请上传 .xlsx 或者 .csv 文件"))


def _separated(text: str) -> Grid:
    if "\x00" in text:
        raise BadInput(_("这个文件不是表格，请上传 .xlsx 或者 .csv 文件"))
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max("\t,;，", key=first.count)
    try:
        return [list(row) for row in csv.reader(StringIO(text), delimiter=delimiter)][: MOST_ROWS * 2]
    except csv.Error as broken:
        raise BadInput(_("这个文件不是表格，请上传 .xlsx 或者 .csv 文件")) from broken


# From a grid to rows


def _laid_out(table: Field, grid: Grid) -> Sheet:
    numbered = [(number, row) for number, row in enumerate(grid, start=1) if any(map(_words, row))]
    if not numbered:
        raise BadInput(_("没有找到内容，请把表格填好后再上传或者粘贴"))
    heading = {
        at: column for at, cell in enumerate(numbered[0][1]) if (column := _column(table, _words(cell)))
    }
    sheet = Sheet()
    if heading:
        named = [_words(cell) for at, cell in enumerate(numbered[0][1]) if at not in heading]
        sheet.ignored = [name for name in named if name]
        numbered = numbered[1:]
    else:
        heading = dict(enumerate(table.columns))
    if lacking := [one.label for one in table.columns if one.required and one not in heading.values()]:
        raise BadInput([_("缺少“%(column)s”这一列，请用模板的表头") % {"column": name} for name in lacking])
    if not numbered:
        raise BadInput(_("只有表头，没有内容；请从第二行开始填写"))
    sheet.rows = [
        {column.key: _words(row[at]) if at < len(row) else "" for at, column in heading.items()}
        for _number, row in numbered
    ]
    if len(sheet.rows) > MOST_ROWS:
        raise BadInput(_("最多填写%(most)s行") % {"most": MOST_ROWS})
    sheet.problems = list(_problems(table, sheet.rows, numbered, heading))
    return sheet


def _problems(
    table: Field,
    rows: Sequence[Mapping[str, str]],
    numbered: Sequence[tuple[int, Sequence[Any]]],
    heading: Mapping[int, Column],
) -> Iterator[Problem]:
    cut = {
        (at, column.key)
        for at, (_number, row) in enumerate(numbered)
        for place, column in heading.items()
        if place < len(row) and _is_cut(row[place])
    }
    for cell in misread_cells(table, rows):
        reason = cell.reason
        if (cell.at, cell.column.key) in cut:
            reason = _(
                "长号码被表格软件改成了科学计数，末几位已经丢了；请先把这一列设为“文本”格式，再重新填写"
            )
        value = rows[cell.at].get(cell.column.key, "")
        yield Problem(numbered[cell.at][0], cell.column.label, value, reason)


def _is_cut(value: Any) -> bool:
    if isinstance(value, int | float):
        return abs(value) >= EXACT
    return isinstance(value, str) and bool(_SCIENTIFIC.fullmatch(value.strip()))


def _column(table: Field, name: str) -> Column | None:
    plain = re.sub(r"[\s*]|[（(].*?[)）]", "", name)
    for column in table.columns:
        if plain and plain in {re.sub(r"[\s*]|[（(].*?[)）]", "", column.label), column.key}:
            return column
    return None


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", " ", str(value)).strip()


# What to fill in


def template_xlsx(table: Field) -> bytes:
    """An empty sheet under the right heading; every column is text, so that long numbers keep their end."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", table.label)[:31]
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        heading = sheet.cell(1, number, _heading(column))
        heading.font = Font(bold=True)
        sheet.column_dimensions[letter].width = max(14, 2 * len(column.label) + 8)
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def template_csv(table: Field) -> bytes:
    """The heading alone, with the mark by which Excel knows UTF-8."""
    out = StringIO()
    csv.writer(out).writerow([_heading(column) for column in table.columns])
    return out.getvalue().encode("utf-8-sig")


def _heading(column: Column) -> str:
    hints = {FieldType.DATE: _("如2026-03-02"), FieldType.BOOLEAN: _("是或否")}
    said = [hint for hint in (_("必填") if column.required else "", hints.get(column.type, "")) if hint]
    return f"{column.label}（{'，'.join(said)}）" if said else column.label
