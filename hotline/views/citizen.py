"""
The citizen's side: say it, follow it, add to it, judge it; with a login, or with number and query code.

Whoever typed number and code keeps them in their session: neither stands in an address (H-33).
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_fsm import TransitionNotAllowed
from rest_framework.throttling import BaseThrottle

from common.errors import DomainError, NotFound, WrongState
from hotline import services
from hotline.forms.citizen import (
    AppealForm,
    CodeForm,
    FollowUpForm,
    OwnSurveyForm,
    ReconsiderForm,
    WordsForm,
)
from hotline.models import HotlineOrder, SurveyAttempt
from hotline.rules.envelopes import IntakeEnvelope
from hotline.selectors.enquiring import found_by_code, may_ask
from hotline.selectors.history import history_for_citizen, open_question
from hotline.selectors.openness import examples, openness
from hotline.selectors.own import in_public_words, is_reply_told, last_decision, own_acts, restrictions_of
from hotline.states import Channel, Confidentiality, OrderStatus, OrderType
from identity.models import Account

#: Of these nobody asks whether they are solved (H-111).
NOT_SOLVED = {OrderType.SUGGESTION, OrderType.PRAISE, OrderType.INQUIRY}
IN_SESSION = "hotline_codes"


def _account(request: HttpRequest) -> Account | None:
    return request.user if isinstance(request.user, Account) else None


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What 12345 is, and the three things one comes for: say something, follow it, read what others were told."""
    account = _account(request)
    own = HotlineOrder.objects.filter(person_id=account.person_id) if account and account.person_id else None
    orders = own.order_by("-id")[:10] if own is not None else []
    number = account.person.mobile if account and account.person else ""
    context = {"orders": orders, "is_held_back": bool(restrictions_of(number))}
    return render(request, "hotline/citizen/home.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def appeal(request: HttpRequest) -> HttpResponse:
    """Whoever holds a number that was warned or held back objects to it (H-138)."""
    account = _account(request)
    number = account.person.mobile if account and account.person else ""
    errors: list[str] = []
    if request.method == "POST":
        try:
            services.appeal_restriction(number, text=request.POST.get("text", "")[:1000])
        except DomainError as error:
            errors = list(error.reasons)
        else:
            messages.success(request, _("已收到申诉，五个工作日内由另外的人审理"))
            return redirect("hotline:appeal")
    context = {"rows": restrictions_of(number), "errors": {"text": errors} if errors else {}}
    context |= {"typed": request.POST.get("text", "")}
    return render(request, "hotline/citizen/appeal.html", context, status=422 if errors else 200)


@login_not_required
@require_safe
def opened(request: HttpRequest) -> HttpResponse:
    """How the hotline does, for everybody (H-179)."""
    return render(request, "hotline/citizen/open.html", {"open": openness(), "examples": examples()})


@require_safe
@never_cache
def about(request: HttpRequest, reference: str) -> HttpResponse:
    """What one has raised about an application, for its page (H-60)."""
    account = _account(request)
    rows = HotlineOrder.objects.filter(application__reference=reference)
    own = rows.filter(person_id=account.person_id) if account and account.person_id else rows.none()
    context = {"orders": own.order_by("-id")[:10], "reference": reference}
    return render(request, "hotline/citizen/_about.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Say it; the same form sent twice is one order (H-11)."""
    if request.method != "POST":
        return render(request, "hotline/citizen/new.html", {"form": AppealForm(initial=_known(request))})
    form = AppealForm(request.POST)
    if not form.is_valid():
        return render(request, "hotline/citizen/new.html", {"form": form}, status=422)
    try:
        order = services.register(_envelope(request, form.cleaned_data), by=_account(request))
    except DomainError as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return render(request, "hotline/citizen/new.html", {"form": form}, status=error.status_code)
    if not _is_own(request, order, form.cleaned_data):
        messages.success(
            request, _("已收到，记在同一个号码先前的工单里。请用那张工单的工单号和查询码查看进展")
        )
        return redirect("hotline:track")
    _remember(request, order)
    return redirect("hotline:own", order.order_no)


def _is_own(request: HttpRequest, order: HotlineOrder, said: Mapping[str, Any]) -> bool:
    """Made by this very form, or the order of whoever is logged in; a telephone number alone opens nothing (H-33)."""
    account = _account(request)
    if account and account.person_id and order.person_id == account.person_id:
        return True
    return order.channel in {Channel.WEB, Channel.PORTAL_CASE} and order.source_ref == str(said["form_id"])


def _known(request: HttpRequest) -> dict[str, Any]:
    person = getattr(_account(request), "person", None)
    own = {"contact_name": person.name, "phone": person.mobile} if person else {}
    asked = request.GET.get("type", "")
    said = {"form_id": uuid4(), "about": request.GET.get("about", "")[:20]}
    return {**said, "order_type": asked if asked in OrderType.values else None, **own}


def _envelope(request: HttpRequest, said: Mapping[str, Any]) -> IntakeEnvelope:
    account, anonymous = _account(request), said["anonymous"]
    return IntakeEnvelope(
        channel=Channel.PORTAL_CASE if said["about"] else Channel.WEB,
        reference=said["about"],
        source_ref=str(said["form_id"]),
        order_type=OrderType(said["order_type"]),
        text=said["text"],
        location_text=said["location_text"],
        region_code=said["region"].code if said["region"] else "",
        subject_name=said["subject_name"],
        anonymous=anonymous,
        person_id=None if anonymous or account is None else account.person_id,
        name="" if anonymous else said["contact_name"],
        phone="" if anonymous else said["phone"],
        confidential=Confidentiality.SECRET if said["secret"] else "",
        publish_consent=said["publish_consent"],
    )


def _remember(request: HttpRequest, order: HotlineOrder) -> None:
    request.session[IN_SESSION] = {**request.session.get(IN_SESSION, {}), order.order_no: order.query_code}


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Number and code in, the order's page out."""
    if request.method != "POST":
        return render(request, "hotline/citizen/track.html")
    number = "".join(request.POST.get("order_no", "").split()).upper()[:18]
    code = "".join(request.POST.get("code", "").split())[:6]
    origin, typed = BaseThrottle().get_ident(request), {"order_no": number}  # type: ignore[arg-type]
    if not may_ask(number, origin=origin):
        return render(request, "hotline/citizen/track.html", {"values": typed, "busy": True}, status=429)
    order = found_by_code(number, code)
    if order is None:
        errors = [_("没有这个工单，或者查询码不对。两样都在受理短信里")]
        context = {"values": typed, "errors": errors}
        return render(request, "hotline/citizen/track.html", context, status=404)
    _remember(request, order)
    return redirect("hotline:own", order.order_no)


def _own(request: HttpRequest, order_no: str) -> tuple[HotlineOrder, str]:
    """The order and the code that opens it, empty for whoever logged in as the complainant; NotFound otherwise."""
    account = _account(request)
    order = HotlineOrder.objects.filter(order_no=order_no).select_related("host").first()
    code = request.session.get(IN_SESSION, {}).get(order_no, "")
    if order is not None and account and account.person_id and order.person_id == account.person_id:
        return order, ""
    if order is None or not code or code != order.query_code:
        raise NotFound(_("没有找到这个工单，请用工单号和查询码查询"))
    return order, code


@login_not_required
@require_safe
@never_cache
def own(request: HttpRequest, order_no: str) -> HttpResponse:
    """How far it is, in the citizen's words (H-74)."""
    order, code = _own(request, order_no)
    return _shown(request, order, code)


def _shown(
    request: HttpRequest,
    order: HotlineOrder,
    code: str,
    refused: tuple[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    forms = {
        "supplement": WordsForm(prefix="supplement"),
        "urge": WordsForm(prefix="urge"),
        "withdraw": CodeForm(prefix="withdraw"),
        "survey": OwnSurveyForm(prefix="survey", asks_solved=order.order_type not in NOT_SOLVED),
        "reopen": WordsForm(prefix="reopen"),
        "follow_up": FollowUpForm(prefix="follow_up"),
        "reconsider": ReconsiderForm(prefix="reconsider"),
        "retaliation": WordsForm(prefix="retaliation"),
    }
    if refused is not None:
        forms[refused[0]] = refused[1]
    context = {
        "order": order,
        "code": order.query_code,
        "history": history_for_citizen(order),
        "notes": order.progress_notes.all(),
        "question": open_question(order),
        "supplements": order.supplements.all(),
        "forms": forms,
        "refused": refused,
        "can": dict.fromkeys(own_acts(order, timezone.now()), True),
        "reply": order.result_text if is_reply_told(order) else order.answer,
        "basis": order.legal_basis if is_reply_told(order) else "",
        "decision": last_decision(order),
    }
    return render(request, "hotline/citizen/own.html", context, status=status)


def _answer_survey(pk: int, by: Account | None, code: str, form: Any) -> object:
    return services.answer_survey(pk, by=by, query_code=code, way=SurveyAttempt.Way.WEB, **form.given())


@transaction.atomic
def _reopen(pk: int, by: Account | None, code: str, form: Any) -> None:
    """Why it is not solved is a supplement of the order that is opened again; both or neither."""
    order = HotlineOrder.objects.get(pk=pk)
    again = services.reopen_direct if order.status == OrderStatus.DIRECT_ANSWERED else services.reopen
    again(pk, by=by, query_code=code)
    if text := form.cleaned_data["text"]:
        services.add_supplement(pk, by=by, query_code=code, text=text)


def _answer_follow_up(pk: int, by: Account | None, code: str, form: Any) -> object:
    said = form.cleaned_data
    return services.answer_follow_up(
        pk, by=by, query_code=code, still_solved=said["still_solved"] == "yes", text=said["text"]
    )


ACTS: Mapping[str, tuple[Any, Callable[[int, Account | None, str, Any], object], Any]] = {
    "supplement": (
        WordsForm,
        lambda pk, by, code, form: services.add_supplement(
            pk, by=by, query_code=code, text=form.cleaned_data["text"]
        ),
        gettext_noop("已补充，承办单位会看到"),
    ),
    "urge": (
        WordsForm,
        lambda pk, by, code, form: services.urge(pk, by=by, query_code=code, text=form.cleaned_data["text"]),
        gettext_noop("已催办"),
    ),
    "withdraw": (
        CodeForm,
        lambda pk, by, code, form: services.withdraw(
            pk, by=by, query_code=code, code=form.cleaned_data["code"]
        ),
        gettext_noop("已撤回"),
    ),
    "survey": (OwnSurveyForm, _answer_survey, gettext_noop("谢谢您的评价")),
    "reopen": (WordsForm, _reopen, gettext_noop("已要求重新办理")),
    "follow_up": (FollowUpForm, _answer_follow_up, gettext_noop("谢谢您告诉我们")),
    "reconsider": (
        ReconsiderForm,
        lambda pk, by, code, _form: services.ask_reconsideration(pk, by=by, query_code=code),
        gettext_noop("已申请复核，由没有参加认定的人复核"),
    ),
    "retaliation": (
        WordsForm,
        lambda pk, by, code, form: services.report_retaliation(
            pk, form.cleaned_data["text"], by=None if code else by
        ),
        gettext_noop("已转交纪检、审计人员，承办单位看不到"),
    ),
}


@login_not_required
@require_POST
def act(request: HttpRequest, order_no: str, verb: str) -> HttpResponse:
    """One act of the complainant; a refusal comes back with what was typed."""
    order, code = _own(request, order_no)
    if verb not in ACTS:
        raise NotFound(_("没有这项操作"))
    kind, do, done = ACTS[verb]
    more = {"asks_solved": order.order_type not in NOT_SOLVED} if kind is OwnSurveyForm else {}
    form = kind(request.POST, prefix=verb, **more)
    if not form.is_valid():
        return _shown(request, order, code, (verb, form), 422)
    try:
        do(order.pk, _account(request), code, form)
    except DomainError as error:
        told = in_public_words(error, order) if isinstance(error, WrongState) else error
        for reason in told.reasons:
            form.add_error(None, reason)
        return _shown(request, order, code, (verb, form), error.status_code)
    except TransitionNotAllowed:
        form.add_error(None, _("工单的状态刚刚有了变化，请看最新的进展"))
        return _shown(request, order, code, (verb, form), WrongState.status_code)
    messages.success(request, _(done))
    return redirect("hotline:own", order_no)


@login_not_required
@require_POST
def send_code(request: HttpRequest, order_no: str) -> HttpResponse:
    """The code that proves who withdraws, to the telephone of the order (H-134)."""
    order, code = _own(request, order_no)
    try:
        services.send_withdrawal_code(order.pk, by=_account(request), query_code=code)
    except DomainError as error:
        messages.error(
            request, str(in_public_words(error, order) if isinstance(error, WrongState) else error)
        )
    else:
        messages.success(request, _("验证码已发到您留下的手机号码"))
    return redirect("hotline:own", order_no)
