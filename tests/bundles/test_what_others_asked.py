"""What others asked belongs to the bundle's data: checked, told to machines, and taken along by a single matter."""

from pathlib import Path

import pytest
from django.test import Client

from bundles.planning.soundness import Surroundings, findings
from bundles.services.comparing import compare
from bundles.services.files import parse_definition, written_out
from bundles.services.singles import single_of
from bundles.spec import Source, read
from common.fixtures import BadFile
from tests.factories.bundles import FILES, bundle, tea_house

CITY = Surroundings(departments={"市市场监管局", "市公安局"})


def asked(question="茶馆要多大？", **more):
    return {"question": question, "answer": "多大都可以。", **more}


def test_a_question_without_an_answer_is_refused():
    raw = tea_house(frequent_questions=[{"question": "茶馆要多大？"}])
    with pytest.raises(BadFile, match="answer"):
        parse_definition(written_out(raw), called=Path("tea-house.yaml"))
    sound = written_out(tea_house(frequent_questions=[asked(about=["th-sign"])]))
    assert parse_definition(sound, called=Path("tea-house.yaml"))["frequent_questions"][0]["about"] == [
        "th-sign"
    ]


def test_a_question_about_a_matter_nobody_knows_is_refused():
    found = findings(read(tea_house(frequent_questions=[asked(about=["th-ghost"])])), CITY)
    assert [str(one) for one in found] == ["茶馆要多大？：about 里的事项 th-ghost 不存在"]


def test_the_same_question_twice_is_refused():
    found = findings(read(tea_house(frequent_questions=[asked(), asked()])), CITY)
    assert [str(one) for one in found] == ["茶馆要多大？：同一常见问题出现两次"]


def test_a_single_matter_takes_along_what_was_asked_about_it():
    whole = read(
        tea_house(frequent_questions=[asked(), asked("招牌能发光吗？", about=["th-sign", "th-health"])])
    )
    assert [one.question for one in single_of(whole, "th-sign").frequent_questions] == ["招牌能发光吗？"]
    assert single_of(whole, "th-sign").frequent_questions[0].about == ("th-sign",)
    assert single_of(whole, "th-licence").frequent_questions == ()


def test_an_editor_is_told_that_an_answer_or_a_sample_changed():
    before, after = tea_house(frequent_questions=[asked()]), tea_house(frequent_questions=[asked()])
    after["frequent_questions"][0]["answer"] = "二十平方米以上。"
    after["matters"][0]["materials"][1]["sample"] = "双方签字"
    told = compare(read(before), read(after))
    asking = [
        one["code"] for one in after["matters"] for paper in one["materials"] if paper["name"] == "租赁合同"
    ]
    samples = [f"材料 {code}/租赁合同 样例" for code in asking]
    assert [line.split("：")[0] for line in told] == ["常见问题", *samples], "of each matter that asks for it"


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_of_the_thirteen_answers_what_people_ask(path):
    definition = bundle(path)
    assert len(definition.frequent_questions) >= 4
    assert all(
        one.question.endswith("？") and one.answer.endswith("。") for one in definition.frequent_questions
    )


def test_a_sample_is_only_for_what_a_person_brings():
    papers = [paper for path in FILES for matter in bundle(path).matters for paper in matter.materials]
    with_sample = [paper for paper in papers if paper.sample]
    assert len(with_sample) >= 25
    assert {paper.source for paper in with_sample} == {Source.APPLICANT}


def test_machines_read_them_too(db):
    answer = Client().get("/api/v1/bundles/newborn/").json()
    assert answer["frequent_questions"][0].keys() == {"question", "answer", "about"}
