"""Reports are there on time, equal what is counted ad hoc, are frozen, and hold nothing personal."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from common.errors import NotAllowed
from common.workdays import SHANGHAI
from hotline import services
from hotline.models import HotlineOrder, Report
from hotline.rules.reporting import last_span
from hotline.selectors.metrics import measured, period_of
from hotline.states import OrderStatus, Urgency
from identity.roles import Role
from matters.selectors import centre_calendar
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def head(cast):
    return at.desk(Role.HOTLINE_HEAD)


@pytest.fixture
def browser(head):
    client = Client()
    client.force_login(head)
    return client


@pytest.fixture
def yesterday():
    """Three orders of Monday 30 November: one urgent and open, one late, one done."""
    monday = when("2026-11-30 10:00")
    at.an_order(OrderStatus.HANDLING, at=monday, urgency=Urgency.EMERGENCY, category="0603", host="gongqi")
    at.an_order(OrderStatus.HANDLING, at=monday, public_due_at=when("2026-11-30 16:30"))
    return at.an_order(OrderStatus.ARCHIVED, at=monday, archived_at=monday)


@pytest.mark.parametrize(
    ("kind", "today", "first", "last", "due"),
    [
        ("daily", "2026-12-01", "2026-11-30", "2026-11-30", "2026-12-01 08:30"),
        ("weekly", "2026-12-02", "2026-11-23", "2026-11-29", "2026-11-30 10:00"),
        ("monthly", "2026-12-01", "2026-11-01", "2026-11-30", "2026-12-03 16:30"),
        ("monthly", "2026-10-09", "2026-09-01", "2026-09-30", "2026-10-10 16:30"),
        ("quarterly", "2026-10-09", "2026-07-01", "2026-09-30", "2026-10-10 16:30"),
        ("quarterly", "2026-01-05", "2025-10-01", "2025-12-31", "2026-01-06 16:30"),
    ],
)
def test_h_175_h_176_h_177_which_days_and_by_when(kind, today, first, last, due):
    span = last_span(kind, date.fromisoformat(today), centre_calendar())
    assert (span.first, span.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert span.due_at == when(due)


def section(report: Report, title: str) -> dict:
    return next(one for one in report.figures if one["title"] == title)


def test_h_175_the_daily_is_there_by_half_past_eight_and_says_what_is_counted_ad_hoc(clock, yesterday, head):
    clock.set("2026-12-01 08:29")
    services.make_due_reports()
    daily = Report.objects.get(kind=Report.Kind.DAILY)
    assert daily.made_at <= daily.due_at
    asked = measured(head, period_of(date(2026, 11, 30), date(2026, 11, 30)))
    assert sum(row[1] for row in section(daily, "各渠道受理量")["rows"]) == asked.orders == 3
    figure = asked.figure("M-01")
    assert section(daily, "接通情况")["rows"][0][:4] == [
        "M-01 接通率", figure.share.percent, figure.share.numerator, figure.share.denominator,
    ]  # fmt: skip


def test_h_175_red_lamps_and_emergencies(clock, yesterday):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    daily = Report.objects.get(kind=Report.Kind.DAILY)
    assert section(daily, "超期未办结（红灯）")["rows"] == [["市城市管理局", 1]]
    assert [row[1] for row in section(daily, "特急工单")["rows"]] == ["供气"]


def test_every_kind_is_made_once(clock, yesterday):
    clock.set("2026-12-01 08:00")
    assert services.make_due_reports() == 4
    assert services.make_due_reports() == 0


def test_h_178_a_report_stays_as_it_was_told(clock, yesterday):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    before = Report.objects.get(kind=Report.Kind.DAILY)
    HotlineOrder.objects.filter(pk=yesterday.pk).update(channel="web")
    services.make_due_reports()
    after = Report.objects.get(kind=Report.Kind.DAILY)
    assert (after.figures, after.snapshot) == (before.figures, before.snapshot)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(figures=[])


def test_h_178_what_was_wrong_is_said_in_a_dated_line(clock, yesterday, head, cast):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    daily = Report.objects.get(kind=Report.Kind.DAILY)
    with pytest.raises(NotAllowed):
        services.correct_report(daily.pk, by=cast.rep("chengguan"), text="写错了")
    line = services.correct_report(daily.pk, by=head, text="网站渠道应为 1 件")
    assert line.at == when("2026-12-01 08:00")
    with pytest.raises(IntegrityError), transaction.atomic():
        daily.corrections.update(text="")


def test_h_143_no_report_holds_anything_personal(clock, yesterday):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    told = "".join(str(report.figures) for report in Report.objects.all())
    assert yesterday.contact_name not in told
    assert yesterday.phone not in told


def test_page_spreadsheet_and_pdf_tell_the_same(clock, yesterday, browser):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    daily = Report.objects.get(kind=Report.Kind.DAILY)
    page = browser.get(reverse("hotline:report", args=[daily.pk])).content.decode()
    assert daily.snapshot in page
    assert "data:image/svg+xml;base64," in page
    book = load_workbook(BytesIO(browser.get(reverse("hotline:report_sheet", args=[daily.pk])).content))
    assert book["各渠道受理量"]["A2"].value == "12345 电话"
    paper = browser.get(reverse("hotline:report_pdf", args=[daily.pk]))
    assert paper["Content-Type"] == "application/pdf"
    said = "".join(one.extract_text() for one in PdfReader(BytesIO(paper.content)).pages)
    assert daily.snapshot in said
    assert "各渠道受理量" in said


def test_a_correction_left_empty_says_what_is_missing(clock, yesterday, browser):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    daily = Report.objects.get(kind=Report.Kind.DAILY)
    address = reverse("hotline:correct_report", args=[daily.pk])
    assert browser.post(address, {"text": ""}).status_code == 422
    assert browser.post(address, {"text": "应为 3 件"}).status_code == 302
    assert "应为 3 件" in browser.get(reverse("hotline:report", args=[daily.pk])).content.decode()


def test_h_178_only_whoever_may_correct_a_report_is_offered_to(clock, yesterday, browser):
    clock.set("2026-12-01 08:00")
    services.make_due_reports()
    address = reverse("hotline:report", args=[Report.objects.get(kind=Report.Kind.DAILY).pk])
    assert "登记一条更正" in browser.get(address).content.decode()
    browser.force_login(at.desk(Role.SUPERVISOR))
    assert "登记一条更正" not in browser.get(address).content.decode()


@pytest.mark.parametrize("name", ["reports", "figures"])
def test_a_citizen_reads_no_figures(cast, name):
    client = Client()
    client.force_login(cast.li)
    assert client.get(reverse(f"hotline:{name}")).status_code == 403


def test_the_figures_page_shows_numerators_the_class_and_what_was_left_out(clock, yesterday, browser):
    clock.set("2026-12-01 09:00")
    at.an_order(OrderStatus.SHELVED, at=when("2026-11-30 11:00"))
    page = browser.get(reverse("hotline:figures"), {"class": "enterprise"}).content.decode()
    assert "M-11 按期办结率" in page
    assert "市供气公司" in page or "市燃气公司" in page
    assert "样本不足，不排名" in page
    assert "X3：1" in page


def test_a_department_finds_its_own_figures(cast, clock, yesterday):
    clock.set("2026-12-01 09:00")
    client = Client()
    client.force_login(cast.rep("chengguan"))
    page = client.get(reverse("hotline:figures")).content.decode()
    assert "市城市管理局" in page
    assert "市公安局" not in page


def test_a_period_the_wrong_way_round_is_told_beside_the_field(browser):
    answer = browser.get(reverse("hotline:figures"), {"from": "2026-12-02", "to": "2026-12-01"})
    assert answer.status_code == 400
    assert "结束日期不能早于开始日期" in answer.content.decode()
