"""Every applicant page for everyone: axe, small and zoomed, by keyboard, for elders, dark, printed, without noise."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browsers import Chromium, barriers
from tests.conftest import committing, served
from tests.factories import identity as people
from tests.factories.pages import VISITORS, every_page
from tests.pristine import Pristine

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 900}
LOOKS = {
    "light": {"viewport": DESK},
    "dark, on a phone": {"viewport": PHONE, "color_scheme": "dark"},
    "for elders, on a phone": {"viewport": PHONE, "cookies": {"elder": "1"}},
    "for elders, dark": {"viewport": DESK, "color_scheme": "dark", "cookies": {"elder": "1"}},
    "in Russian, on a phone": {"viewport": PHONE, "cookies": {"language": "ru"}},
}
STICKS_OUT = """() => {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return "";
    const wide = [...document.querySelectorAll("main *, header *, footer *")];
    const first = wide.find((one) => one.getBoundingClientRect().right > page.clientWidth + 1);
    return (first ? first.outerHTML.slice(0, 160) : "something") + ` ${page.scrollWidth - page.clientWidth} px`;
}"""
#: Where the keyboard stands: what it is, whether it can be seen, and whether something lies over it.
FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const shown = (one) => {
        const look = getComputedStyle(one);
        return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    };
    const holder = here.closest(".option, .choice-card");
    // With JavaScript a file is chosen by its label, which then has to show it: the field itself is cut away.
    const label = getComputedStyle(here).clipPath === "none" ? null : here.labels[0];
    const box = (label || here).getBoundingClientRect();
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    return {
        what: here.outerHTML.slice(0, 140),
        inside: box.bottom > 0 && box.top < innerHeight,
        seen: shown(label || here) || (holder !== null && shown(holder)),
        covered: middle !== null && ![here, label, holder].some((one) => one && one.contains(middle))
            && !middle.contains(here),
    };
}"""
SMALL = """(least) => [...document.querySelectorAll("main p, main li, main dd, main td, main label, main a")]
    .filter((one) => one.offsetParent && one.textContent.trim() && !one.closest(".visually-hidden"))
    .filter((one) => [...one.childNodes].some((part) => part.nodeType === 3 && part.textContent.trim()))
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
    .map((one) => `${getComputedStyle(one).fontSize} ${one.outerHTML.slice(0, 100)}`)"""


@pytest.fixture(scope="module")
def site(pristine: Pristine, django_db_blocker) -> Iterator[str]:
    """One for all these tests, for they only look."""
    with committing(pristine, django_db_blocker), served() as address:
        yield address


@pytest.fixture(scope="module")
def pages(site) -> dict[str, str]:
    return every_page(people.cast())


