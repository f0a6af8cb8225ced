"""The centre's own lists: calls to return, looks that are owed, samples, harassing numbers, knowledge, the catalogue."""

import json
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.crypto import mask_mobile
from hotline import services
from hotline.forms import worklists as forms
from hotline.models import CallBackTask, NumberRestriction, SampleCheck
from hotline.rules import ending
from hotline.rules.calling import objections_to_calling_back
from hotline.rules.cataloguing import objections_to_proposing
from hotline.rules.desk import objections_to_finishing
from hotline.rules.knowledge import objections_to_keeping
from hotline.rules.restricting import next_stage, objections_to_stage
from hotline.selectors import worklists as selectors
from hotline.selectors.tree import current_tree
from hotline.views.worklists.base import Column, Kind, Worklist, by_number, person, under_lock
from identity.desks import Plain, Verb
from identity.roles import Permission
from identity.selectors import Standing

__all__ = ["LISTS"]


def _over(done: Any, words: str) -> list[str]:
    return [words] if done else []


def _phone(row: CallBackTask) -> str:
    """Whole while it is to be called; afterwards nobody needs it."""
    return mask_mobile(row.phone) if row.done_at else row.phone


CALL_BACKS = Worklist(
    key="call-backs",
    title=_("漏接回拨"),
    hint=_("漏接后半小时内回拨；两小时内同一号码的漏接算一件。"),
    readers=(Permission.TAKE_CALLS,),
    rows=selectors.call_backs,
    waits=Q(done_at=None),
    due="due_at",
    columns=(
        Column(_("号码"), _phone),
        Column(_("漏接次数"), lambda row: row.missed),
        Column(_("最近漏接"), lambda row: row.last_missed_at, Kind.MOMENT),
        Column(_("最迟回拨"), lambda row: None if row.done_at else row.due_at, Kind.DUE),
        Column(_("结果"), lambda row: row.outcome),
        Column(_("回拨人"), lambda row: person(row.done_by), whole=True),
        Column(_("回拨时间"), lambda row: row.done_at, Kind.MOMENT, whole=True),
    ),
    verbs=(
        Verb(
            name="finish",
            label=_("登记回拨结果"),
            done=_("已登记"),
            form=forms.OutcomeForm,
            act=under_lock(services.finish_call_back),
            objections=lambda row, who: objections_to_calling_back(who) + _over(row.done_at, "已经回拨过"),
            is_main=True,
        ),
    ),
)

DESK_TASKS = Worklist(
    key="tasks",
    title=_("待核事项"),
    readers=(Permission.TAKE_CALLS, Permission.DISPATCH, Permission.RULE_DISPUTES),
    rows=selectors.desk_tasks,
    waits=Q(done_at=None),
    due="due_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("事项"), lambda row: row.get_kind_display()),
        Column(_("最迟"), lambda row: None if row.done_at else row.due_at, Kind.DUE),
        Column(_("结论"), lambda row: row.outcome),
        Column(_("核查人"), lambda row: person(row.done_by), whole=True),
        Column(_("核查时间"), lambda row: row.done_at, Kind.MOMENT, whole=True),
    ),
    verbs=(
        Verb(
            name="finish",
            label=_("登记核查结论"),
            done=_("已登记"),
            form=forms.OutcomeForm,
            act=under_lock(services.finish_task),
            objections=lambda row, who: (
                objections_to_finishing(row.kind, who) + _over(row.done_at, "这个事项已经核查过")
            ),
            is_main=True,
        ),
    ),
)


def _checking(row: SampleCheck, who: Standing) -> list[str]:
    may = who.may(Permission.CALL_BACK) or who.may(Permission.SUPERVISE)
    objections = [] if may else ["抽查由回访员和督办员核查"]
    return objections + _over(row.checked_at, "已经核查过")


