"""告知承诺: a promise in place of a paper, freely chosen, signed, and taken back before the decision."""

from dataclasses import replace

import pytest

from common.errors import NotAllowed, NotFound, Refused, WrongState
from licences.states import DocumentKind
from matters.models import Matter
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, CreditMark
from workflow.services import OnBehalfOf, Supply
from workflow.states import ApplicationStatus, Channel, MaterialMode, MaterialState, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")
PROMISED = {shop.PHOTO: MaterialMode.COMMITMENT}


def revoke(by, application, name=shop.HYGIENE):
    services.revoke_commitment(application.pk, by=by, supply=Supply(name, at.upload(by).pk))


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        pytest.param("li", "proof", id="I-56 a certificate of a citizen"),
        pytest.param("huarong", "licensing", id="I-56 a licence of an enterprise"),
    ],
)
def test_what_kind_of_promise_it_is_is_kept(cast, who, kind):
    application = shop.filed(getattr(cast, who), PROMISED)
    assert set(application.commitments.values_list("kind", flat=True)) == {kind}
    assert application.materials.get(name=shop.PHOTO).mode == MaterialMode.COMMITMENT


def test_a_promise_and_a_deferral_in_one_application_have_their_own_documents(cast):
    """I-56: 告知承诺+容缺办理."""
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    shop.complete(cast, application, *shop.UPLOADS)
    assert len(at.documents(application, DocumentKind.COMMITMENT)) == 1
    assert len(at.documents(application, DocumentKind.DEFERRAL_NOTICE)) == 1


def test_notice_and_promise_have_all_their_elements(cast):
    """I-58, I-59, D-08: basis, what is proved, form, liability, checks, publication; true will, signature, date."""
    [document] = at.documents(shop.filed(cast.li), DocumentKind.COMMITMENT)
    said = document.snapshot
    assert said["proved"] == shop.HYGIENE
    elements = [
        "basis",
        "promise_form",
        "liability",
        "right_to_check",
        "check_plan",
        "publication",
        "signed_on",
    ]
    assert all(said[element] for element in elements)
    assert "真实意思" in "".join(said["statements"])
    assert said["signature"] == "李明"


def test_at_the_window_the_applicant_promises_and_not_the_clerk(cast):
    """I-59."""
    said = OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    application = shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=said)
    [document] = at.documents(application, DocumentKind.COMMITMENT)
    assert document.snapshot["signature"] == "李明"


def test_the_matters_own_notice_is_what_is_promised_on(cast):
    """I-58: the words of the bundle, not the usual ones."""
    words = {
        "conditions": "门店明亮",
        "form": "书面",
        "liability": "依法处罚",
        "inspection": "一月内核查",
        "publication": "公开三十日",
    }
    matters = shop.corner_shop()["matters"]
    matters[0]["commitment_notice"] = words
    shop.published(matters=matters)
    [document] = at.documents(shop.filed(cast.li), DocumentKind.COMMITMENT)
    assert (document.snapshot["check_plan"], document.snapshot["publication"]) == ("一月内核查", "公开三十日")


def test_the_ordinary_way_is_always_open(cast):
    """I-60: both ways, for a paper that may be promised and for one whose source is a promise."""
    application = shop.filed(cast.li, {shop.HYGIENE: MaterialMode.UPLOAD, shop.PHOTO: MaterialMode.UPLOAD})
    assert not application.commitments.exists()
    assert set(
        application.materials.filter(name__in=[shop.HYGIENE, shop.PHOTO]).values_list("mode", flat=True)
    ) == {MaterialMode.UPLOAD}


def test_nothing_is_promised_without_a_signature_or_where_no_promise_is_allowed(cast):
    """I-46, I-59."""
    filing = shop.filing(cast.li)
    unsigned = [replace(one, signed=one.name != shop.HYGIENE) for one in filing.materials]
    with pytest.raises(Refused, match="签署“卫生承诺”的承诺书"):
        services.submit(replace(filing, materials=unsigned), by=cast.li)
    with pytest.raises(Refused, match="不适用告知承诺"):
        shop.filed(cast.li, {shop.LEASE: MaterialMode.COMMITMENT})


