"""Freezing what is counted when an order ends (H-117, H-160)."""

from django.utils import timezone

from hotline.measuring.freezing import frozen
from hotline.models import HotlineOrder, MetricFact
from hotline.selectors.facts import facts_of

__all__ = ["freeze_facts"]


def freeze_facts(order_id: int) -> MetricFact:
    """Keep the facts of an order as they stand at its end; an order archived again gets a newer row."""
    [facts] = facts_of(HotlineOrder.objects.filter(pk=order_id))
    return MetricFact.objects.create(hotline_order_id=order_id, facts=frozen(facts), at=timezone.now())
