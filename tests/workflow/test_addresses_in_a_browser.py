"""Typing an address in Chromium: suggested while the keys stay in the box, or typed freely; without JavaScript as before."""

import pytest
from playwright.sync_api import expect

from tests.factories import drafts as with_draft
from tests.workflow.test_applicant_pages_in_a_browser import (
    cast,  # noqa: F401 - a fixture
    logged_in,
    sessions,  # noqa: F401 - a fixture
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOX = "input[list=known-addresses]"
FOUND = "#known-addresses option[data-looked-up]"


@pytest.fixture
def form(cast) -> int:  # noqa: F811
    return with_draft.filled(cast.li, "restaurant-opening").pk


def opened(browser, site, sessions, form, **look):  # noqa: F811
    page = logged_in(browser, site, sessions["li"], **look).new_page()
    page.goto(f"{site}/drafts/{form}/form/")
    return page


def test_a_road_is_suggested_while_one_types_and_the_keys_stay_in_the_box(form, sessions, site, browser):  # noqa: F811
    page = opened(browser, site, sessions, form)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/addresses/" in request.url else None)
    box = page.locator(BOX).first
    box.fill("")
    box.press_sequentially("松风路8号", delay=20)
    page.locator(FOUND).first.wait_for(state="attached")
    assert page.locator(FOUND).first.get_attribute("value") == "云澜市云麓区松风路8号"
    assert 1 <= len(asked) <= len("松风路8号")
    assert all(url == f"{site}/addresses/" for url in asked), "nothing typed stands in an address"
    offered = box.evaluate("box => [...box.list.options].map(option => option.value)")
    assert "云澜市云麓区松风路8号" in offered, (
        "the browser's own list, opened and picked from by the arrow keys"
    )
    assert box.evaluate("box => box === document.activeElement"), "nothing took the keys away from the box"
    expect(box).to_have_value("松风路8号")


def test_letters_on_the_way_to_a_character_are_not_looked_up(form, sessions, site, browser):  # noqa: F811
    page = opened(browser, site, sessions, form)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/addresses/" in request.url else None)
    compose = "(box, [text, type, how]) => { box.value = text; \
        box.dispatchEvent(new (window[how])(type, {bubbles: true, isComposing: type === 'input'})); }"
    box = page.locator(BOX).first
    box.evaluate(compose, ["song'feng", "input", "InputEvent"])
    page.wait_for_timeout(600)
    assert asked == []
    box.evaluate(compose, ["松风", "compositionend", "CompositionEvent"])
    page.locator(FOUND).first.wait_for(state="attached")
    assert len(asked) == 1


def test_what_is_typed_freely_stays(form, sessions, site, browser):  # noqa: F811
    page = opened(browser, site, sessions, form)
    box = page.locator(BOX).first
    box.fill("和平村路口第三家")
    page.wait_for_timeout(600)
    assert page.locator(FOUND).count() == 0
    expect(box).to_have_value("和平村路口第三家")


def test_without_javascript_the_known_addresses_and_typing_remain(form, sessions, site, browser):  # noqa: F811
    page = opened(browser, site, sessions, form, java_script_enabled=False)
    name = page.locator(BOX).first.get_attribute("name")
    page.locator(BOX).first.fill("云澜市云麓区松风路8号")
    page.get_by_role("button", name="先保存，以后再填").click()
    page.goto(f"{site}/drafts/{form}/form/")
    assert page.locator(f"[name='{name}']").input_value() == "云澜市云麓区松风路8号"
