"""What the clock has done already, what is to be looked at again, and codes that prove who speaks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.states import SampleKind


class Firing(models.Model):
    """
    A timer of an order that went off (H-155): once for each order, event and due; a due that moved is a new one.
    """

    hotline_order = models.ForeignKey(
        "hotline.HotlineOrder", models.PROTECT, related_name="+", db_index=False
    )
    event = models.CharField(max_length=24)
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("到点记录")
        constraints = [
            models.UniqueConstraint(fields=["hotline_order", "event", "due_at"], name="hotline_fires_once")
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.event}"


class SampleCheck(models.Model):
    """An order drawn to be looked at: too many shelved (H-108) or withdrawn (H-135) at one department."""

    kind = models.CharField(_("类型"), max_length=10, choices=SampleKind)
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    #: The quarter or month it was drawn for, such as 2026Q4 or 2026-11.
    period = models.CharField(_("时段"), max_length=7)
    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(_("抽取时间"))
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    finding = models.TextField(_("核查结论"), blank=True)
    under_pressure = models.BooleanField(_("存在施压"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("抽查")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period", "hotline_order"], name="hotline_drawn_once_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"


class ComplainantCode(models.Model):
    """A code sent to the complainant's telephone, to prove it is they who take the appeal back (H-134)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="codes")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("验证码")

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.sent_at:%Y-%m-%d %H:%M}"
