"""授权委托: given, received, revoked; clerks of an organisation; and for whom one acts just now."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError, NotAllowed, NotFound
from identity.models import Organisation, Person
from identity.selectors import standing
from identity.services import appoint_clerk, authorise, dismiss_clerk, find_agent, revoke
from matters.selectors import search
from workflow.forms.authorising import AgentForm, AuthorisationForm
from workflow.selectors.authorising import clerks_of, codes_of, granted, whole_authorisation
from workflow.services import drafts
from workflow.views.visiting import Visit

#: Under which the session remembers for whom somebody acts.
ACTING_FOR = "acting_for"
#: Single matters that one search offers.
MOST_FOUND = 8


@require_safe
def authorisations(request: Visit) -> HttpResponse:
    """What I gave, what I was given, and the clerks of the organisations I lead."""
    given, held = granted(request.user)
    context = {"given": given, "held": held, "organisations": clerks_of(request.user)}
    return render(request, "workflow/applicant/authorisations.html", context)


@require_safe
def authorisation(request: Visit, pk: int) -> HttpResponse:
    """One of them, to both sides: what it covers, what has happened, what was filed under it."""
    return render(request, "workflow/applicant/authorisation.html", {"whole": _whole(request, pk)})


def _whole(request: Visit, pk: int) -> Any:
    whole = whole_authorisation(request.user, pk)
    if whole is None:
        raise NotFound(_("没有这份授权委托"))
    return whole


@require_http_methods(["GET", "POST"])
def revoke_authorisation(request: Visit, pk: int) -> HttpResponse:
    """What ends with it, and the one button; either side may."""
    whole = _whole(request, pk)
    if request.method == "POST":
        revoke(pk, by=request.user)
        messages.success(request, _("已经撤销，立即生效"))
        return redirect("workflow:authorisations")
    return render(request, "workflow/applicant/revoke_authorisation.html", {"whole": whole})


# Giving one


@require_http_methods(["GET", "POST"])
def give(request: Visit) -> HttpResponse:
    """To whom, what, and until when, on one page; looking for a matter keeps everything typed."""
    looking = "find" in request.POST
    form = _form(request, looking)
    if request.method == "POST" and not looking and form.is_valid():
        try:
            return _given(request, form)
        except DomainError as refused:
            _tell(form, refused)
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "q": request.POST.get("q", ""), "looked": looking}
    return render(request, "workflow/applicant/give_authorisation.html", context, status=status)


def _form(request: Visit, looking: bool) -> AuthorisationForm:
    chosen = [
        one.removeprefix("matter:") for one in request.POST.getlist("scope") if one.startswith("matter:")
    ]
    found = _found(request.POST.get("q", "")) if looking else []
    kept: dict[str, Any] = {
        "principals": _principals(request),
        "found": list(dict.fromkeys([*chosen, *found])),
    }
    if looking:
        typed = {name: request.POST.get(name, "") for name in ("principal", "name", "number", "valid_until")}
        several = {name: request.POST.getlist(name) for name in ("scope", "powers")}
        return AuthorisationForm(initial={**typed, **several}, **kept)
    return AuthorisationForm(request.POST or None, **kept)


def _found(q: str) -> list[str]:
    hits = search(q.strip()[:100]) if q.strip() else []
    return [hit.code for hit in hits if hit.kind == "matter"][:MOST_FOUND]


def _principals(request: Visit) -> list[tuple[str, str]]:
    """Oneself and one's organisations; an agent cannot pass on what was given to them."""
    named = drafts.principals(request.user)
    return [(one.value, one.name) for one in named if not one.value.startswith("authorisation-")]


def _given(request: Visit, form: AuthorisationForm) -> HttpResponse:
    typed = form.cleaned_data
    agent = find_agent(typed["name"], typed["number"], by=request.user)
    made = authorise(
        principal=_principal(request, typed["principal"]),
        agent=agent,
        matter_codes=codes_of(typed["scope"]),
        powers=typed["powers"],
        valid_until=typed["valid_until"],
        by=request.user,
    )
    messages.success(request, _("已经委托给%(name)s") % {"name": agent.name})
    return redirect("workflow:authorisation", made.pk)


def _principal(request: Visit, value: str) -> Person | Organisation:
    if value.startswith("organisation-"):
        return Organisation.objects.get(pk=int(value.removeprefix("organisation-")))
    if request.user.person is None:
        raise NotAllowed(_("您的账号还没有实名认证"))
    return request.user.person


def _tell(form: AgentForm, refused: DomainError) -> None:
    if refused.fields:
        for name, reasons in refused.fields.items():
            form.add_error(name if name in form.fields else None, list(reasons))
    else:
        form.add_error(None, list(refused.reasons))


# Clerks


@require_http_methods(["GET", "POST"])
def name_clerk(request: Visit, organisation_id: int) -> HttpResponse:
    """The legal representative lets somebody act for the organisation."""
    led = next((one for one in clerks_of(request.user) if one.organisation_id == organisation_id), None)
    if led is None:
        raise NotFound(_("没有这家企业，或者您不是它的法定代表人"))
    form = AgentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            clerk = find_agent(form.cleaned_data["name"], form.cleaned_data["number"], by=request.user)
            appoint_clerk(Organisation.objects.get(pk=organisation_id), clerk, by=request.user)
        except DomainError as refused:
            _tell(form, refused)
        else:
            messages.success(request, _("%(name)s现在是经办人") % {"name": clerk.name})
            return redirect("workflow:authorisations")
    status = 422 if form.errors else 200
    return render(request, "workflow/applicant/name_clerk.html", {"form": form, "led": led}, status=status)


@require_POST
def end_clerk(request: Visit, pk: int) -> HttpResponse:
    """The person does not act for the organisation any more."""
    dismiss_clerk(pk, by=request.user)
    messages.success(request, _("已经撤销，立即生效"))
    return redirect("workflow:authorisations")


# For whom one acts just now


@require_http_methods(["GET", "POST"])
def acting(request: Visit) -> HttpResponse:
    """One place to say for whom: it is told on every page, and offered first where something begins."""
    choices = drafts.principals(request.user)
    chosen = next((one for one in choices if one.value == request.POST.get("applicant")), None)
    if chosen is not None:
        request.session[ACTING_FOR] = {"value": chosen.value, "name": chosen.name}
        messages.success(request, _("现在为%(name)s办事") % {"name": chosen.name})
        return redirect("my")
    context = {"choices": choices, "now": acting_for(request) or "self"}
    return render(request, "workflow/applicant/acting.html", context)


def acting_for(request: HttpRequest) -> str:
    """The value of whom the session says one acts for, if one still may; empty for oneself."""
    kept = request.session.get(ACTING_FOR) or {}
    value = str(kept.get("value", ""))
    if not value or value == "self":
        return ""
    who = standing(request.user)
    kind, _dash, pk = value.partition("-")
    held = who.organisation_ids if kind == "organisation" else {grant.id for grant in who.authorisations}
    return value if pk.isdecimal() and int(pk) in held else ""
