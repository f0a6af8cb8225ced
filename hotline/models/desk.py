"""What the desks of the centre still owe: confirmations, checks, answers to other systems, corrected categories."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.states import DeskTaskKind


class DeskTask(models.Model):
    """Something a person of the centre is to look at by a time; one of a kind for each order and round."""

    hotline_order = models.ForeignKey("hotline.HotlineOrder", models.PROTECT, related_name="desk_tasks")
    kind = models.CharField(_("类型"), max_length=18, choices=DeskTaskKind)
    round = models.PositiveSmallIntegerField(_("轮次"), default=0)
    opened_at = models.DateTimeField(_("开始时间"))
    due_at = models.DateTimeField(_("期限"))
    done_at = models.DateTimeField(_("完成时间"), null=True)
    done_by = models.ForeignKey("identity.Account", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(_("结论"), max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("待核事项")
        constraints = [
            models.UniqueConstraint(
                fields=["hotline_order", "kind", "round"], name="hotline_asked_of_the_desk_once"
            )
        ]
        indexes = [
            # The desk's list: what is still to be looked at, oldest due first.
            models.Index(fields=["due_at"], name="hotline_on_the_desk", condition=Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id} {self.kind}"


class SourceFeedback(models.Model):
    """
    What the channel an order came from is told of its end (H-14): once an order, tried again with growing waits.

    ``text`` is fit to be published: no name, no number. Given up, it becomes an operator's task.
    """

    hotline_order = models.OneToOneField(
        "hotline.HotlineOrder", models.PROTECT, related_name="source_feedback_row"
    )
    text = models.TextField(_("反馈内容"))
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True)
    sent_at = models.DateTimeField(_("送达时间"), null=True)
    receipt = models.CharField(_("回执"), max_length=80, blank=True)
    last_error = models.CharField(_("最近错误"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("向来源反馈")
        indexes = [
            # services.feedback: what is to be tried now.
            models.Index(
                fields=["next_attempt_at"],
                name="hotline_to_feed_back",
                condition=Q(next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hotline_order_id}"


class ClassCorrection(models.Model):
    """A person chose another category than the classifier did: kept with the words it went by (H-57)."""

    hotline_order = models.ForeignKey(
        "hotline.HotlineOrder", models.PROTECT, related_name="class_corrections"
    )
    text = models.TextField(_("隐去个人信息的诉求内容"))
    auto_code = models.CharField(_("自动分类"), max_length=4)
    final_code = models.CharField(_("更正为"), max_length=4)
    by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("分类更正")

    def __str__(self) -> str:
        return f"{self.auto_code} → {self.final_code}"
