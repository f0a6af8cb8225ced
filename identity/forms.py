"""The login form."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.crypto import keyed_hash

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
