"""收件 and 受理: taking papers in, the joint review of their completeness, acceptance and its refusal."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db import transaction

from common.errors import refuse_if
from common.workdays import SHANGHAI, day_of
from identity.models import Account
from licences.services.drafts import ReceivedMaterial
from matters.states import MandatePower
from workflow import events
from workflow.models import Application, Correction, DepartmentReview
from workflow.rules import acceptance as rules
from workflow.services import following, papers
from workflow.services.accepting import (
    accept_reviews,
    mandated_reviews,
    note_front,
    receive_now,
    tell_received,
)
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin, begin_on_review
from workflow.services.correction import answered
from workflow.states import DeclineGround

__all__ = ["accept", "confirm_complete", "decline", "decline_application", "receive"]


@transaction.atomic
def receive(
    application_id: int,
    *,
    by: Account,
    received_on: date | None = None,
    corrections_on_the_spot: str = "",
    taken: Sequence[ReceivedMaterial] = (),
) -> Application:
    """
    收件 at the counter (C-02); post counts from the day the centre signed for it (``received_on``, I-40).

    ``taken`` says of papers whether the original or a copy lay on the counter, and how many (D-01).
    Small errors mended on the spot are logged, never a 补正 (I-28).
    """
    act = begin(application_id, by=by)
    refuse_unless(rules.objections_to_receiving(act.who))
    refuse_if(_wrong_day(received_on, act))
    materials = list(act.application.materials.filter(superseded=False))
    refuse_if(_unasked(taken, {material.name for material in materials}))
    if received_on and received_on < day_of(act.now):
        act.now = datetime.combine(received_on, time(12), SHANGHAI)
    act.application.received_by = by
    note_front(act)
    receive_now(act, materials)
    act.save()
    act.file(papers.receipt(act, materials, corrected=corrections_on_the_spot, taken=taken))
    tell_received(act)
    following.announce(act)
    act.finish()
    return act.application


def _unasked(taken: Sequence[ReceivedMaterial], asked: Collection[str]) -> list[str]:
    return [f"本次办理不需要“{one.name}”，请当场退还" for one in taken if one.name not in asked]


def _wrong_day(received_on: date | None, act: Act) -> list[str]:
    submitted = act.application.submitted_at
    if received_on and received_on > day_of(act.now):
        return ["收件日期不能晚于今天"]
    if received_on and submitted and act.application.channel != "post" and received_on < day_of(submitted):
        return ["收件日期不能早于提交日期"]
    return []


@transaction.atomic
def confirm_complete(review_id: int, *, by: Account) -> DepartmentReview:
    """A department says its papers are complete; its review is accepted (I-103, C-04)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_answering(review, act.who))
    refuse_now(rules.objections_to_another_answer(review))
    accept_reviews(act, [review])
    act.tell_of(review, events.ReviewConfirmed)
    answered(act)
    return review


@transaction.atomic
def accept(application_id: int, *, by: Account) -> Application:
    """The front accepts, under a 授权书, for the reviews it covers (C-04)."""
    act = begin(application_id, by=by)
    accept_reviews(act, _under_mandate(act))
    answered(act)
    return act.application


def _under_mandate(act: Act) -> list[DepartmentReview]:
    """The reviews the front may answer for now."""
    mandated = mandated_reviews(act, MandatePower.ACCEPT)
    refuse_unless(rules.objections_to_mandate(mandated, act.who))
    covered = [review for review in mandated if review.papers_open and not review.answer]
    refuse_now([] if covered else ["授权范围内的事项都已经答复"])
    return covered


@transaction.atomic
def decline(
    review_id: int, *, by: Account, ground: DeclineGround, target_organ: str = "", reasons: str = ""
) -> DepartmentReview:
    """不予受理 by the department (C-06, C-09), told at once where to go (I-38)."""
    act, review = begin_on_review(review_id, by=by)
    refuse_unless(rules.objections_to_answering(review, act.who))
    refuse_now(rules.objections_to_another_answer(review))
    _decline(act, [review], ground, target_organ, reasons)
    answered(act)
    return review


@transaction.atomic
def decline_application(
    application_id: int, *, by: Account, ground: DeclineGround, target_organ: str = "", reasons: str = ""
) -> Application:
    """不予受理 by the front, under a mandate, for the reviews it covers (C-03, C-06)."""
    act = begin(application_id, by=by)
    _decline(act, _under_mandate(act), ground, target_organ, reasons)
    answered(act)
    return act.application


def _decline(
    act: Act, reviews: Collection[DepartmentReview], ground: DeclineGround, target_organ: str, reasons: str
) -> None:
    asked = Correction.objects.filter(application=act.application, sent_at__isnull=False)
    corrected = asked.filter(entries__review__in=[review.pk for review in reviews]).exists()
    refuse_if(rules.objections_to_declining(ground, target_organ, reasons, after_correction=corrected))
    for review in reviews:
        if act.by is None:
            continue
        review.decline(at=act.now, by=act.by, ground=ground, target_organ=target_organ)
        review.opinion = reasons
        act.tell_of(
            review, events.ReviewDeclined, ground=DeclineGround(ground).label, target_organ=target_organ
        )
        act.file(papers.decline_notice(act, review))
    following.block_successors(act, *reviews)
