"""What each fact says on the timeline, and who is named as having done it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from common.workdays import SHANGHAI
from workflow.rules import clock
from workflow.states import DeliveryMethod, Due

_APPLICANT = "申请人"
_SYSTEM = "系统"
_CENTRE = "政务服务中心"

#: Who acted, where the fact names no department of its own.
_ACTORS = {
    "workflow.ApplicationSubmitted": _APPLICANT,
    "workflow.CorrectionSupplied": _APPLICANT,
    "workflow.DeferredSupplied": _APPLICANT,
    "workflow.OfferedSupplied": _APPLICANT,
    "workflow.ReviewsWithdrawn": _APPLICANT,
    "workflow.CommitmentRevoked": _APPLICANT,
    "workflow.FactsChanged": _APPLICANT,
    "workflow.ApplicationBegunAgain": _APPLICANT,
    "workflow.ParcelReturned": _CENTRE,
    "workflow.LockerFilled": _CENTRE,
    "workflow.LockerReminded": _CENTRE,
    "workflow.DeliveryChanged": _APPLICANT,
    "workflow.DeliveryViewed": _APPLICANT,
    "workflow.ApplicationReceived": _CENTRE,
    "workflow.ResultsHandedOver": _CENTRE,
    "workflow.NoticesDelivered": _CENTRE,
    "workflow.CorrectionRequested": _CENTRE,
}


def actor_of(name: str, payload: Mapping[str, Any]) -> str:
    """A department, the applicant, the centre or the system; never a clerk's name."""
    return payload.get("department") or _ACTORS.get(name, _SYSTEM)


def said(name: str, payload: Mapping[str, Any], *, briefly: bool = False) -> str:
    """The fact in one plain sentence; ``briefly`` without papers and grounds, for those whom they do not concern."""
    telling = (_BRIEFLY.get(name) if briefly else None) or _SENTENCES.get(name)
    return telling(payload) if telling else ""


def concerns(payload: Mapping[str, Any], own: Collection[int] | None) -> bool:
    """The fact is about one of one's ``own`` reviews; None stands for somebody who sees the whole."""
    if own is None:
        return True
    named = {payload.get("review_id"), *payload.get("review_ids", ())}
    return not named.isdisjoint(own)


def day(text: str) -> str:
    """2026年11月27日 of an ISO date or moment."""
    if "T" in text:
        moment = datetime.fromisoformat(text).astimezone(SHANGHAI)
        return f"{moment.year}年{moment.month}月{moment.day}日"
    stated = date.fromisoformat(text)
    return f"{stated.year}年{stated.month}月{stated.day}日"


def _names(values: list[str]) -> str:
    return "、".join(values)


def _decided(payload: Mapping[str, Any]) -> str:
    if not payload["approved"]:
        return f"“{payload['matter_name']}”不予办理，理由和救济途径见决定书"
    how = "系统自动办理" if payload.get("automatic") else "已办好"
    return f"“{payload['matter_name']}”{how}，结果：{payload['result']}"


def _accepted(payload: Mapping[str, Any]) -> str:
    how = "视为受理" if payload.get("deemed") else "已受理"
    return f"{_names(payload['departments'])}{how}"


def _changed(payload: Mapping[str, Any]) -> str:
    what = f"修改了{_quoted(payload['labels'])}"
    if not payload["departments"]:
        return what
    return f"{what}，{_names(payload['departments'])}按新内容重新办理，期限重新计算"


def _quoted(labels: Sequence[str]) -> str:
    return "".join(f"“{label}”" for label in labels)


def _at(payload: Mapping[str, Any]) -> str:
    return f"（{payload['place']}）" if payload.get("place") else ""


def _returned(payload: Mapping[str, Any]) -> str:
    if payload["method"] == DeliveryMethod.LOCKER:
        return "自助柜里的结果逾期未取，已退回出件窗口，请带身份证件来领取"
    return "邮件没有送到，已退回出件窗口，工作人员会联系您，可以免费再寄一次"


def moves_told(moves: Sequence[Mapping[str, Any]]) -> str:
    """全部办结期限改为2026年11月27日: one phrase for each due that moved, by its last day."""
    return "；".join(_move_told(move) for move in moves)


