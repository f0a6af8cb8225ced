"""What an application said before the applicant changed it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import EncryptedTextField


class FormerAnswers(models.Model):
    """
    What some boxes of the form held until the applicant changed them during handling (I-112).

    The facts name the boxes alone; what stood in them is here, encrypted as a whole, for
    whoever must know what a department had read. Never edited, never deleted.
    """

    application = models.ForeignKey("workflow.Application", models.CASCADE, related_name="former_answers")
    keys = ArrayField(models.CharField(max_length=80), verbose_name=_("填写项"))
    #: JSON of the former values by key; a box that was empty is not in it.
    said = EncryptedTextField(_("原内容"))
    replaced_at = models.DateTimeField(_("修改时间"))
    replaced_by = models.ForeignKey("identity.Account", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("修改前的填写内容")

    def __str__(self) -> str:
        return f"{self.application_id} {'、'.join(self.keys)}"


class FormerFile(models.Model):
    """
    A stored file that stood in one of those boxes: what a department has looked at is kept.

    Its id stands in ``said`` too, which nobody but us can read; this row is what the nightly sweep
    of files sees (files.services.sweeping). Written with the former answers, never edited.
    """

    former = models.ForeignKey(FormerAnswers, models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("修改前的文件")
        constraints = [
            models.UniqueConstraint(fields=["former", "file"], name="workflow_a_former_file_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.former_id} {self.file_id}"
