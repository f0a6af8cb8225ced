"""What is said about an alert: whether it is so, what was agreed, what was done, whether it helped."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.forms.desk import department_field
from hotline.states import Disposition
from identity.desks import VerbForm, long_text, one_of


class DisposeForm(VerbForm):
    """处置 (H-167)."""

    disposition = one_of(Disposition.choices, label=_("研判结论"))
    reason = long_text(rows=2, label=_("理由"), max_length=1000, required=False, help_text=_("误报时必填"))
    into = forms.IntegerField(
        label=_("并入哪个预警（编号）"), required=False, min_value=1, help_text=_("选“并入”时必填")
    )
    root_cause = long_text(rows=2, label=_("根源"), max_length=1000, required=False)

    def ask(self, subject: Any) -> None:
        """Who leads the issue that a confirmed alert opens; empty takes the host of most orders."""
        self.fields["lead"] = department_field(label=_("牵头部门"), required=False)


class MeetingForm(VerbForm):
    """会商 (H-166)."""

    record = long_text(label=_("会商结论"), max_length=2000)


class MeasuresForm(VerbForm):
    """治理措施 (H-168)."""

    measures = long_text(label=_("措施"), max_length=2000)
    root_cause = long_text(rows=2, label=_("根源"), max_length=1000, required=False)


class CloseIssueForm(VerbForm):
    """销号: by the effect, or by a panel's opinion (H-168)."""

    panel_opinion = long_text(
        rows=2,
        label=_("专家组意见"),
        max_length=1000,
        required=False,
        help_text=_("没有意见就按三十天的效果核查"),
    )
