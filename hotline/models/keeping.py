"""What somebody at a desk has typed and not sent: nothing is lost when the browser closes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField


class KeptWords(models.Model):
    """The boxes of one form as they were typed last, encrypted, for the account alone; gone once sent."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+")
    key = models.CharField(_("表单"), max_length=80)
    content = EncryptedTextField(_("内容"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("未提交的内容")
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="hotline_kept_once_a_form")]

    def __str__(self) -> str:
        return self.key