def test_a_matter_of_high_risk_takes_no_promise(cast):
    """I-57."""
    Matter.objects.filter(code="cs-licence").update(high_risk=True)
    with pytest.raises(Refused, match="不适用告知承诺"):
        shop.filed(cast.li)
    assert shop.filed(cast.li, {shop.HYGIENE: MaterialMode.UPLOAD}).status == ApplicationStatus.ACCEPTED


def test_who_broke_a_promise_makes_no_other_until_it_is_repaired(cast, clock):
    """I-61: 403; the ordinary way stays open."""
    first = shop.filed(cast.li)
    CreditMark.objects.create(
        application=first, person=cast.li.person, kind=CreditMark.Kind.PROMISE_BROKEN, fact="承诺不实"
    )
    with pytest.raises(NotAllowed, match="承诺失信记录"):
        shop.filed(cast.li)
    assert shop.filed(cast.li, {shop.HYGIENE: MaterialMode.UPLOAD}).status == ApplicationStatus.ACCEPTED
    CreditMark.objects.update(repaired_at=clock.set("2026-11-28 10:00"))
    assert shop.filed(cast.li).commitments.exists()


def in_hand(cast) -> Application:
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return application


def test_a_promise_taken_back_puts_its_matter_before_acceptance_and_the_clock_begins_anew(cast, clock):
    """I-59: only what rests on it; accepted from the day the paper came."""
    clock.set("2026-11-23 10:00")
    application = in_hand(cast)
    came = clock.set("2026-11-25 11:00")
    revoke(cast.li, application)
    back = at.review_of(application, "cs-licence")
    assert (back.status, back.accepted_at, back.due_at, back.round) == (ReviewStatus.WAITING, None, None, 1)
    assert at.statuses(application)["cs-fire"] == ReviewStatus.ASSIGNED
    assert application.materials.get(name=shop.HYGIENE, superseded=False).mode == MaterialMode.UPLOAD
    clock.set("2026-11-26 09:00")
    assert services.deem_accepted() == 0
    shop.complete(cast, application, "cs-licence")
    again = at.review_of(application, "cs-licence")
    assert (again.accepted_at, at.local(again.due_at)) == (came, "2026-11-30 16:30")
    assert at.told(application, "ReviewsAssigned")[-1]["round"] == 1


def test_a_matter_taken_back_is_accepted_on_a_sheet_of_its_own(cast):
    """I-59, I-102."""
    application = in_hand(cast)
    revoke(cast.li, application)
    shop.complete(cast, application, "cs-licence")
    sheets = [
        len(one.snapshot["matters"]) for one in at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)
    ]
    assert sheets == [5, 1]


def test_what_silence_makes_of_a_promise_taken_back(cast, clock):
    """I-59, I-36: one working day, then accepted from the day the paper came."""
    clock.set("2026-11-23 10:00")
    application = in_hand(cast)
    came = clock.set("2026-11-25 11:00")
    revoke(cast.li, application)
    clock.set("2026-11-26 16:31")
    assert services.deem_accepted() == 1
    assert at.review_of(application, "cs-licence").accepted_at == came


def test_after_the_decision_no_promise_is_taken_back(cast):
    """I-59."""
    application = in_hand(cast)
    at.approve(cast, application, "cs-licence")
    with pytest.raises(WrongState, match="不能再撤回"):
        revoke(cast.li, application)
    assert application.commitments.get().revoked_at is None


def test_only_a_promise_that_stands_and_is_ones_own_is_taken_back(cast):
    application = in_hand(cast)
    with pytest.raises(NotAllowed, match="不是申请人"):
        revoke(cast.wang, application)
    with pytest.raises(NotFound, match="没有找到可以撤回的承诺"):
        revoke(cast.li, application, shop.LEASE)
    revoke(cast.li, application)
    with pytest.raises(NotFound, match="没有找到可以撤回的承诺"):
        revoke(cast.li, application)


def test_a_promised_paper_counts_as_there(cast):
    """I-56: nobody waits for it, and its matter needs no eyes for it."""
    application = shop.filed(cast.li, PROMISED)
    assert application.materials.get(name=shop.PHOTO).state == MaterialState.PRESENT
