"""The papers of a draft: every one with its state and reason, brought or promised, and looked at again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import NotFound
from files.selectors import mine
from files.services import response as file_response
from workflow.forms import applicant as forms
from workflow.rules.submission import missing_materials
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import MaterialMode
from workflow.views.drafting import of_draft, page, shown_file
from workflow.views.visiting import Visit

__all__ = ["draft_file", "materials"]


@require_http_methods(["GET", "POST"])
@of_draft
def materials(request: Visit, draft: Draft) -> HttpResponse:
    """Every paper with its state and reason; what is to be brought can be brought here."""
    if not draft.questions_are_done:
        return redirect("workflow:questions", draft.pk)
    if request.method == "POST":
        return _materials_sent(request, draft)
    return _materials_page(request, drafts.check_papers(draft, by=request.user), {})


def _materials_sent(request: Visit, draft: Draft) -> HttpResponse:
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


def _materials_page(request: Visit, draft: Draft, errors: Mapping[str, Sequence[str]]) -> HttpResponse:
    """``errors`` by paper; a paper's number is its place in the plan, wherever it is shown."""
    uploads = mine(request.user, [paper.upload_id for paper in draft.papers if paper.upload_id])
    shown = {str(pk): shown_file(draft, stored) for pk, stored in uploads.items()}
    rows: list[dict[str, Any]] = [
        {
            "paper": paper,
            "number": number,
            "errors": errors.get(paper.name, ()),
            "upload": shown.get(paper.upload_id) if paper.mode == MaterialMode.UPLOAD else None,
        }
        for number, paper in enumerate(draft.papers)
    ]
    context: dict[str, Any] = {
        "to_bring": [row for row in rows if row["paper"].is_open],
        "of_itself": [row for row in rows if not row["paper"].is_open],
        "errors": {f"materials.{row['number']}": row["errors"] for row in rows if row["errors"]},
    }
    return page(request, draft, "materials", 3, status=422 if errors else 200, **context)


@require_safe
@of_draft
def draft_file(request: Visit, draft: Draft, file_id: UUID) -> HttpResponseBase:
    """A file brought for this draft, to its owner."""
    stored = mine(request.user, [file_id]).get(file_id)
    used = {paper.upload_id for paper in draft.papers} | {str(value) for value in draft.typed.values()}
    if stored is None or str(file_id) not in used:
        raise NotFound(_("没有找到这个文件"))
    return file_response(stored)
