"""What the virus scan said of a stored file."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scan(TextChoices):
    """
    ``UNSCANNED`` is visible on purpose: a portal without a scanner must not look like one with it.

    ``WAITING``: the scanner was silent. The file is kept and held back from everybody until it has been
    looked at; found ``INFECTED``, its content is destroyed.
    """

    UNSCANNED = "unscanned", _("未扫描")
    WAITING = "waiting", _("等待扫描")
    CLEAN = "clean", _("已扫描，未发现病毒")
    INFECTED = "infected", _("发现病毒，内容已经销毁")
