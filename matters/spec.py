"""What the catalogue's files say: a matter, a place, a yearly notice; parsed and checked, not yet stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from common.fixtures import BadFile, Reader, Row, days, read, text, texts, understood, yes_or_no
from matters.rules.catalogue import MATERIAL_SOURCES, objections_to_offering
from matters.states import Audience, CrossRegional, DayKind, Handling, Level, MatterType, ResultKind


@dataclass(frozen=True, kw_only=True)
class MatterFacts:
    """A matter as a file tells of it: the department by its name, the vocabularies by member, value or label."""

    code: str
    name: str
    department: str
    type: str
    audience: str
    handling: str
    statutory_days: int | None
    promised_days: int
    result_name: str
    result_kind: str
    plain_name: str = ""
    fee: str = "0"
    theme: str = ""
    legal_basis: Sequence[str] = ()
    acceptance_conditions: Sequence[str] = ()
    materials: Sequence[dict[str, Any]] = ()
    keywords: Sequence[str] = ()
    levels: Sequence[str] = ()
    cross_regional: str = CrossRegional.NONE
    visits_required: int = 0
    online: bool = True
    correction_days: int = 15
    onsite_excluded: bool = False
    onsite_excluded_basis: str = ""
    procedure_days: int | None = None
    high_risk: bool = False
    deemed_acceptance: bool = True
    deemed_acceptance_off_reason: str = ""

    def worded(self) -> dict[str, Any]:
        """The columns of a Matter, without code and department; ValueError names a word that is not known."""
        names = self.__dataclass_fields__.keys() - {"code", "department"}
        columns = {name: getattr(self, name) for name in names}
        columns |= {
            "type": MatterType.worded(self.type),
            "audience": Audience.worded(self.audience),
            "handling": Handling.worded(self.handling),
            "result_kind": ResultKind.worded(self.result_kind),
            "cross_regional": CrossRegional.worded(self.cross_regional),
            "levels": [Level.worded(level) for level in self.levels],
        }
        for name in ("legal_basis", "acceptance_conditions", "materials", "keywords"):
            columns[name] = list(columns[name])
        return columns


def read_matters(rows: Sequence[Row]) -> list[MatterFacts]:
    """The matters of the files' rows, each code once."""
    matters = understood(rows, _matter)
    seen: dict[str, Row] = {}
    twice = [
        f"{row.at('code')}: 编码 {row['code']} 已在 {seen[row['code']].at('code')} 用过"
        for row in rows
        if seen.setdefault(row["code"], row) is not row
    ]
    if twice:
        raise BadFile(twice)
    return matters


def _matter(row: Row) -> MatterFacts:
    reader = Reader(row)
    values = _what(reader) | _how(reader) | _where(reader) | _exceptions(reader)
    for key, reason in objections_to_offering(values):
        reader.fault(key, reason)
    reader.finish()
    return MatterFacts(**values)


def _what(reader: Reader) -> dict[str, Any]:
    return {
        "code": reader.take("code", text),
        "name": reader.take("name", text),
        "plain_name": reader.take("plain_name", text),
        "department": reader.take("department", text),
        "type": reader.take("type", MatterType.worded),
        "audience": reader.take("audience", Audience.worded),
        "theme": reader.take("theme", text),
        "keywords": reader.take("keywords", texts),
        "legal_basis": reader.take("legal_basis", texts, []),
        "acceptance_conditions": reader.take("acceptance_conditions", texts, []),
        "result_name": reader.take("result", text),
        "result_kind": reader.take("result_kind", ResultKind.worded),
    }


def _how(reader: Reader) -> dict[str, Any]:
    return {
        "handling": reader.take("handling", Handling.worded),
        "statutory_days": reader.take("statutory_days", _days_or_none),
        "promised_days": reader.take("promised_days", days),
        "fee": reader.take("fee", text, "0"),
        "materials": reader.take("materials", read_materials),
        "correction_days": reader.take("correction_days", days, 15),
    }


def _where(reader: Reader) -> dict[str, Any]:
    return {
        "levels": reader.take("levels", lambda value: [Level.worded(level) for level in texts(value)]),
        "cross_regional": reader.take("cross_regional", CrossRegional.worded, CrossRegional.NONE),
        "visits_required": reader.take("visits_required", days, 0),
        "online": reader.take("online", yes_or_no, True),
        "onsite_excluded": reader.take("onsite_excluded", yes_or_no, False),
        "onsite_excluded_basis": reader.take("onsite_excluded_basis", text, ""),
        "procedure_days": reader.take("procedure_days", _days_or_none, None),
    }


