"""What windows and departments type for acts on applications."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.desks import VerbForm, long_text, one_of
from workflow.states import DeclineGround, TerminationGround


class DeclineForm(VerbForm):
    """不予受理 (I-38): a ground of the closed list, and where to go instead."""

    ground = one_of(DeclineGround.choices, label=_("不予受理的事由"))
    target_organ = forms.CharField(
        label=_("应当向哪个机关申请"),
        max_length=100,
        required=False,
        help_text=_("选择“不属于本机关职权范围”时必填"),
    )
    reasons = long_text(label=_("说明"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        """Outside one's power names the right organ."""
        said = super().clean() or {}
        if said.get("ground") == DeclineGround.OUTSIDE_POWER and not said.get("target_organ", "").strip():
            self.add_error("target_organ", _("请写明应当向哪个机关申请"))
        return said

    def given(self) -> dict[str, Any]:
        """The ground as the rule knows it."""
        return super().given() | {"ground": DeclineGround(self.cleaned_data["ground"])}


class TerminateForm(VerbForm):
    """终止办理: a ground of the closed list of I-140, and the facts."""

    ground = one_of(TerminationGround.choices, label=_("终止事由"))
    facts = long_text(label=_("事实"), max_length=1000, help_text=_("写入终止办理通知书"))

    def given(self) -> dict[str, Any]:
        """The ground as the rule knows it."""
        return super().given() | {"ground": TerminationGround(self.cleaned_data["ground"])}


class PartField(forms.CharField):
    """Needed as soon as one of its neighbours is filled in: which is for the form to say."""

    def validate(self, value: str) -> None:
        """Empty is no mistake by itself."""


class DefectsForm(VerbForm):
    """
    一次性补正告知 (I-31): every paper of the matter, with room for what is wrong with it.

    What is left empty is in order; what is begun must be complete. Papers that data fill cannot be
    asked for (I-07) and have no room. ``subject.correctable`` names the papers by their row.
    """

    PARTS: tuple[tuple[str, Any, Any], ...] = (
        ("defect", _("问题"), _("哪里不符合要求")),
        ("basis", _("依据"), _("办事指南或者法规的哪一条")),
        ("how_to_fix", _("如何补正"), _("怎么改、到哪里办、样本在哪里")),
    )

    def ask(self, subject: Any) -> None:
        """Three boxes a paper."""
        self.papers = list(subject.correctable)
        for paper in self.papers:
            for part, label, hint in self.PARTS:
                self.fields[f"{part}_{paper.pk}"] = PartField(label=label, help_text=hint, max_length=500)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The papers, each with its three boxes, for the page."""
        return [
            {
                "paper": paper,
                "boxes": [self[name] for name in self._names(paper)],
                "is_begun": any(self[name].value() for name in self._names(paper)),
            }
            for paper in self.papers
        ]

    def _names(self, paper: Any) -> list[str]:
        return [f"{part}_{paper.pk}" for part, _label, _hint in self.PARTS]

    def clean(self) -> dict[str, Any]:
        """At least one paper, and each one named with all three parts."""
        said = super().clean() or {}
        begun = [paper for paper in self.papers if any(said.get(name) for name in self._names(paper))]
        if not begun:
            self.add_error(None, _("请至少写明一份材料的问题"))
        for paper in begun:
            for name in self._names(paper):
                if not said.get(name):
                    self.add_error(name, _("“%(paper)s”：请填写这一项") % {"paper": paper.name})
        return said

    def given(self) -> dict[str, Any]:
        """The defects by paper."""
        said = self.cleaned_data
        named = [paper for paper in self.papers if said.get(f"defect_{paper.pk}")]
        return {
            "defects": [
                {"material": paper.name, **{part: said[f"{part}_{paper.pk}"] for part, *_rest in self.PARTS}}
                for paper in named
            ]
        }


def as_date(value: date | None) -> str | None:
    """A date as results keep it."""
    return value.isoformat() if value else None
