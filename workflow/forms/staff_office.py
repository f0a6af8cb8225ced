"""What a department says of a review: its decision, its clock, its on-site checks."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.desks import VerbForm, day, long_text, one_of
from workflow.forms.staff import as_date
from workflow.services import InspectionRecord
from workflow.states import ProcedureKind

__all__ = [
    "ApproveForm",
    "DenyForm",
    "EndProcedureForm",
    "ExplainProcedureForm",
    "ExtendForm",
    "InspectionForm",
    "StartProcedureForm",
]

_BETWEEN_NAMES = re.compile(r"[、,，;；\s]+")


class ApproveForm(VerbForm):
    """准予 (C-13)."""

    opinion = long_text(
        label=_("办理意见"),
        max_length=2000,
        required=False,
        help_text=_("不填则为“材料齐全，符合法定条件，准予办理。”"),
    )
    valid_until = day(
        label=_("结果有效期至"), required=False, help_text=_("例如 2030-12-31；不填则按该类结果规定的有效期")
    )

    def given(self) -> dict[str, Any]:
        """The opinion, and the result as far as it was stated."""
        until = as_date(self.cleaned_data["valid_until"])
        return {
            "opinion": self.cleaned_data["opinion"],
            "result": {"valid_until": until} if until else {},
        }


class DenyForm(VerbForm):
    """不予办理 (C-14): reasons and basis; remedy is printed by the document."""

    reasons = long_text(label=_("理由"), max_length=2000)
    legal_basis = forms.CharField(
        label=_("法律依据"), max_length=1000, help_text=_("写到条、款、项，例如《……法》第三十八条第二款")
    )

    def given(self) -> dict[str, Any]:
        """No opinion besides the reasons."""
        return super().given() | {"opinion": ""}


class StartProcedureForm(VerbForm):
    """特别程序 (I-90…I-93)."""

    kind = forms.ChoiceField(label=_("种类"), choices=[("", _("请选择")), *ProcedureKind.choices])
    basis = forms.CharField(
        label=_("法律依据"), max_length=300, required=False, help_text=_("法定八种以外的，必须写明单独的依据")
    )
    organiser = forms.CharField(
        label=_("组织单位"), max_length=100, required=False, help_text=_("不填则为本部门")
    )
    started_on = day(label=_("开始日期"), required=False, help_text=_("不填则为今天；最多补登 2 个工作日"))
    expected_end = day(label=_("预计结束日期"), help_text=_("会书面告知申请人，例如 2026-12-15"))

    def given(self) -> dict[str, Any]:
        """The kind as the rule knows it."""
        return super().given() | {"kind": ProcedureKind(self.cleaned_data["kind"])}


class EndProcedureForm(VerbForm):
    """The result of the procedure has arrived (C-12), as a file or by its name and number (I-92)."""

    outcome = long_text(label=_("结论"), max_length=1000)
    result_reference = forms.CharField(
        label=_("结果文书的名称和文号"),
        max_length=200,
        required=False,
        help_text=_("例如 检测报告 检字〔2026〕12号；有电子件的在下面上传，两项至少一项"),
    )
    result_file = forms.FileField(label=_("结果文书的电子件"), required=False)
    ended_on = day(label=_("结果送达本部门的日期"), required=False, help_text=_("不填则为今天"))

    def clean(self) -> dict[str, Any]:
        """Something is kept."""
        said = super().clean() or {}
        if not (said.get("result_reference") or said.get("result_file") or self.errors):
            self.add_error("result_reference", _("请写明结果文书的名称和文号，或者上传它"))
        return said


class ExplainProcedureForm(VerbForm):
    """Why the procedure takes longer, and by when it ends now (I-92)."""

    reason = long_text(label=_("说明"), max_length=500, help_text=_("申请人和监督人员都能看到"))
    expected_end = day(
        label=_("新的预计结束日期"),
        required=False,
        help_text=_("会告知申请人；已经到了本事项的最长时间，就只写说明"),
    )


class ExtendForm(VerbForm):
    """延期 (I-95)."""

    days = forms.IntegerField(
        label=_("延长几个工作日"),
        min_value=1,
        max_value=15,
        help_text=_("一般最多 10 个；多部门联合办理最多 15 个"),
    )
    reason = long_text(label=_("理由"), max_length=500, help_text=_("写入延期告知书，当天告知申请人"))


def _photo(label: Any) -> forms.FileField:
    return forms.FileField(label=label, required=False, help_text=_("JPG 或 PNG，每张不超过 20 MB"))


class InspectionForm(VerbForm):
    """现场勘验 (I-91, I-94)."""

    inspected_at = forms.DateTimeField(
        label=_("勘验时间"),
        help_text=_("例如 2026-03-02 09:30"),
        error_messages={"invalid": _("时间要写成 2026-03-02 09:30 这样")},
    )
    place = forms.CharField(label=_("地点"), max_length=200)
    inspectors = forms.CharField(
        label=_("勘验人员"), max_length=300, help_text=_("两名以上，姓名之间用顿号隔开")
    )
    passed = one_of([("yes", _("通过")), ("no", _("不通过"))], label=_("结论"))
    record = long_text(label=_("勘验记录"), max_length=2000)
    signed = forms.BooleanField(label=_("勘验人员和当事人已在记录上签字"), required=False)
    photo_1 = _photo(_("现场照片一"))
    photo_2 = _photo(_("现场照片二"))
    photo_3 = _photo(_("现场照片三"))
    taken_at = forms.DateTimeField(
        label=_("照片拍摄时间"),
        required=False,
        help_text=_("不填则为勘验时间；须是勘验当天"),
        error_messages={"invalid": _("时间要写成 2026-03-02 09:30 这样")},
    )
    no_photo_reason = forms.CharField(
        label=_("没有照片的原因"), max_length=200, required=False, help_text=_("上传了照片就不用填")
    )

    def given(self) -> dict[str, Any]:
        """The record as the service keeps it."""
        said = self.cleaned_data
        names = [name for name in _BETWEEN_NAMES.split(said["inspectors"]) if name]
        pictures = [said[name] for name in ("photo_1", "photo_2", "photo_3") if said[name]]
        return {
            "record": InspectionRecord(
                inspected_at=said["inspected_at"],
                place=said["place"],
                inspectors=names,
                passed=said["passed"] == "yes",
                record=said["record"],
                signed=said["signed"],
                no_photo_reason="" if pictures else said["no_photo_reason"],
            ),
            "pictures": pictures,
            "taken_at": said["taken_at"] or said["inspected_at"],
        }
