"""Tables of foreign labels, kept by editors; lexicons and classifiers to look at."""

from typing import Any

from django.contrib import admin
from django.forms import BaseInlineFormSet, ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from common.editing import ReadOnlyAdmin
from hotline.models import ClassifierVersion, Label, LabelMap, LabelSet, LexiconVersion
from hotline.selectors import current_tree
from hotline.selectors.lexicon import forget_tables
from hotline.spec import objections_to_rows


class RowsFormSet(BaseInlineFormSet):
    """A table answers for every category of the tree; the formset says which it forgot."""

    def clean(self) -> None:
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data]
        named = {row["category"] for row in kept if not row.get("keyword") and not row.get("DELETE")}
        if any(row["label"].label_set_id != self.instance.pk for row in kept if row.get("label")):
            raise ValidationError("标签要属于这个标签体系")
        if objections := objections_to_rows(named, {one.code for one in current_tree().leaves}):
            raise ValidationError(objections)


class LabelInline(TabularInline):
    """The labels of a set."""

    model = Label
    extra = 0


class RowInline(TabularInline):
    """Which label each category is."""

    model = LabelMap
    formset = RowsFormSet
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("label")


@admin.register(LabelSet)
class LabelSetAdmin(ModelAdmin):
    """The labels of other platforms and how they correspond to our categories."""

    list_display = ["name", "title"]
    inlines = [LabelInline, RowInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        forget_tables()


@admin.register(LexiconVersion)
class LexiconVersionAdmin(ReadOnlyAdmin):
    """Which lexicons were published."""

    list_display = ["version", "published_at"]
    exclude = ["words"]


@admin.register(ClassifierVersion)
class ClassifierVersionAdmin(ReadOnlyAdmin):
    """What was trained, what it is worth, and which one runs."""

    list_display = ["version", "label_set", "kind", "macro_f1", "running_f1", "active", "trained_at"]
    list_filter = ["active"]
    list_select_related = ["label_set"]
