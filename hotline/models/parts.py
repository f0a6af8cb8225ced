"""What belongs to an order: later words, files, and why it is left out of metrics."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from hotline.states import ExclusionCode


class Supplement(models.Model):
    """
    What the complainant added later (H-31): a row of its own, never an edit of the text.

    ``asked`` marks the one for which the clock stood still (H-152).
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="supplements")
    text = EncryptedTextField(_("补充内容"))
    redacted = models.TextField()
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    asked = models.BooleanField(_("应要求补充"), default=False)
    #: One delivery, one supplement, like the order's own (H-11); empty where no channel delivered it.
    source_key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("补充")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"], condition=~Q(source_key=""), name="hotline_one_supplement_a_delivery"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.at:%Y-%m-%d %H:%M}"


class OrderFile(models.Model):
    """A file of the order; of a secret one, departments are given ``redacted`` only (H-141)."""

    class Kind(models.TextChoices):
        APPEAL = "appeal", _("诉求附件")
        RECORDING = "recording", _("录音")
        EVIDENCE = "evidence", _("办理佐证")
        RESULT = "result", _("答复附件")
        #: What the order was when it was archived; for the centre only (H-117).
        ARCHIVE = "archive", _("归档包")

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="files")
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    stored = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    redacted = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("工单附件")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.kind}"


class Exclusion(models.Model):
    """Why an order is left out of some metrics: code, who approved, on what evidence (H-163)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="exclusions")
    code = models.CharField(_("代码"), max_length=2, choices=ExclusionCode)
    reason = models.TextField(_("理由"))
    evidence = models.TextField(_("佐证"), blank=True)
    approved_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("指标剔除")
        constraints = [
            models.UniqueConstraint(fields=["hotline_order", "code"], name="hotline_excluded_once"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=False) & ~Q(reason="") & ~Q(evidence=""),
                name="hotline_excluded_on_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.code}"
