"""The registers of an invented city, for the fakes: the demo's people by name, everybody else made up but steady."""

import datetime as dt
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from common.signed_http import GatewayError

FAMILY_NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_NAMES = [
    "思远",
    "雨桐",
    "子涵",
    "文博",
    "晓燕",
    "海涛",
    "静怡",
    "国栋",
    "丽娟",
    "嘉宁",
    "俊杰",
    "若兰",
    "志远",
    "欣然",
    "建平",
]
ROADS = ["澜江路", "书院路", "松风路", "望湖路", "市民中心路", "虹桥路"]


def refuse_when_out(system: str) -> None:
    """
    An outage for exercises: the system is named in `EXCHANGE_OUTAGES`, or a file of its name
    lies in `.data/outages/`.
    """
    named = getattr(settings, "EXCHANGE_OUTAGES", ())
    if system in named or (Path(settings.DATA_DIR) / "outages" / system).exists():
        raise GatewayError(f"{system}: 演练停机", permanent=False)


@cache
def _registers() -> Mapping[str, Any]:
    path = Path(settings.BASE_DIR) / "fixtures" / "demo" / "registers.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def known(register: str, number: str) -> dict[str, Any]:
    """What the demo's registers say of this number; empty when they do not know it."""
    return {name: _today(value) for name, value in _registers()[register].get(number, {}).items()}


def listed(name: str) -> Any:
    """A list or table of the registers that is about nobody in particular."""
    return _registers()[name]


def _today(value: Any) -> Any:
    """`{days_ago: 12}` is a date that stays twelve days old; dates are ISO text, as in answers."""
    if isinstance(value, dict) and set(value) == {"days_ago"}:
        return (timezone.localdate() - dt.timedelta(days=value["days_ago"])).isoformat()
    if isinstance(value, dict):
        return {name: _today(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_today(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def dice(number: str, purpose: str) -> random.Random:
    """Chance that falls the same way each time for the same subject."""
    return random.Random(f"{purpose}:{number}")  # noqa: S311 - made-up facts, not secrets


def some_name(chance: random.Random) -> str:
    """A person who does not exist."""
    return chance.choice(FAMILY_NAMES) + chance.choice(GIVEN_NAMES)


def some_address(chance: random.Random) -> str:
    """A place that does not exist."""
    return f"云澜市澜江区{chance.choice(ROADS)}{chance.randint(1, 300)}号{chance.randint(1, 30)}单元{chance.randint(1, 18)}01室"


def some_id_number(chance: random.Random, born: dt.date, *, female: bool) -> str:
    """A well-formed number that belongs to nobody."""
    serial = chance.randint(0, 49) * 2 + (0 if female else 1)
    first = f"340102{born:%Y%m%d}9{serial:02d}"
    remainder = (1 - 2 * int(first, 13)) % 11
    return first + ("X" if remainder == 10 else str(remainder))


def birth_date(id_number: str) -> dt.date:
    """As written in the number."""
    return dt.datetime.strptime(id_number[6:14], "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone


def is_female(id_number: str) -> bool:
    """As written in the number."""
    return int(id_number[16]) % 2 == 0
