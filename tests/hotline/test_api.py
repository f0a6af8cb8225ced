"""The hotline for machines: what is filed once is one order, what is not yours is not there, verbs say what is allowed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from events.models import EventRecord
from hotline.api.verbs import VERBS
from hotline.events import PersonalRead
from hotline.models import Assignment, HotlineOrder
from hotline.states import Confidentiality, OrderStatus
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/hotline/orders/"
SAID = {
    "channel": "web",
    "source_ref": "form-1",
    "order_type": "complaint",
    "title": "小区门口乱停车",
    "text": "松风路小区门口每天都有人乱停车，出不去门，停车场也收费太高。",
    "location": {"text": "松风路20号门口"},
    "region": "990103001",
}


def of(order, verb="") -> str:
    return f"{ORDERS}{order.order_no}/{verb}/" if verb else f"{ORDERS}{order.order_no}/"


# Filing


def test_h_11_a_citizen_files_and_the_same_delivery_again_is_the_same_order(cast):
    browser = client_of(cast.li)
    first = browser.post(ORDERS, SAID)
    assert first.status_code == 201, first.json()
    assert set(first.json()) == {
        "order_no", "query_code", "status", "category", "category_confidence", "host", "due_at",
    }  # fmt: skip
    again = browser.post(ORDERS, SAID)
    assert (again.status_code, again.json()["order_no"]) == (200, first.json()["order_no"])
    assert HotlineOrder.objects.count() == 1


def test_h_192_the_same_key_and_body_is_answered_once_another_body_is_refused(cast):
    browser = client_of(cast.li)
    said = {**SAID, "source_ref": ""}
    first = browser.post(ORDERS, said, headers={"Idempotency-Key": "k1"})
    again = browser.post(ORDERS, said, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotent-Replay"] == "true"
    other = browser.post(
        ORDERS, {**said, "text": "另一件事，路灯不亮很久了。"}, headers={"Idempotency-Key": "k1"}
    )
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


def test_h_11_nobody_is_told_anothers_query_code_by_guessing_a_number(cast):
    client_of(cast.li).post(ORDERS, SAID)
    guess = client_of(cast.wang).post(ORDERS, SAID)
    assert guess.status_code == 409
    assert "query_code" not in guess.json()


def test_h_10_a_citizen_does_not_file_by_a_door_that_is_not_theirs(cast):
    refused = client_of(cast.li).post(ORDERS, {**SAID, "channel": "p110"})
    assert refused.status_code == 403
    assert not HotlineOrder.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "telex"}, "channel"),
        ({"text": ""}, "text"),
        ({"text": "长" * 4001}, "text"),
        ({"location": {"longitude": 120.1}}, "location.longitude"),
        ({"contact": {"phone": "不告诉你"}}, "contact.phone"),
    ],
)
def test_what_cannot_be_read_is_named(cast, wrong, field):
    answer = client_of(cast.li).post(ORDERS, {**SAID, **wrong})
    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_h_34_the_number_and_the_time_are_ours(cast):
    client_of(cast.li).post(ORDERS, {**SAID, "registered_at": "2020-01-01T00:00:00Z", "order_no": "HL1"})
    order = HotlineOrder.objects.get()
    assert order.registered_at.year >= 2026
    assert order.order_no.startswith("HL20")


# Reading


def test_h_02_what_is_not_yours_is_not_there(cast):
    order = at.an_order(OrderStatus.HANDLING)
    stranger = client_of(at.desk(Role.REVIEWER, department="gongan"))
    assert stranger.get(of(order)).status_code == 404
    assert stranger.get(ORDERS).json()["results"] == []
    assert stranger.post(of(order, "sign_for")).status_code == 404


def test_h_140_the_host_of_a_secret_order_reads_nothing_of_the_person():
    order = at.an_order(
        OrderStatus.HANDLING,
        confidential=Confidentiality.SECRET,
        contact_name="王小二",
        phone="13800001234",
        alias="举报人-8F3A",
        text="我是王小二，电话13800001234",
        redacted="我是***，电话***",
    )
    answer = client_of(at.desk(Role.REVIEWER, department="chengguan")).get(of(order))
    assert answer.json()["contact"] == {"name": "举报人-8F3A", "phone": "", "reach": "relay_message"}
    for personal in ("王小二", "13800001234", "retaliation"):
        assert personal not in answer.content.decode()


def test_h_06_a_look_at_who_complained_by_the_api_is_noted():
    order, officer = at.an_order(phone="13800001234"), at.desk(Role.CALLBACK_OFFICER)
    assert client_of(officer).get(of(order)).json()["contact"]["phone"] == "13800001234"
    row = EventRecord.objects.of(PersonalRead).get()
    assert (row.actor, row.payload["ip"]) == (officer, "127.0.0.1")


def test_h_143_a_list_holds_nothing_personal_and_is_found_by_key(statements):
    for _row in range(3):
        at.an_order(OrderStatus.HANDLING, phone="13800001234", contact_name="王小二")
    host = client_of(at.desk(Role.REVIEWER, department="chengguan"))
    with statements(at_most=5):
        page = host.get(ORDERS, {"page_size": 2}).json()
    assert len(page["results"]) == 2
    assert not {"contact", "text", "phone", "location"} & set(page["results"][0])
    assert len(host.get(page["next"]).json()["results"]) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "handling"}, 1),
        ({"status": "archived"}, 0),
        ({"category": "0703"}, 1),
        ({"department": "gongan"}, 0),
        ({"overdue": "true"}, 0),
        ({"order_type": "complaint", "urgency": "normal"}, 1),
    ],
)
def test_a_list_is_filtered(asked, found):
    at.an_order(OrderStatus.HANDLING)
    head = client_of(at.desk(Role.HOTLINE_HEAD))
    assert len(head.get(ORDERS, asked).json()["results"]) == found


def test_h_74_the_complainant_reads_public_states(cast):
    order = at.an_order(OrderStatus.RETURN_REVIEW, person=cast.li.person)
    own = client_of(cast.li).get(of(order)).json()
    assert (own["status"], own["public_status"]) == ("dispatched", "转办中")


def test_h_33_number_and_code_tell_how_far_it_is_and_nothing_personal():
    order = at.an_order(OrderStatus.HANDLING, phone="13800001234")
    answer = APIClient().get(of(order), {"query_code": order.query_code})
    assert answer.json()["public_status"] == "办理中"
    assert not {"contact", "text", "title", "location", "files"} & set(answer.json())
    assert (
        APIClient().get(of(order), {"query_code": "000000"}).status_code == 404
        or order.query_code == "000000"
    )
    assert APIClient().get(of(order)).status_code == 401


def test_guessing_a_query_code_is_bounded():
    order = at.an_order(OrderStatus.HANDLING, query_code="123456")
    answers = [APIClient().get(of(order), {"query_code": f"{n:06d}"}).status_code for n in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


# Verbs


def test_a_verb_is_its_service_and_answers_with_the_order():
    order = at.an_order(OrderStatus.DISPATCHED)
    answer = client_of(at.desk(Role.REVIEWER, department="chengguan")).post(of(order, "sign_for"))
    assert (answer.status_code, answer.json()["status"]) == (200, "handling")


@pytest.mark.parametrize("verb", ["conclude_good", "fly"])
def test_h_70_what_may_not_follow_is_refused_with_what_may(verb):
    order = at.an_order(OrderStatus.DISPATCHED)
    answer = client_of(at.desk(Role.HOTLINE_HEAD)).post(of(order, verb))
    assert answer.status_code == 409, answer.json()
    assert "sign_for" in answer.json()["allowed"]


def test_h_70_every_transition_of_the_table_has_its_verb_but_those_of_the_clock():
    transitions = {one.name for one in HotlineOrder().get_all_status_transitions()}
    assert transitions - set(VERBS) <= {"merge", "settle_direct", "open_ruling"}


def test_h_64_a_return_is_asked_for_and_refused_with_its_rule():
    order = at.an_order(OrderStatus.DISPATCHED)
    Assignment.objects.filter(hotline_order=order).update(sign_due_at=timezone.now() + timedelta(hours=4))
    officer = client_of(at.desk(Role.REVIEWER, department="chengguan"))
    said = {"legal_basis": "《道路交通安全法》第五条", "suggested": "jiaoguan"}
    asked = officer.post(of(order, "request_return"), said)
    assert (asked.status_code, asked.json()["status"]) == (200, "return_review"), asked.json()
    words = {"reason": "占道停车在小区门口", "rule": "派单目录 0703"}
    told = client_of(at.desk(Role.DISPATCHER)).post(of(order, "reject_return"), words)
    assert (told.status_code, told.json()["status"]) == (200, "dispatched"), told.json()


def test_h_03_the_department_does_not_write_the_survey():
    order = at.an_order(OrderStatus.CALLBACK)
    said = {"level": 5, "responded": True, "solved": "yes"}
    answer = client_of(at.desk(Role.REVIEWER, department="chengguan")).post(of(order, "answer_survey"), said)
    assert answer.status_code == 403


def test_an_anonymous_complainant_answers_by_the_query_code_alone():
    order = at.an_order(OrderStatus.CALLBACK)
    said = {"level": 5, "responded": True, "solved": "yes", "query_code": order.query_code}
    wrong = APIClient().post(
        of(order, "answer_survey"), {**said, "query_code": f"{int(order.query_code) ^ 1:06d}"}
    )
    assert wrong.status_code == 404
    assert APIClient().post(of(order, "sign_for"), {"query_code": order.query_code}).status_code == 401
    assert APIClient().post(of(order, "answer_survey"), said).status_code == 200


def test_h_192_a_verb_with_a_key_is_done_once():
    order = at.an_order(OrderStatus.DISPATCHED)
    officer = client_of(at.desk(Role.REVIEWER, department="chengguan"))
    first = officer.post(of(order, "sign_for"), headers={"Idempotency-Key": "s1"})
    again = officer.post(of(order, "sign_for"), headers={"Idempotency-Key": "s1"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotent-Replay"] == "true"


# Asking


def test_h_24_answers_are_found_in_everyday_words(cast):
    answer = client_of(cast.li).get("/api/v1/hotline/articles/", {"q": "身份证掉了"}).json()
    assert answer[0]["code"] == "id-card-lost"
