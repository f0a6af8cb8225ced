"""What any application may read of orders (section 21): no secret ones, nobody's person, nothing to find them by."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from common.crypto import keyed_hash
from common.errors import BadInput, NotAllowed, NotFound
from hotline.models import ApiKey, Category, FiledByClient, HotlineOrder
from hotline.rules.open311 import CLOSED, MOST_REQUESTS, Span, attributes_of, status_of
from hotline.rules.privacy import MEDICAL
from hotline.rules.redacting import redact
from hotline.selectors.tree import current_tree
from hotline.states import Channel, Confidentiality, OrderStatus
from identity.models import Region
from identity.selectors import departments

__all__ = [
    "check_jurisdiction",
    "client_of",
    "definition_of",
    "filed_under",
    "public_request",
    "public_requests",
    "service_of",
    "services",
]

#: What is told of a place that is not the client's own: about a hundred metres.
_COARSE = Decimal("0.001")
#: Nothing came of these, or nobody has taken them up yet.
_UNTOLD = (OrderStatus.REGISTERED, OrderStatus.INVALID, OrderStatus.EMERGENCY_TRANSFERRED)
_COLUMNS = (
    "order_no", "status", "tree_id", "category_l2", "title", "redacted", "confidential", "host_id", "registered_at",
    "state_since", "public_due_at", "location_text", "address_id", "latitude", "longitude",
)  # fmt: skip


def check_jurisdiction(code: str) -> None:
    """There is one, the city; naming another is asking somebody else."""
    if code and not Region.objects.filter(kind=Region.Kind.CITY, code=code).exists():
        raise NotFound(f"没有辖区 {code}")


def client_of(key: str, channel: Channel = Channel.OPEN311) -> ApiKey:
    """
    The client behind a key, found by its hash in one statement.

    NotAllowed for a wrong or missing one, and for one that was issued for other channels.
    """
    now = timezone.now()
    found = ApiKey.objects.filter(key_hash=keyed_hash(key), revoked_at__isnull=True).first() if key else None
    if found is None or (found.expires_at is not None and found.expires_at <= now):
        raise NotAllowed("api_key 缺少、有误或者已停用")
    if channel not in found.channels:
        raise NotAllowed(f"这个 api_key 不能用于渠道 {channel}")
    return found


def services() -> list[dict[str, Any]]:
    """Every category that may be chosen today (H-185)."""
    return [_service(one) for one in current_tree().chosen_on(timezone.localdate())]


def _service(one: Category) -> dict[str, Any]:
    return {
        "service_code": one.code,
        "service_name": one.name,
        "description": "、".join(one.examples[:2]),
        "metadata": one.site_check,
        "type": "realtime",
        "keywords": ",".join(one.keywords),
        "group": one.parent.name if one.parent else "",
    }


def service_of(code: str) -> Category:
    """The category behind a service code."""
    found = next((one for one in current_tree().chosen_on(timezone.localdate()) if one.code == code), None)
    if found is None:
        raise NotFound(f"没有服务 {code}")
    return found


def definition_of(code: str) -> dict[str, Any]:
    """What is asked of whoever files under this service."""
    return {"service_code": code, "attributes": attributes_of(service_of(code).site_check)}


def filed_under(token: str) -> dict[str, Any]:
    """The number behind a token, once the order has been taken up; a secret order never gets one."""
    found = (
        FiledByClient.objects.filter(token=token).values_list("hotline_order__order_no", flat=True).first()
    )
    if found is None:
        raise NotFound("没有这个 token")
    return {"service_request_id": found if _public().filter(order_no=found).exists() else "", "token": token}


def public_requests(
    *,
    numbers: Sequence[str] = (),
    codes: Sequence[str] = (),
    statuses: Sequence[str] = (),
    span: Span | None = None,
) -> list[dict[str, Any]]:
    """The newest first, a thousand at most (H-188); numbers override everything else."""
    rows = _public().filter(order_no__in=numbers) if numbers else _chosen(codes, statuses, span)
    return [_request(one) for one in rows.order_by("-registered_at", "-id")[:MOST_REQUESTS]]


def public_request(number: str) -> list[dict[str, Any]]:
    """One, in a list as the standard wants it; secret, unknown and not yet taken up look alike."""
    found = public_requests(numbers=[number])
    if not found:
        raise NotFound(f"没有诉求 {number}")
    return found


def _public() -> QuerySet[HotlineOrder]:
    rows = HotlineOrder.objects.exclude(status__in=_UNTOLD).exclude(category_l1__in=MEDICAL)
    return rows.filter(sensitive=False).exclude(confidential=Confidentiality.SECRET).only(*_COLUMNS)


def _chosen(codes: Sequence[str], statuses: Sequence[str], span: Span | None) -> QuerySet[HotlineOrder]:
    rows = _public()
    if span is not None:
        rows = rows.filter(registered_at__gte=span.start, registered_at__lte=span.end)
    if codes:
        rows = rows.filter(category_l2__in=codes)
    if unknown := set(statuses) - {"open", "closed"}:
        raise BadInput(f"status 只能是 open 或者 closed，不能是 {'、'.join(sorted(unknown))}")
    if len(set(statuses)) == 1:
        closed = "closed" in statuses
        rows = rows.filter(status__in=CLOSED) if closed else rows.exclude(status__in=CLOSED)
    return rows


def _request(order: HotlineOrder) -> dict[str, Any]:
    """Nothing personal (H-187): of a masked order its title for its words, and the place to a hundred metres."""
    category = current_tree().categories.get(order.category_l2)
    host = departments().get(order.host_id) if order.host_id else None
    is_open = order.confidential == Confidentiality.OPEN
    return {
        "service_request_id": order.order_no,
        "status": status_of(order.status),
        "status_notes": order.public_word,
        "service_name": category.name if category else "",
        "service_code": order.category_l2,
        "description": redact(order.redacted if is_open else order.title, strictly=True),
        "agency_responsible": host.name if host else "",
        "service_notice": "",
        "requested_datetime": _written(order.registered_at),
        "updated_datetime": _written(order.state_since),
        "expected_datetime": _written(order.public_due_at),
        "address": redact(order.location_text, strictly=True),
        "address_id": order.address_id if is_open else "",
        "zipcode": "",
        "lat": _degrees(order.latitude, is_open),
        "long": _degrees(order.longitude, is_open),
        "media_url": "",
    }


def _written(at: Any) -> str | None:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def _degrees(value: Decimal | None, exactly: bool) -> float | None:
    if value is None:
        return None
    return float(value if exactly else value.quantize(_COARSE))
