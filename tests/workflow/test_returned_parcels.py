"""退件: what the post brought back; the applicant is called, and it goes out once more free of charge (I-128)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from common.errors import NotAllowed, Refused, WrongState
from notifications.models import Message
from notifications.states import Channel
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, Delivery
from workflow.services import Handover
from workflow.states import ApplicationStatus, CallOutcome, DeliveryMethod, ParcelState

pytestmark = pytest.mark.usefixtures("on_offer")

A = ApplicationStatus
#: The post brings back what ends in an even number of this kind, and delivers the others.
COMES_BACK, COMES_BACK_TOO, ARRIVES = "EM123456780CN", "EM223456780CN", "EM123456789CN"


@pytest.fixture
def came_back(cast, clock) -> Delivery:
    """Sent on a Monday, back on the Tuesday evening."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, delivery_method=DeliveryMethod.EMS, delivery_address="澜江区18号")
    at.approve_everything(cast, application)
    at.seal(application)
    parcel = Handover(DeliveryMethod.EMS, waybill=COMES_BACK)
    services.hand_over(application.pk, by=cast.exit1, handover=parcel)
    clock.set("2026-11-24 18:00")
    services.follow_parcels()
    return application.deliveries.get()


def again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def allowed(account, delivery) -> set[str]:
    return set(selectors.dossier(account, delivery.application.reference).allowed)


def window(cast) -> Client:
    client = Client()
    client.force_login(cast.exit1)
    return client


def exit_desk(cast) -> str:
    return window(cast).get(reverse("workflow:exit_desk")).content.decode()


# Somebody is to call


def test_what_comes_back_is_a_task_of_the_exit_window_for_one_working_day_i128(cast, clock, came_back):
    assert at.local(came_back.call_by) == "2026-11-25 16:30"
    page = exit_desk(cast)
    assert "邮件退回，联系申请人" in page
    assert "待联系" in page
    assert came_back.application.reference in page
    assert "已寄出，等待签收" not in page
    clock.set("2026-11-26 09:00")
    assert "逾期未联系" in exit_desk(cast)


def test_the_clerk_who_is_to_call_sees_the_number_and_nobody_else_i128(cast, came_back):
    reference = came_back.application.reference
    address = reverse("workflow:at_counter", args=[reference])
    assert cast.li.person.mobile in window(cast).get(address).content.decode()
    services.ask_resend(came_back.application_id, by=cast.li)
    assert cast.li.person.mobile not in window(cast).get(address).content.decode()


def test_the_list_costs_the_same_whatever_its_length_i128(cast, came_back, statements):
    with statements(at_most=2):
        rows = list(selectors.returned_parcels(cast.exit1))
        assert [row.application.applicant_name for row in rows] == ["李明"]


def test_a_call_that_reached_nobody_says_how_it_was_tried_and_may_be_made_again_i128(cast, came_back):
    call = {"by": cast.exit1, "outcome": CallOutcome.UNREACHED}
    with pytest.raises(Refused, match="怎样联系过"):
        services.note_call(came_back.application_id, **call)
    services.note_call(came_back.application_id, **call, note="上午两次电话无人接听")
    assert "没有联系上" in exit_desk(cast)
    assert {"note_call", "serve_by_announcement"} <= allowed(cast.exit1, came_back)
    services.note_call(came_back.application_id, by=cast.exit1, outcome=CallOutcome.FETCH)
    assert "note_call" not in allowed(cast.exit1, came_back)
    assert [fact["outcome"] for fact in at.told(came_back.application, "ApplicantCalled")] == [
        CallOutcome.UNREACHED,
        CallOutcome.FETCH,
    ]


# Once more


def test_told_on_the_telephone_it_goes_out_again_and_arrives_i128(cast, clock, came_back, deliver_events):
    number = came_back.application_id
    services.note_call(number, by=cast.exit1, outcome=CallOutcome.RESEND, address="云麓区湖滨路 6 号 2 单元")
    assert at.now(came_back.application).delivery_address == "云麓区湖滨路 6 号 2 单元"
    services.resend(number, by=cast.exit1, waybill=ARRIVES)
    deliver_events()
    assert Message.objects.filter(person=cast.li.person, template="parcel_resent").exists()
    delivery = again(came_back)
    assert (delivery.waybill, delivery.returned_waybill, delivery.returned_at) == (ARRIVES, COMES_BACK, None)
    assert "已寄出，等待签收" in exit_desk(cast)
    clock.set("2026-11-25 19:00")
    services.follow_parcels()
    assert at.now(delivery.application).status == A.HANDED_OVER
    clock.set("2026-11-26 18:00")
    services.follow_parcels()
    assert at.now(delivery.application).status == A.CLOSED
    assert list(delivery.steps.values_list("state", flat=True)).count(ParcelState.RETURNED) == 1


def test_the_applicant_asks_on_their_own_page_with_the_address_mended_i128(cast, came_back):
    li = Client()
    li.force_login(cast.li)
    reference = came_back.application.reference
    page = reverse("workflow:application", args=[reference])
    ask = reverse("workflow:ask_resend", args=[reference])
    assert f'action="{ask}"' in li.get(page).content.decode()
    assert "结果已经送出，收到后请在这里确认" not in li.get(page).content.decode()
    assert "邮件没有送到，退回来了" in li.get("/my/").content.decode()
    assert li.post(ask, {"address": "澜江区19号 2 单元 301"}).status_code == 302
    assert at.now(came_back.application).delivery_address == "澜江区19号 2 单元 301"
    told = li.get(page).content.decode()
    assert "把退回的邮件重新寄出来" in told
    assert "寄出以前可以改地址" in told
    assert "邮件没有送到，退回来了" not in li.get("/my/").content.decode()
    for _click in range(2):
        assert li.post(ask, {"address": "云麓区湖滨路 6 号"}).status_code == 302
    assert at.now(came_back.application).delivery_address == "云麓区湖滨路 6 号"
    assert len(at.told(came_back.application, "ResendAsked")) == 1


