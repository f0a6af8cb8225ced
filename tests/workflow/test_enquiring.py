"""办理进度查询: with number and query code, without an account; nothing personal, and not by trying codes out."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from matters.selectors import calendar
from tests.factories import shop
from tests.factories import workflow as at
from workflow.services.enquiring import WRONG_TRIES

pytestmark = pytest.mark.usefixtures("on_offer")
ADDRESS = reverse("workflow:track")


@pytest.fixture
def filed(cast):
    return at.now(shop.filed(cast.li, delivery_method="ems", delivery_address="和平街18号"))


@pytest.fixture
def somebody(request) -> Client:
    """A browser nobody is logged in with, at an address of its own."""
    return Client(REMOTE_ADDR=f"10.{hash(request.node.name) % 250}.{id(request) % 250}.7")


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def ask(client, reference, code):
    return client.post(ADDRESS, {"reference": reference, "code": code})


def test_number_and_code_tell_status_steps_and_dates(somebody, filed):
    page = text(ask(somebody, f" {filed.reference} ", filed.query_code.lower()))
    for said in ("开便利店一件事", "现在轮到", "市公安局", "最迟", "事项cs-fire办好"):
        assert said in page


def test_nothing_personal_is_told(cast, somebody, filed):
    page = text(ask(somebody, filed.reference, filed.query_code))
    for personal in ("李明", "和平街", "云上便利店", shop.OWNER_MOBILE, cast.li.person.id_tail, shop.LEASE):
        assert personal not in page


def test_a_wrong_number_and_a_wrong_code_are_told_alike(somebody, filed):
    wrong_code = ask(somebody, filed.reference, "ZZZZZZ")
    wrong_number = ask(somebody, "2026112300000019", filed.query_code)
    pages = [
        text(answer).replace(filed.reference, "").replace("2026112300000019", "")
        for answer in (wrong_code, wrong_number)
    ]
    told = [re.sub(r"\b\w{64}\b", "", page) for page in pages]
    assert (wrong_code.status_code, wrong_number.status_code) == (404, 404)
    assert told[0] == told[1]


def test_an_empty_code_opens_nothing(somebody, filed):
    assert ask(somebody, filed.reference, "").status_code == 404


def test_after_too_many_wrong_tries_for_a_number_even_the_right_code_waits(somebody, filed):
    for n in range(WRONG_TRIES):
        assert ask(Client(REMOTE_ADDR=f"10.9.{n}.1"), filed.reference, "ZZZZZZ").status_code == 404
    assert ask(Client(REMOTE_ADDR="10.9.99.1"), filed.reference, filed.query_code).status_code == 429


def test_after_too_many_wrong_tries_from_an_address_every_number_waits(somebody, filed):
    for n in range(WRONG_TRIES):
        assert ask(somebody, f"20261123000000{n:02d}", "ZZZZZZ").status_code == 404
    busy = ask(somebody, filed.reference, filed.query_code)
    assert busy.status_code == 429
    assert "输错的次数太多了" in text(busy)
    assert ask(Client(REMOTE_ADDR="10.8.8.8"), filed.reference, filed.query_code).status_code == 200


def test_right_answers_are_not_counted(somebody, filed):
    for _ in range(WRONG_TRIES + 2):
        assert ask(somebody, filed.reference, filed.query_code).status_code == 200


def test_the_footer_leads_there(somebody):
    assert f'href="{ADDRESS}"' in somebody.get("/").content.decode()


def test_it_costs_three_statements(somebody, filed, statements):
    calendar()
    somebody.get("/search/")
    with statements(at_most=3):
        assert ask(somebody, filed.reference, filed.query_code).status_code == 200
