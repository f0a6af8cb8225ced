"""The page after the end: five equal buttons, thanks once, nothing typed lost."""

import pytest
from django.test import Client

from evaluation.models import Evaluation


@pytest.fixture
def page(cast, event) -> str:
    return f"/applications/{event.application.reference}/rate/"


@pytest.fixture
def li(cast) -> Client:
    client = Client()
    client.force_login(cast.li)
    return client


def test_one_tap_and_thanks(li, page):
    """E-12, E-30."""
    assert li.post(page, {"level": "5"}).status_code == 302
    thanks = li.get(page).content.decode()
    assert "谢谢您的评价" in thanks
    assert "非常满意" in thanks
    assert 'name="level"' not in thanks


def test_tapped_twice_it_counts_once(li, page):
    """E-30: the second tap changes nothing."""
    li.post(page, {"level": "5"})
    li.post(page, {"level": "1", "text": "其实并不满意"})
    assert Evaluation.objects.get().level == 5


def test_what_was_typed_stays_when_the_reason_is_missing(li, page):
    """E-12."""
    answer = li.post(page, {"level": "1", "text": "差"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert ">差</textarea>" in text
    assert "请选一个原因" in text
    assert not Evaluation.objects.exists()


def test_tags_of_another_level_are_left_behind(li, page):
    """E-11: changing the level clears what was ticked for the other."""
    li.post(page, {"level": "4", "tags": ["510", "413"]})
    assert Evaluation.objects.get().tags == ["413"]


def test_nobody_else_gets_the_page(cast, page):
    for other in (cast.wang, cast.window1, cast.reviewer("weijian")):
        client = Client()
        client.force_login(other)
        assert client.get(page).status_code == 404
        assert client.post(page, {"level": "5"}).status_code == 404
