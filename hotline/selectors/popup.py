"""弹屏: who is calling, what they said before, what is known of their street right now (channel phone, H-171)."""

from dataclasses import dataclass, field

from common.crypto import keyed_hash
from hotline.models import Call, HotlineOrder
from identity.models import Account

__all__ = ["Popup", "popup"]

#: The orders of the number that are shown (hotline.md section 2).
LAST = 5


@dataclass(frozen=True)
class Popup:
    """What the agent's page knows of a call before a word is said."""

    call_ref: str
    phone: str
    restricted: bool
    orders: list[HotlineOrder] = field(default_factory=list)


def popup(account: Account, *, call_ref: str = "", phone: str = "") -> Popup:
    """Of a call the switch announced, or of a number typed in; empty where neither is known."""
    call = Call.objects.filter(call_ref=call_ref).first() if call_ref else None
    number = call.phone if call else phone
    if not number:
        return Popup(call_ref, "", restricted=False)
    rows = (
        HotlineOrder.objects.visible_to(account).filter(phone_hash=keyed_hash(number)).select_related("host")
    )
    return Popup(call_ref, number, bool(call and call.restricted), list(rows.order_by("-id")[:LAST]))
