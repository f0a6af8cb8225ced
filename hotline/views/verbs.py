"""
Every verb of the desks: in which states it is offered, to whom, with which form, and the service behind it.

What may not be done now by this person is not on the page; what a rule refuses comes back with its reasons.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from files.services import store
from hotline import services
from hotline.forms import centre
from hotline.forms import desk as forms
from hotline.forms.worklists import PublicationForm, UnmaskForm
from hotline.models import HotlineOrder, OrderFile
from hotline.rules.seeing import View
from hotline.rules.waiting import Shelving
from hotline.selectors.desk import OnDesk
from hotline.states import Confidentiality, ExclusionCode, PublicationState
from hotline.states import OrderStatus as S
from identity.desks import Plain, Verb
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing

__all__ = ["VERBS", "DeskVerb", "verbs_for"]

_UNKNOWN_MASTER = "没有这个工单号，请核对主单的工单号"
Gate = Callable[[OnDesk, Standing], bool]


def _nothing_against(_desk: Any, _who: Standing) -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True)
class DeskVerb(Verb):
    """A verb with the states it belongs to and whose it is."""

    states: Collection[S]
    gate: Gate
    objections: Callable[[Any, Standing], list[str]] = field(default=_nothing_against)


def _may(*permissions: Permission) -> Gate:
    return lambda _desk, who: any(map(who.may, permissions))


def _host(desk: OnDesk, _who: Standing) -> bool:
    return desk.holds_it


def _assist(desk: OnDesk, _who: Standing) -> bool:
    return desk.assists_in_it


def _heads_it(desk: OnDesk, who: Standing) -> bool:
    host = desk.host
    return host is not None and host.department_id in who.departments(Permission.HEAD_ORDERS)


def _extension_waits(desk: OnDesk, who: Standing) -> bool:
    return desk.extension is not None and who.may(Permission.RULE_DISPUTES)


def _key_waits(desk: OnDesk, who: Standing) -> bool:
    """The first key is the management's, the second its leader's; never one person's (H-107, H-05)."""
    asked = desk.shelving
    if asked is None:
        return False
    if asked.first_key_id is None:
        return who.may(Permission.RULE_DISPUTES)
    return who.may(Permission.SHELVE_ORDERS) and asked.first_key_id != who.account_id


def _shelving_waits(desk: OnDesk, who: Standing) -> bool:
    either = who.may(Permission.RULE_DISPUTES) or who.may(Permission.SHELVE_ORDERS)
    return desk.shelving is not None and either


def _service(name: str) -> Callable[[OnDesk, Account, Mapping[str, Any]], object]:
    """One word runs through every layer: the verb's name is the service's."""
    return lambda desk, by, given: getattr(services, name)(desk.hotline_order.pk, by=by, **given)


def _with_photos(name: str) -> Callable[[OnDesk, Account, Mapping[str, Any]], object]:
    """Pictures are kept first: a refusal of the words does not ask for them again (H-95)."""

    def act(desk: OnDesk, by: Account, given: Mapping[str, Any]) -> object:
        _add_photos(desk, by, given)
        words = {key: value for key, value in given.items() if key != "photos"}
        return getattr(services, name)(desk.hotline_order.pk, by=by, **words)

    return act


def _add_photos(desk: OnDesk, by: Account, given: Mapping[str, Any]) -> None:
    for photo in given["photos"]:
        services.add_evidence(desk.hotline_order.pk, by=by, stored_id=store(photo, by=by).pk)


def _shelving(desk: OnDesk, by: Account, given: Mapping[str, Any]) -> object:
    return services.request_shelving(desk.hotline_order.pk, by=by, wanted=Shelving(**given))


def _extension(*, approve: bool) -> Callable[[OnDesk, Account, Mapping[str, Any]], object]:
    return lambda desk, by, given: services.decide_extension(
        desk.hotline_order.pk, by=by, approve=approve, decision=given["decision"]
    )


def _merge(desk: OnDesk, by: Account, given: Mapping[str, Any]) -> object:
    master = HotlineOrder.objects.visible_to(by).filter(order_no=given["into"].strip()).first()
    if master is None:
        raise BadInput(_UNKNOWN_MASTER, fields={"into": [_UNKNOWN_MASTER]})
    return services.merge(desk.hotline_order.pk, by=by, into=master.pk)


def _plans(desk: OnDesk, who: Standing) -> bool:
    return desk.plan is not None and (desk.holds_it or who.may(Permission.DISPATCH))


