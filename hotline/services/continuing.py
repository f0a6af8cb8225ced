"""
What a delivery goes on with: a talk under way, or a direct answer its caller comes back about (H-25).

A number typed into a form proves nothing. Words go onto somebody's order only where it is known to be theirs:
the person is logged in, an agent has them on the line, or the same account writes on in the same talk.
Danger never goes on with anything (services.intake).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from common.crypto import keyed_hash
from hotline.models import HotlineOrder
from hotline.rules import intake as rules
from hotline.rules.envelopes import IntakeEnvelope, complainant_key, delivery_key, normal_text
from hotline.rules.merging import READ_AGAIN
from hotline.selectors.parameters import parameter
from hotline.services.acting import begin
from hotline.services.guiding import reopen_now
from hotline.services.supplementing import add_words
from hotline.states import Channel, OrderStatus
from identity.models import Account
from identity.selectors import standing

__all__ = ["continued", "earlier_of", "relate_to"]

#: Several messages of one sender within this time are one appeal.
ONE_TALK = timedelta(minutes=30)
#: In these somebody will yet read what is added.
_TALKED_ON = READ_AGAIN | {OrderStatus.REGISTERED}


def earlier_of(envelope: IntakeEnvelope, now: datetime) -> list[HotlineOrder]:
    """What whoever says the same of themselves has said lately, newest first."""
    key = complainant_key(envelope)
    if not key:
        return []
    since = now - timedelta(days=parameter("guided_refused_days"))
    rows = HotlineOrder.objects.filter(complainant_key=key, registered_at__gte=since)
    return list(rows.order_by("-registered_at")[:20])


def continued(
    envelope: IntakeEnvelope,
    earlier: Sequence[HotlineOrder],
    category: str,
    now: datetime,
    by: Account | None,
) -> HotlineOrder | None:
    """The order these words belong to, with the words on it; None where they begin an order of their own."""
    theirs = [one for one in earlier if _is_talk(one, envelope, by) or _is_known(one, envelope, by)]
    talks = (one for one in theirs if _is_talk(one, envelope, by) and now - one.registered_at <= ONE_TALK)
    if (talk := next(talks, None)) is not None and (kept := _add(talk, envelope, _TALKED_ON)) is not None:
        return kept
    answered = _answered(theirs, category)
    if answered is None:
        return None
    return _add(reopen_now(answered.pk, by=None), envelope, frozenset({OrderStatus.ACCEPTED}))


def _is_known(one: HotlineOrder, envelope: IntakeEnvelope, by: Account | None) -> bool:
    """The person is logged in, or speaks to an agent."""
    if by is not None and rules.is_agent(standing(by)):
        return True
    return envelope.person_id is not None and one.person_id == envelope.person_id


def _is_talk(one: HotlineOrder, envelope: IntakeEnvelope, by: Account | None) -> bool:
    """The same sender goes on, through the same account of the channel."""
    if not (envelope.channel == one.channel == Channel.WECHAT and envelope.sender):
        return False
    same = one.complainant_key == keyed_hash(f"{envelope.channel}|{envelope.sender}")
    return same and one.registered_by_id == (by.pk if by is not None else None)


def _answered(orders: Sequence[HotlineOrder], category: str) -> HotlineOrder | None:
    """Answered at once about the same category, and still open to their coming back (H-25)."""
    known = (one for one in orders if one.category_l2 == category)
    return next((one for one in known if one.status == OrderStatus.DIRECT_ANSWERED), None)


def _add(
    hotline_order: HotlineOrder, envelope: IntakeEnvelope, states: frozenset[OrderStatus]
) -> HotlineOrder | None:
    """Onto the order under its lock, if it is still where words are read."""
    act = begin(hotline_order.pk, by=None, anyone=True)
    if act.hotline_order.status not in states:
        return None
    key = delivery_key(envelope) if envelope.source_ref else ""
    said = (envelope.name, envelope.phone, envelope.id_number, envelope.sender)
    add_words(act, envelope.text, said=said, source_key=key)
    return act.finish()


def relate_to(hotline_order: HotlineOrder, earlier: Sequence[HotlineOrder], envelope: IntakeEnvelope) -> None:
    """
    A new order names the one it comes after: the same words again (H-12), or an answer that did not settle it.

    Whoever was guided away in the same matter and comes back is looked at again (H-23).
    """
    words = normal_text(envelope.text)
    alike = [one for one in earlier if one.category_l2 == hotline_order.category_l2]
    same = (one for one in alike if normal_text(one.text) == words)
    hotline_order.prior_order = next(same, None) or _answered(alike, hotline_order.category_l2)
    hotline_order.guided_refused = any(one.status == OrderStatus.GUIDED_ELSEWHERE for one in alike)
