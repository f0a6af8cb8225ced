"""Uploaded and produced files, and those still on their way; owners serve them through their own views."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from files.states import Scan


def stored_at(stored: "StoredFile", filename: str) -> str:
    """Spread over 256 folders under a name that says nothing of the person: only the database knows whose it is."""
    return f"files/{stored.id.hex[:2]}/{stored.id.hex}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def unreferenced(self, before: datetime) -> Self:
        """Here since before this moment, and no row of any table points at them; a new table counts by itself."""
        found = self.filter(created_at__lt=before)
        for field in references():
            pointing = field.model._base_manager.filter(**{field.name: OuterRef(field.target_field.attname)})
            found = found.exclude(Exists(pointing))
        return found


class StoredFile(models.Model):
    """
    One file as it was taken in, by content type and hash. Never edited and never given an address of its own:
    whoever attaches it (a material, a document) decides who may read it, by a foreign key: what nobody points
    at any more is removed after a while (services.sweeping).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(
        max_length=64, help_text=_("收到时的摘要：照片入库前会去掉位置信息，与入库后的不同")
    )
    received_size = models.PositiveIntegerField()
    file = models.FileField(upload_to=stored_at, max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    scan = models.CharField(_("病毒扫描"), max_length=10, choices=Scan, default=Scan.UNSCANNED)
    pages = models.PositiveIntegerField(
        _("页数"), null=True, help_text=_("照片为 1；OFD 和以前收的文件不知道页数")
    )

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        indexes = [
            # files.services.sweeping: whether any row still names these bytes.
            models.Index(fields=["file"], name="files_of_these_bytes"),
            # files.services.store: the same upload again within the hour.
            models.Index(
                fields=["uploaded_by", "received_sha256", "created_at"],
                name="files_same_upload_again",
            ),
            # files.services.scan_waiting: what the scanner has not looked at yet.
            models.Index(
                fields=["created_at"], name="files_waiting_for_scan", condition=Q(scan=Scan.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_held(self) -> bool:
        """Nobody may open it: not looked at yet, or infected. What the portal made itself is never held."""
        return self.scan == Scan.INFECTED or (self.scan == Scan.WAITING and self.uploaded_by_id is not None)


def references() -> list[models.ForeignKey]:
    """Every foreign key of any app that points at a stored file, those without a way back included."""
    relations = StoredFile._meta.get_fields(include_hidden=True)
    return [one.field for one in relations if isinstance(one, models.ManyToOneRel)]


class Arrival(models.Model):
    """
    A file still on its way, piece by piece (tus 1.0), on the disk under `MEDIA_ROOT/arriving`.

    Whole, it is taken in like any other upload and `stored` names it; the row stays until it expires,
    so that an answer lost on the way can be asked for again. Nobody but its sender ever sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    length = models.PositiveIntegerField(_("大小"))
    received = models.PositiveIntegerField(_("已收到"), default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("上传人")
    )
    stored = models.ForeignKey(StoredFile, on_delete=models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(_("保留到"), db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("正在上传的文件")
        constraints = [
            models.CheckConstraint(
                condition=Q(received__lte=models.F("length")), name="files_no_more_than_announced"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.received}/{self.length}"

    @property
    def path(self) -> Path:
        """Where its pieces are put together."""
        return Path(settings.MEDIA_ROOT) / "arriving" / self.id.hex

    @property
    def is_whole(self) -> bool:
        """Every byte has arrived."""
        return self.received == self.length
