"""The figures on the home page: counted from rows, over a year, of so many, and honest while there is nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from evaluation.models import Evaluation, ServiceEvent
from portal.figures import Pace, Share, count, figures
from portal.keeping import Kept
from tests.factories import workflow as at
from tests.portal.test_home import tree, words
from workflow.models import DepartmentReview


@pytest.fixture(autouse=True)
def fresh():
    """What another test counted is forgotten before and after."""
    figures.forget()
    yield
    figures.forget()


@pytest.fixture
def hukou(cast) -> DepartmentReview:
    """李明's newborn is registered by the police, today."""
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    return at.review_of(application, "nb-social-security-card")


def rated(application, level):
    now = timezone.now()
    event = ServiceEvent.objects.create(
        event_no=level,
        object="case",
        application=application,
        title="新生儿出生一件事",
        bundle="newborn",
        channel="portal",
        outcome="approved",
        started_at=now,
        ended_at=now,
        expires_at=now,
    )
    return Evaluation.objects.create(event=event, level=level, evaluator_hash="-", channel="portal")


def section(client) -> str:
    return words(next(one for one in tree(client.get("/")).iter("section") if one.get("class") == "kept"))


def test_while_nothing_was_done_the_page_says_so(db):
    told = section(Client())
    assert told.count("暂无数据") == 4
    assert "%" not in told


def test_each_figure_says_of_how_many_and_since_when(hukou):
    for level in (5, 3, 2):
        rated(hukou.application, level)
    told = section(Client())
    today = timezone.localdate()
    reviews = hukou.application.reviews.count()
    assert f"{today.year}年{today.month}月{today.day}日" in told
    assert f"{today.year - 1}年" in told
    assert "66.6% 共 3 次评价" in told
    assert f"100% 共 {reviews} 个事项" in told
    assert "1 件 一件事合成一件数" in told


def test_what_is_overdue_and_still_open_counts_against_the_promise(cast, hukou):
    waiting = at.filed(cast.li, number=1)
    at.confirm_all(cast, waiting)
    in_hand = waiting.reviews.exclude(due_at=None).exclude(assigned_at=None).first()
    before = count().on_time
    DepartmentReview.objects.filter(pk=in_hand.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert count().on_time == Share(before.part, before.of + 1)


def test_a_decision_after_its_day_is_not_on_time(hukou):
    late = hukou.decided_at - timedelta(minutes=1)
    DepartmentReview.objects.filter(pk=hukou.pk).update(due_at=late)
    kept = count().on_time
    assert kept.part == kept.of - 1


def test_time_saved_is_counted_in_working_days_against_the_law(hukou):
    DepartmentReview.objects.exclude(pk=hukou.pk).update(statutory_days=None)
    start = hukou.decided_at - timedelta(days=7)
    DepartmentReview.objects.filter(pk=hukou.pk).update(clock_from=start, statutory_days=15)
    pace = count().pace
    assert (pace.allowed, pace.of) == (15, 1)
    assert 1 <= pace.taken <= 6
    assert pace.saved_each == 15 - pace.taken


def test_only_the_last_year_counts(hukou):
    long_ago = timezone.now() - timedelta(days=366)
    rating = rated(hukou.application, 1)
    Evaluation.objects.filter(pk=rating.pk).update(created_at=long_ago)
    hukou.application.reviews.update(decided_at=long_ago)
    type(hukou.application).objects.update(decided_at=long_ago)
    counted = count()
    assert (counted.good, counted.on_time, counted.pace, counted.handled) == (None, None, None, 0)


def test_counting_costs_the_same_however_many_there_are(hukou, statements):
    with statements(at_most=5):
        count()


def test_ten_minutes_old_is_new_enough(db, statements):
    figures()
    with statements(at_most=0):
        figures()


@pytest.mark.parametrize(
    ("part", "of", "told"),
    [(1, 1, "100"), (9997, 10000, "99.9"), (2, 3, "66.6"), (0, 7, "0"), (1, 8, "12.5")],
)
def test_a_share_is_cut_off_and_never_rounded_up(part, of, told):
    assert Share(part, of).percent == told


def test_a_pace_is_an_average():
    pace = Pace(allowed=40, taken=7, of=2)
    assert (pace.allowed_each, pace.taken_each, pace.saved_each) == (20, 3.5, 16.5)


def test_what_is_kept_is_asked_again_when_it_is_old():
    asked = iter([1, 2, 3])
    forever, never = Kept(lambda: next(asked), 3600), Kept(lambda: next(asked), 0)
    assert [forever(), forever(), never(), never()] == [1, 1, 2, 3]
