"""The agent's desk: the call pops up with its history, the order is written while somebody speaks."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import Conflict, DomainError
from hotline import services
from hotline.forms.intake import IntakeForm
from hotline.models import HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope
from hotline.selectors.classifying import classify
from hotline.selectors.knowledge import outages_at, search_articles
from hotline.selectors.popup import popup
from hotline.selectors.regions import regions
from hotline.selectors.similar import seen_alike
from hotline.selectors.similar import similar as similar_to
from hotline.states import Channel, OrderType
from identity.desks import account_of, staff
from identity.models import Region
from identity.roles import Permission

#: So many planned stops of supply stand beside the form.
ALIKE = 5


def _kept(call_ref: str) -> str:
    """What is typed is kept by call: two calls never share their words."""
    return f"intake:{''.join(call_ref.split())[:64]}"


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
    envelope = _envelope(form)
    try:
        order = services.register(envelope, by=account)
        _refuse_other_words(order, envelope)
    except DomainError as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return _page(request, form, error.status_code)
    services.forget_words(_kept(form.cleaned_data["call_ref"]), by=account)
    return redirect("hotline:one", order.order_no)


def _refuse_other_words(order: HotlineOrder, envelope: IntakeEnvelope) -> None:
    """The same delivery with other words is another matter: nothing that was said is dropped unseen (H-58)."""
    if order.source_ref == envelope.source_ref and order.text != envelope.text:
        said = f"这一件已经登记为工单 {order.order_no}，这次写的没有保存到工单里。要登记另一件，请重新打开登记页面"
        raise Conflict(said)


def _initial(request: HttpRequest) -> dict[str, Any]:
    call_ref = request.GET.get("call", "").strip()[:64]
    key = _kept(call_ref)
    kept = services.kept_words([key], by=account_of(request)).get(key, {})
    typed = {name: values[-1] for name, values in kept.items() if values}
    known = popup(account_of(request), call_ref=call_ref)
    fresh = {"form_id": uuid4(), "call_ref": call_ref, "phone": known.phone}
    return {**fresh, **typed, "matter": known.next_matter}


def _page(request: HttpRequest, form: IntakeForm, status: int = 200) -> HttpResponse:
    phone = form["phone"].value() or ""
    known = popup(account_of(request), call_ref=form["call_ref"].value() or "", phone=phone)
    context = {"form": form, "popup": known, "kept_as": _kept(form["call_ref"].value() or "")}
    return render(request, "hotline/desk/intake.html", context, status=status)


def _envelope(form: IntakeForm) -> IntakeEnvelope:
    said = form.cleaned_data
    return IntakeEnvelope(
        channel=Channel.PHONE,
        source_ref=form.source_ref(),
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


def _region(request: HttpRequest) -> Region | None:
    return regions().by_code.get(request.POST.get("region", ""))


@staff(Permission.TAKE_CALLS)
@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """
    While one types, never in an address: the likely category with its words, open orders that say the like,
    answers that are known already, and planned stops of supply where it happened (H-24, H-55, H-130, H-171).
    """
    text, title = request.POST.get("text", "")[:4000], request.POST.get("title", "")[:60]
    where, region = request.POST.get("location_text", "")[:200], _region(request)
    context: dict[str, Any] = {"outages": outages_at(region, timezone.now())[:ALIKE] if region else []}
    if text.strip():
        alike = similar_to(title, text, where, region.pk if region else None)
        context |= {
            "found": classify(title, text),
            "articles": search_articles(f"{title} {text}"[:200]),
            "similar": seen_alike(account_of(request), alike),
        }
    return render(request, "hotline/desk/_similar.html", context)
