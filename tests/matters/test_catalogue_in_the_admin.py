"""Calendar, places and mandates in the admin: changed through services, so that others are told."""

from datetime import date

import pytest

from events.models import EventRecord
from identity.models import Department, Region
from matters import selectors
from matters.models import CalendarDay, Mandate, Place
from tests.factories.admin import administrator, catalogue_editor, logged_in, page
from tests.factories.matters import mandate

pytestmark = pytest.mark.django_db

TYPHOON = {
    "region": "",
    "date": "2026-08-12",
    "kind": "rest",
    "name": "防台风停工",
    "source_doc": "云政电〔2026〕8号",
}


@pytest.fixture
def browser():
    return logged_in(catalogue_editor())


def told_days() -> list[str]:
    return EventRecord.objects.filter(name="matters.CalendarChanged").latest("id").payload["days"]


def test_an_editor_closes_a_day_and_the_clocks_are_told(browser):
    browser.post(page("matters_calendarday", "add"), TYPHOON)

    assert not selectors.calendar().is_workday(date(2026, 8, 12))
    assert told_days() == ["2026-08-12"]


@pytest.mark.parametrize("model", ["matters_calendarday", "matters_calendaryear"])
def test_an_editor_is_told_which_years_notice_is_missing(browser, clock, model):
    """I-73: from November on."""
    clock.set("2026-10-31 09:00")
    assert "放假通知还没有录入" not in browser.get(page(model, "changelist")).content.decode()
    clock.set("2026-11-01 09:00")
    assert "2027 年的放假通知还没有录入" in browser.get(page(model, "changelist")).content.decode()


def test_a_day_needs_its_notice(browser):
    browser.post(page("matters_calendarday", "add"), TYPHOON | {"source_doc": ""})

    assert not CalendarDay.objects.filter(date="2026-08-12").exists()


def test_a_day_is_said_once_for_a_region(browser):
    browser.post(page("matters_calendarday", "add"), TYPHOON)

    answer = browser.post(page("matters_calendarday", "add"), TYPHOON)

    assert answer.status_code == 200
    assert CalendarDay.objects.filter(date="2026-08-12").count() == 1


def test_an_editor_closes_one_district_only(browser):
    district = Region.objects.filter(kind="district").first()

    browser.post(page("matters_calendarday", "add"), TYPHOON | {"region": district.pk})

    assert not selectors.calendar(district.code).is_workday(date(2026, 8, 12))
    assert selectors.calendar().is_workday(date(2026, 8, 12))


def test_an_editor_corrects_a_day(browser):
    browser.post(page("matters_calendarday", "add"), TYPHOON)
    day = CalendarDay.objects.get(date="2026-08-12")

    browser.post(page("matters_calendarday", "change", day.pk), {**TYPHOON, "kind": "work"})

    assert selectors.calendar().is_workday(date(2026, 8, 12))


def test_days_of_several_regions_are_taken_away_together(browser):
    district = Region.objects.filter(kind="district").first()
    for region in ("", district.pk):
        browser.post(page("matters_calendarday", "add"), TYPHOON | {"region": region})
    days = CalendarDay.objects.filter(date="2026-08-12").values_list("pk", flat=True)

    sent = {"action": "delete_selected", "_selected_action": list(days), "post": "yes"}
    browser.post(page("matters_calendarday"), sent)

    assert selectors.calendar().is_workday(date(2026, 8, 12))
    assert selectors.calendar(district.code).is_workday(date(2026, 8, 12))


def test_an_editor_moves_a_place_and_cannot_remove_it(browser):
    place = Place.objects.first()
    sent = {
        name: getattr(place, f"{name}_id" if name in ("region", "department") else name) or ""
        for name in (
            "name",
            "kind",
            "region",
            "department",
            "phone",
            "opening_hours",
            "transport",
            "accessibility",
        )
    }

    browser.post(page("matters_place", "change", place.pk), sent | {"address": "望湖路88号"})

    place.refresh_from_db()
    assert place.address == "望湖路88号"
    assert browser.post(page("matters_place", "delete", place.pk), {"post": "yes"}).status_code == 403


MANDATE = {
    "number": "授〔2026〕1号", "role": "front_clerk", "account": "", "powers": ["accept"],
    "valid_from": "2026-01-01", "valid_until": "",
}  # fmt: skip


def test_an_administrator_enters_a_mandate_over_the_departments_own_matters():
    police = Department.objects.get(code="gongan")
    codes = list(police.matters.values_list("code", flat=True)[:2])

    sent = MANDATE | {"department": police.pk, "matter_codes": "\n".join(codes)}
    logged_in(administrator()).post(page("matters_mandate", "add"), sent)

    given = Mandate.objects.get(number="授〔2026〕1号")
    assert (given.matter_codes, given.role) == (sorted(codes), "front_clerk")


def test_a_mandate_over_a_neighbours_matter_is_refused_with_the_reason_and_the_form_kept():
    police, neighbour = Department.objects.get(code="gongan"), Department.objects.get(code="minzheng")
    code = neighbour.matters.values_list("code", flat=True).first()

    sent = MANDATE | {"department": police.pk, "matter_codes": code}
    text = logged_in(administrator()).post(page("matters_mandate", "add"), sent).content.decode()

    assert f"{code} 不是本部门的事项" in text
    assert "授〔2026〕1号" in text
    assert not Mandate.objects.filter(number="授〔2026〕1号").exists()


def test_a_mandate_ends_and_says_nothing_else_new(cast):
    given = mandate(cast.window1, "gongan", ["nb-birth-hukou"])

    sent = {"valid_until": "2026-12-31", "matter_codes": "everything"}
    logged_in(administrator()).post(page("matters_mandate", "change", given.pk), sent)

    given.refresh_from_db()
    assert (given.valid_until, given.matter_codes) == (date(2026, 12, 31), ["nb-birth-hukou"])
