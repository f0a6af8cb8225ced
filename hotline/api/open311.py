"""Open311 GeoReport v2 at /open311/v2/: what other people's applications speak (section 21)."""

import math
import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from common.errors import BadInput, DomainError, NotAllowed, NotFound, TooOften
from hotline import services
from hotline.api.formats import FORMATS, answer, errors
from hotline.rules.open311 import span_of
from hotline.selectors import open311 as selectors

app_name = "open311"

_ATTRIBUTE = re.compile(r"attribute\[([\w-]{1,40})\]")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_LONGEST_FIELD = {"address_string": 160, "address_id": 40, "phone": 30, "first_name": 30, "last_name": 30}


class Open311View(APIView):
    """No login: reading is public, filing asks for a client's key. Errors are the standard's arrays."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (FormParser, MultiPartParser)
    throttle_classes = (AnonRateThrottle,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Format and jurisdiction before anything else."""
        super().initial(request, *args, **kwargs)
        if kwargs["fmt"] not in FORMATS:
            raise NotFound(f"没有 {kwargs['fmt']} 格式，可用 json 或者 xml")
        if any("\x00" in str(one) for one in kwargs.values()):
            raise NotFound("没有这个地址")
        selectors.check_jurisdiction(_given(request).get("jurisdiction_id", ""))

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """404 what is not there, 403 the key, 429 too often, 400 everything else (H-186)."""
        wanted = str(self.kwargs.get("fmt", "json"))
        if isinstance(exc, NotFound | NotAllowed | TooOften):
            return errors(exc.status_code, exc.reasons, wanted)
        if isinstance(exc, DomainError):
            return errors(400, exc.reasons, wanted)
        if isinstance(exc, exceptions.Throttled):
            return errors(429, ["请求过于频繁，请稍后再试"], wanted)
        if isinstance(exc, exceptions.APIException):
            return errors(405 if exc.status_code == 405 else 400, [str(exc.detail)], wanted)
        raise exc


def _given(request: Request) -> Mapping[str, str]:
    """Arguments as the standard sends them: in the address, or form-encoded."""
    posted = request.data if request.method == "POST" and hasattr(request.data, "items") else {}
    given = {
        **request.query_params.dict(),
        **{key: str(value) for key, value in posted.items() if isinstance(value, str)},
    }
    if any("\x00" in one for pair in given.items() for one in pair):
        raise BadInput("请求里有无法识别的字符")
    return given


class Discovery(Open311View):
    """GET discovery: where everything is."""

    def get(self, request: Request, fmt: str) -> HttpResponse:
        """The service discovery document of Open311."""
        base = request.build_absolute_uri("/open311/v2")
        return answer("discovery", _discovery(base), fmt)


def _discovery(base: str) -> dict[str, Any]:
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": base,
        "changeset": "2026-11-01T00:00:00+08:00",
        "type": "production",
        "formats": ["application/json", "text/xml"],
    }
    return {
        "changeset": "2026-11-01T00:00:00+08:00",
        "contact": "12345 政务服务便民热线，电话 12345",
        "key_service": "向热线管理机构申请 api_key，电话 12345",
        "endpoints": [endpoint],
    }


class Services(Open311View):
    """GET services."""

    def get(self, request: Request, fmt: str) -> HttpResponse:
        """Every category that may be chosen (H-185)."""
        return answer("services", selectors.services(), fmt)


class ServiceDefinition(Open311View):
    """GET services/{code}."""

    def get(self, request: Request, code: str, fmt: str) -> HttpResponse:
        """What is asked of whoever files under it."""
        return answer("service_definition", selectors.definition_of(code), fmt)


