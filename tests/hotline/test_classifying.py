"""The words of an appeal lead to a category, say how sure that is, and leave the unclear to a person."""

from datetime import date

import pytest

from hotline.models import Category
from hotline.rules.classifying import KeywordRow, confidence, normalised, scores
from hotline.selectors import current_tree, forget_tree
from hotline.selectors.classifying import classify
from hotline.states import Urgency

pytestmark = pytest.mark.django_db
PARKING = KeywordRow("0703", "停车", ("停车", "停车场", "停车费", "地锁"))


def test_h_55_all_148_examples_give_their_own_category_and_143_are_certain():
    found = [(one.code, classify("", example)) for one in current_tree().leaves for example in one.examples]
    assert len(found) == 148
    assert [said.code for _, said in found] == [code for code, _ in found]
    assert sum(said.confidence >= 0.65 for _, said in found) == 143
    assert {said.confidence for _, said in found if said.confidence < 0.65} == {0.5}


def test_h_55_a_keyword_inside_a_longer_hit_is_not_counted_again():
    (found,) = scores("", "停车场乱收费", [PARKING])
    assert found.words == {"停车场": 3}


def test_h_55_the_same_keyword_twice_counts_once():
    (found,) = scores("", "地锁，又是地锁", [PARKING])
    assert found.value == 2


def test_h_55_a_keyword_in_the_title_counts_half_as_much_again():
    (found,) = scores("地锁", "门口有地锁，停车费也涨了", [PARKING])
    assert found.words == {"地锁": 3, "停车费": 3}


def test_h_55_wide_letters_blanks_and_capitals_make_no_difference():
    assert normalised("ＫＴＶ 半夜\n吵闹") == "ktv半夜吵闹"
    assert classify("", "楼下 ＫＴＶ 半 夜 吵 闹 唱歌").code == "0803"


@pytest.mark.parametrize(
    ("values", "sure"),
    [([], 0), ([4, 4, 4], 1 / 3), ([6, 4], 0.6), ([2], 0.5), ([8], 1), ([8, 1, 1, 99], 0.8)],
)
def test_h_55_confidence_is_the_share_of_the_best_of_three_times_its_strength(values, sure):
    assert confidence(values) == pytest.approx(sure)


@pytest.mark.parametrize(
    ("text", "code", "sure"),
    [
        ("你们到底管不管", "0000", 0),
        ("小区门口施工噪音扰民而且占道停车", "0506", 1 / 3),
        ("物业把消防通道改成停车场收停车费", "0703", 0.6),
    ],
)
def test_h_56_hard_words_go_to_a_person(text, code, sure):
    said = classify("", text)
    assert (said.code, said.automatic) == (code, False)
    assert said.confidence == pytest.approx(sure)


def test_h_56_a_person_is_shown_the_best_three_with_the_words_that_speak_for_them():
    said = classify("", "小区门口施工噪音扰民而且占道停车")
    assert [(one.code, one.score) for one in said.candidates] == [("0506", 4), ("0703", 4), ("0803", 4)]
    assert said.candidates[2].words == {"噪音": 2, "扰民": 2}


def test_h_56_what_is_clear_is_classified_by_itself_and_says_by_which_version():
    said = classify("井盖丢失", "路灯不亮，井盖也不见了")
    assert (said.code, said.automatic) == ("0805", True)
    assert current_tree().version in said.by


def test_h_50_a_retired_category_is_chosen_no_more():
    Category.objects.filter(code="0404").update(valid_to=date(2020, 1, 1))
    forget_tree()
    assert classify("", "社保卡丢了在哪里补卡").code == "0000"


def test_h_59_a_named_bundle_goes_to_its_own_category_with_the_lead_assisting():
    said = classify("", "开办餐饮店一件事")
    assert (said.code, said.bundle) == ("0105", "restaurant-opening")
    assert said.assists == ("shichang",)


def test_h_59_a_business_category_that_scores_higher_keeps_the_order_and_the_bundle_is_noted():
    said = classify("", "信用修复一件事办了，失信记录和黑名单还在")
    assert (said.code, said.bundle) == ("0205", "credit-repair")
    assert said.assists == ("jinrong",)


def test_h_59_a_bundle_named_without_any_other_word_is_still_recognised():
    said = classify("", "请问企业破产信息核查怎么申请")
    assert (said.code, said.bundle) == ("0105", "bankruptcy-info-check")
    assert said.automatic


def test_h_59_every_bundle_of_the_tree_is_recognised_by_its_name():
    links = current_tree().tables["bundle_links"]
    assert [classify("", f"我要办{link['name']}一件事").bundle for link in links] == [
        link["bundle"] for link in links
    ]


def test_h_61_urgency_is_the_highest_of_category_words_and_agent():
    assert classify("", "楼道里有煤气味").urgency == Urgency.EMERGENCY
    assert classify("", "自来水水质发黄").urgency == Urgency.URGENT
    assert classify("", "图书馆闭馆太早").urgency == Urgency.NORMAL
    assert classify("", "图书馆着火了").urgency == Urgency.EMERGENCY
    assert classify("", "图书馆闭馆太早", urgency=Urgency.URGENT).urgency == Urgency.URGENT
    assert classify("", "楼道里有煤气味", urgency=Urgency.NORMAL).urgency == Urgency.EMERGENCY


def test_asking_twice_reads_nothing_from_the_database(django_assert_num_queries):
    classify("", "停水两天")
    with django_assert_num_queries(0):
        classify("", "停水两天")
