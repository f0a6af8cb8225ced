"""Opening an order: what the reader may see, and a row of the trail for every look at who complained (H-06)."""

from django.db import transaction
from django.utils import timezone

from common.errors import NotAllowed
from events import publish
from hotline.events import PersonalRead
from hotline.models import HotlineOrder, UnmaskGrant
from hotline.rules.privacy import reason_of
from hotline.rules.seeing import Seen
from hotline.selectors.seeing import order_for, seen_by, seen_unmasked
from identity.models import Account

__all__ = ["note_personal_read", "open_order", "open_unmasked"]


@transaction.atomic
def open_order(
    order_no: str, *, by: Account, ip: str = "", reason: str = "办理"
) -> tuple[HotlineOrder, Seen]:
    """The order for this reader; NotFound where it is not theirs (H-02). A look that cannot be noted is not granted."""
    order = order_for(by, order_no)
    view = seen_by(order, by)
    if view.reveals:
        note_personal_read(order, by=by, ip=ip, reason=reason)
    return order, view


@transaction.atomic
def open_unmasked(order_no: str, *, by: Account, ip: str = "") -> tuple[HotlineOrder, Seen]:
    """The order whole, within the day of both keys; each look is noted with the grant (H-142)."""
    order = order_for(by, order_no)
    view = seen_unmasked(order, by)
    grants = UnmaskGrant.objects.filter(hotline_order=order, requested_by=by, expires_at__gt=timezone.now())
    grant = grants.order_by("-expires_at").first()
    if grant is None:
        raise NotAllowed("解密查看已经过期")
    note_personal_read(order, by=by, ip=ip, reason=reason_of(grant.pk))
    return order, view


def note_personal_read(order: HotlineOrder, *, by: Account, reason: str, ip: str = "") -> None:
    """Who read who complained, when, why and from where; a row that nobody can change (H-06)."""
    publish(PersonalRead(order_id=order.pk, order_no=order.order_no, reason=reason, ip=ip), by=by)
