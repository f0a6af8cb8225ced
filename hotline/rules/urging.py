"""When a citizen may urge (H-120); pure."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from common.workdays import Calendar, day_of
from hotline.rules.clock import YELLOW_SHARE, Limit
from hotline.states import OrderStatus, Unit

if TYPE_CHECKING:
    from hotline.models import HotlineOrder

__all__ = ["is_nearly_due", "objections_to_urging"]

#: Where somebody can still be hurried.
CAN_BE_HURRIED = (
    OrderStatus.ACCEPTED,
    OrderStatus.DISPATCHED,
    OrderStatus.RETURN_REVIEW,
    OrderStatus.DISPUTED,
    OrderStatus.HANDLING,
    OrderStatus.CLOSE_REVIEW,
    OrderStatus.REWORK,
)


def objections_to_urging(
    order: "HotlineOrder", now: datetime, *, share: float, urged_lately: bool
) -> list[str]:
    """After the share of the time has passed, once in a while, while somebody is at work."""
    if order.status not in CAN_BE_HURRIED:
        return [_("现在没有部门在办理，不需要催办")]
    started, due = _span(order)
    if started is None or due is None:
        return [_("还没有办理期限，不能催办")]
    if now < started + (due - started) * share:
        return [
            _("预计 %(due)s 前办结，时间过半后可以催办")
            % {"due": date_format(localtime(due), "DATETIME_FORMAT")}
        ]
    return [_("24 小时内已经催办过，承办单位已收到")] if urged_lately else []


def _span(order: "HotlineOrder") -> tuple[datetime | None, datetime | None]:
    if order.status == OrderStatus.REWORK:
        return order.state_since, order.state_due_at
    return order.accepted_at, order.public_due_at


def is_nearly_due(calendar: Calendar, now: datetime, order: "HotlineOrder", limit: Limit) -> bool:
    """One working day is left, or a quarter of the hours (H-121)."""
    due = order.state_due_at
    if due is None or due < now:
        return False
    if limit.unit == Unit.WORKING_DAYS:
        return calendar.workdays_between(day_of(now), day_of(due)) <= 1
    return due - now <= timedelta(hours=limit.value * YELLOW_SHARE)
