"""What a desk of the centre is to look at, opened once and finished once."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotFound
from hotline.models import DeskTask, HotlineOrder
from hotline.rules.desk import objections_to_finishing
from hotline.services.acting import refuse_now, refuse_unless
from hotline.states import DeskTaskKind
from identity.models import Account
from identity.selectors import standing

__all__ = ["finish_task", "open_task"]


def open_task(
    hotline_order: HotlineOrder, kind: DeskTaskKind, *, due: datetime, now: datetime, round_no: int = 0
) -> None:
    """Ask the desk once for each order, kind and round."""
    DeskTask.objects.bulk_create(
        [DeskTask(hotline_order=hotline_order, kind=kind, round=round_no, opened_at=now, due_at=due)],
        ignore_conflicts=True,
    )


@transaction.atomic
def finish_task(task_id: int, *, by: Account, outcome: str) -> DeskTask:
    """Somebody has looked, and says what they found (H-17, H-23, H-87)."""
    row = DeskTask.objects.select_for_update().filter(pk=task_id).first()
    if row is None:
        raise NotFound("没有这个待核事项")
    refuse_unless(objections_to_finishing(row.kind, standing(by)))
    refuse_now(["这个事项已经核查过"] if row.done_at else [])
    if not outcome.strip():
        raise BadInput("请写明核查结论", fields={"outcome": ["请写明核查结论"]})
    row.done_at, row.done_by, row.outcome = timezone.now(), by, outcome.strip()
    row.save(update_fields=["done_at", "done_by", "outcome"])
    return row
