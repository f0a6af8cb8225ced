"""Every service that ended is one event and one invitation, however it ended and however often it is told."""

from datetime import timedelta

from evaluation.models import ServiceEvent
from events.models import Delivery, EventRecord
from notifications.models import Channel, Message
from tests.factories import identity as people
from tests.factories import workflow as at
from workflow import services
from workflow.services import OnBehalfOf
from workflow.states import Outcome

INVITATIONS = "/api/v1/evaluations/invitations/"


def invitations_of(account) -> list[dict]:
    return people.api(account).get(INVITATIONS).json()["results"]


def decided(cast):
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    at.seal(application)
    return application


def test_one_end_is_one_event_and_one_message(cast, event, ended):
    """E-01: the domain event is the service event."""
    end = EventRecord.objects.about(ended.subject).get(name="workflow.ApplicationClosed")
    assert (event.event_no, event.application, event.channel) == (end.pk, ended, "web")
    assert (event.started_at, event.ended_at) == (ended.submitted_at, end.at)
    asked = Message.objects.filter(
        person=cast.li.person, template="evaluation_invited", channel=Channel.IN_SITE
    )
    assert asked.count() == 1


def test_told_again_it_is_still_one(cast, event, deliver_events):
    """E-01: end a service twice, one event."""
    Delivery.objects.filter(handler="evaluation.handlers.invite").update(state="pending", delivered_at=None)
    deliver_events()
    assert ServiceEvent.objects.count() == 1
    assert Message.objects.filter(template="evaluation_invited", channel=Channel.IN_SITE).count() == 1


def test_the_event_says_of_what_and_of_whom(cast, event):
    """E-02: matter or bundle, department, channel, outcome."""
    assert (event.object, event.bundle, event.outcome) == ("bundle", "newborn", Outcome.NONE)
    assert event.department.name == "市卫生健康委"


def test_what_succeeded_may_be_rated(cast, invited, deliver_events):
    """E-04: closed."""
    application = decided(cast)
    deliver_events()
    assert invited(application).outcome == Outcome.ALL


def test_what_was_withdrawn_may_be_rated(event):
    """E-04."""
    assert event.outcome == Outcome.NONE


def test_what_was_terminated_may_be_rated(cast, invited):
    """E-04, and the refused among its matters."""
    application = at.filed(cast.li)
    at.confirm_all(cast, application)
    for code in ("nb-birth-certificate", "nb-vaccination-certificate", "nb-maternity-expense"):
        review = at.review_of(application, code)
        services.terminate(
            review.pk, by=cast.reviewer(review.department.code), ground="force_majeure", facts="洪水"
        )
    assert at.now(application).status == "terminated"
    assert invited(application).outcome == Outcome.NONE


def test_the_applicant_finds_the_invitation_and_nobody_else(cast, event):
    """E-36: no staff sees a token."""
    [row] = invitations_of(cast.li)
    assert (row["event_no"], row["token"]) == (event.event_no, event.token)
    for other in (cast.wang, cast.window1, cast.exit1, cast.reviewer("weijian"), cast.huarong):
        assert invitations_of(other) == []


def test_an_enterprise_is_asked_through_who_represents_it(cast, invited):
    application = at.filed(cast.huarong, "credit-repair")
    services.withdraw(application.pk, by=cast.huarong)
    event = invited(application)
    assert [row["event_no"] for row in invitations_of(cast.boss)] == [event.event_no]


def test_the_clerk_who_typed_it_in_is_not_asked(cast, invited):
    """E-36: filed at the window for the person in front of it."""
    whom = OnBehalfOf(cast.li.person.name, cast.li.person.id_number)
    application = at.filed(cast.window1, channel="counter", on_behalf_of=whom)
    services.withdraw(application.pk, by=cast.li)
    invited(application)
    asked = Message.objects.filter(template="evaluation_invited", channel=Channel.IN_SITE)
    assert asked.values_list("person", flat=True).get() == cast.li.person_id


def test_thirty_natural_days_to_the_last_minute(event, ended):
    """E-31: until 24:00 of the thirtieth day after the end."""
    last = event.ended_at + timedelta(days=30)
    assert event.expires_at > last
    assert at.local(event.expires_at)[11:] == "00:00"
    assert event.expires_at - last <= timedelta(days=1)


def test_a_token_is_long_and_its_own(event, cast, invited):
    """E-21: 128 random bits, bound to one event."""
    assert len(event.token) >= 22
    other = at.filed(cast.li)
    services.withdraw(other.pk, by=cast.li)
    assert invited(other).token != event.token


def test_what_was_not_accepted_may_be_rated(cast, invited):
    """E-04: 不予受理 yields an event."""
    application = at.alone(cast.li, "nb-maternity-expense")
    review = at.review_of(application, "nb-maternity-expense")
    services.decline(review.pk, by=cast.reviewer("yibao"), ground="barred", reasons="一年内提供过虚假材料")
    assert at.now(application).status == "declined"
    event = invited(application)
    assert (event.object, event.outcome) == ("case", Outcome.NONE)
