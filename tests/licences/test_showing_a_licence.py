"""亮证: shown to one stranger, once, for minutes, and no more of it than the holder chose."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from common.crypto import decrypt, keyed_hash
from common.errors import Gone, NotFound, Refused, TooOften, WrongState
from events.models import EventRecord
from identity.models import Account, Department
from licences import services
from licences.models import Licence, Presentation
from licences.rules import masked_number
from licences.services import LicenceGrant
from licences.services.lookups import LOOKUPS_A_MINUTE, PRESENTATIONS_A_MINUTE
from licences.states import Face, LicenceStatus
from tests.conftest import forget_redis
from tests.factories import identity as people

ALL = list(Face.values)


@pytest.fixture(autouse=True)
def _fresh_minute():
    forget_redis()


def a_licence(holder: dict, name: str, **more) -> Licence:
    grant = LicenceGrant(
        type_name="食品经营许可证",
        holder_name=name,
        issuer_id=Department.objects.get(code="shichang").pk,
        source=f"test:{name}",
        **holder,
        **more,
    )
    (issued,) = services.issue(grant)
    return Licence.objects.get(pk=issued.pk)


@pytest.fixture
def licence(cast) -> Licence:
    """李明's licence, until 2031."""
    return a_licence({"holder_person_id": cast.li.person_id}, "李明", valid_until=date(2031, 11, 19))


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def words(answer) -> str:
    """What is to be read on the page, without its head."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def shown_address(client: Client, licence: Licence, shows=ALL) -> str:
    """The holder makes a code; the address of the holder's page."""
    return client.post(reverse("licences:show", args=[licence.pk]), {"shows": shows}).url


def address_of(code: str) -> str:
    return reverse("licences:look", args=[code])


# What a stranger sees


def test_a_stranger_sees_what_was_chosen_and_nothing_else(cast, licence, client):
    _made, code = services.present(licence.pk, by=cast.li, shows=[Face.HOLDER, Face.VALID_UNTIL])
    seen = words(client.post(address_of(code)))
    for said in ("食品经营许可证", "有效", "李*", "2031年11月19日"):
        assert said in seen
    for secret in ("李明", licence.number, masked_number(licence.number), cast.li.person.id_tail, "市场监管"):
        assert secret not in seen


def test_number_and_issuer_are_shown_when_chosen_the_number_masked(cast, licence, client):
    _made, code = services.present(licence.pk, by=cast.li, shows=[Face.NUMBER, Face.ISSUER])
    seen = words(client.post(address_of(code)))
    assert masked_number(licence.number) in seen
    assert "市场监管" in seen
    assert licence.number not in seen
    assert "李" not in seen


@pytest.mark.parametrize(
    ("number", "masked"),
    [("2026112200000012", "2026********0012"), ("AB12345678", "AB******78"), ("AB1234", "AB**34")],
)
def test_a_masked_number_can_be_compared_and_not_copied(number, masked):
    assert masked_number(number) == masked


def test_opening_the_address_uses_nothing_up(cast, licence, client):
    _made, code = services.present(licence.pk, by=cast.li, shows=ALL)
    for _ in range(3):
        answer = client.get(address_of(code))
        assert answer.status_code == 200
        assert "食品经营许可证" not in words(answer)
    assert "食品经营许可证" in words(client.post(address_of(code)))


def test_a_code_works_once_and_says_so_afterwards(cast, licence, client):
    _made, code = services.present(licence.pk, by=cast.li, shows=ALL)
    assert client.post(address_of(code)).status_code == 200
    for answer in (client.post(address_of(code)), client.get(address_of(code))):
        assert answer.status_code == 410
        assert "用过了" in words(answer)
        assert "食品经营许可证" not in words(answer)


def test_after_five_minutes_it_says_that_it_has_run_out(cast, licence, client, clock):
    begun = clock.set("2026-11-23 09:00")
    made, code = services.present(licence.pk, by=cast.li, shows=ALL)
    clock.set(begun + timedelta(minutes=5))
    answer = client.post(address_of(code))
    assert answer.status_code == 410
    assert "有效期" in words(answer)
    made.refresh_from_db()
    assert made.seen_at is None


def test_a_wrong_code_is_not_known(client, db):
    answer = client.post(address_of("x" * 32))
    assert answer.status_code == 404
    assert "没有这个二维码" in words(answer)


def test_a_licence_revoked_meanwhile_is_shown_as_revoked(cast, licence, client):
    _made, code = services.present(licence.pk, by=cast.li, shows=ALL)
    services.end_licence(licence.pk, LicenceStatus.REVOKED, by=None, reason="以欺骗手段取得")
    seen = words(client.post(address_of(code)))
    assert "已吊销" in seen
    assert "不能使用" in seen


def test_codes_cannot_be_tried_out(client, db):
    answers = [client.get(address_of(f"{n:032d}")).status_code for n in range(LOOKUPS_A_MINUTE + 1)]
    assert answers == [404] * LOOKUPS_A_MINUTE + [429]


