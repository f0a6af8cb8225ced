"""Calls drawn for a quality check: a share of every agent's month, and all delicate ones (H-183)."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI
from hotline.models import HotlineOrder, QualitySample
from hotline.rules.knowledge import is_about_agents, same_person, share_of
from hotline.selectors.parameters import parameter
from hotline.states import Channel, OrderStatus, SampleReason, Urgency
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["check_quality", "draw_quality_sample"]


@transaction.atomic
def draw_quality_sample(month: date) -> int:
    """The month's sample; drawn again it is the same, and what was drawn stays. How many were new."""
    month = month.replace(day=1)
    calls = list(_calls(month))
    drawn = {call.pk: _always(call) for call in calls}
    by_agent: dict[int | None, dict[str, int]] = {}
    for call in calls:
        by_agent.setdefault(call.registered_by_id, {})[call.order_no] = call.pk
    for numbers in by_agent.values():
        for number in share_of(numbers, parameter("quality_share"), month):
            drawn[numbers[number]] = drawn[numbers[number]] or SampleReason.SHARE
    rows = [
        QualitySample(hotline_order=call, agent=call.registered_by, month=month, reason=reason)
        for call in calls
        if (reason := drawn[call.pk])
    ]
    before = QualitySample.objects.count()
    QualitySample.objects.bulk_create(rows, ignore_conflicts=True)
    return QualitySample.objects.count() - before


def _calls(month: date) -> Iterable[HotlineOrder]:
    begins = datetime.combine(month, time.min, SHANGHAI)
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    ends = datetime.combine(after, time.min, SHANGHAI)
    rows = HotlineOrder.objects.filter(channel=Channel.PHONE, registered_by__isnull=False)
    rows = rows.filter(registered_at__gte=begins, registered_at__lt=ends)
    return rows.select_related("registered_by").only(
        "order_no", "registered_by__username", "urgency", "status", "order_type", "title", "redacted"
    )


def _always(call: HotlineOrder) -> SampleReason | None:
    if call.status == OrderStatus.EMERGENCY_TRANSFERRED or call.urgency == Urgency.EMERGENCY:
        return SampleReason.EMERGENCY
    if is_about_agents(call.order_type, call.title, call.redacted):
        return SampleReason.ABOUT_AGENT
    return None


@transaction.atomic
def check_quality(sample_id: int, *, score: int, note: str, by: Account) -> QualitySample:
    """The head of the shift has listened; never to their own call (H-05)."""
    if not standing(by).may(Permission.RULE_DISPUTES):
        raise NotAllowed("只有质检员可以质检")
    sample = (
        QualitySample.objects.select_for_update(of=("self",))
        .select_related("agent")
        .filter(pk=sample_id)
        .first()
    )
    if sample is None:
        raise NotFound("没有找到这个样本")
    if same_person(sample.agent, by):
        raise NotAllowed("不能质检自己的来电")
    if sample.checked_at is not None:
        raise WrongState("这个样本已经质检过了")
    if not 0 <= score <= 100 or not note.strip():
        raise BadInput("请给出 0—100 的分数并写明意见")
    sample.score, sample.note, sample.checked_by, sample.checked_at = score, note.strip(), by, timezone.now()
    sample.save(update_fields=["score", "note", "checked_by", "checked_at"])
    return sample
