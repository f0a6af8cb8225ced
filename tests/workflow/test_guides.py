"""The guide of a bundle and of a single matter, on the screen and on one sheet of paper."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from bundles.selectors import bundles, current
from bundles.services.files import written_out
from licences.services import cut_fonts, printing
from matters.models import Matter
from matters.selectors import places_offering
from tests.factories import workflow as at
from tests.factories.bundles import tea_house
from workflow.rules.guiding import guide, remedies
from workflow.selectors.guides import guide_page
from workflow.services import guides

THIRTEEN = [
    "bankruptcy-info-check",
    "credit-repair",
    "disability-services",
    "enterprise-deregistration",
    "enterprise-info-change",
    "listing-compliance-check",
    "newborn",
    "restaurant-opening",
    "retirement",
    "school-enrolment",
    "social-security-card",
    "transport-company-opening",
    "utility-joint-installation",
]
#: Smaller than this (in points) is not for everybody's eyes.
SMALLEST = 8.0


@pytest.fixture(scope="module")
def fonts():
    cut_fonts()


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def sheet_of(code, kind="bundles", **query) -> PdfReader:
    answer = Client().get(f"/{kind}/{code}/sheet.pdf", query)
    assert answer.headers["Content-Type"] == "application/pdf"
    return PdfReader(BytesIO(answer.content))


def words(reader) -> str:
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


# On the screen


def test_a_guide_says_everything_before_anybody_logs_in(db, statements):
    guide_page("bundle", current("bundle", "newborn"))
    with statements(at_most=4):
        page = text(Client().get("/bundles/newborn/"))
    for said in (
        "孩子的户口怎么安排？",  # which answers decide
        "合格的样子：医院打印的明细",  # a sample
        "云澜市政务服务大厅",  # where, and when it is open
        "工作日 8:30—16:30",
        "没有领结婚证，孩子能上户口吗？",  # what others asked
        "向云澜市人民政府申请行政复议",  # remedy
        "估算，由本文件按场景1",  # what the saving rests on
    ):
        assert said in page


def test_each_matter_of_the_bundle_says_what_decides_about_it(db):
    shown = guide(at.definition("newborn"))
    by_code = {one.spec.code: one for one in shown.possible}
    assert len(by_code) == len(shown.definition.matters)
    assert by_code["nb-birth-hukou"].decided_by == ("孩子的户口怎么安排？",)
    assert by_code["nb-birth-hukou"].is_here
    assert all(not one.decided_by for one in shown.possible if one.spec.applies_when is None)


def test_a_single_matter_names_the_bundles_it_can_be_met_in(db):
    page = text(Client().get("/matters/nb-birth-hukou/"))
    assert '<a href="/bundles/newborn/">新生儿出生一件事</a>' in page
    assert "没有领结婚证，孩子能上户口吗？" in page
    assert "出院时医院已经直接结算了" not in page


def test_a_single_matter_says_its_conditions_and_every_hall_of_its_levels(db):
    matter = Matter.objects.get(code="ga-id-renew")
    page = text(Client().get("/matters/ga-id-renew/"))
    assert all(condition in page for condition in matter.acceptance_conditions)
    assert all(place.name in page for place in places_offering(matter))
    assert "松风街道便民服务中心" in page


def test_matters_handled_together_are_handled_where_the_widest_of_them_is(db):
    levelled = Matter.objects.get(code="ga-id-renew")
    without = Matter.objects.get(code="nb-birth-hukou")
    assert without.levels == []
    assert [place.code for place in places_offering(levelled, without)] == ["city-hall"]


def test_the_same_way_out_is_told_once_and_who_decides_nothing_is_left_out(db):
    rows = Matter.objects.select_related("department").filter(
        department__name__in=["市公安局", "市市场监管局", "市税务局", "市供水公司"]
    )
    found = {one.reconsideration_organ: set(one.departments) for one in remedies(rows)}
    assert found == {"云澜市人民政府": {"市公安局", "市市场监管局"}, "省税务局": {"市税务局"}}


def test_what_only_a_window_takes_is_not_said_to_be_online(db):
    Matter.objects.filter(code="nb-birth-hukou").update(online=False)
    assert "网上可以申请" not in text(Client().get("/bundles/newborn/"))


# On paper


def test_the_list_is_complete(db):
    assert [one.definition.code for one in bundles()] == THIRTEEN


@pytest.mark.parametrize("code", THIRTEEN)
def test_the_notice_of_each_bundle_is_one_sheet_that_can_be_read(db, fonts, monkeypatch, code):
    monkeypatch.setattr(guides, "SIZES", tuple(size for size in guides.SIZES if size >= SMALLEST))
    reader = sheet_of(code)
    shown = guide(at.definition(code))
    told = words(reader)
    assert len(reader.pages) == 1
    width, height = reader.pages[0].mediabox[2:]
    assert (round(width), round(height)) == (595, 842)
    for name in [paper.material.name for paper in shown.to_bring] + [one.name for one in shown.matters]:
        assert "".join(name.split()) in told


def test_the_way_back_is_on_the_sheet_and_leads_to_the_same_situation(db, fonts, settings):
    settings.PUBLIC_URL = "https://example.test"
    assert "https://example.test/bundles/newborn/" in words(sheet_of("newborn"))
    assert "https://example.test/bundles/newborn/?example=1" in words(sheet_of("newborn", example="1"))
    assert "https://example.test/matters/ga-id-renew/" in words(sheet_of("ga-id-renew", "matters"))


def test_the_code_on_the_sheet_is_the_address(db, settings, monkeypatch):
    settings.PUBLIC_URL = "https://example.test"
    printed = []
    monkeypatch.setattr(guides, "print_sheet", lambda page, *_how: printed.append(page) or b"")
    guides.guide_sheet(guide_page("bundle", current("bundle", "newborn")))
    assert printing.code_on_paper("https://example.test/bundles/newborn/") in printed[0]


def test_a_sheet_is_laid_out_once_and_again_when_its_words_change(db, fonts, monkeypatch):
    laid_out = []
    monkeypatch.setattr(printing, "one_page", lambda page, *_how: laid_out.append(page) or b"%PDF")
    Matter.objects.filter(code="ga-id-renew").update(acceptance_conditions=["条件一"])
    for _twice in range(2):
        Client().get("/matters/ga-id-renew/sheet.pdf")
    assert len(laid_out) == 1
    Matter.objects.filter(code="ga-id-renew").update(acceptance_conditions=["条件二"])
    Client().get("/matters/ga-id-renew/sheet.pdf")
    assert len(laid_out) == 2


def test_the_sheet_says_nothing_about_who_asked_for_it(cast, fonts):
    client = Client()
    client.force_login(cast.li)
    own = client.get("/bundles/newborn/sheet.pdf")
    assert own.content == Client().get("/bundles/newborn/sheet.pdf").content
    assert "李明" not in words(PdfReader(BytesIO(own.content)))


def test_a_guide_that_is_not_offered_has_no_sheet(db):
    assert Client().get("/bundles/no-such-thing/sheet.pdf").status_code == 404


def test_a_fourteenth_bundle_has_guide_and_sheet_at_once(db, fonts, tmp_path):

    path = tmp_path / "tea-house.yaml"
    path.write_text(
        written_out(tea_house(frequent_questions=[{"question": "要多大？", "answer": "都可以。"}]))
    )
    call_command("load_bundles", path, verbosity=0)
    assert "要多大？" in text(Client().get("/bundles/tea-house/"))
    assert len(sheet_of("tea-house").pages) == 1
