"""Asking the complainant how it went (回访)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.states import ContactOutcome


class SurveyAttempt(models.Model):
    """
    One attempt of the hotline centre, never of the handling department, to ask (H-03, H-110).

    ``note`` is what was said: of the answer itself for as long as the order is kept, though a rework asks anew.
    """

    class Way(models.TextChoices):
        PHONE = "phone", _("电话")
        SMS = "sms", _("短信")
        MINI = "mini", _("小程序")
        WEB = "web", _("网站")

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="survey_attempts")
    rework_no = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(_("方式"), max_length=5, choices=Way)
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=ContactOutcome)
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("回访记录")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.outcome}"
