"""The close review (办结审核): six points, by somebody who has not handled the order; pure."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from hotline.states import OrderType, ResultDefect
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import HotlineOrder, ResultSubmission
    from identity.selectors import Standing

__all__ = [
    "objections_to_inspecting",
    "objections_to_passing",
    "objections_to_reviewing",
    "objections_to_signing_off",
    "passes_by_itself",
]


def objections_to_inspecting(who: "Standing") -> list[str]:
    """Quality inspectors only."""
    return [] if who.may(Permission.CHECK_RESULTS) else ["只有班长、质检员可以审核办理结果"]


def objections_to_reviewing(submission: "ResultSubmission", who: "Standing") -> list[str]:
    """Whoever handled the order, or works where it was handled, does not review it (H-05)."""
    of_host = submission.assignment.department_id in who.departments(Permission.HANDLE_ORDERS)
    return ["办理人不能审核自己的办理结果"] if of_host or _is_submitter(submission, who) else []


def objections_to_signing_off(submission: "ResultSubmission", who: "Standing") -> list[str]:
    """The head signs what somebody else of the department wrote (H-05)."""
    return ["不能会签自己提交的结果"] if _is_submitter(submission, who) else []


def _is_submitter(submission: "ResultSubmission", who: "Standing") -> bool:
    """The same person, whichever account they used."""
    same_person = who.person_id is not None and submission.by.person_id == who.person_id
    return same_person or submission.by_id == who.account_id


def objections_to_passing(checked: Collection[str]) -> list[str]:
    """All six points have been looked at (H-97)."""
    left = [point.label for point in ResultDefect if point.value not in checked]
    return [f"还没有核对：{'、'.join(left)}"] if left else []


def passes_by_itself(order: "HotlineOrder") -> bool:
    """An inquiry answered from a published article needs no inspector (H-97)."""
    return order.order_type == OrderType.INQUIRY and bool(order.article_code and order.article_version)
