"""
紧急转接 (H-17): caller, agent and the emergency line in one call within a minute.

The switch is asked outside every transaction; what it answers is then written. A dead line, or an appeal
without a number to ring, leaves for a department at once as 特急 instead (H-194).
"""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from common.errors import BadInput
from common.signed_http import GatewayError
from events.models import EventRecord
from hotline import gateways
from hotline.events import OrderRegistered, OrderTransferred
from hotline.models import HotlineOrder
from hotline.rules import intake as rules
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import current_tree
from hotline.services.accepting import accept_now
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.desk import open_task
from hotline.states import Channel, DeskTaskKind, OrderStatus, Urgency
from identity.models import Account
from identity.selectors import standing

__all__ = ["sweep_emergencies", "transfer_emergency", "transfer_now"]

log = structlog.get_logger(__name__)


def transfer_emergency(order_id: int, *, line: str, by: Account | None) -> HotlineOrder:
    """One key to 110, 119, 120 or 122 (T-02); a line that does not answer makes it a 特急 order of a department."""
    refuse_unless(rules.objections_to_transferring(standing(by)) if by else [])
    if line not in set(rules.EMERGENCY_LINES.values()):
        raise BadInput("紧急热线是 110、119、120、122", fields={"line": ["紧急热线是 110、119、120、122"]})
    refuse_now(_objections_to_handing_back(_waiting(order_id, by), line))
    return transfer_now(order_id, line=line, by=by)


def _objections_to_handing_back(hotline_order: HotlineOrder, line: str) -> list[str]:
    """首接负责: what 110 gave us goes back only when its own words call for 110 (H-18)."""
    if hotline_order.channel != Channel.P110 or line != "110":
        return []
    said = f"{hotline_order.title}。{hotline_order.text}"
    called = rules.emergency_line(said, current_tree().tables["emergency_phrases"])
    return [] if called else ["110 转办的诉求不再转回 110"]


def transfer_now(order_id: int, *, line: str, by: Account | None) -> HotlineOrder:
    """The same, whoever's words called for it."""
    bridged = _bridge(_waiting(order_id, by), line)
    return _noted(order_id, line, by, bridged=bridged)


@transaction.atomic
def _waiting(order_id: int, by: Account | None) -> HotlineOrder:
    """The order as it stands, where it may still be transferred."""
    act = begin(order_id, by=by, anyone=True)
    act.ready_for("transfer_emergency")
    return act.hotline_order


def _bridge(hotline_order: HotlineOrder, line: str) -> bool:
    if not hotline_order.phone:
        return False
    seconds = int(parameter("emergency_bridge_seconds"))
    try:
        gateways.telephony().bridge(hotline_order.phone, line, hotline_order.order_no, seconds)
    except GatewayError as error:
        log.warning("emergency_not_bridged", order_no=hotline_order.order_no, permanent=error.permanent)
        return False
    return True


@transaction.atomic
def _noted(order_id: int, line: str, by: Account | None, *, bridged: bool) -> HotlineOrder:
    act = begin(order_id, by=by, anyone=True)
    if act.hotline_order.status != OrderStatus.REGISTERED:
        return act.hotline_order
    act.hotline_order.urgency = Urgency.EMERGENCY
    if bridged:
        _transfer(act, line)
    else:
        act.tell(OrderTransferred, line=line, bridged=False)
        accept_now(act, whatever_is_missing=True)
    return act.finish()


def _transfer(act: Act, line: str) -> None:
    act.hotline_order.transfer_emergency()
    act.enter(None)
    act.tell(OrderTransferred, line=line)
    due = act.now + timedelta(hours=parameter("emergency_outcome_hours"))
    open_task(act.hotline_order, DeskTaskKind.EMERGENCY_OUTCOME, due=due, now=act.now)


def sweep_emergencies(*, limit: int = 50) -> int:
    """Emergencies that a crash left between the words and the call are taken up again; how many."""
    since = timezone.now() - timedelta(seconds=parameter("emergency_bridge_seconds"))
    left = HotlineOrder.objects.filter(
        status=OrderStatus.REGISTERED, urgency=Urgency.EMERGENCY, registered_at__lt=since
    ).order_by("registered_at")[:limit]
    found = [(one.pk, _line_of(one)) for one in left]
    for order_id, line in found:
        if line:
            transfer_now(order_id, line=line, by=None)
    return sum(bool(line) for _order_id, line in found)


def _line_of(hotline_order: HotlineOrder) -> str:
    """What was called for when it was taken in, by its words or by an agent's key."""
    told = EventRecord.objects.about(hotline_order.subject).of(OrderRegistered).first()
    pressed = getattr(told.fact, "line", "") if told else ""
    said = f"{hotline_order.title}。{hotline_order.text}"
    return pressed or rules.emergency_line(said, current_tree().tables["emergency_phrases"])
