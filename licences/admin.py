"""Licence types, seals and documents in the admin: to look at, and to start failed documents over."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.crypto import scrub
from common.editing import LongListAdmin, ReadOnlyAdmin
from identity.models import Account
from licences.models import Document, DocumentQuerySet, LicenceType, Seal
from licences.services import try_again


@admin.register(LicenceType)
class LicenceTypeAdmin(ReadOnlyAdmin):
    """Sorts of licences; their files are loaded, not typed."""

    list_display = ["name", "code", "holder_kind"]
    list_filter = ["holder_kind"]
    search_fields = ["name", "code"]
    search_help_text = "按名称或代码查找"


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """Which organ signs with which certificate, and until when."""

    list_display = ["name", "organ", "status", "valid_from", "valid_until"]
    list_filter = ["status"]
    list_select_related = ["organ"]
    search_fields = ["name", "organ__name", "serial"]
    search_help_text = "按名称、机关或证书序列号查找"
    fields = [
        "name",
        "organ",
        "serial",
        "status",
        "valid_from",
        "valid_until",
        "revoked_at",
        "revocation_reason",
    ]


@admin.register(Document)
class DocumentAdmin(LongListAdmin):
    """How far documents have come, never what they say of a person."""

    list_display = ["title", "number", "organ", "status", "attempts", "created_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["organ"]
    ordering = ["-created_at"]
    search_fields = ["=number", "=subject"]
    search_help_text = "按文书编号查找，或者按所属查找（例如 application:42）"
    actions = ["start_over"]
    fields = [
        "kind", "title", "number", "organ", "subject", "status", "attempts", "what_failed", "created_at",
        "sealed_at", "voided_at", "void_reason",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        rows: DocumentQuerySet = super().get_queryset(request)
        return rows.light()

    def has_start_over_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("licences.change_document")

    @admin.action(description="重新制作选中的失败文书", permissions=["start_over"])
    def start_over(self, request: HttpRequest, queryset: QuerySet[Document]) -> None:
        """Failed ones begin again; others are left as they are."""
        count = try_again(list(queryset.values_list("pk", flat=True)), by=cast(Account, request.user))
        messages.success(request, _("%(count)d 份文书开始重新制作") % {"count": count})

    @admin.display(description="失败原因")
    def what_failed(self, document: Document) -> str:
        return scrub(document.error) or "—"
