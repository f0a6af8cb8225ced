"""Who was let in to what is personal, what left the house, what was made public, and what only the inspectors see."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from hotline.states import PublicationState, RequestState


class UnmaskGrant(models.Model):
    """
    Leave to read who complained (解密查看): two keys of two people, a reason, at most a day, each look noted (H-142).

    The first key is the hotline's head's, the second an inspector's. ``told_at`` is when the complainant was
    told; ``silence_basis`` names the law that forbids telling.
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="unmask_grants")
    requested_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    reason = models.TextField(_("理由"))
    silence_basis = models.TextField(_("不告知诉求人的依据"), blank=True)
    first_key_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    first_key_at = models.DateTimeField(null=True)
    second_key_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    second_key_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("有效期至"), null=True)
    refused_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("解密查看")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True)
                | Q(first_key_by__isnull=False, second_key_by__isnull=False)
                & ~Q(first_key_by=F("second_key_by")),
                name="hotline_unmasked_by_two_keys",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.requested_at:%Y-%m-%d}"

    def opens(self, now: datetime) -> bool:
        """Both keys turned, and the day not over."""
        return self.expires_at is not None and now < self.expires_at


class OrderExport(models.Model):
    """A list of orders that leaves the house as a file; above a number of rows a second person agrees (H-143)."""

    requested_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    #: What was chosen: status, category, department, from, to.
    filters = models.JSONField(default=dict)
    reason = models.TextField(_("用途"))
    rows = models.PositiveIntegerField(_("条数"))
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.PENDING)
    decided_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("工单导出")

    def __str__(self) -> str:
        return f"{self.pk} {self.rows}"

    @property
    def may_be_written(self) -> bool:
        """Granted at once, or by the second person."""
        return self.state == RequestState.APPROVED


class Publication(models.Model):
    """An ended order as anybody may read it (公开), written anew without persons; two people stand for it (H-146)."""

    hotline_order = models.OneToOneField("hotline.HotlineOrder", models.PROTECT, related_name="publication")
    title = models.CharField(_("标题"), max_length=60)
    text = models.TextField(_("诉求"))
    reply = models.TextField(_("答复"))
    state = models.CharField(max_length=9, choices=PublicationState, default=PublicationState.PROPOSED)
    proposed_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("公开时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("公开的诉求")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(approved_by__isnull=False) & ~Q(approved_by=F("proposed_by")),
                name="hotline_published_by_two",
            )
        ]

    def __str__(self) -> str:
        return self.title


class RetaliationReport(models.Model):
    """
    The complainant says somebody took it out on them (打击报复); goes to the inspectors alone (H-147).

    A table of its own and no flag on the order: no page of a department can show it by mistake.
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="+")
    text = EncryptedTextField(_("情况说明"))
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    finding = models.TextField(_("核查结论"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("打击报复线索")

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.at:%Y-%m-%d}"
