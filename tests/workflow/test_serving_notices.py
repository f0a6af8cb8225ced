"""Notices are served at once and with proof; the way of delivery is the applicant's to change until the hand-out."""

from datetime import datetime

import chinese_calendar
import pytest

from common.errors import NotAllowed, Refused, WrongState
from common.workdays import SHANGHAI, Calendar
from evaluation.models import ServiceEvent
from licences.states import DocumentKind
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, ApplicationDocument, Delivery
from workflow.rules.ending import delivery_due_at
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod

pytestmark = pytest.mark.usefixtures("on_offer")

A, D = ApplicationStatus, DeliveryMethod
DAYS = dict.fromkeys(chinese_calendar.workdays, True) | dict.fromkeys(chinese_calendar.holidays, False)
CALENDAR = Calendar(DAYS, known_years=frozenset({2026}))
SIGNED = Handover(D.WINDOW, receiver="李明", relation="本人", identity_checked=True)


def decided(cast, method, **more) -> Application:
    application = shop.filed(cast.li, delivery_method=method, **more)
    at.approve_everything(cast, application)
    return application


def unproved(application) -> int:
    rows = ApplicationDocument.objects.filter(application=application, needs_proof=True)
    return rows.filter(delivery__delivered_at=None).count()


# 补正、不予受理、终止


def test_a_correction_notice_is_served_at_once(cast, deliver_events):
    """I-130: its proof does not wait for any result."""
    application = shop.in_correction(cast, cast.li)
    at.seal(application)
    deliver_events()
    assert at.now(application).status == A.CORRECTING
    [told] = at.told(application, "NoticesDelivered")
    assert told["documents"] == ["补正材料告知书"]
    assert len(at.documents(application, DocumentKind.DELIVERY_RECEIPT)) == 1
    assert at.told(application, "ResultsHandedOver") == []


def declined(cast, **more) -> Application:
    application = at.alone(cast.li, "cs-fire", **more)
    review = at.review_of(application, "cs-fire")
    services.decline(
        review.pk, by=shop.officer(cast, "cs-fire"), ground="barred", reasons="一年内提供过虚假材料"
    )
    return application


def test_a_refusal_to_accept_is_served_with_proof(cast, deliver_events):
    """I-130, E-04: declined for good, and yet its paper arrives and the service may be rated."""
    application = declined(cast)
    at.seal(application)
    deliver_events()
    assert (at.now(application).status, unproved(application)) == (A.DECLINED, 0)
    assert ServiceEvent.objects.filter(application=application).count() == 1


def test_a_refusal_on_paper_is_handed_out_at_the_window(cast):
    """I-130."""
    application = declined(cast, delivery_method=D.WINDOW)
    at.seal(application)
    assert selectors.application_for(cast.exit1, application.reference) == application
    services.hand_over(application.pk, by=cast.exit1, handover=SIGNED)
    assert (at.now(application).status, unproved(application)) == (A.DECLINED, 0)


def test_a_termination_is_served_with_proof(cast, deliver_events):
    """I-130, I-140."""
    application = at.alone(cast.li, "cs-fire")
    shop.complete(cast, application, "cs-fire")
    services.terminate_application(
        application.pk, by=cast.reviewer("xiaofang"), ground="basis_gone", facts="事项取消"
    )
    at.seal(application)
    deliver_events()
    assert (at.now(application).status, unproved(application)) == (A.TERMINATED, 0)


def test_when_the_rest_is_taken_back_after_single_deliveries_it_ends(cast, deliver_events):
    """C-18: nothing is left to hand out, everything is proved."""
    application = shop.filed(cast.li, deliver_together=False)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-fire")
    at.seal(application)
    deliver_events()
    services.withdraw(application.pk, by=cast.li)
    deliver_events()
    assert at.now(application).status == A.CLOSED


# 改变送达方式


def test_the_way_may_change_until_the_hand_out(cast, deliver_events):
    """I-125: chosen at the application, changed when all is ready; electronic then goes out by itself."""
    application = decided(cast, D.WINDOW)
    at.seal(application)
    deliver_events()
    answer = people.api(cast.li).post(
        f"/api/v1/applications/{application.reference}/change_delivery/", {"method": "electronic"}
    )
    assert answer.status_code == 200, answer.json()
    assert answer.json()["delivery"] == "electronic"
    deliver_events()
    assert at.now(application).status == A.CLOSED
    assert [fact["method"] for fact in at.told(application, "DeliveryChanged")] == ["电子送达"]


def test_after_the_hand_out_it_is_too_late(cast):
    """I-125: change after EMS hand-over → 409."""
    application = decided(cast, D.EMS, delivery_address="澜江区18号")
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=Handover(D.EMS, waybill="EM1"))
    with pytest.raises(WrongState, match="不能再改"):
        services.change_delivery(application.pk, by=cast.li, method=D.WINDOW)


def test_only_the_applicant_changes_it_and_post_needs_an_address(cast):
    application = shop.filed(cast.li)
    with pytest.raises(NotAllowed):
        services.change_delivery(application.pk, by=cast.wang, method=D.WINDOW)
    with pytest.raises(Refused, match="收件地址"):
        services.change_delivery(application.pk, by=cast.li, method=D.EMS)
    changed = services.change_delivery(
        application.pk, by=cast.li, method=D.EMS, address="澜江区18号", together=False
    )
    assert (changed.delivery_method, changed.delivery_address) == (D.EMS, "澜江区18号")
    assert "change_delivery" in selectors.dossier(cast.li, application.reference).allowed


def test_the_electronic_copy_is_there_whatever_the_way(cast):
    """I-125: the applicant opens the sealed licence though it comes by post."""
    application = decided(cast, D.EMS, delivery_address="澜江区18号")
    at.seal(application)
    [result, *_] = at.documents(application, DocumentKind.RESULT)
    assert selectors.document_for(cast.li, str(result.pk)) == result


def test_the_ten_days_are_working_days():
    """I-82, W-10."""
    granted = datetime(2026, 6, 15, 10, tzinfo=SHANGHAI)
    assert at.local(delivery_due_at(granted, CALENDAR)) == "2026-06-30 16:30"


def test_the_first_look_is_the_receipt_of_electronic_service(cast, deliver_events):
    """I-129: one view receipt, by the applicant, whoever else looks and however often."""
    application = decided(cast, D.ELECTRONIC)
    at.seal(application)
    deliver_events()
    address = f"/api/v1/documents/{at.documents(application, DocumentKind.RESULT)[0].pk}/"
    people.api(shop.officer(cast, "cs-licence")).get(address).getvalue()
    assert Delivery.objects.get(application=application).viewed_at is None
    for _ in range(2):
        people.api(cast.li).get(address).getvalue()
    assert Delivery.objects.get(application=application).viewed_at is not None
    assert len(at.told(application, "DeliveryViewed")) == 1


def test_a_look_at_what_comes_by_post_is_no_receipt(cast):
    """I-129: only what was served electronically is received by looking."""
    application = decided(cast, D.WINDOW)
    at.seal(application)
    [result, *_] = at.documents(application, DocumentKind.RESULT)
    assert not services.note_viewing(result.pk, by=cast.li)


def test_the_lead_department_gives_out_the_papers_of_the_whole(cast):
    """I-101, I-102: one front towards the applicant."""
    application = decided(cast, D.ELECTRONIC)
    for kind in (DocumentKind.RECEIPT, DocumentKind.ACCEPTANCE_NOTICE, DocumentKind.CLOSING_NOTICE):
        assert {paper.organ.name for paper in at.documents(application, kind)} == {"市市场监管局"}
