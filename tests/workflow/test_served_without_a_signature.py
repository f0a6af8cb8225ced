"""送达回证 when nobody signs: left before a witness, announced for thirty days; a notice on paper at the window (I-130)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.errors import NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.files import a_png
from workflow import selectors, services
from workflow.models import Application, Delivery
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod, Service

pytestmark = pytest.mark.usefixtures("on_offer")

A, D = ApplicationStatus, DeliveryMethod
SIGNED = Handover(D.WINDOW, receiver="李明", relation="本人", identity_checked=True)


def decided(cast, method=D.WINDOW) -> Application:
    address = "云澜市望湖区科创街道3号" if method == D.EMS else ""
    application = shop.filed(cast.li, delivery_method=method, delivery_address=address)
    at.approve_everything(cast, application)
    at.seal(application)
    return at.now(application)


def leave(cast, application, **changed):
    given = {"witness": "居委会王某", "photo": at.upload(cast.exit1).pk, "place": "李明家门口"} | changed
    return services.serve_by_leaving(application.pk, by=cast.exit1, **given)


def announce(cast, application, **changed):
    given = {"place": "中心公告栏", "note": "三次电话无人接听"} | changed
    return services.serve_by_announcement(application.pk, by=cast.exit1, **given)


def proof(application) -> dict:
    return at.documents(application, DocumentKind.DELIVERY_RECEIPT)[-1].snapshot


def test_who_refuses_to_sign_is_served_before_a_witness(cast):
    """I-130, D-09: 留置, with witness and photo; the application closes."""
    application = decided(cast)
    leave(cast, application)
    kept = Delivery.objects.get(application=application)
    assert (kept.service, kept.witness, kept.photo is not None) == (Service.LEFT, "居委会王某", True)
    assert at.now(application).status == A.CLOSED
    assert (proof(application)["way"], proof(application)["receiver"]) == ("留置送达", "居委会王某")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"witness": " "}, "见证人", id="I-130 nobody saw it"),
        pytest.param({"place": " "}, "地点", id="I-130 nowhere"),
    ],
)
def test_leaving_needs_a_witness_and_a_place(cast, changed, why):
    with pytest.raises(Refused, match=why):
        leave(cast, decided(cast), **changed)


def test_leaving_needs_a_photo_of_ones_own(cast):
    """I-130."""
    with pytest.raises(Refused, match="照片"):
        leave(cast, decided(cast), photo=at.upload(cast.li).pk)


def test_who_cannot_be_reached_is_served_after_thirty_days(cast, clock):
    """I-130: announced; closed only when thirty natural days are over."""
    clock.set("2026-09-01 09:00")
    application = decided(cast)
    announce(cast, application)
    assert at.now(application).status == A.HANDED_OVER
    clock.set("2026-10-01 23:59")
    assert services.serve_announced() == 0
    clock.set("2026-10-02 00:10")
    assert [services.serve_announced(), services.serve_announced()] == [1, 0]
    assert at.now(application).status == A.CLOSED
    assert proof(application)["way"] == "公告送达"
    assert "10月1日" in proof(application)["delivered_at"]


def test_who_comes_after_all_signs(cast):
    """I-130: within the thirty days the signature is the proof."""
    application = decided(cast)
    announce(cast, application)
    services.confirm_delivery(application.pk, by=cast.exit1, receiver="李明")
    assert at.now(application).status == A.CLOSED
    assert proof(application)["way"] == "窗口领取"


def test_it_is_announced_once_and_says_why(cast):
    application = decided(cast)
    with pytest.raises(Refused, match="为什么联系不上"):
        announce(cast, application, note=" ")
    announce(cast, application)
    with pytest.raises(WrongState, match="已经发过公告"):
        announce(cast, application)


def test_while_it_is_announced_the_applicant_is_told_where_to_fetch_it(cast, clock):
    """I-130: at the window, by the thirtieth day; the window is not offered a second announcement."""
    clock.set("2026-09-01 09:00")
    application = decided(cast)
    announce(cast, application)
    browser = Client()
    browser.force_login(cast.li)
    page = browser.get(reverse("workflow:application", args=[application.reference])).content.decode()
    assert "带身份证件到出件窗口领取结果，公告期满视为送达，最迟 <strong>2026年10月1日</strong>" in page
    browser.force_login(cast.exit1)
    desk = browser.get(reverse("workflow:at_counter", args=[application.reference])).content.decode()
    assert "已经发过公告" in desk


def test_a_parcel_that_was_refused_is_left_or_announced_too(cast):
    """I-130: what is out and unsigned is the same delivery."""
    application = decided(cast, D.EMS)
    services.hand_over(application.pk, by=cast.exit1, handover=Handover(D.EMS, waybill="EA1"))
    leave(cast, application)
    assert Delivery.objects.filter(application=application).count() == 1
    assert at.now(application).status == A.CLOSED


def test_only_the_exit_window_serves(cast):
    application = decided(cast)
    with pytest.raises(NotAllowed):
        services.serve_by_announcement(application.pk, by=cast.window1, place="x", note="y")


def test_page_and_api_of_the_window_offer_both(cast):
    """I-130."""
    application = decided(cast)
    desk = Client()
    desk.force_login(cast.exit1)
    page = desk.get(reverse("workflow:at_counter", args=[application.reference])).content.decode()
    assert "留置送达" in page
    assert "公告送达" in page
    allowed = selectors.dossier(cast.exit1, application.reference).allowed
    assert {"serve_by_leaving", "serve_by_announcement"} <= set(allowed)
    said = {
        "serve_by_leaving-witness": "居委会王某",
        "serve_by_leaving-place": "李明家门口",
        "serve_by_leaving-photo": SimpleUploadedFile("现场.png", a_png()),
    }
    act = reverse("workflow:act_at_counter", args=[application.reference, "serve_by_leaving"])
    assert desk.post(act, said).status_code == 302
    assert at.now(application).status == A.CLOSED
    other = decided(cast)
    answer = people.api(cast.exit1).post(
        f"/api/v1/applications/{other.reference}/serve_by_announcement/",
        {"place": "中心公告栏", "note": "三次电话无人接听"},
    )
    assert answer.status_code == 200, answer.json()


def test_a_correction_notice_on_paper_is_handed_over_while_it_is_awaited(cast, clock):
    """I-130, I-31: the notice waits for no result."""
    application = shop.filed(cast.li, delivery_method=D.WINDOW)
    shop.complete(cast, application, *(set(shop.UPLOADS) - {"cs-licence"}))
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    at.seal(application)
    assert at.now(application).status == A.CORRECTING
    assert application in selectors.to_hand_over(cast.exit1)
    services.hand_over(application.pk, by=cast.exit1, handover=SIGNED)
    assert at.now(application).status == A.CORRECTING
    assert [fact["documents"] for fact in at.told(application, "NoticesDelivered")] == [["补正材料告知书"]]
    assert application not in selectors.to_hand_over(cast.exit1)
    with pytest.raises(WrongState):
        services.hand_over(application.pk, by=cast.exit1, handover=SIGNED)
    assert timedelta(0) < at.now(application).correction.due_at - application.received_at
