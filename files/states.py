"""What the virus scan said of a stored file."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scan(TextChoices):
    """``UNSCANNED`` is visible on purpose: a portal without a scanner must not look like one with it."""

    UNSCANNED = "unscanned", _("未扫描")
    CLEAN = "clean", _("已扫描，未发现病毒")
