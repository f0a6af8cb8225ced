"""Asking the complainant how it went (回访)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.states import ContactOutcome, HandleResult, Solved, SurveyLevel


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


class SurveyRound(models.Model):
    """
    What a round of asking came to, written when a rework or a reopening begins the next one (H-160, T-42).

    The order itself speaks of its present round only; a bad answer stays counted in the metrics, for the host of
    that round (H-105). Immutable: the database refuses changes.
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="survey_rounds")
    rework_no = models.PositiveSmallIntegerField(_("重办次数"))
    host = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    callback_at = models.DateTimeField(_("进入回访时间"), null=True)
    handle_result = models.CharField(_("办理结果"), max_length=10, choices=HandleResult, blank=True)
    #: Empty where nobody was reached.
    surveyed_at = models.DateTimeField(_("回访时间"), null=True)
    responded = models.BooleanField(_("承办单位联系过"), null=True)
    solved = models.CharField(_("是否解决"), max_length=8, choices=Solved, blank=True)
    level = models.PositiveSmallIntegerField(_("满意度"), choices=SurveyLevel, null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("回访轮次")
        ordering = ["rework_no"]
        constraints = [
            models.UniqueConstraint(fields=["hotline_order", "rework_no"], name="hotline_one_survey_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id}/{self.rework_no}"
