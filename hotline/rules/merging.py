"""Who may merge which order into which (T-05, T-09, T-35, T-36)."""

from typing import TYPE_CHECKING

from hotline.states import OPEN, Confidentiality, OrderStatus, Urgency
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import HotlineOrder
    from identity.selectors import Standing

__all__ = [
    "READ_AGAIN",
    "is_merged_by_machine",
    "objections_to_master",
    "objections_to_merging",
    "objections_to_who_merges",
]

#: Accepted, and neither answered nor laid aside: somebody will yet read what is added.
READ_AGAIN = frozenset(
    {
        OrderStatus.ACCEPTED,
        OrderStatus.DISPATCHED,
        OrderStatus.RETURN_REVIEW,
        OrderStatus.DISPUTED,
        OrderStatus.HANDLING,
        OrderStatus.REWORK,
    }
)


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


def is_merged_by_machine(order: "HotlineOrder", master: "HotlineOrder") -> bool:
    """
    Whether nobody need look before the same person's repeat goes into the order it repeats (H-131).

    Danger is never folded away, nor what is more urgent or more secret than the master (H-87, H-140); and what has
    been answered or laid aside takes in no fresh complaint.
    """
    urgency, levels = Urgency(order.urgency), list(Confidentiality)
    is_lesser = urgency != Urgency.EMERGENCY and urgency.rank <= Urgency(master.urgency).rank
    is_plainer = levels.index(Confidentiality(order.confidential)) <= levels.index(
        Confidentiality(master.confidential)
    )
    return master.status in READ_AGAIN and is_lesser and is_plainer
