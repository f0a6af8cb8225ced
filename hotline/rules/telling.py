"""The facts of an order as lines of the timeline that staff read (H-06); the citizen has a telling of their own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hotline import events as e
from hotline.rules.envelopes import OWN_DOORS
from hotline.states import (
    ContactOutcome,
    GuideReason,
    HandleResult,
    InvalidReason,
    OrderType,
    PauseReason,
    ResultDefect,
    ShelveReason,
    SupervisionCause,
    Urgency,
)
from identity.roles import GRANTS, Permission

__all__ = ["acts_by_post", "is_complainants", "is_of_the_public", "line_for_staff"]

Line = str | Callable[[Any], str]


def _signed(fact: e.OrderSigned) -> str:
    return f"{fact.host}签收" if not fact.automatic else f"{fact.host}到期未签收，系统代签"


def _dispatched(fact: e.OrderDispatched) -> str:
    return f"{'系统派单' if fact.automatic else '派单'}给{fact.host}（第 {fact.round} 轮）"


def _classified(fact: e.OrderClassified) -> str:
    """Only what is another than before; a raised or lowered urgency is all that is left."""
    said = [f"分类改为 {fact.category}（原 {fact.before or '无'}）"] if fact.category != fact.before else []
    said += [f"诉求类型改为{OrderType(fact.order_type).label}"] if fact.order_type else []
    return "，".join(said) or f"紧急程度改为{Urgency(fact.urgency).label}"


def _decided(fact: e.ReturnDecided) -> str:
    return f"{'同意' if fact.approved else '不同意'}{fact.host}的退单申请"


def _surveyed(fact: e.OrderSurveyed) -> str:
    return "回访完成" if fact.level is None else f"回访完成：{fact.level} 星"


#: What staff read; a fact that is not here is told by its first words alone.
STAFF: Mapping[type[e.OrderFact], Line] = {
    e.OrderRegistered: "登记诉求",
    e.OrderTransferred: lambda fact: f"紧急转接 {fact.line}{'' if fact.bridged else '，线路未接通'}",
    e.OrderGuided: lambda fact: f"分类引导：{GuideReason(fact.reason).label}",
    e.OrderInvalidated: lambda fact: f"无效来电：{InvalidReason(fact.reason).label}",
    e.OrderAccepted: "受理诉求",
    e.OrderAnswered: "直接答复",
    e.OrderAnswerVoided: "诉求人对直接答复有异议，重新受理",
    e.OrderClassified: _classified,
    e.OrderSplit: "拆成几件分别办理",
    e.OrderDispatched: _dispatched,
    e.OrderSigned: _signed,
    e.ReturnRequested: lambda fact: f"{fact.host}申请退单",
    e.ReturnDecided: _decided,
    e.DisputeOpened: "进入职责争议裁定，时限照常计算",
    e.DisputeRuled: lambda fact: f"裁定由{fact.host}主办",
    e.OrderReassigned: lambda fact: f"由{fact.before}改派{fact.host}",
    e.ContactLogged: lambda fact: f"联系诉求人：{ContactOutcome(fact.outcome).label}",
    e.ProgressTold: "告知诉求人进展",
    e.AssistReplied: lambda fact: f"{fact.department}协办答复",
    e.SupplementAdded: "诉求人补充内容",
    e.ClockPaused: lambda fact: f"计时暂停：{PauseReason(fact.reason).label}",
    e.ClockResumed: "恢复计时",
    e.ExtensionRequested: lambda fact: f"申请延期 {fact.days} 个工作日",
    e.ExtensionDecided: lambda fact: "同意延期" if fact.approved else "不同意延期",
    e.ResultSubmitted: lambda fact: f"提交办理结果：{HandleResult(fact.handle_result).label}",
    e.ResultRejected: lambda fact: f"办结审核退回：{ResultDefect(fact.defect).label}",
    e.OrderReplied: "办结审核通过，答复诉求人",
    e.OrderShelved: lambda fact: f"挂账：{ShelveReason(fact.reason).label}",
    e.OrderResumed: "恢复办理",
    e.OrderWrittenOff: "销账",
    e.SurveyAttempted: lambda fact: f"回访：{ContactOutcome(fact.outcome).label}",
    e.OrderSurveyed: _surveyed,
    e.OrderReworked: lambda fact: f"评价不满意，第 {fact.rework_no} 次重办",
    e.PanelDecided: lambda fact: "认定诉求不合理" if fact.is_unreasonable else "集体认定终结",
    e.OrderClosed: "归档",
    e.OrderReopened: "诉求人要求重新办理",
    e.OrderWithdrawn: lambda fact: "诉求人撤诉，涉及公共安全，继续办理" if fact.goes_on else "诉求人撤诉",
    e.OrderMerged: lambda fact: f"并入工单 {fact.into}",
    e.OrderGrouped: lambda fact: f"与同一事项的诉求关联，共 {fact.people} 人",
    e.OrderUrged: "催办",
    e.SupervisionOpened: lambda fact: f"督办：{SupervisionCause(fact.cause).label}",
    e.SupervisionRaised: "督办未按期答复，层级提高",
    e.SupervisionAnswered: "答复督办",
    e.SupervisionClosed: "督办办结",
    e.PersonalRead: "查看个人信息",
}

#: What nobody but the complainant does, and what the complainant does unless a post says otherwise.
_COMPLAINANTS = (e.SupplementAdded, e.OrderWithdrawn, e.OrderReopened)
_OF_POSTS: Mapping[type[e.OrderFact], Permission] = {
    e.OrderAnswerVoided: Permission.TAKE_CALLS,
    e.SurveyAttempted: Permission.CALL_BACK,
    e.OrderSurveyed: Permission.CALL_BACK,
}


def is_complainants(fact: Any) -> bool:
    """Whether only whoever complained can have done this: they are named nowhere in the history (H-140)."""
    if isinstance(fact, e.OrderRegistered):
        return fact.channel in OWN_DOORS
    return isinstance(fact, _COMPLAINANTS) or (isinstance(fact, e.OrderUrged) and fact.kind == "citizen")


def is_of_the_public(fact: Any) -> bool:
    """What somebody without a post may have done; the rest follows by itself from what they did."""
    return is_complainants(fact) or type(fact) in _OF_POSTS


def acts_by_post(fact: Any, roles: Iterable[str]) -> bool:
    """Whether somebody with these roles did this at their desk: staff complain from home too."""
    held = [granted for role, granted in GRANTS.items() if role in set(roles)]
    needed = _OF_POSTS.get(type(fact))
    return any(needed in granted for granted in held) if needed else bool(held)


def line_for_staff(fact: Any) -> str:
    """What happened, for the desks; empty where it is no fact of an order."""
    return _told(STAFF.get(type(fact), ""), fact)


def _told(line: Line, fact: Any) -> str:
    return line if isinstance(line, str) else line(fact)
