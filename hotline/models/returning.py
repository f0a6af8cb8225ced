"""When a department says that an order is not its own: returns, disputes, rulings that become rules."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import RequestState


class ReturnRequest(models.Model):
    """退单申请: with the law or 权责清单 row and the unit thought responsible; once per department and order (H-64, H-66)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="return_requests")
    assignment = models.ForeignKey("hotline.Assignment", models.PROTECT, related_name="return_requests")
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    legal_basis = models.TextField(_("依据"))
    suggested = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    evidence = models.TextField(_("佐证"), blank=True)
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(_("状态"), max_length=8, choices=RequestState, default=RequestState.PENDING)
    #: Rejected, or the ruling went against the requester (H-67).
    improper = models.BooleanField(_("不当退单"), default=False)
    decided_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(_("审核意见"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("退单申请")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order", "department"], name="hotline_one_return_a_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.state}"


class Dispute(models.Model):
    """职责争议: open until a ruling; clocks run on and the first recipient keeps the duty (H-63)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="disputes")
    raised_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("理由"), blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(_("裁定期限"))
    closed_at = models.DateTimeField(null=True)
    #: On-site confirmation (H-92): who was told to come, where and when, and who came.
    site = models.JSONField(default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("职责争议")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order"], condition=Q(closed_at__isnull=True), name="hotline_one_open_dispute"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.opened_at:%Y-%m-%d}"


class Ruling(models.Model):
    """职责争议裁定: host, assists, basis and fact tag; three or more judges, an odd number; binds the same facts (H-91)."""

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="ruling")
    host = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    assists = ArrayField(models.BigIntegerField(), default=list)
    legal_basis = models.TextField(_("依据"))
    fact_tag = models.CharField(_("事实标签"), max_length=60)
    text = models.TextField(_("裁定意见"))
    judges = ArrayField(models.BigIntegerField(), verbose_name=_("裁定人员"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    category_l2 = models.CharField(max_length=4)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    rule = models.OneToOneField("hotline.DispatchRule", models.PROTECT, null=True, related_name="of_ruling")

    class Meta:
        verbose_name = verbose_name_plural = _("争议裁定")

    def __str__(self) -> str:
        return f"{self.category_l2} {self.fact_tag}"
