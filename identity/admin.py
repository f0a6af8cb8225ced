"""
Regions, departments, accounts and posts in the admin; for administrators.

Persons are not here: their numbers are shown to nobody who does not handle their application.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm

from common.editing import LongListAdmin, ServiceAdmin
from identity import services
from identity.forms import AccountForm, OpenAccountForm
from identity.models import Account, Department, Post, Region
from identity.roles import Employer, Role

# What somebody may do follows from posts, never from Django's groups.
admin.site.unregister(Group)


@admin.register(Region)
class RegionAdmin(ModelAdmin):
    """City, districts, streets and communities."""

    list_display = ["name", "code", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    search_help_text = "按名称或代码查找"
    autocomplete_fields = ["parent"]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Department)
class DepartmentAdmin(ModelAdmin):
    """Organs, courts and utilities. Bundles name departments, so a department keeps its name and code."""

    list_display = ["name", "code", "kind", "region", "phone"]
    list_filter = ["kind"]
    list_select_related = ["region"]
    search_fields = ["name", "code"]
    search_help_text = "按名称或代码查找"
    autocomplete_fields = ["region"]

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> list[str]:
        return ["code", "name"] if obj else []


class PostInline(TabularInline):
    """The posts of an account, to read; they are given and ended on their own page."""

    model = Post
    extra = 0
    can_delete = False
    show_change_link = True
    fields = readonly_fields = ["department", "role", "employer", "region", "valid_from", "valid_until"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).select_related("department", "region")


@admin.register(Account)
class AccountAdmin(ServiceAdmin, UserAdmin):
    """Logins: opened for a person, closed by taking the tick away; found by user name only."""

    form = AccountForm
    add_form = OpenAccountForm
    change_password_form = AdminPasswordChangeForm
    inlines = [PostInline]
    list_display = ["username", "person", "is_active", "is_staff", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "assurance_level"]
    list_select_related = ["person"]
    search_fields = ["username"]
    search_help_text = "按用户名查找"
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["username", "person", "assurance_level", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password", "person", "assurance_level"]}),
        (_("可以登录到哪里"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("时间"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2"]}),
        (_("本人"), {"fields": ["name", "id_number", "mobile"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        return self.readonly_fields if obj else []

    def get_inlines(self, request: HttpRequest, obj: Account | None) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["is_active", "is_staff", "is_superuser"])
            return
        said = form.cleaned_data
        person = services.register_person(
            name=said["name"], id_number=said["id_number"], mobile=said["mobile"]
        )
        obj.pk = services.open_account(username=obj.username, password=said["password1"], person=person).pk


@admin.register(Post)
class PostAdmin(ServiceAdmin):
    """Who works where as what: given here, ended here, never rewritten."""

    list_display = ["account", "role", "employer", "department", "region", "valid_from", "valid_until"]
    list_filter = ["role", "employer", ("department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["account", "department", "region"]
    list_per_page = 50
    search_fields = ["account__username", "department__name"]
    search_help_text = "按用户名或部门查找"
    autocomplete_fields = ["account", "department", "region"]
    ordering = ["account__username", "pk"]
    fields = ["account", "department", "role", "employer", "region", "valid_from", "valid_until"]

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> list[str]:
        return ["account", "department", "role", "employer", "region", "valid_from"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        return super().get_queryset(request).select_related("account", "department", "region")

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["valid_until"])
            return
        given = services.appoint(
            obj.account,
            obj.department,
            Role(obj.role),
            employer=Employer(obj.employer),
            region=obj.region,
            valid_from=obj.valid_from,
            valid_until=obj.valid_until,
        )
        obj.pk = given.pk

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        services.dismiss(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        for post in queryset:
            services.dismiss(post)


@admin.register(LogEntry)
class LogEntryAdmin(LongListAdmin):
    """What was done in the admin, by whom, when."""

    list_display = ["action_time", "user", "action_flag", "content_type", "object_repr", "told"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]
    search_fields = ["=user__username"]
    search_help_text = "按用户名查找"
    fields = ["action_time", "user", "action_flag", "content_type", "object_repr", "told"]

    @admin.display(description="说明")
    def told(self, entry: LogEntry) -> str:
        return entry.get_change_message()
