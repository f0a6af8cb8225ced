"""Papers brought in Chromium: an upload that breaks off goes on, pages are arranged in place, by keyboard, on a phone."""

import base64
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from files.models import Arrival, StoredFile
from tests.browsers import barriers
from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.files import a_jpeg, a_pdf
from tests.workflow.test_applicant_pages_in_a_browser import (
    PHONE,
    STICKS_OUT,
    cast,
    logged_in,
    session_of,
)
from workflow import services
from workflow.services.drafts import Draft

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["cast"]

RECEIPT, EXPENSE = "住院收费票据", "nb-maternity-expense"
ARRIVING = "**/api/v1/uploads/arriving/*/"


@pytest.fixture
def draft(cast) -> Draft:
    return with_draft.filled(cast.li)


@pytest.fixture
def box(draft) -> str:
    """Where the receipt is brought."""
    return f"materials.{[paper.name for paper in draft.papers].index(RECEIPT)}"


@pytest.fixture
def cookie(cast) -> str:
    return session_of(cast.li)


@pytest.fixture
def correction(cast) -> str:
    """The page of an application whose receipt is to be brought again."""
    application = at.filed(cast.li)
    review = at.review_of(application, EXPENSE)
    reviewer = cast.reviewer(review.department.code)
    services.request_correction(review.pk, by=reviewer, defects=[at.a_defect(RECEIPT)])
    return f"/applications/{application.reference}/correction/"


@pytest.fixture
def page(draft, cookie, site, browser) -> Page:
    """The papers' page on 李明's phone."""
    page = logged_in(browser, site, cookie, **PHONE).new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{site}/drafts/{draft.pk}/materials/")
    return page


def a_long_pdf(path: Path, megabytes: float = 2.2) -> Path:
    """One whose content cannot be guessed, so that every byte has to travel."""
    noise = random.Random(7).randbytes(int(megabytes * 1024 * 1024)).hex()[: int(megabytes * 1024 * 1024)]
    path.write_bytes(a_pdf(noise))
    return path


def photos(folder: Path, *colours: str) -> list[Path]:
    paths = [folder / f"{colour}.jpg" for colour in colours]
    for path, colour in zip(paths, colours, strict=True):
        path.write_bytes(a_jpeg((600, 800), colour=colour))
    return paths


def choose(page: Page, box: str, files: object, way: str = "file") -> None:
    page.locator(f'[name="{box}.{way}"]').set_input_files(files)


class FlakyNetwork:
    """Lets so many pieces through, then loses whatever is sent until it is mended; keeps the offsets it saw."""

    def __init__(self, page: Page, *, after: int) -> None:
        self.left, self.offsets = after, list[int]()
        page.route(ARRIVING, self._carry)

    def _carry(self, route: Route) -> None:
        method = route.request.method
        if self.left <= 0 and method != "DELETE":
            route.abort("internetdisconnected")
            return
        if method == "PATCH":
            self.left -= 1
            self.offsets.append(int(route.request.headers["upload-offset"]))
        route.continue_()

    def mend(self) -> None:
        self.left = 1000


def test_an_upload_that_broke_off_goes_on_where_it_was(page, box, tmp_path):
    network = FlakyNetwork(page, after=2)
    choose(page, box, a_long_pdf(tmp_path / "合同.pdf"))
    queue = page.locator(f'[data-upload="{box}"] [data-upload-queue]')
    expect(queue).to_contain_text("网络断了，已经传好 1.0 MB")
    assert queue.locator("progress").evaluate("bar => bar.value / bar.max") == pytest.approx(0.45, abs=0.05)
    network.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name="合同.pdf").wait_for()
    assert network.offsets == [0, 524288, 1048576, 1572864, 2097152]


def test_the_connection_comes_back_by_itself_and_so_does_the_upload(page, box, tmp_path):
    network = FlakyNetwork(page, after=1)
    choose(page, box, a_long_pdf(tmp_path / "合同.pdf", 0.8))
    expect(page.locator("[data-upload-queue]", has_text="网络断了")).to_be_visible()
    network.mend()
    page.get_by_role("link", name="合同.pdf").wait_for()
    assert network.offsets == [0, 524288]


def test_an_answer_lost_on_the_way_does_not_send_the_piece_twice(page, box, tmp_path):
    seen: list[tuple[str, str]] = []

    def carry(route: Route) -> None:
        seen.append((route.request.method, route.request.headers.get("upload-offset", "")))
        if len(seen) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(ARRIVING, carry)
    choose(page, box, a_long_pdf(tmp_path / "合同.pdf", 0.8))
    page.get_by_role("link", name="合同.pdf").wait_for()
    assert seen == [("PATCH", "0"), ("HEAD", ""), ("PATCH", "524288")]


