"""One history: what the citizen reads as the timeline is what the inspector reads as the trail, and nobody edits it."""

import inspect

import pytest
from django.db import DatabaseError, connection, transaction

from events import DomainEvent
from events.models import EventRecord
from identity.models import Department, Post
from identity.roles import Role
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import events, selectors
from workflow.rules.telling import _BRIEFLY, _SENTENCES, said
from workflow.services import confirm_complete

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def auditor(cast):
    account = people.an_account("auditor")
    centre = Department.objects.get(code="govservice")
    Post.objects.create(account=account, department=centre, role=Role.AUDITOR, valid_from=people.SINCE)
    return account


def facts_of_the_app() -> list[type[DomainEvent]]:
    classes = [one for _, one in inspect.getmembers(events, inspect.isclass)]
    bases = {events.ApplicationFact, events.ReviewFact}
    return [one for one in classes if issubclass(one, events.ApplicationFact) and one not in bases]


@pytest.mark.parametrize("fact", facts_of_the_app(), ids=lambda fact: fact.__name__)
def test_every_fact_has_its_sentence(fact):
    assert fact.name() in _SENTENCES


def test_no_sentence_is_about_a_fact_that_does_not_exist():
    known = {fact.name() for fact in facts_of_the_app()}
    ours = {name for name in {*_SENTENCES, *_BRIEFLY} if name.startswith("workflow.")}
    assert ours == known & ours


def test_timeline_and_audit_are_the_same_rows(cast, auditor, deliver_events):
    """Filtered by application; the applicant reads the public ones, the inspector all of them."""
    application = shop.filed(cast.li)
    at.approve_everything(cast, application)
    at.seal(application)
    deliver_events()
    rows = EventRecord.objects.about(application.subject)
    trail = selectors.dossier(auditor, application.reference).timeline
    line = selectors.dossier(cast.li, application.reference).timeline
    assert [(one.at, one.event) for one in trail] == list(rows.order_by("id").values_list("at", "name"))
    assert [(one.at, one.event) for one in line] == list(
        rows.filter(public=True).order_by("id").values_list("at", "name")
    )
    assert all(one.text for one in trail)


def test_the_line_says_who_acted_without_naming_a_clerk(cast):
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-fire")
    line = selectors.dossier(cast.li, application.reference).timeline
    assert line[0].actor == "申请人"
    assert "reviewer_xiaofang" not in "".join(one.actor + one.text for one in line)


def test_the_trail_knows_who_it_was(cast):
    """Every act by a person carries the account; what the system does carries none."""
    application = shop.filed(cast.li)
    confirm_complete(at.review_of(application, "cs-fire").pk, by=cast.reviewer("xiaofang"))
    by_name = dict(EventRecord.objects.about(application.subject).values_list("name", "actor"))
    assert by_name["workflow.ApplicationSubmitted"] == cast.li.pk
    assert by_name["workflow.ReviewConfirmed"] == cast.reviewer("xiaofang").pk


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_eventrecord SET payload = '{}'",
        "UPDATE events_eventrecord SET at = now()",
        "UPDATE events_eventrecord SET actor_id = NULL",
        "DELETE FROM events_eventrecord",
    ],
)
def test_the_database_refuses_to_change_history(cast, statement):
    """Design section 12: an audit row changed."""
    application = shop.filed(cast.li)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement + f" WHERE subject = '{application.subject}'" if "DELETE" in statement else statement
        )
    assert EventRecord.objects.about(application.subject).exists()


def test_an_unknown_fact_says_nothing_rather_than_something_wrong():
    assert said("workflow.NeverHappened", {}) == ""
