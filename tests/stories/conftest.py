"""A browser for the people of the stories."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsers import Chromium


@pytest.fixture
def browser(site: str, chromium: Chromium, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium, while the test looks into the database too."""
    # Playwright's event loop lives in this thread; Django's guard is meant for servers, not for a test that looks on.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with chromium.lent() as lent:
        yield lent
