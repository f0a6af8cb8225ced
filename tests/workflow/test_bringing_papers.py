"""Papers on the applicant's pages without JavaScript: several photos one file, pages arranged, papers asked for later."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from files.models import StoredFile
from files.services import combined
from files.states import Scan
from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.files import a_jpeg, a_locked_pdf, a_pdf, a_stored_file, an_ofd, sent
from workflow import services
from workflow.models import Application
from workflow.services import drafts
from workflow.states import MaterialMode

EXPENSE = "nb-maternity-expense"
RECEIPT, RECORDS = "住院收费票据", "出院记录（病历资料）"


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def li(cast) -> Client:
    return browser_of(cast.li)


@pytest.fixture
def draft(cast):
    """A newborn's draft that lacks its papers."""
    return with_draft.filled(cast.li)


@pytest.fixture
def page(draft) -> str:
    return url("materials", draft.pk)


@pytest.fixture
def to_correct(cast) -> Application:
    """An application whose receipt and records are to be brought again."""
    application = at.filed(cast.li)
    review = at.review_of(application, EXPENSE)
    defects = [at.a_defect(RECEIPT), at.a_defect(RECORDS)]
    services.request_correction(review.pk, by=cast.reviewer(review.department.code), defects=defects)
    return application


def brought(application, name):
    """What the departments hold of this paper now."""
    return application.materials.select_related("file").get(name=name, superseded=False).file


def photos(*colours) -> list:
    return [sent(a_jpeg((60, 80), colour=colour), f"{colour}.jpg") for colour in colours]


def place(draft, name) -> str:
    return f"materials.{[paper.name for paper in draft.papers].index(name)}"


def form_of(draft, **changed) -> dict[str, object]:
    form: dict[str, object] = {"refresh": "1"}
    for number, paper in enumerate(draft.papers):
        if paper.is_open:
            form[f"materials.{number}.name"] = paper.name
            form[f"materials.{number}.mode"] = paper.mode or "upload"
    return form | changed


def paper_of(cast, draft, name):
    return next(one for one in drafts.draft_of(draft.pk, by=cast.li).papers if one.name == name)


def file_of(cast, draft, name) -> StoredFile:
    return StoredFile.objects.get(pk=paper_of(cast, draft, name).upload_id)


def bring(li, draft, name, **boxes):
    path = place(draft, name)
    return li.post(
        url("materials", draft.pk), form_of(draft, **{f"{path}.{box}": v for box, v in boxes.items()})
    )


def press(li, draft, name, stored, verb, number):
    pressed = f"{place(draft, name)} {stored.pk} {verb} {number}"
    return li.post(url("materials", draft.pk), form_of(draft) | {"pages": pressed})


def test_three_photos_chosen_at_once_are_one_pdf_called_after_the_paper(cast, li, draft):
    answer = bring(li, draft, RECEIPT, file=photos("red", "lime", "blue"))
    stored = file_of(cast, draft, RECEIPT)
    assert (stored.name, stored.content_type, stored.pages) == (f"{RECEIPT}.pdf", "application/pdf", 3)
    shown = text(answer)
    assert "3 页" in shown
    assert shown.count(f"/files/{stored.pk}/pages/") == 3
    assert f"“{RECEIPT}”第 3 页" in shown


def test_a_single_file_stays_as_it_is(cast, li, draft):
    bring(li, draft, RECEIPT, file=sent(a_pdf(pages=2), "票据.pdf"))
    assert file_of(cast, draft, RECEIPT).name == "票据.pdf"


def test_further_pages_are_added_and_a_new_choice_stands_in_their_place(cast, li, draft):
    bring(li, draft, RECEIPT, file=photos("red"))
    bring(li, draft, RECEIPT, more=photos("lime"), photo=photos("blue"))
    assert file_of(cast, draft, RECEIPT).pages == 3
    bring(li, draft, RECEIPT, file=sent(a_pdf(), "一页.pdf"))
    assert file_of(cast, draft, RECEIPT).name == "一页.pdf"


def test_photos_are_moved_turned_and_left_out_page_by_page(cast, li, draft):
    bring(li, draft, RECEIPT, file=photos("red", "lime", "blue"))
    for verb, number in (("up", 3), ("turn", 2), ("drop", 1)):
        before = file_of(cast, draft, RECEIPT)
        assert press(li, draft, RECEIPT, before, verb, number).status_code == 200
        assert file_of(cast, draft, RECEIPT).pk != before.pk
    assert file_of(cast, draft, RECEIPT).pages == 2


