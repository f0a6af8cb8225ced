"""The windows: find, take in, accept under a mandate, hand over."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bundles.selectors import offers
from bundles.spec import Kind
from common.errors import DomainError
from common.keyset import page_of
from files.services import store
from identity.desks import INCOMPLETE, Plain, Verb, account_of, attempt, known, offered, staff
from identity.models import Account, Person
from identity.roles import Permission
from identity.selectors import Standing, standing
from workflow import selectors, services
from workflow.forms import staff as forms
from workflow.forms import staff_counter as counter
from workflow.models import Application
from workflow.rules import acceptance, ending
from workflow.selectors import CounterFile
from workflow.services import drafts
from workflow.services.readings import note_reading
from workflow.states import ApplicationStatus, Service

WINDOWS = (Permission.RECEIVE, Permission.HAND_OVER)


# What stands against each verb


def _receiving(file: CounterFile, who: Standing) -> list[str]:
    return acceptance.objections_to_receiving(who)


def _mandated(file: CounterFile, who: Standing) -> list[str]:
    return acceptance.objections_to_mandate(file.covered, who)


def _correcting(file: CounterFile, who: Standing) -> list[str]:
    objections = _mandated(file, who)
    objections += acceptance.objections_to_late_correction(file.application, timezone.now())
    if file.correction_sent:
        objections.append("补正只能一次性告知，本件已经发出过补正告知")
    if file.covered and not file.correctable:
        objections.append("授权范围内没有可以要求补正的材料：都由系统调取、核验，或者已经承诺、容缺")
    return objections


def _handing_over(file: CounterFile, who: Standing) -> list[str]:
    return ending.objections_to_handing_over(
        file.application, who, unsealed=file.holds_back, reviewers=file.deciders
    )


def _proving(file: CounterFile, who: Standing) -> list[str]:
    return ending.objections_to_handing_over(file.application, who, unsealed=0)


def _announcing(file: CounterFile, who: Standing) -> list[str]:
    out = [row.delivery for row in file.dossier.documents if row.delivery and not row.delivery.delivered_at]
    is_announced = any(one.service == Service.ANNOUNCED for one in out)
    return _handing_over(file, who) + (["已经发过公告"] if is_announced else [])


# The verbs


def _receive(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.receive(file.application.pk, by=by, **given)


def _accept(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.accept(file.application.pk, by=by)


def _request_correction(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    defects = [services.Defect(**defect) for defect in given["defects"]]
    return services.request_correction_at_front(file.application.pk, by=by, defects=defects)


def _decline(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.decline_application(file.application.pk, by=by, **given)


def _supply(service: Callable[..., object]) -> Callable[[CounterFile, Account, Mapping[str, Any]], object]:
    def supply(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
        stored = {name: store(upload, by=by) for name, upload in given["files"].items()}
        supplies = [services.Supply(name, one.pk) for name, one in stored.items()]
        return service(file.application.pk, by=by, supplies=supplies)

    return supply


def _hand_over(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.hand_over(file.application.pk, by=by, **given)


def _confirm_delivery(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.confirm_delivery(file.application.pk, by=by, **given)


def _note_call(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.note_call(file.application.pk, by=by, **given)


def _resend(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.resend(file.application.pk, by=by, **given)


def _serve_by_leaving(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    photo = store(given["photo"], by=by).pk
    return services.serve_by_leaving(file.application.pk, by=by, **{**given, "photo": photo})


def _serve_by_announcement(file: CounterFile, by: Account, given: Mapping[str, Any]) -> object:
    return services.serve_by_announcement(file.application.pk, by=by, **given)


VERBS = (
    Verb(
        name="receive",
        label=_("收件"),
        done=_("已收件，收件凭证正在制作"),
        hint=_("核对材料，登记形式和份数。收件不等于受理。"),
        form=counter.ReceiveForm,
        template="workflow/counter/_receive.html",
        act=_receive,
        objections=_receiving,
        is_main=True,
    ),
    Verb(
        name="accept",
        label=_("受理"),
        done=_("已受理"),
        form=Plain,
        act=_accept,
        objections=_mandated,
        is_main=True,
    ),
    Verb(
        name="request_correction",
        label=_("一次性告知补正"),
        done=_("已登记补正内容"),
        hint=_("只能告知一次：所有问题一次写全。齐全的材料留空，对应的事项同时受理。"),
        form=forms.DefectsForm,
        template="workflow/staff/_defects.html",
        act=_request_correction,
        objections=_correcting,
    ),
    Verb(
        name="decline",
        label=_("不予受理"),
        done=_("不予受理，决定书正在制作"),
        form=forms.DeclineForm,
        act=_decline,
        objections=_mandated,
        is_grave=True,
    ),
    Verb(
        name="supply_correction",
        label=_("代收补正材料"),
        done=_("已收补正材料"),
        hint=_("当场扫描上传；可以分几次补，期限以补正告知书为准。"),
        form=counter.CorrectedForm,
        act=_supply(services.supply_correction),
        objections=_receiving,
        is_main=True,
    ),
    Verb(
        name="supply_deferred",
        label=_("代收容缺材料"),
        done=_("已收容缺材料"),
        hint=_("当场扫描上传；送到的当天算数。"),
        form=counter.DeferredForm,
        act=_supply(services.supply_deferred),
        objections=_receiving,
    ),
    Verb(
        name="supply_offered",
        label=_("代收申请人自愿补充的材料"),
        done=_("已收申请人补充的材料"),
        hint=_("系统没有查到的材料，申请人愿意带来才收；不带来不影响办理，不能要求补交。"),
        form=counter.OfferedForm,
        act=_supply(services.supply_offered),
        objections=_receiving,
    ),
    Verb(
        name="hand_over",
        label=_("出件"),
        done=_("已出件"),
        hint=_("窗口领取的核对身份证件并由领取人签收；邮寄的登记运单号。"),
        form=counter.HandOverForm,
        act=_hand_over,
        objections=_handing_over,
        is_main=True,
    ),
    Verb(
        name="note_call",
        label=_("登记联系申请人"),
        done=_("已登记联系结果"),
        hint=_("邮件退回后1个工作日内联系申请人；可以免费重新寄送一次，也可以到窗口领取。"),
        form=counter.CallForm,
        act=_note_call,
        objections=_proving,
        is_main=True,
    ),
    Verb(
        name="resend",
        label=_("重新寄送"),
        done=_("已重新寄出，申请人会收到新的运单号"),
        hint=_("申请人要求重新寄送退回的邮件，免费一次。"),
        form=counter.ResendForm,
        act=_resend,
        objections=_proving,
        is_main=True,
    ),
    Verb(
        name="confirm_delivery",
        label=_("登记签收"),
        done=_("已签收，办件完成"),
        form=counter.ProofForm,
        act=_confirm_delivery,
        objections=_proving,
        is_main=True,
    ),
    Verb(
        name="serve_by_leaving",
        label=_("留置送达（拒绝签收）"),
        done=_("已留置送达"),
        hint=_("请见证人到场，把文书留下并拍照；送达回证写明见证人。"),
        form=counter.LeavingForm,
        act=_serve_by_leaving,
        objections=_handing_over,
    ),
    Verb(
        name="serve_by_announcement",
        label=_("公告送达（联系不上）"),
        done=_("已登记公告，满三十日视为送达"),
        hint=_("其他方式都送不到才能公告；满三十个自然日视为送达，期间来领取的照常登记签收。"),
        form=counter.AnnouncementForm,
        act=_serve_by_announcement,
        objections=_announcing,
    ),
)


def _open_verbs(file: CounterFile, who: Standing) -> list[Verb]:
    """What can be done at a window with the application as it stands, by the windows this clerk works at."""
    names: set[str] = set()
    if file.application.status == ApplicationStatus.SUBMITTED:
        names = {"receive"}
    elif file.awaiting_answer:
        names = {"accept", "request_correction", "decline"}
    names |= {"supply_correction"} if file.to_correct else set()
    names |= {"supply_deferred"} if file.to_follow and file.application.deferred_open else set()
    names |= {"supply_offered"} if file.offered else set()
    if not who.may(Permission.RECEIVE):
        names = set()
    if who.may(Permission.HAND_OVER):
        names |= set(file.dossier.verbs_of_exit)
    return [verb for verb in VERBS if verb.name in names]


# The desks


@staff(*WINDOWS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """收件: the box to find with, and what waits to be taken in."""
    return _desk(request, counter.FindForm())


@staff(*WINDOWS)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """By code straight to the application; by a person's number a list, posted and never in an address."""
    form = counter.FindForm(request.POST)
    if not form.is_valid():
        return _desk(request, form, status=INCOMPLETE)
    wanted, account = form.cleaned_data["wanted"], account_of(request)
    if wanted.number:
        return _desk(request, form, found=selectors.found_by_number(account, wanted.number))
    found = selectors.found_by_code(account, wanted.code)
    if found is None:
        return _desk(request, form, found=[])
    return redirect("workflow:at_counter", reference=found.reference)


