"""Two at once, with real connections: whatever the order, one state, nothing twice, nothing lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django_fsm import TransitionNotAllowed

from bundles.services import begin_draft, publish, save_draft
from common.errors import DomainError
from events.models import EventRecord
from identity.models import Account
from tests.factories import identity as people
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, ApplicationDocument
from workflow.states import ApplicationStatus, Outcome, ReviewStatus

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def cast(committed):
    """The cast, seen by every connection."""
    return people.cast()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Every act on a connection of its own, begun at the same moment; a refusal is its result."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        except (DomainError, TransitionNotAllowed) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def again(account: Account) -> Account:
    """The same account as another request reads it."""
    return Account.objects.get(pk=account.pk)


def told(application: Application, name: str) -> int:
    return EventRecord.objects.about(application.subject).filter(name=f"workflow.{name}").count()


def test_two_reviewers_decide_the_last_two_reviews_and_it_is_decided_once(cast):
    """I-115: the join is a check under lock."""
    application = at.filed(cast.li)
    at.confirm_all(cast, application)
    at.approve(
        cast, application, "nb-birth-certificate", "nb-vaccination-certificate", "nb-maternity-expense"
    )
    at.approve(cast, application, "nb-birth-hukou", "nb-parenting-guidance")
    last = [at.review_of(application, code) for code in ("nb-resident-medical", "nb-social-security-card")]
    officers = [again(cast.reviewer(review.department.code)) for review in last]

    at_once(*(lambda r=r, by=by: services.approve(r.pk, by=by) for r, by in zip(last, officers, strict=True)))

    application.refresh_from_db()
    assert (application.status, application.outcome) == (ApplicationStatus.DECIDED, Outcome.ALL)
    assert told(application, "ApplicationDecided") == 1
    closing = ApplicationDocument.objects.filter(application=application, document__kind="closing_notice")
    assert closing.count() == 1


def test_two_officers_approve_the_same_review_and_one_result_is_made(cast):
    application = at.filed(cast.li)
    review = at.review_of(application, "nb-birth-certificate")
    first, second = again(cast.reviewer("weijian")), again(cast.rep("weijian"))
    results = at_once(
        lambda: services.approve(review.pk, by=first), lambda: services.approve(review.pk, by=second)
    )
    assert sum(isinstance(result, Exception) for result in results) == 1
    assert ApplicationDocument.objects.filter(review=review, document__kind="result").count() == 1
    assert told(application, "ReviewDecided") == 1


def test_the_same_submission_sent_twenty_times_at_once_makes_one_application(cast):
    filing = at.a_filing(cast.li)
    body = {
        "bundle": filing.code,
        "answers": dict(filing.answers),
        "materials": [
            {"name": one.name, "mode": str(one.mode)}
            | ({"upload_id": str(one.upload_id)} if one.upload_id else {})
            for one in filing.materials
        ],
        "delivery": {"method": "electronic"},
    }

    def send() -> tuple[int, str, str | None]:
        client = people.api(again(cast.li))
        headers = {"Idempotency-Key": "one-click-too-many"}
        answer = client.post("/api/v1/applications/", body, format="json", headers=headers)
        return answer.status_code, answer.json().get("reference"), answer.headers.get("Idempotent-Replay")

    answers = at_once(*[send] * 20)
    assert {status for status, _, _ in answers} == {201}
    assert len({reference for _, reference, _ in answers}) == 1
    assert sum(replay is None for _, _, replay in answers) == 1
    assert Application.objects.count() == 1


def test_an_approval_races_a_withdrawal_and_they_end_in_one_state(cast):
    """I-137: before the decision, or not at all."""
    application = at.filed(cast.li)
    review = at.review_of(application, "nb-birth-certificate")
    citizen, officer = again(cast.li), again(cast.reviewer("weijian"))
    approved, withdrawn = at_once(
        lambda: services.approve(review.pk, by=officer),
        lambda: services.withdraw(application.pk, by=citizen, matters=["nb-birth-certificate"]),
    )
    review.refresh_from_db()
    if isinstance(withdrawn, Exception):
        assert review.status == ReviewStatus.APPROVED
    else:
        assert isinstance(approved, Exception)
        assert review.status == ReviewStatus.WITHDRAWN
        assert at.review_of(application, "nb-birth-hukou").status == ReviewStatus.WITHDRAWN


def test_a_changed_fact_races_a_decision_that_rests_on_it(cast):
    """I-112: decided on what stands there, or changed and not decided unseen; never decided on words that are gone."""
    application = at.filed(cast.li)
    at.confirm_all(cast, application)
    review = at.review_of(application, "nb-birth-certificate")
    citizen, officer = again(cast.li), again(cast.reviewer("weijian"))
    mobile = {"applicant_mobile": "13800001111"}
    decided, changed = at_once(
        lambda: services.approve(review.pk, by=officer),
        lambda: services.change_facts(application.pk, by=citizen, answers=mobile),
    )
    review.refresh_from_db()
    assert isinstance(decided, Exception) != isinstance(changed, Exception)
    if isinstance(changed, Exception):
        assert (review.status, review.round) == (ReviewStatus.APPROVED, 0)
        assert told(application, "FactsChanged") == 0
    else:
        assert (review.status, review.round) == (ReviewStatus.ASSIGNED, 1)
        assert told(application, "ReviewDecided") == 0


def test_the_same_change_sent_twice_at_once_is_one_change(cast):
    """I-112: a double click."""
    application = at.filed(cast.li)
    at.confirm_all(cast, application)
    mobile = {"applicant_mobile": "13800001111"}
    accounts = again(cast.li), again(cast.li)
    at_once(*(lambda by=by: services.change_facts(application.pk, by=by, answers=mobile) for by in accounts))
    assert told(application, "FactsChanged") == 1
    assert at.review_of(application, "nb-birth-certificate").round == 1


def test_a_new_version_published_mid_flight_changes_nothing_for_applications_under_way(cast):
    """I-41: an application keeps the version it began with."""
    application = at.filed(cast.li)
    version = application.bundle_version_id
    before = {review.code: review.promised_days for review in application.reviews.all()}
    publish_shorter_promise(cast.li)
    assert at.definition("newborn").matters_by_code["nb-birth-hukou"].promised_days == 0
    at.approve_everything(cast, application)
    assert application.bundle_version_id == version
    assert {review.code: review.promised_days for review in application.reviews.all()} == before
    assert application.outcome == Outcome.ALL


def publish_shorter_promise(by: Account) -> None:
    """The police promise to register the child on the spot."""
    definition = begin_draft("newborn", by=by).definition
    for matter in definition["matters"]:
        if matter["code"] == "nb-birth-hukou":
            matter["promised_days"] = 0
    publish(save_draft(definition, by=by), by=by)
