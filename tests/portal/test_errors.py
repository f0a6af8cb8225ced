"""What a person or a machine is told when something is refused."""

import json

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django_fsm import TransitionNotAllowed
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import Conflict, Refused, WrongState
from portal import errors
from portal import urls as house

FAILURES = {
    "refused": Refused(["缺少房产证明", "面积不足"], fields={"area": ["至少 10 平方米"]}),
    "state": WrongState("已经办结", allowed=["withdraw"]),
    "conflict": Conflict("已有一件", code="idempotency_mismatch"),
    "transition": TransitionNotAllowed("no", object=None, method=None),
}


class Row(serializers.Serializer):
    n = serializers.IntegerField()


class Form(serializers.Serializer):
    name = serializers.CharField()
    rows = Row(many=True)


class FailingView(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request, what):
        if what == "form":
            Form(data=request.data).is_valid(raise_exception=True)
        raise FAILURES[what]

    def get(self, request, what):
        return Response({})


@login_not_required
def failing_page(request: HttpRequest, what: str) -> HttpResponse:
    if what == "bug":
        raise ZeroDivisionError
    raise FAILURES[what]


urlpatterns = [
    path("api/fail/<what>/", FailingView.as_view()),
    path("fail/<what>/", failing_page),
    path("", include(house)),
]
handler403, handler404, handler500 = house.handler403, house.handler404, house.handler500


@pytest.fixture
def client() -> Client:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("what", "status", "body"),
    [
        (
            "refused",
            422,
            {
                "code": "refused",
                "reasons": ["缺少房产证明", "面积不足"],
                "fields": {"area": ["至少 10 平方米"]},
            },
        ),
        (
            "state",
            409,
            {"code": "wrong_state", "reasons": ["已经办结"], "fields": {}, "allowed": ["withdraw"]},
        ),
        ("conflict", 409, {"code": "idempotency_mismatch", "reasons": ["已有一件"], "fields": {}}),
        (
            "transition",
            409,
            {"code": "wrong_state", "reasons": ["当前环节不允许此操作。"], "fields": {}, "allowed": []},
        ),
    ],
)
def test_a_machine_gets_every_refusal_in_one_shape(client, what, status, body):
    answer = client.post(f"/api/fail/{what}/")
    assert (answer.status_code, answer.json()) == (status, body)


def test_a_machine_is_told_which_row_of_a_table_is_wrong(client):
    sent = json.dumps({"rows": [{"n": 1}, {"n": "x"}]})
    answer = client.post("/api/fail/form/", sent, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"name", "rows.1.n"}
    assert answer.json()["code"] == "bad_input"


def test_bad_json_is_bad_input_and_not_a_crash(client):
    answer = client.post("/api/fail/form/", "{", content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "reasons", "fields"}


@pytest.mark.parametrize(("method", "status"), [("put", 405), ("post", 415)])
def test_a_wrong_method_or_format_is_named(client, method, status):
    answer = getattr(client, method)("/api/fail/form/", "<x/>", content_type="application/xml")
    assert (answer.status_code, set(answer.json())) == (status, {"code", "reasons", "fields"})


def test_an_unknown_address_of_the_api_answers_in_json(client):
    answer = client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [("refused", 422, "缺少房产证明"), ("state", 409, "已经办结"), ("bug", 500, "12345")],
)
def test_a_person_gets_a_page_in_chinese(client, what, status, words):
    answer = client.get(f"/fail/{what}/", headers={"accept": "text/html"})
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_lost_person_finds_the_way_home(client):
    answer = client.get("/nowhere/", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()


def test_a_form_that_was_open_too_long_says_so():
    request = RequestFactory().post("/", headers={"accept": "text/html"})
    assert "刷新" in errors.csrf_failed(request).content.decode()


def test_a_bug_never_shows_its_trace_to_a_machine(client):
    FAILURES["bug"] = ZeroDivisionError("secret")
    answer = client.post("/api/fail/bug/")
    assert answer.status_code == 500
    assert answer.json() == {"code": "internal_error", "reasons": [str(errors.KNOWN[500][1])], "fields": {}}
