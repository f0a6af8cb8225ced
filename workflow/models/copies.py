"""Everything that is one person's, as one file."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.states import CopyState


def copied_at(made: "PersonalCopy", filename: str) -> str:
    """Under a name that says nothing of the person, apart from uploads: only its own view gives it out."""
    return f"copies/{made.id.hex[:2]}/{made.id.hex}.zip"


class PersonalCopy(models.Model):
    """
    A copy of everything the portal holds of one person (个人数据副本), made when asked for.

    It carries full personal numbers, so it lives for days, is given out only to its owner and only
    after the password, and its file is removed when it has run out. The row stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("identity.Account", models.PROTECT, related_name="copies")
    state = models.CharField(_("状态"), max_length=10, choices=CopyState, default=CopyState.ASKED)
    asked_at = models.DateTimeField(_("要求时间"))
    made_at = models.DateTimeField(_("做好时间"), null=True)
    expires_at = models.DateTimeField(_("过期时间"), null=True)
    taken_at = models.DateTimeField(_("最近下载时间"), null=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    left_out = models.PositiveIntegerField(_("放不下的文件"), default=0)
    file = models.FileField(upload_to=copied_at, max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("个人数据副本")
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="asked"), name="workflow_one_copy_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(made_at__isnull=False, expires_at__isnull=False),
                name="workflow_a_copy_runs_out",
            ),
        ]
        # services.copies: what is still to be made, and what has run out.
        indexes = [models.Index(fields=["state", "asked_at"], name="workflow_copies_by_state")]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    def is_open(self, moment: datetime) -> bool:
        """The file may be taken."""
        return self.state == CopyState.READY and self.expires_at is not None and moment < self.expires_at
