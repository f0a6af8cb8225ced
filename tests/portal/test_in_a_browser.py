"""The pages in Chromium: axe, a phone, dark, 长辈模式, the keyboard, with and without JavaScript."""

import gzip
import re
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import Chromium, barriers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ["/", "/?for=enterprise", "/search/?q=退休", "/styleguide/", "/styleguide/?door=office"]
MOST_BYTES = 100_000


@pytest.fixture
def address(site: str, settings) -> str:
    settings.DEBUG = True  # the styleguide is only there while developing
    return site


@pytest.fixture
def browser(address: str, chromium: Chromium) -> Iterator[Browser]:
    """Closed before the site is: its event loop would keep Django from the database."""
    with chromium.lent() as lent:
        yield lent


def looked_at(browser: Browser, address: str, path: str, **look) -> Page:
    elder = look.pop("elder", False)
    context = browser.new_context(**look)
    if elder:
        context.add_cookies([{"name": "elder", "value": "1", "url": address}])
    page = context.new_page()
    page.goto(address + path)
    return page


LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 780}},
    "elder": {"viewport": {"width": 360, "height": 780}, "elder": True},
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_axe_finds_nothing_and_nothing_sticks_out(browser, address, look):
    for path in PAGES:
        page = looked_at(browser, address, path, **look)
        found = barriers(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        sticking_out = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sticking_out) == 0, path
        page.context.close()


def test_the_policy_blocks_nothing_of_ours(browser, address):
    complaints: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in PAGES:
        page.goto(address + path)
    assert complaints == []


def test_the_keyboard_gets_past_the_menu_at_once(browser, address):
    page = looked_at(browser, address, "/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_results_come_while_somebody_types(browser, address):
    page = looked_at(browser, address, "/")
    page.locator("#big-search").press_sequentially("退休", delay=20)
    page.locator("#results a").first.wait_for()
    assert "退休一件事" in page.locator("#results").inner_text()


def test_a_row_is_added_in_place_and_another_removed(browser, address):
    page = looked_at(browser, address, "/styleguide/")
    page.get_by_role("button", name="增加一行").click()
    assert page.evaluate("document.activeElement.name") == "owners.2.name"
    page.get_by_role("button", name=re.compile("删除")).first.click()
    names = page.locator("tbody input[name$='.name']").evaluate_all("boxes => boxes.map(box => box.name)")
    assert names == ["owners.1.name", "owners.2.name"]


def test_errors_are_read_first(browser, address):
    page = looked_at(browser, address, "/styleguide/")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"


def test_without_javascript_one_can_search_and_switch_to_elder_mode(browser, address):
    page = looked_at(browser, address, "/", java_script_enabled=False)
    page.get_by_role("button", name="长辈模式").click()
    page.locator("#big-search").fill("孩子上户口")
    page.locator(".big-search button").click()
    assert page.locator("html").get_attribute("class") == "elder"
    assert page.get_by_role("link", name="新生儿出生一件事").is_visible()


def test_at_twice_the_size_everything_is_still_there(browser, address):
    page = looked_at(browser, address, "/styleguide/", viewport={"width": 640, "height": 450})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_a_page_weighs_less_than_a_hundred_kilobytes(browser: Browser, address: str):
    context: BrowserContext = browser.new_context()
    sent: list[str] = []
    page = context.new_page()
    page.on("response", lambda response: sent.append(response.url))
    page.goto(address + "/")
    weights = {url: len(gzip.compress(urllib.request.urlopen(url).read())) for url in sent}
    assert len(sent) >= 6
    assert sum(weights.values()) < MOST_BYTES, weights
