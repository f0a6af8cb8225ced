"""What somebody types to give an authorisation, and to name a clerk."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.roles import Power
from identity.rules import LONGEST_TERM_MONTHS, months_after
from workflow.selectors.authorising import scope_choices

#: Dates as people write them.
DATES = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]


class AgentForm(forms.Form):
    """Somebody known here by their real name."""

    name = forms.CharField(
        label=_("对方姓名"), max_length=60, error_messages={"required": _("请填写对方的姓名")}
    )
    number = forms.CharField(
        label=_("对方的公民身份号码或者手机号码"),
        max_length=20,
        help_text=_("只用来找到这个人，不会显示给别人"),
        error_messages={"required": _("请填写对方的公民身份号码或者手机号码")},
    )


class AuthorisationForm(AgentForm):
    """For whom, to whom, what, and until when."""

    field_order = ["principal", "name", "number", "scope", "powers", "valid_until"]

    principal = forms.ChoiceField(
        label=_("谁委托？"), widget=forms.RadioSelect, error_messages={"required": _("请选择谁委托")}
    )
    scope = forms.MultipleChoiceField(
        label=_("可以办哪些事？"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一件事")},
    )
    powers = forms.MultipleChoiceField(
        label=_("可以替您做什么？"),
        choices=Power.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项")},
    )
    valid_until = forms.DateField(
        label=_("到哪一天为止？"),
        widget=forms.DateInput,
        input_formats=DATES,
        error_messages={
            "required": _("请填写到哪一天为止"),
            "invalid": _("没有看懂这个日期，请写成 2026-03-02 这样"),
        },
    )

    def __init__(
        self, *args: Any, principals: list[tuple[str, str]], found: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["principal"].choices = principals  # type: ignore[attr-defined]
        self.fields["scope"].choices = scope_choices(found)  # type: ignore[attr-defined]
        last = months_after(timezone.localdate(), LONGEST_TERM_MONTHS)
        words = _("最长 6 个月，到 %(day)s") % {"day": last.isoformat()}
        self.fields["valid_until"].help_text = words
        self.fields["valid_until"].initial = last
        if len(principals) == 1:
            self.fields["principal"].initial = principals[0][0]
            self.fields["principal"].widget = forms.HiddenInput()
