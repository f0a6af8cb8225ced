"""Calendar, places and mandates in the admin; matters are with the bundles, which publish them."""

from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from common.editing import ReadOnlyAdmin, ServiceAdmin
from matters import services
from matters.forms import MandateForm
from matters.models import CalendarDay, CalendarYear, Mandate, Place
from matters.selectors import missing_year
from matters.services import DayChange
from matters.states import DayKind, MandatePower


class MissingYear(ModelAdmin):
    """Calendar pages that say which year's notice is still missing (I-73)."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if year := missing_year(timezone.localdate()):
            messages.warning(
                request,
                _(
                    "%(year)s 年的放假通知还没有录入：落在这一年的期限都是暂定的，录入后会自动重新计算并通知申请人。"
                )
                % {"year": year},
            )
        return super().changelist_view(request, extra_context)


@admin.register(CalendarDay)
class CalendarDayAdmin(MissingYear, ServiceAdmin):
    """Days that differ from the plain week; every change reckons the due dates that run through it anew."""

    list_display = ["date", "kind", "name", "region", "source_doc"]
    list_filter = ["kind", "date", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["name", "source_doc"]
    search_help_text = "按名称或文号查找"
    date_hierarchy = "date"
    ordering = ["-date"]
    autocomplete_fields = ["region"]
    fields = ["region", "date", "kind", "name", "source_doc"]

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> list[str]:
        return ["region", "date"] if obj else []

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        day = DayChange(date=obj.date, kind=DayKind(obj.kind), name=obj.name, source_doc=obj.source_doc)
        region = obj.region.code if obj.region else None
        services.change_calendar([day], region_code=region, by=self.editor(request))
        obj.pk = CalendarDay.objects.get(region=obj.region, date=obj.date).pk

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        self.delete_queryset(request, CalendarDay.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        days = queryset.order_by("region__code", "date").values_list("region__code", "date")
        for region, group in groupby(days, key=lambda day: day[0]):
            changes = [DayChange(date=date, kind=None) for _region, date in group]
            services.change_calendar(changes, region_code=region, by=self.editor(request))


@admin.register(CalendarYear)
class CalendarYearAdmin(MissingYear, ReadOnlyAdmin):
    """Years whose notice is loaded; dates in all others are provisional."""

    list_display = ["year", "source_doc"]
    ordering = ["-year"]


@admin.register(Place)
class PlaceAdmin(ModelAdmin):
    """Halls and service points."""

    list_display = ["name", "kind", "region", "address", "phone", "opening_hours"]
    list_filter = ["kind", ("region", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["region"]
    search_fields = ["name", "code", "address"]
    search_help_text = "按名称、编码或地址查找"
    autocomplete_fields = ["region", "department"]

    def get_readonly_fields(self, request: HttpRequest, obj: Place | None = None) -> list[str]:
        return ["code"] if obj else []


@admin.register(Mandate)
class MandateAdmin(ServiceAdmin):
    """授权书: a wider one is a new one; one that is given can only end."""

    form = MandateForm
    list_display = ["number", "department", "account", "role", "powers_told", "valid_from", "valid_until"]
    list_filter = ["role", ("department", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["department", "account"]
    search_fields = ["number", "department__name", "account__username"]
    search_help_text = "按编号、部门或账号查找"
    autocomplete_fields = ["department", "account"]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Mandate | None = None) -> list[str]:
        given = ["number", "department", "account", "role", "matter_codes", "powers", "valid_from"]
        return given if obj else []

    @admin.display(description="权限")
    def powers_told(self, mandate: Mandate) -> str:
        return "、".join(str(MandatePower(power).label) for power in mandate.powers)

    def save_model(self, request: HttpRequest, obj: Mandate, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["valid_until"])
            return
        given = services.give_mandate(
            number=obj.number,
            department=obj.department,
            matter_codes=obj.matter_codes,
            powers=obj.powers,
            account=obj.account,
            role=obj.role,
            valid_from=obj.valid_from,
            valid_until=obj.valid_until,
        )
        obj.pk = given.pk
