"""What somebody types about how they are reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from notifications import rules
from notifications.states import Channel, Kind

__all__ = ["ChoiceForm", "CodeForm", "address_form"]


class AddressForm(forms.Form):
    """A new number or address; the password again, from whoever logs in with one here."""

    address: forms.Field
    password = forms.CharField(
        label=_("登录密码"),
        max_length=128,
        strip=False,
        help_text=_("再确认一次是您本人，免得别人用您没关的页面改掉"),
        error_messages={"required": _("请填写登录密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("address", "password")

    def __init__(self, *given: Any, by: Account) -> None:
        super().__init__(*given)
        if not by.has_usable_password():
            del self.fields["password"]


class MobileForm(AddressForm):
    """A new mobile number."""

    address = forms.CharField(
        label=_("新的手机号"),
        max_length=30,
        help_text=_("会发一条带验证码的短信过去"),
        error_messages={"required": _("请填写手机号")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
    )

    def clean_address(self) -> str:
        try:
            return rules.mobile(self.cleaned_data["address"])
        except ValueError:
            raise forms.ValidationError(_("手机号应是 11 位数字，以 1 开头，例如 139 1234 5678")) from None


class MailForm(AddressForm):
    """A new mail address."""

    address = forms.EmailField(
        label=_("电子邮箱"),
        max_length=120,
        help_text=_("会发一封带验证码的邮件过去"),
        error_messages={
            "required": _("请填写电子邮箱"),
            "invalid": _("邮箱地址不完整，例如 name@example.com"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        error_messages={"required": _("请填写收到的验证码")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class ChoiceForm(forms.Form):
    """Which kinds by which way; what nobody can do without is not asked."""

    sms = forms.MultipleChoiceField(choices=Kind.choices, required=False)
    mail = forms.MultipleChoiceField(choices=Kind.choices, required=False)


def address_form(channel: Channel, *given: Any, by: Account) -> AddressForm:
    """The form for a number or for a mail address."""
    return (MobileForm if channel is Channel.SMS else MailForm)(*given, by=by)
