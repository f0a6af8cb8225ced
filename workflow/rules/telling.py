"""What each fact says on the timeline, and who is named as having done it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.speaking import listed_text, local_text
from common.workdays import SHANGHAI
from workflow.rules import clock
from workflow.states import CallOutcome, DeliveryMethod, Due

_APPLICANT = gettext_noop("申请人")
_SYSTEM = gettext_noop("系统")
_CENTRE = gettext_noop("政务服务中心")

#: Who acted, where the fact names no department of its own.
_ACTORS = {
    "workflow.ApplicationSubmitted": _APPLICANT,
    "workflow.CorrectionSupplied": _APPLICANT,
    "workflow.DeferredSupplied": _APPLICANT,
    "workflow.OfferedSupplied": _APPLICANT,
    "workflow.ReviewsWithdrawn": _APPLICANT,
    "workflow.CommitmentRevoked": _APPLICANT,
    "workflow.FactsChanged": _APPLICANT,
    "workflow.RestContinued": _APPLICANT,
    "workflow.ApplicationBegunAgain": _APPLICANT,
    "workflow.ParcelReturned": _CENTRE,
    "workflow.ApplicantCalled": _CENTRE,
    "workflow.ResendAsked": _APPLICANT,
    "workflow.ParcelResent": _CENTRE,
    "workflow.LockerFilled": _CENTRE,
    "workflow.LockerReminded": _CENTRE,
    "workflow.DeliveryChanged": _APPLICANT,
    "workflow.DeliveryViewed": _APPLICANT,
    "workflow.ServiceAnnounced": _CENTRE,
    "workflow.ApplicationReceived": _CENTRE,
    "workflow.ResultsHandedOver": _CENTRE,
    "workflow.NoticesDelivered": _CENTRE,
    "workflow.CorrectionRequested": _CENTRE,
}


def actor_of(name: str, payload: Mapping[str, Any]) -> str:
    """A department, the applicant, the centre or the system; never a clerk's name."""
    if payload.get("by_silence"):
        return _SYSTEM
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
    """2026年11月27日 of an ISO date or moment, as the page's language writes it."""
    stated = datetime.fromisoformat(text).astimezone(SHANGHAI) if "T" in text else date.fromisoformat(text)
    return date_format(stated, "DATE_FORMAT")


def _decided(payload: Mapping[str, Any]) -> str:
    said = {"matter": local_text(payload["matter_name"]), "result": local_text(payload.get("result"))}
    if not payload["approved"] and payload.get("held_until"):
        said |= {"day": day(payload["held_until"])}
        return _("“%(matter)s”不予办理；其余事项在%(day)s前等申请人选择，期间不作决定") % said
    if not payload["approved"]:
        return _("“%(matter)s”不予办理，理由和救济途径见决定书") % said
    if payload.get("automatic"):
        return _("“%(matter)s”系统自动办理，结果：%(result)s") % said
    return _("“%(matter)s”已办好，结果：%(result)s") % said


def _accepted(payload: Mapping[str, Any]) -> str:
    said = {"departments": listed_text(payload["departments"])}
    return (_("%(departments)s视为受理") if payload.get("deemed") else _("%(departments)s已受理")) % said


def _changed(payload: Mapping[str, Any]) -> str:
    said = {"labels": _quoted(payload["labels"]), "departments": listed_text(payload["departments"])}
    if not payload["departments"]:
        return _("修改了%(labels)s") % said
    return _("修改了%(labels)s，%(departments)s按新内容重新办理，期限重新计算") % said


def _explained(payload: Mapping[str, Any], why: str = "") -> str:
    until = payload["expected_end"]
    said = {"matter": local_text(payload["matter_name"]), "kind": local_text(payload["kind"]), "why": why}
    if not until:
        return _("“%(matter)s”的%(kind)s超过了预计时间%(why)s") % said
    return _("“%(matter)s”的%(kind)s改为预计%(day)s结束%(why)s") % (said | {"day": day(until)})


def _quoted(labels: Sequence[str]) -> str:
    return "".join(_("“%(label)s”") % {"label": local_text(label)} for label in labels)


