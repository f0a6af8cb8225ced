"""
Reading fixture files and bringing tables up to them.

Every mapping read remembers its file and line, so that a refusal can say where; and a table is
brought up to the rows of a file in a fixed number of statements, with a report of what changed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.db import models

from common.errors import BadInput

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)


class Row(dict[str, Any]):
    """A mapping of a file that knows where it stands."""

    path: Path
    line: int
    key_lines: dict[str, int]

    def at(self, key: str = "") -> str:
        """Where a complaint about `key` belongs: file:line key."""
        return f"{self.path}:{self.key_lines.get(key, self.line)} {key}".rstrip()


class BadFile(BadInput):
    """A fixture file cannot be used; each reason names file, line, key and what is wrong."""

    code = "bad_file"


class _Loader(yaml.SafeLoader):
    """Builds Rows, and refuses a key given twice, which YAML would settle in silence."""

    path: Path

    def row(self, node: yaml.MappingNode) -> Iterator[Row]:
        row = Row()
        row.path, row.line, row.key_lines = self.path, node.start_mark.line + 1, {}
        yield row
        for key_node, value_node in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in row:
                raise BadFile(f"{self.path}:{key_node.start_mark.line + 1} {key}: 同一个键写了两次")
            row.key_lines[key] = key_node.start_mark.line + 1
            row[key] = self.construct_object(value_node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.row)


def read(path: Path) -> Any:
    """The content of a YAML file; BadFile where it is none."""
    return parse(path.read_text(encoding="utf-8"), called=_short(path))


def parse(content: str, *, called: Path) -> Any:
    """The same for a text that is not, or not yet, a file; complaints give it this name."""
    try:
        loader = _Loader(content)
    except yaml.YAMLError as error:
        raise BadFile(f"{called}:1 不是有效的 YAML：{error}") from None
    loader.path = called
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(f"{loader.path}:{line} 不是有效的 YAML：{error.problem}") from None
    finally:
        loader.dispose()


def read_rows(path: Path) -> list[Row]:
    """The rows of a file that is one list of mappings."""
    content = read(path)
    if not isinstance(content, list):
        raise BadFile(f"{_short(path)}:1 应是一个列表")
    strangers = [row for row in content if not isinstance(row, Row)]
    if strangers:
        raise BadFile([f"{_short(path)} 列表中的 {row!r} 不是“键: 值”的写法" for row in strangers])
    return content


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def understood(rows: Iterable[Row], parse: Callable[[Row], T]) -> list[T]:
    """Every row parsed, or one BadFile with the reasons of all rows that could not be."""
    results, reasons = [], []
    for row in rows:
        try:
            results.append(parse(row))
        except BadFile as error:
            reasons += error.reasons
    if reasons:
        raise BadFile(reasons)
    return results


class Reader:
    """Takes the keys of one row, remembers what is wrong with them, and refuses what is left over."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[str] = []
        self._left = set(row)

    def take(self, key: str, parse: Callable[[Any], T], default: Any = ...) -> Any:
        """The parsed value of `key`; without a default the key must be there."""
        self._left.discard(key)
        if key not in self.row:
            if default is ...:
                self.fault(key, "缺少这一项")
            return None if default is ... else default
        try:
            return parse(self.row[key])
        except (ValueError, TypeError, KeyError) as error:
            self.fault(key, str(error))
            return None

    def fault(self, key: str, reason: str) -> None:
        self.faults.append(f"{self.row.at(key)}: {reason}")

    def finish(self) -> None:
        """Raise BadFile if anything was wrong, unknown keys included: a misspelt key must not be lost."""
        for key in sorted(self._left):
            self.fault(key, "不认识的键")
        if self.faults:
            raise BadFile(self.faults)


def text(value: Any) -> str:
    """A non-empty text."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"应是文字，而不是 {value!r}")
    return value.strip()


def texts(value: Any) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list):
        raise TypeError(f"应是列表，而不是 {value!r}")
    return [text(part) for part in value]


def yes_or_no(value: Any) -> bool:
    """true or false, nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise TypeError(f"应是 true 或 false，而不是 {value!r}")
    return value


def days(value: Any) -> int:
    """A number of days, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 3650:
        raise ValueError(f"应是 0 到 3650 的天数，而不是 {value!r}")
    return value


@dataclass
class Changes:
    """What bringing a table up to its file did; `str()` is the report a command prints."""

    subject: str
    created: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0

    def add(self, other: "Changes") -> None:
        """Count another part of the same subject in."""
        self.created += other.created
        self.changed |= other.changed
        self.removed += other.removed
        self.unchanged += other.unchanged

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)

    def __str__(self) -> str:
        head = (
            f"{self.subject}：新增 {len(self.created)}，修改 {len(self.changed)}，"
            f"删除 {len(self.removed)}，未变 {self.unchanged}"
        )
        lines = [f"  ~ {key}：{'、'.join(columns)}" for key, columns in self.changed.items()]
        lines += [f"  - {key}" for key in self.removed]
        return "\n".join([head, *lines])


def synchronise(rows: models.QuerySet[M], key: str, wanted: Mapping[Any, Mapping[str, Any]]) -> Changes:
    """
    Make `rows` hold `wanted` (columns by key): missing ones made, differing ones
    changed, others left alone. At most three statements, whatever the number of rows.
    """
    model = rows.model
    changes = Changes(str(model._meta.verbose_name))
    present = {getattr(row, key): row for row in rows}
    fresh = [model(**{key: value}, **columns) for value, columns in wanted.items() if value not in present]
    changes.created = [str(getattr(row, key)) for row in fresh]
    altered = _altered(present, wanted, changes)
    model._default_manager.bulk_create(fresh)
    if altered:
        model._default_manager.bulk_update(altered, _columns(changes))
    return changes


def _altered(present: Mapping[Any, M], wanted: Mapping[Any, Mapping[str, Any]], changes: Changes) -> list[M]:
    altered = []
    for value, row in present.items():
        columns = wanted.get(value, {})
        differing = [name for name, new in columns.items() if getattr(row, name) != new]
        for name in differing:
            setattr(row, name, columns[name])
        if differing:
            changes.changed[str(value)] = differing
            altered.append(row)
        else:
            changes.unchanged += value in wanted
    return altered


def _columns(changes: Changes) -> list[str]:
    return sorted({name for names in changes.changed.values() for name in names})
