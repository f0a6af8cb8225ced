"""By which ways people are told something, how far a message has come, and which kinds of messages there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The way a message takes."""

    IN_SITE = "in_site", _("站内消息")
    SMS = "sms", _("短信")
    MAIL = "mail", _("电子邮件")


class MessageState(models.TextChoices):
    """How far it has come."""

    PENDING = "pending", _("待发")
    SENT = "sent", _("已发")
    GIVEN_UP = "given_up", _("已放弃")


class Kind(models.TextChoices):
    """What a message is for; its template says so in its first line, ``{# kind: notice #}``."""

    #: What the law wants told: acceptance, correction, decision, a moved date. Never silenced by SMS.
    NOTICE = "notice", _("法定通知")
    REMINDER = "reminder", _("到期提醒")
    PROGRESS = "progress", _("办理进度")
    RATING = "rating", _("请您评价")


#: Ways somebody may do without; the box on the site always has everything.
OPTIONAL_CHANNELS = (Channel.SMS, Channel.MAIL)
