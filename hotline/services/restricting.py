"""恶意骚扰: marks of agents, the ladder, appeals; and batches of commercial complaints (H-137…H-139)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.crypto import keyed_hash, scrub
from common.errors import BadInput, NotAllowed, NotFound
from hotline.models import AbuseMark, HotlineOrder, NumberRestriction
from hotline.rules import ending
from hotline.rules import restricting as rules
from hotline.rules.clock import Limit, due_after
from hotline.selectors import current_tree, parameter
from hotline.services.acting import begin, refuse_now, refuse_unless
from hotline.services.closing import count_anew, exclude
from hotline.states import AbuseKind, ExclusionCode, RestrictionStage, Unit
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing
from matters.selectors import centre_calendar

__all__ = [
    "appeal_restriction",
    "approve_batch",
    "decide_appeal",
    "flag_batch",
    "is_let_through",
    "keep_mark",
    "mark_call",
    "restrict_number",
]


@transaction.atomic
def mark_call(
    phone: str, *, by: Account, kind: str, call_id: int | None = None, recording: str = "", note: str = ""
) -> AbuseMark:
    """An agent marks a silent or abusive call; enough of them warn the number (H-137)."""
    if not standing(by).may(Permission.TAKE_CALLS):
        raise NotAllowed("只有话务员可以标记骚扰电话")
    if kind not in AbuseKind.values:
        raise BadInput("请选择骚扰类型")
    return keep_mark(phone, by=by, kind=kind, call_id=call_id, recording=recording, note=note)


def keep_mark(
    phone: str, *, by: Account, kind: str, call_id: int | None = None, recording: str = "", note: str = ""
) -> AbuseMark:
    """The mark itself, of one call once; enough of them warn the number (T-04, H-137)."""
    known = AbuseMark.objects.filter(call=call_id).first() if call_id is not None else None
    if known is not None:
        return known
    now = timezone.now()
    mark = AbuseMark.objects.create(
        phone=phone, kind=kind, by=by, call_id=call_id, recording=recording, note=scrub(note), at=now
    )
    if not _ladder(phone) and _is_harassing(phone, now):
        NumberRestriction.objects.create(
            phone=phone, stage=RestrictionStage.WARNING, since=now, reason="骚扰标记达到次数"
        )
    return mark


def _ladder(phone: str) -> list[NumberRestriction]:
    """The rungs the number has been on, in turn; one that an appeal took away does not count."""
    rows = NumberRestriction.objects.filter(phone_hash=keyed_hash(phone), lifted_at__isnull=True)
    return list(rows.select_for_update().order_by("since", "pk"))


def _is_harassing(phone: str, now: datetime, since: datetime | None = None) -> bool:
    limits = parameter("harassment")
    earliest = now - timedelta(days=limits["days"])
    rows = AbuseMark.objects.filter(phone_hash=keyed_hash(phone), at__gt=max(earliest, since or earliest))
    marks = (rules.Mark(kind, agent, at) for kind, agent, at in rows.values_list("kind", "by", "at"))
    return rules.is_harassing(marks, now, limits)


@transaction.atomic
def restrict_number(
    phone: str, *, by: Account, stage: RestrictionStage, reason: str, evidence: Sequence[str] = ()
) -> NumberRestriction:
    """One rung higher, when it went on after the last: voice-mail, restriction, the police (H-137)."""
    refuse_unless(rules.objections_to_stage(standing(by), stage))
    now, ladder = timezone.now(), _ladder(phone)
    last = ladder[-1] if ladder else None
    refuse_now([] if last is not None else ["还没有警告过，不能限制"])
    if last is not None:
        refuse_now(_objections_to_rung(phone, last, stage, now))
    if not reason.strip() or (stage == RestrictionStage.POLICE and not evidence):
        raise BadInput("请写明事由；移送公安机关要列出证据")
    return NumberRestriction.objects.create(
        phone=phone,
        stage=stage,
        since=now,
        until=_until(stage, now),
        by=by,
        reason=scrub(reason.strip()),
        evidence=list(evidence),
    )


def _objections_to_rung(
    phone: str, last: NumberRestriction, stage: RestrictionStage, now: datetime
) -> list[str]:
    if rules.next_stage(last.stage) != stage:
        return [f"下一步是“{rules.next_stage(last.stage).label}”，不能越级"]
    again = _is_harassing(phone, now, last.since)
    return [] if again else [f"“{last.get_stage_display()}”以后没有再次达到骚扰次数"]


def _until(stage: RestrictionStage, now: datetime) -> datetime | None:
    limits = parameter("harassment")
    days = {
        RestrictionStage.VOICEMAIL: limits["voicemail_days"],
        RestrictionStage.RESTRICTED: limits["restrict_days"],
    }.get(stage)
    return now + timedelta(days=days) if days else None


def in_force(phone: str, now: datetime) -> QuerySet[NumberRestriction]:
    """What holds the number back now; it ends by itself (H-138)."""
    rows = NumberRestriction.objects.filter(phone_hash=keyed_hash(phone), lifted_at__isnull=True)
    return rows.filter(until__gt=now).order_by("-since")


def is_let_through(phone: str, *, said: str = "", written: bool = False) -> bool:
    """Whether an agent takes it: emergencies and whatever comes in writing always (H-138)."""
    if written or rules.is_emergency(said, current_tree().tables["emergency_phrases"]):
        return True
    return not in_force(phone, timezone.now()).exists()


@transaction.atomic
def appeal_restriction(phone: str, *, text: str) -> NumberRestriction:
    """Whoever holds the number objects; looked at within five working days (H-138)."""
    now = timezone.now()
    rows = NumberRestriction.objects.select_for_update().filter(
        Q(until__gt=now) | Q(stage=RestrictionStage.WARNING), phone_hash=keyed_hash(phone), lifted_at=None
    )
    restriction = rows.order_by("-since", "-pk").first()
    if restriction is None:
        raise NotFound("这个号码没有受到限制")
    refuse_now(["已经申诉过"] if restriction.appealed_at else [])
    if not text.strip():
        raise BadInput("请写明申诉理由")
    limit = Limit(parameter("harassment")["appeal_days"], Unit.WORKING_DAYS)
    restriction.appeal, restriction.appealed_at = scrub(text.strip()), now
    restriction.appeal_due_at = due_after(centre_calendar(), now, limit)
    restriction.save(update_fields=["appeal", "appealed_at", "appeal_due_at"])
    return restriction


@transaction.atomic
def decide_appeal(restriction_id: int, *, by: Account, lift: bool, decision: str) -> NumberRestriction:
    """By the management, and by somebody else than who restricted (H-05, H-138)."""
    refuse_unless(ending.objections_to_heading_the_hotline(standing(by)))
    rows = NumberRestriction.objects.select_for_update().filter(pk=restriction_id, appealed_at__isnull=False)
    restriction = rows.first()
    if restriction is None:
        raise NotFound("没有找到这个申诉")
    refuse_unless(["作出限制的人不能审理申诉"] if restriction.by_id == by.pk else [])
    refuse_now(["申诉已经有结论"] if restriction.decided_at else [])
    if not decision.strip():
        raise BadInput("请写明申诉结论")
    now = timezone.now()
    restriction.decided_at, restriction.decided_by, restriction.decision = now, by, decision.strip()
    restriction.lifted_at = now if lift else None
    restriction.save(update_fields=["decided_at", "decided_by", "decision", "lifted_at"])
    return restriction


@transaction.atomic
def flag_batch(order_id: int) -> bool:
    """H-139: more than twenty consumer complaints of one person in thirty days are handled, and flagged."""
    act = begin(order_id, by=None)
    order, limits = act.hotline_order, parameter("batch_orders")
    if not order.complainant_key or order.category_l1 != limits["category"] or order.is_batch:
        return False
    order.is_batch = _batch_of(order).count() > limits["count"]
    act.finish()
    return order.is_batch


def _batch_of(order: HotlineOrder) -> QuerySet[HotlineOrder]:
    """What the same complainant has raised about consumption in the thirty days up to this order, itself included."""
    limits = parameter("batch_orders")
    return HotlineOrder.objects.filter(
        complainant_key=order.complainant_key,
        category_l1=limits["category"],
        registered_at__gt=order.registered_at - timedelta(days=limits["days"]),
        registered_at__lte=order.registered_at,
    )


@transaction.atomic
def approve_batch(order_id: int, *, by: Account, reason: str) -> HotlineOrder:
    """X8: a flagged one is left out of the rates once the management agrees (H-139, H-163)."""
    act = begin(order_id, by=by)
    refuse_unless(ending.objections_to_heading_the_hotline(act.who))
    refuse_now([] if act.hotline_order.is_batch else ["这个工单不是批量诉求"])
    counted = _batch_of(act.hotline_order).order_by("registered_at").values_list("order_no", flat=True)
    evidence = f"{parameter('batch_orders')['days']} 日内同一诉求人的工单：{'、'.join(counted)}"
    exclude(act.hotline_order, ExclusionCode.X8, act=act, reason=reason, evidence=evidence)
    count_anew(act)
    return act.finish()
