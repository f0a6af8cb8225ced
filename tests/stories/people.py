"""People at a browser: they see only pages, click buttons and type into fields."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, FilePayload, Locator, Page

from bundles.spec import Definition, Field, FieldType
from licences.models import Document
from tests.browsers import barriers
from tests.factories.files import a_pdf
from tests.factories.identity import PASSWORD

#: How long a person waits for a page or a worker before giving up.
PATIENCE_MS = 15_000
#: No department has more of one application; a tray that does not empty is a fault.
MOST_REVIEWS = 12


def kept(page: Page, name: str, *, for_the_guide: int = 0) -> None:
    """A picture for people, kept beside the test's other traces; its upper part, of this height, for docs/applicant.md."""
    folder = settings.BASE_DIR / ".data" / "pictures"
    (folder / "guide").mkdir(parents=True, exist_ok=True)
    # The caret stays: hiding it would style the boxes, and htmx would copy that against the page's policy.
    page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")
    if for_the_guide:
        width = page.evaluate("document.documentElement.clientWidth")
        part = {"x": 0, "y": 0, "width": width, "height": for_the_guide}
        page.screenshot(path=folder / "guide" / f"{name}.png", full_page=True, caret="initial", clip=part)


class Somebody:
    """A person with a browser of their own; what the console complains of is kept."""

    def __init__(self, browser: Browser, site: str, username: str, *, width: int = 1280) -> None:
        self.site, self.username = site, username
        self.context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.examined: set[str] = set()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self._watch(request.url))
        self._log_in()

    def _note(self, message: Any) -> None:
        # Refusals are answers; a page left while its preview was on the way is nobody's fault.
        expected = any(
            words in message.text for words in ("409", "422", "htmx:sendAbort", "htmx:afterRequest")
        )
        if message.type == "error" and not expected:
            self.complaints.append(f"{self.path}: {message.text}")

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
        self.arrives()

    def arrives(self) -> None:
        """On a page one has not seen before: nobody is kept out of it (axe)."""
        if self.path not in self.examined:
            self.examined.add(self.path)
            found = barriers(self.page)
            if found.violations_count:
                self.complaints.append(f"{self.path}: {found.generate_report()}")

    def press(self, words: str) -> None:
        """Press the button or follow the link that says so."""
        said = re.compile(f"^\\s*{re.escape(words)}\\s*$")
        button = self.page.get_by_role("button", name=said).or_(self.page.get_by_role("link", name=said))
        self.follow(button.first)

    def follow(self, control: Locator) -> None:
        """Click what leads to another page, and wait for it."""
        with self.page.expect_navigation(wait_until="load"):
            control.click()
        self.arrives()

    def tick(self, box: Locator) -> None:
        """Choose a radio button or a checkbox."""
        box.check()

    def write(self, box: Locator, words: str) -> None:
        """Put these words into a box."""
        box.fill(words)

    def choose(self, box: Locator, option: str | int) -> None:
        """Choose from a list: by value, or the option that comes as this one."""
        box.select_option(index=option) if isinstance(option, int) else box.select_option(option)

    def push(self, button: Locator) -> None:
        """Press a button that leads nowhere else."""
        button.click()

    def pick_file(self, box: Locator, file: FilePayload) -> None:
        """Choose a file."""
        box.set_input_files([file])

    def reveal(self, button: Locator) -> None:
        """Open what hides the button, as a person would."""
        closed = button.locator("xpath=ancestor::details[not(@open)]")
        if closed.count():
            self.push(closed.locator("summary").first)

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

    #: Whom the choice is when one may apply for several.
    on_behalf_of = "公司"
    #: How long an upload may take, in milliseconds.
    patience_with_uploads = PATIENCE_MS

    def starts(self, code: str, definition: Definition, answers: Mapping[str, Any]) -> None:
        """From the guide, for one's company where one has one, through the questions to the plan."""
        self.go(f"/bundles/{code}/")
        self.press("开始办理")
        if self.path.endswith("/start/"):
            self.tick(self.page.locator("label", has_text=self.on_behalf_of).first.locator("input"))
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
                    self.tick(self.page.locator(f'[name="{name}"][value="{one}"]'))
            case FieldType.REGION:
                self._pick(name)
            case FieldType.TABLE:
                self._rows(asked, value)
            case _:
                self.write(self.page.locator(f'[name="{name}"]').first, _typed(value))

    def _choose(self, name: str, value: Any) -> None:
        said = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        option = self.page.locator(f'input[name="{name}"][value="{said}"]')
        if option.count():
            self.tick(option)
        else:
            self.choose(self.page.locator(f'select[name="{name}"]'), str(said))

    def _pick(self, name: str) -> None:
        """District, street and community, one list after the other."""
        for level in ("", "-1", "-2"):
            box = self.page.locator(f'select[id="id_{name}{level}"]:visible')
            if box.count():
                self.choose(box, 1)

    def _rows(self, table: Field, rows: list[Mapping[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if not self.page.locator(f'[name^="{table.key}.{number}."]').count():
                self.push(self.page.locator(f'button[name="add_row"][value="{table.key}"]'))
                self.page.locator(f'[name^="{table.key}.{number}."]').first.wait_for()
            for key, value in row.items():
                self._cell(self.page.locator(f'[name="{table.key}.{number}.{key}"]'), value)

    def _cell(self, cells: Locator, value: Any) -> None:
        kind = cells.first.evaluate("cell => cell.type || cell.tagName")
        if kind == "radio":
            said = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
            self.tick(cells.locator(f'xpath=self::*[@value="{said}"]'))
        elif kind.startswith("select"):
            self.choose(cells, str(value))
        else:
            self.write(cells, _typed(value))

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
        way = self.page.locator('[name="delivery.method"][value="electronic"]')
        if way.count() and not self.page.locator('[name="delivery.method"]:checked').count():
            self.tick(way)

    def brings_the_papers(self) -> None:
        """Paper after paper: promise where a promise stands for it, else choose a file and see it taken in."""
        self.page.wait_for_url("**/materials/")
        blocks = self.page.locator("#papers [data-upload]").all()
        for path in [block.get_attribute("data-upload") or "" for block in blocks]:
            self.brings(path)
        self.press("保存并继续")
        assert "/materials/" not in self.path, self.page.locator("main").inner_text()

    def brings(self, path: str) -> None:
        """One paper: signed for if it may be, else a file, until the page shows that it is there."""
        promise = self.page.locator(f'[name="{path}.mode"][value="commitment"]')
        if promise.count():
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                self.tick(promise)
        else:
            file: FilePayload = {"name": f"{path}.pdf", "mimeType": "application/pdf", "buffer": a_pdf(path)}
            self.pick_file(self.page.locator(f'[name="{path}.file"]'), file)
            self.page.locator(f'[data-upload="{path}"] .upload-here').wait_for(
                timeout=self.patience_with_uploads
            )
        self.page.locator("#papers.htmx-request, #papers.htmx-swapping, #papers.htmx-settling").wait_for(
            state="detached"
        )

    def signs(self) -> None:
        """Read and sign every promise."""
        if "/promises/" not in self.path:
            return
        for box in self.page.locator('input[name="signed"]').all():
            self.tick(box)
        self.follow(self.page.locator("main form button.button-primary").first)

    def submits(self) -> str:
        """Check everything once more, declare it true, press once; the number."""
        self.page.wait_for_url("**/check/")
        self.tick(self.page.locator('input[name="declared"]'))
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
        self.tick(self.page.get_by_label(words, exact=True).first)
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


def hand_over(clerk: Somebody, reference: str, **noted: str) -> None:
    """The exit window: wait until every document is sealed, then hand over and note it."""
    for _ in range(40):
        clerk.go(f"/counter/applications/{reference}/")
        form = clerk.page.locator("form[action$='/hand_over/']")
        if form.count():
            break
        clerk.page.wait_for_timeout(500)
    assert form.count(), list(Document.objects.exclude(error="").values_list("title", "error"))
    for name, value in noted.items():
        form.locator(f'[name$="{name}"]').fill(value)
    checked = form.locator("input[type=checkbox][name$=identity_checked]")
    if checked.count():
        checked.check()
    kept(clerk.page, f"hand-over-{reference[-4:]}")
    clerk.follow(form.locator("button[type=submit]"))
