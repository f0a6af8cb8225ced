"""受理 (T-06): from now on the city has promised an answer by a day."""

from django.db import transaction

from hotline.events import OrderAccepted
from hotline.models import HotlineOrder
from hotline.rules import intake as rules
from hotline.rules.clock import due_after, limit_of
from hotline.selectors.tree import current_tree
from hotline.services.acting import Act, begin, refuse_if, refuse_unless
from hotline.services.dispatching import dispatch_emergency
from hotline.services.promising import promised, urgency_row
from hotline.states import Urgency
from identity.models import Account

__all__ = ["accept", "accept_now"]


@transaction.atomic
def accept(order_id: int, *, by: Account | None) -> HotlineOrder:
    """An agent accepts what was taken down; emergencies leave for a department in the same moment (H-87)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_desk_work(act.who) if by else [])
    act.ready_for("accept")
    category = current_tree().categories.get(act.hotline_order.category_l2)
    refuse_if(rules.missing_for_acceptance(act.hotline_order, category))
    accept_now(act)
    return act.finish()


def accept_now(act: Act, *, whatever_is_missing: bool = False) -> None:
    """The system accepts at once whatever is complete (T-06); the rest waits for an agent, danger for nothing."""
    hotline_order = act.hotline_order
    category = current_tree().categories.get(hotline_order.category_l2)
    if not whatever_is_missing and rules.missing_for_acceptance(hotline_order, category):
        return
    hotline_order.accept(at=act.now)
    hotline_order.public_due_at, hotline_order.due_basis = promised(act, act.now)
    limit = limit_of(urgency_row(hotline_order.urgency)["dispatch"])
    act.enter(due_after(act.calendar, act.now, limit))
    act.tell(
        OrderAccepted, category=hotline_order.category_l2, due_at=hotline_order.public_due_at.isoformat()
    )
    if hotline_order.urgency == Urgency.EMERGENCY:
        dispatch_emergency(act)
