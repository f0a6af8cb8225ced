"""Tokens for machines, pages for people, and the doors of the demo."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from identity.models import Account, ApiToken
from identity.services import demo, issue_token
from identity.services.tokens import TOKEN_LIFETIME
from tests.conftest import forget_redis
from tests.factories.identity import PASSWORD

ADDRESS = "/api/v1/token/"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    forget_redis()


def test_a_name_and_a_password_are_answered_with_a_token(cast):
    answer = APIClient().post(ADDRESS, {"username": "li", "password": PASSWORD})
    assert answer.status_code == 200
    assert list(answer.json()) == ["token"]


def test_the_token_opens_the_api_and_no_wrong_one_does(cast):
    machine = APIClient()
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_token(cast.li)}")
    assert machine.post("/api/v1/uploads/").status_code == 400
    machine.credentials(HTTP_AUTHORIZATION="Bearer made-up")
    answer = machine.post("/api/v1/uploads/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "given", [{"username": "li", "password": "wrong"}, {"username": "nobody", "password": "x"}]
)
def test_a_wrong_password_and_an_unknown_name_look_alike(cast, given):
    answer = APIClient().post(ADDRESS, given)
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_credentials"
    assert "WWW-Authenticate" not in answer or answer["WWW-Authenticate"] != "Basic"


@pytest.mark.parametrize("body", [{}, {"username": "li"}, [1, 2], "text"])
def test_a_body_that_says_nothing_is_told_what_is_missing(db, body):
    assert APIClient().post(ADDRESS, body, format="json").status_code == 400


def test_guessing_is_slowed_down(cast):
    machine = APIClient()
    answers = [machine.post(ADDRESS, {"username": "li", "password": "wrong"}).status_code for _ in range(21)]
    assert answers[-1] == 429
    assert machine.post(ADDRESS, {"username": "wang", "password": PASSWORD}).status_code == 200


def test_only_the_hash_of_a_token_is_kept(cast):
    token = issue_token(cast.li)
    [kept] = ApiToken.objects.all()
    assert token not in str(kept.__dict__)


def test_a_token_is_over_after_a_day(cast, clock):
    clock.set("2026-03-02 09:00")
    token = issue_token(cast.li)
    machine = APIClient()
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    clock.set(timezone.now() + TOKEN_LIFETIME - timedelta(seconds=1))
    assert machine.post("/api/v1/uploads/").status_code == 400
    clock.set(timezone.now() + timedelta(seconds=1))
    assert machine.post("/api/v1/uploads/").status_code == 401
    issue_token(cast.li)
    assert ApiToken.objects.count() == 1


def test_a_stopped_account_s_token_opens_nothing(cast):
    machine = APIClient()
    machine.credentials(HTTP_AUTHORIZATION=f"Bearer {issue_token(cast.li)}")
    Account.objects.filter(pk=cast.li.pk).update(is_active=False)
    assert machine.post("/api/v1/uploads/").status_code == 401


def test_a_citizen_logs_in_and_out(client, cast):
    assert "登录" in client.get("/login/").text
    answer = client.post("/login/", {"username": "li", "password": PASSWORD, "next": "/search/"})
    assert answer.headers["Location"] == "/search/"
    assert client.session["_auth_user_id"] == str(cast.li.pk)
    assert client.get("/logout/").status_code == 405
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_keeps_the_name_and_says_so(client, cast):
    page = client.post("/login/", {"username": "li", "password": "wrong"}).text
    assert "用户名或密码不正确" in page
    assert 'value="li"' in page


def test_after_ten_wrong_passwords_the_form_rests(client, cast):
    for _ in range(10):
        client.post("/login/", {"username": "li", "password": "wrong"})
    page = client.post("/login/", {"username": "li", "password": PASSWORD}).text
    assert "15 分钟后再试" in page
    assert client.post("/login/", {"username": "wang", "password": PASSWORD}).status_code == 302


def test_nobody_is_sent_to_another_site_after_login(client, cast):
    answer = client.post("/login/", {"username": "li", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"


@pytest.fixture
def loaded_demo(db, settings):
    settings.DEMO = True
    demo.load_cast(["ga-id-lost"])


def test_the_demo_page_lists_everybody_with_a_button(client, loaded_demo):
    page = client.get("/demo/").text
    for name in ("李明", "rep_gongan", "review_budongchan", "hotline_head", demo.PASSWORD):
        assert name in page


def test_one_click_logs_in_as_one_of_the_cast(client, loaded_demo):
    answer = client.post("/demo/enter/", {"username": "review_gongan", "next": "/search/"})
    assert answer.headers["Location"] == "/search/"
    assert Account.objects.get(pk=client.session["_auth_user_id"]).username == "review_gongan"


def test_the_demo_s_door_opens_for_its_cast_alone(client, loaded_demo):
    Account.objects.create(username="a_real_person")
    assert client.post("/demo/enter/", {"username": "a_real_person"}).status_code == 404
    assert (
        client.post("/demo/enter/", {"username": "li", "next": "//evil.example"}).headers["Location"] == "/"
    )


def test_without_the_demo_there_is_no_such_door(client, loaded_demo, settings):
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter/", {"username": "li"}).status_code == 404
