"""What is personal, leaves the house or is made public; what the inspectors alone read; what is done before anybody complains."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline import services
from hotline.forms import worklists as forms
from hotline.models import OrderExport, PreemptTask, UnmaskGrant
from hotline.rules import privacy as rules
from hotline.rules.alerting import objections_to_finishing, objections_to_preempting
from hotline.selectors import worklists as selectors
from hotline.services.exporting import FILTERS
from hotline.states import PreemptSource, PublicationState, RequestState
from hotline.views.worklists.base import Column, Kind, Worklist, by_number, person, under_lock
from identity.desks import Plain, Verb
from identity.roles import Permission
from identity.selectors import Standing

__all__ = ["EXPORTS", "LISTS", "UNMASKING"]


def _turning(key: int) -> Callable[[UnmaskGrant, Standing], list[str]]:
    def objections(row: UnmaskGrant, who: Standing) -> list[str]:
        turned = row.first_key_by if key == 1 else row.second_key_by
        already = ["这把钥匙已经转过"] if turned else []
        return rules.objections_to_key(row, key, who) + already + _settled(row)

    return objections


def _settled(row: UnmaskGrant) -> list[str]:
    return ["这个解密申请已经有了结果"] if row.expires_at or row.refused_at else []


def _refusing(row: UnmaskGrant, who: Standing) -> list[str]:
    return rules.objections_to_refusing(row, who) + _settled(row)


def _unmask_state(row: UnmaskGrant) -> Any:
    if row.refused_at:
        return _("未同意")
    if row.expires_at is None:
        return _("待两把钥匙")
    return _("可以查看") if row.opens(timezone.now()) else _("已过期")


UNMASKING = Worklist(
    key="unmasking",
    title=_("解密查看"),
    hint=_("热线管理和审计各转一把钥匙才能看，一天后失效，每次查看都留痕并告知诉求人。"),
    readers=(Permission.RULE_DISPUTES, Permission.AUDIT),
    also=lambda who: bool(who.posts),
    rows=selectors.unmask_grants,
    waits=Q(expires_at=None, refused_at=None),
    due="requested_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("申请人"), lambda row: person(row.requested_by)),
        Column(_("申请时间"), lambda row: row.requested_at, Kind.MOMENT),
        Column(_("进展"), _unmask_state),
        Column(_("理由"), lambda row: row.reason, whole=True),
        Column(_("不告知的依据"), lambda row: row.silence_basis, whole=True),
        Column(_("第一把钥匙"), lambda row: person(row.first_key_by), whole=True),
        Column(_("第二把钥匙"), lambda row: person(row.second_key_by), whole=True),
        Column(_("有效期至"), lambda row: row.expires_at, Kind.MOMENT, whole=True),
    ),
    verbs=(
        Verb(
            name="first_key",
            label=_("转第一把钥匙（热线管理）"),
            done=_("已转"),
            form=Plain,
            act=under_lock(services.turn_key, key=1),
            objections=_turning(1),
        ),
        Verb(
            name="second_key",
            label=_("转第二把钥匙（审计）"),
            done=_("已转"),
            form=Plain,
            act=under_lock(services.turn_key, key=2),
            objections=_turning(2),
        ),
        Verb(
            name="refuse",
            label=_("不同意"),
            done=_("未同意"),
            form=Plain,
            act=under_lock(services.refuse_unmask),
            objections=_refusing,
            is_grave=True,
        ),
    ),
)


def _deciding(row: OrderExport, who: Standing) -> list[str]:
    objections = rules.objections_to_export_deciding(row, who)
    return objections + ([] if row.state == RequestState.PENDING else ["这次导出已经审批过了"])


#: What each filter is called on the page.
_FILTERS = {
    "status": _("状态"),
    "category": _("分类"),
    "department": _("主办部门"),
    "from": _("登记日期从"),
    "to": _("登记日期到"),
}


def _chosen(row: OrderExport) -> str:
    parts = [f"{_FILTERS[name]} {str(row.filters[name])[:10]}" for name in FILTERS if name in row.filters]
    return "；".join(parts) or str(_("全部"))


EXPORTS = Worklist(
    key="exports",
    title=_("工单导出"),
    hint=_("导出的表里没有诉求人和原话，每行带水印；超过规定条数要热线管理机构审批。"),
    readers=(Permission.RULE_DISPUTES, Permission.AUDIT),
    also=lambda who: bool(who.posts),
    rows=selectors.exports,
    waits=Q(state=RequestState.PENDING),
    due="requested_at",
    columns=(
        Column(_("编号"), lambda row: row.pk),
        Column(_("申请人"), lambda row: person(row.requested_by)),
        Column(_("申请时间"), lambda row: row.requested_at, Kind.MOMENT),
        Column(_("条数"), lambda row: row.rows),
        Column(_("状态"), lambda row: row.get_state_display()),
        Column(_("范围"), _chosen, whole=True),
        Column(_("用途"), lambda row: row.reason, whole=True),
        Column(_("审批人"), lambda row: person(row.decided_by), whole=True),
    ),
    verbs=(
        Verb(
            name="approve",
            label=_("同意导出"),
            done=_("已同意"),
            form=Plain,
            act=under_lock(services.decide_export, approved=True),
            objections=_deciding,
            is_main=True,
        ),
        Verb(
            name="refuse",
            label=_("不同意"),
            done=_("未同意"),
            form=Plain,
            act=under_lock(services.decide_export, approved=False),
            objections=_deciding,
        ),
    ),
    begins=(
        Verb(
            name="request",
            label=_("申请导出"),
            done=_("已申请；条数不多的马上可以下载"),
            form=forms.ExportForm,
            act=lambda _row, by, given: services.request_export(
                given["filters"], reason=given["reason"], by=by
            ),
            objections=lambda _row, who: [] if who.posts else ["只有工作人员可以导出工单"],
        ),
    ),
)


def _publishing(row: Any, who: Standing) -> list[str]:
    objections = rules.objections_to_publication_deciding(row, who)
    waits = row.state == PublicationState.PROPOSED
    return objections + ([] if waits else ["这条公开申请已经审核过了"])


PUBLICATIONS = Worklist(
    key="publications",
    title=_("诉求公开"),
    hint=_("重新写过、不带个人信息，由第二个人审核后公开。"),
    readers=(
        Permission.RULE_DISPUTES,
        Permission.TAKE_CALLS,
        Permission.DISPATCH,
        Permission.CALL_BACK,
        Permission.AUDIT,
    ),
    rows=selectors.publications,
    waits=Q(state=PublicationState.PROPOSED),
    due="proposed_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("标题"), lambda row: row.title),
        Column(_("状态"), lambda row: row.get_state_display()),
        Column(_("提出"), lambda row: row.proposed_at, Kind.MOMENT),
        Column(_("诉求"), lambda row: row.text, whole=True),
        Column(_("答复"), lambda row: row.reply, whole=True),
        Column(_("提出人"), lambda row: person(row.proposed_by), whole=True),
        Column(_("审核人"), lambda row: person(row.approved_by), whole=True),
    ),
    verbs=(
        Verb(
            name="publish",
            label=_("同意公开"),
            done=_("已公开"),
            form=Plain,
            act=under_lock(services.decide_publication, publish_it=True),
            objections=_publishing,
            is_main=True,
        ),
        Verb(
            name="refuse",
            label=_("不公开"),
            done=_("不公开"),
            form=Plain,
            act=under_lock(services.decide_publication, publish_it=False),
            objections=_publishing,
        ),
    ),
)

RETALIATION = Worklist(
    key="retaliation",
    title=_("打击报复线索"),
    readers=(Permission.AUDIT,),
    rows=selectors.retaliation_reports,
    waits=Q(closed_at=None),
    due="at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("反映时间"), lambda row: row.at, Kind.MOMENT),
        Column(_("情况"), lambda row: row.text, whole=True),
        Column(_("核查结论"), lambda row: row.finding, whole=True),
        Column(_("核查人"), lambda row: person(row.closed_by), whole=True),
    ),
    verbs=(
        Verb(
            name="close",
            label=_("登记核查结论"),
            done=_("已登记"),
            form=forms.FindingForm,
            act=under_lock(services.close_retaliation),
            objections=lambda row, who: (
                rules.objections_to_opinion(who) + (["已经核查过"] if row.closed_at else [])
            ),
            is_main=True,
        ),
    ),
)


def _finishing(row: PreemptTask, who: Standing) -> list[str]:
    objections = objections_to_finishing(who, row.source, row.lead_id)
    return objections + (["已经完成"] if row.done_at else [])


def _registering(_row: Any, who: Standing) -> list[str]:
    return objections_to_preempting(who, PreemptSource.STREET)


def _effect(row: PreemptTask) -> str:
    if row.checked_at is None:
        return ""
    said = {"before": row.before, "after": row.after, "last_year": row.last_year}
    return str(_("之前三十天 %(before)s 件，之后 %(after)s 件，去年同期 %(last_year)s 件")) % said


PREEMPTING = Worklist(
    key="preempting",
    title=_("未诉先办"),
    hint=_("预警、季节、计划停供自动生成；政策、天气、巡查和居民议事由人登记。完成三十天后核查效果。"),
    readers=(
        Permission.RULE_DISPUTES,
        Permission.SUPERVISE,
        Permission.HANDLE_ORDERS,
        Permission.AUDIT,
    ),
    rows=selectors.preempt_tasks,
    waits=Q(done_at=None),
    due="due_at",
    columns=(
        Column(_("事项"), lambda row: row.title),
        Column(_("来源"), lambda row: row.get_source_display()),
        Column(_("牵头"), lambda row: row.lead.name),
        Column(_("地区"), lambda row: row.region.name if row.region else ""),
        Column(_("期限"), lambda row: row.due_at, Kind.MOMENT),
        Column(_("完成"), lambda row: row.done_at, Kind.MOMENT),
        Column(_("措施"), lambda row: row.measures, whole=True),
        Column(_("效果"), _effect, whole=True),
        Column(_("登记人"), lambda row: person(row.made_by), whole=True),
    ),
    verbs=(
        Verb(
            name="finish",
            label=_("登记措施并完成"),
            done=_("已完成，三十天后核查效果"),
            form=forms.PreemptedForm,
            act=under_lock(services.finish_preempting),
            objections=_finishing,
            is_main=True,
        ),
    ),
    begins=(
        Verb(
            name="register",
            label=_("登记事项"),
            done=_("已登记"),
            form=forms.PreemptForm,
            act=lambda _row, by, given: services.preempt(**given, by=by),
            objections=_registering,
        ),
    ),
)


LISTS = (PREEMPTING, UNMASKING, EXPORTS, PUBLICATIONS, RETALIATION)
