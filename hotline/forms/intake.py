"""The agent's form while somebody speaks: five elements, each answered or asked in vain (H-32)."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline.forms.desk import LINES
from hotline.rules.calling import said_number
from hotline.rules.envelopes import ELEMENTS, Element
from hotline.selectors.popup import MATTERS, matter_ref
from hotline.selectors.tree import current_tree
from hotline.states import Confidentiality, OrderType
from identity.models import Region


class IntakeForm(forms.Form):
    """登记诉求 by telephone."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    call_ref = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    #: The how-manieth matter of the call this is (H-58).
    matter = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=MATTERS)
    order_type = forms.ChoiceField(choices=OrderType.choices, label=_("诉求类型"))
    category = forms.ChoiceField(label=_("二级分类"), required=False, help_text=_("不选由系统分类"))
    title = forms.CharField(label=_("标题"), max_length=60, required=False, help_text=_("不写取内容的第一句"))
    text = forms.CharField(label=_("诉求内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    location_text = forms.CharField(label=_("地点"), max_length=200, required=False)
    region = forms.ModelChoiceField(
        queryset=Region.objects.none(), label=_("街道"), required=False, to_field_name="code"
    )
    subject_name = forms.CharField(label=_("被反映单位"), max_length=128, required=False)
    contact_name = forms.CharField(label=_("姓名"), max_length=40, required=False)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    anonymous = forms.BooleanField(label=_("匿名"), required=False)
    confidential = forms.ChoiceField(
        choices=[("", _("按规定")), *Confidentiality.choices], label=_("保密"), required=False
    )
    emergency_line = forms.ChoiceField(
        choices=[("", _("不是紧急情况")), *LINES], label=_("一键转接"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(kind=Region.Kind.STREET)  # type: ignore[attr-defined]
        chosen = [
            (one.code, f"{one.code} {one.name}") for one in current_tree().chosen_on(timezone.localdate())
        ]
        self.fields["category"].choices = [("", _("由系统分类")), *chosen]  # type: ignore[attr-defined]
        for key, label in ELEMENTS.items():
            self.fields[f"element_{key}"] = forms.CharField(label=label, max_length=200, required=False)
            self.fields[f"asked_{key}"] = forms.BooleanField(label=_("问过，没有答"), required=False)

    def clean_phone(self) -> str:
        """A mobile number or a landline as people say it, kept as digits alone, so that the number is found again."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return said_number(typed)
        except ValueError:
            told = _("请填写 11 位手机号码，或者带区号的固定电话，例如 0451-87654321")
            raise forms.ValidationError(told) from None

    def source_ref(self) -> str:
        """One delivery: this matter of this call, or this form where no call is known (H-11)."""
        said = self.cleaned_data
        if not said["call_ref"]:
            return str(said["form_id"])
        return matter_ref(said["call_ref"], said["matter"] or 1)

    @property
    def five(self) -> list[tuple[Any, Any]]:
        """Each element with its tick, for the page."""
        return [(self[f"element_{key}"], self[f"asked_{key}"]) for key in ELEMENTS]

    @property
    def others(self) -> list[Any]:
        """Every box but the elements and the hidden ones."""
        return [one for one in self.visible_fields() if not one.name.startswith(("element_", "asked_"))]

    def elements(self) -> dict[str, Element]:
        """As the envelope takes them; never invented."""
        said = self.cleaned_data
        return {
            key: Element(said[f"element_{key}"].strip() or None, bool(said[f"asked_{key}"]))
            for key in ELEMENTS
        }
