"""What people owe beside the due of the order itself: a decision on longer time (H-98), a plan of joint work (H-103)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hotline.models import ExtensionRequest, Firing, HotlineOrder, JointPlan
from hotline.rules.handling import decide_by, plan_lamp
from hotline.selectors import parameter
from hotline.services.acting import begin
from hotline.services.reminding import tell_desks
from hotline.services.telling import tell_heads
from hotline.states import Lamp, OrderStatus, RequestState
from matters.selectors import centre_calendar

__all__ = ["prompt_decision", "prompt_plan", "undecided", "unplanned"]

DECISION, PLAN = "extension_undecided", "joint_plan_missing"
#: While the plan still says anything about who does what.
_AT_WORK = (OrderStatus.DISPATCHED, OrderStatus.HANDLING, OrderStatus.REWORK)


def _fired(event: str) -> Exists:
    return Exists(Firing.objects.filter(hotline_order=OuterRef("hotline_order"), event=event))


def _fires(order: HotlineOrder, event: str, due: datetime, now: datetime) -> bool:
    known = {"hotline_order": order, "event": event, "due_at": due}
    _row, first = Firing.objects.get_or_create(**known, defaults={"at": now})
    return first


def undecided(now: datetime) -> QuerySet[ExtensionRequest, int]:
    """Requests for longer time that may have waited for too long already."""
    since = now - timedelta(hours=parameter("extension_decision_hours"))
    rows = ExtensionRequest.objects.filter(~_fired(DECISION), state=RequestState.PENDING, at__lt=since)
    return rows.order_by("at", "pk").values_list("pk", flat=True)


@transaction.atomic
def prompt_decision(extension_id: int, now: datetime) -> bool:
    """Four working hours without a yes or no: the head of the hotline hears of it, once (H-98)."""
    asked = ExtensionRequest.objects.get(pk=extension_id)
    order = begin(asked.hotline_order_id, by=None, now=now).hotline_order
    due = decide_by(centre_calendar(), asked.at, parameter("extension_decision_hours"))
    if now <= due or not _fires(order, DECISION, due, now):
        return False
    facts = {"reference": order.order_no, "what": "延期申请", "url": f"/hotline/desk/{order.order_no}/"}
    tell_heads("hotline_undecided", key=f"extension:{asked.pk}", about=order.subject, **facts)
    return True


def unplanned(now: datetime) -> QuerySet[JointPlan, int]:
    """Joint orders at work whose leading unit has not said who does what."""
    rows = JointPlan.objects.filter(~_fired(PLAN), made_at__isnull=True, due_at__lt=now)
    return (
        rows.filter(hotline_order__status__in=_AT_WORK).order_by("due_at", "pk").values_list("pk", flat=True)
    )


@transaction.atomic
def prompt_plan(plan_id: int, now: datetime) -> bool:
    """Two working days without a plan: yellow, and the leading unit hears of it, once (H-103)."""
    plan = JointPlan.objects.get(pk=plan_id)
    order = begin(plan.hotline_order_id, by=None, now=now).hotline_order
    if plan_lamp(now, plan.due_at, plan.made_at) == Lamp.GREEN or not _fires(order, PLAN, plan.due_at, now):
        return False
    tell_desks(order.pk, "联合办理方案到期还没有提交", key=f"plan:{plan.pk}")
    return True
