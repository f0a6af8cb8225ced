"""The guide (办事指南) of a bundle or of a single matter, and the way in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bundles.selectors import Current, current
from bundles.spec import Kind
from common.errors import NotFound
from workflow.selectors import own_drafts
from workflow.selectors.guides import GuidePage, guide_page
from workflow.services import drafts, specimens
from workflow.services.guides import guide_sheet
from workflow.views.authorising import acting_for
from workflow.views.visiting import Visit


@login_not_required
@require_safe
def guide(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Who, conditions, papers with their sources, the chain, how long, what it costs and saves, where, and what next."""
    page = _page(request, kind, code)
    context = {"page": page, "guide": page.guide, "offer": page.offer, "kind": kind}
    return render(request, "workflow/applicant/guide.html", context)


@login_not_required
@require_safe
def sheet(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The same on one sheet of paper (一次告知单), to print and take along."""
    page = _page(request, kind, code)
    name = f"{page.offer.definition.name}-{_('一次告知单')}.pdf"
    named = {"Content-Disposition": content_disposition_header(False, name) or "inline"}
    return HttpResponse(guide_sheet(page), content_type="application/pdf", headers=named)


@login_not_required
@require_safe
def specimen(request: HttpRequest, mark: str, kind: str) -> HttpResponse:
    """A filled sample of a paper, as PDF or as a picture; its address changes with what it says."""
    paper = specimens.specimen(mark)
    if kind == "png":
        answer = HttpResponse(specimens.specimen_picture(paper), content_type="image/png")
    else:
        answer = HttpResponse(specimens.specimen_sheet(paper), content_type="application/pdf")
        name = f"{_('样本')}-{paper.name}.pdf"
        answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    patch_cache_control(answer, public=True, max_age=24 * 3600)
    return answer


@require_http_methods(["GET", "POST"])
def start(request: Visit, kind: str, code: str) -> HttpResponse:
    """For whom; where there is nothing to choose and nothing begun, straight into the questions."""
    offer = _offer(kind, code)
    choices = drafts.principals(request.user)
    begun = list(own_drafts(request.user).filter(kind=kind, code=code))
    chosen = {one.value: one for one in choices}.get(request.POST.get("applicant", ""))
    if request.method == "POST" and chosen is None and len(choices) == 1 and not begun:
        chosen = choices[0]
    if request.method == "POST" and chosen:
        draft = drafts.start_draft(kind, code, by=request.user, on_behalf_of=chosen.on_behalf_of)
        return redirect("workflow:questions", draft.pk)
    return render(request, "workflow/applicant/start.html", _start(request, offer, choices, begun))


def _start(request: Visit, offer: Current, choices: list[drafts.Principal], begun: list) -> dict[str, Any]:
    asked = {
        "key": "applicant",
        "label": _("为谁办理？"),
        "type": "choice",
        "choices": [(one.value, one.name) for one in choices],
    }
    missed = request.method == "POST" and "applicant" in request.POST
    return {
        "definition": offer.definition,
        "choices": choices,
        "asked": asked,
        "answers": {"applicant": acting_for(request) or (choices[0].value if len(choices) == 1 else "")},
        "begun": begun,
        "errors": {"applicant": [_("请选择为谁办理")]} if missed else {},
    }


def _page(request: HttpRequest, kind: str, code: str) -> GuidePage:
    example = request.GET.get("example", "")
    return guide_page(kind, _offer(kind, code), int(example) if example.isdecimal() else 0)


def _offer(kind: str, code: str) -> Current:
    offer = current(Kind(kind), code)
    if offer is None:
        raise NotFound(_("没有这件事，或者已经停止办理"))
    return offer
