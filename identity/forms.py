"""Logging in, and what administrators type about accounts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminTextInputWidget

from common.crypto import keyed_hash
from identity.models import Account

#: Wrong passwords for one name from one address before the form rests.
ATTEMPTS = 10
REST_SECONDS = 15 * 60


class LoginForm(AuthenticationForm):
    """User name and password; after ten wrong ones the pair of name and address rests for a quarter of an hour."""

    error_messages = {
        "invalid_login": _("用户名或密码不正确，请重新输入。"),
        "inactive": _("这个账号已停用，请联系政务服务大厅。"),
        "resting": _("多次输入错误，请 15 分钟后再试，或者到政务服务大厅重置密码。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["password"].label = _("密码")

    def clean(self) -> dict[str, Any]:
        key = self._counter_key()
        if cache.get(key, 0) >= ATTEMPTS:
            raise ValidationError(self.error_messages["resting"], code="resting")
        try:
            cleaned = super().clean()
        except ValidationError:
            cache.add(key, 0, timeout=REST_SECONDS)
            cache.incr(key)
            raise
        cache.delete(key)
        return cleaned

    def _counter_key(self) -> str:
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        name = self.data.get("username", "")
        return f"login:{keyed_hash(f'{address} {name}')}"


class OpenAccountForm(UserCreationForm):
    """A login for a person; a post needs one, since separation of duties compares persons."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=UnfoldAdminTextInputWidget)
    id_number = forms.CharField(label=_("公民身份号码"), max_length=18, widget=UnfoldAdminTextInputWidget)
    mobile = forms.CharField(
        label=_("手机号码"), max_length=11, required=False, widget=UnfoldAdminTextInputWidget
    )

    class Meta:
        model = Account
        fields = ["username"]


class AccountForm(UserChangeForm):
    """Where a login may go; what its owner may do there follows from posts."""

    class Meta:
        model = Account
        fields = ["is_active", "is_staff", "is_superuser"]
        labels = {
            "is_active": _("可以登录"),
            "is_staff": _("可以进入后台管理"),
            "is_superuser": _("系统管理员"),
        }
        help_texts = {
            "is_active": _("不再使用的账号取消勾选，不要删除"),
            "is_staff": _("目录编辑人员还要有“事项目录编辑”岗位"),
            "is_superuser": _("可以使用后台管理的全部功能，请只给极少数人"),
        }