@pytest.fixture(scope="module")
def session(pages) -> str:
    """Made before the browser starts, for Django will not touch the database beside its event loop."""
    client = Client()
    client.force_login(people.Account.objects.get(username="li"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def browser(session: str, chromium: Chromium) -> Iterator[Browser]:
    """Given back before the site is closed."""
    with chromium.lent() as lent:
        yield lent


class Reader:
    """李明 at a browser, and as a visitor where a page is only for those who are not logged in."""

    def __init__(self, browser: Browser, site: str, session: str, cookies=None, **look) -> None:
        self.site = site
        self.complaints: list[str] = []
        cookies = cookies or {}
        self.own = self._page(browser.new_context(**look), {**cookies, settings.SESSION_COOKIE_NAME: session})
        self.visiting = self._page(browser.new_context(**look), cookies)

    def _page(self, context: BrowserContext, cookies: dict[str, str]) -> Page:
        context.add_cookies(
            [{"name": name, "value": value, "url": self.site} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self._watch(request.url))
        return page

    def _watch(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", None, ""}:
            self.complaints.append(f"asks {url}")

    def open(self, name: str, path: str) -> Page:
        page = self.visiting if name in VISITORS else self.own
        page.goto(self.site + path)
        return page


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
def test_axe_finds_nothing_nothing_sticks_out_and_nothing_complains(pages, session, site, browser, look):
    reader, wrong = Reader(browser, site, session, **look), []
    for name, path in pages.items():
        page = reader.open(name, path)
        found = barriers(page)
        if found.violations_count:
            wrong.append(f"{name}: {found.generate_report()}")
        if wide := page.evaluate(STICKS_OUT):
            wrong.append(f"{name} sticks out: {wide}")
    assert wrong == []
    assert reader.complaints == []


@pytest.mark.parametrize(
    ("width", "zoom"),
    [(320, "100%"), (640, "200%"), (320, "125%")],
    ids=["320 px", "1280 at 200 %", "elders"],
)
def test_at_any_zoom_one_scrolls_in_one_direction_only(pages, session, site, browser, width, zoom):
    """WCAG 1.4.4 and 1.4.10. A wide table may scroll in its own frame."""
    reader, wrong = Reader(browser, site, session, viewport={"width": width, "height": 450}), {}
    for name, path in pages.items():
        page = reader.open(name, path)
        page.evaluate(
            "zoom => document.documentElement.style.fontSize = zoom", zoom if zoom != "200%" else "100%"
        )
        if wide := page.evaluate(STICKS_OUT):
            wrong[name] = wide
    assert wrong == {}


def test_the_keyboard_reaches_everything_and_is_always_seen(pages, session, site, browser):
    """WCAG 2.1.1, 2.4.7, 2.4.11: from top to bottom with Tab alone, never trapped, never hidden."""
    reader, wrong = Reader(browser, site, session, viewport=DESK), []
    for name, path in pages.items():
        page = reader.open(name, path)
        for _press in range(220):
            page.keyboard.press("Tab")
            stop = page.evaluate(FOCUS)
            if stop is None:
                break
            if not (stop["inside"] and stop["seen"]) or stop["covered"]:
                wrong.append(f"{name}: {stop}")
        else:
            wrong.append(f"{name}: the keyboard does not come to an end")
    assert wrong == []


def test_an_elder_reads_large_words_and_hits_large_targets(pages, session, site, browser):
    """长辈模式: what is to be read has 22 px or more, what is to be pressed 44 px."""
    reader, wrong = Reader(browser, site, session, viewport=PHONE, cookies={"elder": "1"}), {}
    for name, path in pages.items():
        page = reader.open(name, path)
        small = page.evaluate(SMALL, 22)
        low = page.locator("main button:visible, main .button:visible, main .option:visible").evaluate_all(
            "all => all.filter((one) => one.getBoundingClientRect().height < 44 && !one.closest('.visually-hidden')).map((one) => one.outerHTML.slice(0, 100))"
        )
        if small or low:
            wrong[name] = [*small[:3], *low[:3]]
    assert wrong == {}


def test_what_moves_stands_still_for_those_who_ask(pages, session, site, browser):
    """prefers-reduced-motion: no transition, no animation, no smooth scrolling."""
    reader = Reader(browser, site, session, viewport=DESK, reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("*")].filter((one) => {
        const look = getComputedStyle(one);
        return parseFloat(look.transitionDuration) > 0.01 || parseFloat(look.animationDuration) > 0.01
            || look.scrollBehavior === "smooth";
    }).map((one) => one.outerHTML.slice(0, 100))"""
    wrong = {
        name: found[:3] for name, path in pages.items() if (found := reader.open(name, path).evaluate(moving))
    }
    assert wrong == {}


def test_on_paper_there_is_the_page_without_its_machinery(pages, session, site, browser):
    reader = Reader(browser, site, session, viewport=DESK)
    for name in ("guide", "submitted", "application"):
        page = reader.open(name, pages[name])
        page.emulate_media(media="print", color_scheme="dark")
        for machinery in (".site-header", ".site-nav-row", ".site-footer", ".crumbs", "main .actions"):
            assert page.locator(f"{machinery}:visible").count() == 0, f"{name}: {machinery}"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", name
        assert page.locator("h1").is_visible()


def test_with_colours_of_their_own_borders_and_chosen_answers_can_be_told(pages, session, site, browser):
    """forced-colors: the chosen answer, the present tab and the button are told by more than a background."""
    reader = Reader(browser, site, session, viewport=DESK, forced_colors="active")
    page = reader.open("home", pages["home"])
    assert (
        page.locator(".button-primary").first.evaluate("one => getComputedStyle(one).borderTopWidth") != "0px"
    )
    assert (
        page.locator(".tabs [aria-current]").evaluate("one => getComputedStyle(one).borderBottomStyle")
        == "solid"
    )


def test_the_language_is_chosen_without_javascript_and_stays(pages, session, site, browser):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/bundles/newborn/?example=1")
    page.get_by_role("button", name="English").click()
    assert page.url == f"{site}/bundles/newborn/?example=1"
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Home").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "What would you like to do?"
    assert re.search(r"A newborn child", page.locator("main").inner_text())