def _rules_on_the_spot(desk: OnDesk, who: Standing) -> bool:
    return desk.dispute is not None and bool(desk.dispute.site) and who.may(Permission.RULE_DISPUTES)


def _excludes_batch(desk: OnDesk, who: Standing) -> bool:
    order = desk.hotline_order
    if not (order.is_batch and who.may(Permission.RULE_DISPUTES)):
        return False
    return not order.exclusions.filter(code=ExclusionCode.X8).exists()


def _blackens(desk: OnDesk, who: Standing) -> bool:
    """Of a secret order, where something was sent along (H-141)."""
    sent = any(one.kind == OrderFile.Kind.APPEAL for one in desk.files)
    secret = desk.hotline_order.confidential == Confidentiality.SECRET
    return sent and secret and (who.may(Permission.TAKE_CALLS) or who.may(Permission.DISPATCH))


def _sees_masks(desk: OnDesk, _who: Standing) -> bool:
    return not desk.seen.reveals and desk.seen.view not in {View.COMPLAINANT, View.ASSIST}


def _publishes(desk: OnDesk, who: Standing) -> bool:
    """Once, and nothing that must stay unsaid (H-146)."""
    may = any(map(who.may, (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK)))
    order = desk.hotline_order
    known = getattr(order, "publication", None)
    refused = known is None or known.state == PublicationState.REFUSED
    return may and refused and order.confidential != Confidentiality.SECRET


def _by_number(name: str) -> Callable[[OnDesk, Account, Mapping[str, Any]], object]:
    """Services that find the order by its number, as its reader may."""
    return lambda desk, by, given: getattr(services, name)(desk.hotline_order.order_no, by=by, **given)


def _supply_redacted(desk: OnDesk, by: Account, given: Mapping[str, Any]) -> object:
    return services.supply_redacted(
        desk.hotline_order.order_no, int(given["file_id"]), given["content"], by=by
    )


_AGENT, _DISPATCHER, _HEAD = (
    _may(Permission.TAKE_CALLS),
    _may(Permission.DISPATCH),
    _may(Permission.RULE_DISPUTES),
)
_CALLBACK, _INSPECTOR = _may(Permission.CALL_BACK), _may(Permission.CHECK_RESULTS)
_WORKED_ON = (S.HANDLING, S.REWORK)

