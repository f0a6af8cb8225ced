"""Changing the calendar: a yearly notice as a file, a local closure as a call; each change is told."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput
from common.fixtures import Changes
from events import publish
from identity.models import Account, Region
from matters.events import CalendarChanged
from matters.models import CalendarDay, CalendarVersion, CalendarYear
from matters.selectors.calendar import forget_calendars
from matters.spec import Notice, read_notice
from matters.states import DayKind


@dataclass(frozen=True, kw_only=True)
class DayChange:
    """One day of one region as it is to be; `kind` None takes the region's own row away."""

    date: date
    kind: DayKind | None
    name: str = ""
    source_doc: str = ""


@transaction.atomic
def change_calendar(
    changes: Sequence[DayChange], *, region_code: str | None = None, by: Account | None
) -> None:
    """Set or take away days of one region (None: the nation); every day set needs its document number (I-74)."""
    nameless = [change.date.isoformat() for change in changes if change.kind and not change.source_doc]
    if nameless:
        raise BadInput([_("%(day)s：请写明通知的文号") % {"day": day} for day in nameless])
    region = _region(region_code)
    CalendarDay.objects.filter(region=region, date__in=[change.date for change in changes]).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            region=region, date=change.date, kind=change.kind, name=change.name, source_doc=change.source_doc
        )
        for change in changes
        if change.kind
    )
    _tell(region_code, [change.date for change in changes], by)


def _region(code: str | None) -> Region | None:
    if code is None:
        return None
    region = Region.objects.filter(code=code).first()
    if region is None:
        raise BadInput(_("没有代码为 %(code)s 的区划") % {"code": code})
    return region


def _tell(region_code: str | None, days: Iterable[date], by: Account | None) -> None:
    """New stamp for the other processes, and the fact for those who reckoned with the old days."""
    CalendarVersion.objects.update_or_create(pk=1, defaults={"stamp": uuid.uuid4()})
    forget_calendars()
    transaction.on_commit(forget_calendars)
    told = sorted(day.isoformat() for day in days)
    publish(CalendarChanged(region_code=region_code or "", days=told), by=by)


@transaction.atomic
def load_calendar(paths: Iterable[Path]) -> list[Changes]:
    """Bring the nation's days up to the notices; a file that says the same again changes nothing and tells nobody."""
    notices = [read_notice(path) for path in paths]
    return [_load_year(notice) for notice in notices]


def _load_year(notice: Notice) -> Changes:
    before = {row.date: row for row in CalendarDay.objects.filter(region=None, date__year=notice.year)}
    changes = Changes(_("%(year)s 年日历") % {"year": notice.year})
    wanted = {day: (kind, name, notice.source_doc) for day, (kind, name) in notice.days.items()}
    altered = [day for day in wanted if day not in before or _facts(before[day]) != wanted[day]]
    gone = [day for day in before if day not in wanted]
    changes.created = [str(day) for day in altered if day not in before]
    changes.changed = {str(day): ["kind", "name", "source_doc"] for day in altered if day in before}
    changes.removed = [str(day) for day in gone]
    changes.unchanged = len(wanted) - len(altered)
    _year, is_new = CalendarYear.objects.update_or_create(
        year=notice.year, defaults={"source_doc": notice.source_doc}
    )
    _store(wanted, altered, gone)
    if changes or is_new:
        _tell(None, altered + gone, None)
    return changes


def _store(wanted: dict[date, tuple[DayKind, str, str]], altered: list[date], gone: list[date]) -> None:
    CalendarDay.objects.filter(region=None, date__in=altered + gone).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, kind=kind, name=name, source_doc=source_doc)
        for day, (kind, name, source_doc) in wanted.items()
        if day in set(altered)
    )


def _facts(row: CalendarDay) -> tuple[str, str, str]:
    return row.kind, row.name, row.source_doc