SAMPLES = Worklist(
    key="samples",
    title=_("挂账和撤诉抽查"),
    hint=_("挂账或撤诉偏多的单位，按季、按月抽一部分核查。"),
    readers=(Permission.CALL_BACK, Permission.SUPERVISE),
    rows=selectors.sample_checks,
    waits=Q(checked_at=None),
    due="drawn_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("类型"), lambda row: row.get_kind_display()),
        Column(_("单位"), lambda row: row.department.name),
        Column(_("时段"), lambda row: row.period),
        Column(_("核查结论"), lambda row: row.finding),
        Column(_("核查人"), lambda row: person(row.checked_by), whole=True),
    ),
    verbs=(
        Verb(
            name="check",
            label=_("登记核查结论"),
            done=_("已登记"),
            form=forms.SampleForm,
            act=under_lock(services.record_check),
            objections=_checking,
            is_main=True,
        ),
    ),
)


def _listening(row: Any, who: Standing) -> list[str]:
    may = [] if who.may(Permission.RULE_DISPUTES) else ["只有质检员可以质检"]
    return may + _over(row.checked_at, "这个样本已经质检过了")


QUALITY = Worklist(
    key="quality",
    title=_("话务质检"),
    readers=(Permission.RULE_DISPUTES,),
    rows=selectors.quality_samples,
    waits=Q(checked_at=None),
    due="drawn_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("话务员"), lambda row: person(row.agent)),
        Column(_("月份"), lambda row: f"{row.month:%Y-%m}"),
        Column(_("抽取原因"), lambda row: row.get_reason_display()),
        Column(_("得分"), lambda row: row.score),
        Column(_("质检意见"), lambda row: row.note, whole=True),
        Column(_("质检人"), lambda row: person(row.checked_by), whole=True),
    ),
    verbs=(
        Verb(
            name="check",
            label=_("登记质检结果"),
            done=_("已登记"),
            form=forms.QualityForm,
            act=under_lock(services.check_quality),
            objections=_listening,
            is_main=True,
        ),
    ),
)


def _climbing(row: NumberRestriction, who: Standing) -> list[str]:
    following = next_stage(row.stage)
    objections = objections_to_stage(who, following)
    if following == row.stage:
        objections.append("已经移送公安机关")
    return objections + _over(row.lifted_at, "已经解除")


def _hearing(row: NumberRestriction, who: Standing) -> list[str]:
    objections = ending.objections_to_heading_the_hotline(who)
    if row.appealed_at is None:
        objections.append("没有申诉")
    return objections + _over(row.decided_at, "申诉已经有结论")


RESTRICTIONS = Worklist(
    key="restrictions",
    title=_("骚扰号码"),
    hint=_("网上、来信和紧急诉求永远不受限制。先警告，再逐级处置，不能越级；都可以申诉。"),
    readers=(Permission.CHECK_RESULTS, Permission.RULE_DISPUTES, Permission.AUDIT, Permission.TAKE_CALLS),
    rows=selectors.number_restrictions,
    waits=Q(lifted_at=None) & (Q(appealed_at=None) | Q(decided_at=None)),
    due="since",
    columns=(
        Column(_("号码"), lambda row: mask_mobile(row.phone)),
        Column(_("处置"), lambda row: row.get_stage_display()),
        Column(_("开始"), lambda row: row.since, Kind.MOMENT),
        Column(_("到期"), lambda row: row.until, Kind.MOMENT),
        Column(_("申诉最迟答复"), lambda row: None if row.decided_at else row.appeal_due_at, Kind.DUE),
        Column(_("事由"), lambda row: row.reason, whole=True),
        Column(_("证据"), lambda row: "；".join(row.evidence), whole=True),
        Column(_("处置人"), lambda row: person(row.by), whole=True),
        Column(_("申诉理由"), lambda row: row.appeal, whole=True),
        Column(_("申诉结论"), lambda row: row.decision, whole=True),
        Column(_("解除"), lambda row: row.lifted_at, Kind.MOMENT, whole=True),
    ),
    verbs=(
        Verb(
            name="decide_appeal",
            label=_("审理申诉"),
            done=_("已审理"),
            form=forms.AppealForm,
            act=under_lock(services.decide_appeal),
            objections=_hearing,
        ),
        Verb(
            name="restrict",
            label=_("进入下一级处置"),
            done=_("已处置"),
            form=forms.RungForm,
            act=lambda row, by, given: services.restrict_number(row.phone, by=by, **given),
            objections=_climbing,
            is_grave=True,
        ),
    ),
    begins=(
        Verb(
            name="mark",
            label=_("标记骚扰来电"),
            done=_("已标记"),
            hint=_("达到次数后系统自动警告这个号码。"),
            form=forms.MarkForm,
            act=lambda _row, by, given: services.mark_call(**given, by=by),
            objections=lambda _row, who: (
                [] if who.may(Permission.TAKE_CALLS) else ["只有话务员可以标记骚扰电话"]
            ),
        ),
    ),
)


