"""Archiving: the record is frozen, its facts are kept, whoever must not be asked is not asked (H-117)."""

from django.db import transaction

from common.errors import BadInput
from hotline import events
from hotline.models import Exclusion, HotlineOrder
from hotline.rules import ending as rules
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.measuring import freeze_facts
from hotline.services.stages import close_part
from hotline.states import CloseReason, ExclusionCode, OrderStatus
from identity.models import Account

__all__ = [
    "approve_force_majeure",
    "archive_answered",
    "conclude",
    "count_anew",
    "exclude",
    "exempt_from_survey",
]

#: What an exclusion is not made without.
WANTED = {"reason": "请写明剔除理由", "evidence": "请写明剔除的佐证"}


def conclude(act: Act, reason: CloseReason) -> None:
    """T-28 within another verb: the survey is over, the order is archived."""
    act.hotline_order.conclude_good(at=act.now, reason=reason)
    archive_answered(act, reason)


def archive_answered(act: Act, reason: CloseReason) -> None:
    """What every archiving does, whichever transition led there."""
    close_part(act)
    act.enter(None)
    act.tell(events.OrderClosed, close_reason=reason)


def exempt_from_survey(act: Act) -> None:
    """Nobody to ask, or nobody who wants to be asked: archived without a survey (H-33, H-134)."""
    if rules.is_exempt(act.hotline_order):
        conclude(act, CloseReason.EXEMPT)


def exclude(order: HotlineOrder, code: ExclusionCode, *, act: Act, reason: str, evidence: str) -> None:
    """Leave the order out of the metrics that this code names, once: who approved, why, on what evidence (H-163)."""
    said = {"reason": reason.strip(), "evidence": evidence.strip()}
    missing = {name: [WANTED[name]] for name, words in said.items() if not words}
    if missing:
        raise BadInput([one for words in missing.values() for one in words], fields=missing)
    Exclusion.objects.get_or_create(
        hotline_order=order, code=code, defaults={**said, "approved_by": act.by, "at": act.now}
    )


@transaction.atomic
def approve_force_majeure(order_id: int, *, by: Account, reason: str, evidence: str) -> HotlineOrder:
    """X7: what no department could have done in time is not counted as late, once the management agrees (H-163)."""
    act = begin(order_id, by=by)
    order = act.hotline_order
    refuse_unless(rules.objections_to_heading_the_hotline(act.who))
    refuse_now([] if order.host_id or order.dispatched_at else ["还没有派单的工单没有办理期限可以剔除"])
    exclude(order, ExclusionCode.X7, act=act, reason=reason, evidence=evidence)
    count_anew(act)
    return act.finish()


def count_anew(act: Act) -> None:
    """What is left out only after the end is counted from new facts; the older ones stay as they were (H-160)."""
    if act.hotline_order.status == OrderStatus.ARCHIVED:
        freeze_facts(act.hotline_order.pk)
