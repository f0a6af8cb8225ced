"""Facts, and whom each of them still has to be told to."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.facts import DomainEvent, restore


class EventRecordQuerySet(models.QuerySet["EventRecord"]):
    """Reading the history."""

    def about(self, subject: str) -> Self:
        """The history of one thing, oldest first."""
        return self.filter(subject=subject).order_by("id")

    def of(self, *kinds: type[DomainEvent]) -> Self:
        """Only facts of these kinds."""
        return self.filter(name__in=[kind.name() for kind in kinds])


class EventRecord(models.Model):
    """
    Something that happened: the fact, who did it, for whom, when.

    Never changed and never deleted: the database refuses both. The rows of one
    subject are the timeline the citizen sees and the trail the inspector reads.
    """

    name = models.CharField(_("事实"), max_length=120)
    payload = models.JSONField(_("内容"))
    subject = models.CharField(_("对象"), max_length=80, blank=True)
    public = models.BooleanField(_("对外公布"), default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("操作人"),
        db_index=False,
    )
    on_behalf = models.CharField(_("代表"), max_length=80, blank=True)
    at = models.DateTimeField(_("时间"), default=timezone.now)

    objects = EventRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("事实")
        verbose_name_plural = _("事实")
        indexes = [
            # EventRecordQuerySet.about: the timeline of one application, order or rating.
            models.Index(fields=["subject", "id"], name="events_by_subject", condition=~models.Q(subject="")),
            # EventRecordQuerySet.of, newest first: counts and sweeps over one kind of fact.
            models.Index(fields=["name", "at"], name="events_by_name"),
            # The inspector's page: what one account has done.
            models.Index(
                fields=["actor", "at"], name="events_by_actor", condition=models.Q(actor__isnull=False)
            ),
            # The feed for department systems, a cursor over ids.
            models.Index(fields=["id"], name="events_public", condition=models.Q(public=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"

    @property
    def fact(self) -> DomainEvent:
        """The event as it was published."""
        return restore(self.name, self.payload)


class DeliveryState(models.TextChoices):
    """How far the telling has come."""

    PENDING = "pending", _("待送")
    DELIVERED = "delivered", _("已送")
    GIVEN_UP = "given_up", _("已放弃")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Whom there is to tell."""

    def due(self, now: dt.datetime) -> Self:
        """Pending and ready to be tried, in the order they became so."""
        pending = self.filter(state=DeliveryState.PENDING, next_attempt_at__lte=now)
        return pending.order_by("next_attempt_at", "id")

    def given_up(self) -> Self:
        """Those a person has to look at, for the supervision list."""
        return self.filter(state=DeliveryState.GIVEN_UP).select_related("event").order_by("id")


class Delivery(models.Model):
    """
    One fact to be told to one handler.

    Delivered is set in the transaction in which the handler ran: what it wrote
    and this mark stand or fall together.
    """

    event = models.ForeignKey(
        EventRecord, models.PROTECT, related_name="deliveries", verbose_name=_("事实"), db_index=False
    )
    handler = models.CharField(_("接收方"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    last_error = models.TextField(_("最近错误"), blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="events_told_once"),
            models.CheckConstraint(
                condition=models.Q(state="delivered", delivered_at__isnull=False)
                | (~models.Q(state="delivered") & models.Q(delivered_at__isnull=True)),
                name="events_delivered_has_its_time",
            ),
        ]
        indexes = [
            # DeliveryQuerySet.due: the deliverer's next row, however long the history.
            models.Index(
                fields=["next_attempt_at", "id"], name="events_pending", condition=models.Q(state="pending")
            ),
            # DeliveryQuerySet.given_up: the supervision list.
            models.Index(fields=["id"], name="events_given_up", condition=models.Q(state="given_up")),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"
