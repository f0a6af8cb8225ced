"""Who holds an order: host and assists, what they owe by when, and whether they have spoken to the complainant."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import AssignmentRole, AssignmentState, ContactOutcome


class Assignment(models.Model):
    """
    One department's part of an order in one round: the host's, or an assist's (主办、协办).

    A round begins with every dispatch; exactly one host's part is open while a department holds the order
    (H-30), and one round has one host (H-89). Never deleted: who held an order keeps seeing it (H-02).
    """

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField(_("轮次"))
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    role = models.CharField(_("角色"), max_length=6, choices=AssignmentRole)
    state = models.CharField(_("状态"), max_length=9, choices=AssignmentState, default=AssignmentState.OPEN)
    basis_rule = models.ForeignKey("hotline.DispatchRule", models.PROTECT, null=True, related_name="+")
    ruling = models.ForeignKey("hotline.Ruling", models.PROTECT, null=True, related_name="+")
    basis = models.TextField(_("派单依据"), blank=True)
    score = models.DecimalField(_("得分"), max_digits=5, decimal_places=4, null=True)
    #: The score's parts and the other candidates, in words and numbers, as shown to the dispatcher (H-86).
    explanation = models.JSONField(default=dict)
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    dispatched_at = models.DateTimeField(_("派单时间"))
    sign_due_at = models.DateTimeField(_("签收期限"), null=True)
    signed_at = models.DateTimeField(_("签收时间"), null=True)
    signed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    auto_signed = models.BooleanField(_("系统代签"), default=False)
    contact_due_at = models.DateTimeField(_("联系期限"), null=True)
    contacted_at = models.DateTimeField(_("联系时间"), null=True)
    feedback_due_at = models.DateTimeField(_("先期反馈期限"), null=True)
    due_at = models.DateTimeField(_("办理期限"), null=True)
    replied_at = models.DateTimeField(_("答复时间"), null=True)
    reply = models.TextField(_("协办答复"), blank=True)
    passed_over = models.BooleanField(_("逾期未协办，已跳过"), default=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("派单")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order"],
                condition=Q(role=AssignmentRole.HOST, state=AssignmentState.OPEN),
                name="hotline_one_open_host",
            ),
            models.UniqueConstraint(
                fields=["hotline_order", "round"],
                condition=Q(role=AssignmentRole.HOST),
                name="hotline_one_host_a_round",
            ),
            models.UniqueConstraint(
                fields=["hotline_order", "round", "department"], name="hotline_one_part_a_department"
            ),
        ]
        indexes = [
            # A department's inbox: its open parts by due, keyset by (due_at, id).
            models.Index(
                fields=["department", "due_at", "id"],
                name="hotline_inbox",
                condition=Q(state=AssignmentState.OPEN),
            ),
            # OrderQuerySet.visible_to: whether a department holds or held an order.
            models.Index(fields=["hotline_order", "department"], name="hotline_held_by"),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id}/{self.round} {self.role}"


class ContactLog(models.Model):
    """One attempt to speak to the complainant, through the relay number where the order is masked (H-94, H-140)."""

    class Direction(models.TextChoices):
        OUTWARD = "outward", _("去电")
        INWARD = "inward", _("来电")

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="contacts")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="contacts")
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    direction = models.CharField(max_length=7, choices=Direction, default=Direction.OUTWARD)
    phone_masked = models.CharField(_("号码"), max_length=20, blank=True)
    started_at = models.DateTimeField(_("时间"))
    seconds = models.PositiveIntegerField(_("时长（秒）"), default=0)
    outcome = models.CharField(_("结果"), max_length=9, choices=ContactOutcome)
    recording = models.CharField(_("录音编号"), max_length=64, blank=True)
    note = models.TextField(_("记录"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("联系记录")
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.outcome}"


class ProgressNote(models.Model):
    """What the host tells the citizen on the way (H-109), and first feedback of urgent orders (M-22)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="progress_notes")
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    text = models.TextField(_("进展"))
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("进展告知")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.at:%Y-%m-%d}"


class JointPlan(models.Model):
    """联合办理: who does what until when, due within two working days; one reply comes out of it (H-103)."""

    hotline_order = models.OneToOneField("hotline.HotlineOrder", models.PROTECT, related_name="joint_plan")
    due_at = models.DateTimeField(_("方案期限"))
    #: Rows of {"department", "what", "due"}.
    steps = models.JSONField(_("分工"), default=list)
    made_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("联合办理方案")

    def __str__(self) -> str:
        return f"{self.hotline_order_id}"
