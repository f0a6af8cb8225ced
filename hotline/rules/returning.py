"""Who signs, who may hand an order back and how, and who decides whose duty it is (hotline.md section 8)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from common.workdays import SHANGHAI
from hotline.states import Urgency
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Assignment, HotlineOrder
    from identity.selectors import Standing

__all__ = [
    "LEAST_JUDGES",
    "month_of",
    "objections_to_change_of_host",
    "objections_to_deciding_return",
    "objections_to_disputing",
    "objections_to_own_return",
    "objections_to_panel",
    "objections_to_reassigning",
    "objections_to_recused",
    "objections_to_return_claim",
    "objections_to_returning",
    "objections_to_ruling",
    "objections_to_signing",
]

#: A ruling takes three or more, an odd number (H-91).
LEAST_JUDGES = 3


def objections_to_signing(who: "Standing", host: "Assignment | None") -> list[str]:
    """Only the department the order was dispatched to signs for it (T-11)."""
    return [] if _holds(who, host) else ["只有承办单位可以签收"]


def _holds(who: "Standing", host: "Assignment | None") -> bool:
    return host is not None and host.department_id in who.departments(Permission.HANDLE_ORDERS)


def objections_to_return_claim(legal_basis: str, *, suggested: bool, evidence: str) -> list[str]:
    """The law or the row of 权责清单, and the unit thought responsible, or unknown with evidence (H-64)."""
    objections = [] if legal_basis.strip() else ["退单要写明法律依据或者权责清单条目"]
    if not suggested and not evidence.strip():
        objections.append("退单要写明应由哪个单位承办；不清楚的附上佐证")
    return objections


def objections_to_returning(
    hotline_order: "HotlineOrder", host: "Assignment", now: datetime, *, returned_before: bool
) -> list[str]:
    """Inside the sign limit, once a department, never what was forced or is an emergency (H-65, H-66)."""
    objections = []
    if hotline_order.urgency == Urgency.EMERGENCY:
        objections.append("特急工单不能退单")
    if hotline_order.forced:
        objections.append("裁定或者指定承办的工单不能退单")
    if host.sign_due_at is not None and now > host.sign_due_at:
        objections.append("已过签收期限，不能退单")
    if returned_before:
        objections.append("本单位已经申请过退单")
    return objections


def objections_to_deciding_return(who: "Standing") -> list[str]:
    """Returns are reviewed by dispatchers (T-13, T-14)."""
    return [] if who.may(Permission.DISPATCH) else ["退单由派单员审核"]


def objections_to_own_return(
    who_person: int | None, host: "Assignment", requested_by: int | None, *, bounce_no: int
) -> list[str]:
    """Nobody decides what they asked for; after a first return not even what they dispatched (H-05)."""
    if who_person is not None and who_person == requested_by:
        return ["不能审核自己提出的退单"]
    dispatcher = host.by.person_id if host.by else None
    if bounce_no and who_person is not None and who_person == dispatcher:
        return ["再次退单要由另一位派单员审核"]
    return []


def objections_to_disputing(who: "Standing", host: "Assignment | None") -> list[str]:
    """The head of the department raises a dispute (T-15): its 首席事务代表."""
    heads = who.departments(Permission.HEAD_ORDERS)
    return [] if host is not None and host.department_id in heads else ["职责争议由承办单位负责人提出"]


def objections_to_change_of_host(hotline_order: "HotlineOrder", named: int, *, consents: bool) -> list[str]:
    """Nobody was reached yet, or the host agrees; to another unit, and never to whom it is about (T-34, H-144)."""
    if hotline_order.first_contact_at is not None and not consents:
        return ["承办单位已经联系过诉求人，改派要征得其同意"]
    if named == hotline_order.host_id:
        return ["已经由这个单位承办"]
    return objections_to_recused(hotline_order, named)


def objections_to_recused(hotline_order: "HotlineOrder", named: int) -> list[str]:
    """Whom it is about never hosts it, not even by a ruling (H-144)."""
    return ["诉求反映的就是这个单位，应当回避"] if named == hotline_order.subject_department_id else []


def month_of(now: datetime) -> datetime:
    """When the month of this moment began, in the city's time."""
    return now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def objections_to_ruling(who: "Standing") -> list[str]:
    """Rulings are the panel's, told by the head of the hotline (T-17, T-18)."""
    return [] if who.may(Permission.RULE_DISPUTES) else ["职责争议由裁定小组裁定"]


def objections_to_panel(
    judges: Collection[int], known: Collection[int], partial: Collection[int], said: Sequence[str]
) -> list[str]:
    """Three or more, odd, known, none of the departments in dispute; basis, fact and reasons in writing (H-91)."""
    objections = []
    if len(set(judges)) < LEAST_JUDGES or len(set(judges)) % 2 == 0:
        objections.append("裁定小组不少于三人，且为单数")
    if set(judges) - set(known):
        objections.append("裁定人员要有账号")
    if set(judges) & set(partial):
        objections.append("争议单位的人员不能参加裁定")
    if not all(text.strip() for text in said):
        objections.append("裁定要写明依据、事实标签和意见")
    return objections


def objections_to_reassigning(who: "Standing") -> list[str]:
    """改派 is the hotline management's (T-34)."""
    return [] if who.may(Permission.RULE_DISPUTES) else ["改派由热线管理机构决定"]