def _move_told(move: Mapping[str, Any]) -> str:
    due = Due(move["due"])
    what = f"“{move['name']}”{due.label}期限" if move["name"] else f"{due.label}期限"
    last = clock.last_day(datetime.fromisoformat(move["new"]))
    return f"{what}改为{day(last.isoformat())}"


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "workflow.ApplicationSubmitted": lambda _: "提交了申请",
    "workflow.ApplicationReceived": lambda p: f"已收件，{day(p['answer_due_at'])}前答复是否受理",
    "workflow.ReviewsAccepted": _accepted,
    "workflow.ReviewsAssigned": lambda p: f"转给{_names(p['departments'])}办理",
    "workflow.CorrectionRequested": lambda p: (
        f"请在{day(p['due_at'])}当天结束前补正：{_names(p['materials'])}（只通知这一次）"
    ),
    "workflow.CorrectionSupplied": lambda p: f"补交了{_names(p['materials'])}",
    "workflow.CorrectionReminded": lambda p: f"提醒：补正材料请在{day(p['due_at'])}当天结束前提交",
    "workflow.DeferredSupplied": lambda p: f"补交了容缺材料{_names(p['materials'])}",
    "workflow.OfferedSupplied": lambda p: f"自行上传了{_names(p['materials'])}",
    "workflow.DeferredReminded": lambda p: (
        f"提醒：容缺材料{_names(p['materials'])}请在{day(p['due_at'])}前补交"
    ),
    "workflow.DeferralBroken": lambda p: f"容缺材料{_names(p['materials'])}逾期未补",
    "workflow.CommitmentRevoked": lambda p: f"撤回了“{p['material']}”的承诺，改为提交材料",
    "workflow.FactsChanged": _changed,
    "workflow.ApplicationBegunAgain": lambda _: "用这次的内容和材料另外开始了一次申请",
    "workflow.ParcelReturned": _returned,
    "workflow.LockerFilled": lambda p: f"结果已放进自助柜，请在{day(p['due_at'])}前凭取件码领取",
    "workflow.LockerReminded": lambda p: f"提醒：自助柜里的结果请在{day(p['due_at'])}前领取",
    "workflow.LicenceDoubted": lambda p: f"{_names(p['materials'])}所用的证照已失效，部门将重新核实",
    "workflow.ReviewClaimed": lambda p: f"“{p['matter_name']}”已有人员办理",
    "workflow.ReviewConfirmed": lambda p: f"“{p['matter_name']}”材料齐全",
    "workflow.CorrectionAsked": lambda p: f"“{p['matter_name']}”提出补正：{_names(p['materials'])}",
    "workflow.MaterialsChecked": lambda p: f"“{p['matter_name']}”的材料已由系统核验",
    "workflow.ReviewDeclined": lambda p: f"“{p['matter_name']}”不予受理：{p['ground']}",
    "workflow.ReviewDecided": _decided,
    "workflow.ReviewsBlocked": lambda p: f"因“{p['because_of']}”没有办成，{_names(p['matters'])}不再办理",
    "workflow.ReviewsTerminated": lambda p: f"终止办理{_names(p['matters'])}：{p['ground']}",
    "workflow.ReviewsWithdrawn": lambda p: f"撤回了{_names(p['matters'])}" if p["matters"] else "撤回了申请",
    "workflow.SpecialProcedureStarted": lambda p: (
        f"“{p['matter_name']}”进入{p['kind']}，预计{day(p['expected_end'])}结束，所需时间不计入办理期限"
    ),
    "workflow.SpecialProcedureEnded": lambda p: f"“{p['matter_name']}”特别程序结束，{day(p['due_at'])}前办结",
    "workflow.ReviewExtended": lambda p: (
        f"“{p['matter_name']}”延长{p['days']}个工作日，{day(p['due_at'])}前办结"
    ),
    "workflow.DuesMoved": lambda p: f"因工作日安排有变，{moves_told(p['moves'])}",
    "workflow.DuesReckoned": lambda p: f"日历变动后重新计算了{len(p['moves'])}个期限",
    "workflow.InspectionRecorded": lambda p: f"“{p['matter_name']}”已完成现场勘验",
    "workflow.ReviewOverdue": lambda p: f"“{p['matter_name']}”超过承诺时限{p['days_late']}个工作日",
    "workflow.SilenceNoticed": lambda _: "部门逾期未答复材料审查，系统按规定视为受理",
    "workflow.SecondCorrectionTried": lambda p: f"{p['department']}再次要求补正，系统已拒绝",
    "workflow.ApplicationDecided": lambda _: "全部事项已有结果",
    "workflow.ResultsHandedOver": lambda p: f"结果已送出（{p['method']}）",
    "workflow.NoticesDelivered": lambda p: f"已送达{_names(p['documents'])}（{p['method']}）",
    "workflow.DeliveryViewed": lambda _: "查看了电子送达的文书",
    "workflow.DeliveryChanged": lambda p: (
        f"送达方式改为{p['method']}{_at(p)}，"
        + ("各项结果一并出件" if p["together"] else "每项结果办好即出件")
    ),
    "licences.DocumentsPrepared": lambda p: f"起草了{len(p['document_ids'])}份文书",
    "licences.DocumentVoided": lambda p: f"文书{p['number']}已作废：{p['reason']}",
    "licences.DocumentSealed": lambda p: f"《{p['title']}》已签章，文号{p['number']}",
    "evaluation.Invited": lambda _: "已邀请申请人评价",
    "workflow.ApplicationClosed": lambda p: "办件完成" if p["status"] == "closed" else "办件结束",
}

#: What a department may know of what concerns another: that it happened, never which papers or on which ground.
_BRIEFLY: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "workflow.CorrectionRequested": lambda _: "发出了补正告知",
    "workflow.CorrectionSupplied": lambda _: "补交了补正材料",
    "workflow.CorrectionReminded": lambda _: "提醒了补正期限",
    "workflow.DeferredSupplied": lambda _: "补交了容缺材料",
    "workflow.OfferedSupplied": lambda _: "自行上传了材料",
    "workflow.DeferredReminded": lambda _: "提醒了容缺补交期限",
    "workflow.DeferralBroken": lambda _: "容缺材料逾期未补",
    "workflow.DuesMoved": lambda _: "因工作日安排有变，办理期限顺延",
    "workflow.CommitmentRevoked": lambda _: "撤回了一项承诺",
    "workflow.FactsChanged": lambda _: "修改了申请表的内容",
    "workflow.LicenceDoubted": lambda _: "一份材料所用的证照已失效",
    "workflow.ReviewDeclined": lambda p: f"“{p['matter_name']}”不予受理",
    "workflow.ReviewDecided": lambda p: f"“{p['matter_name']}”已作出决定",
    "workflow.ReviewsBlocked": lambda p: f"{_names(p['matters'])}不再办理",
    "workflow.ReviewsTerminated": lambda p: f"终止办理{_names(p['matters'])}",
    "workflow.SpecialProcedureStarted": lambda p: (
        f"“{p['matter_name']}”进入特别程序，预计{day(p['expected_end'])}结束"
    ),
}
