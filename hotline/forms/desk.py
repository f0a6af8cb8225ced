"""What the desks type for each verb on an order."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline.forms.photos import PhotosField
from hotline.models import SurveyAttempt
from hotline.selectors.tree import current_tree
from hotline.services import Verdict
from hotline.states import (
    ContactOutcome,
    GuideReason,
    HandleResult,
    InvalidReason,
    OrderType,
    PanelGround,
    ResultDefect,
    ShelveReason,
    Solved,
    SurveyLevel,
    Urgency,
)
from identity.desks import VerbForm as PlainVerbForm
from identity.desks import day, long_text, one_of
from identity.selectors import departments

#: Who may be asked at once: the services of the emergency lines.
LINES = [("110", "110"), ("119", "119"), ("120", "120"), ("122", "122")]
YES_NO = [("yes", _("是")), ("no", _("否"))]


class VerbForm(PlainVerbForm):
    """A verb's form that begins with what its writer typed last time and did not send."""

    def __init__(self, *args: Any, verb: str, subject: Any, **kwargs: Any) -> None:
        super().__init__(*args, verb=verb, subject=subject, **kwargs)
        for name, values in subject.kept.get(f"{subject.hotline_order.order_no}/{verb}", {}).items():
            field = self.fields.get(name.removeprefix(f"{verb}-"))
            if field is not None:
                several = isinstance(field, forms.MultipleChoiceField)
                field.initial = values if several else values[-1]


def department_field(**more: Any) -> forms.ChoiceField:
    """A department by name."""
    rows = sorted(departments().values(), key=lambda one: one.name)
    choices = [("", _("请选择")), *[(one.code, one.name) for one in rows]]
    return forms.ChoiceField(choices=choices, **more)


class ClassifyForm(VerbForm):
    """分类更正 (H-57, H-61)."""

    order_type = forms.ChoiceField(choices=OrderType.choices, label=_("诉求类型"))
    urgency = forms.ChoiceField(choices=Urgency.choices, label=_("紧急程度"))
    reason = forms.CharField(
        label=_("理由"), max_length=200, required=False, help_text=_("调低紧急程度时必填")
    )

    def ask(self, subject: Any) -> None:
        """The categories of today, the present ones chosen."""
        tree, order = current_tree(), subject.hotline_order
        choices = [(one.code, f"{one.code} {one.name}") for one in tree.chosen_on(timezone.localdate())]
        self.fields["category"] = forms.ChoiceField(
            choices=choices, label=_("二级分类"), initial=order.category_l2
        )
        self.fields["order_type"].initial, self.fields["urgency"].initial = order.order_type, order.urgency
        self.order_fields(["category", "order_type", "urgency", "reason"])


class AnswerForm(VerbForm):
    """直接答复 (H-24, H-26)."""

    answer = long_text(
        label=_("答复内容"), max_length=2000, required=False, help_text=_("引用知识时可以不写")
    )
    article_code = forms.CharField(label=_("引用的知识编号"), max_length=40, required=False)

    def ask(self, subject: Any) -> None:
        """The department whose expert was in the call."""
        self.fields["expert_department"] = department_field(label=_("三方通话的部门"), required=False)


class GuideForm(VerbForm):
    """分类引导 (H-21, H-22)."""

    reason = one_of(GuideReason.choices, label=_("属于哪种情形"))
    channel = long_text(
        rows=2, label=_("应当走的途径和联系方式"), max_length=500, help_text=_("会用短信告诉诉求人")
    )


class TransferForm(VerbForm):
    """紧急转接 (H-17)."""

    line = one_of(LINES, label=_("转接到"))


class InvalidForm(VerbForm):
    """无效来电 (T-04)."""

    reason = one_of(InvalidReason.choices, label=_("原因"))
    recording = forms.CharField(label=_("录音编号"), max_length=64)


class DispatchForm(VerbForm):
    """派单: one of the candidates, or another with a basis (H-80…H-88)."""

    def ask(self, subject: Any) -> None:
        """The candidates with their scores, then everybody else."""
        candidates = [(one.code, f"{one.name}（{one.score:.3f}）") for one in subject.candidates]
        known = {code for code, _name in candidates}
        others = [(one.code, one.name) for one in departments().values() if one.code not in known]
        others.sort(key=lambda one: one[1])
        choices = [("", _("按系统建议")), (_("系统建议"), candidates), (_("其他单位"), others)]
        self.fields["host"] = forms.ChoiceField(choices=choices, label=_("主办单位"), required=False)
        self.fields["basis"] = forms.CharField(
            label=_("依据"), max_length=400, required=False, help_text=_("选系统建议以外的单位时必填")
        )
        self.fields["joint"] = forms.BooleanField(label=_("几个单位职责相同，联合办理"), required=False)


