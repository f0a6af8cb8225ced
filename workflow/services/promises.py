"""Promises signed with a submission, and a promise taken back (I-47, I-56, I-59)."""

from collections.abc import Iterable
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from bundles.planning import Plan, PlannedMaterial
from common.errors import NotAllowed, NotFound
from common.workdays import day_of
from identity.models import Account
from workflow import events
from workflow.models import Application, Commitment, DepartmentReview
from workflow.rules import clock
from workflow.rules.ending import objections_to_acting_for
from workflow.rules.promising import commitment_text, deferral_text, objections_to_revoking
from workflow.services import following
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import Act, begin
from workflow.services.correction import Supply, replace_papers
from workflow.states import MaterialMode

__all__ = ["revoke_commitment", "signed"]


class Signable(Protocol):
    """What an applicant offered for one paper."""

    @property
    def name(self) -> str: ...
    @property
    def mode(self) -> MaterialMode: ...


def signed(act: Act, plan: Plan, offers: Iterable[Signable]) -> list[Commitment]:
    """The promises that came with the submission, in the words that were signed; not saved yet."""
    if act.by is None:
        raise NotAllowed(_("请先登录"))
    papers = plan.materials_by_name
    return [
        _commitment(act, act.by, papers[offer.name], offer.mode)
        for offer in offers
        if offer.name in papers and offer.mode in {MaterialMode.COMMITMENT, MaterialMode.DEFERRED}
    ]


def _commitment(act: Act, by: Account, material: PlannedMaterial, mode: MaterialMode) -> Commitment:
    deferral = mode == MaterialMode.DEFERRED
    return Commitment(
        application=act.application,
        kind=Commitment.Kind.DEFERRAL if deferral else _kind(act, material),
        material=material.name,
        text=deferral_text(material) if deferral else commitment_text(material),
        signed_by=by,
        signed_at=act.now,
    )


def _kind(act: Act, material: PlannedMaterial) -> Commitment.Kind:
    """涉企经营许可 where a licence for an enterprise rests on it, else 证明事项 (I-56)."""
    licensing = any(act.by_code[code].is_licence for code in material.needed_by)
    if licensing and act.application.applicant_organisation_id:
        return Commitment.Kind.LICENSING
    return Commitment.Kind.PROOF


@transaction.atomic
def revoke_commitment(application_id: int, *, by: Account, supply: Supply) -> Application:
    """
    Take a promise back before the decision and bring the paper the ordinary way (I-59).

    The reviews that rest on it go back before acceptance; their clocks begin anew.
    """
    act = begin(application_id, by=by)
    refuse_unless(objections_to_acting_for(act.application, act.who))
    commitment = (
        act.application.commitments.filter(material=supply.name, revoked_at=None)
        .exclude(kind=Commitment.Kind.DEFERRAL)
        .first()
    )
    if commitment is None:
        raise NotFound(_("没有找到可以撤回的承诺"))
    reviews = _resting_on(act, supply.name)
    refuse_now(objections_to_revoking(reviews))
    commitment.revoked_at = act.now
    commitment.save(update_fields=["revoked_at"])
    replace_papers(act, [supply], asked={supply.name})
    for review in reviews:
        _put_back(act, review)
    act.tell(events.CommitmentRevoked, material=supply.name, review_ids=[review.pk for review in reviews])
    following.follow(act)
    act.finish()
    return act.application


def _put_back(act: Act, review: DepartmentReview) -> None:
    """Before acceptance again; the paper is there, so the department confirms as after a correction (I-36)."""
    if review.accepted_at is not None and not review.is_final:
        review.reopen()
        review.confirm_due_at = act.clock.calendar.due_at(day_of(act.now), clock.CONFIRM_DAYS)


def _resting_on(act: Act, material: str) -> list[DepartmentReview]:
    needed_by = act.application.materials.filter(name=material, superseded=False).values_list(
        "needed_by", flat=True
    )
    codes = {code for codes in needed_by for code in codes}
    return [review for review in act.reviews if review.code in codes]
