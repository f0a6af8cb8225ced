"""A classifier is learned from letters, measured on others, and goes live only where it is no worse."""

import os
import random
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from common.errors import BadInput, Refused
from hotline.learning.linear import from_bytes
from hotline.learning.measures import macro_f1, measures
from hotline.learning.tables import Columns, Letter, letters_from
from hotline.models import ClassifierVersion, HotlineOrder
from hotline.selectors import classify
from hotline.selectors.classifying import label_of
from hotline.selectors.learned import folder, forget_learned
from hotline.services.training import confirmed_letters, evaluate, train_classifier
from hotline.states import ClassifiedBy
from tests.factories import hotline as at
from tests.factories.hotline_letters import made, written

pytestmark = pytest.mark.django_db
SEVEN = "letter_box"


@pytest.fixture
def trained():
    return train_classifier(made(105), label_set=SEVEN, source="made")


def csv_of(letters, path, encoding="utf-8"):
    lines = [f"{one.row},{one.title},{one.text},{one.label}" for one in letters]
    path.write_text("\n".join(["编号,主题,详情,分类", *lines]), encoding=encoding)
    return path


def told(name, **options):
    out = StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


def test_a_good_classifier_goes_live_and_says_what_it_was_measured_at(trained):
    version = trained.version
    assert version.active
    assert version.macro_f1 >= version.running_f1
    assert set(version.measures["compared"]) >= {"svc", "logistic", "bayes", "svc+logistic"}
    assert version.measures["cross_validated"] == max(version.measures["compared"].values())
    assert len(version.measures["by_label"]) == 7


def test_what_is_live_answers_for_letters_it_has_never_seen(trained):
    letters = made(70, seed=2)
    said = [label_of(SEVEN, one.title, one.text)[0].name for one in letters]
    assert macro_f1([one.label for one in letters], said) >= 0.9


def test_a_learned_label_says_how_likely_it_is_and_which_words_spoke_for_it(trained):
    found = label_of(SEVEN, "半夜施工", "工地半夜施工打桩，扬尘和噪音很大，投诉环保部门也没有用")
    assert found[0].name == "环境保护"
    assert sum(one.score for one in found) == pytest.approx(1)
    assert found[0].words
    assert all(weight > 0 for weight in found[0].words.values())


def test_a_foreign_label_that_was_learned_leads_to_one_of_its_categories(trained):
    letter = written("held_out")[8]
    said = classify(letter.title, letter.text)
    assert said.code in {"0506", "0802", "0803", "0804"}


def test_a_worse_classifier_is_kept_with_its_numbers_and_does_not_go_live(trained):
    drawn, letters = random.Random(5), made(105, seed=6)
    labels = sorted({one.label for one in letters})
    muddled = [one if one.row % 3 == 0 else replace(one, label=drawn.choice(labels)) for one in letters]
    second = train_classifier(muddled, label_set=SEVEN, source="muddled").version
    assert second.macro_f1 < second.running_f1
    assert f"{second.macro_f1:.4f}" in second.refusal
    assert f"{second.running_f1:.4f}" in second.refusal
    assert ClassifierVersion.objects.get(active=True) == trained.version


def test_one_classifier_of_a_set_is_live_and_the_one_before_is_kept(trained):
    second = train_classifier(made(105, seed=3), label_set=SEVEN, source="again").version
    assert ClassifierVersion.objects.filter(active=True).count() == 1
    assert ClassifierVersion.objects.count() == 2
    assert second.running_f1 > 0


def test_a_file_that_is_not_the_one_written_is_never_opened(trained):
    path = folder() / f"{trained.version.sha256}.model"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    forget_learned()
    first, *_others = label_of(SEVEN, "电梯困人", "小区电梯三天两头出故障")
    assert first.name == "商贸旅游"
    assert "电梯困人" in first.words  # the lexicon's own word: the cold classifier answered


def test_bytes_that_are_no_classifier_are_refused():
    with pytest.raises(ValueError, match="not a classifier"):
        from_bytes(b"cos\nsystem\n(S'true'\ntR.")


def test_too_few_letters_are_refused():
    with pytest.raises(Refused, match="至少"):
        train_classifier(made(12), label_set=SEVEN, source="few")


