"""The agent's desk: the call pops up with its history, the order is written while somebody speaks."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from hotline import services
from hotline.forms.intake import IntakeForm
from hotline.rules.envelopes import IntakeEnvelope
from hotline.selectors.classifying import classify
from hotline.selectors.knowledge import search_articles
from hotline.selectors.popup import popup
from hotline.states import Channel, OrderType
from identity.desks import account_of, staff
from identity.roles import Permission

KEPT = "intake"


@staff(Permission.TAKE_CALLS)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Write an order down; what was being typed comes back, and the same form twice is one order (H-11)."""
    account = account_of(request)
    if request.method != "POST":
        return _page(request, IntakeForm(initial=_initial(request)))
    form = IntakeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, 422)
    try:
        order = services.register(_envelope(form), by=account)
    except DomainError as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return _page(request, form, error.status_code)
    services.forget_words(KEPT, by=account)
    return redirect("hotline:one", order.order_no)


def _initial(request: HttpRequest) -> dict[str, Any]:
    kept = services.kept_words([KEPT], by=account_of(request)).get(KEPT, {})
    typed = {name: values[-1] for name, values in kept.items() if values}
    call_ref = request.GET.get("call", "")
    if call_ref and typed.get("call_ref") != call_ref:
        typed = {}
    known = popup(account_of(request), call_ref=call_ref)
    return {"form_id": uuid4(), "call_ref": call_ref, "phone": known.phone, **typed}


def _page(request: HttpRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    phone = form["phone"].value() or ""
    known = popup(account_of(request), call_ref=form["call_ref"].value() or "", phone=phone)
    return render(request, "hotline/desk/intake.html", {"form": form, "popup": known}, status=status)


def _envelope(form: IntakeForm) -> IntakeEnvelope:
    said = form.cleaned_data
    return IntakeEnvelope(
        channel=Channel.PHONE,
        source_ref=said["call_ref"] or str(said["form_id"]),
        order_type=OrderType(said["order_type"]),
        category=said["category"],
        title=said["title"],
        text=said["text"],
        location_text=said["location_text"],
        region_code=said["region"].code if said["region"] else "",
        subject_name=said["subject_name"],
        name=said["contact_name"],
        phone=said["phone"],
        anonymous=said["anonymous"],
        confidential=said["confidential"],
        emergency_line=said["emergency_line"],
        elements=form.elements(),
    )


@staff(Permission.TAKE_CALLS)
@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """While one types: the likely category with its words, and answers that are known already (H-24, H-55)."""
    text, title = request.GET.get("text", "")[:4000], request.GET.get("title", "")[:60]
    context = {
        "found": classify(title, text) if text.strip() else None,
        "articles": search_articles(f"{title} {text}"[:200]) if text.strip() else [],
    }
    return render(request, "hotline/desk/_similar.html", context)
