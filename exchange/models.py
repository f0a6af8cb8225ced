"""What was asked of other systems, and what they asked of us with a key."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField


class IdempotencyKey(models.Model):
    """
    A request that came through one of our doors with a key, and the answer it got.

    The row exists only together with what the request did: whoever repeats the key
    waits for the first and gets its answer. A refused request leaves no row.
    """

    door = models.CharField(_("入口"), max_length=80)
    key = models.CharField(_("幂等键"), max_length=200)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("账号"),
        db_index=False,
    )
    body_hash = models.CharField(_("内容摘要"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状态码"), null=True)
    answer = EncryptedTextField(_("回答"), blank=True, default="")
    created_at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("幂等键")
        verbose_name_plural = _("幂等键")
        constraints = [
            models.UniqueConstraint(
                fields=["door", "account", "key"], name="exchange_answered_once", nulls_distinct=False
            ),
        ]
        # The nightly clearing in exchange.services.forget_old_keys.
        indexes = [models.Index(fields=["created_at"], name="exchange_keys_by_age")]

    def __str__(self) -> str:
        return f"{self.door} {self.key}"


class CallOutcome(models.TextChoices):
    """How a call ended."""

    ANSWERED = "answered", _("已回答")
    REFUSED = "refused", _("被拒绝")
    UNAVAILABLE = "unavailable", _("连不上")


class CallLog(models.Model):
    """
    One call to another system: what for, how it ended, how long it took.

    Nothing personal: the subject is a keyed hash, `asked` holds names of papers or
    attributes, and no value that came back is kept.
    """

    system = models.CharField(_("系统"), max_length=40)
    operation = models.CharField(_("操作"), max_length=40)
    subject_hash = models.CharField(_("对象摘要"), max_length=64, blank=True)
    asked = models.JSONField(_("所问"), default=list)
    outcome = models.CharField(_("结果"), max_length=12, choices=CallOutcome.choices)
    detail = models.CharField(_("说明"), max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"))
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("共享调用")
        verbose_name_plural = _("共享调用")
        indexes = [
            # exchange.selectors.availability: how each system has answered lately.
            models.Index(fields=["system", "at"], name="exchange_calls_by_system"),
            # "Who was asked about me": the calls about one subject.
            models.Index(
                fields=["subject_hash", "at"],
                name="exchange_calls_by_subject",
                condition=~models.Q(subject_hash=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}.{self.operation} {self.outcome}"
