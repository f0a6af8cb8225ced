"""Electronic seals of organs."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from licences.states import SealStatus


class SealQuerySet(models.QuerySet["Seal"]):
    def usable_at(self, moment: datetime) -> Self:
        """Neither revoked nor outside the certificate's own time."""
        return self.filter(status=SealStatus.ACTIVE, valid_from__lte=moment, valid_until__gt=moment)


class Seal(models.Model):
    """
    An organ's electronic seal (电子印章): the certificate with which it signs.

    The private key is never in the database; it lies in a PKCS#12 file named after
    the organ. A revoked seal stays on record, since documents carry it.
    """

    organ = models.ForeignKey(
        "identity.Department",
        models.PROTECT,
        related_name="seals",
        verbose_name=_("机关"),
    )
    name = models.CharField(_("印章名称"), max_length=120)
    serial = models.CharField(_("证书序列号"), max_length=64, unique=True)
    certificate = models.TextField(_("证书（PEM）"))
    status = models.CharField(_("状态"), max_length=12, choices=SealStatus, default=SealStatus.ACTIVE)
    valid_from = models.DateTimeField(_("证书生效"))
    valid_until = models.DateTimeField(_("证书到期"))
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    revocation_reason = models.CharField(_("停用原因"), max_length=200, blank=True)

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("电子印章")
        constraints = [
            models.UniqueConstraint(
                fields=["organ"],
                condition=Q(status="active"),
                name="licences_one_active_seal_per_organ",
            ),
            models.CheckConstraint(
                condition=Q(status="active", revoked_at__isnull=True)
                | Q(status="revoked", revoked_at__isnull=False),
                name="licences_seal_revoked_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def revoke(self, *, reason: str, at: datetime) -> None:
        """From now on nothing is sealed with it."""
        self.status, self.revocation_reason, self.revoked_at = (
            SealStatus.REVOKED,
            reason,
            at,
        )
