"""One Chromium for each test process, started by the first test that needs it; a fresh profile for each test."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]
#: What the law of accessible pages asks for (WCAG 2.2 AA).
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Chromium:
    """
    Started once, which costs more than most tests do; with the portal's own Chinese font.

    Playwright's event loop belongs to the thread of the tests, and Django refuses to touch the database
    beside a running one. So it is only said to run while a test holds the browser.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextmanager
    def lent(self) -> Iterator[Browser]:
        """For one test; what it opened is closed afterwards."""
        browser = self._awake()
        yield browser
        for context in browser.contexts:
            context.close()
        self._rest()

    def _awake(self) -> Browser:
        asyncio._set_running_loop(self._loop)
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        if self._browser is None or not self._browser.is_connected():
            fonts = Path(settings.DATA_DIR) / "fonts" / "fonts.conf"
            self._browser = self._playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=FLAGS,
                env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            )
        return self._browser

    def _rest(self) -> None:
        self._loop = asyncio._get_running_loop()
        asyncio._set_running_loop(None)

    def quit(self) -> None:
        """The tests are over."""
        asyncio._set_running_loop(self._loop)
        if self._browser is not None:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Chromium]:
    """Of this test process; after the database, whose fonts it shows."""
    one = Chromium()
    yield one
    one.quit()


@pytest.fixture
def browser(chromium: Chromium, site: str) -> Iterator[Browser]:
    """Given back before the site is closed. What a test writes itself it writes before it asks for the browser."""
    with chromium.lent() as lent:
        yield lent


def barriers(page: Page) -> AxeResults:
    """
    What keeps somebody out of this page, as far as axe can tell.

    Only what was found wrong leaves the browser: the long list of all that passed costs more than the looking.
    """
    axe = Axe()
    page.evaluate(axe.axe_script)
    found = page.evaluate(
        "(options) => axe.run(options).then(({violations}) => ({violations}))",
        {"runOnly": STANDARDS, "resultTypes": ["violations"]},
    )
    return AxeResults(found)
