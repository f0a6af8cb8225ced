"""What could not be told is on a list, and an administrator sends it again."""

import pytest

from events import publish
from events.models import Delivery, DeliveryState
from matters.events import MattersRegistered
from tests.factories.admin import administrator, catalogue_editor, logged_in, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def given_up() -> Delivery:
    (record_id,) = publish(MattersRegistered(codes=["x"]))
    delivery = Delivery.objects.filter(event_id=record_id).order_by("handler").first()
    delivery.state, delivery.attempts, delivery.last_error = DeliveryState.GIVEN_UP, 12, "OSError: 连不上"
    delivery.save()
    return delivery


def resend(account, *deliveries: Delivery):
    sent = {"action": "send_again", "_selected_action": [delivery.pk for delivery in deliveries]}
    return logged_in(account).post(page("events_delivery"), sent, follow=True)


def test_an_administrator_sees_what_was_given_up_and_sends_it_again(given_up):
    boss = administrator()
    text = logged_in(boss).get(page("events_delivery"), {"state__exact": "given_up"}).content.decode()
    assert "OSError: 连不上" in text

    assert "1 条送达已重新排队" in resend(boss, given_up).content.decode()

    given_up.refresh_from_db()
    assert (given_up.state, given_up.attempts) == (DeliveryState.PENDING, 0)


def test_what_was_told_is_not_told_twice(given_up):
    Delivery.objects.filter(pk=given_up.pk).update(state=DeliveryState.PENDING, attempts=3)

    resend(administrator(), given_up)

    assert Delivery.objects.get(pk=given_up.pk).attempts == 3


def test_an_editor_sends_nothing_again(given_up):
    assert resend(catalogue_editor(), given_up).status_code == 403
    assert Delivery.objects.get(pk=given_up.pk).state == DeliveryState.GIVEN_UP


def test_numbers_in_a_fact_are_masked_on_its_page(db):
    number = "110101199003070011"
    (record_id,) = publish(MattersRegistered(codes=[f"为{number}办理"]))

    text = logged_in(administrator()).get(page("events_eventrecord", "change", record_id)).content.decode()

    assert "为" in text
    assert number not in text
