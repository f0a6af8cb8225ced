"""Somebody on a bad line: pieces get lost, answers get lost, and the line is gone for a while."""

from itertools import count
from typing import Any

from playwright.sync_api import Browser, Route

from tests.stories.keystrokes import CountedApplicant


class ApplicantOnABadLine(CountedApplicant):
    """A phone on a train: every third piece of an upload and every third saving is lost on the way."""

    patience_with_uploads = 60_000

    def __init__(self, browser: Browser, site: str, username: str, *, width: int = 360) -> None:
        super().__init__(browser, site, username, width=width)
        self.lost = 0
        self._asked = count(1)
        self.context.route("**/*", self._carry)

    def _note(self, message: Any) -> None:
        lost = any(words in message.text for words in ("net::ERR_", "htmx:sendError"))
        if not lost:
            super()._note(message)

    def _carry(self, route: Route) -> None:
        request = route.request
        quiet = request.resource_type in {"xhr", "fetch"} and request.method in {"POST", "PATCH"}
        if quiet and next(self._asked) % 3 == 0:
            self.lost += 1
            route.abort("connectionreset")
        else:
            route.continue_()

    def submits_and_never_hears(self) -> None:
        """The press arrives, the answer does not: the browser shows its own error page."""
        self.page.wait_for_url("**/check/")
        self.tick(self.page.locator('input[name="declared"]'))
        self.page.route("**/check/", self._swallow_answer)
        self.effort.acts_by(taps=1)
        self.page.get_by_role("button", name="提交申请").click()
        self.page.wait_for_url("chrome-error://**")
        self.page.unroute("**/check/", self._swallow_answer)

    def _swallow_answer(self, route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            self.lost += 1
            route.abort("connectionreset")
        else:
            route.continue_()

    def is_cut_off(self) -> None:
        """No network at all."""
        self.context.set_offline(True)

    def is_back(self) -> None:
        """The network is there again."""
        self.context.set_offline(False)
