"""The applicant's own changes: a fact during handling, how the results arrive, taking it back, applying again."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bundles.spec import FieldType
from common.errors import DomainError
from files.models import StoredFile
from files.selectors import mine
from workflow import selectors, services
from workflow.forms import changing as readings
from workflow.forms.applicant import read_files
from workflow.rules import changing as rules
from workflow.rules import ending
from workflow.rules.following import to_follow
from workflow.rules.showing import shown
from workflow.selectors import Dossier
from workflow.services import Change, drafts
from workflow.states import APPLICATION_FINAL
from workflow.views.owning import allowed, own, refuse_verb
from workflow.views.visiting import Visit

__all__ = ["apply_again", "change_delivery", "change_facts", "withdraw"]

Errors = Mapping[str, Sequence[str]]


# A fact


@require_http_methods(["GET", "POST"])
def change_facts(request: Visit, reference: str) -> HttpResponse:
    """The form as it stands; then what the change would mean; then the change (I-112)."""
    dossier = allowed(request, reference, "change_facts")
    now = services.facts_of(dossier.application)
    if request.method != "POST":
        return _facts_page(request, dossier, now, now.answers)
    typed = readings.read_facts(now, request.POST)
    foreseen = services.facts_of(dossier.application, typed).after
    stored, unread = read_files(foreseen, request.FILES, request.user)
    typed |= stored
    if {"add_row", "remove_row", "edit"} & request.POST.keys() or unread:
        change, status = services.facts_of(dossier.application, typed), 422 if unread else 200
        return _facts_page(request, dossier, change, typed, unread, status)
    try:
        change = services.foresee_change(dossier.application, dossier.reviews, by=request.user, answers=typed)
        if change.keys and "confirmed" not in request.POST:
            return _facts_confirm(request, dossier, now, change)
        services.change_facts(dossier.application.pk, by=request.user, answers=typed)
    except DomainError as refused:
        change = services.facts_of(dossier.application, typed)
        errors = dict(refused.fields) or {"": refused.reasons}
        return _facts_page(request, dossier, change, typed, errors, refused.status_code)
    said = _("修改好了") if change.keys else _("填写内容和原来一样，没有改动")
    messages.success(request, said)
    return redirect("workflow:application", reference)


def _facts_page(
    request: Visit,
    dossier: Dossier,
    change: Change,
    typed: Mapping[str, Any],
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    boxes = rules.changeable(change.after)
    has_region = any(box.field.type is FieldType.REGION for box in boxes)
    keys = {box.field.key for box in boxes}
    groups = [
        (one.group, [box for box in one.fields if box.field.key in keys]) for one in change.after.fields
    ]
    brought, filed = _brought(request, dossier, change), _filed(dossier)
    context = {
        "application": dossier.application,
        "groups": [(group, fields) for group, fields in groups if fields],
        "boxes": boxes,
        "values": {**change.answers, **typed, **filed, **brought},
        "brought": brought,
        "errors": errors or {},
        "regions": selectors.region_choices() if has_region else [],
    }
    return render(request, "workflow/applicant/change_facts.html", context, status=status)


def _brought(request: Visit, dossier: Dossier, change: Change) -> dict[str, dict[str, Any]]:
    """The files that came with this change and are not handed in yet, by box."""
    here = {str(pk): stored for pk, stored in mine(request.user, change.files.values()).items()}
    found = {key: here[file_id] for key, file_id in change.files.items() if file_id in here}
    return {key: _shown_file(dossier, stored, "workflow:supplied_file") for key, stored in found.items()}


def _filed(dossier: Dossier) -> dict[str, dict[str, Any]]:
    """The files that stand in the boxes now, by box."""
    filed = selectors.filed_answers(dossier.application)
    standing_now = {key: one.file for key, (one, *_former) in filed.items() if one.replaced_at is None}
    return {key: _shown_file(dossier, file, "workflow:answer_file") for key, file in standing_now.items()}


def _shown_file(dossier: Dossier, stored: StoredFile, name: str) -> dict[str, Any]:
    url = reverse(name, args=[dossier.application.reference, stored.pk])
    return {"id": stored.pk, "name": stored.name, "size": stored.size, "url": url}


def _facts_confirm(request: Visit, dossier: Dossier, now: Change, change: Change) -> HttpResponse:
    concerned = change.concerned(dossier.reviews)
    brought, filed = _brought(request, dossier, change), _filed(dossier)
    context = {
        "application": dossier.application,
        "rows": [
            {
                "label": box.field.label,
                "before": filed.get(box.field.key) or shown(box.field, now.answers.get(box.field.key)),
                "after": brought.get(box.field.key) or shown(box.field, change.answers.get(box.field.key)),
            }
            for box in change.boxes
        ],
        "restarted": rules.to_restart(concerned),
        "kept": [one for one in dossier.reviews if one not in concerned and not one.is_final],
        "typed": readings.as_typed(request.POST, change.files),
    }
    return render(request, "workflow/applicant/change_facts_confirm.html", context)


# How the results arrive


@require_http_methods(["GET", "POST"])
def change_delivery(request: Visit, reference: str) -> HttpResponse:
    """Electronically, at a window, from a locker, by post; together or each as it is ready (I-125, I-114)."""
    dossier = allowed(request, reference, "change_delivery")
    application, regions = dossier.application, selectors.region_choices()
    wish = readings.wish_of(application, regions)
    errors: Errors = {}
    status = 200
    if request.method == "POST":
        wish = readings.read_wish(request.POST, regions)
        try:
            services.change_delivery(application.pk, by=request.user, **wish.said)
        except DomainError as refused:
            errors, status = {wish.where_wrong: refused.reasons}, refused.status_code
        else:
            messages.success(request, _("送达方式改好了"))
            return redirect("workflow:application", reference)
    context = {
        "application": application,
        "ways": readings.ways(),
        "places": readings.places_by_way(),
        "wish": wish,
        "values": wish.values,
        "errors": errors,
        "regions": regions,
    }
    return render(request, "workflow/applicant/change_delivery.html", context, status=status)


# Taking it back


@require_http_methods(["GET", "POST"])
def withdraw(request: Visit, reference: str) -> HttpResponse:
    """Take back everything undecided, or chosen matters with what hangs on them, after a look at it (I-137, I-138)."""
    dossier = own(request, reference)
    if dossier.application.status in APPLICATION_FINAL:
        return redirect("workflow:application", reference)
    refuse_verb(dossier, "withdraw")
    open_ = ending.undecided(dossier.reviews)
    everything = (request.POST or request.GET).get("what") == "all" or len(open_) == 1
    posted = set(request.POST.getlist("matters"))
    chosen = [one for one in open_ if everything or one.code in posted]
    reason = request.POST.get("reason", "").strip()[:300]
    if request.method != "POST" or "edit" in request.POST:
        return _withdraw_page(request, dossier, {one.code for one in chosen}, reason)
    if not chosen:
        errors = {"matters": [_("请选择撤回全部，或者选择要撤回的事项")]}
        return _withdraw_page(request, dossier, set(), reason, errors)
    if "confirmed" not in request.POST:
        return _withdraw_confirm(request, dossier, chosen, reason)
    matters = None if len(chosen) == len(open_) else [one.code for one in chosen]
    services.withdraw(dossier.application.pk, by=request.user, matters=matters, reason=reason)
    messages.success(request, _("已经撤回，撤回确认书在下面的文书里"))
    return redirect("workflow:application", reference)


def _withdraw_page(
    request: Visit, dossier: Dossier, chosen: set[str], reason: str, errors: Errors | None = None
) -> HttpResponse:
    open_ = ending.undecided(dossier.reviews)
    followers = {one.code: to_follow(dossier.reviews, {one.code}) for one in open_}
    context = {
        "application": dossier.application,
        "open": [{"review": one, "followers": followers[one.code]} for one in open_],
        "chosen": chosen,
        "is_all": len(chosen) == len(open_),
        "reason": reason,
        "errors": errors or {},
    }
    return render(request, "workflow/applicant/withdraw.html", context, status=422 if errors else 200)


def _withdraw_confirm(request: Visit, dossier: Dossier, chosen: Sequence[Any], reason: str) -> HttpResponse:
    followers = [one for one in to_follow(dossier.reviews, {one.code for one in chosen}) if one not in chosen]
    gone = [*chosen, *followers]
    context = {
        "application": dossier.application,
        "chosen": chosen,
        "followers": followers,
        "kept": [one for one in dossier.reviews if one not in gone],
        "reason": reason,
    }
    return render(request, "workflow/applicant/withdraw_confirm.html", context)


# Again


@require_http_methods(["GET", "POST"])
def apply_again(request: Visit, reference: str) -> HttpResponse:
    """What would be taken over and what must come anew; then the draft that begins with it (I-108, I-144)."""
    dossier = own(request, reference)
    matter = request.POST.get("matter", "") or request.GET.get("matter", "")
    renewal = services.foresee_again(dossier.application, dossier.reviews, by=request.user, matter=matter)
    if request.method == "POST":
        draft = services.apply_again(dossier.application.pk, by=request.user, matter=matter)
        drafts.check_papers(drafts.draft_of(draft.pk, by=request.user), by=request.user)
        return redirect("workflow:tasks", draft.pk)
    context = {
        "application": dossier.application,
        "renewal": renewal,
        "reuse": renewal.reuse,
        "matter": matter,
    }
    return render(request, "workflow/applicant/again.html", context)
