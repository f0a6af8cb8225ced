"""What stands on the paper: every label, the remedy, the code, set as official papers are set (I-131, I-192)."""

import os
import subprocess
import sys
from io import BytesIO

import pytest
import segno
from django.conf import settings
from django.template.loader import render_to_string
from pypdf import PdfReader

from licences import rendering, services
from licences.models import Document
from licences.rules import elements_of
from licences.states import DocumentKind, ResultKind
from tests.factories.identity import a_person
from tests.factories.licences import FOOD, RESULTS, application_facts, complete_draft, result_draft, row_of

LETTERS = [pytest.param(kind, id=row_of(kind)) for kind in DocumentKind if kind is not DocumentKind.RESULT]

#: Printed without a label of their own: the head, the foot and the sentence they stand in say what they are.
UNLABELLED = {"organ_name", "dated"}


def text_of(pdf: bytes) -> str:
    """All pages, without the white space that setting brings in."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def last_page_of(pdf: bytes) -> str:
    return "".join(PdfReader(BytesIO(pdf)).pages[-1].extract_text().split())


def words_in(value) -> list[str]:
    if isinstance(value, dict):
        return [word for inner in value.values() for word in words_in(inner)]
    if isinstance(value, list):
        return [word for inner in value for word in words_in(inner)]
    return ["".join(value.split())]


@pytest.mark.parametrize("kind", LETTERS)
def test_every_label_and_every_word_is_on_the_paper(kind, page, police):
    draft = complete_draft(kind, police)
    text = text_of(page(draft))
    for element in elements_of(kind):
        if element.key in UNLABELLED:
            continue
        assert element.label in text
        assert all(word.rstrip("。") in text for word in words_in(draft.snapshot[element.key]))


@pytest.mark.parametrize("kind", LETTERS)
def test_every_paper_has_title_number_organ_date_and_code(kind, page, police, clock):
    clock.set("2026-11-22 10:00")
    draft = complete_draft(kind, police)
    text = text_of(page(draft))
    for words in (
        draft.title,
        "gongan〔2026〕受000123号",
        "云澜市公安局",
        "2026年11月22日",
        "ABCD-EFGH-JKMN",
    ):
        assert words in text


@pytest.mark.parametrize("kind", list(ResultKind))
def test_a_result_says_what_was_granted_to_whom_until_when(kind, page, market):
    draft = result_draft(market, application_facts(), kind)
    text = text_of(page(draft))
    for label, value in RESULTS[kind][1]:
        assert label in text
        assert value.replace(" ", "") in text
    common = ("李明", "0021", "食品经营许可", "food-licence", "2026112000000427", draft.title)
    assert all(words in text for words in (*common, "云澜市市场监管局", draft.snapshot["validity"]))


def test_a_licence_bears_its_number(page, market, fonts):
    draft = result_draft(market, application_facts(), ResultKind.LICENCE)
    (document,) = services.prepare(draft)
    (licence,) = services.issue(
        services.LicenceGrant(
            type_name="食品经营许可证",
            holder_person_id=a_person("李明").pk,
            holder_name="李明",
            issuer_id=market.pk,
            document_id=document.pk,
            source="review:1",
        )
    )
    assert licence.number in text_of(rendering.render(Document.objects.get()))


@pytest.mark.parametrize(
    "kind", [DocumentKind.DECLINE_NOTICE, DocumentKind.DENIAL_DECISION, DocumentKind.TERMINATION_NOTICE]
)
def test_the_remedy_is_printed_with_both_names_and_both_periods(kind, page):
    text = text_of(page(kind))
    assert "之日起60日内向行政复议机关（云澜市人民政府）申请行政复议" in text
    assert "之日起6个月内依法向管辖法院（云澜市澜江区人民法院）提起行政诉讼" in text


def test_the_code_leads_to_the_public_check(page, police):
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    context = rendering._context(document)
    expected = f"{settings.PUBLIC_URL}/verify/{document.verify_code}/"
    assert context["address"] == expected
    assert context["qr"] == segno.make(expected, error="m", micro=False).svg_inline(border=0, omitsize=True)


@pytest.mark.parametrize("kind", [pytest.param(kind, id=row_of(kind)) for kind in DocumentKind])
def test_the_code_is_drawn_on_every_paper(kind, page, police):
    """Section 15, common to all: whatever the paper is, the picture of the public check is on it."""
    (document,) = services.prepare(complete_draft(kind, police))
    context = rendering._context(document)
    assert context["qr"] in render_to_string(rendering._template(document), context)


def test_the_same_document_gives_the_same_bytes(page, police, clock):
    """I-192."""
    clock.set("2026-11-22 10:00")
    draft = complete_draft(DocumentKind.ACCEPTANCE_NOTICE, police)
    first = page(draft)
    clock.set("2026-11-22 17:30")
    document = Document.objects.select_related("organ__region").get()
    assert rendering.render(document) == first
    document.number = "gongan〔2026〕受000124号"
    assert rendering.render(document) != first


PROCESS = """
import hashlib, django; django.setup()
from licences.rendering import seal_picture
print(hashlib.sha256(seal_picture("云澜市公安局")).hexdigest())
"""


def test_another_process_sets_the_same_page(fonts):
    """I-192: no clock, no hash seed and no font of the machine gets in."""
    place = {"cwd": settings.BASE_DIR, "env": {**os.environ, "DATA_DIR": str(settings.DATA_DIR)}}
    command = [sys.executable, "-c", PROCESS]
    pages = {subprocess.check_output(command, text=True, **place) for _twice in range(2)}
    assert len(pages) == 1


def test_fonts_are_embedded_as_they_are(page):
    """Static CFF: nothing that readers have to look for, nothing variable."""
    fonts = PdfReader(BytesIO(page(DocumentKind.RECEIPT))).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        (descendant,) = font.get_object()["/DescendantFonts"]
        assert "/FontFile3" in descendant.get_object()["/FontDescriptor"]


def test_a_rare_character_in_a_name_is_printed(page, police):
    facts = application_facts(applicant_name="李㛃䶮𠮷")
    pdf = page(complete_draft(DocumentKind.RECEIPT, police, facts))
    assert "李㛃䶮𠮷" in text_of(pdf)
    families = {
        font.get_object()["/BaseFont"].split("+")[1]
        for font in PdfReader(BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    }
    assert families == {"Noto-Sans-CJK-SC", "Noto-Sans-CJK-SC-Rare"}


@pytest.mark.parametrize("rows", [1, 8, 14, 17, 20, 24, 40])
def test_the_seal_never_stands_alone_on_a_page(rows, page, police):
    """公文 knows no page without text: whatever the length, something is said above the seal."""
    draft = complete_draft(DocumentKind.RECEIPT, police)
    draft.snapshot["materials"] = [
        {"name": f"第{number}份材料", "form": "电子件", "count": "1"} for number in range(1, rows + 1)
    ]
    pdf = page(draft)
    assert f"第{rows}份材料" in last_page_of(pdf)
    assert "云澜市公安局" in last_page_of(pdf)
    (seal,) = [one for name, one in PdfReader(BytesIO(pdf)).named_destinations.items() if name == "seal"]
    assert PdfReader(BytesIO(pdf)).get_destination_page_number(seal) == len(PdfReader(BytesIO(pdf)).pages) - 1


def test_pages_are_numbered_between_dashes(page, police):
    draft = complete_draft(DocumentKind.CORRECTION_NOTICE, police)
    draft.snapshot["corrections"] *= 8
    pages = PdfReader(BytesIO(page(draft))).pages
    assert len(pages) > 1
    for number, one in enumerate(pages, start=1):
        assert f"—{number}—" in "".join(one.extract_text().split())


def test_what_somebody_types_is_printed_and_never_obeyed(page, police):
    facts = application_facts(applicant_name='<img src="http://example.com/x.png">&')
    assert '<imgsrc="http://example.com/x.png">&' in text_of(
        page(complete_draft(DocumentKind.RECEIPT, police, facts))
    )


def test_a_page_fetches_nothing():
    with pytest.raises(ValueError, match="fetch nothing"):
        rendering._refuse("file:///etc/passwd")


def test_a_long_validity_needs_no_renewal_and_a_short_one_says_until_when(market):
    """I-141: thirty days before the end."""
    granted = complete_draft(DocumentKind.GRANT_DECISION, market)
    assert "2031年10月20日以前" in granted.snapshot["renewal"]
    forever = services.grant_decision_draft(
        application_facts(),
        market,
        FOOD,
        content="准予从事食品经营",
        legal_basis="《中华人民共和国食品安全法》第三十五条",
        certificate="2026112000000018",
    )
    assert forever.snapshot["renewal"] == "长期有效，无须申请延续"
