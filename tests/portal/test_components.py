"""Each component as a page author writes it, and what a browser or a screen reader then finds."""

import re
from datetime import date

import pytest
import tinyhtml5
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from bundles.spec import Choice, Column, Field, FieldType, Question
from portal import styleguide, tones
from workflow.states import ApplicationStatus, ReviewStatus

SVG = "{http://www.w3.org/2000/svg}"


def draw(source, **context):
    html = Template("{% load ui %}" + source).render(Context(context))
    return tree(html).find("body")


def tree(html):
    return tinyhtml5.parse(f"<!DOCTYPE html>{html}", namespace_html_elements=False)


def words(element):
    return re.sub(r"\s+", "", "".join(element.itertext()))


def ids(element):
    return {one.get("id") for one in element.iter() if one.get("id")}


# Fields


def test_a_label_names_its_input_and_hint_source_and_error_describe_it():
    asked = Field("mobile", "手机号", FieldType.MOBILE)
    body = draw(
        "{% field asked answers=answers errors=errors sources=sources %}",
        asked=asked,
        answers={"mobile": "138"},
        errors={"mobile": ["手机号码应为 11 位"]},
        sources={"mobile": "自然人实名库"},
    )
    box = body.find(".//input")
    assert body.find(".//label").get("for") == box.get("id") == "id_mobile"
    assert box.get("aria-describedby").split() == ["id_mobile-hint", "id_mobile-source", "id_mobile-error"]
    assert set(box.get("aria-describedby").split()) <= ids(body)
    assert (box.get("value"), box.get("aria-invalid"), box.get("inputmode")) == ("138", "true", "tel")
    assert "来自：自然人实名库" in words(body)


@pytest.mark.parametrize(
    ("value", "chosen"), [(True, "true"), (False, "false"), ("false", "false"), (None, None)]
)
def test_yes_and_no_are_two_equal_radios(value, chosen):
    body = draw(
        "{% field q answers=a %}", q=Question("fire", "使用明火吗？", FieldType.BOOLEAN), a={"fire": value}
    )
    radios = body.findall(".//input[@type='radio']")
    assert [radio.get("value") for radio in radios] == ["true", "false"]
    assert [r.get("value") for r in radios if r.get("checked") is not None] == ([chosen] if chosen else [])
    assert words(body.find(".//legend")) == "使用明火吗？"


def test_a_choice_is_radios_and_a_long_one_a_list():
    short = [Choice(str(n), f"第{n}种") for n in range(3)]
    long = [Choice(str(n), f"第{n}种") for n in range(12)]
    few = draw("{% field f %}", f=Field("k", "种类", FieldType.CHOICE, choices=tuple(short)))
    many = draw(
        "{% field f answers=a %}", f=Field("k", "种类", FieldType.CHOICE, choices=tuple(long)), a={"k": "7"}
    )
    assert len(few.findall(".//input[@type='radio']")) == 3
    assert many.find(".//option[@selected]").get("value") == "7"


def test_several_answers_are_checkboxes():
    choices = (Choice("hot", "热食"), Choice("cold", "凉菜"))
    body = draw(
        "{% field f answers=a %}",
        f=Field("foods", "做什么", FieldType.MULTICHOICE, choices=choices),
        a={"foods": ["cold"]},
    )
    assert [box.get("value") for box in body.findall(".//input[@type='checkbox'][@checked]")] == ["cold"]


def test_a_date_is_typed():
    body = draw("{% field f answers=a %}", f=Field("on", "日期", FieldType.DATE), a={"on": date(2026, 3, 2)})
    assert body.find(".//input").attrib.items() >= {"type": "text", "value": "2026-03-02"}.items()
    assert "例如2026年3月2日" in words(body)


def test_a_region_is_picked_from_the_list_the_page_gives():
    body = draw("{% field f choices=r %}", f=Field("r", "区县", FieldType.REGION), r=[("990101", "东城区")])
    assert [option.get("value") for option in body.findall(".//option")] == ["", "990101"]


