"""Papers: every one of a draft with its state and reason, brought, arranged and looked at; and what is asked for later."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import NotFound
from files.models import StoredFile
from files.rules import OFD, PICTURES
from files.selectors import just_brought, mine
from files.services import page_response
from files.services import response as file_response
from identity.selectors import standing
from workflow.forms.uploads import MOST_TO_ARRANGE, Moved, Sent, moved_page, read_offers, read_supplies
from workflow.rules.ending import objections_to_acting_for
from workflow.rules.submission import missing_materials
from workflow.selectors import Dossier, application_for
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.states import MaterialMode
from workflow.views.drafting import of_draft, page
from workflow.views.visiting import Visit

__all__ = ["draft_file", "draft_file_page", "materials", "supplied_file", "supplied_file_page", "supplying"]

Errors = Mapping[str, Sequence[str]]
Addresses = Callable[..., str]


# The papers of a draft


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
    here = [paper.upload_id for paper in draft.papers if paper.upload_id]
    sent = Sent.read(request.POST, request.FILES, request.user, here)
    brought = read_offers(draft.papers, sent)
    draft = drafts.offer_papers(draft.pk, by=request.user, offers=brought.offers)
    if "later" in request.POST and not brought.errors:
        return redirect("workflow:tasks", draft.pk)
    if {"refresh", "pages"} & request.POST.keys():
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


def _materials_page(request: Visit, draft: Draft, errors: Errors) -> HttpResponse:
    """``errors`` by paper; a paper's number is its place in the plan, wherever it is shown."""
    uploads = mine(request.user, [paper.upload_id for paper in draft.papers if paper.upload_id])
    here = {str(pk): stored for pk, stored in uploads.items()}
    rows = [
        _row(request, draft, number, here.get(paper.upload_id), errors)
        for number, paper in enumerate(draft.papers)
    ]
    context: dict[str, Any] = {
        "to_bring": [row for row in rows if row["paper"].is_open],
        "of_itself": [row for row in rows if not row["paper"].is_open],
        "errors": {f"materials.{row['number']}": row["errors"] for row in rows if row["errors"]},
    }
    return page(request, draft, "materials", 3, status=422 if errors else 200, **context)


def _row(
    request: Visit, draft: Draft, number: int, stored: StoredFile | None, errors: Errors
) -> dict[str, Any]:
    paper = draft.papers[number]
    is_brought = stored is not None and paper.mode == MaterialMode.UPLOAD

    def address(name: str, *args: object) -> str:
        return reverse(f"workflow:draft_{name}", args=[draft.pk, *args])

    return {
        "paper": paper,
        "number": number,
        "errors": errors.get(paper.name, ()),
        "upload": _shown(request, f"materials.{number}", stored, address) if stored and is_brought else None,
    }


@require_safe
@of_draft
def draft_file(request: Visit, draft: Draft, file_id: UUID) -> HttpResponseBase:
    """A file brought for this draft, to its owner."""
    return file_response(_of_draft(request, draft, file_id))


@require_safe
@of_draft
def draft_file_page(request: Visit, draft: Draft, file_id: UUID, number: int) -> HttpResponse:
    """One page of it, to look at."""
    return page_response(_of_draft(request, draft, file_id), number)


def _of_draft(request: Visit, draft: Draft, file_id: UUID) -> StoredFile:
    stored = mine(request.user, [file_id]).get(file_id)
    used = {paper.upload_id for paper in draft.papers} | {str(value) for value in draft.typed.values()}
    if stored is None or str(file_id) not in used:
        raise NotFound(_("没有找到这个文件"))
    return stored


# A file as the page shows it


def _shown(request: Visit, path: str, stored: StoredFile, address: Addresses) -> dict[str, Any]:
    """Name, size, address, its pages to look at and arrange, and what may be added."""
    move = moved_page(request.POST)
    return {
        "id": stored.pk,
        "name": stored.name,
        "size": stored.size,
        "url": address("file", stored.pk),
        "held": stored.get_scan_display() if stored.is_held else "",
        "count": stored.pages,
        "pages": _pages(path, stored, address, move),
        "is_picture": stored.content_type in PICTURES,
        "is_arranged": move is not None and move.path == path,
        "takes_more": stored.content_type != OFD,
    }


