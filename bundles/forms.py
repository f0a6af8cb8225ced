"""What catalogue editors type: definitions as YAML, matters, reasons."""

from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from bundles.models import BundleDraft
from bundles.services.files import parse_definition
from common.errors import BadInput
from common.fixtures import Row, parse
from matters.models import Matter
from matters.spec import read_materials
from matters.states import Level

#: Ten times the largest of the thirteen.
LARGEST_FILE = 1_000_000


def _definition(text: str, called: str) -> Row:
    try:
        return parse_definition(text, called=Path(called))
    except BadInput as error:
        raise forms.ValidationError(error.reasons) from None


class UploadForm(forms.Form):
    """A definition file, which becomes the draft of the bundle it names."""

    file = forms.FileField(label=gettext_lazy("定义文件（YAML）"), widget=UnfoldAdminFileFieldWidget)
    note = forms.CharField(
        label=gettext_lazy("修改说明"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    replace = forms.BooleanField(
        label=gettext_lazy("已有草稿时，用这个文件替换它"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def clean_file(self) -> Row:
        sent: File = self.cleaned_data["file"]
        if sent.size > LARGEST_FILE:
            raise forms.ValidationError(_("文件超过 1 MB，不像是定义文件"))
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再上传")) from None
        return _definition(text, str(sent.name))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        row = cleaned.get("file")
        if row and not cleaned.get("replace"):
            draft = BundleDraft.objects.filter(bundle__code=row["code"]).select_related("edited_by").first()
            if draft:
                reason = _("%(code)s 已有草稿（%(who)s），要替换请勾选下面的选项")
                self.add_error("file", reason % {"code": row["code"], "who": draft.edited_by})
        return cleaned


class DraftForm(forms.Form):
    """A draft as text; `seen` is the moment of the draft that the editor has on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput)
    definition = forms.CharField(
        label=gettext_lazy("内容"),
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 40, "spellcheck": "false", "wrap": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("修改说明"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, *args: Any, draft: BundleDraft, **kwargs: Any) -> None:
        self.draft = draft
        super().__init__(*args, **kwargs)

    def clean_definition(self) -> Row:
        row = _definition(self.cleaned_data["definition"], self.draft.bundle.code)
        if row["code"] != self.draft.bundle.code:
            raise forms.ValidationError(
                _("编码不能改：这里只能是 %(code)s") % {"code": self.draft.bundle.code}
            )
        return row

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen != seen_of(self.draft):
            raise forms.ValidationError(
                _("您打开以后，%(who)s 已改过这份草稿。请先复制您的内容，再重新打开。")
                % {"who": self.draft.edited_by}
            )
        return seen


def seen_of(draft: BundleDraft) -> str:
    """Which saving of the draft somebody is looking at."""
    return draft.edited_at.isoformat() if draft.edited_at else ""


class ReasonForm(forms.Form):
    """Why something is no longer offered."""

    reason = forms.CharField(
        label=gettext_lazy("停办的原因"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class MaterialsField(forms.CharField):
    """The papers a matter asks for, as the catalogue files write them."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 14, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        said = [{key: part for key, part in one.items() if part is not None} for one in value]
        return yaml.safe_dump(said, allow_unicode=True, sort_keys=False) if said else ""

    def to_python(self, value: Any) -> Any:
        try:
            return read_materials(parse(value or "[]", called=Path("材料")) or [])
        except BadInput as error:
            raise forms.ValidationError(error.reasons) from None
        except (TypeError, AttributeError):
            raise forms.ValidationError(_("应是材料的列表，每份材料以“- name: ”开头")) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return list(initial or []) != self.to_python(data)
        except forms.ValidationError:
            return True


class MatterForm(forms.ModelForm):
    """A matter of the catalogue."""

    legal_basis = LinesField(
        label=gettext_lazy("设定依据"), required=False, help_text=gettext_lazy("每行一条")
    )
    acceptance_conditions = LinesField(
        label=gettext_lazy("受理条件"), required=False, help_text=gettext_lazy("每行一条")
    )
    keywords = LinesField(
        label=gettext_lazy("搜索词"),
        required=False,
        help_text=gettext_lazy("群众会怎么说？每行一个，每个不超过 40 字"),
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("办理层级"),
        choices=Level.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    materials = MaterialsField(
        label=gettext_lazy("申请材料"),
        required=False,
        help_text=gettext_lazy(
            "每份材料写 name（名称）和 source（来源：电子证照调取、数据共享核验、表单生成、申请人提交、告知承诺替代），"
            "可加 required、licence_type、deferrable、deferrable_days、commitment_allowed"
        ),
    )

    class Meta:
        model = Matter
        fields = [
            "code", "name", "plain_name", "department", "type", "audience", "theme", "keywords", "handling",
            "statutory_days", "promised_days", "fee", "result_name", "result_kind", "legal_basis",
            "acceptance_conditions", "materials", "correction_days", "levels", "cross_regional", "visits_required",
            "online", "onsite_excluded", "onsite_excluded_basis", "procedure_days", "high_risk", "deemed_acceptance",
            "deemed_acceptance_off_reason",
        ]  # fmt: skip

    def clean_keywords(self) -> list[str]:
        words: list[str] = self.cleaned_data["keywords"]
        if long := [word for word in words if len(word) > 40]:
            raise forms.ValidationError([_("“%(word)s”超过 40 字") % {"word": word} for word in long])
        return words
