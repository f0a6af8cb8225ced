"""By when each stage must be left (H-71, H-157): one place that turns the tables into dues."""

from datetime import datetime
from typing import Any

from hotline.models import Assignment
from hotline.rules.clock import Limit, due_after, limit_of
from hotline.selectors import parameter
from hotline.services.acting import Act
from hotline.states import AssignmentRole, AssignmentState, Unit

__all__ = [
    "callback_due",
    "close_part",
    "move_due",
    "reopen_part",
    "review_due",
    "rework_due",
    "working_days_after",
]


def review_due(act: Act) -> datetime:
    """The close review's limit, from now (T-20, T-21)."""
    return _after(act, parameter("review_limits"))


def rework_due(act: Act) -> datetime:
    """The limit of a rework, from the survey (H-114)."""
    return _after(act, parameter("rework_limits"))


def callback_due(act: Act) -> datetime:
    """By when the complainant has been asked (H-110)."""
    days = parameter("survey_days")[act.hotline_order.urgency]
    return working_days_after(act, days)


def working_days_after(act: Act, days: int) -> datetime:
    """Closing time of the so-manieth working day from now."""
    return due_after(act.calendar, act.now, Limit(days, Unit.WORKING_DAYS))


def _after(act: Act, by_urgency: dict[str, Any]) -> datetime:
    return due_after(act.calendar, act.now, limit_of(by_urgency[act.hotline_order.urgency]))


def move_due(act: Act, due: datetime) -> None:
    """The host owes it by ``due`` now, and the citizen is promised no less (H-68, H-98, H-153)."""
    order, host = act.hotline_order, act.host
    order.state_due_at = due
    order.public_due_at = max(order.public_due_at or due, due)
    if host is not None:
        host.due_at = due
        host.save(update_fields=["due_at"])


def close_part(act: Act, state: AssignmentState = AssignmentState.DONE) -> None:
    """Whoever holds a part of the order holds it no longer; assists that have not answered are let go."""
    parts = Assignment.objects.filter(hotline_order=act.hotline_order, state=AssignmentState.OPEN)
    parts.update(state=state, ended_at=act.now)
    act.forget_host()


def reopen_part(act: Act, due: datetime) -> Assignment:
    """The same host takes the order up again, in the same round (T-29, T-33)."""
    parts = Assignment.objects.filter(hotline_order=act.hotline_order, role=AssignmentRole.HOST)
    part = parts.select_related("department").order_by("-round")[0]
    part.state, part.due_at, part.replied_at, part.ended_at = AssignmentState.OPEN, due, None, None
    part.save(update_fields=["state", "due_at", "replied_at", "ended_at"])
    act.forget_host()
    return part