def _desk(
    request: HttpRequest,
    form: counter.FindForm,
    *,
    found: Sequence[Application] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = selectors.to_receive(account_of(request))
    page = page_of(rows, key="submitted_at", after=request.GET.get("after", ""))
    who = standing(account_of(request))
    context = {"form": form, "found": found, "page": page, "receives": who.may(Permission.RECEIVE)}
    return render(request, "workflow/counter/desk.html", context, status=status)


@staff(*WINDOWS)
@require_safe
def exit_desk(request: HttpRequest) -> HttpResponse:
    """出件: what waits to be handed over, and what was posted and has not arrived yet."""
    account = account_of(request)
    decided = page_of(selectors.to_hand_over(account), key="id", after=request.GET.get("after", ""))
    out = page_of(selectors.awaiting_proof(account), key="id", after=request.GET.get("out", ""))
    back = page_of(selectors.returned_parcels(account), key="returned_at", after=request.GET.get("back", ""))
    context = {"page": decided, "out": out, "back": back, "form": counter.FindForm(), "now": timezone.now()}
    return render(request, "workflow/counter/exit_desk.html", context)


@staff(Permission.RECEIVE)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """A new application for the person at the window: who and what; then the same pages as online."""
    form = counter.StartForm(request.POST or None, offers=_offers())
    if request.method == "POST" and form.is_valid() and (draft := _begun(form, account_of(request))):
        return redirect("workflow:questions", draft.pk)
    context = {"form": form, "begun": selectors.window_drafts(account_of(request))[:20]}
    status = INCOMPLETE if form.errors else 200
    return render(request, "workflow/counter/start.html", context, status=status)


def _begun(form: counter.StartForm, by: Account) -> Application | None:
    try:
        return drafts.start_draft(**form.given(), by=by)
    except DomainError as error:
        form.refuse(error)
        return None


def _offers() -> dict[str, list[tuple[str, str]]]:
    """Everything on offer, bundles first, as choices."""
    names = {Kind.BUNDLE: "一件事", Kind.SINGLE: "单个事项"}
    return {
        words: [(f"{kind.value}:{one.definition.code}", one.definition.name) for one in offers(kind.value)]
        for kind, words in names.items()
    }


# One application at the window


@staff(*WINDOWS)
@require_safe
def at_counter(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole of it, and what may be done at this window."""
    return _application_page(request, reference)


@staff(*WINDOWS)
@require_POST
def act_at_counter(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Do one thing with it; back to its page, or the page with the reasons and what was typed."""
    wanted = known(VERBS, verb)
    form, status = attempt(request, wanted, selectors.counter_file(account_of(request), reference))
    if status == 200:
        return redirect("workflow:at_counter", reference=reference)
    return _application_page(request, reference, posted=(wanted, form), status=status)


def _application_page(
    request: HttpRequest, reference: str, *, posted: Any = None, status: int = 200
) -> HttpResponse:
    account = account_of(request)
    file, who = selectors.counter_file(account, reference), standing(account)
    note_reading(file.application, by=account)
    context = {
        "file": file,
        "application": file.application,
        "dossier": file.dossier,
        "verbs": offered(_open_verbs(file, who), file, who, posted),
        "refused": posted,
        "to_call": _to_call(file, who),
        "desk": "workflow:counter" if who.may(Permission.RECEIVE) else "workflow:exit_desk",
        "now": timezone.now(),
    }
    return render(request, "workflow/counter/application.html", context, status=status)


def _to_call(file: CounterFile, who: Standing) -> Person | None:
    """Whom the exit window is to call about a parcel that came back (I-128); nobody's number is shown without a reason."""
    if not who.may(Permission.HAND_OVER) or "note_call" not in file.dossier.verbs_of_exit:
        return None
    person_id = services.addressee_of(file.application)
    return Person.objects.filter(pk=person_id).first() if person_id else None
