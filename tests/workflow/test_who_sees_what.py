"""
Deny by default: what the detail refuses, no list, search, count, file or verb shows.

One property over every route of the API and every sort of person, then the edges by name.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from common.errors import NotFound
from identity.models import Account, Authorisation, Department, Post
from identity.roles import Role
from identity.selectors import standing
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, DepartmentReview
from workflow.states import DeliveryMethod, MaterialMode

pytestmark = pytest.mark.usefixtures("on_offer")

V1 = "/api/v1"
OPINION = "场地条件符合，内部意见不外传"

#: Everybody who might ask, by how they come to an account.
PEOPLE = {
    "the applicant": lambda cast: cast.li,
    "another citizen": lambda cast: cast.wang,
    "an enterprise": lambda cast: cast.huarong,
    "an agent who filed nothing": lambda cast: cast.agent,
    "the front": lambda cast: cast.window1,
    "the exit": lambda cast: cast.exit1,
    "a department with a review": lambda cast: cast.reviewer("xiaofang"),
    "its neighbour": lambda cast: cast.reviewer("gongan"),
    "the lead": lambda cast: cast.reviewer("shichang"),
    "a department not concerned": lambda cast: cast.reviewer("minzheng"),
    "a supervisor": lambda cast: posted("supervisor", Role.SUPERVISOR),
    "an auditor": lambda cast: posted("auditor", Role.AUDITOR),
    "a call agent": lambda cast: posted("call", Role.CALL_AGENT),
    "a leader": lambda cast: posted("leader", Role.LEADER),
    "a former reviewer": lambda cast: left(cast.reviewer("xiaofang")),
}

#: How many of the seven applications below each of them opens.
SEES = {
    "the applicant": 6,
    "an enterprise": 1,
    "the front": 7,
    "the exit": 1,
    "a department with a review": 6,
    "its neighbour": 6,
    "the lead": 7,
    "a supervisor": 7,
    "an auditor": 7,
}


def posted(name: str, role: Role):
    account = people.an_account(name)
    department = Department.objects.get(code="govservice")
    Post.objects.create(account=account, department=department, role=role, valid_from=people.SINCE)
    return account


def left(account):
    """Whose post ended."""
    Post.objects.filter(account=account).update(valid_until=people.SINCE)
    account.__dict__.pop("_standing", None)
    return account


@pytest.fixture
def applications(cast) -> list[Application]:
    """In every stage: on the counter, received, correcting, in review, decided, closed, declined, withdrawn."""
    whom = services.OnBehalfOf(cast.li.person.name, cast.li.person.id_number)
    on_paper = shop.filed(cast.window1, channel="counter", on_behalf_of=whom)
    received, correcting = shop.filed(cast.li), shop.in_correction(cast, cast.li)
    in_review, decided = shop.filed(cast.li), shop.filed(cast.li, delivery_method=DeliveryMethod.WINDOW)
    shop.complete(cast, in_review, *shop.UPLOADS)
    services.approve(at.review_of(in_review, "cs-fire").pk, by=cast.reviewer("xiaofang"), opinion=OPINION)
    at.approve_everything(cast, decided)
    withdrawn = shop.filed(cast.li)
    services.withdraw(withdrawn.pk, by=cast.li)
    own = at.alone(cast.huarong, "cs-licence")
    for application in (in_review, decided):
        at.seal(application)
    return [on_paper, received, correcting, in_review, decided, withdrawn, own]


def listed(client, address: str) -> Iterator[dict[str, Any]]:
    """Every row of a list, page after page."""
    while address:
        answer = client.get(address).json()
        yield from answer["results"]
        address = answer["next"]


LISTS = (
    "/applications/",
    "/applications/?page_size=2",
    "/applications/?status=in_review&status=decided&status=withdrawn",
    "/applications/?bundle=corner-shop",
    "/applications/?department=xiaofang",
    "/applications/?overdue=true",
    "/applications/?overdue=false",
    "/applications/?q=便利店",
    "/applications/?q=2",
)


def opened(client, applications) -> dict[str, Any]:
    """What the detail answers, of those it does not refuse."""
    answers = {one.reference: client.get(f"{V1}/applications/{one.reference}/") for one in applications}
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    return {number: answer.json() for number, answer in answers.items() if answer.status_code == 200}


def no_list_shows_more(account, applications) -> None:
    client = people.api(account)
    seen = set(opened(client, applications))
    for address in LISTS:
        assert {row["reference"] for row in listed(client, V1 + address)} <= seen, address
    assert {row["reference"] for row in listed(client, f"{V1}/applications/")} == seen


def no_inbox_shows_more(account, applications) -> None:
    client = people.api(account)
    every = DepartmentReview.objects.values_list("pk", "application__reference", "status")
    pages = {pk: client.get(f"{V1}/reviews/{pk}/").status_code for pk, _, _ in every}
    assert set(pages.values()) <= {200, 404}
    statuses = "&".join({f"status={status}" for _, _, status in every})
    for address in (
        "/reviews/",
        "/reviews/?overdue=true",
        "/reviews/?matter=cs-fire",
        f"/reviews/?{statuses}",
    ):
        assert all(pages[row["id"]] == 200 for row in listed(client, V1 + address))
    seen = set(opened(client, applications))
    assert {number for pk, number, _ in every if pages[pk] == 200} <= seen


def only_named_documents_are_given_out(account, applications) -> None:
    client = people.api(account)
    named = {row["url"] for page in opened(client, applications).values() for row in page["documents"]}
    for application in applications:
        for row in application.application_documents.all():
            address = f"{V1}/documents/{row.document_id}/"
            answer = client.get(address)
            answer.getvalue()
            assert (answer.status_code in {200, 202}) == (address in named), address


def may_open(account, paper) -> bool:
    try:
        return selectors.material_file(account, paper.pk) == paper.file
    except NotFound:
        return False


def only_named_papers_are_given_out(account, applications) -> None:
    pages = opened(people.api(account), applications)
    for application in applications:
        named = {row["name"] for row in pages.get(application.reference, {}).get("materials", [])}
        for paper in application.materials.exclude(file=None):
            assert may_open(account, paper) == (paper.name in named)


def no_verb_works_on_the_rest(account, applications) -> None:
    """404 like what is not there; and what one may only look at changes for nobody."""
    client = people.api(account)
    seen = set(opened(client, applications))
    for application in applications:
        for verb in ("withdraw", "accept", "confirm_delivery", "change_delivery", "receive"):
            if application.reference not in seen:
                answer = client.post(f"{V1}/applications/{application.reference}/{verb}/", {})
                assert answer.status_code == 404


@pytest.mark.parametrize("who", PEOPLE)
def test_what_the_detail_refuses_nothing_else_shows(cast, applications, who):
    """Lists, filters, search, inbox, documents, papers and verbs: each begins at `visible_to`."""
    account = PEOPLE[who](cast)
    assert len(opened(people.api(account), applications)) == SEES.get(who, 0)
    no_list_shows_more(account, applications)
    no_inbox_shows_more(account, applications)
    only_named_documents_are_given_out(account, applications)
    only_named_papers_are_given_out(account, applications)
    no_verb_works_on_the_rest(account, applications)


@pytest.mark.parametrize("who", ["its neighbour", "the lead", "a department with a review"])
def test_a_department_reads_its_own_part_and_of_others_states_and_dates(cast, applications, who):
    """Design section 5: no opinion, no result, no paper, no document, no ground of another department."""
    account = PEOPLE[who](cast)
    own = {post.department_code for post in standing(account).posts}
    for page in opened(people.api(account), applications).values():
        for review in page["reviews"]:
            if review["department_code"] not in own:
                assert (review["opinion"], review["result"]) == ("", {})
                assert review["status"]
        mine = {review["matter"] for review in page["reviews"] if review["department_code"] in own}
        assert all(mine & set(paper["needed_by"]) for paper in page["materials"])
        if "xiaofang" not in own:
            assert OPINION not in json.dumps(page, ensure_ascii=False)


def test_the_timeline_names_other_departments_papers_to_nobody(cast):
    """A neighbour reads that papers are corrected, not which."""
    application = shop.in_correction(cast, cast.li, shop.PHOTO)
    shop.bring(cast.li, application, shop.PHOTO)

    def told(account) -> str:
        return "".join(entry.text for entry in selectors.dossier(account, application.reference).timeline)

    assert shop.PHOTO in told(cast.li)
    assert shop.PHOTO in told(cast.reviewer("shichang"))
    assert shop.PHOTO not in told(cast.reviewer("gongan"))
    assert "补正" in told(cast.reviewer("gongan"))


def test_the_ground_of_a_termination_is_its_departments_and_the_applicants(cast):
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    services.terminate_application(
        application.pk, by=cast.reviewer("gongan"), ground="promise_broken", facts="承诺不实"
    )
    for account, reads in (
        (cast.li, True),
        (cast.reviewer("gongan"), True),
        (cast.reviewer("xiaofang"), False),
    ):
        page = selectors.dossier(account, application.reference)
        assert any("违反承诺" in entry.text for entry in page.timeline) == reads


def through_an_agent(cast) -> Application:
    cast.authorise_agent(shop.DEPARTMENT)
    whom = services.OnBehalfOf(cast.li.person.name, cast.li.person.id_number)
    return shop.filed(cast.agent, on_behalf_of=whom)


def test_an_agent_sees_and_does_while_authorised_and_not_a_moment_longer(cast):
    """I-170: revoked at once; I-39."""
    application = through_an_agent(cast)
    client = people.api(cast.agent)
    address = f"{V1}/applications/{application.reference}/"
    assert client.get(address).status_code == 200
    Authorisation.objects.filter(agent=cast.agent.person).update(revoked_at=timezone.now())
    client = people.api(Account.objects.get(pk=cast.agent.pk))
    assert client.get(address).status_code == 404
    assert list(listed(client, f"{V1}/applications/")) == []
    assert client.post(f"{address}withdraw/", {}).status_code == 404
    assert people.api(cast.li).get(address).status_code == 200


def test_the_enterprise_stays_the_enterprises_when_its_clerk_leaves(cast):
    application = at.alone(cast.huarong, "cs-licence")
    cast.company.representations.filter(person=cast.huarong.person).update(valid_until=people.SINCE)
    former = Account.objects.get(pk=cast.huarong.pk)
    assert not Application.objects.visible_to(former).filter(pk=application.pk).exists()
    assert Application.objects.visible_to(cast.boss).filter(pk=application.pk).exists()


def test_a_draft_is_its_owners_alone(cast):
    draft = services.drafts.start_draft("bundle", "newborn", by=cast.li)
    for who, account in PEOPLE.items():
        if who != "the applicant":
            assert not Application.objects.visible_to(account(cast)).filter(pk=draft.pk).exists(), who


def test_nobody_is_nobody(applications):
    client = people.api()
    for address in ("/applications/", "/reviews/", f"/applications/{applications[0].reference}/"):
        assert client.get(V1 + address).status_code == 401


def test_deferred_papers_are_named_to_who_needs_them(cast):
    application = shop.filed(cast.li, modes={shop.PLAN: MaterialMode.DEFERRED})
    names = {
        paper.name for paper in selectors.dossier(cast.reviewer("gongan"), application.reference).materials
    }
    assert shop.PLAN not in names
    assert shop.LEASE in names
