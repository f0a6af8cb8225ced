"""可自行上传的材料: brought after submission by whoever likes to; nothing waits for it and nothing moves by it (I-07)."""

from collections.abc import Sequence

from django.db import transaction

from common.errors import refuse_if
from identity.models import Account
from workflow import events
from workflow.models import Application
from workflow.rules import offering as rules
from workflow.rules.acceptance import objections_to_supplying_for
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.acting import begin
from workflow.services.correction import Supply, replace_papers

__all__ = ["supply_offered"]


@transaction.atomic
def supply_offered(application_id: int, *, by: Account, supplies: Sequence[Supply]) -> Application:
    """What no register had is there after all, and its departments read of it; states and dates stay as they are."""
    act = begin(application_id, by=by)
    refuse_unless(objections_to_supplying_for(act.application, act.who))
    names = [one.name for one in supplies]
    materials = list(act.application.materials.filter(name__in=names, superseded=False))
    refuse_if(rules.objections_to_bringing(names, materials))
    refuse_now(rules.objections_to_bringing_late(names, materials, act.reviews))
    replace_papers(act, supplies, asked=set(names))
    codes = {code for paper in materials for code in paper.needed_by}
    act.tell(
        events.OfferedSupplied,
        materials=names,
        review_ids=[one.pk for one in act.reviews if one.code in codes and not one.is_final],
    )
    act.save()
    act.finish()
    return act.application
