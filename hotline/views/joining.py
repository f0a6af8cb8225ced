"""Before a citizen files: what is open already at the house they name, and joining it instead (H-132)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from hotline import services
from hotline.selectors.classifying import classify
from hotline.selectors.regions import regions
from hotline.selectors.similar import at_the_house
from hotline.selectors.tree import current_tree
from identity.desks import account_of

__all__ = ["join", "known_already"]


@login_not_required
@require_POST
@never_cache
def known_already(request: HttpRequest) -> HttpResponse:
    """Open public orders of this matter at this house, five at most; nobody's words and nobody's name."""
    text, where = request.POST.get("text", "")[:4000], request.POST.get("location_text", "")[:200]
    tree = regions()
    region = tree.by_code.get(request.POST.get("region", "")) or tree.named_in(where)
    place = tree.key_of(where, region.pk if region else None)
    code = classify("", text).code if text.strip() and place else ""
    found = at_the_house(code, place) if code in current_tree().categories else []
    return render(request, "hotline/citizen/_known_already.html", {"found": found})


@require_POST
def join(request: HttpRequest, order_no: str) -> HttpResponse:
    """我也遇到: a light order of one's own; pressed twice it is the same."""
    order = services.me_too(order_no, by=account_of(request))
    messages.success(request, _("已登记，和先前的诉求一起办理，办完也会告诉您"))
    return redirect("hotline:own", order.order_no)
