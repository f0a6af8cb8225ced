"""How an application ends before every decision: withdrawn by the applicant, terminated by the organ."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState, refuse_if
from common.workdays import day_of
from identity.models import Account
from identity.roles import Permission
from workflow import events
from workflow.models import Application, DepartmentReview, SpecialProcedure
from workflow.rules import ending as rules
from workflow.rules import following as chain
from workflow.rules import handling
from workflow.services import following, papers
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin, begin_on_review
from workflow.services.correction import conclude
from workflow.states import IN_HAND, ApplicationStatus, TerminationGround

__all__ = ["terminate", "terminate_application", "terminate_reviews", "withdraw"]


@transaction.atomic
def withdraw(
    application_id: int, *, by: Account, matters: Collection[str] | None = None, reason: str = ""
) -> Application:
    """撤回 all, or the chosen undecided matters; what needed their results goes with them (I-137, I-138)."""
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_acting_for(act.application, act.who))
    if act.application.status == ApplicationStatus.DRAFT:
        raise WrongState(_("草稿还没有提交，可以直接删除"))
    chosen = _chosen(act, matters)
    if objections := rules.objections_to_withdrawing(act.application, chosen):
        raise WrongState(objections)
    followers = chain.to_follow(act.reviews, {review.code for review in chosen})
    gone = chosen + [review for review in followers if review not in chosen]
    for review in gone:
        review.withdraw(at=act.now)
    stop_procedures(act, gone, "申请人撤回")
    act.tell(events.ReviewsWithdrawn, review_ids=[one.pk for one in gone], matters=[one.name for one in gone])
    if act.application.status == ApplicationStatus.SUBMITTED:
        _withdraw_unreceived(act)
    else:
        conclude(act)
    act.file(papers.withdrawal_confirmation(act, gone, reason))
    act.finish()
    return act.application


def _withdraw_unreceived(act: Act) -> None:
    """Before the papers are taken in nothing follows yet; the rest, if any, goes on waiting (C-20)."""
    if all(review.is_final for review in act.reviews):
        act.application.withdraw(at=act.now)
    act.save()
    following.announce(act)


def _chosen(act: Act, matters: Collection[str] | None) -> list[DepartmentReview]:
    if matters is None:
        return rules.undecided(act.reviews)
    unknown = set(matters) - set(act.by_code)
    refuse_if([_("本件没有事项“%(code)s”") % {"code": code} for code in sorted(unknown)])
    return [review for review in act.reviews if review.code in matters]


@transaction.atomic
def terminate(review_id: int, *, by: Account, ground: TerminationGround, facts: str) -> DepartmentReview:
    """终止办理 one review on a ground of the closed list, with its remedy (C-26, C-27, I-140)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(handling.objections_to_membership(review, act.who, Permission.TERMINATE))
    refuse_unless(handling.objections_to_both_roles(act.application, act.who))
    refuse_if(handling.objections_to_terminating(review, act.who, ground))
    refuse_now([] if review.status in IN_HAND else [_("本件不在办理中，不能终止")])
    terminate_reviews(act, [review], ground, facts)
    act.finish()
    return review


@transaction.atomic
def terminate_application(
    application_id: int, *, by: Account, ground: TerminationGround, facts: str
) -> Application:
    """终止办理 the reviews that one's own department has in hand (C-26, C-27)."""
    act = begin(application_id, by=by)
    departments = act.who.departments(Permission.TERMINATE)
    own = [review for review in act.reviews if review.department_id in departments]
    refuse_unless([] if own else [_("没有可以由您终止的事项")])
    refuse_unless(handling.objections_to_both_roles(act.application, act.who))
    own = [review for review in own if review.status in IN_HAND]
    refuse_now([] if own else [_("本部门没有在办的事项，不能终止")])
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
    stop_procedures(act, reviews, "终止办理")
    act.tell(
        events.ReviewsTerminated,
        review_ids=[one.pk for one in reviews],
        matters=[one.name for one in reviews],
        ground=TerminationGround(ground).label,
    )
    following.block_successors(act, *reviews)
    conclude(act)


def stop_procedures(act: Act, reviews: Sequence[DepartmentReview], why: str) -> None:
    """A special procedure ends with its review: nothing is left for it to find out."""
    if act.application.clock_stopped:
        open_ones = SpecialProcedure.objects.filter(review__in=[one.pk for one in reviews], ended_on=None)
        open_ones.update(ended_on=day_of(act.now), outcome=why)