def test_what_need_not_be_answered_says_so():
    body = draw("{% field f %}", f=Field("seats", "餐位数", FieldType.INTEGER, required=False))
    assert "（选填）" in words(body)
    assert body.find(".//input").get("aria-required") is None


def test_a_question_alone_on_its_page_is_the_heading():
    body = draw('{% field q heading="h1" %}', q=Question("fire", "使用明火吗？", FieldType.BOOLEAN))
    assert words(body.find(".//legend/h1")) == "使用明火吗？"


def test_a_password_is_never_written_back():
    class Login(forms.Form):
        password = forms.CharField(widget=forms.PasswordInput)

    body = draw("{% for one in form %}{% field one %}{% endfor %}", form=Login({"password": "one-stop-demo"}))
    assert body.find(".//input").get("value") is None


def test_a_django_form_is_drawn_alike():
    body = draw("{% for one in form %}{% field one %}{% endfor %}", form=styleguide.context()["form"])
    assert body.find(".//textarea").get("aria-invalid") == "true"
    assert body.find(".//input[@name='name']").get("value") == "李明"
    assert len(body.findall(".//input[@type='radio']")) == 2
    assert body.find(".//input[@type='checkbox']").get("id") == "id_agree"


OWNERS = Field(
    "owners",
    "全体股东",
    FieldType.TABLE,
    columns=(Column("name", "姓名", FieldType.TEXT), Column("id_no", "身份证号", FieldType.RESIDENT_ID)),
)


def test_rows_of_a_table_are_named_by_their_path():
    body = draw(
        "{% field f answers=a errors=e %}",
        f=OWNERS,
        a={"owners": [{"name": "李明", "id_no": "1"}, {"name": "王芳"}]},
        e={"owners.1.id_no": ["请填写身份证号"]},
    )
    table = body.find(".//tbody")
    assert [box.get("name") for box in table.iter("input")] == [
        "owners.0.name", "owners.0.id_no", "owners.1.name", "owners.1.id_no"
    ]  # fmt: skip
    wrong = table.find(".//input[@aria-invalid]")
    assert (wrong.get("id"), wrong.get("aria-describedby")) == (
        "id_owners-1-id_no",
        "id_owners-1-id_no-error",
    )
    assert {label.get("for") for label in table.iter("label")} == {
        box.get("id") for box in table.iter("input")
    }


def test_rows_are_added_and_removed_without_javascript():
    body = draw("{% field f %}", f=OWNERS)
    buttons = {(b.get("type"), b.get("name"), b.get("value")) for b in body.iter("button")}
    assert ("submit", "add_row", "owners") in buttons
    assert ("submit", "remove_row", "owners.0") in buttons


def test_the_example_row_for_javascript_is_no_part_of_the_form():
    html = Template("{% load ui %}{% field f %}").render(Context({"f": OWNERS}))
    inside = re.search(r"<template>(.*?)</template>", html, re.DOTALL)[1]
    assert 'name="owners.__row__.name"' in inside
    assert "__row__" not in html.replace(inside, "")


def test_the_summary_of_errors_links_to_each_field():
    fields = [Field("mobile", "手机号", FieldType.MOBILE), OWNERS]
    errors = {"mobile": ["太短"], "owners.1.id_no": ["请填写"], "": ["今天不能提交"]}
    body = draw(
        "{% error_summary e f %}{% for one in f %}{% field one errors=e answers=a %}{% endfor %}",
        e=errors,
        f=fields,
        a={"owners": [{}, {}]},
    )
    links = body.findall(".//div[@role='alert']//a")
    assert [words(link) for link in links] == ["手机号：太短", "全体股东：请填写"]
    assert {link.get("href")[1:] for link in links} <= ids(body)
    assert "今天不能提交" in words(body)


