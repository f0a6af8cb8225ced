"""Labelled letters from a file: CSV, TSV or XLSX; a row that cannot be used is told with its number, never lost."""

import csv
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from common.errors import BadInput

__all__ = ["Columns", "LeftOut", "Letter", "letters_from"]

csv.field_size_limit(4 * 1024 * 1024)


@dataclass(frozen=True)
class Letter:
    """One labelled letter, and where it came from."""

    title: str
    text: str
    label: str
    row: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A row that was not used, and why."""

    row: int
    reason: str


@dataclass(frozen=True)
class Columns:
    """Which columns hold what; several of text or title are joined."""

    text: Sequence[str]
    label: str
    title: Sequence[str] = ()


def letters_from(path: Path, columns: Columns, *, encoding: str = "") -> tuple[list[Letter], list[LeftOut]]:
    """The letters of a file and the rows left out; BadInput where the file or a column is not there."""
    rows = iter(_grid(path, encoding))
    head = [_text(cell).lstrip("\ufeff") for cell in next(rows, [])]
    wanted = [*columns.text, *columns.title, columns.label]
    if missing := [name for name in wanted if name not in head]:
        raise BadInput(f"{path.name}：没有列 {'、'.join(missing)}，有 {'、'.join(filter(None, head))}")
    letters: list[Letter] = []
    left_out: list[LeftOut] = []
    for number, cells in enumerate(rows, 2):
        if not any(_text(cell) for cell in cells):
            continue
        made = _letter(number, dict(zip(head, map(_text, cells), strict=False)), columns)
        (left_out if isinstance(made, LeftOut) else letters).append(made)  # type: ignore[arg-type]
    return letters, left_out


def _letter(number: int, cells: dict[str, str], columns: Columns) -> Letter | LeftOut:
    text = " ".join(filter(None, (cells.get(name, "") for name in columns.text)))
    title = " ".join(filter(None, (cells.get(name, "") for name in columns.title)))
    label = cells.get(columns.label, "")
    if not label:
        return LeftOut(number, "没有标签")
    if not text and not title:
        return LeftOut(number, "没有内容")
    return Letter(title, text, label, number)


def _grid(path: Path, encoding: str) -> Iterable[Sequence[Any]]:
    if not path.is_file():
        raise BadInput(f"没有这个文件：{path}")
    if path.suffix.lower() == ".xlsx":
        return _sheet(path)
    content = _decoded(path, encoding)
    mark = "\t" if path.suffix.lower() == ".tsv" else ","
    return csv.reader(content.splitlines(keepends=True), delimiter=mark)


def _sheet(path: Path) -> Iterator[Sequence[Any]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadInput(f"{path.name} 打不开：{error}") from error
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _decoded(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    for name in [encoding] if encoding else ["utf-8-sig", "gb18030"]:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise BadInput(f"不认识的编码 {name}") from None
    raise BadInput(f"{path.name} 不是 {encoding or 'UTF-8 或 GB18030'} 编码，请用 --encoding 写明")


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()
