"""What was published, for ever: shown, compared with the version before, never changed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bundles.models import BundleVersion
from bundles.services import compare_versions
from bundles.services.files import written_out
from common.editing import ReadOnlyAdmin


@admin.register(BundleVersion)
class BundleVersionAdmin(ReadOnlyAdmin):
    """The history of every bundle and single matter."""

    list_display = ["bundle", "number", "bundle_kind", "published_at", "published_by"]
    list_filter = ["bundle__kind"]
    list_select_related = ["bundle", "published_by"]
    search_fields = ["bundle__name", "bundle__code"]
    search_help_text = "按名称或编码查找"
    ordering = ["-published_at", "-pk"]
    show_full_result_count = False
    fields = ["bundle_link", "number", "published_at", "published_by", "sha256", "changes", "content"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BundleVersion]:
        rows: QuerySet[BundleVersion] = super().get_queryset(request)
        return rows if _is_one(request) else rows.defer("definition")

    @admin.display(description="种类", ordering="bundle__kind")
    def bundle_kind(self, version: BundleVersion) -> str:
        return version.bundle.get_kind_display()

    @admin.display(description="一件事")
    def bundle_link(self, version: BundleVersion) -> str | SafeString:
        bundle = version.bundle
        if bundle.kind != bundle.Kind.BUNDLE:
            return f"{bundle.name}（{bundle.code}）"
        return format_html(
            '<a class="underline" href="{}">{}（{}）</a>',
            reverse("admin:bundles_bundle_change", args=[bundle.pk]),
            bundle.name,
            bundle.code,
        )

    @admin.display(description="与上一版本相比")
    def changes(self, version: BundleVersion) -> str | SafeString:
        before = version.bundle.versions.filter(number=version.number - 1).first()
        if before is None:
            return _("这是第一个版本")
        told = compare_versions(before, version)
        return (
            format_html(
                '<ul class="told">{}</ul>', format_html_join("", "<li>{}</li>", ((line,) for line in told))
            )
            if told
            else _("写法有变，要求和承诺没有变")
        )

    @admin.display(description="内容")
    def content(self, version: BundleVersion) -> SafeString:
        return format_html(
            '<pre class="definition">{}</pre>',
            written_out(version.definition),
        )


def _is_one(request: HttpRequest) -> bool:
    """Whether one version is asked for, and not the list."""
    match = request.resolver_match
    return match is not None and "object_id" in match.kwargs
