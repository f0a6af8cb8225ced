"""Single matters: the catalogue's rows, published anew by every save."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bundles.forms import MatterForm, ReasonForm
from bundles.models import Bundle
from bundles.selectors import bundles_with
from bundles.services import offer_again, save_matter, stop_offering
from common.editing import ServiceAdmin
from matters.models import Matter
from matters.services import facts_of

#: What a bundle says of a matter it is made of; here it is only shown.
SAID_BY_THE_BUNDLE = (
    "name",
    "department",
    "type",
    "audience",
    "handling",
    "statutory_days",
    "promised_days",
    "fee",
    "theme",
    "result_name",
    "result_kind",
    "legal_basis",
    "materials",
)
#: Lists as people read them, where they are only shown.
SHOWN_AS = {"legal_basis": "legal_basis_shown", "materials": "materials_shown"}


@admin.register(Matter)
class MatterAdmin(ServiceAdmin):
    """
    Matters of the catalogue. Saving registers the row, brings the search up to it and publishes
    the matter anew; taking down and putting up again are acts of their own.
    """

    form = MatterForm
    list_display = ["name", "code", "department", "type", "handling", "promised_days", "published"]
    list_filter = [
        "published",
        "audience",
        "type",
        "handling",
        "theme",
        "high_risk",
        ("department", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["department"]
    list_per_page = 50
    search_fields = ["name", "plain_name", "code", "keywords"]
    search_help_text = "按名称、通俗名称、编码或搜索词查找"
    autocomplete_fields = ["department"]
    change_form_before_template = "admin/bundles/_matter_standing.html"
    fieldsets = [
        (None, {"fields": ["code", "name", "plain_name", "department", "type", "audience", "theme", "keywords"]}),
        ("办理", {"fields": ["handling", "statutory_days", "promised_days", "fee", "result_name", "result_kind"]}),
        ("依据、条件和材料", {"fields": ["legal_basis", "acceptance_conditions", "materials", "correction_days"]}),
        ("在哪里办", {"fields": ["levels", "cross_regional", "visits_required", "online"]}),
        ("特别规定", {"fields": ["high_risk", "onsite_excluded", "onsite_excluded_basis", "procedure_days", "deemed_acceptance", "deemed_acceptance_off_reason"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matter]:
        rows: QuerySet[Matter] = super().get_queryset(request)
        return rows.select_related("department")

    def has_delete_permission(self, request: HttpRequest, obj: Matter | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Matter | None = None) -> list[str]:
        if obj is None:
            return []
        said = SAID_BY_THE_BUNDLE if bundles_with(obj.code) else ()
        return ["code", *said, *SHOWN_AS.values()]

    def get_fieldsets(self, request: HttpRequest, obj: Matter | None = None) -> list[tuple[Any, dict]]:
        shown = set(self.get_readonly_fields(request, obj)) & SHOWN_AS.keys()
        return [
            (title, {**options, "fields": [SHOWN_AS[f] if f in shown else f for f in options["fields"]]})
            for title, options in self.fieldsets
        ]

    @admin.display(description="设定依据")
    def legal_basis_shown(self, matter: Matter) -> SafeString:
        return format_html(
            '<ul class="told">{}</ul>',
            format_html_join("", "<li>{}</li>", ((one,) for one in matter.legal_basis)),
        )

    @admin.display(description="申请材料")
    def materials_shown(self, matter: Matter) -> SafeString:
        told = ((one["name"], one["source"]) for one in matter.materials)
        return format_html('<ul class="told">{}</ul>', format_html_join("", "<li>{}（{}）</li>", told))

    def save_model(self, request: HttpRequest, obj: Matter, form: Any, change: bool) -> None:
        obj.pk = save_matter(facts_of(obj), by=self.editor(request)).pk

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **self._standing(request, object_id)}
        )

    def _standing(self, request: HttpRequest, object_id: str) -> dict[str, Any]:
        matter = self.get_object(request, object_id)
        if matter is None:
            return {}
        codes = [offer.definition.code for offer in bundles_with(matter.code)]
        return {
            "its_bundles": Bundle.objects.filter(kind=Bundle.Kind.BUNDLE, code__in=codes),
            "matter": matter,
        }

    # Taking down and putting up again

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/take-down/", self.admin_site.admin_view(self.take_down), name="matters_matter_take_down"),
            path("<int:pk>/put-up/", self.admin_site.admin_view(require_POST(self.put_up)), name="matters_matter_put_up"),
            *super().get_urls(),
        ]  # fmt: skip

    def take_down(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, then stop offering the matter by itself."""
        matter = self.row_to_change(request, pk)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            self.act(
                request,
                matter,
                _("已停办"),
                lambda: stop_offering(matter, reason=reason, by=self.editor(request)),
            )
            return HttpResponseRedirect(_page(matter))
        title = _("停办“%(name)s”") % {"name": matter.name}
        return self.page(request, "admin/bundles/reason.html", title=title, form=form, back=_page(matter))

    def put_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer the matter again."""
        matter = self.row_to_change(request, pk)
        self.act(request, matter, _("已恢复办理"), lambda: offer_again(matter, by=self.editor(request)))
        return HttpResponseRedirect(_page(matter))


def _page(matter: Matter) -> str:
    return reverse("admin:matters_matter_change", args=[matter.pk])
