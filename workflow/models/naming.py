"""Stored files that an application names inside its answers or its draft, as rows that hold them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NamedFile(models.Model):
    """
    A stored file whose id stands in the JSON of an application: an upload of a draft, an answer that is a file.

    Written by the database alone, whenever that JSON changes (a trigger of migration 0013), so that a
    foreign key says what the JSON says and nothing of a draft is swept away (files.services.sweeping).
    """

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("填报内容里的文件")
        constraints = [
            models.UniqueConstraint(fields=["application", "file"], name="workflow_a_file_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.file_id}"
