"""The one form of a draft, and what is promised in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflow.forms import applicant as forms
from workflow.rules import drafting, promising
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import DeliveryMethod, MaterialMode
from workflow.views.drafting import of_draft, page, regions, with_files
from workflow.views.visiting import Visit

__all__ = ["form", "promises"]


# The one form


@require_http_methods(["GET", "POST"])
@of_draft
def form(request: Visit, draft: Draft) -> HttpResponse:
    """The one form of all departments; what is typed is kept whether or not it can be read."""
    if request.method == "POST":
        return _form_sent(request, draft)
    draft = drafts.prefill_answers(draft, by=request.user)
    wrong = {key: reasons for key, reasons in draft.errors.items() if key in draft.missing}
    return _form_page(request, draft, draft.typed, wrong)


def _form_sent(request: Visit, before: Draft) -> HttpResponse:
    asked = [box.field for box in before.plan.visible_fields]
    typed = forms.with_rows_changed(forms.read_answers(asked, request.POST), request.POST)
    stored, refused = forms.read_files(before.plan, request.FILES, request.user)
    delivery = forms.read_delivery(request.POST)
    draft = drafts.save_answers(before.pk, by=request.user, typed=typed | stored, delivery=delivery)
    draft = drafts.prefill_answers(draft, by=request.user)
    if "later" in request.POST:
        return redirect("workflow:tasks", draft.pk)
    if {"add_row", "remove_row", "refresh"} & request.POST.keys():
        return _form_page(request, draft, {**draft.typed, **typed}, {})
    keys = {one.key for one in asked}
    errors = {key: reasons for key, reasons in draft.missing.items() if key in keys} | refused
    errors |= drafting.objections_to_delivery(draft.delivery)
    unseen = {box.field.key for box in draft.plan.visible_fields} - keys
    if errors or unseen:
        return _form_page(request, draft, {**draft.typed, **typed}, errors, tried=True)
    return redirect("workflow:materials", draft.pk)


def _form_page(
    request: Visit,
    draft: Draft,
    typed: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
    *,
    tried: bool = False,
) -> HttpResponse:
    """``tried`` without errors: the answers just given ask for boxes that were not there before."""
    return page(
        request,
        draft,
        "form",
        2,
        status=422 if errors and tried else 200,
        values=with_files(request, draft, typed),
        errors=errors,
        regions=regions(draft),
        deciding=drafting.deciding_keys(draft.definition),
        delivery_fields=_delivery_fields(draft),
        asks_more=tried and not errors,
    )


def _delivery_fields(draft: Draft) -> dict[str, Any]:
    """The portal's own question how results arrive, where the form has none of its own."""
    delivery = draft.delivery
    if delivery.asked:
        return {}
    ways = [(way.value, way.label) for way in DeliveryMethod]
    fields: list[dict[str, Any]] = [
        {"key": "delivery.method", "label": _("结果怎么给您"), "type": "choice", "choices": ways},
        {
            "key": "delivery.address",
            "label": _("收件地址（选邮寄的填写）"),
            "type": "address",
            "required": False,
        },
    ]
    if len(draft.plan.matters) > 1:
        together = [("true", _("全部办好后一起给我")), ("false", _("办好一项给一项"))]
        fields.append(
            {"key": "delivery.together", "label": _("什么时候给"), "type": "choice", "choices": together}
        )
    values = {
        "delivery.method": delivery.method or DeliveryMethod.ELECTRONIC,
        "delivery.address": delivery.address,
        "delivery.together": "true" if delivery.together else "false",
    }
    return {"fields": fields, "values": values}


# Promises


@require_http_methods(["GET", "POST"])
@of_draft
def promises(request: Visit, draft: Draft) -> HttpResponse:
    """What is promised instead of proved, to be read and signed (I-47, I-58, I-59)."""
    signed = request.POST.getlist("signed")
    if request.method == "POST":
        draft = drafts.sign_promises(draft.pk, by=request.user, names=signed)
    unsigned = [paper for paper in draft.papers if paper.needs_signature]
    if not unsigned:
        return redirect("workflow:materials" if not draft.is_ready else "workflow:check", draft.pk)
    errors = {"signed": [_("请先阅读并勾选每一份承诺书；不愿意承诺的，可以返回改为上传材料")]}
    tried = request.method == "POST"
    context = {
        "notices": _notices(draft, unsigned),
        "texts": [_promise(draft, paper) for paper in unsigned],
        "errors": errors if tried else {},
    }
    return page(request, draft, "promises", 3, status=422 if tried else 200, **context)


def _promise(draft: Draft, paper: drafting.Paper) -> dict[str, str]:
    material = draft.plan.materials_by_name[paper.name]
    is_deferral = paper.mode == MaterialMode.DEFERRED
    words = promising.deferral_text if is_deferral else promising.commitment_text
    return {"name": paper.name, "text": words(material)}


def _notices(draft: Draft, papers: Sequence[drafting.Paper]) -> list[dict[str, Any]]:
    """What must be known before promising (I-58): each notice once, with the matters it is of."""
    specs, named = draft.definition.matters_by_code, draft.plan.materials_by_name
    promised = [paper.name for paper in papers if paper.mode == MaterialMode.COMMITMENT]
    matters = [
        specs[code] for code in dict.fromkeys(code for name in promised for code in named[name].needed_by)
    ]
    notices = dict.fromkeys(matter.notice for matter in matters)
    return [
        {"notice": notice, "matters": [one.name for one in matters if one.notice == notice]}
        for notice in notices
    ]
