"""容缺材料: supplied in time, extended once for force majeure, or broken (I-46…I-51)."""

from collections.abc import Sequence

from django.db import transaction

from common.errors import WrongState
from identity.models import Account
from workflow import events
from workflow.models import Application, CreditMark, SubmittedMaterial
from workflow.rules.ending import objections_to_acting_for, objections_to_supplying
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin
from workflow.services.correction import Supply, replace_papers
from workflow.services.ending import terminate_reviews
from workflow.states import MaterialMode, MaterialState, TerminationGround

__all__ = ["break_deferral", "open_deferred", "supply_deferred"]


def open_deferred(application: Application) -> list[SubmittedMaterial]:
    """Papers still to follow."""
    return list(
        application.materials.filter(
            mode=MaterialMode.DEFERRED, state=MaterialState.PENDING, superseded=False
        )
    )


@transaction.atomic
def supply_deferred(application_id: int, *, by: Account, supplies: Sequence[Supply]) -> Application:
    """The papers follow; the day they are delivered counts (I-48, I-50)."""
    act = begin(application_id, by=by)
    refuse_unless(objections_to_acting_for(act.application, act.who))
    waiting = {paper.name: paper for paper in open_deferred(act.application)}
    dues = [
        paper.deferred_due_at for name, paper in waiting.items() if name in {one.name for one in supplies}
    ]
    last = min((due for due in dues if due), default=None)
    if not waiting or (last and objections_to_supplying(act.application, last, act.now)):
        raise WrongState(
            objections_to_supplying(act.application, last, act.now) or ["本件没有需要补交的材料"]
        )
    replace_papers(act, supplies, asked=set(waiting))
    act.application.deferred_open = len(set(waiting) - {one.name for one in supplies})
    act.tell(
        events.DeferredSupplied,
        materials=[one.name for one in supplies],
        complete=act.application.deferred_open == 0,
    )
    act.save()
    act.finish()
    return act.application


def break_deferral(act: Act) -> bool:
    """
    The limit has passed (I-51): terminate what needed the papers and note the broken promise.

    Repeating it changes nothing.
    """
    late = [
        one
        for one in open_deferred(act.application)
        if one.deferred_due_at and act.now >= one.deferred_due_at
    ]
    if not late:
        return False
    codes = {code for paper in late for code in paper.needed_by}
    reviews = [review for review in act.reviews if review.code in codes and not review.is_final]
    names = [paper.name for paper in late]
    SubmittedMaterial.objects.filter(pk__in=[paper.pk for paper in late]).update(state=MaterialState.LATE)
    act.application.deferred_open -= len(late)
    _mark(act, names)
    act.tell(events.DeferralBroken, materials=names, review_ids=[review.pk for review in reviews])
    facts = f"容缺材料“{'、'.join(names)}”未在承诺期限内补齐"
    if reviews:
        terminate_reviews(act, reviews, TerminationGround.DEFERRAL_BROKEN, facts)
    else:
        act.save()
    act.finish()
    return True


def _mark(act: Act, names: Sequence[str]) -> None:
    application = act.application
    CreditMark.objects.get_or_create(
        application=application,
        kind=CreditMark.Kind.DEFERRAL_BROKEN,
        defaults={
            "person_id": application.applicant_person_id,
            "organisation_id": application.applicant_organisation_id,
            "fact": f"容缺材料“{'、'.join(names)}”逾期未补"[:300],
        },
    )
