"""What has been submitted, as the applicant follows it: the timeline, and what they may do."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError, WrongState
from files.services import response as file_response
from licences.services import document_response
from licences.states import DocumentStatus
from workflow import selectors, services
from workflow.selectors import Dossier
from workflow.services.readings import (
    note_answer_file_read,
    note_document_read,
    note_material_read,
    note_reading,
)
from workflow.states import COUNTER_CHANNELS, MaterialMode
from workflow.views import following, materials
from workflow.views.owning import allowed, own, refuse_others
from workflow.views.visiting import Visit


@require_safe
def application(request: Visit, reference: str) -> HttpResponse:
    """Where it stands: the chain, the timeline with due dates, whose move it is, what to do, the results."""
    dossier = selectors.dossier(request.user, reference)
    note_reading(dossier.application, by=request.user)
    return _page(request, dossier, {})


def _page(
    request: Visit, dossier: Dossier, errors: Mapping[str, Sequence[str]], status: int = 200
) -> HttpResponse:
    context = {"dossier": dossier, "application": dossier.application, "errors": errors}
    context |= following.context(dossier)
    return render(request, "workflow/applicant/application.html", context, status=status)


@require_safe
def submitted(request: Visit, reference: str) -> HttpResponse:
    """Done: the number, the receipt, and what happens next and when."""
    dossier = selectors.dossier(request.user, reference)
    if not dossier.is_applicant and dossier.application.channel in COUNTER_CHANNELS:
        return redirect("workflow:at_counter", reference)
    refuse_others(dossier)
    receipts = [row for row in dossier.documents if row.document.kind == "receipt"]
    context = {
        "application": dossier.application,
        "advice": dossier.advice,
        "receipts": receipts,
        "unanswered": any(review.papers_open for review in dossier.reviews),
    }
    return render(request, "workflow/applicant/submitted.html", context)


# What the applicant may do


@require_http_methods(["GET", "POST"])
def supply_correction(request: Visit, reference: str) -> HttpResponse:
    """What is to be corrected, why and how; bring it in one go or several (I-31, I-35)."""
    dossier = allowed(request, reference, "supply_correction")
    defects = following.merged(selectors.defects_of(dossier.application))
    asked = {"title": _("补正材料"), "papers": defects, "last_day": defects[0].last_day if defects else None}
    return materials.supplying(request, dossier, asked, services.supply_correction)


@require_http_methods(["GET", "POST"])
def supply_deferred(request: Visit, reference: str) -> HttpResponse:
    """The papers that were to follow (I-50)."""
    dossier = allowed(request, reference, "supply_deferred")
    waiting = [one for one in dossier.materials if following.is_to_follow(one)]
    asked = {"title": _("补交容缺材料"), "papers": waiting, "last_day": following.first_due(waiting)}
    return materials.supplying(request, dossier, asked, services.supply_deferred)


@require_http_methods(["GET", "POST"])
def supply_offered(request: Visit, reference: str) -> HttpResponse:
    """What no register had, for whoever likes to bring it (I-07)."""
    dossier = allowed(request, reference, "supply_offered")
    asked = {"title": _("上传系统没查到的材料"), "papers": dossier.offered, "is_voluntary": True}
    return materials.supplying(request, dossier, asked, services.supply_offered)


@require_http_methods(["GET", "POST"])
def revoke_commitment(request: Visit, reference: str) -> HttpResponse:
    """Bring the paper after all, in place of a promise (I-59)."""
    dossier = own(request, reference)
    promised = [one for one in dossier.materials if one.mode == MaterialMode.COMMITMENT]
    if not promised:
        raise WrongState(_("本件没有可以撤回的承诺"), allowed=dossier.allowed)
    asked = {"title": _("撤回承诺，改为提交材料"), "papers": promised}
    return materials.supplying(request, dossier, asked, following.revoke_each)


@require_POST
def confirm_delivery(request: Visit, reference: str) -> HttpResponse:
    """What was posted or put into a locker has arrived."""
    dossier = own(request, reference)
    receiver = request.POST.get("receiver", "").strip()[:120]
    relation = request.POST.get("relation", "").strip()[:40] or gettext_noop("本人")
    try:
        services.confirm_delivery(
            dossier.application.pk, by=request.user, receiver=receiver, relation=relation
        )
    except DomainError as refused:
        return _page(request, dossier, {"receiver": refused.reasons}, refused.status_code)
    messages.success(request, _("已经确认收到"))
    return redirect("workflow:application", reference)


@require_POST
def ask_resend(request: Visit, reference: str) -> HttpResponse:
    """The post brought it back: once more, free of charge, to the address on this page (I-128)."""
    dossier = own(request, reference)
    address = " ".join(request.POST.get("address", "").split())[:300]
    try:
        services.ask_resend(dossier.application.pk, by=request.user, address=address)
    except DomainError as refused:
        return _page(request, dossier, {"address": refused.reasons}, refused.status_code)
    messages.success(request, _("已经登记，重新寄出后会告诉您运单号"))
    return redirect("workflow:application", reference)


@require_POST
def continue_rest(request: Visit, reference: str) -> HttpResponse:
    """Something was refused, and the rest is wanted all the same (I-107c)."""
    dossier = allowed(request, reference, "continue_rest")
    services.continue_rest(dossier.application.pk, by=request.user)
    messages.success(request, _("其余事项继续办理"))
    return redirect("workflow:application", reference)


# What may be opened


@require_safe
def document(request: Visit, document_id: UUID) -> HttpResponseBase:
    """The sealed PDF; 202 and a page that looks again while it is being made."""
    found = selectors.document_for(request.user, str(document_id))
    if found.status in {DocumentStatus.SEALED, DocumentStatus.VOID}:
        services.note_viewing(found.pk, by=request.user)
        note_document_read(found.pk, by=request.user)
        return document_response(found)
    waiting = render(request, "workflow/applicant/document.html", {"document": found}, status=202)
    waiting["Refresh"] = "5"
    return waiting


@require_safe
def material_file(request: Visit, pk: int) -> HttpResponseBase:
    """A file that was brought, to those who may see the paper."""
    stored = selectors.material_file(request.user, pk)
    note_material_read(pk, by=request.user)
    return file_response(stored)


@require_safe
def answer_file(request: Visit, reference: str, file_id: UUID) -> HttpResponseBase:
    """A file in a box of the form, now or before it was replaced, to those who may read the box."""
    application, answer = selectors.answer_file(request.user, reference, file_id)
    note_answer_file_read(application, answer, by=request.user)
    return file_response(answer.file)
