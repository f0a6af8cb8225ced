"""How an application ends before every decision: withdrawn by the applicant, terminated by the organ."""

from collections.abc import Collection, Sequence

from django.db import transaction

from common.errors import WrongState, refuse_if
from identity.models import Account
from identity.roles import Permission
from workflow import events
from workflow.models import Application, DepartmentReview
from workflow.rules import ending as rules
from workflow.rules import following as chain
from workflow.rules import handling
from workflow.services import following, papers
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin, begin_on_review
from workflow.states import ApplicationStatus, TerminationGround

__all__ = ["terminate", "terminate_application", "terminate_reviews", "withdraw"]


@transaction.atomic
def withdraw(
    application_id: int, *, by: Account, matters: Collection[str] | None = None, reason: str = ""
) -> Application:
    """撤回 all, or the chosen undecided matters; what needed their results goes with them (I-137, I-138)."""
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_acting_for(act.application, act.who))
    chosen = _chosen(act, matters)
    if objections := rules.objections_to_withdrawing(act.application, chosen):
        raise WrongState(objections)
    gone = chosen + chain.to_follow(act.reviews, {review.code for review in chosen})
    for review in dict.fromkeys(gone):
        review.withdraw(at=act.now)
    act.tell(events.ReviewsWithdrawn, review_ids=[one.pk for one in gone], matters=[one.name for one in gone])
    if act.application.status in {ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED}:
        _withdraw_unreceived(act)
    else:
        following.follow(act)
    if act.application.reference:
        act.file(papers.withdrawal_confirmation(act, gone, reason))
    act.finish()
    return act.application


def _withdraw_unreceived(act: Act) -> None:
    act.application.withdraw(at=act.now)
    act.save()
    following.announce(act)


def _chosen(act: Act, matters: Collection[str] | None) -> list[DepartmentReview]:
    if matters is None:
        return rules.undecided(act.reviews)
    unknown = set(matters) - set(act.by_code)
    refuse_if([f"本件没有事项“{code}”" for code in sorted(unknown)])
    return [review for review in act.reviews if review.code in matters]


@transaction.atomic
def terminate(review_id: int, *, by: Account, ground: TerminationGround, facts: str) -> DepartmentReview:
    """终止办理 one review on a ground of the closed list, with its remedy (C-26, C-27, I-140)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(handling.objections_to_membership(review, act.who, Permission.TERMINATE))
    refuse_if(handling.objections_to_terminating(review, act.who, ground))
    terminate_reviews(act, [review], ground, facts)
    act.finish()
    return review


@transaction.atomic
def terminate_application(
    application_id: int, *, by: Account, ground: TerminationGround, facts: str
) -> Application:
    """终止办理 the undecided reviews of one's own department."""
    act = begin(application_id, by=by)
    departments = act.who.departments(Permission.TERMINATE)
    own = [one for one in rules.undecided(act.reviews) if one.department_id in departments]
    refuse_unless([] if own else ["没有可以由您终止的事项"])
    refuse_if(handling.objections_to_terminating(own[0], act.who, ground))
    terminate_reviews(act, own, ground, facts)
    act.finish()
    return act.application


def terminate_reviews(
    act: Act, reviews: Sequence[DepartmentReview], ground: TerminationGround, facts: str
) -> None:
    """Terminate these reviews and close what needed them, in an act already begun."""
    for review in reviews:
        review.terminate(at=act.now, ground=ground)
        act.file(papers.termination_notice(act, review, facts))
    act.tell(
        events.ReviewsTerminated,
        review_ids=[one.pk for one in reviews],
        matters=[one.name for one in reviews],
        ground=TerminationGround(ground).label,
    )
    following.block_successors(act, *reviews)
    following.follow(act)