def test_what_is_wrong_with_a_prefixed_form_as_a_whole_links_nowhere():
    class Visit(forms.Form):
        def clean(self):
            raise forms.ValidationError("这个时段已约满")

    body = draw("{% error_summary form %}", form=Visit({}, prefix="visit"))
    assert "这个时段已约满" in words(body)
    assert body.find(".//a") is None


def test_without_errors_there_is_no_summary():
    assert draw("{% error_summary e %}", e={}).find(".//div") is None


# 好差评


def test_e10_e24_five_equal_levels_none_chosen_beforehand():
    body = draw("{% rating %}")
    radios = body.findall(".//input[@type='radio']")
    assert [radio.get("value") for radio in radios] == ["5", "4", "3", "2", "1"]
    assert [radio for radio in radios if radio.get("checked") is not None] == []
    labels = body.findall(".//label")
    assert [words(label) for label in labels] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    assert len({label.get("class") for label in labels}) == 1


# Telling


@pytest.mark.parametrize("status", [*ApplicationStatus, *ReviewStatus], ids=str)
def test_every_status_has_its_word_and_its_tone(status):
    body = draw("{% status_tag status %}", status=status.value)
    assert words(body) == tones.LABELS[status.value]
    assert tones.TONES[status.value] in body.find(".//span").get("class")


def test_two_machines_never_give_one_status_two_words():
    shared = {s.value for s in ApplicationStatus} & {s.value for s in ReviewStatus}
    assert {s: ApplicationStatus(s).label for s in shared} == {s: ReviewStatus(s).label for s in shared}
    assert {s: tones.APPLICATION_TONES[s] for s in shared} == {s: tones.REVIEW_TONES[s] for s in shared}


def test_another_machine_brings_its_own_words():
    body = draw('{% status_tag label="已派单" tone="active" %}')
    assert words(body) == "已派单"
    assert body.find(f".//{SVG}svg").get("aria-hidden") == "true"


def test_the_list_of_the_chain_says_all_that_the_picture_shows():
    body = draw("{% chain c %}", c=styleguide.CHAIN)
    assert body.find(f".//{SVG}svg").get("aria-hidden") == "true"
    nodes = [words(one) for one in body.iter("li") if "chain-node" in one.get("class", "")]
    assert len(nodes) == len(styleguide.CHAIN["nodes"])
    waiting = next(text for text in nodes if "企业社会保险登记" in text)
    assert waiting == "市人力资源社会保障局企业社会保险登记等待中8月17日前要等：公章刻制备案"


def test_one_line_in_the_picture_for_each_edge_nobody_else_tells():
    body = draw("{% chain c %}", c=styleguide.CHAIN)
    lines = [one for one in body.iter(f"{SVG}path") if one.get("class", "").startswith("line-")]
    assert len(lines) == 7


def test_the_timeline_keeps_its_order_and_says_when():
    body = draw("{% timeline events %}", events=styleguide.EVENTS)
    moments = [one.get("datetime") for one in body.iter("time")]
    assert moments[0].startswith("2026-08-01T")
    assert moments == sorted(moments)
    assert "最迟2026年8月12日" in words(body)


def test_answers_are_shown_in_words_with_a_way_back():
    body = draw("{% answer_summary f a url='/form/' %}", f=styleguide.FIELDS, a=styleguide.ANSWERS)
    shown = words(body)
    assert [there for there in ("个体工商户", "热食、自制饮品", "未填写") if there not in shown] == []
    assert "individual" not in shown
    assert {a.get("href") for a in body.iter("a")} >= {"/form/#id_name", "/form/#id_owners"}


@pytest.mark.parametrize("paper", styleguide.PAPERS, ids=lambda paper: paper["status"])
def test_every_paper_says_why_it_is_or_is_not_asked_for(paper):
    body = draw("{% material p %}", p=paper)
    assert words(body.find(".//p[@class='material-reason']"))
    assert body.find(".//input") is None


