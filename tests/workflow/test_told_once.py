"""每件事只告诉申请人一次: one message for each thing that happened (I-43)."""

import pytest

from notifications.models import Channel as Way
from notifications.models import Message
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.states import DeclineGround, MaterialMode

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def messages(deliver_events):
    """What the applicant has been told in the box of the site, by template; telling twice tells nothing new."""

    def counted(application) -> dict[str, int]:
        deliver_events()
        deliver_events()
        told = Message.objects.filter(about=application.subject, channel=Way.IN_SITE)
        templates = list(told.values_list("template", flat=True))
        return {name: templates.count(name) for name in templates}

    return counted


def test_filing_receipt_and_acceptance_on_the_spot(cast, messages):
    application = shop.filed(cast.li)
    assert messages(application) == {"received": 1, "accepted": 1}


def test_the_one_notice_is_one_message_however_many_departments_asked(cast, messages):
    application = shop.filed(cast.li)
    messages(application)
    for code in ("cs-licence", "cs-fire", "cs-police"):
        shop.ask(cast, application, code, shop.LEASE)
    assert "correction_requested" not in messages(application)
    shop.complete(cast, application, "cs-sign")
    assert messages(application)["correction_requested"] == 1


def test_reminder_and_termination(cast, clock, messages):
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    for morning in ("2026-12-09 08:00", "2026-12-09 08:05", "2026-12-14 08:00"):
        clock.set(morning)
        services.remind()
    assert messages(application)["correction_reminder"] == 2
    clock.set("2026-12-15 00:05")
    services.expire_corrections()
    assert messages(application)["terminated"] == 1


def test_declining_and_deferred_papers(cast, clock, messages):
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    shop.complete(cast, application, "cs-fire")
    review = at.review_of(application, "cs-police")
    services.decline(review.pk, by=shop.officer(cast, "cs-police"), ground=DeclineGround.NO_LICENCE_NEEDED)
    clock.set("2026-11-24 08:00")
    services.remind()
    told = messages(application)
    assert (told["declined"], told["deferred_reminder"]) == (1, 1)


def test_a_message_names_what_it_is_about_and_nobody(cast, messages):
    """Design section 12: no personal number in a message."""
    application = shop.filed(cast.li)
    messages(application)
    person = cast.li.person
    for text in Message.objects.values_list("text", flat=True):
        assert application.reference in text
        assert not any(
            secret in text for secret in (person.id_number, person.mobile, shop.OWNER_ID, shop.OWNER_MOBILE)
        )
