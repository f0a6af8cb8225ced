"""The nine algorithms by their acceptance numbers (hotline.md section 17); pure, no database."""

import math
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import SHANGHAI
from hotline.warning.counts import (
    MatterCount,
    Spread,
    expected,
    is_concentrated,
    is_in_the_way,
    is_of_the_season,
    is_rising,
    poisson_tail,
    typicality,
)
from hotline.warning.finding import ALGORITHMS, NATURE, Finding, level_of, people_count
from hotline.warning.places import Spot, clusters
from hotline.warning.words import Said, new_terms, sensitive_hits

NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("mean", "n", "chance", "fires"),
    [
        (0.5, 4, 0.00175, False),
        (0.5, 5, 0.00017, True),
        (3, 10, 0.00110, False),
        (3, 11, 0.00029, True),
        (10, 21, 0.00159, False),
        (10, 22, 0.00070, True),
    ],
)
def test_a1_too_many_people_for_chance(mean, n, chance, fires):
    """A-1: the six numbers of the rule."""
    assert poisson_tail(n, mean) == pytest.approx(chance, abs=0.000006)
    assert is_concentrated(n, mean) is fires


@given(st.integers(0, 60), st.floats(0.5, 40))
def test_a1_the_tail_and_its_complement_make_one(n, mean):
    """A-1: P(X ≥ n) is what the terms below n leave."""
    below = sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n))
    assert poisson_tail(n, mean) == pytest.approx(1 - below, abs=1e-9)


def test_a1_half_a_complaint_is_expected_everywhere_and_five_people_are_needed():
    """A-1: λ = max(0.5, mean); n_min 5, an anonymous one is half a person."""
    assert expected([]) == 0.5
    assert expected([0, 1, 0, 0]) == 0.5
    assert expected([2, 4]) == 3
    assert not is_concentrated(4.5, 0.5)
    assert people_count(["a", "a", "b", "", ""]) == 3


def test_a2_twice_the_week_before_and_every_one_of_the_last_three_days():
    """A-2: p7=3, n7=7 → 2.0 yes; p7=4, n7=7 → 1.6 no."""
    assert is_rising(7, 3, [1, 2, 4])
    assert not is_rising(7, 4, [1, 2, 4])
    assert not is_rising(7, 3, [1, 0, 6])
    assert not is_rising(5, 0, [1, 2, 2])


def said(people, words="居民都说共享充电宝涨价"):
    return [Said(number, person, words) for number, person in enumerate(people)]


def test_a2_a_word_nobody_said_before():
    """A-2: six orders of three people no, of four people yes; what was said twice before is no news."""
    assert new_terms(said("aabbcc"), [], ()) == []
    found = new_terms(said("aabbcd"), [], ())
    assert any(term.word == "充电宝" or "充电宝" in term.word for term in found)
    assert all(term.people == 4 and len(term.orders) == 6 for term in found)
    assert new_terms(said("aabbcd"), ["居民都说共享充电宝涨价"] * 2, ()) == []
    assert new_terms(said("aabbcd"), ["居民都说共享充电宝涨价"], ()) != []


def test_a2_keywords_of_the_tree_are_no_news():
    """A-2: not in the keyword list."""
    assert not any(term.word == "噪音" for term in new_terms(said("abcdef", "噪音"), [], ("噪音",)))
    assert [term.word for term in new_terms(said("abcdef", "噪音"), [], ())] == ["噪音"]


@pytest.mark.parametrize(
    ("streets", "weeks", "solved", "score"), [(4, 6, 0.5, 0.77), (1, 2, 0.9, 0.21), (3, 3, 0.4, 0.57)]
)
def test_a3_typical_where_it_is_wide_lasting_and_unsolved(streets, weeks, solved, score):
    """A-3: 0.77 yes, 0.21 no, 0.57 no at T ≥ 0.60."""
    assert typicality(streets, weeks, 1 - solved) == pytest.approx(score)
    assert (typicality(streets, weeks, 1 - solved) >= 0.6) is (score >= 0.6)


