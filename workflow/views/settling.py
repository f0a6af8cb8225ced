"""Where two devices changed the same box: both texts, and which one is to stand."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflow.selectors import region_choices
from workflow.services import drafts
from workflow.services.drafts import Draft
from workflow.views.drafting import of_draft, onward, page
from workflow.views.filling import delivery_fields
from workflow.views.visiting import Visit

__all__ = ["settle"]


@require_http_methods(["GET", "POST"])
@of_draft
def settle(request: Visit, draft: Draft) -> HttpResponse:
    """Neither text is lost before the person has chosen."""
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        names = {key: f"settle.{key}" for key in draft.unsettled}
        chosen = {key: request.POST[name] for key, name in names.items() if name in request.POST}
        draft = drafts.settle(draft.pk, by=request.user, choices=chosen)
        errors = {f"settle.{key}": [_("请选择留哪一个")] for key in draft.unsettled}
    if not draft.unsettled:
        return onward(request, draft, "form" if draft.questions_are_done else "questions")
    context = {"rivals": _rivals(draft), "errors": errors, "regions": region_choices()}
    return page(request, draft, "settle", 2, status=422 if errors else 200, **context)


def _rivals(draft: Draft) -> list[dict[str, Any]]:
    """Each box that waits, with every text there is of it; a blank page stands for the one that was kept."""
    kept = {**draft.typed, **draft.delivery_answers}
    asked = {one["key"]: one for one in delivery_fields(draft)} | dict(draft.definition.inputs)
    return [
        {
            "asked": [asked[key]],
            "name": f"settle.{key}",
            "id": f"id_settle-{key.replace('.', '-')}",
            "texts": [
                {"page": "", "answers": {key: kept.get(key)}, "at": draft.saved_at},
                *({"page": one.page, "answers": {key: one.value}, "at": one.at} for one in others),
            ],
        }
        for key, others in draft.unsettled.items()
    ]
