"""H-130: the same matter, as the rules write it; no database needed."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from common.workdays import SHANGHAI
from hotline.rules.repeats import View, bigrams, distance, is_same_matter, jaccard

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
LIMITS = {"metres": 250, "jaccard": 0.35, "open_days": 90, "closed_days": 30}
HEATING = "小区暖气一直不热室温只有十四度"
#: The square of the invented city.
HERE = (126.6, 45.75)


def an_appeal(text=HEATING, **facts):
    known = {"category": "0604", "address": "A-1", "since": NOW - timedelta(days=3)}
    return View(text=text, **{**known, **facts})


def are_same(new, known):
    return is_same_matter(new, known, at=NOW, limits=LIMITS)


@pytest.mark.parametrize(
    ("one", "other", "share", "same"),
    [
        (HEATING + "请派人看", HEATING + "老人孩子冷", Fraction(14, 23), True),
        ("人民路建设街口井盖破损很危险", "人民路建设街口井盖不见了没人管", Fraction(8, 19), True),
        ("阳光小区三号楼里暖气片摸着是冰凉", "阳光小区三号楼里自来水又停了一天", Fraction(7, 23), False),
    ],
    ids=["0.609", "0.421", "0.304"],
)
def test_h130_words_agree_from_thirty_five_hundredths_of_their_pairs(one, other, share, same):
    """H-130: 0.609 yes, 0.421 yes, 0.304 no."""
    assert jaccard(bigrams(one), bigrams(other)) == pytest.approx(float(share))
    assert are_same(an_appeal(one), an_appeal(other)) is same


def test_h130_heating_and_water_are_two_matters_even_in_the_same_words():
    """H-130: another L2 is another matter."""
    assert not are_same(an_appeal(), an_appeal(category="0601"))


def test_h130_punctuation_case_and_blanks_say_nothing():
    """H-130."""
    assert bigrams("A 栋，暖气！不热") == bigrams("a栋暖气不热")
    assert jaccard(bigrams(""), bigrams("")) == 0


@pytest.mark.parametrize(("north", "same"), [(0.00222, True), (0.00228, False)])
def test_h130_places_agree_within_two_hundred_and_fifty_metres(north, same):
    """H-130: 247 m yes, 254 m no."""
    new = an_appeal(address="", longitude=HERE[0], latitude=HERE[1])
    known = an_appeal(address="", longitude=HERE[0], latitude=HERE[1] + north)
    assert are_same(new, known) is same
    assert (distance(HERE, (HERE[0], HERE[1] + north)) <= 250) is same


def test_h130_a_place_is_an_address_a_point_or_the_subject_complained_of():
    """H-130: any one of the three; none known is no agreement."""
    nowhere = an_appeal(address="")
    assert not are_same(nowhere, an_appeal(address=""))
    assert are_same(replace(nowhere, subject="91230000MA"), an_appeal(address="", subject="91230000MA"))
    assert not are_same(replace(nowhere, subject="91230000MA"), an_appeal(address="", subject="91230000MB"))


def test_h130_the_same_person_need_not_use_the_same_words():
    """H-130: bigram likeness or the same complainant."""
    other = an_appeal("家里冷得像冰窖，老人病了", complainant="k1")
    assert not are_same(an_appeal(complainant=""), replace(other, complainant=""))
    assert are_same(an_appeal(complainant="k1"), other)
    assert not are_same(an_appeal(complainant="k2"), other)


@pytest.mark.parametrize(
    ("is_open", "days", "same"), [(True, 90, True), (True, 91, False), (False, 30, True), (False, 31, False)]
)
def test_h130_ninety_days_while_open_thirty_once_closed(is_open, days, same):
    """H-130: both edges."""
    known = an_appeal(is_open=is_open, since=NOW - timedelta(days=days))
    assert are_same(an_appeal(), known) is same
