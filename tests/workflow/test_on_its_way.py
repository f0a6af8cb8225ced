"""What was posted is followed through the post, what lies in a locker is fetched or goes back (I-125, I-127, I-128)."""

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import Refused, WrongState
from exchange.gateways.postal_service.mapping import ParcelState as State
from exchange.gateways.postal_service.mapping import Step
from exchange.models import CallLog
from exchange.services.tracking import Tracked
from notifications.models import Channel, Message
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Delivery
from workflow.services import Handover, tracking
from workflow.states import ApplicationStatus, DeliveryMethod, ParcelState, Service

pytestmark = pytest.mark.usefixtures("on_offer")

A, D = ApplicationStatus, DeliveryMethod
HANDED_OVER = "2026-11-23 10:00"


def decided(cast, clock, method, **more):
    clock.set(HANDED_OVER)
    application = shop.filed(cast.li, delivery_method=method, **more)
    at.approve_everything(cast, application)
    at.seal(application)
    return at.now(application)


def out(cast, application, method, **more) -> Delivery:
    services.hand_over(application.pk, by=cast.exit1, handover=Handover(method, **more))
    return application.deliveries.get()


def posted(cast, clock, waybill="EM123456789CN") -> Delivery:
    application = decided(cast, clock, D.EMS, delivery_address="澜江区18号")
    return out(cast, application, D.EMS, waybill=waybill)


def in_locker(cast, clock) -> Delivery:
    return out(cast, decided(cast, clock, D.LOCKER), D.LOCKER, place="市民公园24小时自助服务点")


def states(delivery) -> list[str]:
    return list(delivery.steps.values_list("state", flat=True))


# By post


def test_a_parcel_is_followed_step_by_step_each_told_once_i128(cast, clock):
    delivery = posted(cast, clock)
    clock.set("2026-11-24 13:00")
    assert (services.follow_parcels(), services.follow_parcels()) == (1, 0)
    assert states(delivery) == [ParcelState.COLLECTED, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY]
    assert at.now(delivery.application).status == A.HANDED_OVER


def test_what_the_post_says_was_signed_for_is_the_proof_and_the_end_c18_i130(cast, clock):
    delivery = posted(cast, clock)
    clock.set("2026-11-24 18:00")
    services.follow_parcels()
    delivery.refresh_from_db()
    assert (at.local(delivery.delivered_at), delivery.receiver) == ("2026-11-24 17:00", "李明")
    assert at.now(delivery.application).status == A.CLOSED
    [receipt] = at.documents(delivery.application, "delivery_receipt")
    assert receipt.snapshot["way"] == "邮政寄送"
    assert services.follow_parcels() == 0
    assert len(at.told(delivery.application, "ApplicationClosed")) == 1


def test_a_parcel_that_comes_back_lies_at_the_window_and_is_fetched_there_i128(cast, clock, deliver_events):
    delivery = posted(cast, clock, waybill="EM123456780CN")
    clock.set("2026-11-24 18:00")
    services.follow_parcels()
    deliver_events()
    assert at.told(delivery.application, "ParcelReturned")[0]["method"] == D.EMS
    assert Message.objects.filter(template="parcel_returned", channel=Channel.IN_SITE).count() == 1
    assert services.follow_parcels() == 0
    assert "confirm_delivery" not in selectors.dossier(cast.li, delivery.application.reference).allowed
    with pytest.raises(WrongState):
        services.confirm_delivery(delivery.application_id, by=cast.li, receiver="李明")
    services.confirm_delivery(delivery.application_id, by=cast.exit1, receiver="李明")
    assert at.now(delivery.application).status == A.CLOSED


def the_post_says(monkeypatch, delivery, *steps: Step) -> None:
    answer = Tracked(available=True, steps={delivery.waybill: steps})
    monkeypatch.setattr(tracking, "track_parcels", lambda _parcels: answer)


def test_what_the_sender_took_back_was_not_delivered_i128(cast, clock, monkeypatch):
    """Both come in one answer after the post was away: the last signature is the sender's."""
    delivery = posted(cast, clock)
    now = timezone.now()
    the_post_says(
        monkeypatch, delivery, Step(State.RETURNED, now), Step(State.SIGNED, now, signed_by="寄件人")
    )
    assert services.follow_parcels() == 1
    delivery.refresh_from_db()
    assert (delivery.delivered_at, delivery.returned_at) == (None, now)


def test_two_codes_for_one_step_hold_up_nothing_i128(cast, clock, monkeypatch):
    """And a long word for who signed is cut, not refused."""
    delivery = posted(cast, clock)
    now = timezone.now()
    signed = Step(State.SIGNED, now, signed_by="单位收发室" * 20)
    the_post_says(monkeypatch, delivery, Step(State.COLLECTED, now), Step(State.COLLECTED, now), signed)
    assert services.follow_parcels() == 1
    assert at.now(delivery.application).status == A.CLOSED


def test_a_parcel_that_was_announced_and_arrives_after_all_is_signed_for_i130(cast, clock, monkeypatch):
    delivery = posted(cast, clock)
    Delivery.objects.filter(pk=delivery.pk).update(service=Service.ANNOUNCED, announced_on="2026-11-23")
    the_post_says(monkeypatch, delivery, Step(State.SIGNED, timezone.now()))
    services.follow_parcels()
    delivery.refresh_from_db()
    assert delivery.service == Service.RECEIVED


