"""People at the hotline's desks and at its public page, with a browser: they open an order, fill in a form and press."""

from typing import Any

from playwright.sync_api import Browser, Locator

from hotline.models import HotlineOrder
from identity.models import Account
from tests.factories.files import a_png
from tests.stories.people import Somebody, kept

#: How much of a desk stands in docs/hotline.md.
PICTURE_HEIGHT = 1250
#: Whoever stood there took this.
PHOTO = {"name": "现场.png", "mimeType": "image/png", "buffer": a_png((60, 40), "green")}


class AtADesk(Somebody):
    """Somebody of the hotline or of a department."""

    def __init__(self, browser: Browser, site: str, account: Account) -> None:
        super().__init__(browser, site, account.username)

    def opens(self, order: HotlineOrder) -> None:
        """The order's page."""
        self.go(f"/hotline/desk/{order.order_no}/")

    def does(self, order: HotlineOrder, verb: str, *, picture: str = "", **said: Any) -> None:
        """One verb of the page, its form filled in as told; the page comes back without a complaint."""
        self.opens(order)
        form = self.page.locator(f"form[action$='/{verb}/']")
        button = form.locator("button[type=submit]").last
        self.reveal(button)
        for name, value in said.items():
            self.fills(form.locator(f"[name='{verb}-{name}']"), value)
        if picture:
            kept(self.page, picture, for_the_guide=PICTURE_HEIGHT)
        self.follow(button)
        assert not self.page.locator(".error-summary").count(), self.page.locator(
            ".error-summary"
        ).inner_text()

    def fills(self, box: Locator, value: Any) -> None:
        """In the way the box asks: tick, choose, pick a file, write."""
        kind = box.first.evaluate("one => one.type || one.tagName")
        if kind in {"radio", "checkbox"}:
            for one in value if isinstance(value, tuple | list) else [value]:
                box.and_(self.page.locator(f"[value='{one}']")).check()
        elif kind.startswith("select"):
            box.select_option(str(value))
        elif kind == "file":
            box.set_input_files([value])
        else:
            box.fill(str(value))


class Complainant:
    """Whoever complained, without a login: number and query code open the order."""

    def __init__(self, browser: Browser, site: str, order: HotlineOrder, *, width: int = 390) -> None:
        self.site, self.order = site, order
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{site}/hotline/track/")
        self.page.fill("#id_order_no", order.order_no)
        self.page.fill("#id_code", order.query_code)
        self._follow(self.page.locator("main button[type=submit]"))

    def sees(self, words: str) -> bool:
        """After looking again, whether the page says so."""
        self.page.goto(f"{self.site}/hotline/orders/{self.order.order_no}/")
        return words in self.page.locator("main").inner_text()

    def does(self, verb: str, **said: str) -> None:
        """One act of the page."""
        form = self.page.locator(f"form[action$='/{verb}/']")
        closed = form.locator("xpath=ancestor::details[not(@open)]")
        if closed.count():
            closed.locator("summary").first.click()
        for name, value in said.items():
            box = form.locator(f"[name='{verb}-{name}']")
            if box.first.get_attribute("type") == "radio":
                box.and_(self.page.locator(f"[value='{value}']")).check()
            else:
                box.fill(value)
        self._follow(form.locator("button[type=submit]").last)

    def _follow(self, button: Locator) -> None:
        with self.page.expect_navigation(wait_until="load"):
            button.click()

    def leaves(self) -> None:
        """Close the browser; nothing went wrong in it."""
        self.context.close()
        assert self.complaints == [], self.complaints
