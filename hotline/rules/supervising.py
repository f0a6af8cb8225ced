"""Who answers a 督办 and who closes it; pure."""

from typing import TYPE_CHECKING

from hotline.states import SupervisionLevel
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Supervision
    from identity.selectors import Standing

__all__ = ["objections_to_answering", "objections_to_closing", "objections_to_supervising"]


def objections_to_supervising(who: "Standing") -> list[str]:
    """督办 is opened, interviewed and closed by supervisors."""
    return [] if who.may(Permission.SUPERVISE) else ["只有督办员可以这样办"]


def objections_to_answering(supervision: "Supervision", who: "Standing") -> list[str]:
    """From level 2 on the head answers (H-123)."""
    from_above = supervision.level >= SupervisionLevel.HEAD
    needed = Permission.HEAD_ORDERS if from_above else Permission.HANDLE_ORDERS
    if supervision.department_id not in who.departments(needed):
        return ["要由被督办部门的负责人答复"] if from_above else ["要由被督办的部门答复"]
    return []


def objections_to_closing(supervision: "Supervision", who: "Standing") -> list[str]:
    """Whoever answered, or works at the department, does not close it (H-124)."""
    if objections := objections_to_supervising(who):
        return objections
    own = supervision.department_id in who.departments(Permission.HANDLE_ORDERS)
    answered = supervision.answered_by
    same = answered is not None and answered.person_id == who.person_id
    return ["不能办结自己答复的督办"] if own or same else []
