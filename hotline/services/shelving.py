"""挂账: two keys to put an order on the ledger, a look every ninety days, and the ways off it (H-106, H-107)."""

from datetime import datetime, timedelta

from django.db import transaction

from common.errors import BadInput, NotAllowed
from common.workdays import day_of
from hotline import events
from hotline.models import HotlineOrder, ShelveRequest
from hotline.rules import ending, waiting
from hotline.rules import handling as duties
from hotline.rules.clock import due_after, limit_of
from hotline.selectors import parameter
from hotline.services import pausing
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.handling import keep_submission, refuse_poor
from hotline.services.limits import unit_of
from hotline.services.stages import move_due, review_due
from hotline.services.supervising import supervise
from hotline.states import HandleResult, RequestState, SupervisionCause
from identity.models import Account
from identity.roles import Permission

__all__ = [
    "close_ledger",
    "lapse_requests",
    "refuse_shelving",
    "request_shelving",
    "resume",
    "resume_unreviewed",
    "review_shelving",
    "shelve",
    "write_off",
]


@transaction.atomic
def request_shelving(order_id: int, *, by: Account, wanted: waiting.Shelving) -> ShelveRequest:
    """The department cannot solve it now: why, until when, and that the citizen knows (H-106, H-107)."""
    act = begin(order_id, by=by)
    act.ready_for("shelve")
    refuse_unless(duties.objections_to_handling(act.host, act.who))
    today = day_of(act.now)
    latest = act.calendar.natural_end(today, months=parameter("shelve_months"), procedural=False).date
    if wrong := waiting.objections_to_shelving(wanted, today, latest):
        raise BadInput([one for reasons in wrong.values() for one in reasons], fields=wrong)
    refuse_now(["已经有等待审批的挂账申请"] if _waiting(act) is not None else [])
    asked = ShelveRequest.objects.create(hotline_order=act.hotline_order, by=by, at=act.now, **vars(wanted))
    act.finish()
    return asked


def _waiting(act: Act) -> ShelveRequest | None:
    rows = ShelveRequest.objects.filter(hotline_order=act.hotline_order, state=RequestState.PENDING)
    return rows.select_related("first_key").first()


def _on_ledger(act: Act) -> ShelveRequest:
    rows = ShelveRequest.objects.filter(hotline_order=act.hotline_order, state=RequestState.APPROVED)
    return rows.get(ended_at__isnull=True)


@transaction.atomic
def shelve(order_id: int, *, by: Account) -> HotlineOrder:
    """T-22, T-23: one of the two keys; with both, before the due, the order leaves the clock (H-107)."""
    act = begin(order_id, by=by)
    refuse_unless(_objections_to_keys(act))
    act.ready_for("shelve")
    asked = _waiting(act)
    if asked is None:
        refuse_now(["还没有挂账申请"])
        return act.hotline_order
    due = act.hotline_order.state_due_at
    refuse_now(["已经超期，不能再挂账"] if due is not None and act.now > due else [])
    _turn_key(act, asked)
    if asked.first_key_id and asked.second_key_id:
        _shelve(act, asked)
    return act.finish()


def _objections_to_keys(act: Act) -> list[str]:
    may = act.who.may(Permission.RULE_DISPUTES) or act.who.may(Permission.SHELVE_ORDERS)
    return [] if may else ["挂账要由热线管理机构和它的上级共同批准"]


def _turn_key(act: Act, asked: ShelveRequest) -> None:
    """The management first, then its leader; two people (H-107, H-05)."""
    if asked.first_key_id is None:
        refuse_unless(ending.objections_to_heading_the_hotline(act.who))
        asked.first_key = act.by
    elif not act.who.may(Permission.SHELVE_ORDERS) or _is_same(asked.first_key, act.by):
        raise NotAllowed("第二把钥匙在热线管理机构的上级，不能由同一个人批准")
    else:
        asked.second_key = act.by
    asked.save(update_fields=["first_key", "second_key"])


def _is_same(one: Account | None, other: Account | None) -> bool:
    if one is None or other is None:
        return False
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)


def _shelve(act: Act, asked: ShelveRequest) -> None:
    pausing.end_pause(act)
    order = act.hotline_order
    due = order.state_due_at or act.now
    asked.state, asked.shelved_at, asked.reviewed_at = RequestState.APPROVED, act.now, act.now
    asked.remaining = waiting.remaining_of(act.calendar, act.now, due, unit_of(order))
    asked.save(update_fields=["state", "shelved_at", "reviewed_at", "remaining"])
    order.shelve(review_due_at=_next_review(act))
    act.enter(None)
    act.tell(events.OrderShelved, reason=asked.reason)


def _next_review(act: Act) -> datetime:
    return act.now + timedelta(days=parameter("shelve_review_days"))


