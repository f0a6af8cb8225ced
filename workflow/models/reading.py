"""Who has looked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.states import ReadThing, ReadWhy


class Reading(models.Model):
    """
    That somebody other than the applicant opened an application, a review, a paper or a document (查阅记录).

    Written when a thing is opened, never for a line in a list; the same eyes on the same thing within
    one minute are one row. The applicant is told the department and why, never the account. Rows are
    never changed: the database refuses UPDATE and DELETE.
    """

    application = models.ForeignKey("workflow.Application", models.PROTECT, related_name="readings")
    account = models.ForeignKey("identity.Account", models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(
        "identity.Department", models.PROTECT, null=True, related_name="+", db_index=False
    )
    thing = models.CharField(_("查阅的是"), max_length=12, choices=ReadThing)
    thing_id = models.CharField(max_length=40)
    name = models.CharField(_("名称"), max_length=200)
    why = models.CharField(_("缘由"), max_length=12, choices=ReadWhy)
    at = models.DateTimeField(_("时间"))
    minute = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("查阅记录")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "thing", "thing_id", "minute"], name="workflow_read_once_a_minute"
            ),
        ]
        # Who has looked at mine, the newest first.
        indexes = [models.Index(fields=["application", "-id"], name="workflow_readings")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.thing} {self.at:%Y-%m-%d %H:%M}"
