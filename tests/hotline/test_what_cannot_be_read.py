"""Behind the login too what cannot be read is refused in words: days, pages, files, people, departments."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hotline.models import HotlineOrder
from hotline.states import OrderStatus as S
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
API = "/api/v1/hotline/"


@pytest.fixture
def head(cast):
    return at.desk(Role.HOTLINE_HEAD)


@pytest.fixture
def browser(head):
    client = Client()
    client.force_login(head)
    return client


@pytest.mark.parametrize("asked", [{"to": "9999-12-31"}, {"from": "0001-01-01"}, {"from": "1999-12-31"}])
def test_a_day_at_the_end_of_time_is_told_how_to_mend_it(browser, head, asked):
    page = browser.get(reverse("hotline:figures"), asked)
    assert page.status_code == 400
    assert "2000 年到 2100 年" in page.content.decode()
    answer = client_of(head).get(f"{API}metrics/", asked)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == set(asked)


def test_a_department_that_is_none_has_no_figures(head):
    answer = client_of(head).get(f"{API}metrics/", {"department": "chenguan"})
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"department": ["没有这个单位"]}


@pytest.mark.parametrize("after", ["5", "2026-11-01~5", "~5", "昨天~5"])
def test_a_page_that_is_none_is_refused(browser, after):
    assert browser.get(reverse("hotline:inbox"), {"after": after}).status_code == 400


@pytest.mark.parametrize("cursor", ["cD1hYmM=", "cD0wMDAlMDA=", "cD0xLjU="])
def test_a_cursor_that_names_no_place_is_refused(head, cursor):
    assert client_of(head).get(f"{API}orders/", {"cursor": cursor}).status_code == 400


def test_a_cursor_of_days_is_judged_as_a_day(cast):
    reviews = client_of(cast.reviewer("shichang")).get("/api/v1/reviews/", {"cursor": "cD1hYmM="})
    assert reviews.status_code == 400


def test_h_192_a_body_with_a_file_has_its_key_like_any_other(cast):
    said = {"channel": "web", "order_type": "complaint", "text": "松风路小区门口每天都有人乱停车，出不去门。"}

    def send(content: bytes):
        file = SimpleUploadedFile("现场.jpg", content)
        return client_of(cast.li).post(
            f"{API}orders/", {**said, "photo": file}, format="multipart", headers={"Idempotency-Key": "f1"}
        )

    first, again, other = send(b"one"), send(b"one"), send(b"two")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409), first.content
    assert again.headers["Idempotent-Replay"] == "true"
    assert HotlineOrder.objects.count() == 1


@pytest.mark.parametrize("member", [10**20, 999_999_999])
def test_h_115_a_panel_is_of_people_who_are_there(head, member):
    order = at.an_order(S.CALLBACK)
    said = {
        "members": [head.pk, member, at.desk(Role.LEADER).pk],
        "is_unreasonable": False,
        "reasons": "重办两次",
    }
    answer = client_of(head).post(f"{API}orders/{order.order_no}/conclude_panel/", said, format="json")
    assert answer.status_code == 400
    assert any(key.startswith("members") for key in answer.json()["fields"])


def test_a_target_is_written_like_the_result_beside_it(browser):
    told = browser.get(reverse("hotline:figures")).content.decode()
    assert "≥ 95.00%" in told
    assert "≤ 5.00%" in told
