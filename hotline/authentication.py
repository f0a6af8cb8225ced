"""Who comes without a login: number and query code open the complainant's own doors (H-33)."""

from collections.abc import Mapping

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from hotline.selectors.enquiring import HOUR, may_ask
from identity.models import Account

__all__ = ["LoginOrCode", "QueryCodeThrottle", "code_in"]


class QueryCodeThrottle(BaseThrottle):
    """Whoever sends a query code, with a login or without, may try as often as on the page and no more (H-33)."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Counted only where a code is sent."""
        return not code_in(request) or may_ask(view.kwargs["order_no"], origin=self.get_ident(request))

    def wait(self) -> float:
        """Until the hour is over."""
        return HOUR


class LoginOrCode(BasePermission):
    """A login, or the query code where the complainant's own doors take it; the code itself is judged later."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, Account) or bool(code_in(request))


def code_in(request: Request) -> str:
    """The code that came with the request; empty where none did."""
    given = request.data if request.method == "POST" else request.query_params
    code = given.get("query_code", "") if isinstance(given, Mapping) else ""
    return code if isinstance(code, str) else ""