def test_while_the_post_is_away_nothing_is_known_and_nothing_lost_i116(cast, clock, settings):
    delivery = posted(cast, clock)
    clock.set("2026-11-24 18:00")
    settings.EXCHANGE_OUTAGES = ["postal_service"]
    assert services.follow_parcels() == 0
    settings.EXCHANGE_OUTAGES = []
    assert services.follow_parcels() == 1
    assert states(delivery)[-1] == ParcelState.SIGNED


def test_the_post_learns_nothing_but_the_waybill(cast, clock):
    posted(cast, clock)
    services.follow_parcels()
    assert CallLog.objects.get(system="postal_service").asked == ["EM123456789CN"]


# In a locker


def test_the_code_is_told_to_the_applicant_and_kept_encrypted_i127(cast, clock, deliver_events):
    delivery = in_locker(cast, clock)
    deliver_events()
    assert (len(delivery.locker_code), delivery.locker_code.isdecimal()) == (6, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT locker_code FROM workflow_delivery")
        assert cursor.fetchone()[0].startswith("enc:")
    texts = Message.objects.filter(person=cast.li.person, template="locker_filled").values_list(
        "text", flat=True
    )
    assert all(delivery.locker_code in text and "市民公园" in text for text in texts)
    assert texts.count() > 0
    assert not Message.objects.filter(template="handed_over").exists()
    told = [
        fact for name in ("LockerFilled", "ResultsHandedOver") for fact in at.told(delivery.application, name)
    ]
    assert delivery.locker_code not in str(told)


def test_it_is_called_to_mind_after_one_three_and_six_days_and_goes_back_on_the_eighth_i127(cast, clock):
    delivery = in_locker(cast, clock)
    reminded = []
    for day in range(24, 31):
        clock.set(f"2026-11-{day} 09:10")
        if services.tend_lockers():
            reminded.append(day)
        assert services.tend_lockers() == 0
    assert reminded == [24, 26, 29]
    clock.set("2026-12-01 09:10")
    assert services.tend_lockers() == 1
    delivery.refresh_from_db()
    assert delivery.returned_at == timezone.now()
    assert "已退回出件窗口" in selectors.dossier(cast.li, delivery.application.reference).timeline[-1].text
    assert services.tend_lockers() == 0


def test_a_missed_morning_is_made_good_once_i127(cast, clock):
    in_locker(cast, clock)
    clock.set("2026-11-27 09:10")
    assert (services.tend_lockers(), services.tend_lockers()) == (1, 0)
    clock.set("2026-11-28 09:10")
    assert services.tend_lockers() == 0


def test_what_was_fetched_is_left_in_peace(cast, clock):
    delivery = in_locker(cast, clock)
    services.confirm_delivery(delivery.application_id, by=cast.li, receiver="李明")
    clock.set("2026-12-01 09:10")
    assert services.tend_lockers() == 0


# Another way


def change(by, application, method, **more):
    return services.change_delivery(application.pk, by=by, method=method, **more)


@pytest.mark.parametrize(("method", "place"), [(D.WINDOW, "lanjiang-hall"), (D.LOCKER, "citizen-park-kiosk")])
def test_the_applicant_chooses_where_to_fetch_it_i125(cast, clock, method, place):
    application = decided(cast, clock, D.EMS, delivery_address="澜江区18号")
    change(cast.li, application, method, place=place)
    row = at.now(application)
    assert (row.delivery_method, row.delivery_place.code, row.delivery_address) == (method, place, "")
    assert at.told(application, "DeliveryChanged")[-1]["place"] == row.delivery_place.name


def test_where_it_is_fetched_stands_on_the_proof(cast, clock):
    application = decided(cast, clock, D.WINDOW)
    change(cast.li, application, D.WINDOW, place="yunlu-hall")
    out(cast, application, D.WINDOW, receiver="李明", relation="本人", identity_checked=True)
    [receipt] = at.documents(application, "delivery_receipt")
    assert receipt.snapshot["place"] == "云麓区政务服务大厅"


def test_results_are_not_fetched_where_there_is_no_desk_for_them(cast, clock):
    application = decided(cast, clock, D.WINDOW)
    for method, place in ((D.WINDOW, "citizen-park-kiosk"), (D.LOCKER, "tax-hall"), (D.WINDOW, "nowhere")):
        with pytest.raises(Refused, match="不能领取结果"):
            change(cast.li, application, method, place=place)


def test_wanted_as_it_is_already_nothing_is_told(cast, clock):
    application = decided(cast, clock, D.WINDOW)
    change(cast.li, application, D.LOCKER)
    change(cast.li, application, D.LOCKER)
    assert len(at.told(application, "DeliveryChanged")) == 1


def test_once_it_is_out_it_cannot_be_changed_i125(cast, clock):
    delivery = posted(cast, clock)
    with pytest.raises(WrongState, match="已经出件"):
        change(cast.li, delivery.application, D.WINDOW)


def test_over_the_api_the_place_is_named_by_its_code(cast, clock):
    application = decided(cast, clock, D.WINDOW)
    said = {"method": "locker", "place": "citizen-park-kiosk"}
    address = f"/api/v1/applications/{application.reference}/change_delivery/"
    assert people.api(cast.li).post(address, said, format="json").json()["delivery"] == "locker"
