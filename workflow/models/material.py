"""The papers of an application: one row a paper, whichever departments need it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import exactly_one
from workflow.states import MaterialMode, MaterialState


class SubmittedMaterial(models.Model):
    """
    One paper of one application (申请材料), asked once and used by every review in ``needed_by``.

    Replacing a paper adds its file to ``replaces``'s successor: the old row stays
    and is marked superseded, so that what a reviewer saw can be shown again.
    """

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="materials")
    name = models.CharField(_("名称"), max_length=200)
    source = models.CharField(_("来源"), max_length=20)
    mode = models.CharField(_("方式"), max_length=12, choices=MaterialMode)
    state = models.CharField(_("状态"), max_length=12, choices=MaterialState)
    needed_by = ArrayField(models.CharField(max_length=80), verbose_name=_("使用事项"))
    licence_type = models.CharField(_("证照类型"), max_length=60, blank=True)
    awaited_from = models.CharField(_("产生于事项"), max_length=80, blank=True)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey("licences.Document", models.PROTECT, null=True, related_name="+")
    deferred_from = models.DateField(_("容缺起算日"), null=True)
    deferred_days = models.PositiveSmallIntegerField(_("容缺工作日"), null=True)
    deferred_due_at = models.DateTimeField(_("容缺补交期限"), null=True)
    deferred_reminded_on = models.DateField(null=True)
    evidence = models.CharField(_("核验凭据"), max_length=120, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    supplied_at = models.DateTimeField(_("提交时间"), null=True)
    superseded = models.BooleanField(_("已替换"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("申请材料")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "name"],
                condition=Q(superseded=False),
                name="workflow_a_paper_is_asked_once",
            ),
        ]
        indexes = [
            # services.sweeps: deferred papers by their date.
            models.Index(
                fields=["deferred_due_at"],
                name="workflow_deferred",
                condition=Q(mode=MaterialMode.DEFERRED, state=MaterialState.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Commitment(models.Model):
    """
    A promise the applicant read and signed: 告知承诺 (I-56…I-60) or 容缺承诺 (I-47).

    The text is kept as it was signed; it is never edited, only revoked (I-59).
    """

    class Kind(models.TextChoices):
        PROOF = "proof", _("证明事项告知承诺")
        LICENSING = "licensing", _("涉企经营许可告知承诺")
        DEFERRAL = "deferral", _("容缺承诺")

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="commitments")
    kind = models.CharField(_("种类"), max_length=10, choices=Kind)
    material = models.CharField(_("材料"), max_length=200)
    text = models.TextField(_("承诺内容"))
    signed_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("签署时间"))
    revoked_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("承诺")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "material"],
                condition=Q(revoked_at__isnull=True),
                name="workflow_one_promise_a_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.material}"


class CreditMark(models.Model):
    """信用记录 of a promise not kept; until repaired it bars deferral (I-51, I-53) or commitment (I-61)."""

    class Kind(models.TextChoices):
        DEFERRAL_BROKEN = "deferral_broken", _("容缺失信")
        PROMISE_BROKEN = "promise_broken", _("承诺失信")

    kind = models.CharField(_("种类"), max_length=20, choices=Kind)
    person = models.ForeignKey("identity.Person", models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey("identity.Organisation", models.PROTECT, null=True, related_name="+")
    application = models.ForeignKey("workflow.Application", models.PROTECT, related_name="credit_marks")
    fact = models.CharField(_("事实"), max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)
    repaired_at = models.DateTimeField(_("修复时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("信用记录")
        constraints = [
            exactly_one("person", "organisation", name="workflow_mark_of_one"),
            models.UniqueConstraint(fields=["application", "kind"], name="workflow_one_mark_an_application"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%Y-%m-%d}"
