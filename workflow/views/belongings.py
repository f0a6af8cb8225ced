"""What belongs to somebody: licences and results, who has looked at them, and everything as one file."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Refused, TooOften
from workflow.selectors.access import accesses, looks
from workflow.selectors.results import kept_results
from workflow.services import copies
from workflow.states import CopyState
from workflow.views.visiting import Visit


@require_safe
def licences(request: Visit) -> HttpResponse:
    """Licences and results of oneself, one's organisations and those who authorised one."""
    return render(request, "workflow/applicant/licences.html", {"kept": kept_results(request.user)})


@require_safe
def access(request: Visit) -> HttpResponse:
    """Who has looked at mine: when, which department, at what, and why."""
    kinds = looks()
    asked = request.GET.get("of", "")
    kind = asked if asked in {one.kind for one in kinds} else kinds[0].kind
    found = accesses(request.user, kind, after=request.GET.get("after", ""))
    context = {
        "kinds": kinds,
        "kind": kind,
        "found": found,
        "next_url": f"?{urlencode({'of': kind, 'after': found.next})}" if found.next else "",
        "first_url": f"?{urlencode({'of': kind})}" if request.GET.get("after") else "",
    }
    return render(request, "workflow/applicant/access.html", context)


@require_http_methods(["GET", "POST"])
def everything(request: Visit) -> HttpResponse:
    """Everything the portal holds of me, as one file: ask for it, and see how far it is."""
    if request.method == "POST":
        copies.ask_for_copy(by=request.user)
        return redirect("workflow:everything")
    return _everything(request)


def _everything(
    request: Visit, errors: Mapping[str, Sequence[str]] | None = None, status: int = 200
) -> HttpResponse:
    made, now = copies.copies_of(request.user), timezone.now()
    context = {
        "copies": made,
        "ready": next((one for one in made if one.is_open(now)), None),
        "waiting": any(one.state == CopyState.ASKED for one in made),
        "errors": errors or {},
    }
    return render(request, "workflow/applicant/everything.html", context, status=status)


@require_POST
def take_copy(request: Visit, copy_id: UUID) -> HttpResponseBase:
    """The file, piece by piece, to its owner, after the password."""
    try:
        made = copies.take_copy(copy_id, by=request.user, password=request.POST.get("password", ""))
    except (Refused, TooOften) as refused:
        return _everything(request, {"password": refused.reasons}, refused.status_code)
    day = timezone.localdate(made.made_at)
    answer = FileResponse(
        made.file.open("rb"),
        as_attachment=True,
        filename=f"个人资料-{day:%Y%m%d}.zip",
        content_type="application/zip",
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
