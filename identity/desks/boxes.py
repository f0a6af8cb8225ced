"""What every act of staff has in common: a form named by its verb, a refusal that loses nothing typed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class VerbForm(forms.Form):
    """One act. Its inputs carry the verb's name, so that several acts stand on one page."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        verb: str,
        subject: Any,
    ) -> None:
        super().__init__(data, files, prefix=verb)
        self.subject = subject
        self.ask(subject)

    def ask(self, subject: Any) -> None:
        """Add the boxes that depend on what the act is about."""

    def given(self) -> dict[str, Any]:
        """What the service takes; call after ``is_valid``."""
        return dict(self.cleaned_data)

    def refuse(self, error: DomainError) -> None:
        """Show why it was not done, beside the field it is about where the error names one of ours."""
        known = {key: reasons for key, reasons in error.fields.items() if key in self.fields}
        for key, reasons in known.items():
            self.add_error(key, list(reasons))
        told = [reason for reasons in known.values() for reason in reasons]
        for reason in error.reasons:
            if reason not in told:
                self.add_error(None, reason)


def long_text(rows: int = 4, **more: Any) -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **more)


def day(**more: Any) -> forms.DateField:
    """A calendar date, typed."""
    return forms.DateField(
        widget=forms.DateInput(attrs={"size": "short"}),
        error_messages={"invalid": _("日期要写成 2026-03-02 这样")},
        **more,
    )


def one_of(choices: Any, **more: Any) -> forms.ChoiceField:
    """A few answers of which one is picked."""
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **more)


class Plain(VerbForm):
    """An act that needs no words."""
