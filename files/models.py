"""Uploaded and produced files; owners serve them through their own views."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from files.states import Scan


def stored_at(stored: "StoredFile", filename: str) -> str:
    """Spread over 256 folders under a name that says nothing of the person: only the database knows whose it is."""
    return f"files/{stored.id.hex[:2]}/{stored.id.hex}"


class StoredFile(models.Model):
    """
    One file as it was taken in, by content type and hash. Never edited and never given an address of its own:
    whoever attaches it (a material, a document) decides who may read it.
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

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        indexes = [
            # files.services.store: the same upload again within the hour.
            models.Index(
                fields=["uploaded_by", "received_sha256", "created_at"],
                name="files_same_upload_again",
            ),
        ]

    def __str__(self) -> str:
        return self.name
