"""Personal numbers: encrypted where they rest, and never in a log, a fact, a message or an address (section 12)."""

import json

import pytest
from django.db import connection

from common.crypto import decrypt_values
from events.models import EventRecord
from exchange.models import IdempotencyKey
from notifications.models import Message
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import api
from workflow.states import DeliveryMethod

pytestmark = pytest.mark.usefixtures("on_offer")
ADDRESS = "云澜市澜江区桥头街道老码头社区18号3单元502室"
ANSWERED = [shop.OWNER_ID, shop.OWNER_MOBILE, shop.CLERK_ID]


def raw(sql: str) -> str:
    """What is really in the tables."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return json.dumps(cursor.fetchall(), ensure_ascii=False, default=str)


@pytest.fixture
def posted(cast):
    return shop.filed(cast.li, delivery_method=DeliveryMethod.EMS, delivery_address=ADDRESS)


def test_answers_of_personal_kinds_rest_encrypted_one_by_one(posted):
    """Types, keys and table columns; what is not personal stays readable."""
    kept = raw("SELECT answers, delivery_address FROM workflow_application")
    assert not any(secret in kept for secret in [*ANSWERED, ADDRESS])
    assert "云上便利店" in kept
    assert "孙店员" in kept
    read = decrypt_values(at.now(posted).answers)
    assert [read["owner_id"], read["owner_mobile"], read["staff"][0]["id_number"]] == ANSWERED
    assert at.now(posted).delivery_address == ADDRESS


def test_no_table_of_the_application_holds_a_number_in_the_open(cast, posted, deliver_events):
    """Facts, deliveries, messages, documents, promises: looked at as they rest."""
    shop.complete(cast, posted, *shop.UPLOADS)
    at.approve(cast, posted, "cs-licence", "cs-fire", "cs-police", "cs-tax")
    deliver_events()
    secrets = [*ANSWERED, ADDRESS, cast.li.person.id_number, cast.li.person.mobile]
    tables = ["events_eventrecord", "notifications_message", "licences_document", "licences_licence"]
    tables += [
        "workflow_application",
        "workflow_commitment",
        "workflow_submittedmaterial",
        "exchange_calllog",
    ]
    for table in tables:
        kept = raw(f"SELECT * FROM {table}")
        assert kept != "[]", table
        assert [secret for secret in secrets if secret in kept] == [], table


def test_facts_name_matters_and_ids_and_no_person(cast, posted):
    shop.complete(cast, posted, *shop.UPLOADS)
    for payload in EventRecord.objects.about(posted.subject).values_list("payload", flat=True):
        told = json.dumps(payload, ensure_ascii=False)
        assert not any(name in told for name in ("李明", "孙店员", *ANSWERED))


def body(cast):
    filing = shop.filing(cast.li)
    papers = [
        {"name": one.name, "mode": one.mode, "upload_id": str(one.upload_id) if one.upload_id else None}
        for one in filing.materials
    ]
    return {"bundle": "corner-shop", "answers": dict(filing.answers), "materials": papers}


def test_nothing_personal_is_logged_whether_it_succeeds_or_is_refused(cast, caplog, capfd, deliver_events):
    client = api(cast.li)
    sent = body(cast)
    wrong = sent | {"answers": sent["answers"] | {"owner_id": "420101198503120310", "shop_name": ""}}
    with caplog.at_level("DEBUG"):
        assert client.post("/api/v1/applications/", wrong, format="json").status_code == 422
        answer = client.post("/api/v1/applications/", sent, format="json", headers={"Idempotency-Key": "k"})
        assert answer.status_code == 201
        deliver_events()
        client.get(f"/api/v1/applications/{answer.json()['reference']}/")
    logged = caplog.text + "".join(capfd.readouterr())
    secrets = [*ANSWERED, "420101198503120310", cast.li.person.id_number, cast.li.person.mobile]
    assert [secret for secret in secrets if secret in logged] == []


def test_what_is_kept_to_answer_a_repeat_holds_no_answers(cast):
    api(cast.li).post("/api/v1/applications/", body(cast), format="json", headers={"Idempotency-Key": "k"})
    kept = IdempotencyKey.objects.get()
    assert not any(secret in kept.answer + kept.body_hash for secret in ANSWERED)


def test_a_refusal_does_not_say_a_number_back(cast):
    sent = body(cast)
    sent["answers"]["owner_id"] = "420101198503120310"
    answer = api(cast.li).post("/api/v1/applications/", sent, format="json")
    assert "420101198503120310" not in answer.content.decode()


def test_a_message_says_no_number(cast, posted, deliver_events):
    deliver_events()
    assert Message.objects.filter(about=posted.subject).exists()
    assert not any(
        secret in text for text in Message.objects.values_list("text", flat=True) for secret in ANSWERED
    )
