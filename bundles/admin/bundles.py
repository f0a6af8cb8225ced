"""
Bundles in the admin: a file is uploaded or the current version taken up as a draft, the draft is
checked and compared, and then it is published. Nothing here writes but through services.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from bundles.forms import DraftForm, ReasonForm, UploadForm, seen_of
from bundles.models import Bundle, BundleDraft
from bundles.services import appraise, begin_draft, discard_draft, publish, resume, save_draft, withdraw
from bundles.services.files import written_out
from bundles.spec import Kind
from common.editing import ActingAdmin
from common.errors import DomainError


class OfferedFilter(admin.SimpleListFilter):
    """Offered, withdrawn, or not published yet."""

    title = gettext_lazy("办理状态")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("yes", gettext_lazy("在办")),
            ("withdrawn", gettext_lazy("已停办")),
            ("new", gettext_lazy("尚未发布")),
        ]

    def queryset(self, request: HttpRequest, rows: QuerySet[Bundle]) -> QuerySet[Bundle]:
        chosen = {
            "yes": {"current__isnull": False, "withdrawn_at__isnull": True},
            "withdrawn": {"withdrawn_at__isnull": False},
            "new": {"current__isnull": True},
        }
        return rows.filter(**chosen.get(self.value() or "", {}))


class DraftFilter(admin.SimpleListFilter):
    """Somebody is working on it."""

    title = gettext_lazy("草稿")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("有草稿"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Bundle]) -> QuerySet[Bundle]:
        return rows.filter(draft__isnull=False) if self.value() == "yes" else rows


@admin.register(Bundle)
class BundleAdmin(ActingAdmin):
    """One page for a bundle, one for its draft; rows are never deleted, only withdrawn."""

    list_display = ["name", "code", "standing", "version", "draft_by", "changed_at"]
    list_filter = [OfferedFilter, DraftFilter]
    search_fields = ["name", "code"]
    search_help_text = "按名称或编码查找"
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bundle]:
        rows: QuerySet[Bundle] = super().get_queryset(request).filter(kind=Kind.BUNDLE)
        rows = rows.select_related("current__published_by", "draft__edited_by")
        return rows.defer("current__definition", "draft__definition")

    def has_delete_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        return False

    @admin.display(description="办理状态")
    def standing(self, bundle: Bundle) -> str:
        if bundle.current_id is None:
            return _("尚未发布")
        return _("已停办") if bundle.withdrawn_at else _("在办")

    @admin.display(description="现行版本", ordering="current__number")
    def version(self, bundle: Bundle) -> str:
        return _("第 %(number)s 版") % {"number": bundle.current.number} if bundle.current else "—"

    @admin.display(description="草稿")
    def draft_by(self, bundle: Bundle) -> str:
        draft = getattr(bundle, "draft", None)
        return str(draft.edited_by or _("有")) if draft else "—"

    def get_urls(self) -> list[URLPattern]:
        views = {
            "draft": self.draft_view,
            "begin": require_POST(self.begin_view),
            "save": require_POST(self.save_view),
            "publish": require_POST(self.publish_view),
            "discard": require_POST(self.discard_view),
            "withdraw": self.withdraw_view,
            "resume": require_POST(self.resume_view),
        }
        own = [
            path(f"<int:pk>/{verb}/", self.admin_site.admin_view(view), name=f"bundles_bundle_{verb}")
            for verb, view in views.items()
        ]
        return [*own, *super().get_urls()]

    # The two pages Django would draw from the model's fields

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Upload a definition file; it becomes a draft, of a new bundle or of one there is."""
        if not self.has_add_permission(request):
            raise Http404
        form = UploadForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            note = form.cleaned_data["note"]
            try:
                draft = save_draft(form.cleaned_data["file"], by=self.editor(request), note=note)
            except DomainError as refusal:
                form.add_error("file", refusal.reasons)
            else:
                self.log_change(request, draft.bundle, _("上传了定义文件，存为草稿"))
                messages.success(request, _("已存为草稿，请检查后发布"))
                return HttpResponseRedirect(_at("draft", draft.bundle_id))
        return self.page(request, "admin/bundles/upload.html", title=_("上传定义文件"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """How the bundle stands, its versions, and what can be done with it."""
        bundle = self.get_object(request, object_id)
        if bundle is None or not self.has_view_or_change_permission(request, bundle):
            raise Http404
        versions = bundle.versions.select_related("published_by").defer("definition")
        return self.page(
            request,
            "admin/bundles/bundle.html",
            title=bundle.name,
            bundle=bundle,
            draft=getattr(bundle, "draft", None),
            versions=versions.order_by("-number"),
            may_change=self.has_change_permission(request, bundle),
        )

    # The draft

    def begin_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take up the current version as a draft."""
        bundle = self.row_to_change(request, pk)
        begun = self.act(
            request, bundle, _("草稿已备好"), lambda: begin_draft(bundle.code, by=self.editor(request))
        )
        return HttpResponseRedirect(_at("draft" if begun else "change", pk))

    def draft_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The draft, what is wrong with it, and how it differs from what is offered."""
        draft = self._draft(request, pk)
        return self._draft_page(request, draft, DraftForm(draft=draft, initial=_as_text(draft)))

    def save_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep what was typed; what cannot be read is shown again with the reasons."""
        draft = self._draft(request, pk)
        form = DraftForm(request.POST, draft=draft)
        if not form.is_valid():
            return self._draft_page(request, draft, form)
        typed, note = form.cleaned_data["definition"], form.cleaned_data["note"]
        self.act(
            request,
            draft.bundle,
            _("草稿已保存"),
            lambda: save_draft(typed, by=self.editor(request), note=note),
        )
        return HttpResponseRedirect(_at("draft", pk))

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish the draft that the editor has seen, and no other."""
        draft = self._draft(request, pk)
        if request.POST.get("seen") != seen_of(draft):
            messages.error(request, _("草稿在您打开以后改过，请看过下面的内容再发布"))
            return HttpResponseRedirect(_at("draft", pk))
        done = self.act(
            request, draft.bundle, _("已发布新版本"), lambda: publish(draft, by=self.editor(request))
        )
        return HttpResponseRedirect(_at("change" if done else "draft", pk))

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Throw the draft away; a bundle that was never published goes with it."""
        draft = self._draft(request, pk)
        bundle = draft.bundle
        self.act(request, bundle, _("草稿已删除"), lambda: discard_draft(draft))
        return HttpResponseRedirect(_at("change", pk) if bundle.current_id else _the_list())

    def _draft(self, request: HttpRequest, pk: int) -> BundleDraft:
        bundle = self.row_to_change(request, pk)
        draft = (
            BundleDraft.objects.select_related("bundle__current", "edited_by").filter(bundle=bundle).first()
        )
        if draft is None:
            raise Http404
        return draft

    def _draft_page(self, request: HttpRequest, draft: BundleDraft, form: DraftForm) -> HttpResponse:
        title = _("%(name)s：草稿") % {"name": draft.bundle.name}
        context = {"draft": draft, "form": form, "appraisal": appraise(draft), "seen": seen_of(draft)}
        return self.page(request, "admin/bundles/draft.html", title=title, bundle=draft.bundle, **context)

    # Offering

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason, then offer the bundle no longer."""
        bundle = self.row_to_change(request, pk)
        form = ReasonForm(request.POST or None)
        back = _at("change", pk)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            said = _("已停办：%(reason)s") % {"reason": reason}
            self.act(
                request,
                bundle,
                said,
                lambda: withdraw(Kind.BUNDLE, bundle.code, reason=reason, by=self.editor(request)),
            )
            return HttpResponseRedirect(back)
        title = _("停办“%(name)s”") % {"name": bundle.name}
        return self.page(request, "admin/bundles/reason.html", title=title, form=form, back=back)

    def resume_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Offer it again, in the version it had."""
        bundle = self.row_to_change(request, pk)
        self.act(
            request,
            bundle,
            _("已恢复办理"),
            lambda: resume(Kind.BUNDLE, bundle.code, by=self.editor(request)),
        )
        return HttpResponseRedirect(_at("change", pk))


def _as_text(draft: BundleDraft) -> dict[str, str]:
    return {"seen": seen_of(draft), "definition": written_out(draft.definition), "note": draft.note}


def _at(verb: str, pk: int) -> str:
    return reverse(f"admin:bundles_bundle_{verb}", args=[pk])


def _the_list() -> str:
    return reverse("admin:bundles_bundle_changelist")
