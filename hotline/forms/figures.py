"""Which figures are asked for, and the line below a report."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from hotline.rules.measuring import CLASSES
from hotline.selectors.metrics import period_of


class FiguresForm(forms.Form):
    """A period, a department, a class; `from` and `class` are the words of the API."""

    def __init__(
        self, *args: Any, departments: list[tuple[str, str]], whole_city: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from"] = forms.DateField(label=_("从"), widget=forms.DateInput(attrs={"type": "date"}))
        self.fields["to"] = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date"}))
        choices = [*([("", _("全市"))] if whole_city else []), *departments]
        self.fields["department"] = forms.ChoiceField(label=_("单位"), choices=choices, required=False)
        ranked = [("", _("不排名")), *CLASSES.items()]
        self.fields["class"] = forms.ChoiceField(label=_("同类排名"), choices=ranked, required=False)
        if not whole_city:
            del self.fields["class"]

    def clean(self) -> dict[str, Any]:
        """A period has a beginning before its end; a department that sees one sees its own."""
        found = super().clean() or {}
        first, last = found.get("from"), found.get("to")
        if first and last:
            self._judge(first, last)
        found.setdefault("class", "")
        choices = self.fields["department"].choices  # type: ignore[attr-defined]
        found["department"] = found.get("department") or next(iter(choices), ("",))[0]
        return found

    def _judge(self, first: date, last: date) -> None:
        try:
            period_of(first, last)
        except BadInput as error:
            for name, reasons in error.fields.items():
                self.add_error(name, list(reasons))


class CorrectionForm(forms.Form):
    """Which figure was wrong, and what it should have been."""

    text = forms.CharField(label=_("更正"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
