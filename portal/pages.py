"""The pages that compose the house: home, search, the switch to 长辈模式, and the styleguide."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from matters.selectors import search as find
from portal import front
from portal import styleguide as samples
from portal.addresses import suggestions
from portal.figures import figures
from portal.nearby import town

ELDER_COOKIE = "elder"
A_YEAR = 365 * 24 * 3600


LONGEST_QUESTION = 100


class PageRequest(HttpRequest):
    """A request that knows whether a whole page or a fragment is wanted."""

    htmx: HtmxDetails


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The search box, the bundles by life stage for a person or an enterprise, and how the centre keeps its word."""
    context = front.home(request.GET.get("for", "")) | {"figures": figures(), "town": town()}
    return render(request, "portal/home.html", context)


@login_not_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every service point, the nearest to a chosen district or street first."""
    near = request.GET.get("near", "")
    found = town()
    context = {"town": found, "home": found.region(near), "places": found.nearest(near)}
    response = render(request, "portal/places.html", context)
    response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY.replace(
        "geolocation=()", "geolocation=(self)"
    )
    return response


@require_POST
def addresses(request: HttpRequest) -> HttpResponse:
    """What an address that is being typed may become; posted, since an address is no thing for a log."""
    found = suggestions(town(), request.POST.get("typed", "")[:120])
    return render(request, "portal/_addresses.html", {"suggestions": found})


@login_not_required
@require_safe
def unresolved(request: HttpRequest) -> HttpResponse:
    """办不成事: where to say that something could not be done, and what follows."""
    return render(request, "portal/unresolved.html", {"hall": town().city_hall})


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def search(request: PageRequest) -> HttpResponse:
    """Bundles and matters by everyday words: a page, or the list alone while somebody types."""
    q = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    hits = find(q, audience=request.GET.get("for") or None) if q else []
    template = "portal/_results.html" if request.htmx else "portal/search.html"
    return render(request, template, {"q": q, "hits": hits})


@login_not_required
@require_POST
def elder(request: HttpRequest) -> HttpResponse:
    """Switch 长辈模式 on or off and go back to where the person was."""
    there = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    response = redirect(there if safe else "/")
    if request.POST.get("elder") == "1":
        response.set_cookie(
            ELDER_COOKIE, "1", max_age=A_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(ELDER_COOKIE, samesite="Lax")
    return response


@login_not_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, while developing."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "portal/styleguide.html", samples.context(request.GET.get("door", "")))
