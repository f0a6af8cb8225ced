"""Searching by keyboard and input method, and the nearest service point, in Chromium."""

import gzip
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.portal.test_in_a_browser import MOST_BYTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"
#: On 虹桥路, two streets from the tax hall.
HERE = {"latitude": 39.186, "longitude": 83.015}


def test_the_arrows_lead_into_the_results_and_back(browser, site):
    page = browser.new_page()
    page.goto(site)
    page.locator("#big-search").press_sequentially("退休", delay=20)
    page.locator("#results a").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "退休一件事"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED) == "退休一件事"
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "big-search"
    assert page.locator("#big-search").input_value() == "退休"
    assert "第一件是退休一件事" in page.locator("#results-said").inner_text()


def test_letters_on_the_way_to_a_character_are_not_searched_for(browser, site):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "search/?q=" in request.url else None)
    page.goto(site)
    compose = "([text, type, how]) => { const box = document.getElementById('big-search'); box.value = text; \
        box.dispatchEvent(new (window[how])(type, {bubbles: true, isComposing: true})); }"
    page.evaluate(compose, ["tui'x", "input", "InputEvent"])
    page.wait_for_timeout(600)
    assert asked == []
    page.evaluate(compose, ["退休", "compositionend", "CompositionEvent"])
    page.locator("#results a").first.wait_for()
    assert len(asked) == 1


def test_the_nearest_point_is_found_in_the_page_and_the_position_stays_there(browser, site):
    context = browser.new_context(geolocation=HERE, permissions=["geolocation"])
    page = context.new_page()
    page.goto(f"{site}/places/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="用我现在的位置排序").click()
    page.locator(".place-far").first.wait_for()
    first = page.locator(".places li").first
    assert "云澜市办税服务厅" in first.inner_text()
    assert "约 0.7 公里" in first.inner_text()
    assert page.locator(".place-far").count() == page.locator(".places li").count()
    assert "最近的是：云澜市办税服务厅" in page.locator("#position-said").inner_text()
    assert {url.removeprefix(site) for url in sent} <= {"/static/img/mark.svg"}
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert str(HERE["latitude"]) not in kept
    assert str(HERE["longitude"]) not in kept


def test_who_does_not_give_their_position_is_told_what_else_to_do(browser, site):
    page = browser.new_context(permissions=[]).new_page()
    page.goto(f"{site}/places/")
    page.get_by_role("button", name="用我现在的位置排序").click()
    expect(page.locator("#position-said")).to_contain_text("可以在上面选")


def test_without_javascript_the_button_that_needs_it_is_not_there(browser, site):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{site}/places/")
    assert not page.locator("[data-nearest]").is_visible()
    page.locator("#near").select_option(label="松风街道")
    page.get_by_role("button", name="找最近的服务点").click()
    assert "松风街道便民服务中心" in page.locator(".places li").first.inner_text()


@pytest.mark.parametrize("path", ["/", "/bundles/restaurant-opening/", "/places/"])
def test_a_page_weighs_little_and_asks_nobody_else(browser, site, path):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site + path)
    assert all(url.startswith(site) for url in asked)
    assert sum(len(gzip.compress(urllib.request.urlopen(url).read())) for url in asked) < MOST_BYTES
