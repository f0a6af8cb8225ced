"""Topics in free text: found whole, kept apart, ranked; on letters that nobody wrote (docs/decisions/0019)."""

import random
from datetime import timedelta
from statistics import fmean

import pytest

from hotline.warning.topics import Message
from hotline.warning.topics.finding import find_topics
from hotline.warning.topics.heating import heat
from hotline.warning.topics.names import Reader, core
from tests.factories.appeals import best_f, letter_box
from tests.hotline.letters import NOISE, PARKING, letters, said_of


@pytest.fixture(scope="module", params=["tune", "hold"])
def read(request):
    """Letters with their topics, and what was found; "hold" has other problems and places than "tune"."""
    box = letter_box(21, part=request.param, size=2000, topics=40)
    return box, find_topics(box.messages)


@pytest.mark.slow
def test_each_topic_is_found_nearly_whole(read):
    """H-165, section 17: nine of ten topics at F ≥ 0.85, all together above 0.93."""
    box, found = read
    marks = [best_f(keys, found)[0] for keys in box.topics.values()]
    assert len(marks) >= 40
    assert fmean(marks) >= 0.93, sorted(marks)[:8]
    assert sum(mark >= 0.85 for mark in marks) >= 0.9 * len(marks), sorted(marks)[:8]


@pytest.mark.slow
def test_the_same_words_about_another_place_are_another_topic(read):
    """Not one topic holds members of two that sound alike at different places."""
    box, found = read
    elsewhere = [(a, b) for a, b in box.look_alikes if a.partition("/")[0] != b.partition("/")[0]]
    assert len(elsewhere) >= 5
    for one, other in elsewhere:
        for topic in found:
            keys = {member.key for member in topic.members}
            assert not (keys & box.topics[one] and keys & box.topics[other]), (one, other)


@pytest.mark.slow
def test_what_was_said_once_is_no_topic(read):
    """Noise stays noise: hardly any message of no topic is in one."""
    box, found = read
    members = [member.key for topic in found for member in topic.members]
    strangers = [key for key in members if key not in box.topic_of]
    assert len(members) == len(set(members))
    assert len(strangers) <= 0.12 * len(members)


def test_one_estate_may_have_two_topics_and_two_estates_one_problem():
    """Problems at a place stay apart, and so do places of a problem."""
    messages = [
        *letters(said_of("丽澜新城", NOISE), "a"),
        *letters(said_of("丽澜新城", PARKING), "b"),
        *letters(said_of("枫溪苑小区", NOISE), "c"),
    ]
    found = {frozenset(member.key[0] for member in topic.members) for topic in find_topics(messages)}
    assert found == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_the_order_of_the_letters_changes_nothing():
    """H-165: the same again, the same alerts."""
    messages = [*letters(said_of("丽澜新城", NOISE), "a"), *letters(said_of("枫溪苑", PARKING), "b")]
    shuffled = random.Random(5).sample(messages, len(messages))
    assert find_topics(messages) == find_topics(shuffled) == find_topics(messages)


@pytest.mark.parametrize("said", ["丽澜新城二期", "丽澜新城小区", "丽澜新城3栋", "丽澜新城"])
def test_a_place_goes_by_many_names(said):
    """Variants of a name are one place."""
    assert core(said) == "丽澜新城"


def test_a_name_begins_where_everybody_begins_it():
    """What surrounds a name is not of it, and a plain word before an ending is no name."""
    reader = Reader()
    texts = [
        "投诉A3区丽澜新城",
        "家住丽澜新城",
        "星沙路丽澜新城噪音",
        "位于丽澜新城的工地",
        "水泥路坏了",
        "我们小区",
    ]
    read = [reader.mentions(text) for text in texts]
    for mentions in read:
        reader.count(mentions)
    named = [[name for one in mentions if (name := reader.name_of(one))] for mentions in read]
    assert [names[-1] for names in named[:4]] == ["丽澜新城"] * 4
    assert named[4:] == [[], []]


def test_heat_rises_with_people_with_agreement_and_with_nearness():
    """Ranked by heat: many people before one who writes often, agreed before unheard, new before old."""
    one = letters([("", "")] * 10)
    same = [Message(m.key, "p", m.title, m.text, m.at) for m in one]
    liked = [Message(m.key, m.person, m.title, m.text, m.at, agree=50) for m in one]
    now = one[-1].at
    assert heat(one, now) > heat(same, now)
    assert heat(liked, now) > heat(one, now)
    assert heat(one, now) > heat(one, now + timedelta(days=300))
    assert 0 <= heat(one, now) <= 100


def test_a_letter_box_of_two_has_no_topic():
    """Too few to say anything."""
    assert find_topics([]) == []
    assert find_topics(letters([("甲", "乙"), ("丙", "丁")])) == []
