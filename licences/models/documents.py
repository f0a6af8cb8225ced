"""Documents and their numbers."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.constraints import both_or_neither
from licences.fields import EncryptedValuesField
from licences.models.codes import new_verify_code
from licences.states import DocumentKind, DocumentStatus


class DocumentQuerySet(models.QuerySet["Document"]):
    def light(self) -> Self:
        """Without the snapshot, which lists do not show and which costs decryption."""
        return self.defer("snapshot")

    def unsealed_since(self, moment: datetime) -> Self:
        """Begun before this moment and still without a seal: lost pokes, dead workers, failures."""
        waiting = Q(status=DocumentStatus.PREPARING) | Q(status=DocumentStatus.FAILED)
        return self.filter(waiting, attempts__lt=Document.MAX_ATTEMPTS, created_at__lt=moment)


class Document(models.Model):
    """
    A paper an organ gives out (文书): what it says, and once sealed, the sealed PDF.

    The row is written in the transaction of the act it witnesses; number, PDF and
    seal follow from the documents queue. What it says (the snapshot) never changes.
    A wrong one is voided and keeps its number; another takes its place (I-133).
    """

    MAX_ATTEMPTS = 20

    id = models.UUIDField(_("标识"), primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("文书种类"), max_length=32, choices=DocumentKind)
    title = models.CharField(_("标题"), max_length=120)
    number = models.CharField(_("文书编号"), max_length=60, null=True, blank=True, unique=True)
    status = models.CharField(
        _("状态"),
        max_length=12,
        choices=DocumentStatus,
        default=DocumentStatus.PREPARING,
    )
    organ = models.ForeignKey(
        "identity.Department",
        models.PROTECT,
        related_name="documents",
        verbose_name=_("出具机关"),
    )
    subject = models.CharField(_("所属"), max_length=80, help_text=_("例如 application:42"))
    snapshot = EncryptedValuesField(_("内容"), default=dict)
    template_version = models.CharField(_("模板版本"), max_length=16)
    verify_code = models.CharField(_("核验码"), max_length=16, unique=True, default=new_verify_code)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    file = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        related_name="documents",
        verbose_name=_("文件"),
    )
    sha256 = models.CharField(_("文件摘要"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("生成时间"), auto_now_add=True)
    sealed_at = models.DateTimeField(_("签章时间"), null=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("由此件替代"),
    )
    attempts = models.PositiveSmallIntegerField(_("制作次数"), default=0)
    error = models.TextField(_("失败原因"), blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文书")
        constraints = [
            both_or_neither("sealed_at", "file", name="licences_document_sealed_when_and_as_what"),
            models.CheckConstraint(
                condition=~Q(status="sealed") | Q(number__isnull=False, sealed_at__isnull=False),
                name="licences_document_sealed_has_number",
            ),
            models.CheckConstraint(
                condition=~Q(status="void") | Q(voided_at__isnull=False),
                name="licences_document_void_since",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="licences_document_not_its_own_successor",
            ),
        ]
        indexes = [
            # The sweep in licences.tasks: what still waits for its seal.
            models.Index(
                fields=["created_at"],
                name="licences_document_unsealed",
                condition=Q(status__in=["preparing", "failed"]),
            ),
            # Documents of one application, in lists of workflow.
            models.Index(fields=["subject"], name="licences_document_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number or '（编号待赋）'}"


class DocumentCounter(models.Model):
    """
    The last number an organ gave in a year to documents of a kind (文书编号计数).

    Numbers only rise. A crash may leave a gap, never a number given twice.
    """

    organ = models.ForeignKey(
        "identity.Department",
        models.PROTECT,
        related_name="+",
        verbose_name=_("出具机关"),
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("编号类型"), max_length=8)
    last = models.PositiveIntegerField(_("最后编号"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("文书编号计数")
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "year", "kind"],
                name="licences_one_counter_per_organ_year_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organ_id}〔{self.year}〕{self.kind} {self.last}"
