"""The working-day calendar: notices as files, local closures as calls, kept in the process."""

import time
from datetime import date
from io import StringIO

import chinese_calendar
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from common.errors import BadInput
from common.fixtures import BadFile
from common.workdays import Due
from events.models import EventRecord
from matters.models import CalendarDay, CalendarYear
from matters.selectors import calendar, forget_calendars
from matters.selectors.calendar import CHECK_SECONDS, _kept
from matters.services import DayChange, change_calendar, load_calendar
from matters.states import DayKind

CITY, DISTRICT, OTHER_DISTRICT, STREET = "990100", "990102", "990103", "990102001"
WEDNESDAY = date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _the_next_test_looks_afresh():
    yield
    forget_calendars()


def closed(day=WEDNESDAY, source_doc="云应急〔2026〕3号"):
    return DayChange(date=day, kind=DayKind.REST, name="暴雨停工", source_doc=source_doc)


@pytest.mark.parametrize("year", [2025, 2026])
def test_both_years_have_248_working_days_I_70(db, year):
    days = calendar()
    assert sum(days.is_workday(date.fromordinal(day)) for day in _days_of(year)) == 248


def _days_of(year):
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())


@pytest.mark.parametrize(
    "day", ["2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10", "2026-01-04"]
)
def test_the_exchanged_weekends_of_2026_are_worked_I_70(db, day):
    assert calendar().is_workday(date.fromisoformat(day))


def test_it_agrees_with_the_open_calendar_on_every_day(db):
    ours = calendar()
    for year in (2025, 2026):
        for day in map(date.fromordinal, _days_of(year)):
            assert ours.is_workday(day) == chinese_calendar.is_workday(day), day


def test_a_year_without_a_notice_is_provisional_I_73(db):
    assert calendar().add(date(2026, 12, 30), 1) == Due(date(2026, 12, 31))
    assert calendar().add(date(2026, 12, 31), 1).provisional
    assert not calendar().is_workday(date(2027, 5, 1))


def test_every_notice_names_its_document(db):
    assert dict(CalendarYear.objects.values_list("year", "source_doc")) == {
        2025: "国办发明电〔2024〕12号",
        2026: "国办发明电〔2025〕7号",
    }
    assert not CalendarDay.objects.filter(source_doc="").exists()


def test_a_warm_calendar_costs_no_sql(db, statements):
    calendar(DISTRICT)
    _kept.changed = float("-inf")
    with statements(at_most=0):
        calendar(DISTRICT)
        calendar(DISTRICT).due_at(WEDNESDAY, 20)


def test_a_closure_moves_dues_by_a_day_and_is_told_I_74(db):
    before = calendar(DISTRICT).add(date(2026, 3, 2), 5).date
    change_calendar([closed()], region_code=DISTRICT, by=None)
    after = calendar(DISTRICT).add(date(2026, 3, 2), 5).date
    assert (before, after) == (date(2026, 3, 9), date(2026, 3, 10))
    told = EventRecord.objects.about(f"calendar:{DISTRICT}").get()
    assert told.payload["days"] == ["2026-03-04"]


def test_a_region_has_its_own_days_else_its_parents_else_the_nation_s_I_70(db):
    change_calendar([closed()], region_code=CITY, by=None)
    assert not any(calendar(code).is_workday(WEDNESDAY) for code in (CITY, DISTRICT, STREET))
    assert calendar().is_workday(WEDNESDAY)
    works = DayChange(date=WEDNESDAY, kind=DayKind.WORK, name="照常办公", source_doc="澜政办〔2026〕5号")
    change_calendar([works], region_code=DISTRICT, by=None)
    assert calendar(DISTRICT).is_workday(WEDNESDAY)
    assert calendar(STREET).is_workday(WEDNESDAY)
    assert not calendar(OTHER_DISTRICT).is_workday(WEDNESDAY)


def test_a_closure_can_be_taken_back(db):
    change_calendar([closed()], region_code=CITY, by=None)
    change_calendar([DayChange(date=WEDNESDAY, kind=None)], region_code=CITY, by=None)
    assert calendar(CITY).is_workday(WEDNESDAY)


def test_a_closure_needs_a_document_and_a_region_that_exists_I_74(db):
    with pytest.raises(BadInput, match="文号"):
        change_calendar([closed(source_doc="")], by=None)
    with pytest.raises(BadInput, match="区划"):
        change_calendar([closed()], region_code="123456", by=None)


def test_a_change_that_is_rolled_back_is_forgotten(db):
    try:
        with transaction.atomic():
            change_calendar([closed()], by=None)
            assert not calendar().is_workday(WEDNESDAY)
            raise TimeoutError
    except TimeoutError:
        assert calendar().is_workday(WEDNESDAY)


def test_another_process_sees_the_change_within_seconds(db, monkeypatch):
    calendar()
    change_calendar([closed()], by=None)
    _kept.changed = float("-inf")
    _kept.looked = time.monotonic() - CHECK_SECONDS - 1
    assert not calendar().is_workday(WEDNESDAY)


def test_an_unknown_region_has_the_nation_s_calendar(db):
    assert calendar("no-such-region") == calendar()


# From files


@pytest.fixture
def a_notice(tmp_path):
    def written(text):
        path = tmp_path / "2027.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


NOTICE = """
year: 2027
source_doc: 国办发明电〔2026〕9号
holidays:
  - {name: 元旦, from: 2027-01-01, until: 2027-01-03, working: [2027-01-09]}
"""


def test_a_new_notice_ends_the_provisional_year_I_73(db, a_notice):
    [changes] = load_calendar([a_notice(NOTICE)])
    assert len(changes.created) == 4
    assert not calendar().add(date(2027, 1, 4), 5).provisional
    assert calendar().is_workday(date(2027, 1, 9))


def test_a_corrected_notice_changes_only_what_differs(db, a_notice):
    load_calendar([a_notice(NOTICE)])
    told = EventRecord.objects.count()
    [changes] = load_calendar([a_notice(NOTICE.replace("[2027-01-09]", "[2027-01-10]"))])
    assert (changes.created, changes.removed, changes.unchanged) == (["2027-01-10"], ["2027-01-09"], 3)
    [same] = load_calendar([a_notice(NOTICE.replace("[2027-01-09]", "[2027-01-10]"))])
    assert not same
    assert EventRecord.objects.count() == told + 1


def test_loading_the_calendar_again_changes_nothing_and_says_so(db):
    said = StringIO()
    call_command("load_calendar", stdout=said)
    assert "2026 年日历：新增 0，修改 0，删除 0，未变 39" in said.getvalue()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NOTICE.replace("2027-01-09", "2028-01-09"), "2028-01-09 不在 2027 年内"),
        (NOTICE.replace("2027-01-09", "2027-01-03"), "写了两次"),
        (NOTICE.replace("until: 2027-01-03", "until: 2026-01-03"), "早于 from"),
        (NOTICE.replace("until: 2027-01-03", "until: soon"), "until: .*日期"),
        (NOTICE.replace("source_doc: 国办发明电〔2026〕9号", ""), "source_doc: 缺少"),
        (NOTICE.replace("year: 2027", "year: next"), "应是年份"),
        ("- 1", "键: 值"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(db, a_notice, text, reason):
    with pytest.raises(BadFile, match=reason):
        load_calendar([a_notice(text)])
    with pytest.raises(CommandError, match=reason):
        call_command("load_calendar", str(a_notice(text)))
