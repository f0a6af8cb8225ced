"""弹屏: who is calling, what they said before, what is known of their street right now (channel phone, H-171)."""

from dataclasses import dataclass, field

from common.crypto import keyed_hash
from hotline.models import Call, HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope, delivery_key
from hotline.states import Channel
from identity.models import Account

__all__ = ["MATTERS", "Popup", "matter_ref", "popup"]

#: The orders of the number that are shown (hotline.md section 2).
LAST = 5
#: So many matters may be taken down in one call (H-58).
MATTERS = 9


@dataclass(frozen=True)
class Popup:
    """What the agent's page knows of a call before a word is said."""

    call_ref: str
    phone: str
    restricted: bool
    orders: list[HotlineOrder] = field(default_factory=list)
    #: What has been taken down in this very call.
    of_call: list[HotlineOrder] = field(default_factory=list)

    @property
    def next_matter(self) -> int:
        """The how-manieth matter comes next."""
        return min(len(self.of_call) + 1, MATTERS)


def matter_ref(call_ref: str, matter: int) -> str:
    """The source's number of this matter: the first is the call's own, further ones are counted."""
    return call_ref if matter == 1 else f"{call_ref[:60]}#{matter}"


def _taken_down(call_ref: str) -> list[HotlineOrder]:
    refs = (matter_ref(call_ref, matter) for matter in range(1, MATTERS + 1))
    said = (IntakeEnvelope(channel=Channel.PHONE, source_ref=ref, text="") for ref in refs)
    return list(HotlineOrder.objects.filter(source_key__in=map(delivery_key, said)).order_by("id"))


def popup(account: Account, *, call_ref: str = "", phone: str = "") -> Popup:
    """Of a call the switch announced, or of a number typed in; empty where neither is known."""
    call = Call.objects.filter(call_ref=call_ref).first() if call_ref else None
    number, of_call = call.phone if call else phone, _taken_down(call_ref) if call_ref else []
    if not number:
        return Popup(call_ref, "", restricted=False, of_call=of_call)
    rows = (
        HotlineOrder.objects.visible_to(account).filter(phone_hash=keyed_hash(number)).select_related("host")
    )
    return Popup(call_ref, number, bool(call and call.restricted), list(rows.order_by("-id")[:LAST]), of_call)