def _reconsidering(row: Any, who: Standing) -> list[str]:
    waits = [] if row.reconsidered_at and not row.reconsideration else ["已经复核"]
    return ending.objections_to_heading_the_hotline(who) + waits


RECONSIDERATIONS = Worklist(
    key="reconsiderations",
    title=_("认定复核"),
    hint=_("诉求人对集体认定申请复核一次，由没有参加认定的人书面答复。"),
    readers=(Permission.RULE_DISPUTES,),
    rows=selectors.reconsiderations,
    waits=Q(reconsideration=""),
    due="reconsidered_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("申请复核"), lambda row: row.reconsidered_at, Kind.MOMENT),
        Column(_("认定标准"), lambda row: row.get_ground_display()),
        Column(_("书面理由"), lambda row: row.reasons, whole=True),
        Column(_("复核结论"), lambda row: row.reconsideration, whole=True),
    ),
    verbs=(
        Verb(
            name="reconsider",
            label=_("作出复核结论"),
            done=_("已复核"),
            form=forms.ConclusionForm,
            act=lambda row, by, given: services.reconsider(row.hotline_order_id, by=by, **given),
            objections=_reconsidering,
            is_main=True,
        ),
    ),
)


def _approving(row: Any, who: Standing) -> list[str]:
    own = row.proposed_by is not None and row.proposed_by.person_id == who.person_id
    objections = [] if who.may(Permission.RULE_DISPUTES) else ["派单目录由热线管理机构批准"]
    return objections + _over(own, "不能批准自己提出的目录") + _over(row.approved_at, "这一行已经批准")


def _category(row: Any) -> str:
    found = current_tree().categories.get(row.category)
    return f"{row.category} {found.name}" if found else row.category


RULES = Worklist(
    key="dispatch-rules",
    title=_("派单目录待批"),
    hint=_("裁定形成的新规则，批准以后同样的事直接派给这个单位。"),
    readers=(Permission.RULE_DISPUTES, Permission.DISPATCH),
    rows=selectors.dispatch_rules,
    waits=Q(approved_at=None),
    due="id",
    columns=(
        Column(_("分类"), _category),
        Column(_("单位"), lambda row: row.department.name),
        Column(_("地区"), lambda row: row.region.name if row.region else ""),
        Column(_("来源"), lambda row: row.get_source_display()),
        Column(_("版本"), lambda row: row.version),
        Column(_("生效"), lambda row: row.valid_from.isoformat()),
        Column(_("依据"), lambda row: row.legal_basis, whole=True),
        Column(_("事实标签"), lambda row: row.fact_tag, whole=True),
        Column(_("提出人"), lambda row: person(row.proposed_by), whole=True),
        Column(_("批准人"), lambda row: person(row.approved_by), whole=True),
    ),
    verbs=(
        Verb(
            name="approve",
            label=_("批准"),
            done=_("已批准"),
            form=Plain,
            act=under_lock(services.approve_rule),
            objections=_approving,
            is_main=True,
        ),
    ),
    begins=(
        Verb(
            name="propose",
            label=_("提出新的一行"),
            done=_("已提出，等待批准"),
            form=forms.RuleForm,
            act=lambda _row, by, given: services.propose_rule(by=by, **given),
            objections=lambda _row, who: objections_to_proposing(who),
        ),
        Verb(
            name="approve_version",
            label=_("批准整版目录"),
            done=_("整版目录已批准"),
            hint=_("新版生效，旧版在前一天失效。"),
            form=forms.VersionForm,
            act=lambda _row, by, given: services.approve_catalogue(by=by, **given),
            objections=lambda _row, who: (
                [] if who.may(Permission.RULE_DISPUTES) else ["派单目录由热线管理机构批准"]
            ),
        ),
    ),
)

