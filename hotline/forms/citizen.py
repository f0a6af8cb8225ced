"""What a citizen types: an appeal in everyday words, and later acts on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.states import OrderType, Solved, SurveyLevel
from identity.models import Region
from notifications.rules import mobile

#: What people can tell apart without knowing our words.
KINDS = [
    (OrderType.HELP, _("有困难，请帮忙解决")),
    (OrderType.COMPLAINT, _("投诉")),
    (OrderType.REPORT, _("举报（身份严格保密）")),
    (OrderType.INQUIRY, _("咨询")),
    (OrderType.SUGGESTION, _("提建议")),
    (OrderType.PRAISE, _("表扬")),
]


class AppealForm(forms.Form):
    """诉求: what, where, who; nothing but the words is always needed (H-32, H-33)."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    #: The number of the application it is about, carried over from that application's page (H-60).
    about = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    order_type = forms.ChoiceField(choices=KINDS, label=_("您要办什么"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("请说说是什么事，希望怎样解决"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("什么时间、什么地点、发生了什么、您的诉求。不用写身份证号。"),
    )
    location_text = forms.CharField(
        label=_("事情发生在哪里"), max_length=200, required=False, help_text=_("例如：听松社区 6 号楼门口")
    )
    region = forms.ModelChoiceField(
        queryset=Region.objects.none(), label=_("属于哪个街道"), required=False, to_field_name="code"
    )
    subject_name = forms.CharField(label=_("反映的是哪个单位（知道的话）"), max_length=128, required=False)
    anonymous = forms.BooleanField(
        label=_("匿名提交"), required=False, help_text=_("不留姓名电话，凭工单号和查询码查询进度")
    )
    contact_name = forms.CharField(label=_("怎样称呼您"), max_length=40, required=False)
    phone = forms.CharField(label=_("手机号码"), max_length=20, required=False)
    secret = forms.BooleanField(
        label=_("对承办单位严格保密"), required=False, help_text=_("承办单位看不到您的姓名和电话")
    )
    publish_consent = forms.BooleanField(label=_("办结后可以隐去个人信息公开，供别人参考"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        streets = Region.objects.filter(kind=Region.Kind.STREET).order_by("code")
        self.fields["region"].queryset = streets  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """A mobile number as people type it; a landline is kept as it is."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return ""
        try:
            return mobile(typed)
        except ValueError:
            raise forms.ValidationError(_("请填写 11 位手机号码")) from None

    def clean(self) -> dict[str, Any]:
        """Somebody who is not anonymous can be called back."""
        said = super().clean() or {}
        if not said.get("anonymous") and not said.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("请留一个手机号码，或者选择匿名提交"))
        return said


class WordsForm(forms.Form):
    """Some words."""

    text = forms.CharField(
        label=_("内容"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class CodeForm(forms.Form):
    """The code that was sent to the telephone (H-134)."""

    code = forms.CharField(label=_("短信验证码"), max_length=8)


class FollowUpForm(forms.Form):
    """四周以后再问一次 (H-189)."""

    still_solved = forms.ChoiceField(
        choices=[("yes", _("还是解决的")), ("no", _("又出现了"))],
        label=_("这件事现在还是解决的吗？"),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("又出现了的，请说说现在的情况"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("我们会按新的诉求再办一次"),
    )


class ReconsiderForm(forms.Form):
    """申请复核 (H-115): nothing to write."""


class OwnSurveyForm(forms.Form):
    """The complainant's own answers (H-111); nothing is chosen beforehand (H-112)."""

    responded = forms.ChoiceField(
        choices=[("yes", _("联系过")), ("no", _("没有联系"))],
        label=_("承办单位联系过您吗？"),
        widget=forms.RadioSelect,
    )
    solved = forms.ChoiceField(choices=Solved.choices, label=_("问题解决了吗？"), widget=forms.RadioSelect)
    level = forms.TypedChoiceField(
        choices=sorted(SurveyLevel.choices, reverse=True),
        coerce=int,
        label=_("您满意吗？"),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("还有什么要说的"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, asks_solved: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_solved:
            del self.fields["solved"]

    def given(self) -> dict[str, Any]:
        """As the service takes it."""
        said = dict(self.cleaned_data)
        return said | {"responded": said["responded"] == "yes"}
