"""容缺材料: brought in time, mended once inside the same limit, or broken (I-46…I-51)."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import WrongState
from identity.models import Account
from workflow import events
from workflow.models import Application, CreditMark, DepartmentReview, SubmittedMaterial
from workflow.rules.acceptance import objections_to_supplying_for
from workflow.rules.ending import objections_to_supplying
from workflow.services.access import refuse_unless
from workflow.services.acting import Act, begin
from workflow.services.correction import Supply, ends_for, replace_papers
from workflow.services.ending import terminate_reviews
from workflow.states import MaterialMode, MaterialState, TerminationGround

__all__ = ["break_deferral", "supply_deferred"]


@transaction.atomic
def supply_deferred(application_id: int, *, by: Account, supplies: Sequence[Supply]) -> Application:
    """The papers follow; the day they are delivered counts (I-48). A defective one may be replaced once (I-50)."""
    act = begin(application_id, by=by)
    refuse_unless(objections_to_supplying_for(act.application, act.who))
    waiting = {paper.name: paper for paper in _to_follow(act)}
    asked = waiting | {paper.name: paper for paper in _mendable(act)}
    _refuse_late(act, asked, {one.name for one in supplies})
    replace_papers(act, supplies, asked=set(asked))
    act.application.deferred_open = len(waiting.keys() - {one.name for one in supplies})
    act.tell(
        events.DeferredSupplied,
        materials=[one.name for one in supplies],
        complete=act.application.deferred_open == 0,
    )
    act.save()
    act.finish()
    return act.application


def _to_follow(act: Act) -> list[SubmittedMaterial]:
    """Deferred papers that somebody still needs."""
    deferred = act.application.materials.filter(
        mode=MaterialMode.DEFERRED, state=MaterialState.PENDING, superseded=False
    )
    return [paper for paper in deferred if _needing(act, [paper])]


def _mendable(act: Act) -> list[SubmittedMaterial]:
    """Papers that followed once and whose limit has not passed: each may be replaced once (I-50)."""
    followed = act.application.materials.filter(
        mode=MaterialMode.UPLOAD, deferred_due_at__isnull=False
    ).order_by("superseded", "id")
    replaced = {paper.name for paper in followed if paper.superseded}
    return [paper for paper in followed if paper.name not in replaced and _needing(act, [paper])]


def _needing(act: Act, papers: Collection[SubmittedMaterial]) -> list[DepartmentReview]:
    codes = {code for paper in papers for code in paper.needed_by}
    return [review for review in act.reviews if review.code in codes and not review.is_final]


def _refuse_late(act: Act, asked: dict[str, SubmittedMaterial], named: Collection[str]) -> None:
    if not asked:
        raise WrongState(_("本件没有需要补交的材料"))
    dues = [paper.deferred_due_at for name, paper in asked.items() if name in named]
    last = ends_for(act, min((due for due in dues if due), default=None))
    if last is not None and (late := objections_to_supplying(act.application, last, act.now)):
        raise WrongState(late)


def break_deferral(act: Act) -> bool:
    """
    The limit has passed (I-51): terminate what needed the papers and note the broken promise.

    Repeating it changes nothing; a paper that nobody needs any more breaks nothing.
    """
    late = [one for one in _to_follow(act) if one.deferred_due_at and act.now >= one.deferred_due_at]
    if not late:
        return False
    reviews, names = _needing(act, late), [paper.name for paper in late]
    SubmittedMaterial.objects.filter(pk__in=[paper.pk for paper in late]).update(state=MaterialState.LATE)
    act.application.deferred_open -= len(late)
    _mark(act, names)
    act.tell(events.DeferralBroken, materials=names, review_ids=[review.pk for review in reviews])
    facts = f"容缺材料“{'、'.join(names)}”未在承诺期限内补齐"
    terminate_reviews(act, reviews, TerminationGround.DEFERRAL_BROKEN, facts)
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
