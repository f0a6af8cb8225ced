"""出件 and 送达: which documents belong to an application, and the proof that they arrived."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from workflow.states import CallOutcome, DeliveryMethod, ParcelState, Service


class Delivery(models.Model):
    """One act of handing over (I-130): to whom, how, where, when, received by whom; the proof is never edited."""

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="deliveries")
    method = models.CharField(_("方式"), max_length=12, choices=DeliveryMethod)
    addressee = models.CharField(_("受送达人"), max_length=120)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    waybill = models.CharField(_("运单号"), max_length=40, blank=True)
    handed_over_at = models.DateTimeField(_("出件时间"))
    handed_over_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    receiver = models.CharField(_("签收人"), max_length=120, blank=True)
    relation = models.CharField(_("与受送达人关系"), max_length=40, blank=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    #: The receipt of electronic service: when the applicant first opened one of its documents (I-129).
    viewed_at = models.DateTimeField(_("首次查看时间"), null=True)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    #: 留置 and 公告 stand for a signature that nobody gave (I-130).
    service = models.CharField(
        _("送达形式"), max_length=10, choices=Service, default=Service.RECEIVED, db_default=Service.RECEIVED
    )
    witness = models.CharField(_("见证人"), max_length=60, blank=True, default="", db_default="")
    photo = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", db_index=False)
    announced_on = models.DateField(_("公告日期"), null=True)
    #: 取件码: told to the applicant alone, and opens nothing without the end of their telephone number (I-127).
    locker_code = EncryptedTextField(_("取件码"), blank=True, default="", db_default="")
    collect_by = models.DateField(_("自助柜保管至"), null=True)
    reminded_on = models.DateField(null=True)
    #: Taken out of the locker unclaimed, or sent back by the post: it lies at the exit window.
    returned_at = models.DateTimeField(_("退回时间"), null=True)
    #: What became of a parcel that came back (I-128): the applicant is called, and it goes out once more, free of charge.
    call_by = models.DateTimeField(_("联系申请人期限"), null=True)
    called_at = models.DateTimeField(_("联系时间"), null=True)
    call_outcome = models.CharField(
        _("联系结果"), max_length=10, choices=CallOutcome, blank=True, default="", db_default=""
    )
    call_note = models.CharField(_("联系情况"), max_length=300, blank=True, default="", db_default="")
    resend_asked_at = models.DateTimeField(_("要求重寄时间"), null=True)
    resent_at = models.DateTimeField(_("重寄时间"), null=True)
    returned_waybill = models.CharField(
        _("退回的运单号"), max_length=40, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = verbose_name_plural = _("送达")
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | ~Q(receiver=""),
                name="workflow_delivered_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(service=Service.LEFT) | (~Q(witness="") & Q(photo__isnull=False)),
                name="workflow_left_before_a_witness",
            ),
            models.CheckConstraint(
                condition=~Q(service=Service.ANNOUNCED) | Q(announced_on__isnull=False),
                name="workflow_announced_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(resent_at__isnull=True) | (~Q(returned_waybill="") & ~Q(waybill="")),
                name="workflow_resent_with_a_new_waybill",
            ),
        ]
        indexes = [
            # The exit window's second list, and what the post and the lockers are asked about: not yet signed for.
            models.Index(
                fields=["application"], name="workflow_on_its_way", condition=Q(delivered_at__isnull=True)
            ),
            # files.services.sweeping: whether a delivery points at a file.
            models.Index(fields=["photo"], name="workflow_delivery_photo", condition=Q(photo__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.application_id}"

    @property
    def posted_at(self) -> datetime:
        """When the parcel with this waybill was given to the post."""
        return self.resent_at or self.handed_over_at


class ParcelStep(models.Model):
    """What the post said of a parcel, once a step (I-128); never edited."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="steps")
    state = models.CharField(_("状态"), max_length=20, choices=ParcelState)
    at = models.DateTimeField(_("时间"))
    place = models.CharField(_("地点"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("物流进度")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "state", "at"], name="workflow_a_step_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.place}"


class ApplicationDocument(models.Model):
    """A document that belongs to an application, and to one review where it is that review's."""

    application = models.ForeignKey(
        "workflow.Application", models.CASCADE, related_name="application_documents"
    )
    review = models.ForeignKey(
        "workflow.DepartmentReview", models.CASCADE, null=True, related_name="documents"
    )
    document = models.OneToOneField("licences.Document", models.PROTECT, related_name="+")
    #: A decision or notice that must be proved delivered before the application can close (I-130).
    needs_proof = models.BooleanField(default=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="documents")

    class Meta:
        verbose_name = verbose_name_plural = _("办件文书")
        indexes = [
            # The hand-over: what of this application is still to be proved delivered.
            models.Index(
                fields=["application"],
                name="workflow_unproved",
                condition=Q(needs_proof=True, delivery__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"文书 {self.document_id}"
