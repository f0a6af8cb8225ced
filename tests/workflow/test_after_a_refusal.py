"""One department says no: what needed its result ends, the rest goes on, and the applicant is told the three choices."""

import pytest

from notifications.models import Channel, Message
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.bundles import material, matter
from workflow import services
from workflow.models import Application, CorrectionEntry
from workflow.services import Filing, Offer
from workflow.states import ApplicationStatus, MaterialMode, Outcome, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")

R = ReviewStatus


@pytest.fixture
def accepted(cast) -> Application:
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return application


def refuse(cast, application, code="cs-licence"):
    services.deny(
        at.review_of(application, code).pk,
        by=shop.officer(cast, code),
        opinion="",
        reasons="房屋用途不是商业",
        legal_basis="《示例条例》第三条",
    )


def said_to(person, deliver_events) -> list[str]:
    deliver_events()
    return list(
        Message.objects.filter(person=person, channel=Channel.IN_SITE)
        .order_by("id")
        .values_list("template", flat=True)
    )


def test_what_needed_it_ends_without_a_decision_and_its_siblings_go_on(cast, accepted):
    """I-107 a and b, I-106: closed 前置未通过, however far down the chain."""
    refuse(cast, accepted)
    found = at.statuses(accepted)
    assert found["cs-sign"] == R.BLOCKED
    assert {found[code] for code in ("cs-fire", "cs-police", "cs-tax")} == {R.ASSIGNED}
    assert at.now(accepted).status == ApplicationStatus.IN_REVIEW
    [told] = at.told(accepted, "ReviewsBlocked")
    assert told["review_ids"] == [at.review_of(accepted, "cs-sign").pk]


def test_it_is_blocked_however_far_down_the_chain(cast):
    """I-107a: the sign needs the licence, the light needs the sign."""
    light = matter("cs-light", depends_on=["cs-sign"], materials=[])
    shop.published(matters=[*shop.corner_shop()["matters"], light])
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-licence")
    refuse(cast, application)
    found = at.statuses(application)
    assert (found["cs-sign"], found["cs-light"]) == (R.BLOCKED, R.BLOCKED)


def test_the_thirteen_are_not_all_or_nothing(cast, accepted):
    """I-107c: by default nobody is held back; the siblings are decided as if nothing had happened."""
    refuse(cast, accepted)
    at.approve_everything(cast, accepted)
    assert (accepted.status, accepted.outcome) == (ApplicationStatus.DECIDED, Outcome.PARTIAL)


def test_what_was_granted_before_stays(cast, accepted):
    """I-109."""
    at.approve(cast, accepted, "cs-fire", "cs-police")
    before = at.review_of(accepted, "cs-fire")
    refuse(cast, accepted)
    after = at.review_of(accepted, "cs-fire")
    assert (after.status, after.decided_at) == (R.APPROVED, before.decided_at)


def test_one_message_offers_the_three_choices(cast, accepted, deliver_events):
    """I-108: go on, take the rest back, apply again with the same papers."""
    said_to(cast.li.person, deliver_events)
    refuse(cast, accepted)
    assert said_to(cast.li.person, deliver_events)[-1] == "choices_after_denial"
    message = Message.objects.filter(template="choices_after_denial", channel=Channel.IN_SITE).get()
    assert all(word in message.text for word in ("继续", "撤回", "重新申请"))


def test_where_nothing_is_left_to_choose_none_is_offered(cast, accepted, deliver_events):
    """I-108: the last one refused."""
    at.approve(cast, accepted, "cs-fire", "cs-police", "cs-tax")
    refuse(cast, accepted)
    assert "choices_after_denial" not in said_to(cast.li.person, deliver_events)


def test_the_applicant_goes_on(cast, accepted):
    """I-108, first choice: nothing to do."""
    refuse(cast, accepted)
    at.approve_everything(cast, accepted)
    assert at.statuses(accepted)["cs-fire"] == R.APPROVED


def test_the_applicant_takes_the_rest_back(cast, accepted):
    """I-108, second choice; I-138."""
    refuse(cast, accepted)
    services.withdraw(accepted.pk, by=cast.li)
    found = at.statuses(accepted)
    assert {found[code] for code in ("cs-fire", "cs-police", "cs-tax")} == {R.WITHDRAWN}
    after = at.now(accepted)
    assert (after.status, after.outcome) == (ApplicationStatus.DECIDED, Outcome.NONE)


def test_the_applicant_applies_again_with_the_papers_already_there(cast, accepted):
    """I-108, third choice: the same files, nothing uploaded twice (I-144)."""
    refuse(cast, accepted)
    papers = {paper.name: paper for paper in accepted.materials.all()}
    offers = [
        Offer(name, MaterialMode(papers[name].mode), papers[name].file_id)
        for name in (shop.LEASE, shop.PHOTO, shop.HYGIENE)
    ]
    said = at.any_answers("cs-licence", "single")
    again = services.submit(Filing("single", "cs-licence", said, offers), by=cast.li)
    assert again.materials.get(name=shop.LEASE).file == papers[shop.LEASE].file
    assert at.statuses(again) == {"cs-licence": R.WAITING}


def test_a_refusal_that_ends_the_last_silent_review_concludes_the_joint_review(cast):
    """I-104, I-107: nobody is left to wait for, so the one notice goes out."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-licence", "cs-police")
    shop.ask(cast, application, "cs-fire", shop.PLAN)
    assert at.told(application, "CorrectionRequested") == []
    refuse(cast, application)
    assert at.statuses(application)["cs-sign"] == R.BLOCKED
    assert len(at.told(application, "CorrectionRequested")) == 1
    assert CorrectionEntry.objects.filter(correction__application=application).count() == 1
    assert at.statuses(application)["cs-fire"] == R.CORRECTING


def test_the_paper_of_a_refused_matter_never_comes(cast):
    """What awaited it is blocked, not left waiting."""
    papers = [material(shop.PERMIT, "电子证照调取", licence_type=shop.PERMIT)]
    shop.published(
        matters=[
            *shop.corner_shop()["matters"],
            matter("cs-lamp", depends_on=["cs-licence"], materials=papers),
        ]
    )
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-licence")
    refuse(cast, application)
    assert at.statuses(application)["cs-lamp"] == R.BLOCKED
