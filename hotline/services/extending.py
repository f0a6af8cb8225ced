"""延期: asked for once and in time, decided by the management, refused by silence (H-98, H-99)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput
from common.workdays import day_of
from hotline import events
from hotline.models import Assignment, ExtensionRequest
from hotline.rules import ending, waiting
from hotline.rules import handling as duties
from hotline.selectors import parameter
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.limits import handling_limit, is_extendable
from hotline.services.stages import move_due
from hotline.states import AssignmentRole, AssignmentState, OrderStatus, RequestState, Urgency
from identity.models import Account

__all__ = ["decide_extension", "lapse_asked", "lapse_extension", "request_extension"]


@transaction.atomic
def request_extension(
    order_id: int, *, by: Account, days: int, reason: str, evidence: str
) -> ExtensionRequest:
    """The department needs longer; the clock runs on until somebody agrees (H-98)."""
    act = begin(order_id, by=by)
    refuse_unless(duties.objections_to_handling(act.host, act.who))
    if act.hotline_order.status != OrderStatus.REWORK:
        act.ready_for("reassign")
    due = _due_of(act)
    refuse_now(waiting.objections_to_asking_longer(_asking(act), act.calendar, act.now, due))
    longest = waiting.longest_extension(handling_limit(act.hotline_order), parameter("extension_days"))
    if objections := waiting.objections_to_length(days, longest):
        raise BadInput(objections, fields={"days": objections})
    if not reason.strip() or not evidence.strip():
        raise BadInput("延期要写明事由并附上佐证")
    asked = ExtensionRequest.objects.create(
        hotline_order=act.hotline_order,
        days=days,
        reason=reason.strip(),
        evidence=evidence.strip(),
        by=by,
        at=act.now,
        old_due_at=due,
    )
    act.tell(events.ExtensionRequested, days=days)
    act.finish()
    return asked


def _due_of(act: Act) -> datetime:
    due = act.host.due_at if act.host is not None else None
    return due or act.hotline_order.state_due_at or act.now


def _asking(act: Act) -> waiting.Asking:
    order = act.hotline_order
    return waiting.Asking(
        is_normal=order.urgency == Urgency.NORMAL,
        is_extendable=is_extendable(order),
        is_rework=order.status == OrderStatus.REWORK or order.rework_no > 0,
        is_paused=order.paused_at is not None,
        asked_before=ExtensionRequest.objects.filter(hotline_order=order).exists(),
        unit=handling_limit(order).unit,
    )


@transaction.atomic
def decide_extension(order_id: int, *, by: Account, approve: bool, decision: str = "") -> ExtensionRequest:
    """Yes moves every due and the citizen is told; no needs a reason (H-98)."""
    act = begin(order_id, by=by)
    refuse_unless(ending.objections_to_heading_the_hotline(act.who))
    asked = _pending(act)
    refuse_now(["没有等待审批的延期申请"] if asked is None else [])
    if asked is None or (not approve and not decision.strip()):
        raise BadInput("不同意延期要写明理由")
    refuse_now(["期限已到，没有批准的延期视为不同意"] if act.now > asked.old_due_at else [])
    _decide(act, asked, RequestState.APPROVED if approve else RequestState.REJECTED, decision)
    if approve:
        _lengthen(act, asked)
    act.tell(
        events.ExtensionDecided,
        approved=approve,
        due_at=asked.new_due_at.isoformat() if asked.new_due_at else "",
    )
    act.finish()
    return asked


def _pending(act: Act) -> ExtensionRequest | None:
    rows = ExtensionRequest.objects.filter(hotline_order=act.hotline_order, state=RequestState.PENDING)
    return rows.first() if act.hotline_order.status == OrderStatus.HANDLING else None


def _decide(act: Act, asked: ExtensionRequest, state: RequestState, decision: str) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, act.by, act.now
    asked.decision = decision.strip()
    if state == RequestState.APPROVED:
        asked.new_due_at = act.calendar.due_at(day_of(_due_of(act)), asked.days)
    asked.save(update_fields=["state", "decided_by", "decided_at", "decision", "new_due_at"])


def _lengthen(act: Act, asked: ExtensionRequest) -> None:
    if asked.new_due_at is not None:
        move_due(act, asked.new_due_at)
    rows = Assignment.objects.filter(
        hotline_order=act.hotline_order, role=AssignmentRole.ASSIST, state=AssignmentState.OPEN
    )
    assists = list(rows.filter(due_at__isnull=False))
    for part in assists:
        if part.due_at is not None:
            part.due_at = act.calendar.due_at(day_of(part.due_at), asked.days)
    Assignment.objects.bulk_update(assists, ["due_at"])


def lapse_asked(act: Act) -> None:
    """The department that asked for longer holds the order no longer: the new host has the full time (H-68)."""
    rows = ExtensionRequest.objects.filter(hotline_order=act.hotline_order, state=RequestState.PENDING)
    if (asked := rows.first()) is not None:
        _decide(act, asked, RequestState.LAPSED, "")
        act.tell(events.ExtensionDecided, approved=False)


@transaction.atomic
def lapse_extension(extension_id: int, now: datetime | None = None) -> bool:
    """Nobody decided until the due: that is a no (H-98); whether it was so."""
    known = ExtensionRequest.objects.filter(pk=extension_id).values_list("hotline_order_id", flat=True)[0]
    act = begin(known, by=None, now=now or timezone.now())
    rows = ExtensionRequest.objects.filter(pk=extension_id, state=RequestState.PENDING)
    asked = rows.filter(old_due_at__lt=act.now).first()
    if asked is None:
        return False
    _decide(act, asked, RequestState.LAPSED, "")
    act.tell(events.ExtensionDecided, approved=False)
    act.finish()
    return True
