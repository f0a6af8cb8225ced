"""What pages of the admin share: those that only show, and those that save through a service."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from common.errors import DomainError

#: Where a refused form is kept between the first attempt and the page that says why.
_REFUSAL = "_refusal"


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows and changes none, whoever asks: superusers too."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class LongListAdmin(ReadOnlyAdmin):
    """A read-only list that grows for ever: its rows are never counted, and the newest come first."""

    paginator = InfinitePaginator
    show_full_result_count = False
    list_per_page = 50
    ordering = ["-pk"]


class ActingAdmin(ModelAdmin):
    """Adds acts of its own to the pages: each finds its row, calls one service, and says how it went."""

    def row_to_change(self, request: HttpRequest, pk: int) -> Any:
        """The row, for those who may change it; 403 for everybody else."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        return row

    def editor(self, request: HttpRequest) -> Any:
        """Who is at the keyboard: an account, since the admin lets in nobody else."""
        return request.user

    def act(self, request: HttpRequest, row: models.Model, said: str, verb: Callable[[], Any]) -> bool:
        """Do it, note it in the log of the admin, and tell; a refusal is told with its reasons."""
        try:
            verb()
        except DomainError as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
            return False
        self.log_change(request, row, said)
        messages.success(request, said)
        return True

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """A page of the admin around `template`."""
        everywhere = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, everywhere | context)


class ServiceAdmin(ActingAdmin):
    """
    Saves through services; what they refuse is said on the form, and nothing typed is lost.

    The first attempt is rolled back by the admin's own transaction; the second shows the same form
    with the reasons.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            setattr(request, _REFUSAL, refusal)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, _REFUSAL, None)
        return _refused(form, refusal) if refusal else form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            return HttpResponseRedirect(reverse(name))


def _refused(form: type[forms.ModelForm], refusal: DomainError) -> type[forms.ModelForm]:
    """The form that is invalid for these reasons, each beside the field it speaks of."""

    class Refused(form):  # type: ignore[misc, valid-type]
        def clean(self) -> dict[str, Any]:
            cleaned: dict[str, Any] = super().clean()
            beside = {name: said for name, said in refusal.fields.items() if name in self.fields}
            for name, said in beside.items():
                self.add_error(name, said)
            if not beside:
                self.add_error(None, refusal.reasons)
            return cleaned

    return Refused
