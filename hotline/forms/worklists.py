"""What is typed on the lists beside the orders: outcomes, findings, requests."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.workdays import SHANGHAI
from hotline.forms.desk import YES_NO, department_field
from hotline.rules.alerting import BY_PEOPLE
from hotline.rules.restricting import next_stage
from hotline.selectors.tree import current_tree
from hotline.states import AbuseKind, OrderStatus, PreemptSource, RestrictionStage, SampleKind
from identity.desks import VerbForm, day, long_text, one_of
from identity.models import Region
from identity.selectors import departments


class OutcomeForm(VerbForm):
    """What came of a call or a look (H-16, H-23)."""

    outcome = long_text(rows=2, label=_("结果"), max_length=200)


class UnmaskForm(VerbForm):
    """解密查看 (H-142)."""

    reason = long_text(rows=2, label=_("理由"), max_length=500, help_text=_("至少 10 个字，以后可以查到"))
    silence_basis = forms.CharField(
        label=_("不告知诉求人的法律依据"),
        max_length=200,
        required=False,
        help_text=_("没有就不写，会告知诉求人"),
    )


class PublicationForm(VerbForm):
    """公开 (H-146)."""

    title = forms.CharField(label=_("标题"), max_length=60)
    text = long_text(label=_("诉求"), max_length=2000, help_text=_("重新写一遍，不带姓名、电话、车牌、住址"))
    reply = long_text(label=_("答复"), max_length=2000)


class ExportForm(VerbForm):
    """工单导出 (H-143)."""

    status = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), *OrderStatus.choices], required=False
    )
    registered_from = day(label=_("登记日期从"), required=False, help_text=_("例如 2026-03-02"))
    registered_to = day(label=_("登记日期到"), required=False, help_text=_("含这一天"))
    reason = forms.CharField(label=_("用途"), max_length=200)

    def ask(self, subject: Any) -> None:
        """Departments and categories of today."""
        self.fields["department"] = department_field(label=_("主办部门"), required=False)
        self.fields["category"] = _category_field()
        self.order_fields(["status", "department", "category", "registered_from", "registered_to", "reason"])

    def given(self) -> dict[str, Any]:
        """The filters as the service names them."""
        said = self.cleaned_data
        chosen = {name: said[name] for name in ("status", "department", "category")}
        if said["registered_from"]:
            chosen["from"] = said["registered_from"].isoformat()
        if said["registered_to"]:
            chosen["to"] = datetime.combine(said["registered_to"], time.max, SHANGHAI).isoformat()
        return {"filters": chosen, "reason": said["reason"]}


def _category_field() -> forms.ChoiceField:
    chosen = current_tree().chosen_on(timezone.localdate())
    choices = [("", "—"), *[(one.code, f"{one.code} {one.name}") for one in chosen]]
    return forms.ChoiceField(label=_("二级分类"), choices=choices, required=False)


class PreemptForm(VerbForm):
    """未诉先办 that no algorithm knows (H-170, H-173)."""

    source = one_of([(one.value, one.label) for one in PreemptSource if one in BY_PEOPLE], label=_("来源"))
    title = forms.CharField(label=_("事项"), max_length=120)
    key = forms.CharField(
        label=_("来源编号"), max_length=100, help_text=_("文号、预警编号或巡查单号：同一来源只登记一次")
    )
    due_on = day(label=_("期限"), help_text=_("例如 2026-03-02"))
    group = forms.IntegerField(label=_("关联诉求编号"), required=False, min_value=1)

    def ask(self, subject: Any) -> None:
        """Who leads, what and where it is about."""
        self.fields["lead"] = department_field(label=_("牵头部门"))
        self.fields["category"] = _category_field()
        self.fields["region"] = forms.ModelChoiceField(
            Region.objects.exclude(kind=Region.Kind.CITY).order_by("code"),
            label=_("地区"),
            required=False,
            empty_label=_("全市"),
            to_field_name="code",
        )
        self.order_fields(["source", "title", "key", "lead", "category", "region", "due_on", "group"])

    def given(self) -> dict[str, Any]:
        """The due is the end of its day."""
        said = dict(self.cleaned_data)
        due_at = datetime.combine(said.pop("due_on"), time(23, 59), SHANGHAI)
        said["region"] = said["region"].code if said["region"] else ""
        return {**said, "source": PreemptSource(said["source"]), "due_at": due_at}


class PreemptedForm(VerbForm):
    """What was done before anybody complained."""

    measures = long_text(label=_("措施"), max_length=2000)


class SampleForm(VerbForm):
    """抽查结论 (H-108, H-135)."""

    finding = long_text(label=_("核查结论"), max_length=1000)

    def ask(self, subject: Any) -> None:
        """Of what was withdrawn: whether somebody pressed the complainant."""
        if subject.kind == SampleKind.WITHDRAWAL:
            self.fields["under_pressure"] = one_of(YES_NO, label=_("有没有人要求诉求人撤诉"))

    def given(self) -> dict[str, Any]:
        """Yes and no as the service takes them."""
        said = dict(self.cleaned_data)
        if "under_pressure" in said:
            said["under_pressure"] = said["under_pressure"] == "yes"
        return said


class QualityForm(VerbForm):
    """话务质检 (H-183)."""

    score = forms.IntegerField(label=_("得分"), min_value=0, max_value=100)
    note = long_text(rows=2, label=_("质检意见"), max_length=1000)


class FindingForm(VerbForm):
    """What the inspectors found (H-147)."""

    finding = long_text(label=_("核查结论"), max_length=2000)


class ConclusionForm(VerbForm):
    """复核结论 (H-115)."""

    conclusion = long_text(label=_("复核结论"), max_length=2000)


class MarkForm(VerbForm):
    """骚扰标记 (H-137)."""

    phone = forms.CharField(label=_("号码"), max_length=20)
    kind = one_of(AbuseKind.choices, label=_("类型"))
    recording = forms.CharField(label=_("录音编号"), max_length=64, required=False)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class RungForm(VerbForm):
    """The next rung of the ladder (H-137)."""

    reason = long_text(rows=2, label=_("事由"), max_length=500)
    evidence = long_text(
        rows=2,
        label=_("证据清单"),
        max_length=1000,
        required=False,
        help_text=_("一行一个；移送公安机关必填"),
    )

    def given(self) -> dict[str, Any]:
        """The rung that follows, with its evidence line by line."""
        said = self.cleaned_data
        lines = [line.strip() for line in said["evidence"].splitlines()]
        stage = next_stage(RestrictionStage(self.subject.stage))
        return {"stage": stage, "reason": said["reason"], "evidence": [line for line in lines if line]}


class AppealForm(VerbForm):
    """申诉结论 (H-138)."""

    lift = one_of(YES_NO, label=_("解除限制"))
    decision = long_text(rows=2, label=_("结论"), max_length=1000)

    def given(self) -> dict[str, Any]:
        """Whether it is lifted, and why."""
        said = self.cleaned_data
        return {"lift": said["lift"] == "yes", "decision": said["decision"]}


class DoubtAnswerForm(VerbForm):
    """纠错答复 (H-182)."""

    wrong = one_of(YES_NO, label=_("知识确实有误"))
    outcome = long_text(rows=2, label=_("处理结果"), max_length=1000)

    def given(self) -> dict[str, Any]:
        """Whether it was wrong, and what follows."""
        said = self.cleaned_data
        return {"wrong": said["wrong"] == "yes", "outcome": said["outcome"]}


class RuleForm(VerbForm):
    """A new row of 派单目录 (H-80)."""

    legal_basis = forms.CharField(label=_("依据（法律或权责清单条目）"), max_length=400)
    fact_tag = forms.CharField(label=_("事实标签"), max_length=60, required=False)

    def ask(self, subject: Any) -> None:
        """Which category, whose."""
        chosen = current_tree().chosen_on(timezone.localdate())
        self.fields["category"] = forms.ChoiceField(
            label=_("二级分类"), choices=[(one.code, f"{one.code} {one.name}") for one in chosen]
        )
        self.fields["department"] = department_field(label=_("主办单位"))
        self.order_fields(["category", "department", "legal_basis", "fact_tag"])

    def given(self) -> dict[str, Any]:
        """The department itself."""
        said = dict(self.cleaned_data)
        code = said.pop("department")
        return {**said, "department": next(one for one in departments().values() if one.code == code)}


class ParameterForm(VerbForm):
    """A number set anew (H-162, H-164): as JSON, so that tables and texts are as good as numbers."""

    value = forms.JSONField(label=_("新的取值"), widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label=_("说明"), max_length=200)

    def ask(self, subject: Any) -> None:
        """What it is now."""
        self.fields["value"].initial = subject.value


class VersionForm(VerbForm):
    """A loaded version of 派单目录 (H-80)."""

    version = forms.IntegerField(label=_("版本"), min_value=1, max_value=32767)
