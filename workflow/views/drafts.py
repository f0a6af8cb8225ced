"""From the first question to the one submit button: every page of a draft, for its owner alone."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bundles.spec import FieldType, Question
from common.errors import NotFound, Refused
from files.selectors import mine
from files.services import response as file_response
from workflow.forms import applicant as forms
from workflow.rules import drafting, promising
from workflow.rules.submission import missing_materials
from workflow.selectors import region_choices
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import DeliveryMethod, MaterialMode

P = ParamSpec("P")
STEPS = (
    gettext_lazy("回答问题"),
    gettext_lazy("填写申请表"),
    gettext_lazy("准备材料"),
    gettext_lazy("核对提交"),
)


def of_draft(
    view: Callable[Concatenate[HttpRequest, Draft, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, int, P], HttpResponse]:
    """A page of a draft; once it has been submitted, the application instead."""

    @wraps(view)
    def shown(request: HttpRequest, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            draft = drafts.draft_of(pk, by=request.user)
        except NotFound:
            if reference := drafts.submitted_as(pk, by=request.user):
                return redirect("workflow:submitted", reference)
            raise
        return view(request, draft, *args, **kwargs)

    return shown


def page(
    request: HttpRequest, draft: Draft, name: str, step: int = 0, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Every page of a draft knows the draft, its steps and where it stands."""
    shown = {"draft": draft, "plan": draft.plan, "steps": STEPS, "step": step, **context}
    return render(request, f"workflow/applicant/{name}.html", shown, status=status)


# The list of what is to do


