"""The desks: their queues with live counts, one order with its verbs (H-86, desks of the hotline)."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from common.errors import NotFound, WrongState
from common.keyset import page_of
from files.services import response as file_response
from hotline import services
from hotline.selectors.desk import OnDesk, on_desk
from hotline.selectors.queues import Queue, queue_rows, queues_for, tabs_for
from hotline.selectors.seeing import opened_by, order_for, seen_by_all
from hotline.selectors.tree import current_tree
from hotline.services.reading import open_order
from hotline.views.verbs import VERBS, DeskVerb, verbs_for
from identity.desks import VerbForm, account_of, attempt, known, offered, staff
from identity.models import Account
from identity.roles import Permission

#: Whose pages these are; what each sees is the selectors' to say.
DESKS = (
    Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK, Permission.RULE_DISPUTES, Permission.CHECK_RESULTS, Permission.HANDLE_ORDERS, Permission.SUPERVISE, Permission.AUDIT, Permission.SHELVE_ORDERS,
)  # fmt: skip


@staff(*DESKS)
@require_safe
@vary_on_headers("HX-Request")
def inbox(request: HttpRequest) -> HttpResponse:
    """One queue of the account's desks; htmx asks for the list alone, or for the counts alone."""
    account = account_of(request)
    if request.GET.get("counts"):
        context = {"tabs": tabs_for(account), "queue": _queue(account, request.GET.get("queue", ""))}
        return render(request, "hotline/desk/_tabs.html", context)
    queue = _queue(account, request.GET.get("queue", ""))
    page = page_of(queue_rows(account, queue), key=queue.due, after=request.GET.get("after", ""))
    context = {
        "queue": queue,
        "tabs": tabs_for(account),
        "page": page,
        "seen": seen_by_all(page.rows, account),
        "categories": current_tree().categories,
    }
    fragment = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(request, f"hotline/desk/{'_inbox' if fragment else 'inbox'}.html", context)


def _queue(account: Account, key: str) -> Queue:
    queues = queues_for(account)
    return next((one for one in queues if one.key == key), queues[0])


@staff(*DESKS)
@require_safe
def one(request: HttpRequest, order_no: str) -> HttpResponse:
    """An order on the desk."""
    return _shown(request, order_no)


@staff(*DESKS)
@require_POST
def act(request: HttpRequest, order_no: str, verb: str) -> HttpResponse:
    """Do one thing with it; a refusal comes back with what was typed."""
    desk = on_desk(account_of(request), order_no)
    chosen = known(VERBS, verb)
    if chosen not in verbs_for(desk):
        return _shown(request, order_no, (chosen, _moved_on(request, chosen, desk)), WrongState.status_code)
    form, status = attempt(request, chosen, desk)
    if status == HTTP_OK:
        services.forget_words(f"{order_no}/{verb}", by=account_of(request))
        return redirect("hotline:one", order_no)
    return _shown(request, order_no, (chosen, form), status)


HTTP_OK = 200


def _moved_on(request: HttpRequest, verb: DeskVerb, desk: OnDesk) -> VerbForm:
    """A timer or a colleague was first: what was typed is shown again, with the order as it stands."""
    form = verb.form(request.POST, request.FILES, verb=verb.name, subject=desk)
    form.is_valid()
    form.refuse(WrongState("工单刚刚有了变化，这项操作现在不能办，请看最新的状态"))
    return form


def _shown(
    request: HttpRequest, order_no: str, refused: tuple | None = None, status: int = HTTP_OK
) -> HttpResponse:
    account = account_of(request)
    open_order(order_no, by=account, ip=request.META.get("REMOTE_ADDR", ""))
    desk = on_desk(account, order_no)
    possible = verbs_for(desk)
    desk.kept = services.kept_words((f"{order_no}/{one.name}" for one in possible), by=account)
    context = {
        "desk": desk,
        "order": desk.hotline_order,
        "verbs": offered(possible, desk, desk.who, refused),
        "refused": refused,
        "category": desk.category_name,
    }
    return render(request, "hotline/desk/one.html", context, status=status)


@staff(*DESKS)
@require_safe
def file(request: HttpRequest, order_no: str, file_id: int) -> FileResponse:
    """A file of the order, as this reader may have it (H-141)."""
    account = account_of(request)
    order = order_for(account, order_no)
    stored, is_original = opened_by(order, file_id, account)
    if stored.is_held:
        raise NotFound("文件还在安全检查，请稍后再看")
    if is_original:
        ip = request.META.get("REMOTE_ADDR", "")
        services.note_personal_read(order, by=account, ip=ip, reason=f"打开原件 {file_id}")
    return file_response(stored)


@staff(*DESKS)
@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """What is being typed, kept for this account until it is sent."""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    services.keep_words(key, fields, by=account_of(request))
    return HttpResponse(status=204)
