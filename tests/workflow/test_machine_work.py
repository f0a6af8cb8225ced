"""The machine's part: papers fetched and checked once a round, simple matters decided when every check passes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exchange.models import CallLog
from licences.services import end_licence
from licences.states import DocumentKind, LicenceStatus
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.bundles import material, matter
from workflow import services
from workflow.models import DepartmentReview
from workflow.states import MaterialMode, MaterialState, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")

R = ReviewStatus
RARE = "远洋船员证"


@pytest.fixture
def police(cast) -> DepartmentReview:
    """An identity card to fetch, a register to ask, and somebody to decide."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.review_of(application, "cs-police")


def automatic(*extra: dict) -> None:
    """A register to ask and a card to fetch, then it decides itself; something else needs that."""
    papers = [material(shop.IDENTITY, "电子证照调取", licence_type=shop.IDENTITY), *extra]
    papers.append(material(shop.RECORD, "数据共享核验"))
    shop.published(
        matters=[
            *shop.corner_shop()["matters"],
            matter("cs-auto", automatic=True, fee=0, materials=papers),
            matter("cs-then", depends_on=["cs-auto"]),
        ]
    )


def papers_of(review) -> dict[str, str]:
    rows = review.application.materials.filter(needed_by__contains=[review.code], superseded=False)
    return dict(rows.values_list("name", "state"))


def now(review) -> DepartmentReview:
    return at.review_of(review.application, review.code)


def test_what_can_be_fetched_is_fetched_with_its_evidence(police):
    """I-07: nobody brings what data fill."""
    assert papers_of(police)[shop.RECORD] == MaterialState.PENDING
    services.work(police.pk, round_number=0)
    record = police.application.materials.get(name=shop.RECORD)
    assert (record.state, record.evidence[:2]) == (MaterialState.PRESENT, "HY")
    assert papers_of(police)[shop.IDENTITY] == MaterialState.PRESENT
    [told] = at.told(police.application, "MaterialsChecked")
    assert (told["failed"], told["round"]) == ([], 0)
    assert now(police).status == R.ASSIGNED


def test_done_once_it_is_done(police):
    """I-115: a repeated message asks nobody and changes nothing."""
    services.work(police.pk, round_number=0)
    calls = CallLog.objects.count()
    services.work(police.pk, round_number=0)
    services.work(police.pk, round_number=7)
    assert CallLog.objects.count() == calls
    assert len(at.told(police.application, "MaterialsChecked")) == 1


def test_a_message_about_nothing_harms_nobody(police):
    """I-115: the review is not there, or its round is over."""
    services.work(10**9, round_number=0)
    services.withdraw(police.application_id, by=police.application.submitted_by)
    services.work(police.pk, round_number=0)
    assert at.told(police.application, "MaterialsChecked") == []


def test_whoever_is_quick_to_take_it_in_hand_still_has_it_checked(cast, police):
    services.claim(police.pk, by=cast.reviewer("gongan"))
    services.work(police.pk, round_number=0)
    assert papers_of(police)[shop.RECORD] == MaterialState.PRESENT


def test_what_passes_every_check_decides_itself(cast):
    """`automatic`: result drawn up, the next handed out, nobody's hand in it."""
    automatic()
    application = shop.filed(cast.li)
    review = at.review_of(application, "cs-auto")
    assert review.status == R.ASSIGNED
    services.work(review.pk, round_number=0)
    decided = now(review)
    assert (decided.status, decided.decided_by) == (R.APPROVED, None)
    [told] = at.told(application, "ReviewDecided")
    assert told["automatic"]
    assert at.statuses(application)["cs-then"] == R.ASSIGNED
    assert [one.title for one in at.documents(application, DocumentKind.RESULT)] == ["cs-auto结果"]


def test_what_fails_one_check_waits_for_a_person(cast):
    """The paper is offered, never demanded (I-07); a person decides."""
    automatic(material(RARE, "电子证照调取", licence_type=RARE))
    application = shop.filed(cast.li)
    review = at.review_of(application, "cs-auto")
    services.work(review.pk, round_number=0)
    assert now(review).status == R.ASSIGNED
    assert papers_of(review)[RARE] == MaterialState.OFFERED
    services.approve(review.pk, by=cast.reviewer("gongan"))