def test_what_government_already_has_cannot_be_uploaded_by_mistake():
    body = draw(
        "{% material p number=0 %}",
        p={"name": "居民身份证", "status": "fetched", "licence_type": "居民身份证"},
    )
    assert body.find(".//input") is None


def test_i60_a_promise_is_offered_beside_the_ordinary_way():
    body = draw("{% material p number=3 %}", p={"name": "承诺", "status": "promise"})
    radios = body.findall(".//input[@type='radio']")
    assert [(r.get("name"), r.get("value")) for r in radios] == [
        ("materials.3.mode", "upload"), ("materials.3.mode", "commitment")
    ]  # fmt: skip
    assert body.find(".//input[@name='materials.3.file']").get("type") == "file"


@pytest.mark.parametrize(
    ("mode", "signed", "said"),
    [
        ("commitment", False, "下一步阅读并签署承诺"),
        ("commitment", True, "已签承诺书"),
        ("deferred", False, "下一步阅读并签署承诺"),
        ("deferred", True, "以后补交"),
    ],
)
def test_i47_i59_a_promise_chosen_is_signed_before_it_counts(mode, signed, said):
    paper = {"name": "承诺", "status": "promise", "deferrable": True, "deferrable_days": 5, "signed": signed}
    body = draw("{% material p number=3 chosen=m %}", p=paper, m=mode)
    assert said in words(body)


def test_a_paper_already_here_is_kept():
    upload = {"id": "u1", "name": "合同.pdf", "size": 2048, "url": "/f/"}
    body = draw("{% material p number=0 upload=u %}", p={"name": "合同", "status": "upload"}, u=upload)
    assert body.find(".//input[@name='materials.0.upload_id']").get("value") == "u1"
    assert "已上传" in words(body)


def test_steps_say_where_one_is():
    body = draw("{% steps names 2 %}", names=["提问", "填表", "提交"])
    assert "第2步，共3步" in words(body)
    assert words(body.find(".//li[@aria-current='step']")) == "填表"


def test_a_last_page_offers_no_next_one():
    assert draw("{% paging %}").find(".//nav") is None
    assert draw("{% paging next_url='?after=9' %}").find(".//a").get("rel") == "next"


def test_an_empty_list_says_what_to_do():
    body = draw("{% empty_state '还没有办件' '从首页开始' '/' '去首页' %}")
    assert words(body.find(".//a")) == "去首页"


def test_savings_are_readable_without_seeing_the_line_through_the_old_figure():
    body = draw(
        "{% savings b a %}",
        b={"steps": 25, "materials": 41, "days": 59, "visits": 11},
        a={"steps": 4, "materials": 14, "days": 6, "visits": 0},
    )
    assert "环节原来25现在4个" in words(body)


# The page


@pytest.fixture
def page():
    request = RequestFactory().get("/styleguide/")
    request.COOKIES["elder"] = "1"
    template = Template(
        '{% extends "base.html" %}{% block title %}查询{% endblock %}{% block content %}<h1>查询</h1>{% endblock %}'
    )
    return template.render(Context({"request": request}))


def test_a_page_has_its_language_landmarks_and_a_way_past_the_menu(page):
    root = tree(page)
    assert root.get("lang") == "zh-Hans"
    assert [root.find(f".//{mark}") is not None for mark in ("header", "nav", "main", "footer")] == [True] * 4
    first = next(root.find("body").iter("a"))
    assert first.get("href") == "#" + root.find(".//main").get("id")
    assert words(root.find(".//title")) == "查询·市政务服务中心"


def test_the_page_of_an_elder_is_marked_by_the_server(page):
    root = tree(page)
    assert root.get("class") == "elder"
    assert "退出长辈模式" in words(root)


def test_nothing_on_a_page_needs_a_looser_policy(page):
    root = tree(page)
    assert [one.tag for one in root.iter() if one.get("style") or one.tag == "style"] == []
    assert [one for one in root.iter("script") if not one.get("src")] == []
    assert [name for one in root.iter() for name in one.attrib if name.startswith("on")] == []
