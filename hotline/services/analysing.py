"""
Hot spots of a letter box or of stored orders: read, found, written as a table of topics and one of their members.

A file keeps the head line its owner gave it; which column is which is said by name.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from common.errors import BadInput
from common.spreadsheet import Value, sheets
from common.workdays import SHANGHAI
from hotline.models import HotlineOrder
from hotline.states import OrderStatus
from hotline.warning.topics import Message, Topic

__all__ = ["Columns", "messages_of_file", "messages_of_orders", "tables", "write_tables"]

TOPIC_HEAD = [
    "热度排名",
    "问题ID",
    "热度指数",
    "时间范围",
    "地点/人群",
    "问题描述",
    "人数",
    "留言数",
    "点赞数",
    "反对数",
    "关键词",
]
MEMBER_HEAD = [
    "问题ID",
    "留言编号",
    "留言用户",
    "留言主题",
    "留言时间",
    "留言详情",
    "反对数",
    "点赞数",
]
_MOMENTS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are called."""

    id: str = "留言编号"
    user: str = "留言用户"
    title: str = "留言主题"
    time: str = "留言时间"
    text: str = "留言详情"
    agree: str = "点赞数"
    disagree: str = "反对数"


def messages_of_file(path: Path, columns: Columns) -> list[Message]:
    """The rows of an xlsx or csv file; BadInput names the column or the row that is wrong."""
    rows = _rows(path)
    head = [str(cell or "").strip() for cell in next(rows, ())]
    needed = (columns.id, columns.user, columns.title, columns.time, columns.text)
    if missing := [name for name in needed if name not in head]:
        raise BadInput(f"{path.name}：没有这些列：{'、'.join(missing)}")
    return [
        _message(dict(zip(head, row, strict=False)), columns, f"{path.name} 第 {number} 行")
        for number, row in enumerate(rows, 2)
        if any(cell not in (None, "") for cell in row)
    ]


def _rows(path: Path) -> Iterator[Sequence[Any]]:
    try:
        if path.suffix.lower() == ".csv":
            yield from csv.reader(StringIO(_decoded(path.read_bytes())))
        else:
            book = load_workbook(path, read_only=True, data_only=True)
            yield from book.worksheets[0].iter_rows(values_only=True)
            book.close()
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise BadInput(f"{path.name} 读不出来：{error}") from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what Chinese office programs write."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _message(row: Mapping[str, Any], columns: Columns, where: str) -> Message:
    return Message(
        key=_text(row[columns.id]),
        person=_text(row.get(columns.user)),
        title=_text(row.get(columns.title)),
        text=_text(row.get(columns.text)),
        at=_moment(row.get(columns.time), where),
        agree=_number(row.get(columns.agree), where),
        disagree=_number(row.get(columns.disagree), where),
    )


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _number(cell: Any, where: str) -> int:
    try:
        return int(float(cell or 0))
    except ValueError:
        raise BadInput(f"{where}：“{cell}”不是数") from None


def _moment(cell: Any, where: str) -> datetime:
    """A moment in the city's time, however the file writes it."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=SHANGHAI)
    said = _text(cell).replace("/", "-")
    for form in _MOMENTS:
        try:
            return datetime.strptime(said, form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
    raise BadInput(f"{where}：“{cell}”不是时间")


def messages_of_orders(since: datetime, until: datetime) -> list[Message]:
    """Stored orders of a period as messages: what departments may read, who wrote only as a key."""
    left_out = (OrderStatus.INVALID, OrderStatus.GUIDED_ELSEWHERE)
    rows = HotlineOrder.objects.filter(registered_at__gte=since, registered_at__lt=until)
    rows = rows.exclude(status__in=left_out).order_by("registered_at", "id")
    wanted = ("order_no", "complainant_key", "title", "redacted", "location_text", "registered_at")
    return [
        Message(
            key=number,
            person=person or number,
            title=title,
            text=f"{place}。{text}" if place else text,
            at=at,
            agree=repeats,
            region=region or "",
        )
        for number, person, title, text, place, at, repeats, region in rows.values_list(
            *wanted, "repeat_count", "region__code"
        ).iterator()
    ]


def tables(topics: Sequence[Topic]) -> tuple[list[list[Value]], list[list[Value]]]:
    """Topics by heat, and their members."""
    ranked = list(enumerate(topics, 1))
    return [_topic_row(number, topic) for number, topic in ranked], [
        [number, one.key, one.person, one.title, one.at, one.text, one.disagree, one.agree]
        for number, topic in ranked
        for one in topic.members
    ]


def _topic_row(number: int, topic: Topic) -> list[Value]:
    span = f"{topic.first_at:%Y/%m/%d} 至 {topic.last_at:%Y/%m/%d}"
    agree, disagree = (sum(getattr(one, name) for one in topic.members) for name in ("agree", "disagree"))
    counts = [topic.people, len(topic.members), agree, disagree]
    return [number, number, topic.heat, span, topic.place, topic.title, *counts, " ".join(topic.words)]


def write_tables(path: Path, topics: Sequence[Topic]) -> list[Path]:
    """A workbook with two sheets; for .csv two files, the members' beside the topics'."""
    ranked, members = tables(topics)
    if path.suffix.lower() != ".csv":
        path.write_bytes(
            sheets([("热点问题表", TOPIC_HEAD, ranked), ("热点问题留言明细表", MEMBER_HEAD, members)])
        )
        return [path]
    beside = path.with_name(f"{path.stem}_members.csv")
    _write_csv(path, TOPIC_HEAD, ranked)
    _write_csv(beside, MEMBER_HEAD, members)
    return [path, beside]


def _write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for row in rows:
            writer.writerow([f"{v:%Y-%m-%d %H:%M:%S}" if isinstance(v, datetime) else v for v in row])
