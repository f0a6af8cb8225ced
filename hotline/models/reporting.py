"""What was counted and told: facts frozen with each order's end, reports frozen with their figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MetricFact(models.Model):
    """
    The facts of one order as they stood when it was archived (H-160): immutable, the database refuses changes.

    An order that was reopened and archived again has a second row; the newest counts.
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="metric_facts")
    facts = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("指标事实")
        indexes = [
            # selectors.facts: the newest facts of each order.
            models.Index(fields=["hotline_order", "-id"], name="hotline_newest_facts"),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.at:%Y-%m-%d}"


class Report(models.Model):
    """A report with its figures frozen (H-178): never recomputed, corrected only by a dated line below."""

    class Kind(models.TextChoices):
        DAILY = "daily", _("日报")
        WEEKLY = "weekly", _("周报")
        MONTHLY = "monthly", _("月报")
        QUARTERLY = "quarterly", _("季报")

    kind = models.CharField(_("类型"), max_length=9, choices=Kind)
    starts_on = models.DateField(_("起始日"))
    ends_on = models.DateField(_("截止日"))
    due_at = models.DateTimeField(_("应出时间"))
    made_at = models.DateTimeField(_("生成时间"))
    figures = models.JSONField(_("数据"))
    figures_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("热线报告")
        ordering = ["-ends_on", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "starts_on"], name="hotline_one_report_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}"

    @property
    def snapshot(self) -> str:
        """The number by which the figures are quoted."""
        return f"{self.kind}-{self.starts_on:%Y%m%d}-{self.figures_hash[:8]}"


class ReportCorrection(models.Model):
    """A dated line below a report: which figure was wrong, and what it should have been (H-178)."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="corrections")
    text = models.TextField(_("更正"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("报告更正")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at:%Y-%m-%d}"
