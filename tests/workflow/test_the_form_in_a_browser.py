"""The form and the questions in Chromium: saved by itself, live, by keyboard alone, on a narrow phone."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, Route, expect

from tests.browsers import barriers
from tests.factories import drafts as with_draft
from tests.factories import identity as people
from tests.workflow.test_applicant_pages_in_a_browser import (
    PHONE,
    STICKS_OUT,
    cast,  # noqa: F401 - a fixture
    logged_in,
    session_of,
)
from workflow.services import drafts

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def newborn(cast):  # noqa: F811
    """Filled in but for the name."""
    draft = with_draft.filled(cast.li)
    return drafts.save_answers(draft.pk, by=cast.li, typed={"baby_name": "", "community": ""})


@pytest.fixture
def restaurant(cast):  # noqa: F811
    return with_draft.filled(cast.huarong, "restaurant-opening")


@pytest.fixture
def begun(cast):  # noqa: F811
    """Nothing said yet."""
    return with_draft.begun(cast.wang)


@pytest.fixture
def sessions(cast) -> dict[str, str]:  # noqa: F811
    return {name: session_of(getattr(cast, name)) for name in ("li", "wang", "huarong")}


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console said; refused forms (422) apart."""
    return []


@pytest.fixture
def visit(sessions, complaints, site, browser):
    """A page of somebody's, listened to."""

    def visited(who: str, path: str, **look) -> Page:
        page = logged_in(browser, site, sessions[who], **look).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text) if said.type == "error" and "422" not in said.text else None
            ),
        )
        page.goto(f"{site}{path}")
        return page

    return visited


def violations(page: Page) -> list[str]:
    return [one["id"] for one in barriers(page).response["violations"]]


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存", timeout=10_000)


def test_what_is_typed_saves_itself_and_is_there_on_another_device(newborn, visit, complaints):
    phone = visit("li", f"/drafts/{newborn.pk}/form/", **PHONE)
    phone.get_by_label("孩子姓名").fill("李安")
    saved(phone)
    computer = visit("li", f"/drafts/{newborn.pk}/form/")
    expect(computer.get_by_label("孩子姓名")).to_have_value("李安")
    assert complaints == []


def test_two_devices_on_one_box_and_the_person_chooses(newborn, visit, complaints):
    phone = visit("li", f"/drafts/{newborn.pk}/form/", **PHONE)
    computer = visit("li", f"/drafts/{newborn.pk}/form/")
    phone.get_by_label("孩子姓名").fill("李安")
    saved(phone)
    computer.get_by_label("孩子姓名").fill("李宁")
    computer.get_by_role("link", name="选一选留哪个").click(timeout=10_000)
    assert violations(computer) == []
    computer.get_by_text("李宁").click()
    computer.get_by_role("button", name="就用选的").click()
    expect(computer.get_by_label("孩子姓名")).to_have_value("李宁")
    assert complaints == []


def test_offline_the_page_says_so_and_saves_once_the_network_is_back(newborn, visit):
    page = visit("li", f"/drafts/{newborn.pk}/form/", **PHONE)
    page.context.set_offline(True)
    page.get_by_label("孩子姓名").fill("李安")
    expect(page.locator("[data-saved]")).to_contain_text("暂时连不上网络", timeout=10_000)
    page.context.set_offline(False)
    saved(page)


def test_typing_after_the_login_ended_is_kept_and_comes_back(newborn, visit):
    page = visit("li", f"/drafts/{newborn.pk}/form/", **PHONE)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("孩子姓名").fill("李安")
    expect(page.locator("[data-saved]")).to_contain_text("登录已经过期", timeout=10_000)
    page.get_by_role("link", name="去登录").click()
    page.get_by_label("用户名").fill("li")
    page.get_by_label("密码").fill(people.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_label("孩子姓名")).to_have_value("李安")


def test_choosing_an_answer_shows_at_once_where_it_leads(begun, visit, complaints):
    page = visit("wang", f"/drafts/{begun.pk}/questions/birth_place/", **PHONE)
    before = page.locator("#outlook").inner_text()
    page.get_by_label("国外或港澳台").check()
    page.wait_for_function("words => document.querySelector('#outlook').innerText !== words", arg=before)
    assert page.evaluate(STICKS_OUT) <= 0
    assert violations(page) == []
    assert complaints == []


def test_question_after_question_by_keyboard_alone(begun, visit):
    page = visit("wang", f"/drafts/{begun.pk}/questions/birth_place/")
    _to(page, "birth_place")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "birth_place" not in url)
    page.goto(page.url.replace(page.url.rstrip("/").rsplit("/", 1)[-1], "baby_age_months"))
    _to(page, "baby_age_months")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_baby_age_months")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "baby_age_months" not in url)


def _to(page: Page, name: str) -> None:
    """Tab on until the box of this name has the focus."""
    for _press in range(40):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_cells_from_a_spreadsheet_fill_the_table_from_where_they_are_pasted(restaurant, visit, complaints):
    page = visit("huarong", f"/drafts/{restaurant.pk}/form/")
    page.locator('[name="shareholders.1.name"]').focus()
    page.evaluate(
        """text => {
            const carried = new DataTransfer();
            carried.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        }""",
        "陈一\t420101199005150114\t30\n陈二\t420101198503120319\t10\n",
    )
    assert page.locator('[name="shareholders.1.name"]').input_value() == "陈一"
    assert page.locator('[name="shareholders.2.amount_wan"]').input_value() == "10"
    saved(page)
    assert complaints == []


def test_a_region_is_picked_level_by_level(restaurant, visit, complaints):
    page = visit("huarong", f"/drafts/{restaurant.pk}/form/", **PHONE)
    page.get_by_label("区", exact=True).select_option(label="澜江区")
    streets = page.get_by_label("街道", exact=True)
    streets.select_option(index=1)
    chosen = page.locator('select[name="premises_region"]')
    assert chosen.evaluate("list => list.selectedOptions[0].textContent.trim()").startswith("澜江区 ")
    expect(page.get_by_label("社区", exact=True)).to_be_visible()
    assert violations(page) == []
    assert complaints == []


def test_what_is_typed_while_boxes_come_and_go_is_not_lost(newborn, visit):
    page = visit("li", f"/drafts/{newborn.pk}/form/")
    under_way: list[Route] = []

    def held(route: Route) -> None:
        under_way.append(route)

    page.route("**/form/", held)
    page.locator('[data-deciding] input[type="radio"]:not(:checked)').first.check()
    page.wait_for_timeout(300)
    page.get_by_label("孩子姓名").fill("李安")
    seen = page.locator("#groups [name=seen]").input_value()
    assert len(under_way) == 1
    under_way[0].continue_()
    page.unroute("**/form/")
    page.wait_for_function("seen => document.querySelector('#groups [name=seen]').value !== seen", arg=seen)
    expect(page.get_by_label("孩子姓名")).to_have_value("李安")
    saved(page)


@pytest.mark.parametrize("path", ["form/", "form/shareholders/", ""])
def test_nothing_sticks_out_on_a_narrow_phone_and_axe_finds_nothing(restaurant, visit, path):
    page = visit("huarong", f"/drafts/{restaurant.pk}/{path}", **PHONE)
    assert page.evaluate(STICKS_OUT) <= 0
    assert violations(page) == []