def _at(payload: Mapping[str, Any]) -> str:
    return _("（%(place)s）") % {"place": payload["place"]} if payload.get("place") else ""


def _returned(payload: Mapping[str, Any]) -> str:
    if payload["method"] == DeliveryMethod.LOCKER:
        return _("自助柜里的结果逾期未取，已退回出件窗口，请带身份证件来领取")
    if not payload.get("may_be_resent", True):
        return _("邮件又没有送到，已退回出件窗口；免费重新寄送只有一次，请带身份证件到窗口领取")
    return _("邮件没有送到，已退回出件窗口：可以免费重新寄送一次，也可以带身份证件到窗口领取")


def _called(payload: Mapping[str, Any]) -> str:
    return {
        CallOutcome.RESEND: _("窗口与申请人联系过：重新寄送"),
        CallOutcome.FETCH: _("窗口与申请人联系过：到窗口领取"),
    }.get(payload["outcome"], _("窗口联系过申请人，没有联系上"))


def _delivery_changed(payload: Mapping[str, Any]) -> str:
    said = {"method": local_text(payload["method"]), "place": _at(payload)}
    if payload["together"]:
        return _("送达方式改为%(method)s%(place)s，各项结果一并出件") % said
    return _("送达方式改为%(method)s%(place)s，每项结果办好即出件") % said


def moves_told(moves: Sequence[Mapping[str, Any]]) -> str:
    """全部办结期限改为2026年11月27日: one phrase for each due that moved, by its last day."""
    return _("；").join(_move_told(move) for move in moves)