VERBS: tuple[DeskVerb, ...] = (
    DeskVerb(name="accept", label=_("受理"), done=_("已受理"), form=Plain, act=_service("accept"),
             states=(S.REGISTERED,), gate=_AGENT, is_main=True),
    DeskVerb(name="transfer_emergency", label=_("紧急转接"), done=_("已转接"), form=forms.TransferForm,
             act=_service("transfer_emergency"), states=(S.REGISTERED,), gate=_AGENT, is_grave=True),
    DeskVerb(name="classify_order", label=_("更正分类"), done=_("分类已更正"), form=forms.ClassifyForm,
             act=_service("classify_order"), states=(S.REGISTERED, S.ACCEPTED),
             gate=_may(Permission.TAKE_CALLS, Permission.DISPATCH)),
    DeskVerb(name="answer_directly", label=_("直接答复"), done=_("已直接答复"), form=forms.AnswerForm,
             act=_service("answer_directly"), states=(S.ACCEPTED,), gate=_AGENT),
    DeskVerb(name="guide_elsewhere", label=_("分类引导"), done=_("已引导"), form=forms.GuideForm,
             act=_service("guide_elsewhere"), states=(S.REGISTERED,), gate=_AGENT),
    DeskVerb(name="mark_invalid", label=_("标记无效"), done=_("已标记无效"), form=forms.InvalidForm,
             act=_service("mark_invalid"), states=(S.REGISTERED,), gate=_INSPECTOR, is_grave=True),
    DeskVerb(name="dispatch", label=_("派单"), done=_("已派单"), form=forms.DispatchForm,
             act=_service("dispatch"), states=(S.ACCEPTED,), gate=_DISPATCHER, is_main=True),
    DeskVerb(name="merge", label=_("并单"), done=_("已并单"), form=forms.MergeForm, act=_merge,
             states=(S.REGISTERED, S.ACCEPTED, S.DISPATCHED, S.HANDLING), gate=_DISPATCHER),
    DeskVerb(name="sign_for", label=_("签收"), done=_("已签收"), form=Plain, act=_service("sign_for"),
             states=(S.DISPATCHED,), gate=_host, is_main=True),
    DeskVerb(name="request_return", label=_("申请退单"), done=_("退单申请已提交"), form=forms.ReturnForm,
             act=_service("request_return"), states=(S.DISPATCHED,), gate=_host),
    DeskVerb(name="raise_dispute", label=_("提出职责争议"), done=_("已进入裁定"), form=forms.ReasonForm,
             act=_service("raise_dispute"), states=(S.DISPATCHED,), gate=_heads_it, is_grave=True),
    DeskVerb(name="approve_return", label=_("同意退单"), done=_("已同意退单"), form=forms.DecisionForm,
             act=_service("approve_return"), states=(S.RETURN_REVIEW,), gate=_DISPATCHER),
    DeskVerb(name="reject_return", label=_("不同意退单"), done=_("已驳回退单"), form=forms.RejectReturnForm,
             act=_service("reject_return"), states=(S.RETURN_REVIEW,), gate=_DISPATCHER),
    DeskVerb(name="escalate_dispute", label=_("提交裁定"), done=_("已提交裁定"), form=forms.ReasonForm,
             act=_service("escalate_dispute"), states=(S.RETURN_REVIEW,), gate=_DISPATCHER),
    DeskVerb(name="rule_to", label=_("裁定主办单位"), done=_("已裁定"), form=forms.RulingForm,
             act=_service("rule_to"), states=(S.DISPUTED,), gate=_HEAD, is_main=True),
    DeskVerb(name="rule_keep", label=_("裁定由现单位主办"), done=_("已裁定"), form=forms.VerdictForm,
             act=_service("rule_keep"), states=(S.DISPUTED,), gate=_HEAD),
    DeskVerb(name="log_contact", label=_("登记联系"), done=_("联系已登记"), form=forms.ContactForm,
             act=_service("log_contact"), states=(*_WORKED_ON, S.SHELVED), gate=_host),
    DeskVerb(name="tell_progress", label=_("告知进展"), done=_("进展已告知诉求人"), form=forms.TextForm,
             act=_service("tell_progress"), states=_WORKED_ON, gate=_host),
    DeskVerb(name="ask_supplement", label=_("请诉求人补充"), done=_("已请诉求人补充"), form=forms.QuestionForm,
             act=_service("ask_supplement"), states=_WORKED_ON, gate=_host),
    DeskVerb(name="submit_result", label=_("提交办理结果"), done=_("结果已提交审核"), form=forms.ResultForm,
             act=_with_photos("submit_result"), states=_WORKED_ON, gate=_host, is_main=True),
    DeskVerb(name="add_evidence", label=_("补充佐证"), done=_("佐证已保存"), form=forms.EvidenceForm,
             act=_add_photos, states=(*_WORKED_ON, S.SHELVED), gate=_host),
    DeskVerb(name="reply_as_assist", label=_("协办答复"), done=_("已答复主办单位"), form=forms.TextForm,
             act=_service("reply_as_assist"), states=(*_WORKED_ON, S.DISPATCHED), gate=_assist, is_main=True),
    DeskVerb(name="request_extension", label=_("申请延期"), done=_("延期申请已提交"), form=forms.ExtensionForm,
             act=_service("request_extension"), states=(S.HANDLING,), gate=_host),
    DeskVerb(name="approve_extension", label=_("同意延期"), done=_("已同意延期"), form=forms.DecisionForm,
             act=_extension(approve=True), states=(S.HANDLING,), gate=_extension_waits),
    DeskVerb(name="refuse_extension", label=_("不同意延期"), done=_("未同意延期"), form=forms.DecisionForm,
             act=_extension(approve=False), states=(S.HANDLING,), gate=_extension_waits),
    DeskVerb(name="request_shelving", label=_("申请挂账"), done=_("挂账申请已提交"), form=forms.ShelvingForm,
             act=_shelving, states=_WORKED_ON, gate=_host),
    DeskVerb(name="shelve", label=_("同意挂账"), done=_("已同意"), form=Plain, act=_service("shelve"),
             states=_WORKED_ON, gate=_key_waits,
             hint=_("热线管理和分管领导各同意一次才生效。")),
    DeskVerb(name="refuse_shelving", label=_("不同意挂账"), done=_("未同意挂账"), form=forms.ReasonForm,
             act=_service("refuse_shelving"), states=_WORKED_ON, gate=_shelving_waits),
    DeskVerb(name="resume", label=_("恢复办理"), done=_("已恢复办理"), form=forms.ReasonForm,
             act=_service("resume"), states=(S.SHELVED,), gate=_host),
    DeskVerb(name="write_off", label=_("销账"), done=_("已提交销账"), form=forms.WriteOffForm,
             act=_with_photos("write_off"), states=(S.SHELVED,), gate=_host, is_main=True),
    DeskVerb(name="review_shelving", label=_("挂账复核"), done=_("复核已记录"), form=forms.ShelvingReviewForm,
             act=_service("review_shelving"), states=(S.SHELVED,), gate=_HEAD,
             hint=_("继续挂账 90 天；逾期不复核的自动恢复办理。")),
    DeskVerb(name="reassign", label=_("改派"), done=_("已改派"), form=forms.HostForm,
             act=_service("reassign"), states=(S.HANDLING,), gate=_HEAD),
    DeskVerb(name="change_host", label=_("改由他单位重办"), done=_("已改派"), form=forms.HostForm,
             act=_service("change_host"), states=(S.REWORK,), gate=_HEAD),
    DeskVerb(name="countersign_result", label=_("负责人会签"), done=_("已会签"), form=Plain,
             act=_service("countersign_result"), states=(S.CLOSE_REVIEW,), gate=_heads_it, is_main=True),
    DeskVerb(name="approve_result", label=_("审核通过"), done=_("已通过，答复诉求人"), form=forms.SixPointsForm,
             act=_service("approve_result"), states=(S.CLOSE_REVIEW,), gate=_INSPECTOR, is_main=True),
    DeskVerb(name="reject_result", label=_("退回重做"), done=_("已退回"), form=forms.DefectForm,
             act=_service("reject_result"), states=(S.CLOSE_REVIEW,), gate=_INSPECTOR),
    DeskVerb(name="answer_survey", label=_("记录回访"), done=_("回访已记录"), form=forms.SurveyForm,
             act=_service("answer_survey"), states=(S.CALLBACK,), gate=_CALLBACK, is_main=True),
    DeskVerb(name="record_survey_attempt", label=_("没有联系上"), done=_("已记录"), form=forms.AttemptForm,
             act=_service("record_survey_attempt"), states=(S.CALLBACK,), gate=_CALLBACK),
    DeskVerb(name="conclude_good", label=_("好评办结"), done=_("已归档"), form=Plain,
             act=_service("conclude_good"), states=(S.CALLBACK,), gate=_CALLBACK),
    DeskVerb(name="conclude_bad", label=_("差评重办"), done=_("已退回重办"), form=Plain,
             act=_service("conclude_bad"), states=(S.CALLBACK,), gate=_CALLBACK, is_grave=True),
    DeskVerb(name="conclude_panel", label=_("集体认定"), done=_("已认定"), form=forms.PanelForm,
             act=_service("conclude_panel"), states=(S.CALLBACK,), gate=_HEAD),
    DeskVerb(name="split", label=_("拆成两单"), done=_("已拆单"), form=centre.SplitForm, act=_service("split"),
             states=(S.REGISTERED, S.ACCEPTED), gate=_AGENT),
    DeskVerb(name="plan_jointly", label=_("联合办理方案"), done=_("方案已保存"), form=centre.PlanForm,
             act=_service("plan_jointly"), states=(S.DISPATCHED, *_WORKED_ON), gate=_plans),
    DeskVerb(name="call_to_site", label=_("现场核实"), done=_("已通知到场核实"), form=centre.SiteForm,
             act=_service("call_to_site"), states=(S.DISPUTED,), gate=_HEAD),
    DeskVerb(name="record_site", label=_("登记到场情况"), done=_("已登记"), form=centre.PresentForm,
             act=_service("record_site"), states=(S.DISPUTED,), gate=_rules_on_the_spot),
    DeskVerb(name="approve_batch", label=_("批量诉求不计入考核"), done=_("已剔除"), form=forms.ReasonForm,
             act=_service("approve_batch"), states=tuple(S), gate=_excludes_batch),
    DeskVerb(name="supply_redacted", label=_("提交脱敏件"), done=_("脱敏件已保存"), form=centre.RedactedForm,
             act=_supply_redacted, states=tuple(S), gate=_blackens),
    DeskVerb(name="request_unmask", label=_("申请解密查看"), done=_("已申请，等两把钥匙"), form=UnmaskForm,
             act=_by_number("request_unmask"), states=tuple(S), gate=_sees_masks),
    DeskVerb(name="propose_publication", label=_("提出公开"), done=_("已提出，等另一个人审核"),
             form=PublicationForm, act=_by_number("propose_publication"), states=(S.ARCHIVED,),
             gate=_publishes),
)  # fmt: skip


def verbs_for(desk: OnDesk) -> list[DeskVerb]:
    """What this person may do with the order as it stands."""
    status = S(desk.hotline_order.status)
    return [one for one in VERBS if status in one.states and one.gate(desk, desk.who)]
