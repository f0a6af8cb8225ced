"""Alerts, themes, cases, knowledge and corrections stand in the reports, and say what an ad-hoc query says (H-175…H-177)."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from common.workdays import SHANGHAI
from events import publish
from hotline import services
from hotline.events.knowledge import ArticleDoubted, ArticlePublished
from hotline.models import (
    ClassCorrection,
    Exclusion,
    HotAlert,
    HotlineOrder,
    Issue,
    Publication,
    QualitySample,
    Report,
)
from hotline.selectors.alerts import themes
from hotline.selectors.corrections import often_corrected
from hotline.selectors.facts import facts_of_period
from hotline.selectors.metrics import figures_of, period_of
from hotline.states import AlertLevel, ClassifiedBy, Disposition, OrderStatus
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
NOVEMBER = period_of(date(2026, 11, 1), date(2026, 11, 30))


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


MONDAY = when("2026-11-30 10:00")


@pytest.fixture
def head(cast):
    return at.desk(Role.HOTLINE_HEAD)


def an_alert(found: str, algo: str = "A-1", **facts) -> HotAlert:
    known = {
        "key": f"0703:{found}",
        "window_start": when(found) - timedelta(hours=24),
        "window_end": when(found),
        "level": AlertLevel.ORANGE,
        "people": 6,
        "inputs": {"t": 0.81},
        "found_at": when(found),
        "due_at": when(found) + timedelta(hours=2),
    }
    return HotAlert.objects.create(algo=algo, **{**known, **facts})


def made(kind: str, clock, today: str) -> Report:
    clock.set(today)
    services.make_due_reports()
    return Report.objects.get(kind=kind)


def section(report: Report, title: str) -> dict:
    return next(one for one in report.figures if one["title"] == title)


def test_h_175_the_daily_tells_the_alerts_of_the_day_and_of_no_other(clock, cast):
    order = at.an_order(OrderStatus.HANDLING, at=MONDAY)
    an_alert("2026-11-30 11:00").orders.add(order)
    an_alert("2026-11-29 23:59")
    rows = section(made("daily", clock, "2026-12-01 08:00"), "预警")["rows"]
    assert rows == [["橙色", "集中性", "停车管理与收费", "", 6.0, 1, "未处置"]]
    assert len(rows) == HotAlert.objects.filter(found_at__date="2026-11-30").count()


def test_h_176_the_weekly_tells_what_became_of_every_hot_spot_and_whether_in_time(clock, head):
    an_alert("2026-11-30 09:00")
    confirmed = an_alert(
        "2026-11-24 09:00", disposition=Disposition.CONFIRMED, disposed_at=when("2026-11-24 10:00")
    )
    Issue.objects.create(
        alert=confirmed, title="违停", lead=at.department("jiaoguan"), due_at=MONDAY, opened_at=MONDAY
    )
    an_alert(
        "2026-11-20 09:00",
        disposition=Disposition.FALSE_ALARM,
        reason="重复导入",
        disposed_at=when("2026-11-25 10:00"),
    )
    an_alert("2026-11-27 09:00")
    rows = section(made("weekly", clock, "2026-11-30 11:00"), "热点处置")["rows"]
    assert sorted(row[4:] for row in rows) == [
        ["属实", "按时", at.department("jiaoguan").name],
        ["未处置", "已超时", ""],
        ["误报", "超时", ""],
    ]


def a_case(head, day: str, **facts) -> Publication:
    made_public = {"state": "published", "approved_by": at.desk(Role.HOTLINE_HEAD), "published_at": when(day)}
    return Publication.objects.create(
        hotline_order=at.an_order(OrderStatus.ARCHIVED, at=MONDAY),
        title="小区门口违停",
        text="门口长期有车辆停放，影响出入。",
        reply="已经增设隔离桩并安排巡查。",
        proposed_by=head,
        proposed_at=when(day),
        **{**made_public, **facts},
    )


def test_h_177_the_monthly_tells_cases_that_are_public_already(clock, head):
    public = a_case(head, "2026-11-12 09:00")
    a_case(head, "2026-10-31 09:00")
    a_case(head, "2026-11-13 09:00", state="proposed", approved_by=None, published_at=None)
    told = section(made("monthly", clock, "2026-12-01 08:00"), "典型案例")
    assert told["rows"] == [[public.title, public.text, public.reply]]


def test_h_168_h_177_the_monthly_lists_the_themes_as_they_are_picked(clock, cast):
    an_alert("2026-11-10 01:00", algo="A-3", inputs={"t": 0.71})
    an_alert("2026-11-11 01:00", algo="A-3", inputs={"t": 0.92}, people=31)
    an_alert("2026-10-11 01:00", algo="A-3", inputs={"t": 0.99})
    rows = section(made("monthly", clock, "2026-12-01 08:00"), "每月一题备选")["rows"]
    assert rows == [["停车管理与收费", 0.92, 31.0], ["停车管理与收费", 0.71, 6.0]]
    assert [row[1:] for row in rows] == [[one.score, one.people] for one in themes(date(2026, 11, 1))]


def test_h_177_changes_of_the_knowledge_base_are_counted_from_its_history(clock, cast):
    clock.set("2026-11-10 09:00")
    article = {"article_id": 1, "code": "ZS-1", "version": 1}
    publish(ArticlePublished(**article, kind="answer"))
    publish(ArticlePublished(**{**article, "version": 2}, kind="answer"))
    clock.set("2026-12-01 00:00")
    publish(ArticleDoubted(**article, doubt_id=1, due_at=""))
    told = section(made("monthly", clock, "2026-12-01 08:00"), "知识库变动")["rows"]
    assert {row[0]: row[1:] for row in told}["发布"] == [2, 1]
    assert {row[0]: row[1:] for row in told}["收到纠错"] == [0, 0]


def test_h_57_h_177_categories_corrected_too_often_are_listed(clock, head):
    orders = [at.an_order(at=MONDAY, class_by=ClassifiedBy.AUTO) for _number in range(5)]
    HotlineOrder.objects.filter(pk=orders[0].pk).update(class_by=ClassifiedBy.AGENT, category_l2="0705")
    ClassCorrection.objects.create(
        hotline_order=orders[0], text="乱停", auto_code="0703", final_code="0705", by=head, at=MONDAY
    )
    rows = section(made("monthly", clock, "2026-12-01 08:00"), "自动分类纠正较多（复核关键词）")["rows"]
    [asked] = often_corrected(NOVEMBER.start, NOVEMBER.end)
    assert rows == [[f"0703 {asked.name}", 5, 1, "20.00%", "0705"]]


def test_h_177_h_183_the_sample_of_calls_says_where_people_need_training(clock, head):
    for score in (60, 91, None):
        QualitySample.objects.create(
            hotline_order=at.an_order(at=MONDAY),
            agent=head,
            month=date(2026, 11, 1),
            reason="random",
            score=score,
        )
    rows = section(made("monthly", clock, "2026-12-01 08:00"), "话务质检（培训重点）")["rows"]
    assert rows == [["抽取", 3], ["已质检", 2], ["平均得分", 75.5]]


def test_h_163_the_monthly_counts_every_code_as_the_metrics_do(clock, head):
    for status in (OrderStatus.WITHDRAWN, OrderStatus.SHELVED, OrderStatus.INVALID, OrderStatus.INVALID):
        at.an_order(status, at=MONDAY)
    at.an_order(OrderStatus.ARCHIVED, at=MONDAY, anonymous=True)
    master = at.an_order(OrderStatus.HANDLING, at=MONDAY, complainant_key="one")
    at.an_order(OrderStatus.MERGED, at=MONDAY, parent=master, complainant_key="one")
    Exclusion.objects.create(
        hotline_order=master, code="X7", reason="特大暴雨", evidence="气象证明", approved_by=head, at=MONDAY
    )
    rows = section(made("monthly", clock, "2026-12-01 08:00"), "指标剔除")["rows"]
    told = {row[0][:2]: tuple(row[1:]) for row in rows}
    assert told == {
        "X1": (1, 0), "X2": (1, 0), "X3": (1, 0), "X4": (2, 0), "X5": (1, 0), "X6": (0, 0), "X7": (1, 1),
        "X8": (0, 0),
    }  # fmt: skip
    asked = figures_of(NOVEMBER, facts_of_period(NOVEMBER)).exclusions
    assert {code: n for code, (n, _approved) in told.items() if n} == asked


def test_h_177_page_spreadsheet_and_pdf_hold_the_same_parts(clock, head):
    a_case(head, "2026-11-12 09:00")
    an_alert("2026-11-11 01:00", algo="A-3", inputs={"t": 0.92}, people=31)
    monthly = made("monthly", clock, "2026-12-01 08:00")
    browser = Client()
    browser.force_login(head)
    page = browser.get(reverse("hotline:report", args=[monthly.pk])).content.decode()
    book = load_workbook(BytesIO(browser.get(reverse("hotline:report_sheet", args=[monthly.pk])).content))
    paper = browser.get(reverse("hotline:report_pdf", args=[monthly.pk])).content
    said = "".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages).replace("\n", "")
    for title, cell in (
        ("典型案例", "小区门口违停"),
        ("每月一题备选", "停车管理与收费"),
        ("知识库变动", "到期停用"),
    ):
        assert title in page
        assert cell in page
        assert title in said
        assert cell in said
        assert cell in [row[0].value for row in book[title].iter_rows()]


def test_a_target_is_told_as_a_percentage_beside_the_result(clock, head):
    clock.set("2026-12-01 09:00")
    browser = Client()
    browser.force_login(head)
    page = browser.get(reverse("hotline:figures")).content.decode()
    assert "≥ 95.00%" in page
    assert "≥ 0.95" not in page
