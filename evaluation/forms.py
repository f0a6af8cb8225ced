"""The one-tap rating as a form: five equal options, none chosen beforehand (E-24)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.states import TAGS, Level


class RatingForm(forms.Form):
    """Level, then the tags of every level (only the chosen level's count, E-11), then words."""

    level = forms.TypedChoiceField(
        label=_("这次办事，您觉得怎么样？"),
        choices=Level.choices,
        coerce=int,
        error_messages={"required": _("请选择一个等级")},
    )
    tags = forms.MultipleChoiceField(
        label=_("具体是哪些方面？（可以不选）"),
        choices=[(code, text) for tags in TAGS.values() for code, text in tags.items()],
        required=False,
    )
    text = forms.CharField(
        label=_("还有什么想说的？（可以不写）"), required=False, max_length=500, widget=forms.Textarea
    )
