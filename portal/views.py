"""For those who run the house: the way into the admin, probes and figures."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from portal.health import examine


@login_not_required
@require_safe
@never_cache
def enter_admin(request: HttpRequest) -> HttpResponse:
    """The admin has no login page of its own; who is logged in and sent here may go no further."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Every part's state; 503 as soon as one is not well."""
    parts = examine()
    well = all(part.well for part in parts)
    body = {
        "status": "ok" if well else "degraded",
        "parts": {part.name: {"ok": part.well, "detail": part.detail} for part in parts},
    }
    return JsonResponse(body, status=200 if well else 503)


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """This process answers; asks nobody else, so that a sick database does not restart the web."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for the holder of METRICS_TOKEN; without one they do not exist."""
    token = settings.METRICS_TOKEN
    if not (token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")):
        raise Http404
    return ExportToDjangoView(request)
