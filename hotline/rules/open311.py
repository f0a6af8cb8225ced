"""How orders and categories look to Open311 GeoReport v2 (section 21): states, attributes, spans of days."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from common.errors import BadInput
from hotline.states import FINAL, OrderStatus, OrderType

__all__ = [
    "ATTRIBUTES",
    "CLOSED",
    "LONGEST_SPAN",
    "MOST_REQUESTS",
    "Span",
    "attributes_of",
    "objections_to_attributes",
    "span_of",
    "status_of",
]

MOST_REQUESTS = 1000
LONGEST_SPAN = timedelta(days=90)

#: What the standard calls closed (H-187): ended, or answered and waiting for a word of the complainant.
CLOSED = FINAL["HotlineOrder"] | {OrderStatus.DIRECT_ANSWERED, OrderStatus.CALLBACK}

_TYPES = (OrderType.HELP, OrderType.COMPLAINT, OrderType.REPORT, OrderType.SUGGESTION, OrderType.INQUIRY)

#: What is asked besides words and place; where somebody has to go and look, also when it was seen.
ATTRIBUTES: Mapping[str, Mapping[str, Any]] = {
    "order_type": {
        "datatype": "singlevaluelist",
        "description": "诉求类型",
        "datatype_description": "不选按求助办理",
        "required": False,
        "values": [{"key": one.value, "name": one.label} for one in _TYPES],
    },
    "occurred_at": {
        "datatype": "datetime",
        "description": "什么时候看到的",
        "datatype_description": "带时区的日期和时间，例如 2026-03-02T09:00:00+08:00",
        "required": False,
    },
    "landmark": {
        "datatype": "string",
        "description": "附近有什么容易找到的地方",
        "datatype_description": "不超过 100 个字",
        "required": False,
    },
}


class Span:
    """From when to when requests are listed."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end


def attributes_of(site_check: bool) -> list[dict[str, Any]]:
    """The attributes of a service, in order; none where nobody has to go and look (metadata false)."""
    if not site_check:
        return []
    return [
        {"variable": True, "code": code, "order": number, "values": [], **facts}
        for number, (code, facts) in enumerate(ATTRIBUTES.items(), 1)
    ]


def objections_to_attributes(given: Mapping[str, str], asked: Sequence[Mapping[str, Any]]) -> list[str]:
    """Only what was asked, in the form it was asked for."""
    known = {one["code"]: one for one in asked}
    objections = [f"attribute[{code}] 不是这项服务的属性" for code in given if code not in known]
    for code, one in known.items():
        value = given.get(code, "")
        if one["required"] and not value:
            objections.append(f"请填写 attribute[{code}]")
        if value and (objection := _objection(one, value)):
            objections.append(f"attribute[{code}] {objection}")
    return objections


def _objection(asked: Mapping[str, Any], value: str) -> str:
    if asked["datatype"] == "singlevaluelist" and value not in {one["key"] for one in asked["values"]}:
        return "不在可选的值里"
    if asked["datatype"] == "datetime":
        try:
            moment(value)
        except BadInput:
            return "不是带时区的日期和时间"
    return "太长" if len(value) > 100 else ""


def status_of(status: str) -> str:
    """open or closed."""
    return "closed" if status in CLOSED else "open"


def moment(text: str) -> datetime:
    """A W3C date-time; without a zone it is UTC, as the standard's own examples are."""
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found if 1970 < found.year < 9000 else _no_moment()
    except (ValueError, OverflowError):
        return _no_moment()


def _no_moment() -> datetime:
    raise BadInput("时间要写成 2026-03-02T09:00:00+08:00")


def span_of(start: str, end: str, now: datetime) -> Span:
    """At most ninety days, the last ones unless said otherwise (H-188)."""
    until = moment(end) if end else (min(moment(start) + LONGEST_SPAN, now) if start else now)
    since = moment(start) if start else until - LONGEST_SPAN
    if since > until:
        raise BadInput("start_date 不能晚于 end_date")
    if until - since > LONGEST_SPAN:
        raise BadInput("start_date 和 end_date 之间最多 90 天")
    return Span(since, until)
