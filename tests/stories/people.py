"""People at a browser: they see only pages, click buttons and type into fields."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page

from bundles.spec import Definition, Field, FieldType
from tests.factories.files import a_pdf
from tests.factories.identity import PASSWORD

#: How long a person waits for a page or a worker before giving up.
PATIENCE_MS = 15_000
#: No department has more of one application; a tray that does not empty is a fault.
MOST_REVIEWS = 12


class Somebody:
    """A person with a browser of their own; what the console complains of is kept."""

    def __init__(self, browser: Browser, site: str, username: str, *, width: int = 1280) -> None:
        self.site, self.username = site, username
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._watch(request.url))
        self._log_in()

    def _note(self, message: Any) -> None:
        refused = any(status in message.text for status in ("409", "422"))
        if message.type == "error" and not refused:
            self.complaints.append(message.text)

    def _watch(self, url: str) -> None:
        if urlsplit(url).hostname not in {"127.0.0.1", None, ""}:
            self.strangers.append(url)

    def _log_in(self) -> None:
        self.go("/login/")
        self.page.fill("#id_username", self.username)
        self.page.fill("#id_password", PASSWORD)
        self.follow(self.page.locator("main button[type=submit]"))

    def go(self, path: str) -> None:
        """Open a page."""
        answer = self.page.goto(self.site + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"

    def press(self, words: str) -> None:
        """Press the button or follow the link that says so."""
        said = re.compile(f"^\\s*{re.escape(words)}\\s*$")
        button = self.page.get_by_role("button", name=said).or_(self.page.get_by_role("link", name=said))
        self.follow(button.first)

    def follow(self, control: Locator) -> None:
        """Click what leads to another page, and wait for it."""
        with self.page.expect_navigation(wait_until="load"):
            control.click()

    def reveal(self, button: Locator) -> None:
        """Open what hides the button, as a person would."""
        closed = button.locator("xpath=ancestor::details[not(@open)]")
        if closed.count():
            closed.locator("summary").first.click()

    def sees(self, words: str) -> bool:
        """Whether the page says so."""
        return words in self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the person is."""
        return urlsplit(self.page.url).path

    def leave(self) -> None:
        """Close the browser; nothing may have gone wrong in it, and nothing may have left this machine."""
        self.context.close()
        assert self.complaints == [], self.complaints
        assert self.strangers == [], self.strangers


