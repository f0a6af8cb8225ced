"""What the complainant's own page offers: only acts that can succeed, only a reply that has been reviewed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from common.crypto import keyed_hash
from common.errors import WrongState
from hotline.models import HotlineOrder, NumberRestriction, PanelDecision, Urge
from hotline.rules.ending import objections_to_reconsidering, objections_to_reopening
from hotline.rules.urging import objections_to_urging
from hotline.selectors.parameters import parameter
from hotline.states import OPEN
from hotline.states import OrderStatus as S

__all__ = ["OWN_VERBS", "in_public_words", "is_reply_told", "last_decision", "own_acts", "restrictions_of"]

#: Transitions that are the complainant's to make (section 5); every other is our own business (H-74).
OWN_VERBS = frozenset({"withdraw", "reopen", "reopen_direct"})
_WITHDRAWN_FROM = {S.ACCEPTED, S.DISPATCHED, S.HANDLING, S.RETURN_REVIEW, S.DISPUTED, S.SHELVED, S.REWORK}


def is_reply_told(order: HotlineOrder) -> bool:
    """The department's words pass the close review before anybody outside reads them (T-21, H-97)."""
    reviewed = order.status in {S.CALLBACK, S.ARCHIVED, S.REWORK}
    return bool(order.result_text) and reviewed and order.callback_at is not None


def own_acts(order: HotlineOrder, now: datetime) -> frozenset[str]:
    """Which acts would be granted now; the services say so once more."""
    return frozenset(name for name, is_open in _ACTS.items() if is_open(order, now))


def _may_urge(order: HotlineOrder, now: datetime) -> bool:
    since = now - timedelta(hours=parameter("urge_hours"))
    lately = Urge.objects.filter(hotline_order=order, kind=Urge.Kind.CITIZEN, at__gt=since).exists()
    return not objections_to_urging(order, now, share=parameter("urge_after_share"), urged_lately=lately)


def _may_withdraw(order: HotlineOrder, _now: datetime) -> bool:
    """A code must be sent to a telephone we know (H-134)."""
    number = order.phone or (order.person.mobile if order.person else "")
    return order.status in _WITHDRAWN_FROM and bool(number)


def _may_reopen(order: HotlineOrder, now: datetime) -> bool:
    """A direct answer within its week (T-27); an order nobody was reached about, within fifteen days, once (T-33)."""
    if order.status == S.DIRECT_ANSWERED:
        return order.state_due_at is None or now <= order.state_due_at
    limits = {"days": parameter("reopen_days"), "reworks": parameter("reworks_at_most")}
    return order.status == S.ARCHIVED and not objections_to_reopening(order, now, **limits)


def _follow_up_waits(order: HotlineOrder, _now: datetime) -> bool:
    asked = getattr(order, "follow_up", None) if order.status == S.ARCHIVED else None
    return asked is not None and asked.answered_at is None


def last_decision(order: HotlineOrder) -> PanelDecision | None:
    """What a panel decided last; its reasons go to the complainant in writing (T-30)."""
    return order.panels.order_by("-id").first() if order.status == S.ARCHIVED else None


def _may_ask_again(order: HotlineOrder, now: datetime) -> bool:
    """Once, within fifteen days of the decision (H-115)."""
    decision = last_decision(order)
    days = parameter("reconsider_days")
    return decision is not None and not objections_to_reconsidering(decision, now, days=days)


_ACTS: dict[str, Callable[[HotlineOrder, datetime], bool]] = {
    "supplement": lambda order, _now: order.status in OPEN,
    "urge": _may_urge,
    "withdraw": _may_withdraw,
    "survey": lambda order, _now: order.status == S.CALLBACK and order.survey_level is None,
    "reopen": _may_reopen,
    "follow_up": _follow_up_waits,
    "reconsider": _may_ask_again,
    "retaliation": lambda order, _now: order.host_id is not None,
}


def in_public_words(wrong: WrongState, order: HotlineOrder) -> WrongState:
    """A refusal as the complainant may read it: public words, and only what they may do instead (H-74)."""
    order.refresh_from_db(fields=["status"])
    inward, outward = str(order.get_status_display()), order.public_word
    wrong.reasons = [one.replace(f"“{inward}”", f"“{outward}”") for one in wrong.reasons]
    wrong.allowed = [one for one in wrong.allowed if one in OWN_VERBS]
    return wrong


def restrictions_of(number: str) -> list[NumberRestriction]:
    """What holds back this number, or has warned it; the newest first (H-138)."""
    if not number:
        return []
    rows = NumberRestriction.objects.filter(phone_hash=keyed_hash(number), lifted_at=None)
    return list(rows.order_by("-since")[:5])
