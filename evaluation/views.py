"""The rating page of one application."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.errors import BadInput
from evaluation import selectors, services
from evaluation.forms import RatingForm
from evaluation.states import TAGS, Level
from identity.models import Account


@login_required
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, thank once; what was typed stays when something is missing."""
    account: Account = request.user  # type: ignore[assignment]
    event = selectors.invitation_for(account, reference)
    form = RatingForm(request.POST or None)
    if (
        request.method == "POST"
        and event.given is None
        and form.is_valid()
        and _kept(form, account, event.event_no)
    ):
        return redirect("evaluation:rate", reference=reference)
    tags = [(level, TAGS[level].items()) for level in Level]
    context = {"event": event, "form": form, "levels": Level, "tags": tags, "reference": reference}
    return render(request, "evaluation/rate.html", context, status=422 if form.errors else 200)


def _kept(form: RatingForm, account: Account, event_no: int) -> bool:
    said = form.cleaned_data
    level = Level(said["level"])
    tags = [tag for tag in said["tags"] if tag in TAGS[level]]
    try:
        services.rate(
            services.Rating(level=level, tags=tags, text=said["text"]), by=account, event_no=event_no
        )
    except BadInput as error:
        for key, reasons in error.fields.items():
            form.add_error(key, list(reasons))
        return False
    return True