@transaction.atomic
def refuse_shelving(order_id: int, *, by: Account, reason: str) -> ShelveRequest:
    """Either key may stay out; the department works on."""
    act = begin(order_id, by=by)
    refuse_unless(_objections_to_keys(act))
    asked = _waiting(act)
    if asked is None or not reason.strip():
        refuse_now(["没有等待审批的挂账申请"] if asked is None else [])
        raise BadInput("不同意挂账要写明理由")
    asked.state = RequestState.REJECTED
    asked.refusal = reason.strip()
    asked.save(update_fields=["state", "refusal"])
    act.finish()
    return asked


@transaction.atomic
def review_shelving(order_id: int, *, by: Account, note: str) -> ShelveRequest:
    """The management has looked: it goes on waiting for ninety days more (H-107)."""
    act = begin(order_id, by=by)
    refuse_unless(ending.objections_to_heading_the_hotline(act.who))
    act.ready_for("write_off")
    if not note.strip():
        raise BadInput("请写明复核情况")
    ledger = _on_ledger(act)
    ledger.reviewed_at = act.now
    ledger.review_notes = [
        *ledger.review_notes,
        {"at": act.now.isoformat(), "by": by.pk, "note": note.strip()},
    ]
    ledger.save(update_fields=["reviewed_at", "review_notes"])
    act.hotline_order.review_due_at = _next_review(act)
    act.finish()
    return ledger


@transaction.atomic
def resume(order_id: int, *, by: Account, reason: str) -> HotlineOrder:
    """T-24: the cause is gone; what was left of the time runs on, three working days at least."""
    act = begin(order_id, by=by)
    act.ready_for("resume")
    refuse_unless(duties.objections_to_handling(act.host, act.who))
    if not reason.strip():
        raise BadInput("请写明为什么可以恢复办理")
    _resume(act)
    return act.finish()


def _due_off_ledger(act: Act) -> datetime:
    """What was left of the time when it went on the ledger, from now, three working days at least (T-24)."""
    left = due_after(act.calendar, act.now, limit_of(_on_ledger(act).remaining))
    return waiting.resumed_due(act.calendar, act.now, left, parameter("resume_days"))


def _resume(act: Act) -> None:
    due = _due_off_ledger(act)
    close_ledger(act)
    act.hotline_order.resume()
    act.enter(due)
    move_due(act, due)
    act.tell(events.OrderResumed, due_at=due.isoformat())


def lapse_requests(act: Act) -> None:
    """Whoever asked to lay it aside holds it no longer: what nobody decided on lapses."""
    rows = ShelveRequest.objects.filter(hotline_order=act.hotline_order, state=RequestState.PENDING)
    rows.update(state=RequestState.LAPSED, ended_at=act.now)


def close_ledger(act: Act, *, written_off: bool = False, evidence: str = "") -> None:
    """The order is on the ledger no longer, whichever way it left."""
    lapse_requests(act)
    rows = ShelveRequest.objects.filter(hotline_order=act.hotline_order, ended_at__isnull=True)
    rows.filter(state=RequestState.APPROVED).update(
        ended_at=act.now, written_off=written_off, write_off_evidence=evidence
    )
    act.hotline_order.review_due_at = None


@transaction.atomic
def resume_unreviewed(order_id: int, now: datetime) -> bool:
    """
    T-24 by the clock: the plan date has come, or nobody looked in ninety days, which also opens 督办 (H-107).
    """
    act = begin(order_id, by=None, now=now)
    missed = act.hotline_order.review_due_at is not None and act.hotline_order.review_due_at < now
    if act.hotline_order.review_due_at is None or not (missed or _on_ledger(act).plan_date <= day_of(now)):
        return False
    host = act.host
    _resume(act)
    if missed and host is not None:
        supervise(act, host.department, SupervisionCause.SHELVE_REVIEW)
    act.finish()
    return True


@transaction.atomic
def write_off(
    order_id: int, *, by: Account, evidence: str, measures: str, result_text: str, legal_basis: str = ""
) -> HotlineOrder:
    """
    T-25: 销账 with evidence that it is solved; the close review looks at it like at any result.

    The time on the ledger did not count (H-152): the result is in time, and goes back into work, by the due that
    resuming would have had (T-24, M-11).
    """
    act = begin(order_id, by=by)
    act.ready_for("write_off")
    refuse_unless(duties.objections_to_handling(act.host, act.who))
    if not evidence.strip():
        raise BadInput("销账要附上已经解决的佐证", fields={"evidence": ["销账要附上已经解决的佐证"]})
    reply = duties.Reply(
        handle_result=HandleResult.SOLVED,
        measures=measures.strip(),
        result_text=result_text.strip(),
        legal_basis=legal_basis.strip(),
        done_differently=act.hotline_order.done_differently or evidence.strip(),
    )
    refuse_poor(act, reply)
    move_due(act, _due_off_ledger(act))
    act.hotline_order.write_off(at=act.now)
    close_ledger(act, written_off=True, evidence=evidence.strip())
    keep_submission(act, reply)
    act.enter(review_due(act))
    act.tell(events.OrderWrittenOff)
    return act.finish()
