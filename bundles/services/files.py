"""Reading definition files: YAML, then the JSON Schema, each complaint with file, line and key."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bundles.planning.soundness import Finding
from common.errors import BadInput
from common.fixtures import BadFile, Row, parse, read

SCHEMA = Path(settings.BASE_DIR) / "bundles" / "schema" / "bundle.schema.json"
DEFINITIONS = Path(settings.BASE_DIR) / "fixtures" / "bundles"

#: What the commonest schema complaints mean, in words.
_WORDS = {
    "required": "缺少必要的键",
    "additionalProperties": "不认识的键",
    "enum": "不在允许的值之内",
    "type": "类型不对",
    "pattern": "写法不对",
    "uniqueItems": "有重复",
}


def definition_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and all .yaml files of the folders named; the thirteen when nothing is."""
    found: list[Path] = []
    for path in list(paths) or [DEFINITIONS]:
        if not path.exists():
            raise BadInput(f"{path}：没有这个文件或目录")
        found += sorted([*path.glob("*.yaml"), *path.glob("*.yml")]) if path.is_dir() else [path]
    return found


def read_definition(path: Path) -> Row:
    """The mapping of one file; BadFile with every complaint when it is not of the right shape."""
    try:
        content = read(path)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}：读不了文件：{error}") from error
    return _well_formed(content, path)


def parse_definition(text: str, *, called: Path) -> Row:
    """The same for a text that an editor typed or sent."""
    return _well_formed(parse(text, called=called), called)


def _well_formed(content: Any, called: Path) -> Row:
    if not isinstance(content, Row):
        raise BadFile(f"{called}:1 应是“键: 值”的写法")
    if complaints := schema_complaints(content):
        raise BadFile(complaints)
    return content


def written_out(raw: Mapping[str, Any]) -> str:
    """A stored definition as the YAML an editor reads: the database forgets the order of keys, the schema knows it."""
    return yaml.safe_dump(_in_order(raw), allow_unicode=True, sort_keys=False, width=110)


def _in_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        last = len(_key_order())
        keys = sorted(value, key=lambda key: (_key_order().get(key, last), key))
        return {key: _in_order(value[key]) for key in keys}
    return [_in_order(one) for one in value] if isinstance(value, list) else value


@cache
def _key_order() -> dict[str, int]:
    """Every key of the schema, by its first place in it."""
    order: dict[str, int] = {}

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            for key in part.get("properties", ()):
                order.setdefault(key, len(order))
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            walk(inner)

    walk(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return order


def schema_complaints(content: Row) -> list[str]:
    errors = sorted(
        _validator().iter_errors(content), key=lambda error: [str(at) for at in error.absolute_path]
    )
    return [
        f"{_place(content, error)}：{_WORDS.get(error.validator, '不合要求')}（{error.message[:200]}）"
        for error in errors
    ]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _place(content: Row, error: ValidationError) -> str:
    """The nearest mapping around the complaint, and the key in it."""
    row, key, at = content, "", content
    for step in error.absolute_path:
        key = step if isinstance(step, str) else key
        at = at[step]  # type: ignore[index]
        if isinstance(at, Row):
            row, key = at, ""
    return row.at(key)


def place_of(content: Row, finding: Finding) -> str:
    """Where in the file the offender of a finding stands: its code or key, before any slash or space."""
    named = finding.offender.split("/")[0].split(" ")[0]
    for row in _rows(content):
        if named in (row.get("code"), row.get("key")):
            return row.at()
    return content.at()


def _rows(value: Any) -> Iterator[Row]:
    if isinstance(value, Row):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _rows(inner)
