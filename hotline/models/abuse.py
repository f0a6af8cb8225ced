"""Numbers that harass the line: marks of agents, and the ladder of what follows (H-137, H-138)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from hotline.states import AbuseKind, RestrictionStage
from identity.fields import KeyedHashField


class AbuseMark(models.Model):
    """One call that an agent marked as silent or abusive; the ladder is climbed by counting these (H-137)."""

    phone = EncryptedTextField(_("号码"))
    phone_hash = KeyedHashField(of="phone")
    kind = models.CharField(_("类型"), max_length=7, choices=AbuseKind)
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    call = models.ForeignKey("hotline.Call", models.PROTECT, null=True, related_name="+")
    recording = models.CharField(_("录音编号"), max_length=64, blank=True)
    note = models.TextField(_("说明"), blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("骚扰标记")
        indexes = [
            # services.restricting: the marks of a number in the last days.
            models.Index(fields=["phone_hash", "at"], name="hotline_marks_of_number")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class NumberRestriction(models.Model):
    """
    One rung of the ladder for one number: warned, voice-mail only, restricted, handed to the police.

    It ends by itself at ``until``, or when an appeal lifts it; it never closes the web channel, a letter or
    an emergency (H-138). Never deleted.
    """

    phone = EncryptedTextField(_("号码"))
    phone_hash = KeyedHashField(of="phone", db_index=True)
    stage = models.CharField(_("处置"), max_length=10, choices=RestrictionStage)
    since = models.DateTimeField(_("开始时间"))
    until = models.DateTimeField(_("到期时间"), null=True)
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("事由"))
    evidence = models.JSONField(_("证据清单"), default=list)
    appeal = models.TextField(_("申诉理由"), blank=True)
    appealed_at = models.DateTimeField(null=True)
    appeal_due_at = models.DateTimeField(_("申诉答复期限"), null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    decision = models.TextField(_("申诉结论"), blank=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("号码限制")
        indexes = [
            # The desk's list of appeals that wait, first due first.
            models.Index(
                fields=["appeal_due_at"],
                name="hotline_appeals_waiting",
                condition=Q(appealed_at__isnull=False, decided_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.since:%Y-%m-%d}"
