"""What the centre types about orders of several units: two matters, a joint plan, a meeting on the spot, a blackened file."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline.forms.desk import VerbForm, department_field
from hotline.models import OrderFile
from hotline.selectors.tree import current_tree
from identity.desks import day, long_text
from identity.selectors import departments

__all__ = ["PlanForm", "PresentForm", "RedactedForm", "SiteForm", "SplitForm"]


class SplitForm(VerbForm):
    """拆单 (H-58): the second matter, which the caller has confirmed."""

    confirmed = forms.BooleanField(label=_("诉求人确认是两件事，分开办理"))

    def ask(self, subject: Any) -> None:
        """Today's categories but the order's own."""
        chosen = current_tree().chosen_on(timezone.localdate())
        own = subject.hotline_order.category_l2
        choices = [(one.code, f"{one.code} {one.name}") for one in chosen if one.code != own]
        self.fields["category"] = forms.ChoiceField(label=_("第二件事的分类"), choices=choices)
        self.order_fields(["category", "confirmed"])


class PlanForm(VerbForm):
    """联合办理方案 (H-103): who does what until when, a line for each unit that has a part."""

    def ask(self, subject: Any) -> None:
        """Two boxes a unit; what stands in the plan already is there again."""
        made = {one["department"]: one for one in (subject.plan.steps if subject.plan else [])}
        for part in subject.open_parts:
            unit, known = part.department, made.get(part.department.code, {})
            label = {"name": unit.name}
            self.fields[f"what_{unit.code}"] = long_text(
                rows=2, label=_("%(name)s做什么") % label, max_length=500, initial=known.get("what")
            )
            self.fields[f"due_{unit.code}"] = day(
                label=_("%(name)s何时完成") % label, initial=known.get("due"), help_text=_("例如 2026-03-02")
            )

    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        said, codes = self.cleaned_data, [part.department.code for part in self.subject.open_parts]
        steps = [
            {"department": code, "what": said[f"what_{code}"], "due": said[f"due_{code}"].isoformat()}
            for code in codes
        ]
        return {"steps": steps}


class SiteForm(VerbForm):
    """现场核实 (H-92): which units come to which place, and when."""

    place_text = forms.CharField(label=_("地点"), max_length=200)
    at = forms.DateTimeField(
        label=_("时间"),
        help_text=_("例如 2026-03-02 09:30；没有到场的视为认可职责"),
        error_messages={"invalid": _("时间要写成 2026-03-02 09:30 这样")},
    )

    def ask(self, subject: Any) -> None:
        """Those who held it or were named for it, and one more."""
        named = [one.department for one in subject.parts]
        named += [one.suggested for one in subject.returns if one.suggested]
        choices = list({one.code: (one.code, one.name) for one in named}.values())
        self.fields["units"] = forms.MultipleChoiceField(
            label=_("到场单位"), choices=choices, widget=forms.CheckboxSelectMultiple
        )
        self.fields["other"] = department_field(label=_("另外一个单位"), required=False)
        self.order_fields(["units", "other", "place_text", "at"])

    def given(self) -> dict[str, Any]:
        """The other unit is one of them."""
        said = dict(self.cleaned_data)
        other = said.pop("other")
        return {**said, "units": [*said["units"], *([other] if other else [])]}


class PresentForm(VerbForm):
    """登记到场 (H-92)."""

    def ask(self, subject: Any) -> None:
        """Of the units that were told to come."""
        names = {one.code: one.name for one in departments().values()}
        called = subject.dispute.site["units"] if subject.dispute else []
        self.fields["present"] = forms.MultipleChoiceField(
            label=_("到场的单位"),
            choices=[(code, names.get(code, code)) for code in called],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


class RedactedForm(VerbForm):
    """提交脱敏件 (H-141): what no machine can blacken."""

    content = forms.FileField(label=_("隐去个人信息后的文件"))

    def ask(self, subject: Any) -> None:
        """Which of the complainant's files it stands for."""
        sent = [one for one in subject.files if one.kind == OrderFile.Kind.APPEAL]
        choices = [(str(one.id), one.name) for one in sent]
        self.fields["file_id"] = forms.ChoiceField(label=_("哪个附件"), choices=choices)
        self.order_fields(["file_id", "content"])
