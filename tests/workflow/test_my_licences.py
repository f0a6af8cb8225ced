"""证照和结果: what was granted, to oneself, one's organisations and those who authorised one; nobody else's."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Department
from identity.services import revoke
from licences.models import Licence
from licences.services import LicenceGrant, end_licence, issue
from licences.states import LicenceStatus
from tests.factories import workflow as at
from tests.factories.workflow import definition
from workflow.selectors.results import kept_results
from workflow.services import OnBehalfOf

NEWBORN = "newborn"


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page_of(account) -> str:
    return browser_of(account).get(reverse("workflow:licences")).content.decode()


@pytest.fixture
def granted(cast):
    """李明's newborn, decided."""
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    return application


def a_licence(**holder) -> Licence:
    grant = LicenceGrant(
        type_name="食品经营许可证",
        holder_name="持有人",
        issuer_id=Department.objects.get(code="shichang").pk,
        source=f"test:{holder}",
        valid_until=date(2031, 11, 19),
        **holder,
    )
    (issued,) = issue(grant)
    return Licence.objects.get(pk=issued.pk)


def test_every_result_of_an_application_is_there_once(cast, granted):
    kept = kept_results(cast.li)
    results = at.documents(granted, "result")
    assert {one.document_id for one in kept} >= {document.pk for document in results}
    assert len([one for one in kept if one.document_id]) == len(results)


def test_nobody_else_finds_them(cast, granted):
    for somebody in (cast.wang, cast.huarong, cast.window1):
        assert kept_results(somebody) == []


def test_both_who_represent_an_enterprise_find_its_licence(cast):
    theirs = a_licence(holder_organisation_id=cast.company.pk)
    for somebody in (cast.huarong, cast.boss):
        (kept,) = kept_results(somebody)
        assert (kept.licence_id, kept.may_be_shown) == (theirs.pk, True)


def test_an_agent_finds_results_of_what_they_filed_until_it_is_revoked_I_170(cast):
    cast.authorise_agent(matter.code for matter in definition(NEWBORN).matters)
    behalf = OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    at.approve_everything(cast, at.filed(cast.agent, on_behalf_of=behalf))
    a_licence(holder_person_id=cast.li.person_id)
    kept = kept_results(cast.agent)
    assert kept
    assert "食品经营许可证" not in {one.title for one in kept}, (
        "what they had no part in is not theirs to see"
    )
    assert not any(one.may_be_shown for one in kept)
    revoke(cast.agent.person.authorisations_held.get(principal_person=cast.li.person).pk, by=cast.li)
    cast.agent.__dict__.pop("_standing")
    assert kept_results(cast.agent) == []


@pytest.mark.parametrize(
    ("status", "words"), [(LicenceStatus.AMENDED, "已变更"), (LicenceStatus.CANCELLED, "已注销")]
)
def test_what_has_ended_says_so_and_cannot_be_shown(cast, status, words):
    ended = a_licence(holder_person_id=cast.li.person_id)
    end_licence(ended.pk, status, by=None, reason="持证人申请")
    page = page_of(cast.li)
    assert words in page
    assert reverse("licences:show", args=[ended.pk]) not in page


def test_one_that_has_run_out_says_so(cast):
    ended = a_licence(holder_person_id=cast.li.person_id)
    Licence.objects.filter(pk=ended.pk).update(valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
    assert "已过期" in page_of(cast.li)


def test_the_page_links_to_the_sealed_file_and_to_showing_it(cast, granted):
    held = a_licence(holder_person_id=cast.li.person_id)
    page = page_of(cast.li)
    assert reverse("licences:show", args=[held.pk]) in page
    for document in at.documents(granted, "result"):
        assert reverse("workflow:document", args=[document.pk]) in page


def test_nothing_yet_says_what_will_be_there(cast):
    assert "这里还没有证照" in page_of(cast.wang)


def test_the_list_costs_the_same_however_long(cast, granted, statements):
    at.approve_everything(cast, at.filed(cast.li, number=1))
    li = browser_of(cast.li)
    with statements(at_most=8):
        li.get(reverse("workflow:licences"))
