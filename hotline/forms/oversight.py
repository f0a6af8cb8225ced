"""What supervisors and keepers of the knowledge base type."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hotline.selectors.tree import current_tree
from hotline.services.knowledge import Wording
from identity.desks import VerbForm, long_text
from identity.selectors import departments


class OpenForm(VerbForm):
    """开立督办 on a leader's instruction (H-123)."""

    leader = forms.CharField(label=_("批示领导"), max_length=40)
    key = forms.CharField(label=_("批示编号"), max_length=60, help_text=_("同一批示对同一单位只开立一次"))
    order_no = forms.CharField(label=_("有关的工单号"), max_length=24, required=False)

    def ask(self, subject: Any) -> None:
        """Who is to answer."""
        rows = sorted(departments().values(), key=lambda one: one.name)
        self.fields["department"] = forms.ChoiceField(
            label=_("单位"), choices=[("", "—"), *[(one.code, one.name) for one in rows]]
        )
        self.order_fields(["department", "leader", "key", "order_no"])


class AnswerForm(VerbForm):
    """督办答复 (H-124)."""

    answer = long_text(label=_("书面答复"), max_length=2000)
    evidence = long_text(rows=2, label=_("佐证"), max_length=1000)


class InterviewForm(VerbForm):
    """约谈 (H-125)."""

    text = long_text(rows=3, label=_("约谈情况"), max_length=2000)


class DoubtForm(VerbForm):
    """知识纠错 (H-182)."""

    text = long_text(rows=2, label=_("哪里有误"), max_length=500)


class ArticleForm(forms.Form):
    """An article: who asks what, the answer, and what it rests on (H-180)."""

    title = forms.CharField(label=_("标题"), max_length=120)
    questions = forms.CharField(
        label=_("常见问法"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("一行一个")
    )
    answer = forms.CharField(label=_("答复口径"), widget=forms.Textarea(attrs={"rows": 6}), max_length=4000)
    basis = forms.CharField(label=_("依据"), max_length=1000)
    valid_to = forms.DateField(
        label=_("失效日期"), required=False, help_text=_("不写长期有效，但半年内要复核")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = sorted(departments().values(), key=lambda one: one.name)
        self.fields["owner"] = forms.ChoiceField(
            choices=[(one.code, one.name) for one in rows], label=_("责任部门")
        )
        chosen = current_tree().chosen_on(timezone.localdate())
        self.fields["category_l2"] = forms.ChoiceField(
            choices=[("", "—"), *[(one.code, f"{one.code} {one.name}") for one in chosen]],
            label=_("二级分类"),
            required=False,
        )

    def wording(self) -> Wording:
        """As the service takes it."""
        said = self.cleaned_data
        owner = next(one for one in departments().values() if one.code == said["owner"])
        return Wording(
            title=said["title"],
            questions=said["questions"].splitlines(),
            answer=said["answer"],
            basis=said["basis"],
            owner=owner,
            category_l2=said["category_l2"],
            valid_to=said["valid_to"],
        )