def _exceptions(reader: Reader) -> dict[str, Any]:
    return {
        "high_risk": reader.take("high_risk", yes_or_no, False),
        "deemed_acceptance": reader.take("deemed_acceptance", yes_or_no, True),
        "deemed_acceptance_off_reason": reader.take("deemed_acceptance_off_reason", text, ""),
    }


def _days_or_none(value: Any) -> int | None:
    return None if value is None else days(value)


def read_materials(value: Any) -> list[dict[str, Any]]:
    """The papers a matter asks for."""
    if not isinstance(value, list):
        raise TypeError(f"应是列表，而不是 {value!r}")
    return understood(value, _material)


def _material(row: Row) -> dict[str, Any]:
    reader = Reader(row)
    material = {
        "name": reader.take("name", text),
        "source": reader.take("source", _source),
        "required": reader.take("required", yes_or_no, True),
        "required_when": None,
        "licence_type": reader.take("licence_type", text, None),
        "deferrable": reader.take("deferrable", yes_or_no, False),
        "deferrable_days": reader.take("deferrable_days", days, 0),
        "commitment_allowed": reader.take("commitment_allowed", yes_or_no, False),
    }
    reader.finish()
    return material


def _source(value: Any) -> str:
    source = text(value)
    if source not in MATERIAL_SOURCES:
        raise ValueError(f"{source!r} 不在 {'、'.join(MATERIAL_SOURCES)} 之内")
    return source


@dataclass(frozen=True)
class Notice:
    """The State Council's yearly notice: which days rest, and which rest days work instead."""

    year: int
    source_doc: str
    days: dict[date, tuple[DayKind, str]] = field(default_factory=dict)


def read_notice(path: Path) -> Notice:
    """The notice of one file; days outside its year, or told twice, are refused."""
    row = read(path)
    if not isinstance(row, Row):
        raise BadFile(f"{path}:1 应是“键: 值”的写法")
    reader = Reader(row)
    year, source_doc = reader.take("year", _year), reader.take("source_doc", text)
    holidays = reader.take("holidays", lambda value: understood(value, _holiday))
    reader.finish()
    notice = Notice(year, source_doc)
    for holiday_row, told in zip(row["holidays"], holidays, strict=True):
        for day, meaning in told:
            if day.year != year or day in notice.days:
                raise BadFile(f"{holiday_row.at()}: {day} 不在 {year} 年内，或者写了两次")
            notice.days[day] = meaning
    return notice


def _year(value: Any) -> int:
    if not isinstance(value, int) or not 2000 <= value <= 2100:
        raise ValueError(f"应是年份，而不是 {value!r}")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError(f"应是 2026-01-01 这样的日期，而不是 {value!r}")
    return value


def _holiday(row: Row) -> list[tuple[date, tuple[DayKind, str]]]:
    reader = Reader(row)
    name, first, last = reader.take("name", text), reader.take("from", _day), reader.take("until", _day)
    working = reader.take("working", lambda value: [_day(day) for day in value], [])
    if first and last and last < first:
        reader.fault("until", "早于 from")
    reader.finish()
    resting = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [(day, (DayKind.REST, name)) for day in resting] + [
        (day, (DayKind.WORK, f"{name}调休上班")) for day in working
    ]


@dataclass(frozen=True, kw_only=True)
class PlaceFacts:
    """A place as its file tells of it: region by code, department by name."""

    code: str
    name: str
    kind: str
    region: str
    department: str
    address: str
    phone: str
    opening_hours: str
    transport: str
    accessibility: str
    #: WGS 84, degrees east and north; None where the file leaves it to the editors.
    longitude: Decimal | None = None
    latitude: Decimal | None = None


def _degrees(most: int) -> Callable[[Any], Decimal]:
    def read(value: Any) -> Decimal:
        try:
            found = Decimal(str(value)).quantize(Decimal("0.000001"))
            is_on_earth = abs(found) <= most
        except InvalidOperation:
            raise ValueError("要写成度数，例如 114.305512") from None
        if not is_on_earth:
            raise ValueError(f"应在 -{most} 和 {most} 之间")
        return found

    return read


def read_place(row: Row) -> PlaceFacts:
    """The place of one row."""
    reader = Reader(row)
    values = {
        key: reader.take(key, text) for key in ("code", "name", "kind", "region", "address", "opening_hours")
    }
    values |= {
        key: reader.take(key, text, "") for key in ("department", "phone", "transport", "accessibility")
    }
    place = {
        "longitude": reader.take("longitude", _degrees(180), None),
        "latitude": reader.take("latitude", _degrees(90), None),
    }
    if (place["longitude"] is None) != (place["latitude"] is None):
        reader.fault("longitude", "经度和纬度要一起写")
    reader.finish()
    return PlaceFacts(**values, **place)
