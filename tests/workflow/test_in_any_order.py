"""Whatever departments and applicant do, in whatever order, and however much time goes by: the invariants hold."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django_fsm import TransitionNotAllowed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from common.workdays import SHANGHAI
from licences.states import DocumentKind
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, Correction, DepartmentReview, FormerAnswers
from workflow.rules.following import status_of
from workflow.states import IN_HAND, ApplicationStatus, DeclineGround, ReviewStatus

PAPERS = {
    "cs-licence": (shop.LEASE, shop.PHOTO),
    "cs-fire": (shop.LEASE, shop.PLAN),
    "cs-police": (shop.LEASE,),
    "cs-sign": (shop.SIGN,),
}
USES_THE_NAME = ("cs-licence", "cs-sign")
BEGAN = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)

of_a_matter = st.sampled_from(sorted(PAPERS))
acts = st.one_of(
    st.tuples(st.just("complete"), of_a_matter),
    st.tuples(st.just("ask"), of_a_matter, st.integers(0, 1)),
    st.tuples(st.just("decline"), of_a_matter),
    st.tuples(st.just("bring"), st.sampled_from([shop.LEASE, shop.PHOTO, shop.PLAN, shop.SIGN])),
    st.tuples(st.just("withdraw"), of_a_matter),
    st.tuples(st.just("revoke")),
    st.tuples(st.just("approve"), of_a_matter),
    st.tuples(st.just("claim"), of_a_matter),
    st.tuples(st.just("change"), st.sampled_from(["云上便利店", "云下便利店", "桥头便利店"])),
    st.tuples(st.just("wait"), st.integers(1, 20)),
)


class Life:
    """One application, and everybody who does something to it."""

    def __init__(self, cast, clock):
        self.cast, self.clock, self.moment = cast, clock, clock.set(BEGAN)
        self.application = shop.filed(cast.li, answers={"wants_sign": True})

    def do(self, name, *said):
        """One act; a refusal is an answer too."""
        try:
            with transaction.atomic():
                getattr(self, name)(*said)
        except (DomainError, TransitionNotAllowed):
            return

    def complete(self, code):
        shop.complete(self.cast, self.application, code)

    def ask(self, code, which):
        shop.ask(self.cast, self.application, code, PAPERS[code][which % len(PAPERS[code])])

    def decline(self, code):
        by = shop.officer(self.cast, code)
        services.decline(at.review_of(self.application, code).pk, by=by, ground=DeclineGround.BARRED)

    def bring(self, name):
        shop.bring(self.cast.li, self.application, name)

    def withdraw(self, code):
        services.withdraw(self.application.pk, by=self.cast.li, matters=[code])

    def revoke(self):
        supply = at.supplies(self.cast.li, shop.HYGIENE)[0]
        services.revoke_commitment(self.application.pk, by=self.cast.li, supply=supply)

    def approve(self, code):
        at.approve(self.cast, self.application, code)

    def claim(self, code):
        services.claim(at.review_of(self.application, code).pk, by=shop.officer(self.cast, code))

    def change(self, name):
        """The shop has another name: the licence's and the sign's department use it (I-112)."""
        services.change_facts(self.application.pk, by=self.cast.li, answers={"shop_name": name})

    def wait(self, days):
        for _ in range(days):
            self.moment = self.clock.set(self.moment + timedelta(days=1))
            services.deem_accepted()
            services.remind()
            services.expire_corrections()

    # What must hold

    def check(self):
        application = at.now(self.application)
        reviews = list(application.reviews.all())
        self.status_follows(application, reviews)
        self.one_notice(application, reviews)
        self.every_acceptance_is_on_one_sheet(application, reviews)
        self.nothing_is_open_at_the_end(application, reviews)
        self.what_was_decided_is_what_is_said(application, reviews)

    def what_was_decided_is_what_is_said(self, application, reviews):
        """No result rests on words that were changed afterwards; who began anew has a new clock (I-112)."""
        changes = FormerAnswers.objects.filter(application=application)
        assert len(at.told(application, "FactsChanged")) == changes.count()
        last = max((change.replaced_at for change in changes), default=None)
        for review in reviews:
            if review.code in USES_THE_NAME and review.decided_at and last:
                assert review.decided_at >= last
            if review.code not in USES_THE_NAME:
                assert review.restarted_at is None
            if review.status in IN_HAND and review.restarted_at:
                assert review.clock_from >= review.restarted_at

    def status_follows(self, application: Application, reviews: list[DepartmentReview]):
        assert application.status == status_of(reviews)

    def one_notice(self, application, reviews):
        sent = Correction.objects.filter(application=application, sent_at__isnull=False)
        told = at.told(application, "CorrectionRequested")
        documents = at.documents(application, DocumentKind.CORRECTION_NOTICE)
        assert len(documents) == len(told) == sent.count() <= 1
        if any(review.status == ReviewStatus.CORRECTING for review in reviews):
            assert sent.get().completed_at is None

    def every_acceptance_is_on_one_sheet(self, application, reviews):
        sheets = at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)
        rows = [row["name"] for sheet in sheets for row in sheet.snapshot["matters"]]
        again = {review.name for review in reviews if review.round}
        assert sorted(name for name in rows if name not in again) == sorted(
            review.name for review in reviews if review.acceptance_noticed and not review.round
        )
        accepted = [pk for fact in at.told(application, "ReviewsAccepted") for pk in fact["review_ids"]]
        assert all(accepted.count(one.pk) == 1 for one in reviews if one.accepted_at and not one.round)

    def nothing_is_open_at_the_end(self, application, reviews):
        ends = {ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN, ApplicationStatus.TERMINATED}
        if application.status in ends | {ApplicationStatus.DECIDED}:
            assert all(review.is_final for review in reviews)
        assert len(at.told(application, "ApplicationClosed")) == (application.status in ends)


@pytest.fixture
def on_offer(cast):
    """The shop's name is the licence's and the sign's."""
    yield from shop.with_users()


@pytest.mark.usefixtures("on_offer")
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(acts, max_size=12))
def test_any_story_keeps_one_notice_one_sheet_and_a_status_that_follows(cast, clock, story):
    """I-34, I-102, I-103, I-104, I-105, I-106, I-112, C-04…C-09."""
    undo = transaction.atomic()
    undo.__enter__()
    try:
        life = Life(cast, clock)
        for act in story:
            life.do(*act)
            life.check()
        life.wait(40)
        life.check()
        assert not life.application.reviews.filter(status=ReviewStatus.CORRECTING).exists()
        assert not life.application.reviews.filter(status=ReviewStatus.WAITING, accepted_at=None).exists()
    finally:
        transaction.set_rollback(True)
        undo.__exit__(None, None, None)
