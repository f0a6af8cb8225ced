"""Asking once more, weeks later, whether it is still solved (H-189)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FollowUp(models.Model):
    """One solved order of the sample, asked once; a no opens a new order that names the first (反弹)."""

    hotline_order = models.OneToOneField("hotline.HotlineOrder", models.PROTECT, related_name="follow_up")
    asked_at = models.DateTimeField(_("询问时间"))
    answered_at = models.DateTimeField(_("回答时间"), null=True)
    still_solved = models.BooleanField(_("仍然解决"), null=True)
    text = models.TextField(_("说明"), blank=True)
    reopened_as = models.OneToOneField(
        "hotline.HotlineOrder", models.PROTECT, null=True, related_name="follow_up_of"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("办结后跟踪")

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.asked_at:%Y-%m-%d}"
