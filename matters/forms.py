"""What catalogue editors and administrators type about mandates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from matters.models import Mandate
from matters.states import MandatePower


class MatterCodesField(forms.CharField):
    """Codes of matters, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return (value or "").split()


class MandateForm(forms.ModelForm):
    """Who may accept or decide which matters in the department's name."""

    matter_codes = MatterCodesField(
        label=_("授权事项"), help_text=_("每行一个事项编码，只能是授权部门自己的事项")
    )
    powers = forms.MultipleChoiceField(
        label=_("权限"), choices=MandatePower.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = Mandate
        fields = [
            "number",
            "department",
            "account",
            "role",
            "matter_codes",
            "powers",
            "valid_from",
            "valid_until",
        ]

    def clean_role(self) -> str | None:
        return self.cleaned_data["role"] or None
