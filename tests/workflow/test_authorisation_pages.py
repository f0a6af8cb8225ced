"""授权委托 on pages: given to somebody known, seen by both sides, revoked at once; acting for another is always said."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Authorisation, Representation
from identity.rules import months_after
from identity.selectors import standing
from identity.services import authorise
from identity.services.authorisation import SEARCHES
from tests.conftest import forget_redis
from tests.factories import workflow as at
from tests.factories.workflow import definition
from workflow.models import Application
from workflow.selectors.authorising import codes_of
from workflow.services import OnBehalfOf, drafts
from workflow.services.drafts.beginning import behalf_of

NEWBORN = "newborn"


@pytest.fixture(autouse=True)
def _nobody_has_searched():
    forget_redis()


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def url(name, *args) -> str:
    return reverse(f"workflow:{name}", args=args)


def typed(cast, **changed) -> dict:
    """李明 lets 王建国 do 新生儿出生 for half a year."""
    plain = {
        "principal": "self",
        "name": cast.wang.person.name,
        "number": cast.wang.person.id_number,
        "scope": [f"bundle:{NEWBORN}"],
        "powers": ["fill", "submit"],
        "valid_until": months_after(timezone.localdate(), 6).isoformat(),
    }
    return plain | changed


def newborn_codes() -> set[str]:
    return set(definition(NEWBORN).matters_by_code)


@pytest.fixture
def held(cast) -> Authorisation:
    """王建国 may do 李明's newborn."""
    return authorise(
        principal=cast.li.person,
        agent=cast.wang.person,
        matter_codes=newborn_codes(),
        powers=["fill", "submit", "receive"],
        by=cast.li,
    )


@pytest.fixture
def filed(cast, held) -> Application:
    """What 王建国 filed for 李明."""
    again = Account.objects.get(pk=cast.wang.pk)
    return at.filed(again, on_behalf_of=OnBehalfOf(name="李明", id_number=cast.li.person.id_number))


# Giving one


def test_a_citizen_lets_a_neighbour_do_one_bundle_I_170(cast):
    answer = browser_of(cast.li).post(url("give_authorisation"), typed(cast))
    given = Authorisation.objects.get(agent=cast.wang.person)
    assert answer.url == url("authorisation", given.pk)
    assert set(given.matter_codes) == newborn_codes()
    assert given.principal_person == cast.li.person


def test_the_agent_is_found_by_mobile_number_too(cast):
    answer = browser_of(cast.wang).post(
        url("give_authorisation"), typed(cast, name="李明", number="199 0000 0001")
    )
    assert answer.status_code == 302
    assert Authorisation.objects.filter(agent=cast.li.person, principal_person=cast.wang.person).exists()


def test_a_clerk_gives_one_in_the_enterprise_s_name(cast):
    chosen = f"organisation-{cast.company.pk}"
    browser_of(cast.huarong).post(url("give_authorisation"), typed(cast, principal=chosen))
    assert Authorisation.objects.get(agent=cast.wang.person).principal_organisation == cast.company


def test_everything_means_every_matter_on_offer_today(cast):
    browser_of(cast.li).post(url("give_authorisation"), typed(cast, scope=["all"]))
    given = Authorisation.objects.get(agent=cast.wang.person)
    assert set(given.matter_codes) == codes_of(["all"]) > newborn_codes()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        pytest.param({"name": "王建军"}, "没有找到这个人", id="another-name"),
        pytest.param({"number": "13912345678"}, "没有找到这个人", id="another-number"),
        pytest.param({"scope": []}, "请至少选择一件事", id="no-matter"),
        pytest.param({"powers": []}, "请至少选择一项", id="no-power"),
        pytest.param({"valid_until": "2099-01-01"}, "最长 6 个月", id="too-long"),
        pytest.param({"valid_until": "2020-01-01"}, "早于", id="over-already"),
        pytest.param({"valid_until": "明天"}, "没有看懂这个日期", id="no-date"),
        pytest.param({"principal": "organisation-1"}, "", id="not-theirs"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, changed, said):
    answer = browser_of(cast.li).post(url("give_authorisation"), typed(cast, **changed))
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'name="name"' in answer.content.decode()
    assert not Authorisation.objects.filter(agent=cast.wang.person).exists()


def test_somebody_without_a_real_name_account_is_not_found(cast):
    Account.objects.filter(pk=cast.wang.pk).update(assurance_level=0)
    assert "没有找到这个人" in words(browser_of(cast.li).post(url("give_authorisation"), typed(cast)))


def test_people_cannot_be_tried_out(cast):
    li = browser_of(cast.li)
    for _ in range(SEARCHES):
        li.post(url("give_authorisation"), typed(cast, name="王建军"))
    assert "查找次数过多" in words(li.post(url("give_authorisation"), typed(cast)))