DOUBTS = Worklist(
    key="article-doubts",
    title=_("知识纠错"),
    hint=_("1个工作日内答复；确实有误的知识马上停用，改好再发布。"),
    readers=(Permission.RULE_DISPUTES, Permission.EDIT_CATALOGUE),
    rows=selectors.article_doubts,
    waits=Q(settled_at=None),
    due="due_at",
    columns=(
        Column(_("知识"), lambda row: f"{row.article.code} {row.article.title}"),
        Column(_("哪里有误"), lambda row: row.text),
        Column(_("最迟"), lambda row: None if row.settled_at else row.due_at, Kind.DUE),
        Column(_("处理结果"), lambda row: row.outcome),
        Column(_("提出人"), lambda row: person(row.by), whole=True),
        Column(_("处理人"), lambda row: person(row.settled_by), whole=True),
    ),
    verbs=(
        Verb(
            name="settle",
            label=_("答复纠错"),
            done=_("已答复"),
            form=forms.DoubtAnswerForm,
            act=under_lock(services.settle_doubt),
            objections=lambda row, who: objections_to_keeping(who) + _over(row.settled_at, "已经处理过了"),
            is_main=True,
        ),
    ),
)

FOLLOW_UPS = Worklist(
    key="follow-ups",
    title=_("办结后跟踪"),
    hint=_("解决四周后抽一成问是否仍然解决；说没有的，自动登记新工单。"),
    readers=(Permission.CALL_BACK, Permission.RULE_DISPUTES, Permission.SUPERVISE),
    rows=selectors.follow_ups,
    waits=Q(answered_at=None),
    due="asked_at",
    columns=(
        Column(_("工单"), by_number("hotline_order"), Kind.NUMBER),
        Column(_("询问"), lambda row: row.asked_at, Kind.MOMENT),
        Column(_("回答"), lambda row: {True: _("仍然解决"), False: _("没有解决")}.get(row.still_solved, "")),
        Column(_("新工单"), by_number("reopened_as"), Kind.NUMBER),
        Column(_("说明"), lambda row: row.text, whole=True),
    ),
)


def _heading(_row: Any, who: Standing) -> list[str]:
    return ending.objections_to_heading_the_hotline(who)


PARAMETERS = Worklist(
    key="parameters",
    is_register=True,
    title=_("热线参数"),
    hint=_("改动从现在起生效，以前的工单按当时的取值。"),
    readers=(Permission.RULE_DISPUTES,),
    rows=selectors.parameters,
    waits=Q(pk__isnull=False),
    due="id",
    columns=(
        Column(_("名称"), lambda row: row.name),
        Column(_("说明"), lambda row: row.reason),
        Column(_("取值"), lambda row: json.dumps(row.value, ensure_ascii=False)),
        Column(_("生效"), lambda row: row.valid_from, Kind.MOMENT),
        Column(_("设定人"), lambda row: person(row.set_by), whole=True),
    ),
    verbs=(
        Verb(
            name="set",
            label=_("改取值"),
            done=_("已改，从现在起生效"),
            form=forms.ParameterForm,
            act=lambda row, by, given: services.set_parameter(row.name, by=by, **given),
            objections=_heading,
            is_main=True,
        ),
    ),
    begins=(
        Verb(
            name="declare_outage",
            label=_("宣布平台故障，全部停表"),
            done=_("已宣布，在办工单停止计时"),
            form=Plain,
            act=lambda _row, by, _given: services.declare_outage(by=by),
            objections=_heading,
            is_grave=True,
        ),
        Verb(
            name="end_outage",
            label=_("平台恢复，继续计时"),
            done=_("已恢复计时"),
            form=Plain,
            act=lambda _row, by, _given: services.end_outage(by=by),
            objections=_heading,
        ),
    ),
)

LISTS = (
    CALL_BACKS,
    DESK_TASKS,
    SAMPLES,
    FOLLOW_UPS,
    QUALITY,
    RESTRICTIONS,
    RECONSIDERATIONS,
    RULES,
    DOUBTS,
    PARAMETERS,
)
