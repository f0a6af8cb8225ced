"""
Where errors become answers: JSON for machines, a page in plain words for people.

One shape for every refusal: `{"code", "reasons", "fields"}`, and `allowed` where the state was wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMFieldMixin, TransitionNotAllowed, get_available_FIELD_transitions
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from common.errors import DomainError, WrongState
from workflow.views.keeping import kept_for_later

__all__ = [
    "DomainErrorMiddleware",
    "api_exception_handler",
    "broken",
    "csrf_failed",
    "forbidden",
    "not_found",
]

#: code, and what a person is told when nothing more exact is known.
KNOWN = {
    400: ("bad_input", _("提交的内容无法识别。")),
    401: ("not_authenticated", _("请先登录。")),
    403: ("not_allowed", _("您没有进行这项操作的权限。")),
    404: ("not_found", _("没有找到您要的内容。")),
    405: ("method_not_allowed", _("不支持这种请求方式。")),
    406: ("not_acceptable", _("无法提供所要求的格式。")),
    413: ("too_large", _("内容太大。")),
    415: ("unsupported_type", _("不支持这种内容格式。")),
    429: ("too_many_requests", _("请求过于频繁，请稍后再试。")),
    500: ("internal_error", _("系统出现问题，我们已记录并会尽快处理。")),
}

NUL = "\x00"
#: Doors with a form of errors of their own, who look for it themselves.
ANSWER_FOR_THEMSELVES = ("/open311/",)

#: The heading of the page a person sees.
HEADINGS = {
    400: _("提交的内容有误"),
    403: _("不能进行这项操作"),
    404: _("页面不存在"),
    405: _("不能这样打开"),
    409: _("当前状态不能这样办"),
    410: _("已经结束"),
    413: _("文件太大"),
    415: _("文件格式不支持"),
    422: _("暂不能办理"),
    500: _("系统出现问题"),
}


def translated(error: TransitionNotAllowed) -> WrongState:
    """What the state machine refused, with what it would allow."""
    return WrongState(gettext("当前环节不允许此操作。"), allowed=_open_transitions(error.object))


def _open_transitions(thing: models.Model | None) -> list[str]:
    if thing is None:
        return []
    machines = [field for field in thing._meta.get_fields() if isinstance(field, FSMFieldMixin)]
    return sorted(
        {open_.name for field in machines for open_ in get_available_FIELD_transitions(thing, field)}
    )


def answer(error: DomainError) -> dict[str, Any]:
    """The JSON body for an error of the domain."""
    body: dict[str, Any] = {"code": error.code, "reasons": error.reasons, "fields": error.fields}
    if isinstance(error, WrongState):
        body["allowed"] = error.allowed
    return body


# Machines


def api_exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST framework calls this; None lets a bug be seen as one."""
    if isinstance(error, TransitionNotAllowed):
        error = translated(error)
    if isinstance(error, DomainError):
        set_rollback()
        return Response(answer(error), status=error.status_code)
    response = exception_handler(error, context)
    if response is not None:
        detail = error.detail if isinstance(error, exceptions.ValidationError) else None
        response.data = _uniform(response.status_code, detail)
    return response


def _uniform(status: int, detail: Any) -> dict[str, Any]:
    code, words = KNOWN.get(status, KNOWN[400])
    if detail is None:
        return {"code": code, "reasons": [str(words)], "fields": {}}
    fields: dict[str, list[str]] = {}
    for key, message in _flattened(detail):
        fields.setdefault(key, []).append(message)
    general = fields.pop("", []) + fields.pop("non_field_errors", [])
    return {"code": code, "reasons": general or [str(words)], "fields": fields}


def _flattened(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Nested errors as (dotted path, message): {"rows": [{}, {"n": ["x"]}]} -> ("rows.1.n", "x")."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            yield from _flattened(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(detail, list | tuple):
        for number, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _flattened(inner, f"{path}.{number}".lstrip(".") if nested else path)
    else:
        yield path, str(detail)


# People


class DomainErrorMiddleware:
    """Turns an error of the domain that reaches the edge of a page into that page's answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """A NUL is kept by no text of the database: no such address, and nothing to be read in what is sent."""
        if request.path.startswith(ANSWER_FOR_THEMSELVES):
            return None
        if any(NUL in str(one) for one in (*args, *kwargs.values())):
            return _plain(request, 404)
        sent = [request.GET]
        if not getattr(view, "csrf_exempt", False):
            sent.append(request.POST)  # read already for its token
        return _plain(request, 400) if any(map(_holds_nul, sent)) else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django when a view raises."""
        if isinstance(error, TransitionNotAllowed):
            error = translated(error)
        if not isinstance(error, DomainError):
            return None
        if _wants_json(request):
            return JsonResponse(answer(error), status=error.status_code)
        return page(request, error.status_code, error.reasons)


def _holds_nul(sent: QueryDict) -> bool:
    return any(NUL in word for name, values in sent.lists() for word in (name, *values))


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.get_preferred_type(
        ["text/html", "application/json"]
    ) == ("application/json")


def page(request: HttpRequest, status: int, reasons: Sequence[Any] = ()) -> HttpResponse:
    """The error page: what happened, why, and where to go on."""
    heading = HEADINGS.get(status, HTTPStatus(status).phrase)
    reasons = reasons or [KNOWN.get(status, KNOWN[500])[1]]
    context = {"status": status, "heading": heading, "reasons": reasons}
    return render(request, "portal/error.html", context, status=status)


def _plain(request: HttpRequest, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse(_uniform(status, None), status=status)
    return page(request, status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    return _plain(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403"""
    return _plain(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return _plain(request, 404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form was open too long, or came from elsewhere; a draft's own page keeps what was typed."""
    if answer := kept_for_later(request):
        return answer
    return page(request, 403, [_("页面停留时间过长，请返回上一页刷新后重新提交。")])


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: leans on nothing that may itself be broken."""
    if _wants_json(request):
        return JsonResponse(_uniform(500, None), status=500)
    return render(None, "500.html", status=500)
