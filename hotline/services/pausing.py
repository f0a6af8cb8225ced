"""When the clock stands: waiting for the citizen's supplement, or the platform being away (H-152, H-153)."""

from django.db import transaction

from common.errors import BadInput, NotAllowed
from hotline import events
from hotline.models import Assignment, HotlineOrder, Pause
from hotline.rules import handling as duties
from hotline.rules.clock import longer_by
from hotline.selectors import parameter
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.limits import unit_of
from hotline.services.stages import working_days_after
from hotline.states import AssignmentState, OrderStatus, PauseReason
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["ask_supplement", "declare_outage", "end_outage", "end_pause", "stop_waiting"]

#: Whose clock an outage of the platform stops: those that some department works on.
WORKED_ON = (OrderStatus.DISPATCHED, OrderStatus.HANDLING, OrderStatus.REWORK)


@transaction.atomic
def ask_supplement(order_id: int, *, by: Account, question: str) -> Pause:
    """The handler needs more from the citizen: the clock stands for three working days at most, once (H-152)."""
    act = begin(order_id, by=by)
    refuse_unless(duties.objections_to_handling(act.host, act.who))
    refuse_now(_objections_to_asking(act))
    if not question.strip():
        raise BadInput("请写明要补充什么", fields={"question": ["请写明要补充什么"]})
    pause = _begin(act, PauseReason.SUPPLEMENT)
    pause.question = question.strip()
    pause.ends_by = working_days_after(act, parameter("supplement_days"))
    pause.save()
    act.finish()
    return pause


def _objections_to_asking(act: Act) -> list[str]:
    order = act.hotline_order
    if not duties.is_worked_on(order):
        return ["只有办理中的工单可以请诉求人补充；退单、争议、审核和协办拖延都不停表"]
    if order.paused_at is not None:
        return ["计时已经暂停"]
    asked = Pause.objects.filter(hotline_order=order, reason=PauseReason.SUPPLEMENT).exists()
    return ["每个工单只能请诉求人补充一次"] if asked else []


def _begin(act: Act, reason: PauseReason) -> Pause:
    act.hotline_order.paused_at = act.now
    act.tell(events.ClockPaused, reason=reason)
    return Pause(hotline_order=act.hotline_order, reason=reason, began_at=act.now, by=act.by)


def end_pause(act: Act) -> None:
    """The clock of this order runs on, if it stood: every due moves by the paused time, in its own unit (H-153)."""
    order = act.hotline_order
    pause = (
        Pause.objects.filter(hotline_order=order, ended_at__isnull=True).first() if order.paused_at else None
    )
    if pause is None:
        return
    ended = min(act.now, pause.ends_by) if pause.ends_by else act.now
    pause.ended_at = ended
    pause.save(update_fields=["ended_at"])
    order.paused_at = None
    for name in ("public_due_at", "state_due_at"):
        if (due := getattr(order, name)) is not None:
            setattr(order, name, longer_by(act.calendar, due, unit_of(order), pause.began_at, ended))
    _move_parts(act, pause)
    due_at = order.state_due_at.isoformat() if order.state_due_at else ""
    act.tell(events.ClockResumed, due_at=due_at)


def _move_parts(act: Act, pause: Pause) -> None:
    unit, began, ended = unit_of(act.hotline_order), pause.began_at, pause.ended_at or act.now
    parts = list(Assignment.objects.filter(hotline_order=act.hotline_order, state=AssignmentState.OPEN))
    names = ("due_at", "contact_due_at", "feedback_due_at")
    for part in parts:
        for name in names:
            if (due := getattr(part, name)) is not None and due >= began:
                setattr(part, name, longer_by(act.calendar, due, unit, began, ended))
    Assignment.objects.bulk_update(parts, names)
    act.forget_host()


@transaction.atomic
def stop_waiting(order_id: int, *, by: Account | None = None) -> HotlineOrder:
    """The supplement has come, or its three days are over (H-152); nothing happens twice."""
    act = begin(order_id, by=by, anyone=True)
    end_pause(act)
    return act.finish()


@transaction.atomic
def declare_outage(*, by: Account, order_ids: list[int] | None = None) -> int:
    """The platform was away: the head stops the clocks of all orders at work, or of these (H-152)."""
    _refuse_others(by)
    rows = HotlineOrder.objects.filter(status__in=WORKED_ON, paused_at__isnull=True)
    chosen = rows if order_ids is None else rows.filter(pk__in=order_ids)
    ids = list(chosen.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        act = begin(pk, by=by)
        if act.hotline_order.paused_at is None and act.hotline_order.status in WORKED_ON:
            _begin(act, PauseReason.OUTAGE).save()
            act.finish()
    return len(ids)


@transaction.atomic
def end_outage(*, by: Account) -> int:
    """The platform is back: every clock that it stopped runs on."""
    _refuse_others(by)
    paused = Pause.objects.filter(reason=PauseReason.OUTAGE, ended_at__isnull=True)
    ids = list(paused.order_by("hotline_order_id").values_list("hotline_order_id", flat=True))
    for pk in ids:
        act = begin(pk, by=by)
        end_pause(act)
        act.finish()
    return len(ids)


def _refuse_others(by: Account) -> None:
    if not standing(by).may(Permission.RULE_DISPUTES):
        raise NotAllowed("只有热线管理机构可以宣布平台故障")
