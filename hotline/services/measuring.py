"""Freezing what is counted: a round of asking when the next begins, the order when it ends (H-117, H-160)."""

from datetime import datetime

from django.utils import timezone

from hotline.measuring.freezing import frozen
from hotline.models import HotlineOrder, MetricFact, SurveyRound
from hotline.selectors.facts import facts_of

__all__ = ["freeze_facts", "keep_round"]


def freeze_facts(order_id: int) -> MetricFact:
    """Keep the facts of an order as they stand at its end; an order archived again gets a newer row."""
    [facts] = facts_of(HotlineOrder.objects.filter(pk=order_id))
    return MetricFact.objects.create(hotline_order_id=order_id, facts=frozen(facts), at=timezone.now())


def keep_round(order: HotlineOrder, rework_no: int, *, at: datetime) -> SurveyRound:
    """What this round of asking came to, before the order's own columns begin the next one (T-29, T-33)."""
    reached = bool(order.survey_reached)
    return SurveyRound.objects.create(
        hotline_order=order,
        rework_no=rework_no,
        host_id=order.host_id,
        callback_at=order.callback_at,
        handle_result=order.handle_result,
        surveyed_at=order.surveyed_at if reached else None,
        responded=order.survey_responded if reached else None,
        solved=order.survey_solved if reached else "",
        level=order.survey_level if reached else None,
        at=at,
    )
