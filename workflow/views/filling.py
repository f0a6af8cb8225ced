"""The one form of a draft, and what is promised in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflow.forms import applicant as forms
from workflow.rules import drafting, merging, promising
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import DeliveryMethod, MaterialMode
from workflow.views.drafting import of_draft, onward, page, regions, with_files
from workflow.views.keeping import kept_when_logged_out, seen_by, seen_now, typed_while_away
from workflow.views.visiting import Visit

__all__ = ["delivery_fields", "form", "promises"]


# The one form


@require_http_methods(["GET", "POST"])
@kept_when_logged_out
@of_draft
def form(request: Visit, draft: Draft) -> HttpResponse:
    """The one form of all departments; what is typed is kept whether or not it can be read."""
    if request.method == "POST":
        return _form_sent(request, draft)
    if post := typed_while_away(request, draft):
        draft, _typed = _merged(request, draft, post)
        messages.success(request, _("登录过期前填的内容已经接上了，请看看对不对"))
    draft = drafts.prefill_answers(draft, by=request.user)
    wrong = {key: reasons for key, reasons in draft.errors.items() if key in draft.missing}
    return _form_page(request, draft, draft.typed, wrong)


def _form_sent(request: Visit, before: Draft) -> HttpResponse:
    draft, typed = _merged(request, before, request.POST)
    if "autosave" in request.POST:
        return _autosaved(request, draft)
    stored, refused = forms.read_files(before.plan, request.FILES, request.user)
    if stored:
        draft = drafts.save_answers(draft.pk, by=request.user, typed=stored)
    draft = drafts.prefill_answers(draft, by=request.user)
    if "later" in request.POST:
        return redirect("workflow:tasks", draft.pk)
    if {"add_row", "remove_row", "refresh"} & request.POST.keys():
        return _form_page(request, draft, typed, {})
    if draft.unsettled:
        return redirect("workflow:settle", draft.pk)
    keys = {box.field.key for box in before.plan.visible_fields}
    errors = {key: reasons for key, reasons in draft.missing.items() if key in keys} | refused
    errors |= drafting.objections_to_delivery(draft.delivery)
    unseen = {box.field.key for box in draft.plan.visible_fields} - keys
    if errors or unseen:
        return _form_page(request, draft, typed, errors, tried=True)
    return onward(request, draft, "materials")


def _merged(request: Visit, draft: Draft, post: QueryDict) -> tuple[Draft, forms.Typed]:
    """The draft with what was changed on the page that sent this, and what that page holds."""
    seen = seen_by(post, draft)
    # A box that the page never drew (it has appeared since) was not emptied by it.
    visible = seen.marks.keys() or {box.field.key for box in draft.plan.visible_fields}
    asked = [one for one in draft.definition.fields if one.key in visible]
    typed = forms.with_rows_changed(forms.read_answers(asked, post), post)
    delivery = forms.read_delivery(post)
    by = request.user
    return drafts.merge_answers(draft.pk, by=by, typed=typed, seen=seen, delivery=delivery), typed


def _autosaved(request: Visit, draft: Draft) -> JsonResponse:
    """For the page that saves itself: when, what it is to show as seen, and whether to choose between two texts."""
    page_ = seen_by(request.POST, draft)
    clashing = {key for key, others in draft.unsettled.items() if page_.page in {one.page for one in others}}
    at = timezone.localtime().strftime("%H:%M")
    said = {
        "words": _("已自动保存 %(at)s") % {"at": at},
        "seen": seen_now(request, draft, page_.marks.keys() or _boxes(draft), on_hold=clashing),
        "unsettled": len(draft.unsettled),
    }
    return JsonResponse(said)


def _boxes(draft: Draft) -> list[str]:
    return [box.field.key for box in draft.plan.visible_fields] + [*draft.delivery_answers]


def _form_page(
    request: Visit,
    draft: Draft,
    typed: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
    *,
    tried: bool = False,
) -> HttpResponse:
    """``tried`` without errors: the answers just given ask for boxes that were not there before."""
    values = merging.as_drawn(draft.typed, typed)
    context: dict[str, Any] = {
        "values": with_files(request, draft, values),
        "errors": drafting.by_cell(draft.plan, values, errors),
        "regions": regions(draft),
        "deciding": drafting.deciding_keys(draft.definition),
        "delivery_fields": delivery_fields(draft),
        "delivery": draft.delivery_answers,
        "asks_more": tried and not errors,
        "seen": seen_now(request, draft, _boxes(draft)),
    }
    return page(request, draft, "form", 2, status=422 if errors and tried else 200, **context)


def delivery_fields(draft: Draft) -> list[dict[str, Any]]:
    """The portal's own questions about how results arrive, where the form has none of its own."""
    if draft.delivery.asked:
        return []
    ways = [(way.value, way.label) for way in DeliveryMethod]
    together = [("true", _("全部办好后一起给我")), ("false", _("办好一项给一项"))]
    fields: list[dict[str, Any]] = [
        {"key": "delivery.method", "label": _("结果怎么给您"), "type": "choice", "choices": ways},
        {
            "key": "delivery.address",
            "label": _("收件地址（选邮寄的填写）"),
            "type": "address",
            "required": False,
        },
        {"key": "delivery.together", "label": _("什么时候给"), "type": "choice", "choices": together},
    ]
    return fields if len(draft.plan.matters) > 1 else fields[:2]


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
