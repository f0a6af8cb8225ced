"""Telephone calls as the switch tells them, and the missed ones that are to be called back."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from identity.fields import KeyedHashField


class Call(models.Model):
    """One inbound call (M-01); the number is encrypted, its hash finds the caller's orders (弹屏)."""

    call_ref = models.CharField(_("话单号"), max_length=64, unique=True)
    started_at = models.DateTimeField(_("呼入时间"), db_index=True)
    seconds_rung = models.DecimalField(_("振铃（秒）"), max_digits=6, decimal_places=1)
    answered_at = models.DateTimeField(_("接通时间"), null=True)
    ended_at = models.DateTimeField(_("挂断时间"), null=True)
    phone = EncryptedTextField(_("号码"), blank=True, default="")
    phone_hash = KeyedHashField(of="phone", blank=True, default="", db_index=True)
    restricted = models.BooleanField(_("受限号码"), default=False)
    agent = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    recording = models.CharField(_("录音编号"), max_length=64, blank=True)
    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, null=True, related_name="calls")

    class Meta:
        verbose_name = verbose_name_plural = _("来电")

    def __str__(self) -> str:
        return self.call_ref


class CallBackTask(models.Model):
    """漏接回拨: missed calls of one number within two hours are one task, due in half an hour (H-16, M-02)."""

    phone = EncryptedTextField(_("号码"))
    phone_hash = KeyedHashField(of="phone", db_index=True)
    first_missed_at = models.DateTimeField(_("首次漏接"))
    last_missed_at = models.DateTimeField(_("最近漏接"))
    missed = models.PositiveIntegerField(_("漏接次数"), default=1)
    due_at = models.DateTimeField(_("回拨期限"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("结果"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("漏接回拨")
        indexes = [
            # The agents' list: what is still to be called back, oldest due first.
            models.Index(fields=["due_at"], name="hotline_to_call_back", condition=Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M}"