def test_a_matter_is_looked_for_and_everything_typed_stays(cast):
    answer = browser_of(cast.li).post(url("give_authorisation"), typed(cast, q="公积金", find="1"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="matter:' in page
    assert cast.wang.person.name in page
    assert re.search(rf'value="bundle:{NEWBORN}"[^>]*checked', page)


def test_an_agent_cannot_pass_on_what_was_given_to_them(cast, held):
    page = browser_of(cast.wang).get(url("give_authorisation")).content.decode()
    assert "李明" not in page


# Both sides see it


def test_both_sides_see_the_same_history(cast, held, filed):
    for somebody in (cast.li, cast.wang):
        page = words(browser_of(somebody).get(url("authorisation", held.pk)))
        for said in ("李明委托王建国", "李明给出了这份委托", "由王建国代办", filed.reference):
            assert said in page
    assert browser_of(cast.huarong).get(url("authorisation", held.pk)).status_code == 404


def test_the_lists_name_bundle_powers_and_term(cast, held):
    given = words(browser_of(cast.li).get(url("authorisations")))
    received = words(browser_of(cast.wang).get(url("authorisations")))
    last = f"{held.valid_until.year}年{held.valid_until.month}月{held.valid_until.day}日"
    for page in (given, received):
        for said in (definition(NEWBORN).name, "代为填报", last, "有效"):
            assert said in page


def test_the_lists_cost_the_same_however_many(cast, held, statements):
    client = browser_of(cast.li)
    client.get(url("authorisations"))
    for _ in range(3):
        authorise(
            principal=cast.li.person,
            agent=cast.agent.person,
            matter_codes=newborn_codes(),
            powers=["fill"],
            by=cast.li,
        )
    with statements(at_most=10):
        client.get(url("authorisations"))


# Revoking


def test_before_revoking_it_is_said_what_it_means(cast, held, filed):
    drafts.start_draft("bundle", NEWBORN, by=cast.wang, on_behalf_of=behalf_of(held))
    page = words(browser_of(cast.li).get(url("revoke_authorisation", held.pk)))
    assert "1 份没提交的草稿" in page
    assert "1 件照常办理" in page


@pytest.mark.parametrize("who", ["li", "wang"])
def test_either_side_revokes_and_it_counts_at_once_I_170(cast, held, filed, who):
    browser_of(getattr(cast, who)).post(url("revoke_authorisation", held.pk))
    agent = browser_of(Account.objects.get(pk=cast.wang.pk))
    assert agent.get(url("application", filed.reference)).status_code == 404
    assert browser_of(cast.li).get(url("application", filed.reference)).status_code == 200
    assert "已撤销" in words(browser_of(cast.li).get(url("authorisations")))


def test_a_stranger_cannot_revoke(cast, held):
    assert browser_of(cast.huarong).post(url("revoke_authorisation", held.pk)).status_code == 404
    held.refresh_from_db()
    assert held.revoked_at is None


# Clerks


def test_the_legal_representative_names_a_clerk_and_dismisses_them(cast):
    boss = browser_of(cast.boss)
    person = {"name": cast.wang.person.name, "number": cast.wang.person.id_number}
    boss.post(url("name_clerk", cast.company.pk), person)
    named = Representation.objects.get(person=cast.wang.person)
    assert cast.company.pk in standing(Account.objects.get(pk=cast.wang.pk)).organisation_ids
    boss.post(url("end_clerk", named.pk))
    assert cast.company.pk not in standing(Account.objects.get(pk=cast.wang.pk)).organisation_ids


def test_a_clerk_names_nobody(cast):
    clerk = browser_of(cast.huarong)
    person = {"name": cast.wang.person.name, "number": cast.wang.person.id_number}
    assert clerk.post(url("name_clerk", cast.company.pk), person).status_code == 404
    theirs = Representation.objects.get(person=cast.huarong.person)
    assert clerk.post(url("end_clerk", theirs.pk)).status_code == 404


# For whom one acts


def bar(answer) -> str:
    found = re.search(r'<div class="acting".*?</div>\s*</div>', answer.content.decode(), re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found.group()))).strip() if found else ""


def test_every_page_of_an_application_says_for_whom(cast, filed):
    agent = browser_of(Account.objects.get(pk=cast.wang.pk))
    for name in ("application", "submitted", "withdraw"):
        assert "您正在为 李明（委托人）办事" in bar(agent.get(url(name, filed.reference)))
    assert bar(browser_of(cast.li).get(url("application", filed.reference))) == ""


def test_every_page_of_a_draft_says_for_whom(cast, held):
    wang = Account.objects.get(pk=cast.wang.pk)
    draft = drafts.start_draft("bundle", NEWBORN, by=wang, on_behalf_of=behalf_of(held))
    agent = browser_of(wang)
    for address in (url("tasks", draft.pk), url("question", draft.pk, definition(NEWBORN).questions[0].key)):
        assert "李明" in bar(agent.get(address))


def test_a_reviewer_acts_for_nobody(cast, filed):
    reviewer = cast.reviewer(filed.reviews.first().department.code)
    assert bar(browser_of(reviewer).get(url("application", filed.reference))) == ""


def test_one_says_once_for_whom_and_it_is_offered_first(cast, held):
    agent = browser_of(cast.wang)
    assert bar(agent.get("/")) == ""
    agent.post(url("acting"), {"applicant": f"authorisation-{held.pk}"})
    assert "李明" in bar(agent.get("/"))
    page = agent.get(url("bundle_start", NEWBORN)).content.decode()
    assert re.search(rf'value="authorisation-{held.pk}"[^>]*checked', page)
    agent.post(url("acting"), {"applicant": "self"})
    assert bar(agent.get("/")) == ""


def test_after_revoking_nobody_is_said_to_act(cast, held):
    agent = browser_of(cast.wang)
    agent.post(url("acting"), {"applicant": f"authorisation-{held.pk}"})
    held.revoke(at=timezone.now())
    held.save()
    assert bar(agent.get("/")) == ""


def test_nobody_chooses_to_act_for_a_stranger(cast, held):
    stranger = browser_of(cast.huarong)
    stranger.post(url("acting"), {"applicant": f"authorisation-{held.pk}"})
    assert "李明" not in bar(stranger.get("/"))
