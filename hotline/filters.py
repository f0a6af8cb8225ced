"""The filters of the order list (api.md)."""

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from hotline.models import HotlineOrder
from hotline.states import OPEN, Channel, OrderStatus, OrderType, Urgency


class OrderFilter(django_filters.FilterSet):
    """Always on rows the caller may already see; never by anything personal (H-143)."""

    status = django_filters.MultipleChoiceFilter(choices=OrderStatus.choices)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    order_type = django_filters.ChoiceFilter(choices=OrderType.choices)
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices)
    category = django_filters.CharFilter(field_name="category_l2")
    department = django_filters.CharFilter(field_name="host__code")
    region = django_filters.CharFilter(field_name="region__code")
    overdue = django_filters.BooleanFilter(method="past_its_due")

    class Meta:
        model = HotlineOrder
        fields = ("status", "channel", "order_type", "urgency", "category", "department", "region", "overdue")

    def past_its_due(self, rows: QuerySet[HotlineOrder], name: str, value: bool) -> QuerySet[HotlineOrder]:
        """Open and past what was promised to the citizen, or not."""
        late = {"public_due_at__lt": timezone.now(), "status__in": sorted(OPEN)}
        return rows.filter(**late) if value else rows.exclude(**late)
