"""Licences and their types."""

import uuid
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.constraints import exactly_one
from identity.selectors import Standing
from licences.fields import EncryptedValuesField
from licences.models.codes import new_verify_code
from licences.states import HolderKind, LicenceStatus


class NextLicenceNumber(Func):
    """The next licence number: day of issue and eight digits of a sequence; the database gives it."""

    template = (
        "(to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')"
        " || lpad(nextval('licences_licence_number')::text, 8, '0'))"
    )
    output_field = models.CharField()


def unnamed_source() -> str:
    """For licences that nothing in this house gave cause for, such as those loaded from elsewhere."""
    return f"unnamed:{uuid.uuid4()}"


class LicenceType(models.Model):
    """A sort of licence (证照类型), known by its everyday name, such as 营业执照."""

    code = models.CharField(_("类型代码"), max_length=64, unique=True)
    name = models.CharField(_("证照名称"), max_length=120, unique=True)
    holder_kind = models.CharField(
        _("持证主体"), max_length=16, choices=HolderKind, default=HolderKind.EITHER
    )

    class Meta:
        verbose_name = verbose_name_plural = _("证照类型")

    def __str__(self) -> str:
        return self.name


class LicenceQuerySet(models.QuerySet["Licence"]):
    def of_holder(self, who: Standing) -> Self:
        """One's own, and those of the organisations one represents; an agent holds none of them."""
        own = Q(holder_organisation_id__in=who.organisation_ids)
        return self.filter(own | Q(holder_person_id=who.person_id) if who.person_id else own)

    def in_force(self, on: date | None = None) -> Self:
        """Valid in law on that day (today unless told): neither ended nor run out."""
        day = on or timezone.localdate()
        lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(lasting, status=LicenceStatus.VALID, valid_from__lte=day)


class Licence(models.Model):
    """
    A licence somebody holds (电子证照).

    Its facts never change in place: an amendment ends this row as `amended` and
    issues another. `source` names what gave cause for it (for example
    `review:42`); there is one licence for each source, so a repeat issues nothing.
    """

    number = models.CharField(_("证照编号"), max_length=60, unique=True, db_default=NextLicenceNumber())
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="licences", verbose_name=_("证照类型"))
    holder_person = models.ForeignKey(
        "identity.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licences",
        verbose_name=_("持证人"),
    )
    holder_organisation = models.ForeignKey(
        "identity.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licences",
        verbose_name=_("持证单位"),
    )
    holder_name = models.CharField(_("持证主体名称"), max_length=120)
    issuer = models.ForeignKey(
        "identity.Department",
        models.PROTECT,
        related_name="licences",
        verbose_name=_("颁发机构"),
    )
    issued_on = models.DateField(_("颁发日期"), default=timezone.localdate)
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    status = models.CharField(_("状态"), max_length=12, choices=LicenceStatus, default=LicenceStatus.VALID)
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    facts = EncryptedValuesField(_("照面信息"), default=dict, blank=True)
    document = models.ForeignKey(
        "licences.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="licences",
        verbose_name=_("证照文书"),
    )
    verify_code = models.CharField(_("核验码"), max_length=16, unique=True, default=new_verify_code)
    source = models.CharField(_("颁发缘由"), max_length=80, unique=True, default=unnamed_source)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("电子证照")
        constraints = [
            exactly_one(
                "holder_person",
                "holder_organisation",
                name="licences_licence_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="licences_licence_ends_after_it_begins",
            ),
        ]
        indexes = [
            # licences.selectors.held: what an applicant can show instead of a paper.
            models.Index(
                fields=["holder_person", "type"],
                name="licences_valid_of_person",
                condition=Q(status="valid", holder_person__isnull=False),
            ),
            models.Index(
                fields=["holder_organisation", "type"],
                name="licences_valid_of_organisation",
                condition=Q(status="valid", holder_organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_id} {self.number}"

    @property
    def standing(self) -> LicenceStatus:
        """How it stands today: a valid one that has run out is expired, whatever the column says."""
        over = self.valid_until is not None and self.valid_until < timezone.localdate()
        return (
            LicenceStatus.EXPIRED
            if over and self.status == LicenceStatus.VALID
            else LicenceStatus(self.status)
        )

    def end(self, status: LicenceStatus, *, reason: str, at: Any) -> None:
        """The licence no longer counts, from now on and for this reason."""
        self.status, self.end_reason, self.ended_at = status, reason, at