class Applicant(Somebody):
    """Somebody who needs something done, with the answers in their head."""

    def starts(self, code: str, definition: Definition, answers: Mapping[str, Any]) -> None:
        """From the guide, for one's company where one has one, through the questions to the plan."""
        self.go(f"/bundles/{code}/")
        self.press("开始办理")
        if self.path.endswith("/start/"):
            self.page.locator("label", has_text="公司").first.click()
            self.press("开始")
        asked = {question.key: question for question in definition.questions}
        while found := re.search(r"/questions/([^/]+)/$", self.path):
            key = found[1]
            self.answer(definition.inputs[key] if key not in asked else asked[key], answers[key])
            self.press("下一题")

    def answer(self, asked: Any, value: Any) -> None:
        """Answer one field in the way its kind asks."""
        name = asked.key
        match asked.type:
            case FieldType.CHOICE | FieldType.BOOLEAN:
                self._choose(name, value)
            case FieldType.MULTICHOICE:
                for one in value:
                    self.page.locator(f'[name="{name}"][value="{one}"]').check()
            case FieldType.REGION:
                self._pick(name)
            case FieldType.TABLE:
                self._rows(asked, value)
            case _:
                self.page.locator(f'[name="{name}"]').first.fill(_typed(value))

    def _choose(self, name: str, value: Any) -> None:
        said = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        option = self.page.locator(f'input[name="{name}"][value="{said}"]')
        if option.count():
            option.check()
        else:
            self.page.locator(f'select[name="{name}"]').select_option(str(said))

    def _pick(self, name: str) -> None:
        box = self.page.locator(f'[name="{name}"]').first
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(index=1)
        else:
            box.fill("云澜市澜江区")

    def _rows(self, table: Field, rows: list[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if not self.page.locator(f'[name^="{table.key}.{number}."]').count():
                self.page.locator(f'button[name="add_row"][value="{table.key}"]').click()
                self.page.locator(f'[name^="{table.key}.{number}."]').first.wait_for()
            for key, value in row.items():
                self._cell(self.page.locator(f'[name="{table.key}.{number}.{key}"]'), value)

    def _cell(self, cells: Locator, value: Any) -> None:
        kind = cells.first.evaluate("cell => cell.type || cell.tagName")
        if kind == "radio":
            said = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            cells.locator(f'xpath=self::*[@value="{said}"]').check()
        elif kind.startswith("select"):
            cells.select_option(str(value))
        else:
            cells.fill(_typed(value))

    def fills_in(self, definition: Definition, answers: Mapping[str, Any]) -> None:
        """The one form, again as often as an answer opens another box, until it is accepted."""
        self._open_form()
        for _ in range(6):
            self._fill_what_is_shown(definition, answers)
            self.press("保存并继续")
            if not self.path.endswith("/form/"):
                return
        raise AssertionError(self.page.locator(".error-summary").inner_text())

    def _open_form(self) -> None:
        self.press("填写申请表")

    def _fill_what_is_shown(self, definition: Definition, answers: Mapping[str, Any]) -> None:
        for key, field in definition.inputs.items():
            if (
                key in answers
                and self.page.locator(f'[name="{key}"], [name^="{key}."], [value="{key}"]').count()
            ):
                self.answer(field, answers[key])

    def brings_the_papers(self) -> None:
        """Paper after paper: promise where a promise stands for it, else choose a file and see it taken in."""
        self.page.wait_for_url("**/materials/")
        boxes = [
            box.get_attribute("name") or ""
            for box in self.page.locator('#papers input[type="file"][name$=".file"]').all()
        ]
        for name in boxes:
            self._brings(name.removesuffix(".file"))
        self.press("保存并继续")
        assert "/materials/" not in self.path, self.page.locator("main").inner_text()

    def _brings(self, paper: str) -> None:
        promise = self.page.locator(f'[name="{paper}.mode"][value="commitment"]')
        if promise.count():
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                promise.check()
        else:
            content = {"name": f"{paper}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(paper)}
            self.page.locator(f'[name="{paper}.file"]').set_input_files([content])
            self.page.locator(f'[name="{paper}.upload_id"]').wait_for(state="attached")
        self.page.locator("#papers.htmx-request, #papers.htmx-swapping, #papers.htmx-settling").wait_for(
            state="detached"
        )

    def signs(self) -> None:
        """Read and sign every promise."""
        if "/promises/" not in self.path:
            return
        for box in self.page.locator('input[name="signed"]').all():
            box.check()
        self.follow(self.page.locator("main form button[type=submit]").first)

    def submits(self) -> str:
        """Check everything once more, declare it true, press once; the number."""
        self.page.wait_for_url("**/check/")
        self.page.locator('input[name="declared"]').check()
        self.press("提交申请")
        self.page.wait_for_url("**/submitted/")
        return self.path.split("/")[2]

    def follows(self, reference: str, words: str, *, tries: int = 60) -> None:
        """Look at the application again and again until it says so."""
        for _ in range(tries):
            self.go(f"/applications/{reference}/")
            if self.sees(words):
                return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"never read {words!r} in:\n{self.page.locator('main').inner_text()}")

    def rates(self, reference: str, words: str) -> None:
        """One tap, one press."""
        self.go(f"/applications/{reference}/rate/")
        self.page.get_by_label(words, exact=True).first.check()
        self.press("提交评价")
        assert self.sees("谢谢您的评价")


class Officer(Somebody):
    """A reviewer in a department, who finds work in the tray."""

    def opens(self, tray: str, reference: str) -> bool:
        """The next review of this application in a tray, if there is one."""
        self.go(f"/office/?tray={tray}")
        row = self.page.locator("tr", has_text=reference)
        if not row.count():
            return False
        self.follow(row.first.get_by_role("link").first)
        return True

    def confirms_papers(self, reference: str) -> int:
        """Say of every waiting review that its papers are complete; how many there were."""
        for done in range(MOST_REVIEWS):
            if not self.opens("to_confirm", reference):
                return done
            self.press("材料齐全，确认受理")
        raise AssertionError(self.page.locator("main").inner_text())

    def decides(self, reference: str, inspect: Callable[[Page], None] | None = None) -> int:
        """Approve every review in hand, after looking at the place where that is due; how many."""
        for done in range(MOST_REVIEWS):
            if not self.opens("in_hand", reference):
                return done
            approve = self.page.locator("form[action$='/approve/'] button[type=submit]")
            if inspect is not None and not approve.count() and self.sees("现场勘验"):
                inspect(self.page)
            if approve.count():
                self.reveal(approve)
                self.follow(approve)
        raise AssertionError(self.page.locator("main").inner_text())


def _typed(value: Any) -> str:
    return "" if value is None else str(value)
