"""撤回 by the applicant, 终止 by the organ: before the decision, all or part, and what hangs on it goes along."""

import pytest
from django_fsm import TransitionNotAllowed

from common.errors import NotAllowed, Refused, WrongState
from common.workdays import day_of
from licences.rules import chinese_date
from licences.states import DocumentKind
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, CreditMark
from workflow.services import OnBehalfOf, drafts
from workflow.states import (
    ApplicationStatus,
    Channel,
    MaterialMode,
    Outcome,
    ProcedureKind,
    ReviewStatus,
    TerminationGround,
)

pytestmark = pytest.mark.usefixtures("on_offer")

A, R = ApplicationStatus, ReviewStatus


@pytest.fixture
def received(cast) -> Application:
    return shop.filed(cast.li)


@pytest.fixture
def accepted(cast, received) -> Application:
    shop.complete(cast, received, *shop.UPLOADS)
    return at.now(received)


def test_a_draft_is_thrown_away_without_a_trace(cast, deliver_events):
    """C-19: nothing was filed, so nothing is told and nobody is asked to rate it."""
    draft = drafts.start_draft("bundle", "newborn", by=cast.li)
    with pytest.raises(WrongState, match="直接删除"):
        services.withdraw(draft.pk, by=cast.li)
    drafts.discard_draft(draft.pk, by=cast.li)
    assert not Application.objects.filter(pk=draft.pk).exists()
    assert at.told(draft, "ApplicationClosed") == []


def on_the_counter(cast) -> Application:
    """Filed at the window for 李明, not taken in yet."""
    whom = OnBehalfOf(cast.li.person.name, cast.li.person.id_number)
    return shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=whom)


def test_what_lies_on_the_counter_is_taken_back_whole(cast):
    """C-20, D-14, I-137: the confirmation lists the papers that go back."""
    application = on_the_counter(cast)
    assert at.now(application).status == A.SUBMITTED
    services.withdraw(application.pk, by=cast.li)
    assert at.now(application).status == A.WITHDRAWN
    [paper] = at.documents(application, DocumentKind.WITHDRAWAL_CONFIRMATION)
    brought = application.materials.filter(mode=MaterialMode.UPLOAD).values_list("name", flat=True)
    assert set(paper.snapshot["returned"].split("、")) == set(brought) != set()


def test_what_others_still_need_stays_on_the_counter(cast):
    """D-14, I-138: the plan was for 消防 alone, the lease three departments need."""
    application = on_the_counter(cast)
    services.withdraw(application.pk, by=cast.li, matters=["cs-fire"])
    [paper] = at.documents(application, DocumentKind.WITHDRAWAL_CONFIRMATION)
    assert paper.snapshot["returned"] == shop.PLAN


def test_what_lies_on_the_counter_is_taken_back_in_part_and_the_rest_is_taken_in(cast):
    """C-20, I-138."""
    application = on_the_counter(cast)
    services.withdraw(application.pk, by=cast.li, matters=["cs-licence"])
    assert at.now(application).status == A.SUBMITTED
    services.receive(application.pk, by=cast.window1)
    found = at.statuses(application)
    assert (found["cs-licence"], found["cs-sign"]) == (R.WITHDRAWN, R.WITHDRAWN)
    assert (found["cs-fire"], found["cs-tax"]) == (R.WAITING, R.ASSIGNED)


def test_everything_is_withdrawn_after_receipt(cast, received):
    """C-21, D-14: one end, one fact, one confirmation with request and day, told once each."""
    services.withdraw(received.pk, by=cast.li, reason="不开店了")
    after = at.now(received)
    assert (after.status, after.outcome) == (A.WITHDRAWN, Outcome.NONE)
    assert set(at.statuses(received).values()) == {R.WITHDRAWN}
    [told] = at.told(received, "ReviewsWithdrawn")
    assert len(told["review_ids"]) == len(set(told["review_ids"])) == 5
    [paper] = at.documents(received, DocumentKind.WITHDRAWAL_CONFIRMATION)
    assert paper.snapshot["request"].count("cs-sign") == 1
    assert "不开店了" in paper.snapshot["request"]
    assert "无须退还" in paper.snapshot["returned"]
    assert paper.snapshot["requested_on"] == chinese_date(day_of(after.closed_at))
    assert len(at.told(received, "ApplicationClosed")) == 1


def test_it_is_withdrawn_while_papers_are_being_corrected(cast):
    """C-22."""
    application = shop.in_correction(cast, cast.li)
    services.withdraw(application.pk, by=cast.li)
    assert at.now(application).status == A.WITHDRAWN


def test_accepted_in_review_or_stopped_it_may_still_be_withdrawn(cast, accepted):
    """C-23, C-24, C-25: each review where it stands."""
    services.claim(at.review_of(accepted, "cs-fire").pk, by=shop.officer(cast, "cs-fire"))
    services.start_special_procedure(
        at.review_of(accepted, "cs-police").pk,
        by=shop.officer(cast, "cs-police"),
        kind=ProcedureKind.HEARING,
        expected_end="2030-01-01" and at.now(accepted).due_at.date(),
    )
    services.withdraw(accepted.pk, by=cast.li)
    assert set(at.statuses(accepted).values()) == {R.WITHDRAWN}


def test_chosen_matters_go_and_take_what_needs_them_along(cast, accepted):
    """I-138: the sign needs the licence; the others stay."""
    services.withdraw(accepted.pk, by=cast.li, matters=["cs-licence"])
    found = at.statuses(accepted)
    assert (found["cs-licence"], found["cs-sign"]) == (R.WITHDRAWN, R.WITHDRAWN)
    assert found["cs-fire"] == R.ASSIGNED
    [told] = at.told(accepted, "ReviewsWithdrawn")
    assert len(told["matters"]) == 2


