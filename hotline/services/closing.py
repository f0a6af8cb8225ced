"""Archiving: the record is frozen, its facts are kept, whoever must not be asked is not asked (H-117)."""

from hotline import events
from hotline.models import Exclusion, HotlineOrder
from hotline.rules import ending as rules
from hotline.services.acting import Act
from hotline.services.stages import close_part
from hotline.states import CloseReason, ExclusionCode

__all__ = ["archive_answered", "conclude", "exclude", "exempt_from_survey"]


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


def exclude(order: HotlineOrder, code: ExclusionCode, *, act: Act, reason: str, evidence: str = "") -> None:
    """Leave the order out of the metrics that this code names, with approver and reason, once (H-163)."""
    Exclusion.objects.get_or_create(
        hotline_order=order,
        code=code,
        defaults={"reason": reason, "evidence": evidence, "approved_by": act.by, "at": act.now},
    )
