from datetime import date

import pytest

from bundles.planning import clean
from bundles.planning.reading import LONGEST_TEXT, MOST_ROWS
from bundles.spec import read
from common.errors import BadInput
from tests.factories.bundles import FILES, bundle, matter, tea_house

CHOICES = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]
COLUMNS = [
    {"key": "name", "label": "姓名", "type": "text", "required": True},
    {"key": "n", "label": "数量", "type": "integer"},
]


def of_type(kind, **extra):
    field = {"key": "x", "label": "这一项", "type": kind, "choices": CHOICES, "columns": COLUMNS, **extra}
    return read(tea_house(matters=[matter("one")], form=[{"group": "", "fields": [field]}], questions=[]))


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("text", "  听雨轩 ", "听雨轩"),
        ("text", 12, "12"),
        ("integer", "36", 36),
        ("integer", 36.0, 36),
        ("integer", "１，２００", 1200),
        ("decimal", "1.5", 1.5),
        ("decimal", 420, 420.0),
        ("boolean", "true", True),
        ("boolean", "否", False),
        ("boolean", False, False),
        ("date", "2026-03-01", "2026-03-01"),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("date", "2026年3月2日", "2026-03-02"),
        ("date", "2026 年 3 月 2 号", "2026-03-02"),
        ("date", "2026-3-2", "2026-03-02"),
        ("date", "2026/3/2", "2026-03-02"),
        ("date", "2026．3．2", "2026-03-02"),
        ("date", "20260302", "2026-03-02"),
        ("date", "２０２６年３月２日", "2026-03-02"),
        ("choice", "a", "a"),
        ("multichoice", ["b", "a", "b"], ["b", "a"]),
        ("multichoice", "a", ["a"]),
        ("resident_id", "42010019820101061x", "42010019820101061X"),
        ("resident_id", "420100 19820101 061 ｘ", "42010019820101061X"),
        ("resident_id", "４２０１０１１９９００５１５０１１４", "420101199005150114"),
        ("resident_id", 420101199005150114, "420101199005150114"),
        ("uscc", "91420199MA0T030280", "91420199MA0T030280"),
        ("uscc", "9142 0199 ma0t 0302 80", "91420199MA0T030280"),
        ("mobile", "138 0000-0301", "13800000301"),
        ("mobile", "+8613800000301", "13800000301"),
        ("mobile", "１３８ ００００ ０３０１", "13800000301"),
        ("mobile", "0086 138 0000 0301", "13800000301"),
        ("region", "示例市东湖区", "示例市东湖区"),
        ("table", [{"name": "李", "n": "2"}, {"name": "", "n": None}], [{"name": "李", "n": 2}]),
        ("table", [{"name": "李", "n": "", "other": 1}], [{"name": "李"}]),
    ],
)
def test_an_answer_is_read_as_its_declared_type(kind, sent, kept):
    cleaned = clean(of_type(kind), {"x": sent})

    assert cleaned.errors == {}
    assert cleaned.answers == {"x": kept}
    assert type(cleaned.answers["x"]) is type(kept)


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("text", ["a"]),
        ("text", True),
        ("text", "a\x00b"),
        ("text", "\ud800"),
        ("text", "长" * (LONGEST_TEXT + 1)),
        ("integer", "1.5"),
        ("integer", True),
        ("integer", "很多"),
        ("decimal", "1,5"),
        ("integer", 10**30),
        ("decimal", "nan"),
        ("decimal", float("inf")),
        ("decimal", {}.keys()),
        ("boolean", "也许"),
        ("boolean", 2),
        ("date", "2026-02-30"),
        ("date", "昨天"),
        ("date", "3月2日"),
        ("date", "2026年13月2日"),
        ("date", "2026-03-02-01"),
        ("date", 3),
        ("choice", "c"),
        ("choice", ["a"]),
        ("multichoice", ["a", "c"]),
        ("multichoice", {"a": 1}),
        ("resident_id", "42010119850312031"),
        ("resident_id", "420101198503120318"),
        ("resident_id", "420101198513120319"),
        ("uscc", "91420199MA0T030281"),
        ("uscc", "123"),
        ("mobile", "12800000301"),
        ("mobile", "1380000030"),
        ("table", "一行"),
        ("table", ["一行"]),
        ("table", [{"n": 1}]),
        ("table", [{"name": "李", "n": "多"}]),
        ("table", [{"name": "李"}] * (MOST_ROWS + 1)),
    ],
)
def test_what_cannot_be_read_is_told_in_words_beside_its_field(kind, sent):
    cleaned = clean(of_type(kind), {"x": sent})

    assert cleaned.answers == {}
    assert list(cleaned.errors) == ["x"]
    assert all(isinstance(why, str) and why for why in cleaned.errors["x"])


def test_a_day_without_a_year_is_asked_for_its_year():
    cleaned = clean(of_type("date"), {"x": "3月2日"})

    assert cleaned.errors == {"x": ["请写上年份，例如2026年3月2日"]}


@pytest.mark.parametrize("blank", [None, "", "  ", [], {}])
def test_a_blank_answer_is_no_answer(blank):
    assert clean(of_type("text"), {"x": blank}).answers == {}


def test_a_table_tells_the_row_and_the_column():
    cleaned = clean(of_type("table"), {"x": [{"name": "李"}, {"n": "多"}]})

    assert cleaned.errors == {"x": ["第2行“姓名”：请填写，不能空着", "第2行“数量”：请填写整数"]}


def test_keys_nobody_asked_for_are_named_and_dropped():
    cleaned = clean(of_type("text"), {"x": "1", "y": "2"})

    assert cleaned.answers == {"x": "1"}
    assert cleaned.ignored == ("y",)


def test_answers_that_are_no_mapping_are_refused():
    with pytest.raises(BadInput):
        clean(of_type("text"), ["x"])


def test_valid_when_refuses_with_the_hint_of_the_field():
    newborn = bundle(FILES[8])

    cleaned = clean(newborn, {"admission_date": "2026-10-27", "discharge_date": "2026-10-26"})

    assert cleaned.errors == {"discharge_date": ["不早于住院日期"]}
    assert cleaned.answers == {"admission_date": "2026-10-27"}


def test_valid_when_waits_for_the_answers_it_reads():
    assert clean(bundle(FILES[8]), {"discharge_date": "2026-10-26"}).errors == {}


def test_father_and_mother_are_two_persons():
    number = "230101199504120184"

    cleaned = clean(bundle(FILES[8]), {"mother_id": number, "father_id": number})

    assert list(cleaned.errors) == ["father_id"]


def test_a_mother_who_applies_gives_her_own_number():
    answers = {"applicant_relation": "mother", "mother_id": "230101199504120184"}

    assert clean(bundle(FILES[8]), {**answers, "applicant_id": "230101199309030319"}).errors.keys() == {
        "applicant_id"
    }
    assert clean(bundle(FILES[8]), {**answers, "applicant_id": "230101199504120184"}).errors == {}


def test_a_kitchen_is_smaller_than_its_restaurant():
    assert clean(bundle(FILES[2]), {"area_sqm": 36, "kitchen_area_sqm": 36}).errors.keys() == {
        "kitchen_area_sqm"
    }