class ReturnForm(VerbForm):
    """退单申请 (H-64)."""

    legal_basis = forms.CharField(label=_("依据（法律或权责清单条目）"), max_length=400)
    evidence = long_text(rows=2, label=_("佐证"), max_length=1000, required=False)
    reason = long_text(rows=2, label=_("说明"), max_length=1000, required=False)

    def ask(self, subject: Any) -> None:
        """The unit thought responsible."""
        self.fields["suggested"] = department_field(
            label=_("应由哪个单位办理"), required=False, help_text=_("不清楚时留空，并写明佐证")
        )


class DecisionForm(VerbForm):
    """A decision with its reason."""

    decision = long_text(rows=2, label=_("意见"), max_length=1000)


class RejectReturnForm(VerbForm):
    """不同意退单: a reason and the rule it rests on (T-14)."""

    reason = long_text(rows=2, label=_("理由"), max_length=1000)
    rule = forms.CharField(label=_("依据的条目"), max_length=400)


class ReasonForm(VerbForm):
    """A reason."""

    reason = long_text(rows=2, label=_("理由"), max_length=1000)


class VerdictForm(VerbForm):
    """职责争议裁定, the present host confirmed (T-18, H-91)."""

    legal_basis = forms.CharField(label=_("依据"), max_length=400)
    fact_tag = forms.CharField(label=_("事实标签"), max_length=60, help_text=_("同样的事实以后照此派单"))
    text = long_text(label=_("裁定意见"), max_length=2000)

    def ask(self, subject: Any) -> None:
        """The judges."""
        self.fields["judges"] = forms.MultipleChoiceField(
            choices=subject.judges,
            label=_("裁定人员"),
            widget=forms.CheckboxSelectMultiple,
            help_text=_("三人以上，单数"),
        )

    def given(self) -> dict[str, Any]:
        """The verdict as the service takes it."""
        said = super().given()
        judges = tuple(int(one) for one in said["judges"])
        verdict = Verdict(
            legal_basis=said["legal_basis"], fact_tag=said["fact_tag"], text=said["text"], judges=judges
        )
        return {"verdict": verdict}


class RulingForm(VerdictForm):
    """The same, with another host (T-17)."""

    def ask(self, subject: Any) -> None:
        """The host first."""
        super().ask(subject)
        self.fields["host"] = department_field(label=_("裁定主办单位"))
        self.order_fields(["host"])
        site = subject.dispute.site if subject.dispute else {}
        for name, value in site.get("proposed", {}).items():  # whoever did not come accepts the duty (H-92)
            self.fields[name].initial = value

    def given(self) -> dict[str, Any]:
        """The host with its verdict."""
        return super().given() | {"host": self.cleaned_data["host"]}


class HostForm(VerbForm):
    """改派 (T-32, T-34)."""

    reason = long_text(rows=2, label=_("理由"), max_length=1000)

    def ask(self, subject: Any) -> None:
        """The new host."""
        self.fields["host"] = department_field(label=_("改由哪个单位主办"))


class ContactForm(VerbForm):
    """联系记录 (H-94)."""

    outcome = one_of(ContactOutcome.choices, label=_("结果"))
    note = long_text(rows=2, label=_("记录"), max_length=1000, required=False)


class TextForm(VerbForm):
    """Some words."""

    text = long_text(rows=3, label=_("内容"), max_length=2000)


class QuestionForm(VerbForm):
    """请诉求人补充 (H-152)."""

    question = long_text(rows=2, label=_("需要补充什么"), max_length=500)


def _photos() -> PhotosField:
    return PhotosField(
        label=_("现场照片和佐证材料"),
        required=False,
        help_text=_("要现场核查的诉求必须有照片；可以一次选几个"),
    )


class EvidenceForm(VerbForm):
    """补充佐证 (H-95)."""

    photos = PhotosField(label=_("现场照片和佐证材料"), help_text=_("可以一次选几个"))


class ResultForm(VerbForm):
    """办理结果 (H-95)."""

    handle_result = one_of(HandleResult.choices, label=_("办理结果"))
    measures = long_text(rows=2, label=_("采取的措施"), max_length=2000)
    result_text = long_text(
        label=_("答复内容"),
        max_length=4000,
        help_text=_("逐项回应诉求，不少于 20 字，不写诉求人的姓名、电话、住址"),
    )
    legal_basis = forms.CharField(
        label=_("依据"), max_length=400, required=False, help_text=_("结果为“解释说明”时必填")
    )
    assist_note = forms.CharField(label=_("协办逾期的说明"), max_length=400, required=False)
    photos = _photos()

    def ask(self, subject: Any) -> None:
        """A rework says what was done differently."""
        if subject.hotline_order.rework_no:
            self.fields["done_differently"] = long_text(rows=2, label=_("这次有何不同"), max_length=1000)