def _move_told(move: Mapping[str, Any]) -> str:
    last = clock.last_day(datetime.fromisoformat(move["new"]))
    said = {
        "matter": local_text(move["name"]),
        "due": local_text(Due(move["due"]).label),
        "day": day(last.isoformat()),
    }
    if move["name"]:
        return _("“%(matter)s”%(due)s期限改为%(day)s") % said
    return _("%(due)s期限改为%(day)s") % said


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "workflow.ApplicationSubmitted": lambda _p: _("提交了申请"),
    "workflow.ApplicationReceived": lambda p: (
        _("已收件，%(answer_due_at)s前答复是否受理") % {"answer_due_at": day(p["answer_due_at"])}
    ),
    "workflow.ReviewsAccepted": _accepted,
    "workflow.ReviewsAssigned": lambda p: (
        _("转给%(departments)s办理") % {"departments": listed_text(p["departments"])}
    ),
    "workflow.CorrectionRequested": lambda p: (
        _("请在%(day)s当天结束前补正：%(materials)s（只通知这一次）")
        % {"day": day(p["due_at"]), "materials": listed_text(p["materials"])}
    ),
    "workflow.CorrectionSupplied": lambda p: (
        _("补交了%(materials)s") % {"materials": listed_text(p["materials"])}
    ),
    "workflow.CorrectionReminded": lambda p: (
        _("提醒：补正材料请在%(day)s当天结束前提交") % {"day": day(p["due_at"])}
    ),
    "workflow.DeferredSupplied": lambda p: (
        _("补交了容缺材料%(materials)s") % {"materials": listed_text(p["materials"])}
    ),
    "workflow.OfferedSupplied": lambda p: (
        _("自行上传了%(materials)s") % {"materials": listed_text(p["materials"])}
    ),
    "workflow.DeferredReminded": lambda p: (
        _("提醒：容缺材料%(materials)s请在%(day)s前补交")
        % {"materials": listed_text(p["materials"]), "day": day(p["due_at"])}
    ),
    "workflow.DeferralBroken": lambda p: (
        _("容缺材料%(materials)s逾期未补") % {"materials": listed_text(p["materials"])}
    ),
    "workflow.CommitmentRevoked": lambda p: (
        _("撤回了“%(material)s”的承诺，改为提交材料") % {"material": local_text(p["material"])}
    ),
    "workflow.FactsChanged": _changed,
    "workflow.ApplicationBegunAgain": lambda _p: _("用这次的内容和材料另外开始了一次申请"),
    "workflow.ParcelReturned": _returned,
    "workflow.ApplicantCalled": _called,
    "workflow.ResendAsked": lambda _p: _("要求把退回的邮件重新寄送"),
    "workflow.ParcelResent": lambda p: _("已免费重新寄出，运单号 %(waybill)s") % {"waybill": p["waybill"]},
    "workflow.LockerFilled": lambda p: (
        _("结果已放进自助柜，请在%(day)s前凭取件码领取") % {"day": day(p["due_at"])}
    ),
    "workflow.LockerReminded": lambda p: (
        _("提醒：自助柜里的结果请在%(day)s前领取") % {"day": day(p["due_at"])}
    ),
    "workflow.LicenceDoubted": lambda p: (
        _("%(materials)s所用的证照已失效，部门将重新核实") % {"materials": listed_text(p["materials"])}
    ),
    "workflow.ReviewClaimed": lambda p: (
        _("“%(matter)s”已有人员办理") % {"matter": local_text(p["matter_name"])}
    ),
    "workflow.ReviewConfirmed": lambda p: (
        _("“%(matter)s”材料齐全") % {"matter": local_text(p["matter_name"])}
    ),
    "workflow.CorrectionAsked": lambda p: (
        _("“%(matter)s”提出补正：%(materials)s")
        % {"matter": local_text(p["matter_name"]), "materials": listed_text(p["materials"])}
    ),
    "workflow.MaterialsChecked": lambda p: (
        _("“%(matter)s”的材料已由系统核验") % {"matter": local_text(p["matter_name"])}
    ),
    "workflow.ReviewDeclined": lambda p: (
        _("“%(matter)s”不予受理：%(ground)s")
        % {"matter": local_text(p["matter_name"]), "ground": local_text(p["ground"])}
    ),
    "workflow.ReviewDecided": _decided,
    "workflow.ReviewsBlocked": lambda p: (
        _("因“%(cause)s”没有办成，%(matters)s不再办理")
        % {"cause": local_text(p["because_of"]), "matters": listed_text(p["matters"])}
    ),
    "workflow.ReviewsTerminated": lambda p: (
        _("终止办理%(matters)s：%(ground)s")
        % {"matters": listed_text(p["matters"]), "ground": local_text(p["ground"])}
    ),
    "workflow.ReviewsWithdrawn": lambda p: (
        _("撤回了%(matters)s") % {"matters": listed_text(p["matters"])} if p["matters"] else _("撤回了申请")
    ),
    "workflow.SpecialProcedureStarted": lambda p: (
        _("“%(matter)s”进入%(kind)s，预计%(day)s结束，所需时间不计入办理期限")
        % {
            "matter": local_text(p["matter_name"]),
            "kind": local_text(p["kind"]),
            "day": day(p["expected_end"]),
        }
    ),
    "workflow.SpecialProcedureEnded": lambda p: (
        _("“%(matter)s”特别程序结束，%(day)s前办结")
        % {"matter": local_text(p["matter_name"]), "day": day(p["due_at"])}
    ),
    "workflow.SpecialProcedureExplained": lambda p: _explained(p, f"：{p['reason']}"),
    "workflow.SpecialProcedureOverdue": lambda p: (
        _("“%(matter)s”的%(kind)s没有在%(day)s前结束，须由部门说明原因")
        % {
            "matter": local_text(p["matter_name"]),
            "kind": local_text(p["kind"]),
            "day": day(p["expected_end"]),
        }
    ),
    "workflow.RestContinued": lambda p: (
        _("没有在期限内选择，其余事项继续办理") if p["by_silence"] else _("选择了其余事项继续办理")
    ),
    "workflow.ServiceAnnounced": lambda p: (
        _("联系不上，已发公告，公告到%(day)s期满视为送达") % {"day": day(p["until"])}
    ),
    "workflow.ReviewExtended": lambda p: (
        _("“%(matter)s”延长%(n)s个工作日，%(day)s前办结")
        % {"matter": local_text(p["matter_name"]), "n": p["days"], "day": day(p["due_at"])}
    ),
    "workflow.DuesMoved": lambda p: _("因工作日安排有变，%(moves)s") % {"moves": moves_told(p["moves"])},
    "workflow.DuesReckoned": lambda p: _("日历变动后重新计算了%(n)s个期限") % {"n": len(p["moves"])},
    "workflow.InspectionRecorded": lambda p: (
        _("“%(matter)s”已完成现场勘验") % {"matter": local_text(p["matter_name"])}
    ),
    "workflow.ReviewOverdue": lambda p: (
        _("“%(matter)s”超过承诺时限%(n)s个工作日")
        % {"matter": local_text(p["matter_name"]), "n": p["days_late"]}
    ),
    "workflow.SilenceNoticed": lambda _p: _("部门逾期未答复材料审查，系统按规定视为受理"),
    "workflow.SecondCorrectionTried": lambda p: (
        _("%(department)s再次要求补正，系统已拒绝") % {"department": local_text(p["department"])}
    ),
    "workflow.ApplicationDecided": lambda _p: _("全部事项已有结果"),
    "workflow.ResultsHandedOver": lambda p: (
        _("结果已送出（%(method)s）") % {"method": local_text(p["method"])}
    ),
    "workflow.NoticesDelivered": lambda p: (
        _("已送达%(documents)s（%(method)s）")
        % {"documents": listed_text(p["documents"]), "method": local_text(p["method"])}
    ),
    "workflow.DeliveryViewed": lambda _p: _("查看了电子送达的文书"),
    "workflow.DeliveryChanged": _delivery_changed,
    "licences.DocumentsPrepared": lambda p: _("起草了%(n)s份文书") % {"n": len(p["document_ids"])},
    "licences.DocumentVoided": lambda p: (
        _("文书%(number)s已作废：%(reason)s") % {"number": p["number"], "reason": local_text(p["reason"])}
    ),
    "licences.DocumentSealed": lambda p: (
        _("《%(title)s》已签章，文号%(number)s") % {"title": local_text(p["title"]), "number": p["number"]}
    ),
    "evaluation.Invited": lambda _p: _("已邀请申请人评价"),
    "workflow.ApplicationClosed": lambda p: _("办件完成") if p["status"] == "closed" else _("办件结束"),
}

