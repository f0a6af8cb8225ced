"""What a department owes an order: contact, progress, a result that answers; pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from common.workdays import SHANGHAI, Calendar, day_of
from hotline.rules.clock import Limit, due_after
from hotline.states import ContactOutcome, HandleResult, Lamp, OrderStatus, Unit
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Assignment, HotlineOrder
    from identity.selectors import Standing

__all__ = [
    "NeededProof",
    "Reply",
    "decide_by",
    "half_way",
    "is_effective",
    "objections_to_assists",
    "objections_to_handling",
    "objections_to_heading",
    "objections_to_result",
    "plan_lamp",
    "progress_lamp",
]

#: So many attempts on so many half-days are as good as a contact (H-94).
ATTEMPTS, HALF_DAYS = 3, 2
NOON = 12


def objections_to_handling(host: "Assignment | None", who: "Standing") -> list[str]:
    """Only the department that holds the order works on it."""
    if host is None or host.department_id not in who.departments(Permission.HANDLE_ORDERS):
        return ["只有承办这个工单的部门可以办理"]
    return []


def objections_to_heading(host: "Assignment | None", who: "Standing") -> list[str]:
    """Only the head of the department that holds the order signs for it."""
    if host is None or host.department_id not in who.departments(Permission.HEAD_ORDERS):
        return ["要由承办部门的负责人来办"]
    return []


def is_effective(attempts: Iterable[tuple[str, datetime]]) -> bool:
    """
    One time reached, or three attempts on two different half-days (H-94).

    Whoever picks up and will not talk, or is somebody else, was tried, not reached.
    """
    tried: list[tuple[object, bool]] = []
    for outcome, at in attempts:
        if outcome == ContactOutcome.REACHED:
            return True
        local = at.astimezone(SHANGHAI)
        tried.append((local.date(), local.hour >= NOON))
    return len(tried) >= ATTEMPTS and len(set(tried)) >= HALF_DAYS


def half_way(calendar: Calendar, start: datetime, limit: Limit) -> datetime:
    """Closing time of the half-way day (H-109)."""
    return calendar.due_at(day_of(start), int(limit.value) // 2)


def progress_lamp(
    calendar: Calendar, now: datetime, start: datetime, limit: Limit, notes: Sequence[datetime], long: int
) -> Lamp:
    """Yellow from the half-way day of a long order until the citizen has been told something (H-109)."""
    if limit.unit != Unit.WORKING_DAYS or limit.value < long or notes:
        return Lamp.GREEN
    return Lamp.YELLOW if day_of(now) >= day_of(half_way(calendar, start, limit)) else Lamp.GREEN


def decide_by(calendar: Calendar, asked_at: datetime, hours: float) -> datetime:
    """By when a request for longer time is answered, in working hours (H-98)."""
    return due_after(calendar, asked_at, Limit(hours, Unit.WORKING_HOURS))


def plan_lamp(now: datetime, due: datetime, made: datetime | None) -> Lamp:
    """Yellow from its due until the leading unit has planned the joint work (H-103)."""
    return Lamp.YELLOW if made is None and now > due else Lamp.GREEN


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A result as the department writes it (H-95)."""

    handle_result: str
    measures: str
    result_text: str
    legal_basis: str = ""
    done_differently: str = ""


@dataclass(frozen=True, kw_only=True)
class NeededProof:
    """What a result has to be accompanied by, and whether it is there."""

    contact: bool = True
    contact_made: bool = False
    photo: bool = False
    photo_there: bool = False
    is_rework: bool = False
    characters: int = 20
    boilerplate: Sequence[str] = field(default_factory=tuple)


def objections_to_result(reply: Reply, proof: NeededProof) -> dict[str, list[str]]:
    """By field, everything a result lacks (H-95)."""
    lacking: Mapping[str, list[str]] = {
        "handle_result": [] if reply.handle_result in HandleResult.values else ["请选择办理结果"],
        "measures": [] if reply.measures.strip() else ["请写明采取了什么措施"],
        "result_text": _of_text(reply.result_text, proof),
        "legal_basis": ["解释说明要写依据"]
        if reply.handle_result == HandleResult.EXPLAINED and not reply.legal_basis.strip()
        else [],
        "done_differently": ["请写明这次和上次有什么不同"]
        if proof.is_rework and not reply.done_differently.strip()
        else [],
        "contact": ["还没有和诉求人联系的记录"] if proof.contact and not proof.contact_made else [],
        "evidence": ["这类诉求要现场核查，请附上照片"] if proof.photo and not proof.photo_there else [],
    }
    return {name: reasons for name, reasons in lacking.items() if reasons}


def _of_text(text: str, proof: NeededProof) -> list[str]:
    said = text.strip()
    if len(said) < proof.characters:
        return [f"答复至少写 {proof.characters} 个字"]
    if len(beside_phrases(said, proof.boilerplate)) < proof.characters / 2:
        return ["答复不能只有套话，请写明查了什么、做了什么、结果怎样"]
    return []


def beside_phrases(text: str, phrases: Sequence[str]) -> str:
    """What a reply says besides phrases that say nothing."""
    for phrase in sorted(phrases, key=len, reverse=True):
        text = text.replace(phrase, "")
    return re.sub(r"[\W_]|部门处理|处理|相关|有关|进一步", "", text)


def objections_to_assists(assists: Iterable["Assignment"], now: datetime, note: str) -> list[str]:
    """A result waits for its assists; an overdue one may be passed over with a note (H-102)."""
    pending = [one for one in assists if one.replied_at is None]
    if waiting := [one for one in pending if one.due_at is None or now <= one.due_at]:
        names = "、".join(one.department.name for one in waiting)
        return [f"协办部门还没有答复：{names}"]
    return ["协办逾期未复，请写明情况后再提交"] if pending and not note.strip() else []


def needs_countersign(order: "HotlineOrder") -> bool:
    """The head of the department signs too: letters to leaders, sensitive matters."""
    return order.leader_mail or order.sensitive


def is_worked_on(order: "HotlineOrder") -> bool:
    """The department is at work, in the first go or in a rework."""
    return order.status in (OrderStatus.HANDLING, OrderStatus.REWORK)