class Requests(Open311View):
    """GET and POST requests."""

    def get(self, request: Request, fmt: str) -> HttpResponse:
        """The last ninety days or a thousand rows, whichever is smaller, unless said otherwise (H-188)."""
        given = _given(request)
        if numbers := _words(given, "service_request_id"):
            return answer("service_requests", selectors.public_requests(numbers=numbers), fmt)
        found = selectors.public_requests(
            codes=_words(given, "service_code"),
            statuses=_words(given, "status"),
            span=span_of(given.get("start_date", ""), given.get("end_date", ""), timezone.now()),
        )
        return answer("service_requests", found, fmt)

    def post(self, request: Request, fmt: str) -> HttpResponse:
        """File; the answer has a number, or a token while there is none to tell, never both."""
        given = _given(request)
        client = selectors.client_of(given.get("api_key", ""))
        reference = request.headers.get("Idempotency-Key", "") or given.get("service_request_ref", "")
        filed = services.file_by_client(_read(given, reference), client=client)
        told = {"service_request_id": filed.number} if filed.number else {"token": str(filed.token)}
        body = {**told, "service_notice": "", "account_id": given.get("account_id") or None}
        return answer("service_requests", [body], fmt, 201)


def _read(given: Mapping[str, str], reference: str) -> services.ServiceRequest:
    too_long = [
        f"{name} 最多 {most} 个字" for name, most in _LONGEST_FIELD.items() if len(given.get(name, "")) > most
    ]
    if len(reference) > 40:
        too_long.append("service_request_ref 最多 40 个字")
    if too_long:
        raise BadInput(too_long)
    if not given.get("service_code"):
        raise BadInput("请写明 service_code")
    return services.ServiceRequest(
        service_code=given["service_code"],
        description=given.get("description", ""),
        latitude=_degrees(given, "lat", 90),
        longitude=_degrees(given, "long", 180),
        address=given.get("address_string", ""),
        address_id=given.get("address_id", ""),
        attributes={
            found[1]: value for key, value in given.items() if (found := _ATTRIBUTE.fullmatch(key)) and value
        },
        name=f"{given.get('last_name', '')}{given.get('first_name', '')}".strip(),
        phone=given.get("phone", "").strip(),
        account_id=given.get("account_id", ""),
        device_id=given.get("device_id", "")[:60],
        media_url=_address(given.get("media_url", "")),
        reference=reference,
    )


def _degrees(given: Mapping[str, str], name: str, most: int) -> float | None:
    if not given.get(name):
        return None
    try:
        value = float(given[name])
    except ValueError:
        raise BadInput(f"{name} 要写成数字") from None
    if not math.isfinite(value) or abs(value) > most:
        raise BadInput(f"{name} 超出了范围")
    return value


def _address(url: str) -> str:
    if url and (len(url) > 500 or not re.match(r"https?://[^\s]+\Z", url)):
        raise BadInput("media_url 要写成 http 或者 https 地址")
    return url


def _words(given: Mapping[str, str], name: str) -> list[str]:
    return [one.strip() for one in given.get(name, "").split(",") if one.strip()][:1000]


class OneRequest(Open311View):
    """GET requests/{id}."""

    def get(self, request: Request, number: str, fmt: str) -> HttpResponse:
        """An array of one."""
        return answer("service_requests", selectors.public_request(number), fmt)


class Token(Open311View):
    """GET tokens/{token}."""

    def get(self, request: Request, token: str, fmt: str) -> HttpResponse:
        """The number behind it, empty while there is none."""
        if not _UUID.fullmatch(token.lower()):
            raise NotFound("没有这个 token")
        return answer("service_requests", [selectors.filed_under(token.lower())], fmt)


urlpatterns = [
    path("discovery.<str:fmt>", Discovery.as_view(), name="discovery"),
    path("services.<str:fmt>", Services.as_view(), name="services"),
    path("services/<str:code>.<str:fmt>", ServiceDefinition.as_view(), name="service"),
    path("requests.<str:fmt>", Requests.as_view(), name="requests"),
    path("requests/<str:number>.<str:fmt>", OneRequest.as_view(), name="request"),
    path("tokens/<str:token>.<str:fmt>", Token.as_view(), name="token"),
]
