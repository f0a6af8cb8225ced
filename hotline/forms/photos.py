"""Pictures that show what was done, several at once (H-95)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

__all__ = ["PhotosField"]

MOST = 9


class SeveralFiles(forms.FileInput):
    """A box that takes more than one file."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to nine pictures or papers; each is judged again when it is stored."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Sequence[UploadedFile]:
        """Each by itself; an empty box is an empty list."""
        one_file = super().clean
        chosen = [one_file(one, initial) for one in data or ()]
        if self.required and not chosen:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(chosen) > MOST:
            raise forms.ValidationError(_("一次最多 9 个文件"), code="too_many")
        return chosen
