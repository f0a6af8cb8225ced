"""Deciding a review: claim, approve, deny; what a decision does to the rest of the application."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from common.errors import refuse_if
from common.workdays import day_of
from identity.models import Account
from identity.roles import Permission
from workflow import events
from workflow.models import DepartmentReview, SubmittedMaterial
from workflow.rules import handling as rules
from workflow.services import following, papers
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin_on_review
from workflow.services.choosing import hold_rest
from workflow.services.correction import conclude
from workflow.states import MaterialMode, MaterialState

__all__ = ["approve", "approve_by_machine", "claim", "deny"]


@transaction.atomic
def claim(review_id: int, *, by: Account) -> DepartmentReview:
    """A reviewer takes the review in hand (C-10); claiming one's own again changes nothing."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_claiming(review, act.who))
    if review.claimed_by_id == by.pk:
        return review
    review.claim(by=by)
    act.tell_of(review, events.ReviewClaimed)
    following.follow(act)
    act.finish()
    return review


@transaction.atomic
def approve(
    review_id: int, *, by: Account, opinion: str = "", result: Mapping[str, Any] | None = None
) -> DepartmentReview:
    """
    准予 (C-13): the result and its licence exist with the decision, successors are handed out.

    Nothing is released while a deferred paper is open (I-49) or a due on-site check is unrecorded.
    """
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_membership(review, act.who, Permission.DECIDE))
    refuse_unless(rules.objections_to_both_roles(act.application, act.who))
    refuse_now(rules.objections_to_held(act.application))
    refuse_now(rules.objections_to_unseen(review))
    _refuse_to_release(act, review, inspected=_is_inspected(review))
    refuse_if(rules.objections_to_result(dict(result or {}), day_of(act.now)))
    _approve(act, review, opinion or "材料齐全，符合法定条件，准予办理。", dict(result or {}))
    return review


def approve_by_machine(act: Act, review: DepartmentReview) -> None:
    """An `automatic` matter decides itself when every check passed; the act is already begun."""
    _approve(act, review, "各项数据核验一致，系统自动办理。", {}, automatic=True)


def _refuse_to_release(act: Act, review: DepartmentReview, *, inspected: bool = True) -> None:
    refuse_now(rules.objections_to_releasing(deferred=_open_deferred(act, review), inspected=inspected))


def _is_inspected(review: DepartmentReview) -> bool:
    visits = review.inspections.all() if review.needs_inspection else ()
    return not review.needs_inspection or any(rules.is_proof_of_visit(one, review) for one in visits)


def _open_deferred(act: Act, review: DepartmentReview) -> list[str]:
    if not act.application.deferred_open:
        return []
    still_open = act.application.materials.filter(
        mode=MaterialMode.DEFERRED,
        state=MaterialState.PENDING,
        superseded=False,
        needed_by__contains=[review.code],
    )
    return list(still_open.values_list("name", flat=True))


def _approve(
    act: Act, review: DepartmentReview, opinion: str, result: dict[str, Any], *, automatic: bool = False
) -> None:
    review.result = result
    review.approve(at=act.now, by=act.by, opinion=opinion)
    drawn_up = papers.decision_papers(act, review)
    act.tell_of(
        review, events.ReviewDecided, approved=True, result=drawn_up[0].draft.title, automatic=automatic
    )
    act.file(*drawn_up)
    following.follow(act)
    act.finish()
    if act.application.awaits_results and any(review.code in other.depends_on for other in act.reviews):
        _fulfil_awaited(act, review, str(drawn_up[0].draft.id))


def _fulfil_awaited(act: Act, review: DepartmentReview, document_id: str) -> None:
    """The result is the paper that later reviews waited for; nobody uploads it (design section 7)."""
    waiting = SubmittedMaterial.objects.filter(
        application=act.application, awaited_from=review.code, superseded=False, mode=MaterialMode.AWAITED
    )
    waiting.update(
        state=MaterialState.PRESENT,
        document_id=document_id,
        licence=act.issued.get(review.code),
        supplied_at=act.now,
    )


@transaction.atomic
def deny(review_id: int, *, by: Account, opinion: str, reasons: str, legal_basis: str) -> DepartmentReview:
    """
    不予办理 (C-14), with reasons, basis and remedy.

    What needed its result is closed without a decision, siblings go on, grants stay (I-107, I-109).
    Like a grant it waits for papers that may still follow (I-49).
    """
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_membership(review, act.who, Permission.DECIDE))
    refuse_unless(rules.objections_to_both_roles(act.application, act.who))
    refuse_now(rules.objections_to_held(act.application))
    refuse_now(rules.objections_to_unseen(review))
    refuse_if(rules.objections_to_denying(reasons, legal_basis))
    _refuse_to_release(act, review)
    said = "；".join(filter(None, [opinion.strip(), reasons.strip()]))
    review.deny(at=act.now, by=by, opinion=said, legal_basis=legal_basis)
    held_until = hold_rest(act, review)
    act.tell_of(review, events.ReviewDecided, approved=False, result="", held_until=held_until)
    act.file(*papers.decision_papers(act, review))
    following.block_successors(act, review)
    conclude(act)
    act.finish()
    return review
