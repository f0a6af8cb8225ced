"""Licences: issued once for each cause, held by name, ended with a word to those who relied on them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.errors import NotFound, WrongState
from events.models import EventRecord
from identity.models import Organisation
from licences import services
from licences.events import LicenceRevoked
from licences.models import Licence, LicenceType
from licences.selectors import held
from licences.services import LicenceGrant
from licences.states import LicenceStatus
from tests.factories.identity import a_credit_code, a_person


@pytest.fixture
def li(db):
    return a_person("李明")


def grant(holder, issuer, source="review:1", **changed) -> LicenceGrant:
    facts = {
        "type_name": "居民户口簿",
        "holder_person_id": holder.pk,
        "holder_name": holder.name,
        "issuer_id": issuer.pk,
        "source": source,
        "facts": {"户号": "990102000123"},
    }
    return LicenceGrant(**(facts | changed))


def test_a_licence_is_issued_with_number_and_code(li, police, clock):
    clock.set("2026-11-22 10:00")
    (licence,) = services.issue(grant(li, police))
    assert licence.number.isdigit()
    assert len(licence.number) == 16
    assert (licence.status, licence.issued_on, len(licence.verify_code)) == ("valid", date(2026, 11, 22), 12)
    assert Licence.objects.get() == licence


def test_a_repeat_issues_nothing_and_answers_with_the_first(li, police):
    (first,) = services.issue(grant(li, police))
    again, other = services.issue(grant(li, police), grant(li, police, "review:2"))
    assert (again.pk, again.number) == (first.pk, first.number)
    assert other.number != first.number
    assert Licence.objects.count() == 2


def test_issuing_twelve_licences_takes_as_many_statements_as_issuing_one(li, police, statements):
    services.issue(grant(li, police, "warm:1"))
    with statements(at_most=2):
        services.issue(*(grant(li, police, f"review:{number}") for number in range(12)))


def test_issuing_nothing_asks_nothing(statements, db):
    with statements(at_most=0):
        assert services.issue() == []


def test_a_licence_the_types_do_not_know_yet_becomes_a_type(li, police):
    """A fourteenth bundle costs one file: its licences need no migration and no form."""
    services.issue(grant(li, police, type_name="低空飞行许可证"))
    assert LicenceType.objects.get(name="低空飞行许可证").holder_kind == "either"


def test_an_amended_licence_is_of_the_same_type(li, market):
    services.issue(grant(li, market, type_name="食品经营许可证（变更后）"))
    assert set(held([li.pk], [])) == {"食品经营许可证"}


def test_a_licence_has_one_holder(li, police):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.issue(grant(li, police, holder_person_id=None))


def test_a_licence_may_name_a_document_prepared_after_it(li, market, fonts):
    """The draft knows its id, so the decision can quote the licence's number."""
    from licences.states import ResultKind
    from tests.factories.licences import application_facts, result_draft

    draft = result_draft(market, application_facts(), ResultKind.LICENCE)
    with transaction.atomic():
        (licence,) = services.issue(grant(li, market, document_id=draft.id))
        services.prepare(draft)
    assert Licence.objects.get().document_id == draft.id == licence.document_id


def test_what_somebody_holds_is_one_query_whatever_the_number(li, police, statements):
    company = Organisation.objects.create(name="云澜好面餐饮有限公司", credit_code=a_credit_code())
    services.issue(
        grant(li, police),
        grant(li, police, "review:2", type_name="居民身份证"),
        grant(
            li,
            police,
            "review:3",
            type_name="营业执照",
            holder_person_id=None,
            holder_organisation_id=company.pk,
        ),
    )
    with statements(at_most=1):
        found = held([li.pk], [company.pk])
    assert set(found) == {"居民户口簿", "居民身份证", "营业执照"}
    assert found["居民户口簿"].facts == {"户号": "990102000123"}


def test_of_two_of_a_type_the_newer_is_held(li, police):
    today = timezone.localdate()
    services.issue(
        grant(li, police, "review:2", valid_from=today),
        grant(li, police, "review:1", valid_from=today - timedelta(days=900)),
    )
    assert held([li.pk], [])["居民户口簿"].source == "review:2"


def test_a_paper_asked_for_as_either_is_answered_by_either(li, market):
    services.issue(grant(li, market, type_name="营业执照"))
    found = held([li.pk], [], ["执业许可证或营业执照", "居民身份证"])
    assert {name: licence.type.name for name, licence in found.items()} == {
        "执业许可证或营业执照": "营业执照"
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"status": LicenceStatus.REVOKED},
        {"valid_from": date(2020, 1, 1), "valid_until": date(2025, 1, 1)},
        {"valid_from": date(2090, 1, 1)},
    ],
    ids=["revoked", "run out", "not yet begun"],
)
def test_a_licence_not_in_force_is_not_held(li, police, changed):
    services.issue(grant(li, police))
    Licence.objects.update(**changed)
    assert held([li.pk], []) == {}


def test_a_neighbours_licence_is_not_held(li, police):
    services.issue(grant(a_person("王芳"), police))
    assert held([li.pk], []) == {}


def test_ending_a_licence_is_told_to_those_who_relied_on_it(li, police):
    (licence,) = services.issue(grant(li, police))
    services.end_licence(licence.pk, LicenceStatus.REVOKED, by=None, reason="以欺骗手段取得")
    record = EventRecord.objects.of(LicenceRevoked).get()
    assert (record.subject, record.fact.status) == (f"licence:{licence.pk}", "revoked")
    with pytest.raises(WrongState, match="已吊销"):
        services.end_licence(licence.pk, LicenceStatus.CANCELLED, by=None, reason="再次")


def test_a_licence_cannot_be_ended_into_validity_or_out_of_nothing(li, police):
    (licence,) = services.issue(grant(li, police))
    with pytest.raises(WrongState):
        services.end_licence(licence.pk, LicenceStatus.VALID, by=None, reason="—")
    with pytest.raises(NotFound):
        services.end_licence(0, LicenceStatus.REVOKED, by=None, reason="—")


def test_its_facts_lie_encrypted(li, police):
    services.issue(grant(li, police))
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts::text FROM licences_licence")
        (stored,) = cursor.fetchone()
    assert "990102000123" not in stored
    assert "enc:" in stored
