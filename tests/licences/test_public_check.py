"""Anyone may ask what a code stands for; nobody learns whose it is (I-193)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from licences import services
from licences.models import Document, Licence
from licences.models.codes import ALPHABET, grouped, new_verify_code, normalised
from licences.selectors import verify
from licences.services import LOOKUPS_A_MINUTE, LicenceGrant
from licences.states import DocumentKind, LicenceStatus, ResultKind
from tests.conftest import forget_redis
from tests.factories.identity import a_person
from tests.factories.licences import application_facts, complete_draft, result_draft

PERSONAL = ("李明", "0021", "2026112000000427", "望湖路88号", "92990102MA0A1B2C3D", "李记面馆")


@pytest.fixture(autouse=True)
def _fresh_minute():
    forget_redis()


@pytest.fixture
def document(fonts, seals, market) -> Document:
    (prepared,) = services.prepare(result_draft(market, application_facts(), ResultKind.LICENCE))
    return services.seal(prepared.pk)


@pytest.fixture
def licence(document, market) -> Licence:
    (issued,) = services.issue(
        LicenceGrant(
            type_name="食品经营许可证",
            holder_person_id=a_person("李明").pk,
            holder_name="李明",
            issuer_id=market.pk,
            document_id=document.pk,
            valid_until=document.valid_until,
            source="review:1",
        )
    )
    return Licence.objects.get(pk=issued.pk)


def page(client, code: str) -> str:
    return client.get(f"/verify/{code}/").content.decode()


def test_the_page_says_type_number_date_and_validity(client, document):
    said = page(client, document.verify_code)
    for words in ("食品经营许可证", document.number, "2031年11月19日", "核验通过"):
        assert words in said


def test_the_page_and_the_api_say_nothing_personal(client, document, licence):
    answers = [
        page(client, document.verify_code),
        page(client, licence.verify_code),
        APIClient().get(f"/api/v1/verify/{document.verify_code}").content.decode(),
    ]
    for answer in answers:
        assert not [words for words in PERSONAL if words in answer]


def test_the_api_answers_six_things(document):
    answer = APIClient().get(f"/api/v1/verify/{document.verify_code}")
    assert answer.status_code == 200
    assert answer.json() == {
        "type": "食品经营许可证",
        "number": document.number,
        "date": timezone.localdate().isoformat(),
        "valid": True,
        "validity": "有效",
        "valid_until": "2031-11-19",
    }


def test_a_code_read_aloud_is_understood(document):
    code = grouped(document.verify_code).lower()
    assert APIClient().get(f"/api/v1/verify/{code}").status_code == 200


def test_an_unknown_code_is_not_found(client, db):
    assert APIClient().get("/api/v1/verify/222222222222").status_code == 404
    assert APIClient().get("/api/v1/verify/222222222222").json()["code"] == "not_found"
    answer = client.get("/verify/222222222222/")
    assert answer.status_code == 404
    assert "2222-2222-2222" in answer.content.decode()


def test_a_document_in_the_making_is_not_known_yet(police):
    (document,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    assert verify(document.verify_code) is None


def test_a_voided_document_is_said_to_be_void(client, document, licence):
    services.void(document.pk, by=None, reason="印制有误")
    found = verify(document.verify_code)
    assert (found.valid, found.validity) == (False, "已作废")
    assert "不能使用" in page(client, document.verify_code)


def test_a_revoked_licence_is_said_to_be_so_on_its_paper_too(document, licence):
    services.end_licence(licence.pk, LicenceStatus.REVOKED, by=None, reason="以欺骗手段取得")
    for code in (document.verify_code, licence.verify_code):
        assert (verify(code).valid, verify(code).validity) == (False, "已吊销")


def test_an_expired_one_is_said_to_be_so(document, licence):
    yesterday = timezone.localdate() - timedelta(days=1)
    Licence.objects.update(valid_from=yesterday, valid_until=yesterday)
    assert verify(licence.verify_code).validity == "已过期"
    Licence.objects.update(document=None)
    Document.objects.update(valid_until=yesterday)
    assert verify(document.verify_code).validity == "已过有效期"


def test_a_letter_is_named_by_its_kind(fonts, seals, police):
    (prepared,) = services.prepare(complete_draft(DocumentKind.RECEIPT, police))
    assert verify(services.seal(prepared.pk).verify_code).type == "收件凭证"


def test_a_check_is_two_queries(document, statements):
    with statements(at_most=2):
        verify(document.verify_code)


def test_whoever_tries_codes_out_is_slowed_down(client, db):
    for _lookup in range(LOOKUPS_A_MINUTE):
        client.get("/verify/222222222222/")
    assert client.get("/verify/222222222222/").status_code == 429
    refused = APIClient().get("/api/v1/verify/222222222222")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")


def test_a_typed_code_leads_to_its_page(client, db):
    assert client.get("/verify/").status_code == 200
    assert client.get("/verify/?code=abcd-efgh-jkmn")["Location"] == "/verify/ABCDEFGHJKMN/"


def test_codes_are_long_and_never_ambiguous():
    codes = {new_verify_code() for _many in range(500)}
    assert len(codes) == 500
    assert all(set(code) <= set(ALPHABET) and len(code) == 12 for code in codes)
    assert not set("01IOLU") & set(ALPHABET)
    assert normalised(" abcd-efgh jkmn ") == "ABCDEFGHJKMN"
