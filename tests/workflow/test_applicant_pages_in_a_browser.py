"""The applicant's way in Chromium: a phone of 360 px, with and without JavaScript, axe on every page."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import barriers
from tests.factories import drafts as with_draft
from tests.factories import identity as people
from tests.factories import workflow as at
from tests.factories.files import a_pdf
from workflow import services
from workflow.models import Application
from workflow.services import drafts
from workflow.states import ApplicationStatus, MaterialMode, MaterialState

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"viewport": {"width": 360, "height": 780}}
STICKS_OUT = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def cast(site):
    """The cast, seen by the server."""
    return people.cast()


def logged_in(browser: Browser, site: str, cookie: str, **look) -> BrowserContext:
    context = browser.new_context(**look)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
    return context


def session_of(account) -> str:
    """Made before the browser starts, for Django will not touch the database beside its event loop."""
    client = Client()
    client.force_login(account)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def answered(page: Page, answers: dict) -> None:
    """Answer question after question until the plan is there."""
    while found := re.search(r"/questions/(\w+)/", page.url):
        value = answers[found[1]]
        box = page.locator(f'[name="{found[1]}"]')
        if box.first.get_attribute("type") == "radio":
            page.locator(f'[name="{found[1]}"][value="{str(value).lower()}"]').check()
        else:
            box.fill(str(value))
        page.get_by_role("button", name="下一题").click()


@pytest.fixture
def sessions(cast) -> dict[str, str]:
    return {"li": session_of(cast.li)}


@pytest.fixture
def form(cast):
    """A draft of a newborn with everything but the name."""
    draft = with_draft.filled(cast.li)
    return drafts.save_answers(draft.pk, by=cast.li, typed={"baby_name": ""})


@pytest.fixture
def every_page(cast, deliver_events) -> list[str]:
    """Each kind of page once, with something on it."""
    draft = with_draft.ready(cast.li, "restaurant-opening")
    unsigned = with_draft.filled(cast.li, "newborn")
    kept = Application.objects.get(pk=unsigned.pk)
    kept.draft["offers"] = {"住院收费票据": {"mode": "deferred", "upload_id": None, "signed": False}}
    kept.save()
    application = at.filed(cast.li)
    services.request_correction(
        at.review_of(at.filed(cast.li), "nb-maternity-expense").pk,
        by=cast.reviewer("yibao"),
        defects=[at.a_defect("住院收费票据")],
    )
    deliver_events()
    pages = [f"/drafts/{draft.pk}/{name}" for name in ("", "plan/", "form/", "materials/", "check/")]
    pages += [f"/drafts/{draft.pk}/questions/entity_type/", f"/drafts/{unsigned.pk}/promises/"]
    pages += [f"/applications/{application.reference}/{name}" for name in ("", "submitted/", "withdraw/")]
    return [
        *pages,
        "/my/",
        "/my/?state=open",
        "/my/messages/",
        "/my/contact/",
        "/my/contact/sms/",
        "/my/contact/mail/code/",
        "/bundles/restaurant-opening/",
        "/bundles/newborn/start/",
        "/matters/nb-birth-hukou/",
    ]


@pytest.fixture
def answers(site) -> dict:
    """What a mother says of her newborn."""
    return at.answers("newborn")


def test_without_javascript_on_a_phone_from_the_guide_to_the_number(
    answers, sessions, site, browser, tmp_path
):
    paper = tmp_path / "票据.pdf"
    paper.write_bytes(a_pdf())
    page = logged_in(browser, site, sessions["li"], java_script_enabled=False, **PHONE).new_page()
    page.goto(f"{site}/bundles/newborn/")
    page.get_by_role("button", name="开始办理").first.click()
    answered(page, answers)
    page.get_by_role("link", name="填写申请表").click()
    _filled(page, answers)
    page.get_by_role("button", name="保存并继续").click()
    assert page.url.endswith("/materials/"), page.locator(".error-summary").inner_text()
    for file in page.locator('input[type="file"][name$=".file"]').all():
        file.set_input_files(paper)
    for mode in page.locator('input[type="radio"][value="upload"]').all():
        mode.check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("我确认以上声明").check()
    page.get_by_role("button", name="提交申请").click()
    assert page.url.endswith("/submitted/")
    assert re.search(r"\d{16}", page.locator("main").inner_text())


def _filled(page: Page, answers: dict) -> None:
    """Type every answer whose box is there; boxes that come of it are filled on the next round."""
    for key, value in answers.items():
        boxes = page.locator(f'[name="{key}"]')
        if not boxes.count():
            continue
        kind = boxes.first.get_attribute("type")
        if boxes.first.evaluate("box => box.tagName") == "SELECT":
            boxes.first.select_option(index=1)
        elif kind in {"radio", "checkbox"}:
            for one in value if isinstance(value, list) else [value]:
                page.locator(f'[name="{key}"][value="{str(one).lower()}"]').check()
        else:
            boxes.first.fill(str(value))
    if "mail" in answers.values() and not page.locator('[name="delivery_address"]').count():
        page.get_by_role("button", name="保存并继续").click()
        _filled(page, answers)


def test_axe_finds_nothing_and_nothing_sticks_out_of_a_phone(every_page, sessions, site, browser):
    page = logged_in(browser, site, sessions["li"], **PHONE).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in every_page:
        page.goto(site + path)
        assert page.url == site + path
        found = barriers(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate(STICKS_OUT) == 0, path
    assert complaints == []


def test_boxes_come_and_go_in_place_and_what_was_typed_stays(form, sessions, site, browser):
    page = logged_in(browser, site, sessions["li"]).new_page()
    page.goto(f"{site}/drafts/{form.pk}/form/")
    page.locator('[name="baby_name"]').fill("周予宁")
    page.locator('[name="delivery_method"][value="pickup"]').check()
    page.locator('[name="delivery_address"]').wait_for(state="detached")
    assert page.locator('[name="baby_name"]').input_value() == "周予宁"
    page.locator('[name="delivery_method"][value="mail"]').check()
    page.locator('[name="delivery_address"]').wait_for()
    assert page.url.endswith("/form/")


def test_a_paper_is_taken_in_as_soon_as_it_is_chosen(form, sessions, site, browser, tmp_path):
    paper = tmp_path / "票据.pdf"
    paper.write_bytes(a_pdf())
    page = logged_in(browser, site, sessions["li"], **PHONE).new_page()
    page.goto(f"{site}/drafts/{form.pk}/materials/")
    page.locator('input[type="file"][name$=".file"]').first.set_input_files(paper)
    page.get_by_role("link", name="票据.pdf").wait_for()
    assert page.get_by_text("已上传").first.is_visible()


def test_a_double_click_on_submit_is_one_application(ready_path, sessions, site, browser):
    page = logged_in(browser, site, sessions["li"]).new_page()
    page.goto(site + ready_path)
    page.get_by_label("我确认以上声明").check()
    page.get_by_role("button", name="提交申请").dblclick()
    page.wait_for_url("**/submitted/")
    page.go_back()
    assert "/submitted/" in page.url or "提交申请" in page.content()


@pytest.fixture
def ready_path(cast) -> Iterator[str]:
    draft = with_draft.ready(cast.li)
    yield f"/drafts/{draft.pk}/check/"
    assert Application.objects.exclude(status=ApplicationStatus.DRAFT).count() == 1


@pytest.fixture
def unfound(cast) -> str:
    """The page of an application for which one register answered that it has nothing."""
    application = at.filed(cast.li)
    paper = application.materials.filter(mode=MaterialMode.SHARED).first()
    paper.state, paper.note = MaterialState.OFFERED, "没有部门共享这份材料，可以自己上传"
    paper.save()
    return f"/applications/{application.reference}/"


def test_i_07_what_no_register_had_is_brought_from_a_phone_without_javascript(
    unfound, sessions, site, browser, tmp_path
):
    paper = tmp_path / "证明.pdf"
    paper.write_bytes(a_pdf())
    page = logged_in(browser, site, sessions["li"], java_script_enabled=False, **PHONE).new_page()
    page.goto(site + unfound)
    page.get_by_role("link", name="自己上传").click()
    assert "没有部门共享这份材料" in page.locator("main").inner_text()
    page.locator('input[type="file"][name$=".file"]').set_input_files(paper)
    page.get_by_role("button", name="提交", exact=True).click()
    assert page.url.endswith(unfound)
    assert "自行上传了" in page.locator("main").inner_text()
    assert not page.get_by_role("link", name="自己上传").count()