def _pages(path: str, stored: StoredFile, address: Addresses, move: Moved | None) -> list[dict[str, Any]]:
    """Every page with what may be done to it; the one just moved keeps the focus."""
    count = stored.pages or 0
    if stored.is_held or count > MOST_TO_ARRANGE:
        return []
    mine_moved = move if move and move.path == path else None
    at = mine_moved.lands_at(count) if mine_moved and count else 0
    verb = mine_moved.verb if mine_moved else ""
    return [
        {
            "number": number,
            "url": address("file_page", stored.pk, number),
            "verbs": _verbs(number, count, focus=verb if number == at else ""),
        }
        for number in range(1, count + 1)
    ]


def _verbs(number: int, count: int, *, focus: str) -> list[dict[str, Any]]:
    words = {"up": _("前移"), "down": _("后移"), "turn": _("转一下"), "drop": _("去掉")}
    able = {"up": number > 1, "down": number < count, "turn": True, "drop": count > 1}
    focus = focus if able.get(focus) else {"up": "down", "down": "up", "drop": "turn"}.get(focus, "")
    return [
        {"verb": verb, "words": words[verb], "has_focus": verb == focus}
        for verb, is_able in able.items()
        if is_able
    ]


# Papers asked for later: corrected, deferred, offered, in place of a promise


def supplying(request: Visit, dossier: Dossier, asked: Mapping[str, Any], supply: Any) -> HttpResponse:
    """
    Files in, looked at and arranged as long as one likes, then one service and back to the timeline.

    Until they are handed in they belong to nothing; what was taken stays on the page beside what was not.
    """
    application = dossier.application
    names = [paper.name for paper in asked["papers"]]
    supplied = read_supplies(names, Sent.read(request.POST, request.FILES, request.user))
    is_staying = not {"refresh", "pages", "drop"}.isdisjoint(request.POST)
    if supplied.supplies and not supplied.errors and not is_staying:
        supply(application.pk, by=request.user, supplies=supplied.supplies)
        messages.success(request, _("已经收到，谢谢"))
        return redirect("workflow:application", application.reference)
    errors: dict[str, Any] = dict(supplied.errors)
    if request.method == "POST" and not errors and not is_staying:
        errors = {"": [_("请至少选择一份材料")]}

    def address(name: str, *args: object) -> str:
        return reverse(f"workflow:supplied_{name}", args=[application.reference, *args])

    shown = {path: _shown(request, path, stored, address) for path, stored in supplied.files.items()}
    paths = [f"materials.{number}" for number in range(len(names))]
    rows = [
        {"paper": paper, "path": path, "id": f"id_materials-{number}", "upload": shown.get(path)}
        | {"name": paper.name, "errors": supplied.errors.get(path, ())}
        for number, (paper, path) in enumerate(zip(asked["papers"], paths, strict=True))
    ]
    context = {"application": application, "errors": errors, "rows": rows, **asked}
    return render(request, "workflow/applicant/supply.html", context, status=422 if errors else 200)


@require_safe
def supplied_file(request: Visit, reference: str, file_id: UUID) -> HttpResponseBase:
    """A file brought for this application and not handed in yet, to whoever brought it."""
    return file_response(_of_application(request, reference, file_id))


@require_safe
def supplied_file_page(request: Visit, reference: str, file_id: UUID, number: int) -> HttpResponse:
    """One page of it, to look at."""
    return page_response(_of_application(request, reference, file_id), number)


def _of_application(request: Visit, reference: str, file_id: UUID) -> StoredFile:
    application = application_for(request.user, reference)
    if objections_to_acting_for(application, standing(request.user)):
        raise NotFound(_("没有找到这个文件"))
    return just_brought(request.user, file_id)
