"""The filters of the application list (api.md)."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from workflow.models import Application
from workflow.states import APPLICATION_FINAL, ApplicationStatus


class ApplicationFilter(django_filters.FilterSet):
    """status, bundle, department, overdue, q: always on rows the caller may already see."""

    status = django_filters.MultipleChoiceFilter(choices=ApplicationStatus.choices)
    bundle = django_filters.CharFilter(field_name="code")
    department = django_filters.CharFilter(method="of_department")
    overdue = django_filters.BooleanFilter(method="past_its_promise")
    q = django_filters.CharFilter(method="named")

    class Meta:
        model = Application
        fields = ("status", "bundle", "department", "overdue", "q")

    def of_department(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """Led by it, or with a review of it."""
        concerned = Q(lead_department__code=value) | Q(reviews__department__code=value)
        return rows.filter(concerned).distinct()

    def past_its_promise(self, rows: QuerySet[Application], name: str, value: bool) -> QuerySet[Application]:
        """Open and past its due date, or not."""
        late = Q(due_at__lt=timezone.now(), decided_at=None) & ~Q(status__in=sorted(APPLICATION_FINAL))
        return rows.filter(late) if value else rows.exclude(late)

    def named(self, rows: QuerySet[Application], name: str, value: str) -> QuerySet[Application]:
        """By number or by the name of the bundle; never by a person's name or number."""
        return rows.filter(Q(reference__startswith=value) | Q(name__icontains=value))