def test_rows_that_cannot_be_used_are_told_with_their_reason():
    letters = made(70)
    strange = [
        Letter("a", "b", "没有这类", 901),
        Letter(letters[0].title, letters[0].text, letters[0].label, 902),
        Letter(letters[1].title, letters[1].text, letters[2].label, 903),
    ]
    left_out = train_classifier([*letters, *strange], label_set=SEVEN, source="strange").left_out
    reasons = {one.row: one.reason for one in left_out}
    assert reasons[901] == "不认识的标签“没有这类”"
    assert reasons[902] == "与第 0 行重复"
    assert reasons[903] == "同样的内容有不同的标签"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_letters_come_from_csv_in_any_usual_encoding(tmp_path, encoding):
    path = csv_of(made(7), tmp_path / "letters.csv", encoding)
    letters, left_out = letters_from(path, Columns(["详情"], "分类", ["主题"]))
    assert [(one.title, one.label) for one in letters] == [(one.title, one.label) for one in made(7)]
    assert not left_out


def test_letters_come_from_a_workbook_with_several_columns_joined_and_empty_rows_told(tmp_path):
    book = Workbook()
    for row in [
        ["主题", "详情", "分类"],
        ["停水", "两天没水", "城乡建设"],
        ["", "", "环境保护"],
        ["停电", "", ""],
    ]:
        book.active.append(row)
    book.save(tmp_path / "letters.xlsx")
    letters, left_out = letters_from(tmp_path / "letters.xlsx", Columns(["主题", "详情"], "分类"))
    assert [one.text for one in letters] == ["停水 两天没水"]
    assert [(one.row, one.reason) for one in left_out] == [(3, "没有内容"), (4, "没有标签")]


def test_a_missing_column_or_file_is_told_by_its_name(tmp_path):
    path = csv_of(made(7), tmp_path / "letters.csv")
    with pytest.raises(BadInput, match="没有列 正文"):
        letters_from(path, Columns(["正文"], "分类"))
    with pytest.raises(BadInput, match="没有这个文件"):
        letters_from(tmp_path / "none.csv", Columns(["详情"], "分类"))


def test_the_commands_train_and_then_measure_both_classifiers(tmp_path):
    path = csv_of(made(105), tmp_path / "letters.csv")
    columns = {"path": path, "text": ["详情"], "title": ["主题"], "label": "分类", "label_set": SEVEN}
    assert "已启用" in told("train_hotline", **columns)
    said = told("evaluate_hotline", **(columns | {"path": csv_of(made(35, seed=4), tmp_path / "others.csv")}))
    assert "cold: 宏平均 F1" in said
    assert "live: 宏平均 F1" in said
    assert "毫秒" in said


def test_the_command_says_what_it_needs(tmp_path):
    with pytest.raises(CommandError, match="--text"):
        call_command("train_hotline", path=tmp_path / "x.csv")


def test_confirmed_orders_are_letters_too_and_the_words_of_the_caller_stay_out():
    by_hand = at.an_order(category="0805", class_by=ClassifiedBy.AGENT)
    at.an_order(category="0703")
    (letter,) = confirmed_letters()
    assert (letter.label, letter.text) == ("0805", by_hand.redacted)
    assert HotlineOrder.objects.count() == 2


def test_our_own_categories_are_learned_the_same_way():
    letters = [
        Letter("", f"{words}，第{number}次反映，{tail}", code, number)
        for code, words in {
            "0805": "路灯不亮没人修",
            "0601": "自来水又停了没水用",
            "1001": "医生误诊不道歉",
        }.items()
        for number, tail in enumerate(
            ["请解决", "望处理", "盼回复", "很着急", "太久了", "没人管", "打电话", "谢谢您"]
        )
    ]
    version = train_classifier(letters, source="categories").version
    assert version.label_set is None
    said = classify("", "我们这条街路灯不亮已经很久了没人修，请解决")
    assert (said.code, said.by) == ("0805", f"learned {version.version}")


def test_measures_are_those_of_the_textbook():
    found = measures(["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"])
    assert [(one.label, one.precision, one.recall, one.support) for one in found] == [
        ("a", 0.5, 0.5, 2),
        ("b", pytest.approx(2 / 3), pytest.approx(2 / 3), 3),
    ]
    assert macro_f1([], []) == 0


def test_nothing_to_evaluate_is_told():
    with pytest.raises(BadInput, match="没有一条"):
        evaluate([Letter("", "x", "nobody")], label_set=SEVEN)


def test_a_web_process_does_not_bring_scikit_learn_with_it():
    asked = (
        "import django; django.setup(); import hotline.services, hotline.api, hotline.admin, sys;"
        "print('sklearn' in sys.modules, 'numpy' in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    said = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
    )
    assert said.stdout.split()[-2:] == ["False", "False"], said.stderr
