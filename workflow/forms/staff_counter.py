"""What is said at the window: whom one looks for, what is taken in, what is handed out and to whom."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.cn import ric, uscc

from common.errors import DomainError
from identity.desks import VerbForm, day, long_text, one_of
from licences.models.codes import LENGTH, normalised
from licences.services.drafts import ReceivedMaterial
from workflow.services import Handover, OnBehalfOf
from workflow.states import CallOutcome, Channel, DeliveryMethod, MaterialMode

__all__ = [
    "AnnouncementForm",
    "CallForm",
    "CorrectedForm",
    "DeferredForm",
    "FindForm",
    "HandOverForm",
    "LeavingForm",
    "OfferedForm",
    "ProofForm",
    "ReceiveForm",
    "ResendForm",
    "StartForm",
    "Wanted",
]

_REFERENCE = re.compile(r"\d{16}")
_ON_PAPER = re.compile(r"/verify/([\w-]+)/?")


@dataclass(frozen=True)
class Wanted:
    """What was scanned or typed: the code of an application or a paper, else somebody's number."""

    code: str = ""
    number: str = ""


class FindForm(forms.Form):
    """One box for everything a clerk has in hand; it is posted, so that no number stands in an address."""

    wanted = forms.CharField(
        label=_("查找办件"),
        max_length=200,
        help_text=_("扫描回执上的二维码，或者输入办件编号、公民身份号码、统一社会信用代码"),
        widget=forms.TextInput(attrs={"size": "number"}),
    )

    def clean_wanted(self) -> Wanted:
        """Tell the four apart by what they look like and by their check digits."""
        text = "".join(self.cleaned_data["wanted"].split())
        if scanned := _ON_PAPER.search(text):
            return Wanted(code=normalised(scanned[1]))
        if _REFERENCE.fullmatch(text) and luhn.is_valid(text):
            return Wanted(code=text)
        if ric.is_valid(text.upper()) or uscc.is_valid(text.upper()):
            return Wanted(number=text.upper())
        if len(normalised(text)) == LENGTH:
            return Wanted(code=normalised(text))
        raise forms.ValidationError(_("看不出这是什么号码，请核对位数后再输入"))


class StartForm(forms.Form):
    """A new application for the person in front of the window, or behind the letter (I-39, I-40)."""

    what = forms.ChoiceField(label=_("办什么"))
    name = forms.CharField(label=_("申请人姓名或名称"), max_length=120)
    number = forms.CharField(
        label=_("公民身份号码或统一社会信用代码"),
        max_length=18,
        help_text=_("看证件原件输入，系统核对姓名和号码"),
        widget=forms.TextInput(attrs={"size": "number"}),
    )
    mobile = forms.CharField(
        label=_("手机号码"),
        max_length=11,
        required=False,
        help_text=_("用来接收办理进度；企业不用填"),
        widget=forms.TextInput(attrs={"size": "short", "inputmode": "tel"}),
    )
    by_post = forms.BooleanField(label=_("材料是邮寄来的"), required=False)

    #: Where the service speaks of one of these, it means this box.
    BOXES = {"id_number": "number", "credit_code": "number", "name": "name", "mobile": "mobile"}

    def __init__(self, data: Mapping[str, Any] | None = None, *, offers: Mapping[str, Sequence[Any]]) -> None:
        super().__init__(data)
        choices = [(words, list(pairs)) for words, pairs in offers.items()]
        self.fields["what"].choices = [("", _("请选择")), *choices]  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """A number that is either of the two."""
        number = "".join(self.cleaned_data["number"].split()).upper()
        if not (ric.is_valid(number) or uscc.is_valid(number)):
            raise forms.ValidationError(_("号码不正确，请对照证件逐位核对"))
        return number

    def given(self) -> dict[str, Any]:
        """What `start_draft` takes; call after ``is_valid``."""
        said = self.cleaned_data
        kind, code = said["what"].split(":", maxsplit=1)
        number = said["number"]
        numbered = {"id_number": number} if ric.is_valid(number) else {"credit_code": number}
        behalf = OnBehalfOf(name=said["name"].strip(), mobile=said["mobile"], **numbered)
        channel = Channel.POST if said["by_post"] else Channel.COUNTER
        return {"kind": kind, "code": code, "on_behalf_of": behalf, "channel": channel}

    def refuse(self, error: DomainError) -> None:
        """Show why not, beside the box it is about."""
        for key, reasons in (error.fields or {"": error.reasons}).items():
            self.add_error(self.BOXES.get(key), list(reasons))


