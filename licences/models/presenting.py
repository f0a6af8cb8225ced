"""Showing a licence to a stranger."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from licences.states import Face


class PresentationQuerySet(models.QuerySet["Presentation"]):
    def open_at(self, moment: datetime) -> Self:
        """Codes that still answer: neither looked at, nor taken back, nor run out."""
        return self.filter(seen_at=None, ended_at=None, expires_at__gt=moment)


class Presentation(models.Model):
    """
    That a holder shows one licence to whoever reads the code first (亮证).

    Only the hash of the code is kept: a copied table shows nothing to anybody. A row is used once,
    at most; it stays for good, so that the holder can see when the licence was looked at.
    """

    licence = models.ForeignKey(
        "licences.Licence", models.PROTECT, related_name="presentations", verbose_name=_("证照")
    )
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("亮证人")
    )
    shows = ArrayField(models.CharField(max_length=12, choices=Face), verbose_name=_("出示内容"))
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("亮证时间"))
    expires_at = models.DateTimeField(_("失效时间"))
    seen_at = models.DateTimeField(_("被查看时间"), null=True)
    ended_at = models.DateTimeField(_("收回时间"), null=True)

    objects = PresentationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("亮证")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="licences_presentation_lasts"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True) | Q(seen_at__lt=F("expires_at")),
                name="licences_presentation_seen_in_time",
            ),
        ]
        # The list of when my licences were looked at, the newest first.
        indexes = [models.Index(fields=["licence", "-created_at"], name="licences_presentations")]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.created_at:%Y-%m-%d %H:%M}"

    def is_open(self, moment: datetime) -> bool:
        """The code still answers."""
        return self.seen_at is None and self.ended_at is None and moment < self.expires_at
