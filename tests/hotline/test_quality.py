"""An inspector is shown what a reply leaves out, repeats without saying anything, or gives away (H-97)."""

import pytest

from hotline.rules.quality import demands_in, inspect_reply, unanswered

APPEAL = (
    "小区门口路灯坏了半个月。晚上老人摔倒过两次。请尽快修好路灯。另外希望在坡道加装扶手。请问什么时候能修？"
)
PHRASES = ["已转相关部门处理", "正在处理", "我们会尽快处理"]


def test_h_97_the_sentences_that_ask_are_found():
    assert demands_in(APPEAL) == ["请尽快修好路灯。", "另外希望在坡道加装扶手。", "请问什么时候能修？"]


def test_h_97_a_demand_nobody_spoke_to_is_named():
    assert unanswered(APPEAL, "路灯已于三日修好，并更换了灯头，请放心。") == ["另外希望在坡道加装扶手。"]


def test_h_97_a_reply_to_every_demand_leaves_nothing():
    assert unanswered(APPEAL, "路灯已经修好；坡道加装扶手的材料已到，周五前装完。") == []


@pytest.mark.parametrize("reply", ["已转相关部门处理", "正在处理，我们会尽快处理。"])
def test_h_95_a_phrase_alone_is_no_answer(reply):
    assert inspect_reply(APPEAL, reply, phrases=PHRASES).is_boilerplate


def test_h_96_a_reply_that_names_the_complainant_gives_them_away():
    hints = inspect_reply(
        APPEAL, "已电话告知王小二，坡道扶手和路灯都已装好。", phrases=PHRASES, said=["王小二"]
    )
    assert hints.betrays
    assert hints.any


def test_a_good_reply_gives_nothing_to_look_at():
    good = "路灯已于三日修好；坡道加装扶手，周五前装完，能修的都已修好。"
    assert not inspect_reply(APPEAL, good, phrases=PHRASES).any
