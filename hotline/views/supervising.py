"""督办: the list, and one with its verbs (H-123…H-125)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from common.keyset import page_of
from hotline import services
from hotline.forms.oversight import AnswerForm, InterviewForm, OpenForm
from hotline.models import Supervision
from hotline.rules import supervising as rules
from hotline.selectors.seeing import order_for
from hotline.selectors.supervisions import supervision_for, supervisions_for
from hotline.states import SupervisionCause
from identity.desks import Plain, Verb, account_of, attempt, known, offered, staff
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, departments, standing

READERS = (Permission.SUPERVISE, Permission.AUDIT, Permission.RULE_DISPUTES, Permission.HANDLE_ORDERS)
HTTP_OK = 200


def _ended(found: Supervision) -> list[str]:
    return ["督办已经办结"] if found.closed_at else []


def _interviewing(found: Supervision, who: Standing) -> list[str]:
    return rules.objections_to_supervising(who) + _ended(found)


def _plain(service: Callable[..., object]) -> Callable[[Supervision, Account, Mapping[str, Any]], object]:
    return lambda found, by, given: service(found.pk, by=by, **given)


VERBS = (
    Verb(
        name="answer",
        label=_("答复督办"),
        done=_("已答复"),
        form=AnswerForm,
        act=_plain(services.answer_supervision),
        objections=lambda found, who: rules.objections_to_answering(found, who) + _ended(found),
        is_main=True,
    ),
    Verb(
        name="interview",
        label=_("登记约谈"),
        done=_("约谈已登记"),
        form=InterviewForm,
        act=_plain(services.record_interview),
        objections=_interviewing,
    ),
    Verb(
        name="close",
        label=_("办结督办"),
        done=_("督办已办结"),
        form=Plain,
        act=_plain(services.close_supervision),
        objections=lambda found, who: rules.objections_to_closing(found, who) + _ended(found),
    ),
)


def _open(_nothing: None, by: Account, given: Mapping[str, Any]) -> object:
    order_no = given["order_no"].strip()
    return services.open_supervision(
        next(one for one in departments().values() if one.code == given["department"]),
        SupervisionCause.INSTRUCTION,
        key=given["key"].strip(),
        by=by,
        order=order_for(by, order_no) if order_no else None,
        leader=given["leader"].strip(),
    )


OPEN = Verb(
    name="open",
    label=_("按领导批示开立督办"),
    done=_("督办已开立"),
    form=OpenForm,
    act=_open,
    objections=lambda _nothing, who: rules.objections_to_supervising(who),
)


@staff(*READERS)
@require_safe
def supervisions(request: HttpRequest) -> HttpResponse:
    """Open ones, or those that are over."""
    return _listed(request)


@staff(*READERS)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new one, on a leader's instruction (H-123)."""
    form, status = attempt(request, OPEN, None)
    return redirect("hotline:supervisions") if status == HTTP_OK else _listed(request, (OPEN, form), status)


def _listed(request: HttpRequest, refused: Any = None, status: int = HTTP_OK) -> HttpResponse:
    over = request.GET.get("over") == "1"
    who = standing(account_of(request))
    verbs = [one for one in offered([OPEN], None, who, refused) if not one.objections or one.is_open]
    rows = supervisions_for(account_of(request)).filter(closed_at__isnull=not over)
    page = page_of(rows, key="answer_due_at", after=request.GET.get("after", ""))
    context = {"page": page, "over": over, "verbs": verbs, "refused": refused}
    return render(request, "hotline/desk/supervisions.html", context, status=status)


@staff(*READERS)
@require_safe
def supervision(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them."""
    return _shown(request, pk)


@staff(*READERS)
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Answer it, note the interview, close it."""
    found, chosen = supervision_for(account_of(request), pk), known(VERBS, verb)
    form, status = attempt(request, chosen, found)
    if status == HTTP_OK:
        return redirect("hotline:supervision", pk)
    return _shown(request, pk, (chosen, form), status)


def _shown(request: HttpRequest, pk: int, refused: Any = None, status: int = HTTP_OK) -> HttpResponse:
    account = account_of(request)
    found = supervision_for(account, pk)
    verbs = offered(VERBS, found, standing(account), refused)
    context = {"supervision": found, "verbs": verbs, "refused": refused}
    return render(request, "hotline/desk/supervision.html", context, status=status)