#: What a department may know of what concerns another: that it happened, never which papers or on which ground.
_BRIEFLY: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "workflow.CorrectionRequested": lambda _p: _("发出了补正告知"),
    "workflow.CorrectionSupplied": lambda _p: _("补交了补正材料"),
    "workflow.CorrectionReminded": lambda _p: _("提醒了补正期限"),
    "workflow.DeferredSupplied": lambda _p: _("补交了容缺材料"),
    "workflow.OfferedSupplied": lambda _p: _("自行上传了材料"),
    "workflow.DeferredReminded": lambda _p: _("提醒了容缺补交期限"),
    "workflow.DeferralBroken": lambda _p: _("容缺材料逾期未补"),
    "workflow.DuesMoved": lambda _p: _("因工作日安排有变，办理期限顺延"),
    "workflow.CommitmentRevoked": lambda _p: _("撤回了一项承诺"),
    "workflow.FactsChanged": lambda _p: _("修改了申请表的内容"),
    "workflow.LicenceDoubted": lambda _p: _("一份材料所用的证照已失效"),
    "workflow.ReviewDeclined": lambda p: _("“%(matter)s”不予受理") % {"matter": local_text(p["matter_name"])},
    "workflow.ReviewDecided": lambda p: (
        _("“%(matter)s”已作出决定") % {"matter": local_text(p["matter_name"])}
    ),
    "workflow.ReviewsBlocked": lambda p: _("%(matters)s不再办理") % {"matters": listed_text(p["matters"])},
    "workflow.ReviewsTerminated": lambda p: _("终止办理%(matters)s") % {"matters": listed_text(p["matters"])},
    "workflow.SpecialProcedureExplained": lambda p: _explained({**p, "kind": gettext_noop("特别程序")}),
    "workflow.SpecialProcedureStarted": lambda p: (
        _("“%(matter)s”进入特别程序，预计%(day)s结束")
        % {"matter": local_text(p["matter_name"]), "day": day(p["expected_end"])}
    ),
}
