"""What happens while a department works: results, extensions, 挂账, pauses, panels, urges, 督办."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import (
    HandleResult,
    PanelGround,
    PauseReason,
    RequestState,
    ResultDefect,
    ShelveReason,
    SupervisionCause,
    SupervisionLevel,
)


class ResultSubmission(models.Model):
    """One result as it was submitted, and what the close review said of it (H-95, H-97, M-21)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="submissions")
    assignment = models.ForeignKey("hotline.Assignment", models.PROTECT, related_name="submissions")
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(_("当时的期限"))
    rework_no = models.PositiveSmallIntegerField(default=0)
    handle_result = models.CharField(max_length=10, choices=HandleResult)
    result_text = models.TextField()
    measures = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    done_differently = models.TextField(blank=True)
    #: Why an overdue assist was passed over (H-102).
    assist_note = models.TextField(_("跳过协办的说明"), blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    accepted = models.BooleanField(null=True)
    defect = models.CharField(max_length=17, choices=ResultDefect, blank=True)
    review_note = models.TextField(blank=True)
    countersigned_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("办理结果")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.handle_result}"


class ExtensionRequest(models.Model):
    """延期申请: once, at least one working day before the due, silence until then is a no (H-98)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField(_("延长工作日"))
    reason = models.CharField(_("事由"), max_length=200)
    evidence = models.TextField(_("佐证"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.PENDING)
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("延期申请")
        constraints = [models.UniqueConstraint(fields=["hotline_order"], name="hotline_extended_once")]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} +{self.days}"


class ShelveRequest(models.Model):
    """挂账申请 and its ledger row: two keys, a plan date within a year, a look every ninety days (H-107)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="shelvings")
    reason = models.CharField(_("事由"), max_length=12, choices=ShelveReason)
    evidence = models.TextField(_("佐证"))
    plan_date = models.DateField(_("计划解决日期"))
    citizen_told = models.TextField(_("告知诉求人的记录"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.PENDING)
    first_key = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    second_key = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    shelved_at = models.DateTimeField(null=True)
    remaining = models.JSONField(_("挂账时剩余的时限"), default=dict)
    reviewed_at = models.DateTimeField(_("最近复核"), null=True)
    #: Rows of {"at", "by", "note"}, one for each review (H-107).
    review_notes = models.JSONField(_("复核记录"), default=list)
    refusal = models.TextField(_("不同意的理由"), blank=True)
    ended_at = models.DateTimeField(null=True)
    written_off = models.BooleanField(_("已销账"), default=False)
    write_off_evidence = models.TextField(_("销账佐证"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("挂账")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order"],
                condition=Q(state=RequestState.APPROVED, ended_at__isnull=True),
                name="hotline_shelved_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.reason}"


class Pause(models.Model):
    """A time that does not count (H-152, H-153); open while ``ended_at`` is null."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=10, choices=PauseReason)
    began_at = models.DateTimeField()
    ends_by = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    question = models.TextField(_("请诉求人补充什么"), blank=True)
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("计时暂停")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order"],
                condition=Q(ended_at__isnull=True),
                name="hotline_paused_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["hotline_order"],
                condition=Q(reason=PauseReason.SUPPLEMENT),
                name="hotline_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.reason}"


class PanelDecision(models.Model):
    """不合理诉求认定, or the end after two reworks: three people, none of the host's; reasons in writing (H-115)."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="panels")
    ground = models.CharField(_("认定标准"), max_length=15, choices=PanelGround, blank=True)
    is_unreasonable = models.BooleanField(_("认定不合理"))
    reasons = models.TextField(_("书面理由"))
    members = ArrayField(models.BigIntegerField(), verbose_name=_("认定人员"))
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reconsidered_at = models.DateTimeField(_("申请复核时间"), null=True)
    reconsideration = models.TextField(_("复核结论"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("诉求认定")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.ground}"


class Urge(models.Model):
    """催办: the citizen's, at most once a day after half of the time (H-120); the system's, each exactly once (H-121)."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("诉求人催办")
        REPEAT = "repeat", _("重复来电")
        DUE_SOON = "due_soon", _("到期前提醒")
        OVERDUE = "overdue", _("到期提醒")
        AUTO_SIGNED = "auto_signed", _("系统代签提醒")

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="urges")
    kind = models.CharField(max_length=11, choices=Kind)
    round = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True)
    by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("催办")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order", "kind", "round"],
                condition=Q(kind__in=["due_soon", "overdue", "auto_signed"]),
                name="hotline_the_system_urges_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.kind}"


class Supervision(models.Model):
    """督办: a written answer with evidence within three working days, else a level higher (H-123, H-124)."""

    hotline_order = models.ForeignKey(
        "hotline.HotlineOrder", models.PROTECT, null=True, related_name="supervisions"
    )
    department = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    cause = models.CharField(_("事由"), max_length=16, choices=SupervisionCause)
    #: One cause opens one: such as the month of improper returns, the id of the alert.
    cause_key = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(_("层级"), choices=SupervisionLevel)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    answer_due_at = models.DateTimeField(_("答复期限"))
    answer = models.TextField(_("书面答复"), blank=True)
    evidence = models.TextField(_("佐证"), blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    leader = models.CharField(_("提级办理负责人"), max_length=60, blank=True)
    interview = models.TextField(_("约谈记录"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("督办")
        constraints = [
            models.UniqueConstraint(
                fields=["cause", "cause_key", "department"], name="hotline_supervised_once_for_a_cause"
            )
        ]
        indexes = [
            # services.supervising.raise_silent: unanswered ones past their day.
            models.Index(
                fields=["answer_due_at"],
                name="hotline_supervision_open",
                condition=Q(closed_at__isnull=True, answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.department_id} {self.cause}"
