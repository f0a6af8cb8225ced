"""Services that ended and what people said of them (好差评)."""

import secrets
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import exactly_one
from evaluation.states import TAG_VERSION, Level, RatedObject
from identity.models import Account
from identity.selectors import standing
from workflow.models import Application


def new_token() -> str:
    """128 random bits (E-21)."""
    return secrets.token_urlsafe(16)


class ServiceEventQuerySet(models.QuerySet["ServiceEvent"]):
    """Invitations as their owners see them."""

    def open_for(self, account: Account, now: datetime) -> Self:
        """Invitations the account may still answer: its own, its organisations', its principals'; staff only their own."""
        own = Application.objects.of_applicant(account)
        if standing(account).posts:
            own = own.filter(applicant_person__isnull=False, applicant_person=account.person_id)
        return self.filter(application__in=own, expires_at__gt=now, evaluation=None)


class ServiceEvent(models.Model):
    """
    One service that ended and may be rated, exactly once (E-01): an application, a handling of a hotline
    order (each rework is one more), or the call in which an agent answered (H-113).

    ``event_no`` is the id of the domain event that ended it, so a repeat makes no second row.
    """

    event_no = models.BigIntegerField(_("事件号"), unique=True)
    object = models.CharField(_("评价对象"), max_length=20, choices=RatedObject)
    application = models.ForeignKey(
        "workflow.Application", models.PROTECT, null=True, related_name="service_events"
    )
    hotline_order = models.ForeignKey(
        "hotline.HotlineOrder", models.PROTECT, null=True, related_name="service_events", db_index=False
    )
    rework_no = models.PositiveSmallIntegerField(_("重办次数"), null=True)
    title = models.CharField(_("名称"), max_length=200)
    bundle = models.CharField(_("一件事或事项代码"), max_length=80)
    department = models.ForeignKey("identity.Department", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(_("渠道"), max_length=20)
    outcome = models.CharField(_("办理结果"), max_length=12)
    started_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("结束时间"))
    expires_at = models.DateTimeField(_("评价截止"))
    token = models.CharField(max_length=32, unique=True, default=new_token)

    objects = ServiceEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("服务事件")
        constraints = [
            exactly_one("application", "hotline_order", name="evaluation_of_one_service"),
            models.UniqueConstraint(
                fields=["hotline_order", "object", "rework_no"], name="evaluation_once_a_handling"
            ),
        ]
        indexes = [
            # evaluation.services.rate by application, and the page's link.
            models.Index(fields=["application"], name="evaluation_of_application"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.ended_at:%Y-%m-%d}"


class Evaluation(models.Model):
    """
    One rating of one service event (E-20, E-30); never deleted (E-39), never defaulted (E-32).

    The rater is kept as a keyed hash: staff never see who rated (E-48).
    """

    event = models.OneToOneField(ServiceEvent, models.PROTECT, related_name="evaluation")
    level = models.PositiveSmallIntegerField(_("等级"), choices=Level)
    tags = ArrayField(models.CharField(max_length=4), default=list, verbose_name=_("评价标签"))
    tag_version = models.CharField(max_length=8, default=TAG_VERSION)
    text = models.TextField(_("意见"), blank=True)
    details = models.JSONField(_("分事项评价"), default=list)
    evaluator_hash = models.CharField(max_length=64)
    by_agent = models.BooleanField(_("代办人评价"), default=False)
    channel = models.CharField(_("渠道"), max_length=20)
    created_at = models.DateTimeField(_("评价时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评价")
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="evaluation_five_levels"),
        ]

    def __str__(self) -> str:
        return self.get_level_display()
