"""The keystroke-level model counts as its authors do: operators by number, times by operator."""

import pytest

from tests.stories.keystrokes import K_OF_A_CODE, K_OF_A_TAP, Effort, H, K, M, P, strokes


@pytest.mark.parametrize(
    ("words", "keys"), [("", 0), ("abc", 3), ("13912345678", 11), ("李明", 3 + 5), ("3号", 1 + 4)]
)
def test_a_character_is_its_pinyin_and_the_choice(words, keys):
    assert strokes(words) == keys


def test_an_act_is_a_thought_and_its_taps():
    effort = Effort()
    effort.acts_by(taps=2)
    assert effort.seconds == pytest.approx(M + 2 * (P + K_OF_A_TAP))


def test_a_box_is_reached_and_digits_are_slower_than_words():
    words, number = Effort(), Effort()
    words.types("abcd")
    number.types("1234")
    reached = M + (P + K_OF_A_TAP) + H
    assert words.seconds == pytest.approx(reached + 4 * K)
    assert number.seconds == pytest.approx(reached + 4 * K_OF_A_CODE)
    mixed = Effort()
    mixed.types("ab12")
    assert mixed.seconds == pytest.approx(reached + 2 * K + 2 * K_OF_A_CODE)


def test_waiting_is_part_of_it():
    assert Effort(pages=3).seconds == pytest.approx(3.0)
    assert Effort(files=2).seconds == pytest.approx(10.0)
