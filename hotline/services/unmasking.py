"""Two keys to who complained (H-142): asked for with a reason, open for a day, told to the complainant."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import NotFound, WrongState
from events import publish
from hotline.events.privacy import UnmaskGranted, UnmaskKeyTurned, UnmaskRefused, UnmaskRequested
from hotline.models import UnmaskGrant
from hotline.rules import privacy as rules
from hotline.selectors.parameters import parameter
from hotline.selectors.seeing import order_for
from hotline.services.acting import refuse_if, refuse_unless
from hotline.services.telling import tell_complainant
from identity.models import Account
from identity.selectors import standing

__all__ = ["refuse_unmask", "request_unmask", "turn_key"]


@transaction.atomic
def request_unmask(order_no: str, *, reason: str, by: Account, silence_basis: str = "") -> UnmaskGrant:
    """Somebody who sees the order asks to read who complained; ``silence_basis`` is the law that forbids telling."""
    order = order_for(by, order_no)
    refuse_if(rules.objections_to_unmasking(reason))
    grant = UnmaskGrant.objects.create(
        hotline_order=order,
        requested_by=by,
        requested_at=timezone.now(),
        reason=reason.strip(),
        silence_basis=silence_basis.strip(),
    )
    publish(UnmaskRequested(order_id=order.pk, order_no=order.order_no, grant_id=grant.pk), by=by)
    return grant


@transaction.atomic
def turn_key(grant_id: int, key: int, *, by: Account) -> UnmaskGrant:
    """One of the two keys; with both it opens for the asker, for at most a day."""
    grant = _waiting(grant_id)
    refuse_unless(rules.objections_to_key(grant, key, standing(by)))
    now = timezone.now()
    if key == 1:
        grant.first_key_by, grant.first_key_at = by, now
    else:
        grant.second_key_by, grant.second_key_at = by, now
    order = grant.hotline_order
    named: dict[str, Any] = {"order_id": order.pk, "order_no": order.order_no, "grant_id": grant.pk}
    publish(UnmaskKeyTurned(**named, key=key), by=by)
    if grant.first_key_by is not None and grant.second_key_by is not None:
        grant.expires_at = now + timedelta(hours=parameter("unmask_hours"))
        _tell(grant)
        publish(UnmaskGranted(**named, expires_at=grant.expires_at.isoformat()), by=by)
    grant.save()
    return grant


@transaction.atomic
def refuse_unmask(grant_id: int, *, by: Account) -> UnmaskGrant:
    """One of those who hold the keys says no, and it is over."""
    grant = _waiting(grant_id)
    refuse_unless(rules.objections_to_refusing(grant, standing(by)))
    grant.refused_at = timezone.now()
    grant.save(update_fields=["refused_at"])
    order = grant.hotline_order
    publish(UnmaskRefused(order_id=order.pk, order_no=order.order_no, grant_id=grant.pk), by=by)
    return grant


def _waiting(grant_id: int) -> UnmaskGrant:
    rows = UnmaskGrant.objects.select_for_update(of=("self",))
    grant = rows.select_related("hotline_order", "requested_by", "first_key_by", "second_key_by").filter(
        pk=grant_id
    )
    found = grant.first()
    if found is None:
        raise NotFound("没有找到这个解密申请")
    if found.expires_at is not None or found.refused_at is not None:
        raise WrongState("这个解密申请已经有了结果")
    return found


def _tell(grant: UnmaskGrant) -> None:
    """The complainant is told, by the box or by the number they gave, unless a law forbids it."""
    order = grant.hotline_order
    if grant.silence_basis or not (order.person_id or order.phone):
        return
    tell_complainant(order.pk, "hotline_unmasked", key=f"unmask:{grant.pk}")
    grant.told_at = timezone.now()
