"""A long letter is read by the lexicon: what it only happens to mention does not lead it astray."""

import pytest
import yaml

from common.errors import BadInput
from hotline.learning.measures import macro_f1
from hotline.models import Label, LabelMap, LabelSet, LexiconVersion
from hotline.rules.lexicon import Lexicon, shares, weigh
from hotline.selectors import classify, current_tree
from hotline.selectors.classifying import cold_label, label_of
from hotline.selectors.lexicon import current_lexicon, forget_tables, label_tables
from hotline.services import load_label_set, load_lexicon
from tests.factories.hotline_letters import written
from tests.hotline.test_the_tree import FOLDER

pytestmark = pytest.mark.django_db
SEVEN = "letter_box"
WORDS = Lexicon({"学校": {"0902": 3}, "学校门口": {}, "停车": {"0703": 2}, "乱停车": {"0703": 4}})


def test_the_longest_word_is_read_and_what_is_inside_it_says_nothing():
    assert WORDS.found_in("学校门口乱停车") == {"学校门口": 1, "乱停车": 1}
    assert list(weigh("", "学校门口乱停车", WORDS)) == ["0703"]


def test_a_word_again_says_less_each_time_and_one_in_the_title_more():
    once, thrice = (weigh("", "停车" * times, WORDS)["0703"].value for times in (1, 3))
    assert once < thrice < 2 * once
    assert weigh("停车", "", WORDS)["0703"].value > once


def test_anonymous_names_of_places_make_no_difference():
    letter = "{}学校门口乱停车"
    assert weigh("", letter.format("K8县"), WORDS) == weigh("", letter.format("A市B区"), WORDS)


def test_shares_sum_to_one_best_first():
    found = shares({"a": 1, "b": 9, "c": 4})
    assert list(found) == ["b", "c", "a"]
    assert sum(found.values()) == pytest.approx(1)
    assert shares({}) == {}


def test_h_56_a_letter_that_only_complains_is_left_to_a_person():
    said = classify("", "你们到底管不管，我已经说了很多次，每次都说会处理，过了这么久一点动静都没有。" * 3)
    assert (said.code, said.confidence, said.automatic) == ("0000", 0, False)


def test_h_56_a_sentence_without_keyword_is_offered_candidates_but_never_classified_by_itself():
    said = classify("", "楼下夜宵店每晚很吵")
    assert said.candidates[0].code == "0803"
    assert not said.automatic


def test_a_letter_that_mentions_school_and_hospital_is_still_about_its_street_lamps():
    said = classify(
        "整条街路灯不亮没人修",
        "学校门口那段路的路灯全都不亮，孩子们晚上放学摸黑走，有位老人摔伤住院，家长打电话给市政也没有结果，"
        "请尽快维修路灯，改善城市照明。",
    )
    assert said.code == "0805"
    assert "路灯" in said.candidates[0].words
    assert "lexicon" in said.by


@pytest.mark.parametrize("name", ["dev", "held_out"])
def test_the_cold_classifier_sorts_hand_written_letters_into_foreign_labels(name):
    letters = written(name)
    said = [cold_label(SEVEN, one.title, one.text)[0].name for one in letters]
    assert macro_f1([one.label for one in letters], said) >= 0.9


def test_the_category_of_a_letter_leads_to_the_same_label_through_the_table():
    letters, table = written("held_out"), label_tables()[SEVEN]
    said = [table.of_category[classify(one.title, one.text).code] for one in letters]
    assert macro_f1([one.label for one in letters], said) >= 0.85


def test_without_a_learned_classifier_labels_come_from_the_lexicon_with_their_words():
    first, *_others = label_of(SEVEN, "电梯困人", "小区电梯三天两头出故障，物业不管")
    assert (first.name, first.code) == ("商贸旅游", "0301")
    assert "电梯困人" in first.words


def test_a_label_set_nobody_loaded_is_told():
    with pytest.raises(BadInput, match="没有名为"):
        label_of("nobody", "", "停水")


def test_every_category_has_exactly_one_label_of_the_set_and_every_label_a_category():
    table = label_tables()[SEVEN]
    assert set(table.of_category) == {one.code for one in current_tree().leaves}
    assert len(table.labels) == 7
    for label, code in table.default.items():
        assert table.of_category[code] == label


def test_a_word_may_belong_to_another_label_than_its_category():
    table = label_tables()[SEVEN]
    assert table.label_of("0904", "图书馆") == "教育文体"
    assert table.label_of("0904", "旅行社") == "商贸旅游"


def test_what_editors_changed_in_a_table_stays_when_the_file_is_loaded_again():
    row = LabelMap.objects.get(label_set__name=SEVEN, category="0806", keyword="")
    row.label = Label.objects.get(label_set__name=SEVEN, name="环境保护")
    row.save()
    assert not load_label_set(FOLDER / "label_sets" / "letter_box.yaml")
    row.refresh_from_db()
    assert row.label.name == "环境保护"


def test_a_category_no_table_knows_yet_is_nobodys_label_and_no_error():
    LabelMap.objects.filter(label_set__name=SEVEN, category="0805").delete()
    forget_tables()
    assert "城乡建设" not in [one.name for one in cold_label(SEVEN, "", "路灯不亮，井盖丢失")]
    assert classify("", "路灯不亮，井盖丢失，" * 8).code == "0805"


def test_a_table_that_forgets_a_category_or_names_one_twice_is_refused(tmp_path):
    raw = yaml.safe_load((FOLDER / "label_sets" / "letter_box.yaml").read_text())
    raw["name"] = "other"
    raw["labels"][0]["categories"].remove("0101")
    raw["labels"][1]["categories"].append("0501")
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True))
    with pytest.raises(BadInput) as refused:
        load_label_set(path)
    assert {"other.yaml：0101 没有对应的标签", "other.yaml：0501 出现了不止一次"} <= set(
        refused.value.reasons
    )
    assert not LabelSet.objects.filter(name="other").exists()


def test_a_changed_lexicon_needs_a_new_version_and_the_newest_holds(tmp_path):
    path = tmp_path / "lexicon.yaml"
    path.write_text('version: "2099-r1"\nneutral: ""\nwords: {"0801": {5: 摇摇车}}\n')
    load_lexicon(path)
    assert current_lexicon(current_tree()).words["摇摇车"] == {"0801": 5}
    path.write_text(path.read_text().replace("5:", "4:"))
    with pytest.raises(BadInput, match="换一个版本号"):
        load_lexicon(path)
    assert LexiconVersion.objects.count() == 2
