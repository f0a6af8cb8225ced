"""一次性补正告知: the one merged notice of an application and its entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """
    The only correction notice an application can have (I-34, held by the one-to-one).

    Departments add entries until it is sent; from then on nobody can.
    """

    application = models.OneToOneField("workflow.Application", models.CASCADE, related_name="correction")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(_("告知时间"), null=True)
    days = models.PositiveSmallIntegerField(_("补正工作日"), null=True)
    due_at = models.DateTimeField(_("补正期限"), null=True)
    reminded_on = models.DateField(null=True)
    completed_at = models.DateTimeField(_("补齐时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补正告知")
        indexes = [
            # services.sweeps: open notices by deadline.
            models.Index(
                fields=["due_at"],
                name="workflow_open_correction",
                condition=models.Q(sent_at__isnull=False, completed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"补正告知 {self.application_id}"


class CorrectionEntry(models.Model):
    """What one department found wrong with one paper: the defect, its basis and how to mend it (I-31)."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="entries")
    review = models.ForeignKey("workflow.DepartmentReview", models.CASCADE, related_name="+")
    material = models.CharField(_("材料"), max_length=200)
    defect = models.CharField(_("问题"), max_length=500)
    basis = models.CharField(_("依据"), max_length=500)
    how_to_fix = models.CharField(_("如何补正"), max_length=500)
    supplied_at = models.DateTimeField(_("补交时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("补正内容")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "material"], name="workflow_a_defect_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.material}：{self.defect}"
