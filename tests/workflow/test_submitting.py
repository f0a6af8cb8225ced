"""Filing: one act, received at once, everything that is missing told together."""

import pytest

from common.errors import NotFound, Refused
from licences.states import DocumentKind
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.services import Filing, Offer
from workflow.states import (
    ApplicationStatus,
    Channel,
    DeliveryMethod,
    MaterialMode,
    MaterialState,
    ReviewStatus,
)

pytestmark = pytest.mark.usefixtures("on_offer")


def refusal(filing: Filing, by) -> Refused:
    with pytest.raises(Refused) as refused:
        services.submit(filing, by=by)
    return refused.value


def test_what_is_filed_online_is_received_with_the_same_act(cast, clock):
    """C-01, C-02, I-25: received_at and the window for an answer are set, and no clock of handling."""
    moment = clock.set("2026-11-24 10:00")
    application = shop.filed(cast.li)
    assert (application.submitted_at, application.received_at) == (moment, moment)
    assert str(application.answer_due_at.astimezone(moment.tzinfo)) == "2026-12-01 16:30:00+08:00"
    assert str(application.joint_due_at.astimezone(moment.tzinfo)) == "2026-11-27 16:30:00+08:00"
    waiting = at.review_of(application, "cs-licence")
    assert (waiting.status, waiting.accepted_at, waiting.due_at) == (ReviewStatus.WAITING, None, None)


def test_what_is_filed_on_a_saturday_night_is_received_on_that_saturday(cast, clock):
    """I-27, I-72, W-04: five working days after Saturday 22:00 end on Friday."""
    moment = clock.set("2026-11-21 22:00")
    application = shop.filed(cast.li)
    assert application.received_at == moment
    assert str(application.answer_due_at.astimezone(moment.tzinfo).date()) == "2026-11-27"


def test_every_receipt_is_a_document_with_the_list_of_papers(cast):
    """I-26, D-01."""
    application = shop.filed(cast.li)
    [receipt] = at.documents(application, DocumentKind.RECEIPT)
    names = {row["name"] for row in receipt.snapshot["materials"]}
    assert names == {paper.name for paper in application.materials.all()}
    assert receipt.snapshot["query_code"] == application.query_code


def test_a_matter_whose_papers_need_nobodys_eyes_is_accepted_at_once(cast):
    """C-04, C-10: nothing uploaded, nothing deferred."""
    application = shop.filed(cast.li)
    tax = at.review_of(application, "cs-tax")
    assert (tax.status, tax.accepted_at) == (ReviewStatus.ASSIGNED, application.received_at)
    assert at.told(application, "ReviewsAssigned")[0]["review_ids"] == [tax.pk]


def test_what_is_done_on_the_spot_and_filed_on_a_sunday_is_due_on_monday(cast, clock):
    """I-45, W-12."""
    clock.set("2026-11-22 15:00")
    due = at.review_of(shop.filed(cast.li), "cs-tax").due_at
    assert f"{due.astimezone():%m-%d}" == "11-23"


def test_everything_that_is_missing_is_told_at_once(cast):
    """I-06: answers and papers together, each beside its name."""
    said = shop.answers(shop_name=None, owner_mobile="12345")
    wrong = refusal(Filing("bundle", "corner-shop", said, delivery_method=DeliveryMethod.EMS), cast.li)
    papers = {f"materials.{name}" for name in (shop.LEASE, shop.PLAN, shop.PHOTO, shop.HYGIENE, shop.SIGN)}
    assert wrong.fields.keys() == {"shop_name", "owner_mobile", "delivery.address"} | papers
    assert (wrong.status_code, wrong.code) == (422, "incomplete")


def test_what_data_can_fetch_an_earlier_step_makes_or_the_form_gives_is_not_missing(cast):
    """I-07."""
    application = shop.filed(cast.li)
    modes = dict(application.materials.values_list("name", "mode"))
    assert modes[shop.IDENTITY] == MaterialMode.LICENCE
    assert modes[shop.RECORD] == MaterialMode.SHARED
    assert modes[shop.PERMIT] == MaterialMode.AWAITED
    assert modes["设立申请书"] == MaterialMode.FORM


def test_nobody_may_hand_in_what_nobody_asked_for(cast):
    """I-29."""
    filing = shop.filing(cast.li)
    more = [*filing.materials, Offer("房产证", MaterialMode.UPLOAD, at.upload(cast.li).pk)]
    wrong = refusal(Filing("bundle", "corner-shop", filing.answers, more), cast.li)
    assert wrong.fields == {"materials.房产证": ["本次办理不需要“房产证”，请勿提交"]}


def test_a_file_that_somebody_else_uploaded_is_not_there(cast):
    filing = shop.filing(cast.li)
    stolen = [Offer(one.name, one.mode, one.upload_id) for one in shop.filing(cast.wang).materials]
    wrong = refusal(Filing("bundle", "corner-shop", filing.answers, stolen), cast.li)
    assert all("没有找到您为" in reason for reason in wrong.reasons)
    assert len(wrong.reasons) == 4


def test_where_the_answers_lead_to_nothing_that_is_said(cast):
    shop.published(matters=[{**one, "applies_when": "has_sign"} for one in shop.corner_shop()["matters"]])
    wrong = refusal(shop.filing(cast.li, answers={"has_sign": False}), cast.li)
    assert wrong.code == "nothing_to_do"


def test_what_is_not_on_offer_cannot_be_applied_for(cast):
    with pytest.raises(NotFound, match="没有这个事项"):
        services.submit(Filing("bundle", "no-such-thing", {}), by=cast.li)


def test_at_the_counter_and_by_post_the_papers_wait_to_be_taken_in(cast):
    """C-01: submitted, not received; the receipt is the front's act."""
    said = services.OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    for channel in (Channel.COUNTER, Channel.POST):
        application = shop.filed(cast.window1, channel=channel, on_behalf_of=said)
        assert (application.status, application.received_at) == (ApplicationStatus.SUBMITTED, None)
        assert at.documents(application, DocumentKind.RECEIPT) == []


def test_a_kiosk_receives_with_the_time_of_the_network(cast, clock):
    """I-180, C-01."""
    moment = clock.set("2026-11-24 23:30")
    assert shop.filed(cast.li, channel=Channel.KIOSK).received_at == moment


@pytest.mark.parametrize("code", ["nb-birth-hukou", "nb-parenting-guidance"])
def test_a_matter_of_a_bundle_is_applied_for_by_itself(cast, code):
    """A bundle of one: no predecessor, the same workflow."""
    application = at.alone(cast.li, code)
    review = application.reviews.get()
    assert (application.kind, review.code, review.depends_on) == ("single", code, [])
    assert not application.is_joint
    assert application.joint_due_at == application.answer_due_at


def test_a_matter_outside_every_bundle_is_applied_for_in_the_same_way(cast):
    application = at.alone(cast.li, "cg-construction-waste")
    assert (
        application.reviews.get().department.name
        == at.definition("cg-construction-waste", "single").lead_department
    )
    assert application.status == ApplicationStatus.RECEIVED
    assert application.materials.filter(mode=MaterialMode.UPLOAD, state=MaterialState.PRESENT).exists()
