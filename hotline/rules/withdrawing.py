"""Which appeals go on although they were taken back (H-134); pure."""

from typing import TYPE_CHECKING

from hotline.states import Urgency

if TYPE_CHECKING:
    from hotline.models import HotlineOrder

__all__ = ["goes_on"]

#: Fire hazards, and reports of unsafe production.
PUBLIC_SAFETY = ("1203", "1204")


def goes_on(order: "HotlineOrder") -> bool:
    """Danger to others does not end with one person's change of mind."""
    return order.urgency == Urgency.EMERGENCY or order.category_l2 in PUBLIC_SAFETY or order.in_red_alert
