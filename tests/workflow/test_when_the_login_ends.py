"""Nothing typed is lost when the login has ended: it waits, and only for who typed it."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories import drafts as with_draft
from tests.workflow.test_applicant_pages import browser_of, text, url
from tests.workflow.test_one_draft_on_two_devices import opened
from workflow.services import drafts


@pytest.fixture
def draft(cast):
    return with_draft.filled(cast.li)


@pytest.fixture
def li(cast):
    return browser_of(cast.li)


def expired(client) -> None:
    """The session is over while the page is still open."""
    del client.cookies[settings.SESSION_COOKIE_NAME]


def kept(cast, draft):
    return drafts.draft_of(draft.pk, by=cast.li).typed


def test_the_form_sent_after_the_login_ended_is_there_after_logging_in(cast, draft, li):
    typed = opened(li, draft) | {"baby_name": "李安", "mother_id": "42010119"}
    expired(li)
    answer = li.post(url("form", draft.pk), typed)
    assert answer.headers["Location"] == f"/login/?next={url('form', draft.pk)}"
    assert "您刚才填的内容都留着" in text(li.get(answer.headers["Location"]))
    assert kept(cast, draft)["baby_name"] != "李安"
    li.force_login(cast.li)
    page = text(li.get(url("form", draft.pk)))
    assert "登录过期前填的内容已经接上了" in page
    assert 'value="李安"' in page
    assert 'value="42010119"' in page
    assert kept(cast, draft)["baby_name"] == "李安"


def test_it_is_put_in_once_and_does_not_come_back(cast, draft, li):
    typed = opened(li, draft) | {"baby_name": "李安"}
    expired(li)
    li.post(url("form", draft.pk), typed)
    li.force_login(cast.li)
    li.get(url("form", draft.pk))
    drafts.save_answers(draft.pk, by=cast.li, typed={"baby_name": "李宁"})
    assert "接上了" not in text(li.get(url("form", draft.pk)))
    assert kept(cast, draft)["baby_name"] == "李宁"


def test_what_was_changed_meanwhile_on_the_phone_is_not_overwritten(cast, draft, li):
    typed = opened(li, draft) | {"baby_name": "李安"}
    expired(li)
    li.post(url("form", draft.pk), typed)
    drafts.save_answers(draft.pk, by=cast.li, typed={"baby_name": "李宁"})
    li.force_login(cast.li)
    assert "两边填的不一样" in text(li.get(url("form", draft.pk)))
    assert kept(cast, draft)["baby_name"] == "李宁"
    (rival,) = drafts.draft_of(draft.pk, by=cast.li).unsettled["baby_name"]
    assert rival.value == "李安"


def test_it_is_encrypted_while_it_waits(draft, li):
    typed = opened(li, draft) | {"mother_id": "42010119"}
    expired(li)
    li.post(url("form", draft.pk), typed)
    waiting = li.session["typed_while_away"]
    assert "42010119" not in str(waiting)
    assert waiting["typed"].startswith("enc:")
    assert Session.objects.filter(pk=li.session.session_key).exists()


def test_nobody_else_who_logs_in_here_gets_it(cast, draft, li):
    typed = opened(li, draft) | {"baby_name": "李安"}
    expired(li)
    li.post(url("form", draft.pk), typed)
    li.force_login(cast.wang)
    assert li.get(url("form", draft.pk)).status_code == 404
    own = with_draft.filled(cast.wang)
    assert "李安" not in text(li.get(url("form", own.pk)))


def test_a_stranger_who_sends_a_form_nobody_drew_for_them_leaves_nothing_behind(draft):
    stranger = Client()
    answer = stranger.post(url("form", draft.pk), {"baby_name": "李安", "seen": "made:up"})
    assert answer.headers["Location"] == f"/login/?next={url('form', draft.pk)}"
    assert "typed_while_away" not in stranger.session


def test_a_page_of_a_draft_asks_for_a_login_like_any_other(draft):
    for name in ("form", "tasks", "settle", "check"):
        assert Client().get(url(name, draft.pk)).headers["Location"].startswith("/login/?next=/drafts/")
    question = url("question", draft.pk, "birth_place")
    assert Client().get(question).headers["Location"] == f"/login/?next={question}"


def test_an_answer_to_a_question_waits_as_well(cast, li):
    draft = with_draft.begun(cast.li)
    address = url("question", draft.pk, "birth_place")
    seen = re.search(r'name="seen" value="([^"]+)"', li.get(address).content.decode())[1]
    expired(li)
    li.post(address, {"birth_place": "abroad", "seen": seen})
    li.force_login(cast.li)
    assert re.search(r'value="abroad"\s+checked', li.get(address).content.decode())


def test_the_form_of_an_earlier_login_is_taken_too(cast, draft):
    """Logged out and in again in another tab: the token of the open page is of the login before."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.li)
    typed = opened(browser, draft) | {"baby_name": "李安", "csrfmiddlewaretoken": "a" * 64}
    answer = browser.post(url("form", draft.pk), typed)
    assert answer.headers["Location"] == url("form", draft.pk)
    assert 'value="李安"' in text(browser.get(url("form", draft.pk)))
    assert kept(cast, draft)["baby_name"] == "李安"


def test_a_form_from_elsewhere_is_refused_as_ever(cast, draft):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.li)
    assert browser.post(url("form", draft.pk), {"baby_name": "李安"}).status_code == 403
    assert kept(cast, draft)["baby_name"] != "李安"
