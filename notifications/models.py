"""What was said to whom, by which way, and whether it got there."""

import datetime as dt
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField
from notifications.states import Channel, Kind, MessageState

__all__ = ["Channel", "ContactChoice", "ContactCode", "Message", "MessageState"]


class MessageQuerySet(models.QuerySet["Message"]):
    """Reading messages."""

    def to(self, person_id: int) -> Self:
        """Somebody's box, newest first."""
        return self.filter(person_id=person_id, channel=Channel.IN_SITE).order_by("-created_at", "-id")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def due(self, now: dt.datetime) -> Self:
        """Those that still have to leave the house, in the order they became ready."""
        pending = self.filter(state=MessageState.PENDING, next_attempt_at__lte=now)
        return pending.order_by("next_attempt_at", "id")


class Message(models.Model):
    """
    One text to one person by one way; or by SMS to somebody of whom only the number is known, as callers are.

    Sent at most once for a key; its text is final when written, and never holds a
    name or a number of a person.
    """

    person = models.ForeignKey(
        "identity.Person",
        models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("收件人"),
        db_index=False,
    )
    #: Where the text goes when no person is known; empty otherwise.
    number = EncryptedTextField(_("号码"), blank=True, default="", db_default="")
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    template = models.CharField(_("模板"), max_length=60)
    text = models.TextField(_("内容"))
    url = models.CharField(_("链接"), max_length=200, blank=True)
    key = models.CharField(_("唯一键"), max_length=120)
    about = models.CharField(_("对象"), max_length=80, blank=True)
    state = models.CharField(
        _("状态"), max_length=10, choices=MessageState.choices, default=MessageState.PENDING
    )
    created_at = models.DateTimeField(_("生成时间"), default=timezone.now)
    sent_at = models.DateTimeField(_("发出时间"), null=True)
    read_at = models.DateTimeField(_("阅读时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试"), default=timezone.now)
    receipt = models.CharField(_("回执"), max_length=80, blank=True)
    last_error = models.CharField(_("最近错误"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "key"], name="notifications_said_once"),
            models.UniqueConstraint(
                fields=["channel", "key"],
                condition=models.Q(person__isnull=True),
                name="notifications_said_once_to_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="notifications_sent_has_its_time",
            ),
        ]
        indexes = [
            # MessageQuerySet.to: somebody's box, and the number beside the bell.
            models.Index(
                fields=["person", "-created_at"],
                name="notifications_box",
                condition=models.Q(channel="in_site"),
            ),
            # MessageQuerySet.due: the sender's next row.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="notifications_pending",
                condition=models.Q(state="pending"),
            ),
            # notifications.selectors.about: what was said about one application.
            models.Index(fields=["about", "id"], name="notifications_about", condition=~models.Q(about="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.about}"


def _kinds(label: Any) -> Any:
    return ArrayField(models.CharField(max_length=10, choices=Kind.choices), default=list, verbose_name=label)


class ContactChoice(models.Model):
    """
    Which kinds of messages one person does without, by which way.

    No row means everything by every way. The box on the site is not chosen: it has everything.
    """

    person = models.OneToOneField(
        "identity.Person", models.CASCADE, primary_key=True, related_name="contact_choice"
    )
    without_sms = _kinds(_("不发短信的种类"))
    without_mail = _kinds(_("不发邮件的种类"))
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("通知方式")

    def __str__(self) -> str:
        return f"通知方式 {self.person_id}"

    def silenced(self, channel: Channel) -> list[str]:
        """The kinds this person does without by this way."""
        return {Channel.SMS: self.without_sms, Channel.MAIL: self.without_mail}.get(channel, [])


class ContactCode(models.Model):
    """
    A code sent to a number or mail address somebody says is theirs (验证码).

    Good for a few minutes, a few tries and one use; only its keyed hash is stored. Rows stay: they count how
    often somebody was written to.
    """

    person = models.ForeignKey("identity.Person", models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    address = EncryptedTextField(_("号码或邮箱"))
    address_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(_("试过次数"), default=0)
    created_at = models.DateTimeField(_("发出时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("失效时间"))
    used_at = models.DateTimeField(_("使用时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("验证码")
        indexes = [
            # services.contact: the newest code of a person, and how many were asked for today.
            models.Index(fields=["person", "-created_at"], name="notifications_codes_of"),
            # services.contact: how many this address got today, whoever asked.
            models.Index(fields=["address_hash", "-created_at"], name="notifications_codes_to"),
        ]

    def __str__(self) -> str:
        return f"验证码 {self.channel} {self.created_at:%Y-%m-%d %H:%M}"
