"""The page behind the QR code."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from licences import selectors, services
from licences.models.codes import grouped, normalised


@login_not_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Where somebody types in the code that stands beside the QR code."""
    if code := normalised(request.GET.get("code", "")):
        return redirect("licences:verify", code)
    return render(request, "licences/verify.html")


@login_not_required
@require_safe
@never_cache
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Type, number, date and validity of what carries this code, and nothing of any person."""
    typed = grouped(normalised(code))
    if not services.may_look_up(request):
        return render(request, "licences/verify.html", {"typed": typed, "busy": True}, status=429)
    found = selectors.verify(code)
    context = {"typed": typed, "found": found, "unknown": found is None}
    return render(request, "licences/verify.html", context, status=200 if found else 404)
