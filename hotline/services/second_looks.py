"""Second looks: departments that shelve too much (H-108), or whose people take too much back (H-135)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from common.crypto import scrub
from common.errors import BadInput, NotAllowed, NotFound
from common.workdays import SHANGHAI
from hotline.models import Assignment, HotlineOrder, SampleCheck, ShelveRequest
from hotline.rules.waiting import by_turns, is_too_many, to_draw
from hotline.selectors import parameter
from hotline.services.acting import refuse_now
from hotline.states import AssignmentRole, OrderStatus, SampleKind
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["draw_samples", "record_check"]

_Share = tuple[float, float]


@dataclass(frozen=True)
class Span:
    """A period with its name, from the first day up to, not including, the last."""

    name: str
    start: date
    end: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it."""
        return (
            datetime.combine(self.start, time.min, SHANGHAI),
            datetime.combine(self.end, time.min, SHANGHAI) - timedelta(microseconds=1),
        )


def draw_samples(today: date | None = None) -> int:
    """Of the quarter and the month that have ended; drawn once, the same however often asked. How many are new."""
    day = today or timezone.localdate()
    quarter, month = quarter_before(day), month_before(day)
    shelved = ShelveRequest.objects.filter(
        shelved_at__range=quarter.moments, hotline_order__host__isnull=False
    )
    taken_back = HotlineOrder.objects.filter(
        status=OrderStatus.WITHDRAWN, state_since__range=month.moments, host__isnull=False
    )
    limits = (parameter("shelve_share"), parameter("shelve_sample"))
    drawn = _draw(
        SampleKind.SHELVING, quarter, shelved.values_list("hotline_order__host", "hotline_order"), limits
    )
    limits = (parameter("withdraw_share"), parameter("withdraw_sample"))
    return drawn + _draw(SampleKind.WITHDRAWAL, month, taken_back.values_list("host", "pk"), limits)


def month_before(day: date) -> Span:
    """The calendar month that ended before the day."""
    end = day.replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    return Span(f"{start:%Y-%m}", start, end)


def quarter_before(day: date) -> Span:
    """The quarter that ended before the day."""
    end = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    start = date(end.year - (end.month == 1), (end.month - 4) % 12 + 1, 1)
    return Span(f"{start.year}Q{(start.month + 2) // 3}", start, end)


@transaction.atomic
def _draw(kind: SampleKind, span: Span, rows: Iterable[tuple[int, int]], limits: _Share) -> int:
    share, sample = limits
    by_department: dict[int, set[int]] = defaultdict(set)
    for department, order in rows:
        by_department[department].add(order)
    whole = _dispatched(span)
    chosen = [
        SampleCheck(
            kind=kind, department_id=one, period=span.name, hotline_order_id=pk, drawn_at=timezone.now()
        )
        for one, found in by_department.items()
        if is_too_many(len(found), whole.get(one, 0), share)
        for pk in by_turns(sorted(found), to_draw(len(found), sample))
    ]
    before = SampleCheck.objects.count()
    SampleCheck.objects.bulk_create(chosen, ignore_conflicts=True)
    return SampleCheck.objects.count() - before


def _dispatched(span: Span) -> dict[int, int]:
    """How many orders each department was given in the period."""
    hosts = Assignment.objects.filter(role=AssignmentRole.HOST, dispatched_at__range=span.moments)
    counted = hosts.values("department").annotate(orders=Count("hotline_order", distinct=True))
    return dict(counted.values_list("department", "orders"))


@transaction.atomic
def record_check(
    sample_id: int, *, by: Account, finding: str, under_pressure: bool | None = None
) -> SampleCheck:
    """What the centre found: for the withdrawn, whether somebody pressed the complainant (H-135)."""
    who = standing(by)
    if not (who.may(Permission.CALL_BACK) or who.may(Permission.SUPERVISE)):
        raise NotAllowed("抽查由回访员和督办员核查")
    sample = SampleCheck.objects.select_for_update().filter(pk=sample_id).first()
    if sample is None:
        raise NotFound("没有找到这个抽查")
    if sample.department_id in who.departments(Permission.HANDLE_ORDERS):
        raise NotAllowed("不能核查本部门的工单")
    refuse_now(["已经核查过"] if sample.checked_at else [])
    if not finding.strip() or (sample.kind == SampleKind.WITHDRAWAL and under_pressure is None):
        raise BadInput("请写明核查结论；撤诉抽查还要回答有没有人施压")
    sample.finding, sample.under_pressure = scrub(finding.strip()), under_pressure
    sample.checked_at, sample.checked_by = timezone.now(), by
    sample.save(update_fields=["finding", "under_pressure", "checked_at", "checked_by"])
    return sample
