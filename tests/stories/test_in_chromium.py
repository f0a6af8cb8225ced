"""
Three life events as the people in them see them, from login to rating, with real workers behind.

新生儿出生: a mother's phone, the certificates come by post. 开办餐饮店: inspectors go and look, the
clerk hands over at the window. 企业破产信息核查: nine departments at once, results together.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from tests.factories import identity as cast_of
from tests.factories import workflow as at
from tests.factories.files import a_png
from tests.stories.people import Applicant, Officer, Somebody, hand_over, kept
from workflow.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ROUNDS = 20


@pytest.fixture
def cast(browser: Browser, start_worker: Callable[..., Any]) -> cast_of.Cast:
    """The cast, committed, so that the server and the one real worker on every queue see it."""
    start_worker()
    return cast_of.cast()


def departments_work(browser: Browser, site: str, cast: cast_of.Cast, reference: str) -> None:
    """Every department goes through its trays until the application is decided."""
    application = Application.objects.get(reference=reference)
    codes = list(application.reviews.values_list("department__code", flat=True).distinct())
    officers = [Officer(browser, site, account.username) for account in cast.reviewers(codes).values()]
    for _ in range(ROUNDS):
        for officer in officers:
            officer.confirms_papers(reference)
            officer.decides(reference, look_at_the_place)
        application.refresh_from_db()
        if application.decided_at:
            break
        officers[0].page.wait_for_timeout(500)
    for officer in officers:
        officer.leave()
    assert application.decided_at, dict(application.reviews.values_list("code", "status"))


def look_at_the_place(page: Page) -> None:
    """Two inspectors sign what they saw."""
    page.locator("summary", has_text="登记现场勘验").click()
    form = page.locator("form[action$='/record_inspection/']")
    form.locator("[name$=inspected_at]").fill(f"{timezone.localtime():%Y-%m-%d %H:%M}")
    form.locator("[name$=place]").fill("云澜市望湖区科创街道创业里社区3号")
    form.locator("[name$=inspectors]").fill("检查员甲、检查员乙")
    form.locator("[name$=passed][value=yes]").check()
    form.locator("[name$=record]").fill("布局、设施与图纸一致，符合要求。")
    form.locator("[name$=signed]").check()
    form.locator("[name$=photo_1]").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": a_png()}
    )
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def files_it(applicant: Applicant, code: str, **changed: str) -> str:
    definition, answers = at.definition(code), at.answers(code, **changed)
    applicant.starts(code, definition, answers)
    applicant.fills_in(definition, answers)
    applicant.brings_the_papers()
    applicant.signs()
    return applicant.submits()


def test_a_mother_registers_her_child_on_a_phone_and_the_papers_come_by_post(browser, site, cast):
    mother = Applicant(browser, site, "li", width=360)
    reference = files_it(mother, "newborn")
    kept(mother.page, "newborn-submitted")
    departments_work(browser, site, cast, reference)

    clerk = Somebody(browser, site, "exit1")
    hand_over(clerk, reference, waybill="EMS2026112200001")
    clerk.leave()
    mother.follows(reference, "已出件")
    arrived = mother.page.locator("form[action$='/delivery/'] button[type=submit]")
    mother.reveal(arrived)
    mother.follow(arrived)
    mother.follows(reference, "已完成")
    kept(mother.page, "newborn-closed")
    mother.rates(reference, "非常满意")
    mother.leave()


def test_a_restaurant_opens_and_its_licences_are_handed_over_at_the_window(browser, site, cast):
    company = Applicant(browser, site, "huarong")
    reference = files_it(company, "restaurant-opening", result_delivery="window")
    departments_work(browser, site, cast, reference)

    clerk = Somebody(browser, site, "exit1")
    hand_over(clerk, reference, receiver="周岩")
    assert clerk.sees("已完成")
    clerk.leave()
    company.follows(reference, "已完成")
    kept(company.page, "restaurant-closed")
    company.rates(reference, "满意")
    company.leave()


def test_nine_departments_answer_the_administrator_of_a_bankruptcy_together(browser, site, cast):
    administrator = Applicant(browser, site, "huarong")
    reference = files_it(administrator, "bankruptcy-info-check")
    departments_work(browser, site, cast, reference)

    administrator.follows(reference, "已完成")
    kept(administrator.page, "bankruptcy-closed")
    results = administrator.page.locator("a[href^='/documents/']")
    assert results.count() >= len(at.definition("bankruptcy-info-check").scenarios[0].expected_matters)
    administrator.rates(reference, "基本满意")
    administrator.leave()
