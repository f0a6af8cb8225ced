"""办理进度查询: how far an application is, for whoever holds its number and query code; nothing personal."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.throttling import BaseThrottle

from common.errors import NotFound
from workflow import selectors, services
from workflow.views import following

__all__ = ["track"]

PAGE = "workflow/applicant/track.html"


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Number and code in, status, steps and dates out; the two stand in no address and no log."""
    if request.method != "POST":
        return render(request, PAGE)
    reference = "".join(request.POST.get("reference", "").split())[:16]
    code = "".join(request.POST.get("code", "").split())[:8].upper()
    origin = BaseThrottle().get_ident(request)  # type: ignore[arg-type]
    typed = {"reference": reference}
    if not services.may_enquire(reference, origin=origin):
        return render(request, PAGE, {"values": typed, "busy": True}, status=429)
    try:
        found = services.application_enquired(reference, code, origin=origin)
    except NotFound as unknown:
        errors = {"reference": unknown.reasons}
        return render(request, PAGE, {"values": typed, "errors": errors}, status=404)
    dossier = selectors.progress_of(found)
    return render(request, PAGE, {"application": found, **following.progress(dossier)})
