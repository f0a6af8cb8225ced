"""From the first question to the one submit button: every page of a draft, for its owner alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bundles.spec import FieldType, Question
from common.errors import NotFound, Refused
from workflow.forms import applicant as forms
from workflow.rules import drafting, outlook
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import DeliveryMethod
from workflow.views.drafting import (
    STEPS,
    asked_so_far,
    of_draft,
    onward,
    page,
    regions,
    with_back,
    with_files,
)
from workflow.views.keeping import kept_when_logged_out, seen_by, seen_now, typed_while_away
from workflow.views.visiting import Visit

# The list of what is to do


@require_safe
@of_draft
def tasks(request: Visit, draft: Draft) -> HttpResponse:
    """What is done and what is left, in four lines."""
    return page(request, draft, "tasks", entries=_entries(draft))


def _entries(draft: Draft) -> list[dict[str, Any]]:
    questions = len(drafting.open_questions(draft.plan))
    boxes = len(draft.missing) + len(drafting.objections_to_delivery(draft.delivery))
    papers = sum(paper.needs_answer for paper in draft.papers)
    asked, form = draft.questions_are_done, draft.form_is_done
    return [
        _entry(draft, "questions" if questions else "plan", str(STEPS[0]), questions, _("还有 %d 题")),
        _entry(draft, "form", str(STEPS[1]), boxes, _("还差 %d 处"), may_start=asked),
        _entry(draft, "materials", str(STEPS[2]), papers, _("还差 %d 份"), may_start=asked),
        _entry(draft, "check", str(STEPS[3]), 1, _("可以提交了"), may_start=asked and form and not papers),
    ]


def _entry(
    draft: Draft, name: str, title: str, left: int, words: str, *, may_start: bool = True
) -> dict[str, Any]:
    if not may_start:
        return {"title": title, "tone": "waiting", "label": _("先完成前面的步骤")}
    tone, label = ("active", words % left if "%" in words else words) if left else ("done", _("已完成"))
    return {"title": title, "url": reverse(f"workflow:{name}", args=[draft.pk]), "tone": tone, "label": label}


@require_POST
def discard(request: Visit, pk: int) -> HttpResponse:
    """Throw the draft away; its own page asks before."""
    drafts.discard_draft(pk, by=request.user)
    messages.success(request, _("草稿已经删除"))
    return redirect("my")


# Questions, one a page


@require_safe
@of_draft
def questions(request: Visit, draft: Draft) -> HttpResponse:
    """On to the next question; when none is left, to the plan."""
    draft = drafts.answer_what_is_known(draft, by=request.user)
    open_ = drafting.open_questions(draft.plan)
    if open_:
        return redirect(with_back(request, reverse("workflow:question", args=[draft.pk, open_[0].key])))
    return onward(request, draft, "plan")


@require_http_methods(["GET", "POST"])
@kept_when_logged_out
@of_draft
def question(request: Visit, draft: Draft, key: str) -> HttpResponse:
    """One question; the way back is a link, and nothing is lost on it."""
    asked = _asked(draft, key)
    if request.method == "GET":
        return _question_page(request, _with_typed_while_away(request, draft, asked), asked, {})
    typed = forms.read_answers([asked], request.POST)
    if "preview" in request.POST:
        return _previewed(request, draft, asked, typed[key])
    draft = drafts.merge_answers(draft.pk, by=request.user, typed=typed, seen=seen_by(request.POST, draft))
    if draft.unsettled:
        return redirect("workflow:settle", draft.pk)
    if drafting.is_answered(draft.typed, key) and key not in draft.errors:
        return redirect(with_back(request, reverse("workflow:questions", args=[draft.pk])))
    errors = {
        key: draft.errors.get(key)
        or [_("请选择一个回答") if asked.choices or asked.type is FieldType.BOOLEAN else _("请回答这个问题")]
    }
    return _question_page(request, draft, asked, errors)


def _with_typed_while_away(request: Visit, draft: Draft, asked: Question) -> Draft:
    post = typed_while_away(request, draft)
    if post is None:
        return draft
    messages.success(request, _("登录过期前填的内容已经接上了，请看看对不对"))
    typed = forms.read_answers([asked], post)
    return drafts.merge_answers(draft.pk, by=request.user, typed=typed, seen=seen_by(post, draft))


def _previewed(request: Visit, draft: Draft, asked: Question, value: Any) -> HttpResponse:
    """What this answer would lead to, without keeping it; where it cannot be read, what the kept ones do."""
    would = outlook.if_answered(draft.definition, draft.typed, asked.key, value)
    context = {"outlook": outlook.outlook(would or draft.counting, draft.papers_if)}
    return render(request, "workflow/applicant/_outlook.html", context)


def _question_page(
    request: Visit, draft: Draft, asked: Question, errors: Mapping[str, Sequence[str]]
) -> HttpResponse:
    keys = [one.key for one in drafting.asked_questions(draft.counting)]
    at = keys.index(asked.key) if asked.key in keys else len(keys)
    context = {
        "question": asked,
        "errors": errors,
        "number": at + 1,
        "previous": keys[at - 1] if at else "",
        "seen": seen_now(request, draft, [asked.key]),
        "outlook": outlook.outlook(draft.counting, draft.papers_if),
        "branches": outlook.branches(
            draft.definition, draft.typed, asked, draft.papers_if, yes=_("是"), no=_("否")
        ),
    }
    return page(request, draft, "question", 1, status=422 if errors else 200, **context)


def _asked(draft: Draft, key: str) -> Question:
    for one in draft.definition.questions:
        if one.key == key:
            return one
    raise NotFound(_("没有这个问题"))


@require_safe
@of_draft
def plan(request: Visit, draft: Draft) -> HttpResponse:
    """What the answers amount to: matters, chain, papers, days; and every answer to change."""
    if not draft.questions_are_done:
        return redirect("workflow:questions", draft.pk)
    context: dict[str, Any] = {
        "answered": asked_so_far(draft),
        "to_bring": [paper for paper in draft.papers if paper.is_open],
        "of_itself": [paper for paper in draft.papers if not paper.is_open],
    }
    return page(request, draft, "plan", 1, **context)


# Check and submit


@require_http_methods(["GET", "POST"])
@of_draft
def check(request: Visit, draft: Draft) -> HttpResponse:
    """Everything once more, with a way to change it, a declaration, and the one submit button."""
    if not draft.is_ready:
        messages.warning(request, _("还有内容没有填完，填完就可以提交"))
        return redirect("workflow:tasks", draft.pk)
    if request.method == "POST":
        return _submitted(request, draft)
    return _check_page(request, draft, {})


def _submitted(request: Visit, draft: Draft) -> HttpResponse:
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


def _check_page(request: Visit, draft: Draft, errors: Mapping[str, Sequence[str]]) -> HttpResponse:
    return page(
        request,
        draft,
        "check",
        4,
        status=422 if errors else 200,
        values=with_files(request, draft, draft.answers),
        errors=_told_together(errors),
        regions=regions(draft),
        asked=asked_so_far(draft),
        delivery_label=DeliveryMethod(draft.delivery.method or DeliveryMethod.ELECTRONIC).label,
    )


def _told_together(errors: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What belongs to a box of another page is told at the top of this one."""
    elsewhere = [reason for key, reasons in errors.items() if key != "declared" for reason in reasons]
    here = {key: list(reasons) for key, reasons in errors.items() if key == "declared"}
    return here | ({"": elsewhere} if elsewhere else {})
