"""
The lists beside the orders: one page for a list, one for a line of it, one door for its verbs.

Whoever adds a list writes a `Worklist`; these pages, their addresses and the links to them follow.
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import NotAllowed, NotFound
from common.keyset import page_of
from hotline import services
from hotline.selectors.worklists import exports, unmask_grants
from hotline.views.worklists.base import Worklist, cells
from hotline.views.worklists.centre import LISTS as OF_THE_CENTRE
from hotline.views.worklists.guarded import EXPORTS, UNMASKING
from hotline.views.worklists.guarded import LISTS as GUARDED
from identity.desks import Verb, account_of, attempt, known, offered
from identity.desks.boxes import VerbForm
from identity.models import Account
from identity.selectors import standing

__all__ = ["LISTS", "act", "begin", "download", "lists", "one", "personal", "worklist"]

HTTP_OK = 200
LISTS: Sequence[Worklist] = (*OF_THE_CENTRE, *GUARDED)
_Refused = tuple[Verb, VerbForm] | None


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list of this account's posts, with how much waits on it."""
    account = account_of(request)
    found = [(one, _waiting(one, account)) for one in _open_to(account)]
    if not found:
        raise NotAllowed("这是工作人员的页面，您的岗位没有这项权限")
    return render(request, "hotline/desk/worklists.html", {"lists": found})


def _waiting(found: Worklist, account: Account) -> int | None:
    return None if found.is_register else found.rows(account).filter(found.waits).count()


def _open_to(account: Account) -> list[Worklist]:
    who = standing(account)
    return [one for one in LISTS if one.is_open_to(who)]


def _list(account: Account, key: str) -> Worklist:
    found = next((one for one in LISTS if one.key == key), None)
    if found is None:
        raise NotFound("没有这个清单")
    if not found.is_open_to(standing(account)):
        raise NotAllowed("这是工作人员的页面，您的岗位没有这项权限")
    return found


@require_safe
def worklist(request: HttpRequest, key: str) -> HttpResponse:
    """What waits, or what is over."""
    return _list_page(request, key)


@require_POST
def begin(request: HttpRequest, key: str, verb: str) -> HttpResponse:
    """A verb without a line: something new on the list."""
    found = _list(account_of(request), key)
    chosen = known(found.begins, verb)
    form, status = attempt(request, chosen, None)
    if status == HTTP_OK:
        return redirect("hotline:worklist", key)
    return _list_page(request, key, (chosen, form), status)


def _list_page(
    request: HttpRequest, key: str, refused: _Refused = None, status: int = HTTP_OK
) -> HttpResponse:
    account, over = account_of(request), request.GET.get("over") == "1"
    found, who = _list(account, key), standing(account)
    rows = found.rows(account)
    rows = rows.exclude(found.waits) if over else rows.filter(found.waits)
    page = page_of(rows, key="-id" if over else found.due, after=request.GET.get("after", ""))
    begins = [one for one in offered(found.begins, None, who, refused) if not one.objections or one.is_open]
    context = {
        "worklist": found,
        "over": over,
        "columns": [one for one in found.columns if not one.whole],
        "rows": [(row.pk, cells(row, found.columns)) for row in page.rows],
        "page": page,
        "begins": begins,
        "begins_at": f"{reverse('hotline:worklist', args=[key])}new/",
        "refused": refused,
        "now": timezone.now(),
    }
    return render(request, "hotline/desk/worklist.html", context, status=status)


def _row(account: Account, key: str, pk: int) -> tuple[Worklist, Any]:
    found = _list(account, key)
    row = found.rows(account).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有找到这一项")
    return found, row


@require_safe
def one(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """One line, whole."""
    return _shown(request, key, pk)


@require_POST
def act(request: HttpRequest, key: str, pk: int, verb: str) -> HttpResponse:
    """Do one thing with it; a refusal comes back with what was typed."""
    found, row = _row(account_of(request), key, pk)
    chosen = known(found.verbs, verb)
    form, status = attempt(request, chosen, row)
    if status == HTTP_OK:
        return redirect("hotline:worklist_row", key, pk)
    return _shown(request, key, pk, (chosen, form), status)


def _shown(
    request: HttpRequest, key: str, pk: int, refused: _Refused = None, status: int = HTTP_OK
) -> HttpResponse:
    account = account_of(request)
    found, row = _row(account, key, pk)
    context = {
        "worklist": found,
        "pk": pk,
        "cells": cells(row, found.columns, whole=True),
        "verbs": offered(found.verbs, row, standing(account), refused) if found.verbs else [],
        "refused": refused,
        "download": found is EXPORTS and row.may_be_written and row.requested_by_id == account.pk,
        "personal": found is UNMASKING and row.opens(timezone.now()) and row.requested_by_id == account.pk,
        "now": timezone.now(),
    }
    return render(request, "hotline/desk/worklist_row.html", context, status=status)


@require_safe
@never_cache
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, to whoever asked for it (H-143)."""
    account = account_of(request)
    if not exports(account).filter(pk=pk).exists():
        raise NotFound("没有找到这次导出")
    written = services.write_export(pk, by=account)
    answer = HttpResponse("\ufeff" + written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="orders-{pk}.csv"'
    return answer


@require_POST
@never_cache
def personal(request: HttpRequest, pk: int) -> HttpResponse:
    """Who complained, to whoever asked, within the day of both keys; each look is noted (H-142)."""
    account = account_of(request)
    grant = unmask_grants(account).filter(pk=pk, requested_by=account).first()
    if grant is None:
        raise NotFound("没有找到这个解密申请")
    order_no, ip = grant.hotline_order.order_no, request.META.get("REMOTE_ADDR", "")
    order, seen = services.open_unmasked(order_no, by=account, ip=ip)
    return render(request, "hotline/desk/personal.html", {"order": order, "seen": seen, "grant": grant})