def test_a_page_closed_in_the_middle_is_opened_again_and_the_file_goes_on(page, box, tmp_path):
    network = FlakyNetwork(page, after=2)
    paper = a_long_pdf(tmp_path / "合同.pdf")
    choose(page, box, paper)
    expect(page.locator("[data-upload-queue]", has_text="网络断了")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    network.mend()
    choose(page, box, paper)
    page.get_by_role("link", name="合同.pdf").wait_for()
    assert network.offsets == [0, 524288, 1048576, 1572864, 2097152]


def test_three_photos_are_one_file_whose_pages_are_arranged_in_place(page, box, tmp_path):
    choose(page, box, photos(tmp_path, "red", "lime", "blue"))
    page.get_by_role("link", name=f"{RECEIPT}.pdf", exact=True).wait_for()
    pages = page.locator(f'[data-upload="{box}"] .upload-pages img')
    expect(pages).to_have_count(3)
    pages.first.evaluate("picture => picture.decode()")
    assert colour_of(page, box, 0) == "red"
    page.get_by_role("button", name=re.compile(r"^前移.*第 3 页")).click()
    expect(page.locator(f'[data-upload="{box}"] button[name="pages"]:focus')).to_contain_text("第 2 页")
    assert [colour_of(page, box, number) for number in range(3)] == ["red", "blue", "lime"]
    page.get_by_role("button", name=re.compile(r"^去掉.*第 1 页")).click()
    expect(pages).to_have_count(2)
    assert [colour_of(page, box, number) for number in range(2)] == ["blue", "lime"]
    assert page.evaluate(STICKS_OUT) == 0


def colour_of(page: Page, box: str, number: int) -> str:
    """The strongest part of the colour in the middle of a page's picture."""
    picture = page.locator(f'[data-upload="{box}"] .upload-pages img').nth(number)
    picture.scroll_into_view_if_needed()
    strongest = picture.evaluate(
        """async (picture) => {
          await picture.decode();
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 1;
          canvas.getContext("2d").drawImage(picture, picture.naturalWidth / 2, picture.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
          const seen = [...canvas.getContext("2d").getImageData(0, 0, 1, 1).data.slice(0, 3)];
          return seen.indexOf(Math.max(...seen));
        }"""
    )
    return ("red", "lime", "blue")[strongest]


def test_a_phone_s_camera_is_offered_and_each_shot_is_another_page(
    draft, cookie, site, browser, box, tmp_path
):
    phone = logged_in(browser, site, cookie, has_touch=True, is_mobile=True, **PHONE).new_page()
    phone.goto(f"{site}/drafts/{draft.pk}/materials/")
    camera = phone.locator(f'[name="{box}.photo"]')
    assert camera.get_attribute("capture") == "environment"
    label = phone.locator(f'label[for="{camera.get_attribute("id")}"]')
    expect(label).to_contain_text("拍照")
    assert label.is_visible()
    for shot, colour in enumerate(("red", "blue"), 1):
        choose(phone, box, photos(tmp_path, colour), way="photo")
        expect(phone.locator(f'[data-upload="{box}"] .upload-pages img')).to_have_count(shot)
    phone.close()


def test_a_file_too_large_is_told_at_once_and_nothing_is_sent(page, box, tmp_path):
    huge = tmp_path / "录像.pdf"
    with huge.open("wb") as written:
        written.truncate(20 * 1024 * 1024 + 1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    choose(page, box, huge)
    queue = page.locator(f'[data-upload="{box}"] [data-upload-queue]')
    expect(queue).to_contain_text("超过了 20 MB。请压缩、拍得小一点，或者分开上传。")
    queue.get_by_role("button", name="知道了").click()
    expect(queue.locator("li")).to_have_count(0)
    assert "POST" not in sent


def test_a_file_that_is_none_is_refused_in_words_beside_its_paper(page, box, tmp_path):
    program = tmp_path / "程序.pdf"
    program.write_bytes(b"MZ\x90 not a pdf")
    choose(page, box, program)
    queue = page.locator(f'[data-upload="{box}"] [data-upload-queue]')
    expect(queue).to_contain_text("程序.pdf：只收 PDF、OFD、JPG、PNG、HEIC 文件")


def test_a_press_on_continue_waits_for_the_file_and_then_goes_on(page, box, tmp_path):
    network = FlakyNetwork(page, after=1)
    choose(page, box, a_long_pdf(tmp_path / "合同.pdf", 0.8))
    expect(page.locator("[data-upload-queue]", has_text="网络断了")).to_be_visible()
    page.get_by_role("button", name="先保存，以后再交").click()
    expect(page.get_by_text("文件还在上传，传完会自动继续。")).to_be_visible()
    network.mend()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_url(re.compile(r"/drafts/\d+/$"))


@pytest.fixture
def nothing_left(site: str) -> Iterator[None]:
    """Looked at after the browser is gone."""
    yield
    assert not StoredFile.objects.filter(name="合同.pdf").exists()
    assert not Arrival.objects.exists()


def test_an_upload_is_cancelled_and_leaves_nothing(nothing_left, page, box, tmp_path):
    FlakyNetwork(page, after=1)
    choose(page, box, a_long_pdf(tmp_path / "合同.pdf", 0.8))
    queue = page.locator(f'[data-upload="{box}"] [data-upload-queue]')
    expect(queue).to_contain_text("网络断了")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        queue.get_by_role("button", name="取消").click()
    expect(queue.locator("li")).to_have_count(0)


def test_files_are_dropped_onto_their_paper(page, box):
    page.evaluate(
        """([box, content]) => {
          const carried = new DataTransfer();
          const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
          for (const name of ["一.pdf", "二.pdf"]) carried.items.add(new File([bytes, `%${name}`], name));
          const target = document.querySelector(`[data-upload="${box}"]`);
          for (const kind of ["dragover", "drop"]) {
            target.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
          }
        }""",
        [box, _in_base64(a_pdf())],
    )
    page.get_by_role("link", name=f"{RECEIPT}.pdf", exact=True).wait_for()
    expect(page.locator(f'[data-upload="{box}"] .upload-pages li')).to_have_count(2)


def _in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_by_keyboard_alone_a_file_is_chosen_a_page_moved_and_the_file_taken_away(page, box, tmp_path):
    chooser = page.locator(f'[name="{box}.file"]')
    chooser.focus()
    with page.expect_file_chooser() as opened:
        page.keyboard.press("Space")
    opened.value.set_files(photos(tmp_path, "red", "lime"))
    expect(page.locator(f'[data-upload="{box}"] .upload-pages li')).to_have_count(2)
    page.get_by_role("button", name=re.compile(r"^后移.*第 1 页")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-upload="{box}"] button[name="pages"]:focus')).to_contain_text("第 2 页")
    page.get_by_role("button", name=re.compile("撤下")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-upload="{box}"] .upload-pages li')).to_have_count(0)


def test_a_promise_in_its_place_hides_the_upload(page):
    promise = page.locator('input[type="radio"][value="deferred"]').first
    material = promise.locator("xpath=ancestor::li[contains(@class,'material')]")
    expect(material.locator(".upload-way").last).to_be_visible()
    promise.check()
    expect(page.locator(".material:has(input[value=deferred]:checked) .upload").first).to_be_hidden()


def test_axe_finds_nothing_while_papers_lie_here_wait_and_are_refused(page, box, tmp_path):
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    choose(page, box, photos(tmp_path, "red", "lime"))
    expect(page.locator(f'[data-upload="{box}"] .upload-pages li')).to_have_count(2)
    assert complaints == []
    FlakyNetwork(page, after=0)
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    choose(page, box, [empty, *photos(tmp_path, "blue")], way="more")
    expect(page.locator("[data-upload-queue] li")).to_have_count(2)
    found = barriers(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(STICKS_OUT) == 0


def test_papers_for_a_correction_are_photographed_arranged_and_handed_in(
    correction, cookie, site, browser, tmp_path
):
    page = logged_in(browser, site, cookie, **PHONE).new_page()
    page.goto(site + correction)
    choose(page, "materials.0", photos(tmp_path, "red", "lime"))
    expect(page.locator(".upload-pages li")).to_have_count(2)
    page.get_by_role("button", name=re.compile(r"^前移.*第 2 页")).click()
    expect(page.locator('button[name="pages"]:focus')).to_contain_text("第 1 页")
    assert [colour_of(page, "materials.0", number) for number in range(2)] == ["lime", "red"]
    found = barriers(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url(re.compile(r"/applications/\d+/$"))
    page.close()
