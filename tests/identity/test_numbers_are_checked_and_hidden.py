"""Personal numbers: checked when they come, encrypted where they lie, masked where they are shown."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import BadInput, Conflict
from identity import rules
from identity.models import Account, Authorisation, Organisation, Person
from identity.selectors import organisation_by_code, person_by_number
from identity.services import open_account, register_organisation, register_person, represent
from tests.factories.identity import a_credit_code, a_person, an_id_number


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("34010219900716687", id="too-short"),
        pytest.param("340102199007166878", id="wrong-check-digit"),
        pytest.param("34010219901316687X", id="no-such-month"),
        pytest.param("999999199007166872", id="birthplace-unknown-to-stdnum-a-KeyError"),
        pytest.param("", id="nothing"),
        pytest.param("abcdefghijklmnopqr", id="letters"),
    ],
)
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(ValueError, match="公民身份号码不正确"):
        rules.resident_number(number)


def test_a_good_number_carries_the_day_of_birth():
    number = an_id_number(born=date(1990, 7, 16))
    assert rules.birth_date_of(rules.resident_number(f" {number[:6]} {number[6:]} ")).year == 1990


@pytest.mark.parametrize("text", ["19900000001", "199 0000 0001", "+8619900000001", ""])
def test_a_mobile_number_is_eleven_digits_or_nothing(text):
    assert rules.mobile_number(text) in {"19900000001", ""}


@pytest.mark.parametrize("text", ["1990000000", "29900000001", "１９９００００００００", "call me"])
def test_anything_else_is_no_mobile_number(text):
    with pytest.raises(ValueError, match="11 位"):
        rules.mobile_number(text)


def test_the_same_person_registered_twice_is_one_person(db):
    number = an_id_number()
    first = register_person(name="李明", id_number=number)
    again = register_person(name="李明", id_number=number.lower(), mobile="19900000001")
    assert again.pk == first.pk
    assert Person.objects.get(pk=first.pk).mobile == "19900000001"


def test_what_is_known_of_a_person_is_not_overwritten(db):
    person = a_person("李明", mobile="19900000001")
    register_person(name="李明", id_number=person.id_number, mobile="19900000099")
    assert Person.objects.get(pk=person.pk).mobile == "19900000001"


def test_a_known_number_under_another_name_is_refused(db):
    person = a_person("李明")
    with pytest.raises(Conflict, match="不一致"):
        register_person(name="王五", id_number=person.id_number)


def test_a_bad_number_is_told_beside_its_field(db):
    with pytest.raises(BadInput) as told:
        register_person(name="李明", id_number="1234")
    assert list(told.value.fields) == ["id_number"]


def test_the_database_holds_no_readable_number(db):
    person = a_person("李明", mobile="19900000001", address="老码头社区18号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, mobile, address FROM identity_person WHERE id = %s", [person.pk])
        stored = cursor.fetchone()
    assert all(value.startswith("enc:") for value in stored)


def test_a_person_is_found_by_number_through_the_hash(db):
    person = a_person("李明")
    assert person_by_number(person.id_number) == person
    assert person_by_number("no number at all") is None


def test_a_number_is_masked_wherever_it_is_shown(db):
    person = a_person("李明", mobile="19900000001")
    shown = f"{person} {person.masked_id} {person.masked_mobile} {person.id_tail}"
    assert person.id_number not in shown
    assert person.mobile not in shown
    assert person.masked_id.endswith(person.id_tail)


def test_the_hash_follows_the_number_in_bulk_too(db):
    number = an_id_number()
    [person] = Person.objects.bulk_create([Person(name="甲", id_number=number, birth_date=date(1990, 1, 1))])
    assert person_by_number(number) == person


def test_an_organisation_is_one_for_its_code(db):
    code = a_credit_code()
    first = register_organisation(name="华荣", credit_code=code)
    assert register_organisation(name="华荣新名", credit_code=code) == first
    assert organisation_by_code(code) == first
    assert organisation_by_code("123") is None


def test_a_bad_credit_code_is_refused(db):
    with pytest.raises(BadInput, match="统一社会信用代码"):
        register_organisation(name="华荣", credit_code="91110000600037341X")


def test_one_person_has_one_account(db):
    person = a_person()
    open_account(username="first", password="secret-enough", person=person)
    with pytest.raises(Conflict, match="已有账号"):
        open_account(username="second", password="secret-enough", person=person)
    with pytest.raises(Conflict, match="用户名"):
        open_account(username="first", password="secret-enough")


def test_representing_twice_is_once(cast):
    first = represent(cast.wang.person, cast.company, capacity="clerk")
    assert represent(cast.wang.person, cast.company, capacity="clerk") == first


def test_an_authorisation_has_exactly_one_principal(cast):
    both = Authorisation.objects.filter(principal_person=cast.li.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        both.update(principal_organisation=cast.company)
    with pytest.raises(IntegrityError), transaction.atomic():
        both.update(principal_person=None)


def test_somebody_is_shown_by_name_where_there_is_one(db):
    assert Account(username="machine").display_name == "machine"
    assert Account(username="li", person=Person(name="李明")).display_name == "李明"
    assert str(Organisation(name="华荣")) == "华荣"
