"""Asking once more who it is, before something that matters leaves the house or is changed."""

from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refused, TooOften
from identity.models import Account

__all__ = ["confirm_identity"]

ATTEMPTS = 5
REST_SECONDS = 15 * 60
#: Who logs in elsewhere has no password here: a login this fresh is as good.
FRESH = timedelta(minutes=5)


def confirm_identity(account: Account, password: str) -> None:
    """Refused unless the password is right; after five wrong ones it rests for a quarter of an hour."""
    if not account.has_usable_password():
        _refuse_unless_fresh(account)
        return
    key = f"identity:confirmations:{account.pk}"
    if _attempts(key) > ATTEMPTS:
        reason = _("多次输入错误，请 15 分钟后再试")
        raise TooOften(reason, fields={"password": [reason]})
    if not account.check_password(password):
        reason = _("密码不正确，请重新输入")
        raise Refused(reason, fields={"password": [reason]})
    cache.delete(key)


def _attempts(key: str) -> int:
    """This one is counted before it is looked at, so that many at the same moment are no more than five either."""
    cache.add(key, 0, timeout=REST_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # its quarter of an hour ended between the two
        cache.add(key, 1, timeout=REST_SECONDS)
        return 1


def _refuse_unless_fresh(account: Account) -> None:
    if account.last_login is None or timezone.now() - account.last_login > FRESH:
        reason = _("为了安全，请退出后重新登录，5 分钟内再来这一页")
        raise Refused(reason, fields={"password": [reason]})
