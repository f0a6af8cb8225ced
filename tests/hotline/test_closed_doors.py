"""What a stranger finds shut: another's order behind a telephone number, a code to be guessed, signs no text can hold."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from hotline.models import HotlineOrder, Supervision
from hotline.services.intake import Received
from hotline.states import Intake
from hotline.states import OrderStatus as S
from identity.roles import Role
from tests.conftest import forget_redis
from tests.factories import hotline as at
from tests.factories.identity import api as client_of
from tests.hotline.test_citizen_pages import SAID, form, send

pytestmark = pytest.mark.django_db
PHONE = "19900007777"


@pytest.fixture(autouse=True)
def nobody_has_asked():
    forget_redis()
    yield
    forget_redis()


# A telephone number opens nothing (H-33)


@pytest.fixture
def of_another(monkeypatch):
    """An order of whoever has this number, to which what is said next is added (H-25)."""
    order = at.an_order(S.DIRECT_ANSWERED, phone=PHONE)
    monkeypatch.setattr("hotline.services.register", lambda _envelope, *, by: order)
    return order


def test_h_33_whoever_knows_a_number_does_not_see_its_order(of_another):
    client = Client()
    answer = send(client, phone=PHONE)
    assert answer.url == reverse("hotline:track")
    assert client.get(reverse("hotline:own", args=[of_another.order_no])).status_code == 404
    assert of_another.query_code not in client.get(answer.url).content.decode()


def test_h_33_somebody_logged_in_with_anothers_number_does_not_see_it_either(of_another, cast):
    client = Client()
    client.force_login(cast.wang)
    send(client, phone=PHONE)
    assert client.get(reverse("hotline:own", args=[of_another.order_no])).status_code == 404


def test_h_11_who_sent_the_form_and_never_saw_the_answer_sends_it_again_and_sees_it():
    send(Client())
    again = Client().post(reverse("hotline:new"), form(), follow=True)
    assert HotlineOrder.objects.get().query_code in again.content.decode()


def test_h_11_a_strangers_delivery_of_the_same_moment_is_not_told_the_code(monkeypatch, cast):
    order = at.an_order(S.ACCEPTED, registered_at=timezone.now() + timedelta(minutes=1))
    found = Received(order, Intake.REPEATED, is_theirs=False)
    monkeypatch.setattr("hotline.services.receive", lambda _envelope, *, by: found)
    said = {"channel": "web", "source_ref": "form-1", "order_type": "complaint", "text": SAID}
    answer = client_of(cast.wang).post("/api/v1/hotline/orders/", said, format="json")
    assert answer.status_code == 409
    assert order.query_code not in answer.content.decode()


# The code is not to be guessed (H-33)


def guess(client: APIClient, order: HotlineOrder, verb: str = "") -> list[int]:
    address = f"/api/v1/hotline/orders/{order.order_no}/" + (f"{verb}/" if verb else "")
    codes = [f"{n:06d}" for n in range(12)]
    if verb:
        return [client.post(address, {"query_code": code}).status_code for code in codes]
    return [client.get(address, {"query_code": code}).status_code for code in codes]


def test_h_33_a_login_does_not_help_guessing_a_code(cast):
    order = at.an_order(S.HANDLING, query_code="123456")
    assert guess(client_of(cast.li), order)[9:] == [404, 429, 429]


def test_h_33_an_agent_who_sees_the_order_cannot_guess_its_code_by_a_verb():
    order = at.an_order(S.HANDLING, query_code="123456")
    assert guess(client_of(at.desk(Role.CALL_AGENT)), order, "urge")[-1] == 429


def test_h_33_one_origin_cannot_try_many_numbers():
    orders = [at.an_order(S.HANDLING, query_code="123456") for _one in range(6)]
    assert 429 not in guess(APIClient(), orders[0])[:10]
    tried = [guess(APIClient(), one) for one in orders[1:]]
    assert set(tried[-1]) == {429}


def test_without_a_code_nobody_is_counted(cast):
    order = at.an_order(S.HANDLING, person=cast.li.person)
    address = f"/api/v1/hotline/orders/{order.order_no}/"
    assert {client_of(cast.li).get(address).status_code for _one in range(12)} == {200}


# Signs no text can hold


@pytest.mark.parametrize("code", ["１２３４５６", "a\x00b", "é"])
def test_a_code_typed_in_full_width_is_a_wrong_code(code):
    order, client = at.an_order(S.HANDLING), Client(raise_request_exception=True)
    answer = client.post(reverse("hotline:track"), {"order_no": order.order_no, "code": code})
    assert answer.status_code in {400, 404}


def test_a_code_in_full_width_is_wrong_for_a_verb_too():
    order = at.an_order(S.CALLBACK)
    client = Client()
    session = client.session
    session["hotline_codes"] = {order.order_no: "１２３４５６"}
    session.save()
    assert client.get(reverse("hotline:own", args=[order.order_no])).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/hotline/orders/%00/", 404),
        ("/open311/v2/requests/%00.json", 404),
        ("/open311/v2/requests/a%00b.xml", 404),
        ("/open311/v2/services/%00.json", 404),
        ("/api/v1/hotline/orders/%00/?query_code=123456", 404),
        ("/hotline/new/?type=%00", 400),
        ("/hotline/track/?a%00b=1", 400),
        ("/api/v1/hotline/articles/?q=a%00b", 400),
    ],
)
def test_a_nul_in_an_address_is_an_answer_and_not_a_fault(path, status):
    assert Client().get(path).status_code == status


def test_a_nul_in_a_form_is_refused_before_it_reaches_the_database():
    assert Client().post(reverse("hotline:track"), {"order_no": "HL\x00", "code": "1"}).status_code == 400


def test_open311_says_so_in_its_own_array():
    told = Client().get("/open311/v2/requests/%00.json").json()
    assert told[0]["code"] == 404


# The next page


@pytest.fixture
def many(cast):
    for _one in range(22):
        at.an_order(S.HANDLING, state_due_at=timezone.now())
    client = Client()
    client.force_login(cast.reviewer("chengguan"))
    return client


def next_address(told: str) -> str:
    found = [part.split('"')[0] for part in told.split('href="') if "after=" in part.split('"')[0]]
    return found[0].replace("&amp;", "&")


def test_a_queue_has_a_second_page(many):
    first = many.get(reverse("hotline:inbox"), {"queue": "handling"})
    second = many.get(reverse("hotline:inbox") + next_address(first.content.decode()))
    assert second.status_code == 200
    assert second.content.decode().count('class="reference"') == 2


def test_supervisions_have_a_second_page_that_keeps_the_tab():
    client, now = Client(), timezone.now()
    client.force_login(at.desk(Role.SUPERVISOR))
    Supervision.objects.bulk_create(
        Supervision(
            department=at.department("chengguan"), cause="silence", cause_key=str(n), level=1,
            opened_at=now, answer_due_at=now, closed_at=now,
        )
        for n in range(22)
    )  # fmt: skip
    first = client.get(reverse("hotline:supervisions"), {"over": "1"})
    address = next_address(first.content.decode())
    assert "over=1" in address
    assert client.get(reverse("hotline:supervisions") + address).status_code == 200
