"""综窗: papers taken in, small errors mended on the spot, acceptance under a mandate; never the decision."""

from datetime import date

import pytest
from django_fsm import TransitionNotAllowed

from common.errors import Conflict, NotAllowed, Refused, WrongState
from identity.models import Account, Post
from licences.services.drafts import ReceivedMaterial
from licences.states import DocumentKind
from matters.states import MandatePower
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import SINCE, Cast
from tests.factories.matters import mandate_for_everything
from workflow import services
from workflow.models import Application
from workflow.services import OnBehalfOf
from workflow.states import ApplicationStatus, Channel, DeclineGround, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


def on_paper(cast: Cast, channel: Channel = Channel.COUNTER, code: str = "") -> Application:
    """李明 stands at the window, or has written."""
    said = {"channel": channel, "on_behalf_of": OnBehalfOf(name="李明", id_number=cast.li.person.id_number)}
    return at.alone(cast.window1, code, **said) if code else shop.filed(cast.window1, **said)


@pytest.fixture
def trusted(cast) -> Account:
    """A clerk to whom every department has given its 授权书."""
    mandate_for_everything(cast.window1, MandatePower.ACCEPT)
    return cast.window1


def test_taking_in_is_not_accepting(cast, clock):
    """C-02, I-25: receipt and window for the answer; no clock of handling for what must be looked at."""
    clock.set("2026-11-24 09:00")
    application = on_paper(cast)
    moment = clock.set("2026-11-24 10:00")
    services.receive(application.pk, by=cast.window1)
    received = at.now(application)
    assert (received.received_at, received.received_by) == (moment, cast.window1)
    assert at.local(received.answer_due_at) == "2026-12-01 16:30"
    assert at.review_of(application, "cs-fire").accepted_at is None
    [receipt] = at.documents(application, DocumentKind.RECEIPT)
    assert receipt.snapshot["receiver"] == "窗口甲"


def test_only_the_front_takes_papers_in(cast):
    """I-01, C-02."""
    application = on_paper(cast)
    for other in (cast.li, cast.exit1, shop.officer(cast, "cs-fire")):
        with pytest.raises(NotAllowed, match="只有综合窗口"):
            services.receive(application.pk, by=other)


def test_who_took_the_papers_in_does_not_review_them(cast):
    """I-01: one person with two posts, 403 at every act of the back office."""
    Post.objects.create(
        account=cast.window1, department=department("xiaofang"), role="reviewer", valid_from=SINCE
    )
    application = on_paper(cast)
    services.receive(application.pk, by=cast.window1)
    cast.window1.__dict__.pop("_standing", None)
    review = at.review_of(application, "cs-fire")
    for act in (
        lambda: services.confirm_complete(review.pk, by=cast.window1),
        lambda: services.request_correction(review.pk, by=cast.window1, defects=[at.a_defect(shop.PLAN)]),
        lambda: services.decline(review.pk, by=cast.window1, ground=DeclineGround.BARRED),
    ):
        with pytest.raises(NotAllowed, match="经手过") as refused:
            act()
        assert refused.value.status_code == 403


def department(code):
    return Post._meta.get_field("department").related_model.objects.get(code=code)


def test_small_errors_are_mended_on_the_spot_and_written_down(cast):
    """I-28: on the receipt, and no correction notice."""
    application = on_paper(cast)
    services.receive(application.pk, by=cast.window1, corrections_on_the_spot="门牌号“18”改为“81”")
    [receipt] = at.documents(application, DocumentKind.RECEIPT)
    assert "当场更正：门牌号“18”改为“81”" in {row["name"] for row in receipt.snapshot["materials"]}
    assert at.documents(application, DocumentKind.CORRECTION_NOTICE) == []


def test_what_lay_on_the_counter_is_on_the_receipt_and_nothing_else_is_taken(cast):
    """I-26, I-29: originals and copies counted; a paper nobody needs is given back."""
    application = on_paper(cast)
    with pytest.raises(Refused, match="请当场退还"):
        services.receive(application.pk, by=cast.window1, taken=[ReceivedMaterial("房产证", "原件")])
    services.receive(application.pk, by=cast.window1, taken=[ReceivedMaterial(shop.LEASE, "复印件", 2)])
    [receipt] = at.documents(application, DocumentKind.RECEIPT)
    [lease] = [row for row in receipt.snapshot["materials"] if row["name"] == shop.LEASE]
    assert (lease["form"], str(lease["count"])) == ("复印件", "2")


