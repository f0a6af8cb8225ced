"""Specimens (样本): a page that shows what a proper paper looks like, made of the bundle's words, and nobody's."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from bundles.planning import plan
from bundles.selectors import bundles, current
from bundles.spec import Drawn, Source, Specimen, read
from licences.services import cut_fonts, printing
from tests.factories import drafts as with_draft
from workflow.rules.specimens import SpecimenPaper, specimen_paper
from workflow.services import specimens

#: Uploads of the thirteen first situations that are things to hand over or drawings of a professional's own.
WITHOUT = {
    "原印章（更名的交回旧章）",
    "新预留印鉴卡",
    "车辆照片",
    "卫星定位装置安装证明",
    "涉及消防的竣工图纸",
    "内部排水管网、检查井和排放口位置图",
    "外线工程管线路由图和施工图",
    "给排水总平面图和用水量计算书",
    "受电工程竣工资料",
    "燃气工程设计图",
    "外线工程竣工图",
    "空白发票和税控设备缴回",
    "重要空白票据和结算凭证",
    "公章、财务专用章等印章实物",
}


@pytest.fixture(scope="module")
def fonts():
    cut_fonts()


def every_specimen() -> dict[str, SpecimenPaper]:
    papers = [
        paper for offer in bundles() for matter in offer.definition.matters for paper in matter.materials
    ]
    return {found.name: found for found in map(specimen_paper, papers) if found}


def a_paper(*shows: str, sample: str = "", **how) -> SpecimenPaper:
    return SpecimenPaper("租赁合同", sample, Specimen(shows=shows, **how))


def values(*shows: str) -> list[str]:
    paper = a_paper(*shows)
    return [line.value for line in [*paper.lines, *paper.signatures]]


def page_of(paper: SpecimenPaper) -> str:
    answer = Client().get(f"/specimens/{paper.mark}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    (page,) = PdfReader(BytesIO(answer.content)).pages
    return "".join(page.extract_text().split())


# Which papers have one


def test_what_the_first_situation_of_each_bundle_has_people_bring_has_a_specimen(db):
    asked = [
        paper
        for offer in bundles()
        for paper in plan(offer.definition, offer.definition.scenarios[0].answers).materials
        if paper.source is Source.APPLICANT and not paper.awaited_from
    ]
    assert {paper.name for paper in asked if paper.specimen is None} == WITHOUT
    assert len({paper.name for paper in asked} - WITHOUT) >= 30


def test_what_is_said_once_holds_for_every_matter_that_asks_for_the_paper(db):
    definition = current("bundle", "enterprise-info-change").definition
    asking = [
        one for matter in definition.matters for one in matter.materials if one.name == "变更决议或决定"
    ]
    assert len(asking) > 1
    assert len({(one.sample, one.specimen) for one in asking}) == 1
    assert asking[0].specimen


def test_a_file_without_specimens_reads_as_before(db):
    raw = {"name": "甲", "source": "申请人提交"}
    matter = {"code": "m", "name": "甲", "department": "乙", "type": "公共服务", "handling": "即办件"}
    matter |= {"statutory_days": 1, "promised_days": 1, "result": {"name": "丙", "kind": "证明"}}
    whole = {"code": "b", "name": "一件事", "audience": "personal", "lead_department": "乙"}
    definition = read(whole | {"matters": [matter | {"materials": [raw]}]})
    assert definition.matters[0].materials[0].specimen is None


# What stands on it


def test_a_value_is_a_placeholder_that_nobody_takes_for_somebody_s(db):
    assert values("姓名", "证件号码", "签订日期", "月租金") == [
        "张某某",
        "××××××××××××××××××",
        "20××年×月×日",
        "××××.××元",
    ]
    for paper in every_specimen().values():
        for line in [*paper.lines, *paper.signatures]:
            assert not re.search(r"\d{5}", line.value), (paper.name, line)


def test_two_people_are_two_who_signs_is_who_was_named_and_a_value_given_stands():
    assert values("出租人姓名", "承租人姓名", "用途：住宅", "出租人签字") == [
        "张某某",
        "李某某",
        "住宅",
        "张某某",
    ]
    assert values("股东签字", "股东签字") == ["张某某", "李某某"]


def test_more_people_than_there_are_names_go_round_in_a_circle():
    roles = ("出租人", "承租人", "共有人", "见证人", "担保人")
    assert values(*(f"{role}姓名" for role in roles)) == ["张某某", "李某某", "王某某", "赵某某", "张某某"]


def test_who_signs_stands_at_the_foot_and_the_points_below():
    paper = a_paper("房屋地址", "承租人签字", sample="每一页都要拍到；有双方签字。")
    assert [line.label for line in paper.lines] == ["房屋地址"]
    assert [line.label for line in paper.signatures] == ["承租人签字"]
    assert paper.look_for == ["每一页都要拍到", "有双方签字"]


def test_another_word_is_another_address():
    paper = a_paper("姓名")
    assert replace(paper, sample="看得清").mark != paper.mark
    assert replace(paper, specimen=Specimen(("姓名",), drawn=Drawn.TEXT)).mark != paper.mark
    assert a_paper("姓名").mark == paper.mark


# The page and the picture


@pytest.mark.slow
def test_each_is_one_page_that_says_it_is_a_specimen_and_everything_the_paper_must_show(db, fonts):
    for paper in every_specimen().values():
        said = page_of(paper)
        assert "SPECIMEN" in said, paper.name
        assert "样本" in said
        for word in [line.label for line in [*paper.lines, *paper.signatures]] + paper.look_for:
            assert "".join(word.split()) in said, (paper.name, word)


def test_the_picture_is_small_and_the_same_page(db, fonts):
    answer = Client().get(f"/specimens/{every_specimen()['住院收费票据'].mark}.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert "public" in answer.headers["Cache-Control"]
    picture = Image.open(BytesIO(answer.content))
    assert max(picture.size) == specimens.PICTURE
    assert len(answer.content) < 12_000
    assert len(picture.convert("L").getcolors(256)) > 5, "something is drawn on it"


def test_it_is_laid_out_once(db, fonts, monkeypatch):
    paper = every_specimen()["住院收费票据"]
    laid_out = []
    real = printing.one_page
    monkeypatch.setattr(printing, "one_page", lambda *how: laid_out.append(1) or real(*how))
    first = Client().get(f"/specimens/{paper.mark}.pdf").content
    Client().get(f"/specimens/{paper.mark}.png")
    assert Client().get(f"/specimens/{paper.mark}.pdf").content == first
    assert len(laid_out) <= 1


def test_a_specimen_of_nothing_is_not_there(db):
    assert Client().get("/specimens/0123456789abcdef0123.pdf").status_code == 404


# Where people find it


def test_the_guide_shows_it_to_strangers_without_javascript(db):
    page = unescape(Client().get("/bundles/newborn/").content.decode())
    paper = every_specimen()["住院收费票据"]
    assert f'href="/specimens/{paper.mark}.pdf"' in page
    assert f'src="/specimens/{paper.mark}.png"' in page
    assert 'alt="“住院收费票据”填好的样子"' in page
    assert 'loading="lazy"' in page


def test_who_brings_papers_sees_it_beside_the_box_with_what_to_look_for(cast):
    draft = with_draft.filled(cast.li)
    client = Client()
    client.force_login(cast.li)
    page = unescape(client.get(f"/drafts/{draft.pk}/materials/").content.decode())
    assert f"/specimens/{every_specimen()['住院收费票据'].mark}.pdf" in page
    assert "合格的样子：医院开具的收费票据" in page