def test_a_page_pressed_twice_moves_once_and_the_focus_follows_it(cast, li, draft):
    bring(li, draft, RECEIPT, file=photos("red", "lime", "blue"))
    first = file_of(cast, draft, RECEIPT)
    answer = press(li, draft, RECEIPT, first, "down", 1)
    once = file_of(cast, draft, RECEIPT)
    focused = re.findall(r'value="([^"]*)"[^>]*autofocus', text(answer))
    assert focused == [f"{place(draft, RECEIPT)} {once.pk} down 2"]
    press(li, draft, RECEIPT, first, "down", 1)
    assert file_of(cast, draft, RECEIPT).pk == once.pk


@pytest.mark.parametrize(
    "pressed", ["", "materials.0", "x y sideways 1", "x y up many", "materials.0 x up 1"]
)
def test_a_press_on_nothing_changes_nothing(cast, li, draft, pressed):
    bring(li, draft, RECEIPT, file=photos("red", "lime"))
    before = file_of(cast, draft, RECEIPT)
    assert li.post(url("materials", draft.pk), form_of(draft) | {"pages": pressed}).status_code == 200
    assert file_of(cast, draft, RECEIPT).pk == before.pk


def test_of_several_files_the_good_ones_are_kept_and_the_bad_one_is_named(cast, li, draft):
    answer = bring(li, draft, RECEIPT, file=[*photos("red"), sent(a_locked_pdf(), "锁.pdf")])
    assert answer.status_code == 422
    assert "“锁.pdf”：这个 PDF 设了密码" in text(answer)
    assert file_of(cast, draft, RECEIPT).name == "red.jpg"


def test_an_ofd_among_photos_is_told_and_loses_nothing_that_was_here(cast, li, draft):
    bring(li, draft, RECEIPT, file=photos("red"))
    answer = bring(li, draft, RECEIPT, more=[sent(an_ofd(), "发票.ofd")])
    assert "OFD 文件不能和别的文件合在一起" in text(answer)
    assert file_of(cast, draft, RECEIPT).name == "red.jpg"


def test_what_arrived_piece_by_piece_comes_by_its_id_in_the_order_named(cast, li, draft):
    ids = [
        str(a_stored_file(cast.li, f"{colour}.jpg", a_jpeg(colour=colour)).pk) for colour in ("red", "blue")
    ]
    bring(li, draft, RECEIPT, **{"file.arrived": ids})
    assert file_of(cast, draft, RECEIPT).pages == 2
    bring(li, draft, RECORDS, **{"file.arrived": ids[:1]})
    assert paper_of(cast, draft, RECORDS).upload_id == ids[0]


def test_somebody_else_s_file_cannot_be_named(cast, li, draft):
    theirs = str(a_stored_file(cast.wang, "别人.pdf").pk)
    for named in (theirs, str(uuid4()), "nonsense"):
        bring(li, draft, RECEIPT, **{"file.arrived": [named]})
        assert not paper_of(cast, draft, RECEIPT).upload_id


def test_thirty_files_at_most_are_taken_at_once(cast, li, draft):
    answer = bring(li, draft, RECEIPT, **{"file.arrived": [str(uuid4()) for _ in range(31)]})
    assert "一次最多选 30 个文件" in text(answer)


def test_a_file_is_taken_away_again(cast, li, draft, page):
    bring(li, draft, RECEIPT, file=photos("red"))
    assert "撤下" in text(li.get(page))
    li.post(page, form_of(draft) | {"drop": RECEIPT})
    assert not paper_of(cast, draft, RECEIPT).upload_id


def test_each_page_is_looked_at_by_its_owner_alone(cast, li, draft):
    bring(li, draft, RECEIPT, file=photos("red", "lime"))
    stored = file_of(cast, draft, RECEIPT)
    look = url("draft_file_page", draft.pk, stored.pk, 2)
    seen = li.get(look)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
    assert li.get(url("draft_file_page", draft.pk, stored.pk, 3)).status_code == 404
    assert browser_of(cast.wang).get(look).status_code == 404
    unused = a_stored_file(cast.li, "没交.pdf")
    assert li.get(url("draft_file_page", draft.pk, unused.pk, 1)).status_code == 404


