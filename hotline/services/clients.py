"""Keys of other people's applications, and what they file by Open311 (section 21)."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from common.crypto import keyed_hash
from common.errors import BadInput, NotFound
from hotline.models import ApiKey, FiledByClient, HotlineOrder
from hotline.rules.channels import BY_KEY
from hotline.rules.envelopes import IntakeEnvelope
from hotline.rules.open311 import attributes_of, moment, objections_to_attributes
from hotline.selectors.open311 import public_requests, service_of
from hotline.services.intake import register
from hotline.states import Channel, OrderType
from identity.models import Account

__all__ = ["Filed", "ServiceRequest", "file_by_client", "issue_key", "revoke_key"]

#: Longest description of the standard.
LONGEST = 4000


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """One POST of GeoReport v2, read but not yet judged."""

    service_code: str
    description: str = ""
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    address_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    phone: str = ""
    account_id: str = ""
    device_id: str = ""
    media_url: str = ""
    #: The client's own number of this request: the same again is the same order (H-11).
    reference: str = ""


@dataclass(frozen=True)
class Filed:
    """What the client is told: a number, or a token while there is none to tell."""

    number: str
    token: UUID


def issue_key(
    client: str,
    *,
    contact: str = "",
    channels: Sequence[str] = (Channel.OPEN311,),
    by: Account | None = None,
) -> tuple[ApiKey, str]:
    """A new key for a client and its channels; it is shown this once and kept only as a hash."""
    if not client.strip():
        raise BadInput("请写明应用名称")
    if unknown := sorted(set(channels) - BY_KEY):
        raise BadInput(f"密钥不能用于渠道 {'、'.join(unknown)}，可用的有 {'、'.join(sorted(BY_KEY))}")
    key = secrets.token_urlsafe(24)
    row = ApiKey.objects.create(
        client=client.strip(),
        contact=contact.strip(),
        channels=list(channels),
        key_hash=keyed_hash(key),
        issued_by=by,
    )
    return row, key


def revoke_key(client: str) -> int:
    """The client's keys open nothing any more; how many there were."""
    live = ApiKey.objects.filter(client=client, revoked_at__isnull=True)
    count = live.update(revoked_at=timezone.now())
    if not count:
        raise NotFound(f"没有名为“{client}”的有效密钥")
    return count


@transaction.atomic
def file_by_client(request: ServiceRequest, *, client: ApiKey) -> Filed:
    """One order of channel open311; the same reference of the same client again is answered with the first."""
    category = service_of(request.service_code)
    objections = _objections(request)
    objections += objections_to_attributes(request.attributes, attributes_of(category.site_check))
    if objections:
        raise BadInput(objections)
    order = register(_envelope(request, client), by=None)
    filed, _made = FiledByClient.objects.get_or_create(
        hotline_order=order,
        defaults={
            "api_key": client,
            "token": uuid4(),
            "account_id_given": request.account_id[:64],
            "attributes": dict(request.attributes),
            "media_url": request.media_url,
        },
    )
    return Filed(_number(order), filed.token)


def _number(order: HotlineOrder) -> str:
    """Only what can be read by it afterwards; else the client keeps the token."""
    return order.order_no if public_requests(numbers=[order.order_no]) else ""


def _objections(request: ServiceRequest) -> list[str]:
    objections = []
    placed = request.latitude is not None and request.longitude is not None
    if (request.latitude is None) != (request.longitude is None):
        objections.append("lat 和 long 要一起写")
    elif not (placed or request.address or request.address_id):
        objections.append("请写明地点：lat 和 long，或者 address_string，或者 address_id")
    if not request.description.strip():
        objections.append("请写明 description")
    if len(request.description) > LONGEST:
        objections.append(f"description 最多 {LONGEST} 个字")
    return objections


def _envelope(request: ServiceRequest, client: ApiKey) -> IntakeEnvelope:
    seen_at, landmark = request.attributes.get("occurred_at", ""), request.attributes.get("landmark", "")
    known_by = request.account_id or request.device_id
    return IntakeEnvelope(
        channel=Channel.OPEN311,
        source_ref=f"{client.pk}:{request.reference}" if request.reference else "",
        text=request.description.strip(),
        order_type=OrderType(request.attributes.get("order_type") or OrderType.HELP),
        category=request.service_code,
        name=request.name,
        phone=request.phone,
        sender=f"{client.pk}:{known_by}" if known_by else "",
        location_text=f"{request.address}（{landmark}）" if landmark else request.address,
        address_id=request.address_id,
        latitude=request.latitude,
        longitude=request.longitude,
        occurred_at=moment(seen_at) if seen_at else None,
    )
