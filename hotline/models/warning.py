"""What the algorithms found, what people made of it, and what is done before anybody complains."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import AlertLevel, Disposition, IssueState, PreemptSource


class HotAlert(models.Model):
    """
    One finding of one algorithm in one window, with all it rests on (H-165); the same again is the same row.

    A disposition is a person's (H-167): confirmed, a false alarm with its reason, or merged into another alert.
    """

    algo = models.CharField(_("算法"), max_length=3)
    key = models.CharField(_("对象"), max_length=120)
    window_start = models.DateTimeField(_("时间窗起"))
    window_end = models.DateTimeField(_("时间窗止"))
    level = models.CharField(_("级别"), max_length=6, choices=AlertLevel)
    people = models.DecimalField(_("人数"), max_digits=8, decimal_places=1)
    #: λ, score, ratio …: whatever the algorithm reckoned with.
    inputs = models.JSONField(_("计算依据"))
    orders = models.ManyToManyField("hotline.HotlineOrder", related_name="alerts", verbose_name=_("相关工单"))
    found_at = models.DateTimeField(_("发现时间"))
    due_at = models.DateTimeField(_("处置期限"))
    disposition = models.CharField(_("处置"), max_length=11, choices=Disposition, blank=True)
    reason = models.TextField(_("处置理由"), blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    disposed_at = models.DateTimeField(null=True)
    disposed_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    escalated_at = models.DateTimeField(_("转督办时间"), null=True)
    #: 会商: due within a day for a red one (H-166).
    meeting_due_at = models.DateTimeField(_("会商期限"), null=True)
    meeting_at = models.DateTimeField(_("会商时间"), null=True)
    meeting_record = models.TextField(_("会商记录"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("预警")
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["algo", "key", "window_start"], name="hotline_one_alert_a_window"
            ),
            models.CheckConstraint(
                condition=~Q(disposition="false_alarm") | ~Q(reason=""),
                name="hotline_false_alarm_has_a_reason",
            ),
        ]
        indexes = [
            # services.warning.escalate: whatever nobody has looked at in time (H-167).
            models.Index(fields=["due_at"], name="hotline_alert_open", condition=Q(disposition="")),
            # selectors.alerts: the newest of a level.
            models.Index(fields=["level", "-found_at"], name="hotline_alert_by_level"),
        ]

    def __str__(self) -> str:
        return f"{self.algo} {self.key}"


class Issue(models.Model):
    """通过解决一个诉求带动破解一类问题: what a confirmed alert leads to; closed only by its effect or a panel (H-168)."""

    alert = models.OneToOneField(HotAlert, models.PROTECT, related_name="issue")
    title = models.CharField(_("问题"), max_length=120)
    root_cause = models.TextField(_("根源"), blank=True)
    lead = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    measures = models.TextField(_("措施"), blank=True)
    measures_at = models.DateTimeField(_("措施落实时间"), null=True)
    due_at = models.DateTimeField(_("期限"))
    state = models.CharField(_("状态"), max_length=6, choices=IssueState, default=IssueState.OPEN)
    before = models.PositiveIntegerField(_("措施前 30 天"), null=True)
    after = models.PositiveIntegerField(_("措施后 30 天"), null=True)
    panel_opinion = models.TextField(_("专家组意见"), blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("问题治理")
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return self.title


class PreemptTask(models.Model):
    """未诉先办: somebody leads, by a day, before anybody complains; afterwards its effect is counted (H-170, H-172)."""

    source = models.CharField(_("来源"), max_length=12, choices=PreemptSource)
    #: One cause makes one: the alert's key and window, the notice's number …
    source_key = models.CharField(_("来源编号"), max_length=160)
    title = models.CharField(_("事项"), max_length=120)
    measures = models.TextField(_("措施"), blank=True)
    lead = models.ForeignKey("identity.Department", models.PROTECT, related_name="+")
    category_l2 = models.CharField(_("二级分类"), max_length=4, blank=True)
    region = models.ForeignKey("identity.Region", models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey("hotline.Group", models.PROTECT, null=True, related_name="preempting")
    alert = models.ForeignKey(HotAlert, models.PROTECT, null=True, related_name="preempting")
    starts_at = models.DateTimeField(_("起始"))
    due_at = models.DateTimeField(_("期限"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    before = models.PositiveIntegerField(_("之前 30 天"), null=True)
    after = models.PositiveIntegerField(_("之后 30 天"), null=True)
    last_year = models.PositiveIntegerField(_("去年同期"), null=True)
    checked_at = models.DateTimeField(_("效果核查时间"), null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("未诉先办")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], name="hotline_preempted_once_for_a_cause"
            )
        ]

    def __str__(self) -> str:
        return self.title
