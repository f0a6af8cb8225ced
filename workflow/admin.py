"""Applications in the admin, to look at how far they are; every move is made at the desk it belongs to."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from common.editing import LongListAdmin
from workflow.models import Application, DepartmentReview
from workflow.states import ApplicationStatus


class ReviewInline(TabularInline):
    """The departments' parts."""

    model = DepartmentReview
    extra = 0
    can_delete = False
    fields = readonly_fields = ["name", "department", "stage", "status", "due_at", "decided_at"]

    def has_add_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Application | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DepartmentReview]:
        return super().get_queryset(request).select_related("department").order_by("stage", "pk")


@admin.register(Application)
class ApplicationAdmin(LongListAdmin):
    """States and dates of what was submitted: neither who applied nor what was answered."""

    inlines = [ReviewInline]
    list_display = [
        "reference",
        "name",
        "status",
        "outcome",
        "channel",
        "lead_department",
        "submitted_at",
        "due_at",
    ]
    list_filter = ["status", "outcome", "channel", "kind"]
    list_select_related = ["lead_department"]
    search_fields = ["=reference", "=code"]
    search_help_text = "按申办流水号或一件事编码查找，须写全"
    fields = [
        "reference", "name", "code", "kind", "status", "outcome", "channel", "lead_department", "submitted_at",
        "received_at", "accepted_at", "due_at", "decided_at", "handed_over_at", "closed_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        rows = super().get_queryset(request).exclude(status=ApplicationStatus.DRAFT)
        return rows.defer("answers", "draft", "advice", "delivery_address")
