"""Every fact that concerns the applicant is one message; every step goes to the national platform; nobody else is told."""

import pytest
from django.utils import timezone

from events.models import Delivery
from events.services import deliver_pending
from exchange.models import CallLog
from identity.models import Organisation
from notifications.models import Channel, Message
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application
from workflow.services import OnBehalfOf
from workflow.services.reporting import ReportKind
from workflow.states import Channel as Door
from workflow.states import ProcedureKind

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def filed(cast) -> Application:
    return shop.filed(cast.li)


@pytest.fixture
def accepted(cast, filed, deliver_events) -> Application:
    shop.complete(cast, filed, *shop.UPLOADS)
    deliver_events()
    return filed


def said_to(person) -> list[str]:
    """The templates of the messages in somebody's box, in order."""
    box = Message.objects.filter(person=person, channel=Channel.IN_SITE).order_by("id")
    return list(box.values_list("template", flat=True))


def new_for(person, deliver_events, act) -> list[str]:
    before = len(said_to(person))
    act()
    deliver_events()
    deliver_events()
    return said_to(person)[before:]


def start_hearing(cast, application):
    services.start_special_procedure(
        at.review_of(application, "cs-fire").pk,
        by=cast.reviewer("xiaofang"),
        kind=ProcedureKind.HEARING,
        expected_end=at.now(application).due_at.date(),
    )


def extend(cast, application):
    review = at.review_of(application, "cs-fire")
    services.extend(review.pk, by=cast.rep("xiaofang"), days=2, reason="论证")


def decline(cast, application):
    services.decline(
        at.review_of(application, "cs-fire").pk, by=cast.reviewer("xiaofang"), ground="no_licence_needed"
    )


def test_the_first_contact_is_one_message(cast, filed, deliver_events):
    """I-43: received; the on-the-spot matter was accepted with it."""
    deliver_events()
    assert said_to(cast.li.person) == ["received", "accepted"]


@pytest.mark.parametrize(
    ("act", "template"),
    [
        pytest.param(start_hearing, "special_procedure_started", id="I-43 pause"),
        pytest.param(extend, "extended", id="I-43 extension"),
        pytest.param(lambda cast, a: at.approve(cast, a, "cs-fire"), "decided", id="I-43 decision"),
        pytest.param(lambda cast, a: services.withdraw(a.pk, by=cast.li), "withdrawn", id="withdrawal"),
        pytest.param(
            lambda cast, a: services.terminate_application(
                a.pk, by=cast.reviewer("xiaofang"), ground="basis_gone", facts="取消"
            ),
            "terminated",
            id="termination",
        ),
    ],
)
def test_each_event_is_one_message(cast, accepted, deliver_events, act, template):
    told = new_for(cast.li.person, deliver_events, lambda: act(cast, accepted))
    assert told.count(template) == 1
    assert set(told) <= {template, "evaluation_invited"}


def test_acceptance_is_one_message(cast, filed, deliver_events):
    """I-43."""
    deliver_events()
    act = new_for(cast.li.person, deliver_events, lambda: shop.complete(cast, filed, "cs-fire"))
    assert act == ["accepted"]


def test_a_correction_is_one_message_though_three_departments_ask(cast, filed, deliver_events):
    """I-43, I-104."""
    deliver_events()
    for code in ("cs-licence", "cs-fire", "cs-police"):
        shop.ask(cast, filed, code, shop.LEASE)
    told = new_for(cast.li.person, deliver_events, lambda: shop.complete(cast, filed, "cs-sign"))
    assert told.count("correction_requested") == 1


def test_not_accepting_is_one_message(cast, filed, deliver_events):
    deliver_events()
    assert new_for(cast.li.person, deliver_events, lambda: decline(cast, filed)) == ["declined"]


def test_a_delivery_tried_again_says_nothing_twice(cast, accepted, deliver_events):
    """I-43: the key of a message is its event."""
    before = said_to(cast.li.person)
    Delivery.objects.filter(handler__endswith="tell_applicant").update(state="pending", delivered_at=None)
    deliver_events()
    assert said_to(cast.li.person) == before


def test_the_clerk_at_the_window_is_not_told_what_concerns_the_enterprise(cast, deliver_events):
    """Filed over the counter for 华荣: its legal representative hears of it."""
    company = Organisation.objects.get(pk=cast.company.pk)
    shop.filed(
        cast.window1,
        channel=Door.COUNTER,
        on_behalf_of=OnBehalfOf(company.name, credit_code=company.credit_code),
    )
    application = Application.objects.latest("pk")
    services.receive(application.pk, by=cast.window1)
    deliver_events()
    assert said_to(cast.window1.person) == []
    assert "received" in said_to(cast.boss.person)


def test_messages_hold_no_numbers_of_persons(cast, accepted, deliver_events):
    """Design section 12."""
    at.approve_everything(cast, accepted)
    deliver_events()
    texts = "".join(Message.objects.values_list("text", flat=True))
    assert shop.OWNER_ID not in texts
    assert cast.li.person.id_number not in texts


def reported() -> list[str]:
    """What the national platform was told, kind by kind."""
    calls = CallLog.objects.filter(system="national_platform", outcome="answered").order_by("id")
    return [line.split()[0] for asked in calls.values_list("asked", flat=True) for line in asked]


def test_acceptance_pause_and_decision_are_reported(cast, accepted, deliver_events):
    """汇聚上报 by matter, nothing personal in it."""
    assert reported().count(ReportKind.ACCEPTED) == 5
    start_hearing(cast, accepted)
    at.approve(cast, accepted, "cs-police")
    deliver_events()
    assert reported()[-2:] == [ReportKind.SPECIAL_PROCEDURE, ReportKind.DECIDED]


def test_a_platform_that_is_away_is_told_later(cast, accepted, settings):
    """The delivery waits and is tried again; the message to the applicant does not wait for it."""
    settings.EXCHANGE_OUTAGES = ["national_platform"]
    at.approve(cast, accepted, "cs-police")
    deliver_pending()
    waiting = Delivery.objects.filter(handler__endswith="report_decision")
    assert waiting.values_list("state", "attempts").get() == ("pending", 1)
    assert said_to(cast.li.person)[-1] == "decided"
    settings.EXCHANGE_OUTAGES = []
    waiting.update(next_attempt_at=timezone.now())
    deliver_pending()
    assert reported()[-1] == ReportKind.DECIDED
