"""How an order may end: what a survey answer means, who asks, who decides that an appeal is unreasonable; pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.workdays import SHANGHAI
from hotline.states import (
    CloseReason,
    HandleResult,
    OrderType,
    PanelGround,
    Solved,
    SurveyLevel,
)
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import HotlineOrder, PanelDecision
    from identity.selectors import Standing

__all__ = [
    "Answer",
    "Panel",
    "is_bad",
    "is_exempt",
    "is_mismatch",
    "objections_to_answer",
    "objections_to_attempt",
    "objections_to_calling_back",
    "objections_to_heading_the_hotline",
    "objections_to_panel",
    "objections_to_reconsidering",
    "objections_to_reopening",
]

#: Who is not asked whether it is solved: nothing was to be solved (H-111).
NOT_ASKED = (OrderType.SUGGESTION, OrderType.PRAISE, OrderType.INQUIRY)
PANEL_SIZE = 3


def objections_to_calling_back(host_id: int | None, who: "Standing") -> list[str]:
    """Only the hotline centre asks, never the department that handled it (H-03)."""
    if not who.may(Permission.CALL_BACK) or host_id in who.departments(Permission.HANDLE_ORDERS):
        return [_("回访只能由热线中心的回访员做，承办部门不能回访自己")]
    return []


def objections_to_heading_the_hotline(who: "Standing") -> list[str]:
    """What only the hotline's management decides."""
    return [] if who.may(Permission.RULE_DISPUTES) else [_("要由热线管理机构决定")]


def is_exempt(order: "HotlineOrder") -> bool:
    """Anonymous people cannot be asked (X5); who took it back is not (X1)."""
    return order.citizen_withdrew or (order.anonymous and order.person_id is None)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the complainant said (H-111); None and empty are what was not said, never a yes."""

    level: int | None
    responded: bool | None
    solved: str = ""
    text: str = ""


def objections_to_answer(answer: Answer, order_type: str) -> dict[str, list[str]]:
    """By field; nothing is filled in for anybody (H-111, H-112)."""
    wrong: dict[str, list[str]] = {}
    if answer.level not in SurveyLevel.values:
        wrong["level"] = [_("请从五个等级中选择一个")]
    if answer.responded is None:
        wrong["responded"] = [_("请回答承办单位有没有联系您")]
    asked = order_type not in NOT_ASKED
    if asked and answer.solved not in Solved.values:
        wrong["solved"] = [_("请回答问题是否解决")]
    if not asked and answer.solved:
        wrong["solved"] = [_("这类诉求不问是否解决")]
    return wrong


def is_bad(order: "HotlineOrder") -> bool:
    """
    The answer calls for a rework or a panel (T-29, H-72).

    Levels 1 and 2, a department that never called, or "not solved" where it claimed to have solved it.
    """
    if order.survey_level is None:
        return False
    return order.survey_level <= SurveyLevel.BAD or order.survey_responded is False or is_mismatch(order)


def is_mismatch(order: "HotlineOrder") -> bool:
    """The department says solved, the citizen says no (H-116)."""
    return order.handle_result == HandleResult.SOLVED and order.survey_solved == Solved.NO


def objections_to_attempt(
    now: datetime, earlier: Sequence[datetime], hours: Sequence[int], most: int
) -> list[str]:
    """By telephone three times at most, not all on one day, between nine and eight (H-110)."""
    opens, closes = hours
    if not opens <= now.astimezone(SHANGHAI).hour < closes:
        return [_("电话回访只在 %(opens)d:00 到 %(closes)d:00 之间") % {"opens": opens, "closes": closes}]
    if len(earlier) >= most:
        return [_("电话回访最多 %(most)d 次") % {"most": most}]
    days = {one.astimezone(SHANGHAI).date() for one in [*earlier, now]}
    if len(earlier) + 1 == most and len(days) < 2:
        return [_("最后一次电话回访要换一天")]
    return []


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Who decides, and what (H-115)."""

    members: Sequence[int]
    of_host: Collection[int]
    is_unreasonable: bool
    ground: str
    reasons: str


def objections_to_panel(panel: Panel) -> dict[str, list[str]]:
    """Three different people, none of the host's; reasons in writing; a criterion where it is unreasonable."""
    wrong: dict[str, list[str]] = {}
    if len(panel.members) != PANEL_SIZE or len(set(panel.members)) != PANEL_SIZE:
        wrong["members"] = [_("认定要有 %(size)d 个人") % {"size": PANEL_SIZE}]
    elif set(panel.members) & set(panel.of_host):
        wrong["members"] = [_("认定人员不能来自承办部门")]
    if not panel.reasons.strip():
        wrong["reasons"] = [_("请写明理由，要书面告知诉求人")]
    if panel.is_unreasonable and panel.ground not in PanelGround.values:
        wrong["ground"] = [_("请选择认定标准")]
    return wrong


def close_reason(is_unreasonable: bool) -> CloseReason:
    """Why a panel ends an order."""
    return CloseReason.UNREASONABLE if is_unreasonable else CloseReason.REWORK_EXHAUSTED


def objections_to_reopening(order: "HotlineOrder", now: datetime, *, days: int, reworks: int) -> list[str]:
    """Whoever could not be reached comes back within so many days, once (T-33)."""
    if order.close_reason != CloseReason.NO_CONTACT:
        return [_("只有回访时没有联系上的工单可以重新打开；有新情况请另提诉求")]
    if order.reopened_at is not None or order.rework_no >= reworks:
        return [_("这个工单已经重新打开过，不能再次打开")]
    if order.archived_at is None or now > order.archived_at + timedelta(days=days):
        return [_("归档已经超过 %(days)d 天，请另提诉求") % {"days": days}]
    return []


def objections_to_reconsidering(decision: "PanelDecision", now: datetime, *, days: int) -> list[str]:
    """Once, within so many days of the decision (H-115)."""
    if decision.reconsidered_at is not None:
        return [_("已经申请过复核")]
    return [_("申请复核的期限已过")] if now > decision.at + timedelta(days=days) else []