def test_after_the_decision_nothing_is_taken_back(cast, accepted):
    """I-137: the decided one stays, the rest may still go; decided altogether, nothing goes."""
    at.approve(cast, accepted, "cs-fire")
    with pytest.raises(WrongState, match="已经有了决定"):
        services.withdraw(accepted.pk, by=cast.li, matters=["cs-fire"])
    services.withdraw(accepted.pk, by=cast.li)
    assert at.statuses(accepted)["cs-fire"] == R.APPROVED
    assert at.now(accepted).outcome == Outcome.PARTIAL
    with pytest.raises(WrongState, match="已经有了决定"):
        services.withdraw(accepted.pk, by=cast.li)


def test_withdrawing_leaves_no_mark(cast, accepted):
    """I-137."""
    services.withdraw(accepted.pk, by=cast.li)
    assert not CreditMark.objects.exists()


def test_nobody_else_withdraws_it(cast, accepted):
    for stranger in (cast.wang, cast.window1, cast.reviewer("shichang")):
        with pytest.raises(NotAllowed, match="不是申请人"):
            services.withdraw(accepted.pk, by=stranger)
    with pytest.raises(Refused, match="没有事项"):
        services.withdraw(accepted.pk, by=cast.li, matters=["cs-nothing"])


def test_withdrawing_the_last_silent_matter_concludes_the_joint_review(cast, received):
    """I-102, I-104: the sheet of the accepted goes out, nobody is waited for any more."""
    shop.complete(cast, received, "cs-fire", "cs-police")
    assert at.documents(received, DocumentKind.ACCEPTANCE_NOTICE) == []
    services.withdraw(received.pk, by=cast.li, matters=["cs-licence"])
    assert len(at.documents(received, DocumentKind.ACCEPTANCE_NOTICE)) == 1


# 终止


def terminate(cast, application, code, ground=TerminationGround.BASIS_GONE, by=None):
    officer = by or shop.officer(cast, code)
    review = at.review_of(application, code)
    return services.terminate(review.pk, by=officer, ground=ground, facts="该事项已经取消")


@pytest.mark.parametrize("stopped", [pytest.param(False, id="C-26"), pytest.param(True, id="C-27")])
def test_the_organ_terminates_with_ground_facts_and_remedy(cast, accepted, stopped):
    """I-140, D-13: what hangs on it is blocked, the siblings go on (I-106)."""
    if stopped:
        services.start_special_procedure(
            at.review_of(accepted, "cs-licence").pk,
            by=shop.officer(cast, "cs-licence"),
            kind=ProcedureKind.HEARING,
            expected_end=at.now(accepted).due_at.date(),
        )
    assert terminate(cast, accepted, "cs-licence").status == R.TERMINATED
    found = at.statuses(accepted)
    assert (found["cs-sign"], found["cs-fire"]) == (R.BLOCKED, R.ASSIGNED)
    [notice] = at.documents(accepted, DocumentKind.TERMINATION_NOTICE)
    said = notice.snapshot
    assert (said["ground"], said["facts"]) == ("法律依据或事项取消", "该事项已经取消")
    assert all(said[element] for element in ("returned", "reapply", "reconsideration_organ", "court"))
    at.approve_everything(cast, accepted)
    assert accepted.outcome == Outcome.PARTIAL


def test_other_grounds_are_none(cast, accepted):
    """I-140: the closed list."""
    with pytest.raises(Refused, match="规定的六项"):
        terminate(cast, accepted, "cs-fire", ground="申请人态度不好")


@pytest.mark.parametrize("code", ["cs-fire", "cs-sign"])
def test_only_what_is_in_hand_is_terminated(cast, received, accepted, code):
    """C-26, C-27: not what waits for its turn, not what is decided."""
    if code == "cs-fire":
        at.approve(cast, accepted, "cs-fire")
    with pytest.raises((WrongState, TransitionNotAllowed)):
        terminate(cast, accepted, code)


def test_a_neighbour_terminates_nothing(cast, accepted):
    with pytest.raises(NotAllowed):
        terminate(cast, accepted, "cs-fire", by=cast.reviewer("gongan"))
    with pytest.raises(NotAllowed, match="没有可以由您终止"):
        services.terminate_application(
            accepted.pk, by=cast.window1, ground=TerminationGround.BASIS_GONE, facts="取消"
        )


def test_a_department_terminates_its_own_part_of_the_whole(cast, accepted):
    """I-140 on the application: its reviews in hand, nobody else's."""
    services.terminate_application(
        accepted.pk, by=cast.reviewer("gongan"), ground=TerminationGround.APPLICANT_GONE, facts="企业注销"
    )
    found = at.statuses(accepted)
    assert (found["cs-police"], found["cs-fire"]) == (R.TERMINATED, R.ASSIGNED)


def test_when_all_ends_without_a_decision_it_is_terminated(cast, accepted):
    """Neither all withdrawn nor all declined."""
    services.withdraw(accepted.pk, by=cast.li, matters=["cs-fire"])
    for code in ("cs-licence", "cs-police", "cs-tax"):
        terminate(cast, accepted, code)
    after = at.now(accepted)
    assert (after.status, after.outcome) == (A.TERMINATED, Outcome.NONE)
    assert len(at.told(accepted, "ApplicationClosed")) == 1
