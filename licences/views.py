"""The public check of a printed code, and showing a licence to a stranger (亮证)."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.crypto import decrypt, encrypt
from common.errors import DomainError, NotAllowed
from identity.models import Account
from licences import selectors, services
from licences.models import Presentation
from licences.models.codes import grouped, normalised
from licences.rendering import code_picture
from licences.states import Face

#: Where the holder's own session keeps the code, encrypted: the database holds nothing but its hash.
KEPT = "presented"


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


# Showing a licence


def _holder(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise NotAllowed(_("请先登录"))
    return request.user


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what a stranger will see, and make the code."""
    holder = _holder(request)
    if request.method == "POST":
        made, code = services.present(pk, by=holder, shows=request.POST.getlist("shows"))
        request.session[KEPT] = {"id": made.pk, "code": encrypt(code)}
        return redirect("licences:shown", made.pk)
    context = {"licence": selectors.licence_of(holder, pk), "faces": Face.choices}
    return render(request, "licences/show.html", context)


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """The QR code while it lasts, and whether it was looked at; looks again by a link, or by itself."""
    made = services.presentation_of(pk, by=_holder(request))
    asks_again = getattr(request, "htmx", False)
    if asks_again and made.is_open(timezone.now()):
        return HttpResponse(status=204)  # nothing has happened: the page stays as it is
    template = "licences/_shown.html" if asks_again else "licences/shown.html"
    return render(request, template, _as_it_stands(request, made))


def _as_it_stands(request: HttpRequest, made: Presentation) -> dict[str, Any]:
    code = _kept(request, made) if made.is_open(timezone.now()) else ""
    address = f"{settings.PUBLIC_URL}{reverse('licences:look', args=[code])}" if code else ""
    return {
        "made": made,
        "licence": made.licence,
        "faces": [Face(face).label for face in made.shows],
        "picture": code_picture(address) if address else "",
        "is_open": bool(code),
    }


def _kept(request: HttpRequest, made: Presentation) -> str:
    """The code, in the browser it was made in; another browser of the holder sees how it stands, without it."""
    kept = request.session.get(KEPT) or {}
    return decrypt(kept["code"]) if kept.get("id") == made.pk else ""


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The code ends now."""
    services.take_back(pk, by=_holder(request))
    request.session.pop(KEPT, None)
    messages.success(request, _("已经收回，二维码不能再用"))
    return redirect("licences:shown", pk)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def look(request: HttpRequest, code: str) -> HttpResponse:
    """
    The stranger's page. Opening the address uses nothing up, for phones look at links before people do;
    the one button does.
    """
    if not services.may_look_up(request):
        return render(request, "licences/look.html", {"busy": True}, status=429)
    seen = None
    try:
        if request.method == "POST":
            seen = services.look_once(code)
        else:
            services.check_code(code)
    except DomainError as over:
        return render(request, "licences/look.html", {"over": over.reasons}, status=over.status_code)
    return render(request, "licences/look.html", {"seen": seen, "now": timezone.now()})