def test_a3_without_five_surveys_rework_stands_for_unsolved():
    """A-3: needs ≥ 5 surveys, else the rework share."""
    asked = Spread(people=6, streets=2, weeks=2, solved=2, surveyed=5, reworked=0, orders=20)
    unasked = Spread(people=6, streets=2, weeks=2, solved=0, surveyed=4, reworked=5, orders=20)
    assert asked.unsolved_share == pytest.approx(0.6)
    assert unasked.unsolved_share == pytest.approx(0.25)


def spots(metres_apart, people="abcde"):
    degree = metres_apart / 111_195
    return [Spot(n, person, 126.6, 45.75 + n * degree) for n, person in enumerate(people)]


def test_a4_five_people_within_reach_are_a_cluster():
    """A-4: five points inside 400 m yes; five in a line spaced 750 m no."""
    assert [len(found) for found in clusters(spots(100))] == [5]
    assert clusters(spots(750)) == []
    assert clusters([]) == []


def test_a4_counts_people_and_does_not_care_in_which_order_they_came():
    """A-4: one person five times is one; the same points shuffled give the same cluster."""
    assert clusters(spots(50, "aaaaa")) == []
    assert clusters(list(reversed(spots(100)))) == clusters(spots(100))


def test_a7_a_sensitive_word_is_a_hit_even_with_blanks_inside():
    """A-7: 集体上访."""
    words = ["集体上访", "堵路"]
    assert sensitive_hits("再不解决我们就集体 上访", words) == ["集体上访"]
    assert sensitive_hits("路上堵车", words) == []


def test_a8_a_season_stands_out_two_years_running():
    """A-8: ratio ≥ 1.5 in both years, or one year and the list of rules."""
    heating = {2024: {10: 30, 11: 30, 5: 12}, 2025: {10: 40, 11: 30, 5: 10}}
    assert is_of_the_season(10, heating)
    assert not is_of_the_season(5, {2024: {5: 10, 6: 10, 7: 10, 8: 10, 9: 10, 10: 30}, 2025: {5: 1, 10: 9}})
    only = {2025: heating[2025]}
    assert not is_of_the_season(10, only)
    assert is_of_the_season(10, only, listed=True)


@pytest.mark.parametrize(
    ("complaints", "handled", "blocked"),
    [(2, 100, True), (1, 100, False), (5, 5000, True), (2, 49, False), (4, 300, False)],
)
def test_a9_a_matter_that_stands_in_the_way(complaints, handled, blocked):
    """A-9: two of a hundred yes, one no; five always; shares only from fifty handled."""
    assert is_in_the_way(MatterCount(complaints, handled)) is blocked


def found(algo, people=6, orders=(1, 2, 3)):
    return Finding(algo, "k", NOW - timedelta(days=1), NOW, people, orders)


def test_h166_every_algorithm_has_its_colour():
    """H-166: 蓝 A-8 A-9, 黄 A-2 A-3, 橙 A-1 A-4 A-5, 红 A-7."""
    assert NATURE.keys() == ALGORITHMS.keys()
    assert level_of(found("A-1")) == "orange"
    assert level_of(found("A-7")) == "red"
    assert level_of(found("A-8")) == "blue"
    assert level_of(found("A-3")) == "yellow"


def test_h166_two_gatherings_about_the_same_are_red_and_so_are_twenty_people():
    """H-166: A-1 with A-4 → red; A-2 with A-1 is not; 20 people are."""
    assert level_of(found("A-1"), [found("A-4", orders=(3, 9))]) == "red"
    assert level_of(found("A-1"), [found("A-4", orders=(8, 9))]) == "orange"
    assert level_of(found("A-2"), [found("A-1")]) == "yellow"
    assert level_of(found("A-2", people=20)) == "red"
    assert level_of(found("A-1", people=19.5)) == "orange"