def test_a_letter_counts_from_the_day_the_centre_signed_for_it(cast, clock):
    """I-40: EMS signed 2026-11-24, entered two days later."""
    clock.set("2026-11-26 10:00")
    application = on_paper(cast, Channel.POST)
    services.receive(application.pk, by=cast.window1, received_on=date(2026, 11, 24))
    received = at.now(application)
    assert at.local(received.received_at)[:10] == "2026-11-24"
    assert at.local(received.answer_due_at) == "2026-12-01 16:30"


@pytest.mark.parametrize(
    ("channel", "day"), [(Channel.POST, date(2026, 11, 27)), (Channel.COUNTER, date(2026, 11, 24))]
)
def test_a_receipt_is_neither_of_tomorrow_nor_at_the_window_of_yesterday(cast, clock, channel, day):
    clock.set("2026-11-26 10:00")
    application = on_paper(cast, channel)
    with pytest.raises(Refused, match="收件日期不能"):
        services.receive(application.pk, by=cast.window1, received_on=day)


def test_papers_are_taken_in_once(cast):
    """C-02."""
    application = on_paper(cast)
    services.receive(application.pk, by=cast.window1)
    with pytest.raises(TransitionNotAllowed):
        services.receive(application.pk, by=cast.window2)


def test_before_they_are_taken_in_nobody_accepts_or_asks(cast):
    """C-02 before C-04 and C-05."""
    application = on_paper(cast)
    with pytest.raises(TransitionNotAllowed):
        shop.complete(cast, application, "cs-fire")
    with pytest.raises(TransitionNotAllowed):
        shop.ask(cast, application, "cs-fire", shop.PLAN)


def test_the_front_accepts_what_it_has_a_mandate_for(cast, trusted):
    """C-04: under a 授权书, all its matters at once, one sheet."""
    application = on_paper(cast)
    services.receive(application.pk, by=trusted)
    services.accept(application.pk, by=trusted)
    assert at.now(application).status == ApplicationStatus.ACCEPTED
    assert not application.reviews.filter(accepted_at=None).exists()
    assert len(at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)) == 1
    with pytest.raises(WrongState, match="都已经答复"):
        services.accept(application.pk, by=trusted)


def test_without_a_mandate_the_front_hands_on(cast):
    """C-04."""
    application = on_paper(cast)
    services.receive(application.pk, by=cast.window1)
    with pytest.raises(NotAllowed, match="没有部门授权"):
        services.accept(application.pk, by=cast.window1)
    with pytest.raises(NotAllowed, match="不能受理"):
        services.accept(application.pk, by=cast.li)


def test_what_is_visible_at_the_window_is_asked_for_at_once(cast, trusted):
    """I-32: the notice goes out with the act; the matters whose papers are in order are accepted."""
    application = on_paper(cast)
    services.receive(application.pk, by=trusted)
    services.request_correction_at_front(application.pk, by=trusted, defects=[at.a_defect(shop.PLAN)])
    found = at.statuses(application)
    assert (found["cs-fire"], found["cs-police"]) == (ReviewStatus.CORRECTING, ReviewStatus.ASSIGNED)
    assert len(at.documents(application, DocumentKind.CORRECTION_NOTICE)) == 1


def test_the_front_asks_only_once_too(cast, trusted):
    """I-34: 409 and an anomaly row."""
    application = on_paper(cast)
    services.receive(application.pk, by=trusted)
    services.request_correction_at_front(application.pk, by=trusted, defects=[at.a_defect(shop.PLAN)])
    with pytest.raises(Conflict, match="只能一次性告知"):
        services.request_correction_at_front(application.pk, by=trusted, defects=[at.a_defect(shop.LEASE)])
    assert len(at.told(application, "SecondCorrectionTried")) == 1


def test_what_is_of_another_organ_is_declined_at_the_window_at_once(cast, trusted):
    """C-03: even before the papers are taken in, and told where to go."""
    application = on_paper(cast, code="cs-fire")
    with pytest.raises(Refused, match="应当向哪个机关"):
        services.decline_application(application.pk, by=trusted, ground=DeclineGround.OUTSIDE_POWER)
    services.decline_application(
        application.pk, by=trusted, ground=DeclineGround.OUTSIDE_POWER, target_organ="省消防救援总队"
    )
    assert at.now(application).status == ApplicationStatus.DECLINED
    [notice] = at.documents(application, DocumentKind.DECLINE_NOTICE)
    assert notice.snapshot["right_organ"] == "省消防救援总队"
    assert all(name in str(notice.snapshot["returned"]) for name in (shop.LEASE, shop.PLAN))