def test_the_code_is_long_and_only_its_hash_is_kept(cast, licence):
    made, code = services.present(licence.pk, by=cast.li, shows=ALL)
    assert len(code) * 6 >= 128
    row = Presentation.objects.filter(pk=made.pk).values().get()
    assert code not in str(row)
    assert row["code_hash"] == keyed_hash(code)


# Who may show, and what


def test_only_the_holder_shows_it(cast, licence):
    for somebody in (cast.wang, cast.agent, cast.window1):
        with pytest.raises(NotFound):
            services.present(licence.pk, by=somebody, shows=ALL)


def test_a_clerk_of_the_enterprise_shows_its_licence(cast, client):
    theirs = a_licence({"holder_organisation_id": cast.company.pk}, cast.company.name)
    _made, code = services.present(theirs.pk, by=cast.huarong, shows=[Face.HOLDER])
    assert cast.company.name in words(client.post(address_of(code)))


def test_what_no_longer_counts_is_not_shown(cast, licence):
    Licence.objects.update(valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
    with pytest.raises(Refused, match="已过期"):
        services.present(licence.pk, by=cast.li, shows=ALL)


def test_other_facts_cannot_be_asked_for(cast, licence):
    with pytest.raises(Refused):
        services.present(licence.pk, by=cast.li, shows=["facts"])


def test_a_new_code_ends_the_one_before(cast, licence):
    _first, old = services.present(licence.pk, by=cast.li, shows=ALL)
    _second, new = services.present(licence.pk, by=cast.li, shows=ALL)
    with pytest.raises(Gone, match="收回"):
        services.look_once(old)
    assert services.look_once(new).type == "食品经营许可证"


def test_showing_has_a_measure(cast, licence):
    for _ in range(PRESENTATIONS_A_MINUTE):
        services.present(licence.pk, by=cast.li, shows=ALL)
    with pytest.raises(TooOften):
        services.present(licence.pk, by=cast.li, shows=ALL)


def test_each_showing_and_each_look_is_a_fact(cast, licence):
    made, code = services.present(licence.pk, by=cast.li, shows=[Face.HOLDER])
    services.look_once(code)
    facts = EventRecord.objects.about(f"licence:{licence.pk}").order_by("id")
    assert [fact.name for fact in facts] == ["licences.LicencePresented", "licences.PresentationSeen"]
    assert all(fact.payload["presentation_id"] == made.pk for fact in facts)
    assert [fact.actor for fact in facts] == [cast.li, None]
    assert code not in str([fact.payload for fact in facts])


# The holder's pages


def test_the_holder_sees_the_code_then_that_it_was_looked_at(cast, licence, client):
    li = browser_of(cast.li)
    address = shown_address(li, licence)
    page = li.get(address)
    assert page.context["picture"]
    assert "还没有人看过" in words(page)
    client.post(address_of(_code_in(li)))
    after = li.get(address)
    assert "看过了" in words(after)
    assert not after.context["picture"]


def _code_in(client: Client) -> str:
    return decrypt(client.session["presented"]["code"])


def test_the_page_asks_again_by_itself_and_is_told_only_news(cast, licence, client):
    li = browser_of(cast.li)
    address = shown_address(li, licence)
    assert li.get(address, headers={"HX-Request": "true"}).status_code == 204
    client.post(address_of(_code_in(li)))
    news = li.get(address, headers={"HX-Request": "true"})
    assert "看过了" in words(news)
    assert "<html" not in news.content.decode()


def test_another_browser_of_the_holder_sees_no_code(cast, licence):
    address = shown_address(browser_of(cast.li), licence)
    assert not browser_of(cast.li).get(address).context["picture"]
    assert browser_of(cast.wang).get(address).status_code == 404


def test_the_holder_takes_it_back(cast, licence):
    li = browser_of(cast.li)
    made = Presentation.objects.get(pk=int(shown_address(li, licence).split("/")[-2]))
    code = _code_in(li)
    assert "已经收回" in words(li.post(reverse("licences:take_back", args=[made.pk]), follow=True))
    with pytest.raises(Gone, match="收回"):
        services.look_once(code)
    with pytest.raises(WrongState):
        services.take_back(made.pk, by=cast.li)


def test_what_the_pages_cost(cast, licence, client, statements):
    li = browser_of(cast.li)
    address = shown_address(li, licence)
    code = _code_in(li)
    li.get(address)
    with statements(at_most=3):
        li.get(address)
    with statements(at_most=4):
        client.post(address_of(code))


# Two at once


@pytest.mark.usefixtures("committed")
def test_of_twelve_who_look_at_once_one_sees_it(django_db_blocker):
    cast = people.cast()
    licence = a_licence({"holder_person_id": cast.li.person_id}, "李明")
    _made, code = services.present(licence.pk, by=Account.objects.get(pk=cast.li.pk), shows=ALL)

    def look(_number: int) -> str:
        with django_db_blocker.unblock():
            try:
                return services.look_once(code).type
            except Gone as over:
                return over.code
            finally:
                connections.close_all()

    with ThreadPoolExecutor(12) as crowd:
        answers = sorted(crowd.map(look, range(12)))
    assert answers == ["used_up"] * 11 + ["食品经营许可证"]
    assert EventRecord.objects.filter(name="licences.PresentationSeen").count() == 1