def test_what_somebody_has_in_hand_does_not_decide_itself(cast):
    automatic()
    review = at.review_of(shop.filed(cast.li), "cs-auto")
    services.claim(review.pk, by=cast.reviewer("gongan"))
    services.work(review.pk, round_number=0)
    assert now(review).status == R.IN_PROGRESS


def test_a_system_that_is_away_is_asked_again_while_the_clock_runs(cast, settings, police):
    """I-116: nothing is decided on an outage, the page says why, the sweep brings it back."""
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    services.work(police.pk, round_number=0)
    record = police.application.materials.get(name=shop.RECORD)
    assert (record.state, now(police).checked_at) == (MaterialState.PENDING, None)
    assert "暂时连不上" in record.note
    assert now(police).due_at == police.due_at
    settings.EXCHANGE_OUTAGES = []
    services.work(police.pk, round_number=0)
    assert papers_of(police)[shop.RECORD] == MaterialState.PRESENT


def test_after_half_an_hour_a_person_goes_on_without_it(cast, settings, police):
    """I-07, I-116: offered for upload, the department's page is there all the while."""
    settings.EXCHANGE_OUTAGES = ["shared_registers", "licence_store"]
    DepartmentReview.objects.filter(pk=police.pk).update(assigned_at=timezone.now() - timedelta(minutes=31))
    services.work(police.pk, round_number=0)
    assert set(papers_of(police).values()) == {MaterialState.OFFERED, MaterialState.PRESENT}
    assert now(police).checked_at is not None
    services.approve(police.pk, by=cast.reviewer("gongan"))


def test_a_lost_message_costs_two_minutes_and_nothing_else(police):
    """I-115: whatever was handed out and never worked on is found again, with its round."""
    assert (police.pk, 0) not in services.unworked()
    DepartmentReview.objects.filter(pk=police.pk).update(assigned_at=timezone.now() - timedelta(minutes=3))
    assert (police.pk, 0) in services.unworked()
    services.work(police.pk, round_number=0)
    assert (police.pk, 0) not in services.unworked()


def test_a_new_round_is_worked_anew(cast):
    """I-59, I-115: a promise taken back, the review accepted again, its message carries the new round."""
    application = shop.filed(cast.li, modes={shop.PHOTO: MaterialMode.COMMITMENT})
    shop.complete(cast, application, *shop.UPLOADS)
    review = at.review_of(application, "cs-licence")
    services.work(review.pk, round_number=0)
    [supply] = at.supplies(cast.li, shop.PHOTO)
    services.revoke_commitment(application.pk, by=cast.li, supply=supply)
    shop.complete(cast, application, "cs-licence")
    assert at.told(application, "ReviewsAssigned")[-1]["round"] == 1
    services.work(review.pk, round_number=0)
    assert now(review).checked_at is None
    services.work(review.pk, round_number=1)
    assert now(review).checked_at is not None


def test_the_licence_just_made_is_the_next_ones_paper(cast):
    """A result is found by later steps of the same application without asking anybody."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-licence")
    sign = at.review_of(application, "cs-sign")
    services.work(sign.pk, round_number=0)
    assert papers_of(sign)[shop.PERMIT] == MaterialState.PRESENT
    assert not CallLog.objects.filter(asked__contains=shop.PERMIT).exists()


def test_a_licence_that_falls_is_doubted_by_those_who_still_rely_on_it(cast, deliver_events):
    """Design section 6: LicenceRevoked → open reviews look again; decided ones stand."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-licence")
    paper = application.materials.get(name=shop.PERMIT)
    end_licence(paper.licence_id, LicenceStatus.REVOKED, reason="登记内容有误", by=None)
    deliver_events()
    paper.refresh_from_db()
    assert (paper.state, "登记内容有误" in paper.note) == (MaterialState.OFFERED, True)
    [told] = at.told(application, "LicenceDoubted")
    assert told["review_ids"] == [at.review_of(application, "cs-sign").pk]
    assert at.statuses(application)["cs-licence"] == R.APPROVED