PAPER_FORMS = [("电子件", _("电子件")), ("原件", _("原件")), ("复印件", _("复印件"))]
#: More than this many copies of one paper is a slip of the finger.
MOST_COPIES = 20


class ReceiveForm(VerbForm):
    """
    收件 (C-02): each paper as original, copy or file, and how many; what was mended on the spot (I-28).

    Papers that data fill are not on the counter. ``subject.brought`` names the others.
    """

    def ask(self, subject: Any) -> None:
        """Two boxes a paper, and for a letter its day."""
        self.papers = list(subject.brought)
        for paper in self.papers:
            self.fields[f"form_{paper.pk}"] = forms.ChoiceField(
                label=_("形式"), choices=PAPER_FORMS, initial=_first_form(paper)
            )
            self.fields[f"count_{paper.pk}"] = forms.IntegerField(
                label=_("份数"), min_value=1, max_value=MOST_COPIES, initial=1
            )
        self.fields["corrections_on_the_spot"] = long_text(
            label=_("当场更正"),
            rows=2,
            max_length=500,
            required=False,
            help_text=_("错别字、漏填等能当场改正的，当场改正并由申请人签字确认，不发补正告知"),
        )
        if subject.by_post:
            self.fields["received_on"] = day(
                label=_("邮件签收日期"), help_text=_("中心签收邮件的那一天，从这天起算")
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The papers, each with its two boxes."""
        return [
            {"paper": paper, "boxes": [self[f"form_{paper.pk}"], self[f"count_{paper.pk}"]]}
            for paper in self.papers
        ]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The boxes that belong to no paper."""
        return [self[name] for name in ("received_on", "corrections_on_the_spot") if name in self.fields]

    def given(self) -> dict[str, Any]:
        """The receipt's rows, and the rest as the service takes it."""
        said = self.cleaned_data
        taken = [
            ReceivedMaterial(paper.name, said[f"form_{paper.pk}"], said[f"count_{paper.pk}"])
            for paper in self.papers
        ]
        corrected = said["corrections_on_the_spot"]
        return {
            "taken": taken,
            "corrections_on_the_spot": corrected,
            "received_on": said.get("received_on"),
        }


def _first_form(paper: Any) -> str:
    return "电子件" if paper.mode == MaterialMode.UPLOAD and paper.file_id else "原件"


class HandOverForm(VerbForm):
    """出件 (I-125…I-130)."""

    method = one_of(DeliveryMethod.choices, label=_("送达方式"))
    receiver = forms.CharField(
        label=_("签收人"), max_length=120, required=False, help_text=_("窗口领取时必填，按证件上的姓名")
    )
    relation = forms.CharField(
        label=_("与申请人的关系"),
        max_length=40,
        required=False,
        initial=_("本人"),
        help_text=_("本人、代理人、法定代表人、经办人……"),
    )
    identity_checked = forms.BooleanField(label=_("已核对签收人的身份证件"), required=False)
    id_tail = forms.CharField(
        label=_("申请人证件后四位"),
        max_length=4,
        required=False,
        help_text=_("核对用，不留存"),
        widget=forms.TextInput(attrs={"size": "short"}),
    )
    waybill = forms.CharField(label=_("运单号"), max_length=40, required=False, help_text=_("邮寄时登记"))
    place = forms.CharField(
        label=_("地点"), max_length=200, required=False, help_text=_("窗口号、自助柜号或收件地址")
    )
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    def ask(self, subject: Any) -> None:
        """As the applicant wished it, to the applicant."""
        application = subject.application
        self.fields["method"].initial = application.delivery_method
        self.fields["receiver"].initial = application.applicant_name

    def given(self) -> dict[str, Any]:
        """The hand-over as the service takes it."""
        said = self.cleaned_data
        return {"handover": Handover(**{**said, "method": DeliveryMethod(said["method"])})}


class ProofForm(VerbForm):
    """送达回证 of what was posted or put into a locker (C-18)."""

    receiver = forms.CharField(label=_("签收人"), max_length=120)
    relation = forms.CharField(label=_("与申请人的关系"), max_length=40, initial=_("本人"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)


class CallForm(VerbForm):
    """退件联系 (I-128)."""

    outcome = one_of(CallOutcome.choices, label=_("联系结果"))
    address = forms.CharField(
        label=_("重新寄到哪里"), max_length=300, required=False, help_text=_("要重新寄送的，与申请人核对地址")
    )
    note = forms.CharField(
        label=_("联系情况"), max_length=300, required=False, help_text=_("没有联系上的，写明怎样联系过")
    )

    def ask(self, subject: Any) -> None:
        """Where it was sent."""
        self.fields["address"].initial = subject.application.delivery_address

    def given(self) -> dict[str, Any]:
        """What was said, as the service takes it."""
        said = self.cleaned_data
        return {**said, "outcome": CallOutcome(said["outcome"])}


class ResendForm(VerbForm):
    """重新寄送 (I-128)."""

    waybill = forms.CharField(label=_("新的运单号"), max_length=40)

    def ask(self, subject: Any) -> None:
        """Where it is to go."""
        self.fields["waybill"].help_text = _("寄到：%(address)s") % {
            "address": subject.application.delivery_address
        }


class LeavingForm(VerbForm):
    """留置送达 (I-130)."""

    witness = forms.CharField(label=_("见证人姓名"), max_length=60)
    place = forms.CharField(label=_("留置的地点"), max_length=200)
    photo = forms.FileField(label=_("送达现场照片"), help_text=_("JPG 或 PNG，每张不超过 20 MB"))
    note = forms.CharField(label=_("拒绝签收的情形"), max_length=300, required=False)


class AnnouncementForm(VerbForm):
    """公告送达 (I-130)."""

    place = forms.CharField(label=_("公告发布在哪里"), max_length=200)
    note = long_text(
        label=_("怎样联系过"), rows=2, max_length=300, help_text=_("例如 三次电话无人接听，邮件退回")
    )


class SupplyForm(VerbForm):
    """Papers that were missing, brought to the window and scanned there (I-35, I-50)."""

    #: Where the subject says which papers, and what is to be known of each.
    papers: str

    def ask(self, subject: Any) -> None:
        """A file a paper, as many of them as were brought."""
        asked: Mapping[str, str] = getattr(subject, self.papers)
        self.names = dict(enumerate(asked))
        for number, (name, hint) in enumerate(asked.items()):
            self.fields[f"file_{number}"] = forms.FileField(label=name, help_text=hint, required=False)

    def clean(self) -> dict[str, Any]:
        """At least one."""
        said = super().clean() or {}
        if not any(said.values()) and not self.errors:
            self.add_error(None, _("请至少选择一份材料的扫描件"))
        return said

    def given(self) -> dict[str, Any]:
        """The files by the name of their paper."""
        said = self.cleaned_data
        return {"files": {name: said[f"file_{at}"] for at, name in self.names.items() if said[f"file_{at}"]}}


class CorrectedForm(SupplyForm):
    """What the one notice asks for, with what was wrong and how to mend it."""

    papers = "to_correct"


class DeferredForm(SupplyForm):
    """容缺材料, each with its last day."""

    papers = "to_follow"


class OfferedForm(SupplyForm):
    """What no register had and the applicant chose to bring, each with what the register said."""

    papers = "offered"
