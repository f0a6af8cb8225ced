"""Logging in and out, and the demo cast."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from identity.forms import LoginForm
from identity.services import demo as cast


@method_decorator(login_not_required, name="dispatch")
class Login(LoginView):
    """The login page; somebody already logged in goes on to where they were going."""

    authentication_form = LoginForm
    template_name = "identity/login.html"
    redirect_authenticated_user = True
    extra_context = {"demo": settings.DEMO}


class Logout(LogoutView):
    """POST only: a link in a mail must not log anybody out."""

    next_page = "/"


@login_not_required
@require_GET
def demo(request: HttpRequest) -> HttpResponse:
    """Everybody of the demo, with a button each."""
    _demo_only()
    context = {"groups": cast.groups(), "password": cast.PASSWORD, "next": request.GET.get("next", "")}
    return render(request, "identity/demo.html", context)


@login_not_required
@require_POST
def enter_as(request: HttpRequest) -> HttpResponse:
    """Log in as one of the demo's accounts, and nobody else's."""
    _demo_only()
    account = cast.member(request.POST.get("username", ""))
    if account is None:
        raise Http404
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()})
    return redirect(onward if safe else settings.LOGIN_REDIRECT_URL)


def _demo_only() -> None:
    if not settings.DEMO:
        raise Http404