def test_what_waits_for_the_scanner_says_so_and_is_opened_to_nobody(cast, li, draft, page):
    bring(li, draft, RECEIPT, file=photos("red"))
    stored = file_of(cast, draft, RECEIPT)
    StoredFile.objects.filter(pk=stored.pk).update(scan=Scan.WAITING)
    shown = text(li.get(page))
    assert "等待扫描" in shown
    assert f'href="{url("draft_file", draft.pk, stored.pk)}"' not in shown
    assert li.get(url("draft_file", draft.pk, stored.pk)).status_code == 409
    StoredFile.objects.filter(pk=stored.pk).update(scan=Scan.INFECTED)
    assert li.get(url("draft_file", draft.pk, stored.pk)).status_code == 404


def test_a_long_pdf_is_not_spread_out_page_by_page(cast, li, draft, page):
    bring(li, draft, RECEIPT, file=sent(a_pdf(pages=31), "长.pdf"))
    shown = text(li.get(page))
    assert "31 页" in shown
    assert 'class="upload-pages' not in shown


def test_the_page_costs_the_same_with_one_file_as_with_many_pages(cast, li, draft, page, statements):
    bring(li, draft, RECEIPT, file=photos("red"))
    li.get(page)
    with statements() as one:
        li.get(page)
    bring(li, draft, RECEIPT, more=photos("lime", "blue"))
    bring(li, draft, RECORDS, file=photos("red", "lime"))
    with statements(at_most=len(one)) as many:
        li.get(page)
    assert len(many) <= 14, many


# Papers asked for later


def test_photos_for_a_correction_are_looked_at_arranged_and_only_then_handed_in(cast, li, to_correct):
    address = url("supply_correction", to_correct.reference)
    shown = text(li.post(address, {"materials.0.file": photos("red", "lime"), "refresh": "1"}))
    (file_id,) = re.findall(r'name="materials.0.upload_id" value="([^"]+)"', shown)
    assert f"/applications/{to_correct.reference}/uploads/{file_id}/pages/2/" in shown
    moved = li.post(address, {"materials.0.upload_id": file_id, "pages": f"materials.0 {file_id} up 2"})
    (arranged,) = re.findall(r'name="materials.0.upload_id" value="([^"]+)"', text(moved))
    assert arranged != file_id
    assert str(brought(to_correct, RECEIPT).pk) != arranged
    li.post(address, {"materials.0.upload_id": arranged})
    assert str(brought(to_correct, RECEIPT).pk) == arranged


def test_a_bad_file_beside_a_good_one_does_not_lose_the_good_one(cast, li, to_correct):
    address = url("supply_correction", to_correct.reference)
    answer = li.post(address, {"materials.0.file": [*photos("red"), sent(b"MZ\x90", "程序.pdf")]})
    assert answer.status_code == 422
    assert "“程序.pdf”：" in text(answer)
    assert 'name="materials.0.upload_id"' in text(answer)


def test_what_is_not_handed_in_is_seen_by_whoever_brought_it_alone(cast, li, to_correct):
    stored = combined([a_stored_file(cast.li), a_stored_file(cast.li, "二.pdf")], by=cast.li, name="合.pdf")
    for name, more in (("supplied_file", []), ("supplied_file_page", [1])):
        address = url(name, to_correct.reference, stored.pk, *more)
        answer = li.get(address)
        assert answer.status_code == 200
        assert answer.getvalue()
        for stranger in (cast.wang, cast.window1):
            assert browser_of(stranger).get(address).status_code == 404


def test_what_was_brought_and_left_is_no_longer_shown_the_day_after(cast, li, to_correct, clock):
    stored = a_stored_file(cast.li)
    clock.set("2031-03-03 09:00")
    li.force_login(cast.li)
    assert li.get(url("supplied_file", to_correct.reference, stored.pk)).status_code == 404


def test_a_deferred_paper_comes_as_several_photos_i50(cast, li):
    application = at.filed(cast.li, modes={RECEIPT: MaterialMode.DEFERRED})
    at.confirm_all(cast, application)
    li.post(url("supply_deferred", application.reference), {"materials.0.file": photos("red", "lime")})
    assert brought(application, RECEIPT).pages == 2
