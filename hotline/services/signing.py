"""签收 (T-11): the department takes the order up, or the clock does it for the department (H-62)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.errors import NotFound
from hotline.events import OrderSigned
from hotline.models import Assignment, HotlineOrder, Urge
from hotline.rules import returning as rules
from hotline.rules.clock import due_after, limit_of
from hotline.services.acting import Act, begin, refuse_unless
from hotline.services.promising import urgency_row
from hotline.services.supervising import supervise
from hotline.services.urging import note_urge
from hotline.states import (
    AssignmentRole,
    AssignmentState,
    OrderStatus,
    SupervisionCause,
    SupervisionLevel,
)
from identity.models import Account

__all__ = ["sign_for", "sign_now", "sign_overdue"]


@transaction.atomic
def sign_for(order_id: int, *, by: Account) -> HotlineOrder:
    """The host signs; from now on it owes a contact (T-11, H-94)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_signing(act.who, act.host))
    act.ready_for("sign_for")
    sign_now(act)
    return act.finish()


def sign_now(act: Act, *, automatic: bool = False) -> None:
    """Into handling: signed by whom, in time or not, and the contact due."""
    order, host = act.hotline_order, act.host
    if host is None:
        raise NotFound("工单没有承办单位")
    order.sign_for(at=act.now)
    mark_signed(act, host, automatic=automatic)


def mark_signed(act: Act, host: Assignment, *, automatic: bool) -> None:
    """The host's part as signed; the order's stage is handling, due when the part is."""
    in_time = not automatic and (host.sign_due_at is None or act.now <= host.sign_due_at)
    host.signed_at, host.signed_by, host.auto_signed = act.now, act.by, automatic
    host.contact_due_at = _contact_due(act)
    host.save(update_fields=["signed_at", "signed_by", "auto_signed", "contact_due_at"])
    act.enter(host.due_at)
    act.tell(OrderSigned, round=host.round, host=host.department.code, automatic=automatic, in_time=in_time)


def _contact_due(act: Act) -> datetime:
    return due_after(act.calendar, act.now, limit_of(urgency_row(act.hotline_order.urgency)["contact"]))


def sign_overdue(*, limit: int = 200) -> int:
    """Whatever nobody signed in time is signed by the system and counts as late, the head is urged (H-62); a refused ruling is supervised (H-93)."""
    overdue = Assignment.objects.filter(
        role=AssignmentRole.HOST,
        state=AssignmentState.OPEN,
        signed_at__isnull=True,
        sign_due_at__lt=timezone.now(),
        hotline_order__status=OrderStatus.DISPATCHED,
    ).order_by("sign_due_at")
    ids = list(overdue.values_list("hotline_order_id", flat=True)[:limit])
    return sum(_sign_overdue(pk) for pk in ids)


@transaction.atomic
def _sign_overdue(order_id: int) -> bool:
    act = begin(order_id, by=None)
    host = act.host
    due = host.sign_due_at if host is not None else None
    if act.hotline_order.status != OrderStatus.DISPATCHED or due is None or due >= act.now:
        return False
    sign_now(act, automatic=True)
    note_urge(act, Urge.Kind.AUTO_SIGNED)
    if host is not None and host.ruling_id and act.hotline_order.forced:
        key = f"{act.hotline_order.pk}:{host.round}"
        supervise(act, host.department, SupervisionCause.RULING_REFUSED, level=SupervisionLevel.HEAD, key=key)
    act.finish()
    return True