@require_safe
@of_draft
def tasks(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What is done and what is left, in four lines."""
    return page(request, draft, "tasks", entries=_entries(draft))


def _entries(draft: Draft) -> list[dict[str, Any]]:
    questions = len(drafting.open_questions(draft.plan))
    boxes = len(draft.missing) + len(drafting.objections_to_delivery(draft.delivery))
    papers = sum(paper.needs_answer for paper in draft.papers)
    asked, form = draft.questions_are_done, draft.form_is_done
    return [
        _entry(draft, "questions" if questions else "plan", STEPS[0], questions, _("还有 %d 题")),
        _entry(draft, "form", STEPS[1], boxes, _("还差 %d 处"), may_start=asked),
        _entry(draft, "materials", STEPS[2], papers, _("还差 %d 份"), may_start=asked),
        _entry(draft, "check", STEPS[3], 1, _("可以提交了"), may_start=asked and form and not papers),
    ]


def _entry(
    draft: Draft, name: str, title: str, left: int, words: str, *, may_start: bool = True
) -> dict[str, Any]:
    if not may_start:
        return {"title": title, "tone": "waiting", "label": _("先完成前面的步骤")}
    tone, label = ("active", words % left if "%" in words else words) if left else ("done", _("已完成"))
    return {"title": title, "url": reverse(f"workflow:{name}", args=[draft.pk]), "tone": tone, "label": label}


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away; its own page asks before."""
    drafts.discard_draft(pk, by=request.user)
    messages.success(request, _("草稿已经删除"))
    return redirect("my")


# Questions, one a page


@require_safe
@of_draft
def questions(request: HttpRequest, draft: Draft) -> HttpResponse:
    """On to the next question; when none is left, to the plan."""
    open_ = drafting.open_questions(draft.plan)
    if open_:
        return redirect("workflow:question", draft.pk, open_[0].key)
    return redirect("workflow:plan", draft.pk)


@require_http_methods(["GET", "POST"])
@of_draft
def question(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """One question; the way back is a link, and nothing is lost on it."""
    asked = _asked(draft, key)
    errors: Mapping[str, Sequence[str]] = {}
    if request.method == "POST":
        typed = forms.read_answers([asked], request.POST)
        draft = drafts.save_answers(draft.pk, by=request.user, typed=typed)
        if drafting.is_answered(draft.typed, key) and key not in draft.errors:
            return redirect("workflow:questions", draft.pk)
        errors = {key: draft.errors.get(key) or [_("请回答这个问题")]}
    return page(request, draft, "question", 1, status=422 if errors else 200, **_asking(draft, asked, errors))


def _asked(draft: Draft, key: str) -> Question:
    for one in draft.definition.questions:
        if one.key == key:
            return one
    raise NotFound(_("没有这个问题"))


def _asking(draft: Draft, asked: Question, errors: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    keys = [one.key for one in drafting.asked_questions(draft.counting)]
    at = keys.index(asked.key) if asked.key in keys else len(keys)
    return {
        "question": asked,
        "errors": errors,
        "number": at + 1,
        "previous": keys[at - 1] if at else "",
    }


@require_safe
@of_draft
def plan(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the answers amount to: matters, chain, papers, days; and every answer to change."""
    if not draft.questions_are_done:
        return redirect("workflow:questions", draft.pk)
    context = {
        "answered": drafting.asked_questions(draft.counting),
        "to_bring": [paper for paper in draft.papers if paper.is_open],
        "of_itself": [paper for paper in draft.papers if not paper.is_open],
    }
    return page(request, draft, "plan", 1, **context)


# The one form


@require_http_methods(["GET", "POST"])
@of_draft
def form(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The one form of all departments; what is typed is kept whether or not it can be read."""
    if request.method == "POST":
        return _form_sent(request, draft)
    draft = drafts.prefill_answers(draft, by=request.user)
    wrong = {key: reasons for key, reasons in draft.errors.items() if key in draft.missing}
    return _form_page(request, draft, draft.typed, wrong)


def _form_sent(request: HttpRequest, before: Draft) -> HttpResponse:
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
    request: HttpRequest,
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
        values=_with_files(request, draft, typed),
        errors=errors,
        regions=_regions(draft),
        deciding=drafting.deciding_keys(draft.definition),
        delivery_fields=_delivery_fields(draft),
        asks_more=tried and not errors,
    )


def _with_files(request: HttpRequest, draft: Draft, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Where an answer is a file, its name and address instead of its id."""
    keys = drafting.file_keys(draft.plan)
    found = mine(request.user, [str(typed[key]) for key in keys if typed.get(key)])
    shown = {str(pk): _upload(draft, stored) for pk, stored in found.items()}
    return {**typed, **{key: shown.get(str(typed.get(key)), "") for key in keys}}


def _upload(draft: Draft, stored: Any) -> dict[str, Any]:
    url = reverse("workflow:draft_file", args=[draft.pk, stored.pk])
    return {"id": stored.pk, "name": stored.name, "size": stored.size, "url": url}


def _regions(draft: Draft) -> list[tuple[str, str]]:
    """The regions to pick from; what a register called by another name stays an answer."""
    keys = [box.field.key for box in draft.plan.visible_fields if box.field.type is FieldType.REGION]
    if not keys:
        return []
    choices = region_choices()
    known = {code for code, _name in choices}
    given = dict.fromkeys(str(draft.typed[key]) for key in keys if drafting.is_answered(draft.typed, key))
    return [*choices, *((name, name) for name in given if name not in known)]


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


# Papers


@require_http_methods(["GET", "POST"])
@of_draft
def materials(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Every paper with its state and reason; what is to be brought can be brought here."""
    if not draft.questions_are_done:
        return redirect("workflow:questions", draft.pk)
    if request.method == "POST":
        return _materials_sent(request, draft)
    return _materials_page(request, drafts.check_papers(draft, by=request.user), {})


def _materials_sent(request: HttpRequest, draft: Draft) -> HttpResponse:
    if "again" in request.POST:
        drafts.check_papers(draft, by=request.user, again=True)
        return redirect("workflow:materials", draft.pk)
    if name := request.POST.get("drop"):
        drafts.drop_paper(draft.pk, by=request.user, name=name)
        return redirect("workflow:materials", draft.pk)
    brought = forms.read_offers(draft.papers, request.POST, request.FILES, request.user)
    draft = drafts.offer_papers(draft.pk, by=request.user, offers=brought.offers)
    if "later" in request.POST and not brought.errors:
        return redirect("workflow:tasks", draft.pk)
    if "refresh" in request.POST:
        return _materials_page(request, draft, brought.errors)
    errors = {**_papers_missing(draft), **brought.errors}
    if errors:
        return _materials_page(request, draft, errors)
    unsigned = any(paper.needs_signature for paper in draft.papers)
    return redirect("workflow:promises" if unsigned else "workflow:check", draft.pk)


def _papers_missing(draft: Draft) -> dict[str, list[str]]:
    """By paper; one whose promise is only to be signed is not missing."""
    chosen = {paper.name for paper in draft.papers if paper.mode}
    lacking = missing_materials(draft.plan.materials, chosen)
    return {key.removeprefix("materials."): reasons for key, reasons in lacking.items()}


def _materials_page(request: HttpRequest, draft: Draft, errors: Mapping[str, Sequence[str]]) -> HttpResponse:
    """``errors`` by paper; a paper's number is its place in the plan, wherever it is shown."""
    uploads = mine(request.user, [paper.upload_id for paper in draft.papers if paper.upload_id])
    shown = {str(pk): _upload(draft, stored) for pk, stored in uploads.items()}
    rows = [
        {
            "paper": paper,
            "number": number,
            "errors": errors.get(paper.name, ()),
            "upload": shown.get(paper.upload_id) if paper.mode == MaterialMode.UPLOAD else None,
        }
        for number, paper in enumerate(draft.papers)
    ]
    context = {
        "to_bring": [row for row in rows if row["paper"].is_open],
        "of_itself": [row for row in rows if not row["paper"].is_open],
        "errors": {f"materials.{row['number']}": row["errors"] for row in rows if row["errors"]},
    }
    return page(request, draft, "materials", 3, status=422 if errors else 200, **context)


@require_http_methods(["GET", "POST"])
@of_draft
def promises(request: HttpRequest, draft: Draft) -> HttpResponse:
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


@require_safe
@of_draft
def draft_file(request: HttpRequest, draft: Draft, file_id: Any) -> HttpResponse:
    """A file brought for this draft, to its owner."""
    stored = mine(request.user, [file_id]).get(file_id)
    used = {paper.upload_id for paper in draft.papers} | {str(value) for value in draft.typed.values()}
    if stored is None or str(file_id) not in used:
        raise NotFound(_("没有找到这个文件"))
    return file_response(stored)


# Check and submit


@require_http_methods(["GET", "POST"])
@of_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything once more, with a way to change it, a declaration, and the one submit button."""
    if not draft.is_ready:
        messages.warning(request, _("还有内容没有填完，填完就可以提交"))
        return redirect("workflow:tasks", draft.pk)
    if request.method == "POST":
        return _submitted(request, draft)
    return _check_page(request, draft, {})


def _submitted(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Pressed twice, or again after going back: the same application."""
    try:
        application = drafts.submit_draft(
            draft.pk,
            by=request.user,
            declared=request.POST.get("declared") == "true",
            seen_version=request.POST.get("version", ""),
        )
    except Refused as refused:
        return _check_page(request, draft, dict(refused.fields) or {"": refused.reasons})
    return redirect("workflow:submitted", application.reference)


def _check_page(request: HttpRequest, draft: Draft, errors: Mapping[str, Sequence[str]]) -> HttpResponse:
    return page(
        request,
        draft,
        "check",
        4,
        status=422 if errors else 200,
        values=_with_files(request, draft, draft.answers),
        errors=_told_together(errors),
        regions=_regions(draft),
        asked=drafting.asked_questions(draft.counting),
        delivery_label=DeliveryMethod(draft.delivery.method or DeliveryMethod.ELECTRONIC).label,
    )


def _told_together(errors: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What belongs to a box of another page is told at the top of this one."""
    elsewhere = [reason for key, reasons in errors.items() if key != "declared" for reason in reasons]
    here = {key: list(reasons) for key, reasons in errors.items() if key == "declared"}
    return here | ({"": elsewhere} if elsewhere else {})
