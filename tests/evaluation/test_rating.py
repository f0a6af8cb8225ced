"""One tap, five levels, once: who may rate, what a rating must say, and that it stands."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Evaluation, ServiceEvent
from evaluation.states import TAGS, Level
from events.models import EventRecord
from tests.factories import identity as people
from tests.factories import workflow as at
from workflow import services

EVALUATIONS = "/api/v1/evaluations/"


def rate(account, **said):
    return people.api(account).post(EVALUATIONS, said)


def test_a_good_level_needs_nothing_else(cast, event):
    """E-12."""
    answer = rate(cast.li, event_no=event.event_no, level=5)
    assert answer.status_code == 201
    kept = Evaluation.objects.get()
    assert (answer.json()["id"], kept.level, kept.event, kept.tags) == (kept.pk, 5, event, [])


@pytest.mark.parametrize("level", [0, 6, -1, 99])
def test_there_are_five_levels_and_no_other(cast, event, level):
    """E-10."""
    answer = rate(cast.li, event_no=event.event_no, level=level)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["level"])


def test_the_levels_have_the_same_words_everywhere(cast, event):
    """E-10: the page says what the list says, no stars without words."""
    assert [label for _, label in Level.choices] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    client = Client()
    client.force_login(cast.li)
    page = client.get(f"/applications/{event.application.reference}/rate/").content.decode()
    assert all(label in page for _, label in Level.choices)
    assert page.count('name="level"') == 5
    assert " checked" not in page


@pytest.mark.parametrize(
    ("level", "tags", "status"),
    [
        pytest.param(2, ["510"], 400, id="E-11 a tag of another level"),
        pytest.param(2, ["207", "510"], 400, id="E-11 one of each"),
        pytest.param(2, ["207", "214"], 201, id="E-11 its own"),
        pytest.param(5, list(TAGS[Level.VERY_SATISFIED]), 201, id="E-11 all eight"),
        pytest.param(5, ["999"], 400, id="E-11 no tag at all"),
    ],
)
def test_only_the_tags_of_the_chosen_level_count(cast, event, level, tags, status):
    assert rate(cast.li, event_no=event.event_no, level=level, tags=tags).status_code == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({"level": 1}, 400, id="E-12 bad and silent"),
        pytest.param({"level": 2, "text": "不好  "}, 400, id="E-12 four letters are too few"),
        pytest.param({"level": 2, "text": "排队两小时"}, 201, id="E-12 five say something"),
        pytest.param({"level": 1, "tags": ["115"]}, 201, id="E-12 a tag does"),
        pytest.param({"level": 3}, 201, id="E-12 fair needs no reason"),
    ],
)
def test_a_bad_rating_says_why(cast, event, said, status):
    answer = rate(cast.li, event_no=event.event_no, **said)
    assert answer.status_code == status
    if status == 400:
        assert list(answer.json()["fields"]) == ["text"]


def test_a_second_one_is_answered_with_the_first(cast, event):
    """E-30."""
    first = rate(cast.li, event_no=event.event_no, level=4).json()["id"]
    second = rate(cast.li, event_no=event.event_no, level=1, text="改主意了不好")
    assert (second.status_code, second.json()["fields"]["id"]) == (409, [str(first)])
    assert Evaluation.objects.get().level == 4


def test_a_token_is_good_for_one_rating(cast, event):
    """E-21: used up, it is over."""
    assert rate(cast.li, token=event.token, level=5).status_code == 201
    assert rate(cast.li, token=event.token, level=5).status_code == 410
    assert Evaluation.objects.count() == 1


def test_two_colleagues_rate_once_between_them(cast, deliver_events):
    """E-38: one rating per event of an enterprise."""
    application = at.filed(cast.huarong, "credit-repair")
    services.withdraw(application.pk, by=cast.huarong)
    deliver_events()
    number = ServiceEvent.objects.get(application=application).event_no
    assert rate(cast.huarong, event_no=number, level=5).status_code == 201
    assert rate(cast.boss, event_no=number, level=4).status_code == 409


@pytest.mark.parametrize("by_token", [False, True], ids=["by number", "by token"])
def test_when_the_time_is_over_it_is_over(cast, event, by_token):
    """E-31, E-21: late is 410."""
    ServiceEvent.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    named = {"token": event.token} if by_token else {"event_no": event.event_no}
    assert rate(cast.li, **named, level=5).status_code == 410
    assert not people.api(cast.li).get(f"{EVALUATIONS}invitations/").json()["results"]


def test_a_stranger_finds_nothing_to_rate(cast, event):
    for named in ({"event_no": event.event_no}, {"token": event.token}, {"event_no": 10**15}):
        assert rate(cast.wang, **named, level=5).status_code == 404
    assert rate(cast.li, level=5).status_code == 400
    assert people.api().post(EVALUATIONS, {"event_no": event.event_no, "level": 5}).status_code == 401


@pytest.mark.parametrize("who", ["window1", "exit1", "reviewer"])
def test_staff_never_rate(cast, event, who):
    """E-36: not with a token that came into their hands either."""
    account = cast.reviewer("weijian") if who == "reviewer" else getattr(cast, who)
    for named in ({"event_no": event.event_no}, {"token": event.token}):
        assert rate(account, **named, level=5).status_code == 403
    assert not Evaluation.objects.exists()


def test_an_officer_who_was_the_citizen_may_say_how_it_went(cast, deliver_events):
    """E-36 is about the others: a clerk is also a citizen."""
    officer = cast.reviewer("minzheng")
    own = at.filed(officer)
    services.withdraw(own.pk, by=officer)
    deliver_events()
    number = ServiceEvent.objects.get(application=own).event_no
    assert rate(officer, event_no=number, level=5).status_code == 201


def an_agents(cast):
    cast.authorise_agent(at.planned("newborn", at.answers("newborn")).codes)
    whom = services.OnBehalfOf(cast.li.person.name, cast.li.person.id_number)
    application = at.filed(cast.agent, on_behalf_of=whom)
    services.withdraw(application.pk, by=cast.agent)
    return application


def test_an_agents_rating_is_marked_as_an_agents(cast, deliver_events):
    """E-37."""
    application = an_agents(cast)
    deliver_events()
    number = ServiceEvent.objects.get(application=application).event_no
    assert rate(cast.agent, event_no=number, level=4).status_code == 201
    assert Evaluation.objects.get().by_agent


def test_single_matters_may_be_rated_beside_the_whole(cast, event):
    """E-05: those of this application, each once."""
    good = [{"matter": "nb-birth-hukou", "level": 2}]
    wrong = [{"matter": "company-name-change", "level": 2}]
    assert rate(cast.li, event_no=event.event_no, level=5, details=wrong).status_code == 400
    assert rate(cast.li, event_no=event.event_no, level=5, details=good * 2).status_code == 400
    assert rate(cast.li, event_no=event.event_no, level=5, details=good).status_code == 201
    assert Evaluation.objects.get().details == good


def test_who_rated_is_told_to_nobody(cast, event):
    """E-48: a keyed hash; the fact names no one."""
    rate(cast.li, event_no=event.event_no, level=2, text="电话13912345678没人接")
    kept = Evaluation.objects.get()
    assert str(cast.li.person_id) != kept.evaluator_hash
    assert "13912345678" not in kept.text
    fact = EventRecord.objects.get(name="evaluation.Rated")
    assert set(fact.payload) == {"evaluation_id", "level", "tags"}
