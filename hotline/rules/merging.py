"""Who may merge which order into which (T-05, T-09, T-35, T-36)."""

from typing import TYPE_CHECKING

from hotline.states import OPEN, OrderStatus
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import HotlineOrder
    from identity.selectors import Standing

__all__ = ["objections_to_master", "objections_to_merging", "objections_to_who_merges"]


def objections_to_who_merges(who: "Standing") -> list[str]:
    """派单员 merges."""
    return [] if who.may(Permission.DISPATCH) else ["只有派单员可以并单"]


def objections_to_master(order: "HotlineOrder", master: "HotlineOrder") -> list[str]:
    """Only into another one that is open (T-05)."""
    if order.pk == master.pk:
        return ["不能并入自己"]
    return [] if master.status in OPEN else [f"主单{master.order_no}已经结束，不能并入"]


def objections_to_merging(order: "HotlineOrder", master: "HotlineOrder", *, has_reply: bool) -> list[str]:
    """T-35: nothing submitted yet; T-36: the same host as the master's."""
    objections = []
    if order.status in (OrderStatus.DISPATCHED, OrderStatus.HANDLING) and has_reply:
        objections.append("承办单位已经提交过办理结果，不能并单")
    if order.status == OrderStatus.HANDLING and order.host_id != master.host_id:
        objections.append("两个工单的主办单位不同，不能并单")
    return objections
