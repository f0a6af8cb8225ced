"""What every page of a draft shares: whose it is, where it stands, files and regions in words."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from bundles.spec import FieldType
from common.errors import NotFound
from files.models import StoredFile
from files.selectors import mine
from workflow.rules import drafting
from workflow.selectors import region_choices
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.views.visiting import Visit

__all__ = [
    "STEPS",
    "asked_so_far",
    "of_draft",
    "onward",
    "page",
    "regions",
    "shown_file",
    "with_back",
    "with_files",
]

P = ParamSpec("P")
STEPS = (
    gettext_lazy("回答问题"),
    gettext_lazy("填写申请表"),
    gettext_lazy("准备材料"),
    gettext_lazy("核对提交"),
)


def of_draft(
    view: Callable[Concatenate[Visit, Draft, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of a draft; once it has been submitted, the application instead."""

    @wraps(view)
    def shown(request: Visit, pk: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            draft = drafts.draft_of(pk, by=request.user)
        except NotFound:
            if reference := drafts.submitted_as(pk, by=request.user):
                return redirect("workflow:submitted", reference)
            raise
        return view(request, draft, *args, **kwargs)

    return shown


def page(
    request: Visit, draft: Draft, name: str, step: int = 0, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Every page of a draft knows the draft, its steps and where it stands."""
    shown = {"draft": draft, "plan": draft.plan, "steps": STEPS, "step": step, **context}
    return render(request, f"workflow/applicant/{name}.html", shown, status=status)


def onward(request: Visit, draft: Draft, name: str) -> HttpResponse:
    """On to the next page; who came from the check page to change something goes back to it."""
    if request.GET.get("back") == "check" and draft.is_ready:
        return redirect("workflow:check", draft.pk)
    return redirect(with_back(request, reverse(f"workflow:{name}", args=[draft.pk])))


def with_back(request: Visit, address: str) -> str:
    """The address, remembering that the person came from the check page."""
    return f"{address}?back=check" if request.GET.get("back") == "check" else address


def with_files(request: Visit, draft: Draft, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Where an answer is a file, its name and address instead of its id."""
    keys = drafting.file_keys(draft.plan)
    found = mine(request.user, [str(typed[key]) for key in keys if typed.get(key)])
    shown = {str(pk): shown_file(draft, stored) for pk, stored in found.items()}
    return {**typed, **{key: shown.get(str(typed.get(key)), "") for key in keys}}


def asked_so_far(draft: Draft) -> list[dict[str, Any]]:
    """The questions answered, in order, each with the register that answered it where one did."""
    asked = drafting.asked_questions(draft.counting)
    return [{"asked": one, "source": draft.sources.get(one.key, "")} for one in asked]


def shown_file(draft: Draft, stored: StoredFile) -> dict[str, Any]:
    url = reverse("workflow:draft_file", args=[draft.pk, stored.pk])
    return {"id": stored.pk, "name": stored.name, "size": stored.size, "url": url}


def regions(draft: Draft) -> list[tuple[str, str]]:
    """The regions to pick from; what a register called by another name stays an answer."""
    keys = [box.field.key for box in draft.plan.visible_fields if box.field.type is FieldType.REGION]
    if not keys:
        return []
    choices = region_choices()
    known = {code for code, _name in choices}
    given = dict.fromkeys(str(draft.typed[key]) for key in keys if drafting.is_answered(draft.typed, key))
    return [*choices, *((name, name) for name in given if name not in known)]
