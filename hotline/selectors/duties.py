"""
What is owed on an order by when, each with its lamp: one function for parts, contacts, requests, plans and surveys (H-122).

The public promise has its own lamp (selectors.desk); these are the smaller clocks within it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.workdays import day_of
from hotline.models import Assignment, ContactLog, ExtensionRequest, HotlineOrder, JointPlan
from hotline.rules.clock import Limit, is_natural, lamp, working_time
from hotline.rules.handling import decide_by, half_way, is_effective, plan_lamp, progress_lamp
from hotline.selectors.parameters import parameter
from hotline.states import AssignmentRole, AssignmentState, Lamp, OrderStatus, Unit
from matters.selectors import centre_calendar

__all__ = ["Duty", "duties_of"]

_WORKED_ON = (OrderStatus.HANDLING, OrderStatus.REWORK)
#: What the centre owes in these states, and what it is called.
_OF_THE_CENTRE = {OrderStatus.CLOSE_REVIEW: _("办结审核"), OrderStatus.CALLBACK: _("回访")}


@dataclass(frozen=True)
class Duty:
    """One thing that somebody owes, by when, and how its lamp stands."""

    what: Any
    whose: str
    due_at: datetime
    lamp: Lamp


def duties_of(
    order: HotlineOrder,
    parts: Sequence[Assignment],
    *,
    extension: ExtensionRequest | None = None,
    now: datetime | None = None,
) -> list[Duty]:
    """Open ones, the first due first; three statements at most while it is worked on, one otherwise."""
    moment = now or timezone.now()
    open_ones = [one for one in parts if one.state == AssignmentState.OPEN]
    found = [
        *_of_the_host(order, open_ones, moment),
        *_of_assists(order, open_ones, moment),
        *_of_the_centre(order, extension, moment),
        *_of_the_plan(order, open_ones, moment),
    ]
    return sorted(found, key=lambda one: one.due_at)


def _lamp(order: HotlineOrder, begun: datetime, due: datetime, now: datetime) -> Lamp:
    """The limit is what lay between the two, in the order's own kind of time."""
    calendar, paused = centre_calendar(), order.paused_at is not None
    if is_natural(order.urgency):
        limit = Limit((due - begun).total_seconds() / 3600, Unit.NATURAL_HOURS)
    elif day_of(begun) == day_of(due):
        limit = Limit(working_time(calendar, begun, due).total_seconds() / 3600, Unit.WORKING_HOURS)
    else:
        limit = Limit(calendar.workdays_between(day_of(begun), day_of(due)), Unit.WORKING_DAYS)
    return lamp(calendar, now, due, limit, paused=paused)


def _of_the_host(order: HotlineOrder, parts: Iterable[Assignment], now: datetime) -> Iterator[Duty]:
    host = next((one for one in parts if one.role == AssignmentRole.HOST), None)
    if host is None:
        return
    whose = host.department.name
    if host.signed_at is None and host.sign_due_at:
        yield Duty(
            _("签收"), whose, host.sign_due_at, _lamp(order, host.dispatched_at, host.sign_due_at, now)
        )
    if order.status not in _WORKED_ON or host.signed_at is None:
        return
    if host.contact_due_at and not _is_contacted(order, host):
        due = host.contact_due_at
        yield Duty(_("联系诉求人"), whose, due, _lamp(order, host.signed_at, due, now))
    if host.due_at:
        yield Duty(_("提交办理结果"), whose, host.due_at, _lamp(order, host.dispatched_at, host.due_at, now))
    yield from _of_progress(order, whose, now)


def _is_contacted(order: HotlineOrder, host: Assignment) -> bool:
    """Reached, or tried often enough, by this host (H-94)."""
    tried = ContactLog.objects.filter(hotline_order=order, started_at__gte=host.dispatched_at)
    outward = tried.filter(direction=ContactLog.Direction.OUTWARD)
    return is_effective(outward.values_list("outcome", "started_at"))


def _of_progress(order: HotlineOrder, whose: str, now: datetime) -> Iterator[Duty]:
    """Half-way through a long order the citizen hears something (H-109)."""
    basis, accepted = order.due_basis or {}, order.accepted_at
    limit = Limit(float(basis.get("value", 0)), Unit(basis.get("unit", Unit.WORKING_DAYS)))
    long = parameter("progress_from_days")
    if accepted is None or limit.unit != Unit.WORKING_DAYS or limit.value < long:
        return
    notes = list(order.progress_notes.values_list("at", flat=True))
    if not notes:
        calendar = centre_calendar()
        shown = progress_lamp(calendar, now, accepted, limit, notes, long)
        yield Duty(_("告知诉求人进展"), whose, half_way(calendar, accepted, limit), shown)


def _of_assists(order: HotlineOrder, parts: Iterable[Assignment], now: datetime) -> Iterator[Duty]:
    for one in parts:
        if one.role == AssignmentRole.ASSIST and one.replied_at is None and one.due_at:
            shown = _lamp(order, one.dispatched_at, one.due_at, now)
            yield Duty(_("协办答复"), one.department.name, one.due_at, shown)


def _of_the_centre(order: HotlineOrder, extension: ExtensionRequest | None, now: datetime) -> Iterator[Duty]:
    centre = str(_("热线"))
    if extension is not None:
        hours = parameter("extension_decision_hours")
        due = decide_by(centre_calendar(), extension.at, hours)
        shown = lamp(centre_calendar(), now, due, Limit(hours, Unit.WORKING_HOURS))
        yield Duty(_("延期审批"), centre, due, shown)
    words = _OF_THE_CENTRE.get(OrderStatus(order.status))
    if words and order.state_due_at:
        due = order.state_due_at
        yield Duty(words, centre, due, _lamp(order, order.state_since, due, now))


def _of_the_plan(order: HotlineOrder, parts: Sequence[Assignment], now: datetime) -> Iterator[Duty]:
    """Without a plan after two working days it is yellow, and nothing worse: the promise runs anyway (H-103)."""
    if order.status not in _WORKED_ON or len(parts) < 2:
        return
    plan = JointPlan.objects.filter(hotline_order=order, made_at=None).first()
    host = next((one for one in parts if one.role == AssignmentRole.HOST), None)
    if plan is not None and host is not None:
        shown = plan_lamp(now, plan.due_at, plan.made_at)
        yield Duty(_("联合办理方案"), host.department.name, plan.due_at, shown)