class ExtensionForm(VerbForm):
    """延期申请 (H-98)."""

    days = forms.IntegerField(label=_("延长几个工作日"), min_value=1, max_value=10)
    reason = forms.CharField(label=_("事由"), max_length=200)
    evidence = long_text(rows=2, label=_("佐证"), max_length=1000)


class ShelvingForm(VerbForm):
    """挂账申请 (H-106, H-107)."""

    reason = one_of(ShelveReason.choices, label=_("事由"))
    evidence = long_text(rows=2, label=_("佐证"), max_length=1000)
    plan_date = day(label=_("计划解决日期"), help_text=_("一年以内"))
    citizen_told = long_text(rows=2, label=_("怎样告知了诉求人"), max_length=500)


class WriteOffForm(VerbForm):
    """销账 (T-25)."""

    evidence = long_text(rows=2, label=_("解决的佐证"), max_length=1000)
    measures = long_text(rows=2, label=_("采取的措施"), max_length=2000)
    result_text = long_text(label=_("答复内容"), max_length=4000)
    legal_basis = forms.CharField(label=_("依据"), max_length=400, required=False)
    photos = _photos()


class ShelvingReviewForm(VerbForm):
    """挂账复核 (H-107)."""

    note = long_text(rows=2, label=_("复核情况"), max_length=1000)


class SixPointsForm(VerbForm):
    """办结审核六项 (H-97)."""

    checked = forms.MultipleChoiceField(
        choices=[
            (ResultDefect.DEMAND_UNANSWERED, _("逐项回应了诉求")),
            (ResultDefect.CONTACT_UNPROVED, _("有联系记录")),
            (ResultDefect.EVIDENCE_MISSING, _("佐证齐全")),
            (ResultDefect.BASIS_MISSING, _("依据充分")),
            (ResultDefect.TONE, _("措辞得当")),
            (ResultDefect.LEAKAGE, _("没有泄露诉求人信息")),
        ],
        label=_("逐项核对"),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=_("备注"), max_length=400, required=False)


class DefectForm(VerbForm):
    """办结审核退回 (T-20)."""

    defect = one_of(ResultDefect.choices, label=_("退回原因"))
    note = long_text(rows=2, label=_("怎样改"), max_length=1000)


class AttemptForm(VerbForm):
    """没有联系上的回访 (H-110)."""

    outcome = one_of(
        [one for one in ContactOutcome.choices if one[0] != ContactOutcome.REACHED], label=_("结果")
    )
    way = forms.ChoiceField(choices=SurveyAttempt.Way.choices, label=_("方式"))
    note = forms.CharField(label=_("备注"), max_length=400, required=False)


class SurveyForm(VerbForm):
    """回访四问 (H-111): nothing is chosen beforehand (H-112)."""

    responded = one_of(YES_NO, label=_("承办单位联系过您吗？"))
    level = one_of(sorted(SurveyLevel.choices, reverse=True), label=_("您对办理满意吗？"))
    text = long_text(rows=2, label=_("还有什么要说的"), max_length=1000, required=False)

    def ask(self, subject: Any) -> None:
        """Whether it is solved is not asked of questions, ideas and praise."""
        if subject.hotline_order.order_type not in {
            OrderType.SUGGESTION,
            OrderType.PRAISE,
            OrderType.INQUIRY,
        }:
            self.fields["solved"] = one_of(Solved.choices, label=_("问题解决了吗？"))
            self.order_fields(["responded", "solved", "level", "text"])

    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        said = super().given()
        return said | {"responded": said["responded"] == "yes", "level": int(said["level"])}


class PanelForm(VerbForm):
    """诉求认定 (H-115)."""

    is_unreasonable = one_of([("yes", _("不合理诉求")), ("no", _("两次重办后终结"))], label=_("认定"))
    ground = forms.ChoiceField(choices=[("", "—"), *PanelGround.choices], label=_("认定标准"), required=False)
    reasons = long_text(label=_("书面理由"), max_length=2000)

    def ask(self, subject: Any) -> None:
        """Three people, none of the host's."""
        self.fields["members"] = forms.MultipleChoiceField(
            choices=subject.judges, label=_("认定人员"), widget=forms.CheckboxSelectMultiple
        )

    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        said = super().given()
        members = [int(one) for one in said["members"]]
        return said | {"is_unreasonable": said["is_unreasonable"] == "yes", "members": members}


class MergeForm(VerbForm):
    """并单 (H-131)."""

    into = forms.CharField(label=_("主单的工单号"), max_length=18)