def test_nowhere_to_send_it_is_told_beside_the_box_i128(cast, came_back):
    Application.objects.filter(pk=came_back.application_id).update(delivery_address="")
    li = Client()
    li.force_login(cast.li)
    ask = reverse("workflow:ask_resend", args=[came_back.application.reference])
    refused = li.post(ask, {"address": "  "})
    assert refused.status_code == 422
    assert 'id="id_address-error"' in refused.content.decode()


def test_it_is_sent_again_free_of_charge_once_i128(cast, clock, came_back):
    number = came_back.application_id
    services.ask_resend(number, by=cast.li)
    services.resend(number, by=cast.exit1, waybill=COMES_BACK_TOO)
    clock.set("2026-11-26 18:00")
    services.follow_parcels()
    delivery = again(came_back)
    assert delivery.returned_at is not None
    assert at.local(delivery.call_by) == "2026-11-27 16:30"
    assert delivery.resend_asked_at is None
    assert "ask_resend" not in allowed(cast.li, delivery)
    assert "note_call" in allowed(cast.exit1, delivery)
    with pytest.raises(Refused, match="已经免费重寄过一次"):
        services.ask_resend(number, by=cast.li)
    with pytest.raises(Refused, match="已经免费重寄过一次"):
        services.note_call(number, by=cast.exit1, outcome=CallOutcome.RESEND)
    services.confirm_delivery(number, by=cast.exit1, receiver="李明")
    assert at.now(delivery.application).status == A.CLOSED


def test_what_comes_back_twice_offers_only_what_is_left_i128(cast, clock, came_back, deliver_events):
    """My space, the timeline and the message offer the free re-send while there is one, and no longer."""
    li = Client()
    li.force_login(cast.li)
    page = reverse("workflow:application", args=[came_back.application.reference])
    deliver_events()
    assert "邮件没有送到，退回来了" in li.get("/my/").content.decode()
    assert "可以免费重新寄送一次" in li.get(page).content.decode()
    services.ask_resend(came_back.application_id, by=cast.li)
    services.resend(came_back.application_id, by=cast.exit1, waybill=COMES_BACK_TOO)
    clock.set("2026-11-26 18:00")
    services.follow_parcels()
    deliver_events()
    assert [fact["may_be_resent"] for fact in at.told(came_back.application, "ParcelReturned")] == [
        True,
        False,
    ]
    assert "邮件没有送到，退回来了" not in li.get("/my/").content.decode()
    assert "免费重新寄送只有一次，请带身份证件到窗口领取" in li.get(page).content.decode()
    sent = Message.objects.filter(person=cast.li.person, channel=Channel.IN_SITE).order_by("id")
    first, last = sent.get(template="parcel_returned"), sent.get(template="parcel_at_window")
    assert "要求免费重寄一次" in first.text
    assert "寄" not in last.text
    assert "请带身份证件来领取" in last.text


def test_nothing_goes_out_again_unasked_or_under_the_number_that_came_back_i128(cast, came_back):
    number = came_back.application_id
    with pytest.raises(Refused, match="请先联系申请人"):
        services.resend(number, by=cast.exit1, waybill=ARRIVES)
    services.ask_resend(number, by=cast.li)
    for waybill, why in (("", "登记运单号"), (COMES_BACK, "退回的那件")):
        with pytest.raises(Refused, match=why):
            services.resend(number, by=cast.exit1, waybill=waybill)
    assert again(came_back).waybill == COMES_BACK


def test_only_the_applicant_asks_and_only_the_exit_window_sends_i128(cast, came_back):
    number = came_back.application_id
    for by in (cast.wang, cast.exit1):
        with pytest.raises((NotAllowed, PermissionDenied)):
            services.ask_resend(number, by=by)
    services.ask_resend(number, by=cast.li)
    for by in (cast.li, cast.window1):
        with pytest.raises((NotAllowed, PermissionDenied)):
            services.resend(number, by=by, waybill=ARRIVES)


def test_what_has_not_come_back_is_neither_called_about_nor_sent_again_i128(cast, clock):
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, delivery_method=DeliveryMethod.EMS, delivery_address="澜江区18号")
    at.approve_everything(cast, application)
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=Handover(DeliveryMethod.EMS, waybill=ARRIVES))
    for act in (
        lambda: services.ask_resend(application.pk, by=cast.li),
        lambda: services.note_call(application.pk, by=cast.exit1, outcome=CallOutcome.FETCH),
        lambda: services.resend(application.pk, by=cast.exit1, waybill=COMES_BACK_TOO),
    ):
        with pytest.raises(WrongState, match="没有退回来的邮件"):
            act()


def test_page_and_api_do_the_same_with_it_i128(cast, came_back):
    reference = came_back.application.reference
    answer = people.api(cast.li).post(f"/api/v1/applications/{reference}/ask_resend/", {}, format="json")
    assert answer.status_code == 200
    act = reverse("workflow:act_at_counter", args=[reference, "resend"])
    assert window(cast).post(act, {"resend-waybill": COMES_BACK}).status_code == 422
    assert window(cast).post(act, {"resend-waybill": ARRIVES}).status_code == 302
    assert again(came_back).waybill == ARRIVES
