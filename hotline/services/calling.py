"""Calls as the switch tells them, and the missed ones that are called back within half an hour (H-16, M-01, M-02)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from common.crypto import keyed_hash
from common.errors import BadInput, NotFound
from hotline.models import Call, CallBackTask
from hotline.rules.calling import is_missed, objections_to_calling_back
from hotline.selectors.parameters import parameter
from hotline.services.acting import refuse_now, refuse_unless
from identity.models import Account
from identity.selectors import standing

__all__ = ["CallRecord", "finish_call_back", "record_call"]


#: What is only known when a call has been put through, or is over.
_TOLD_LATER = ("seconds_rung", "answered_at", "ended_at", "agent", "recording")


@dataclass(frozen=True, kw_only=True)
class CallRecord:
    """One line of the switch."""

    call_ref: str
    started_at: datetime
    seconds_rung: float
    phone: str = ""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    restricted: bool = False
    agent: Account | None = None
    recording: str = ""


@transaction.atomic
def record_call(record: CallRecord) -> Call:
    """
    Keep the call; one that rang in vain with a number to ring is to be called back (H-16).

    The switch may tell of it several times, while it rings, when it is put through and when it is over:
    what it says later is added, what it said is kept, and the same again changes nothing.
    """
    told = {name: getattr(record, name) for name in _TOLD_LATER}
    call, is_new = Call.objects.select_for_update().get_or_create(
        call_ref=record.call_ref,
        defaults={
            "started_at": record.started_at,
            "phone": record.phone,
            "restricted": record.restricted,
            **told,
        },
    )
    missed_before = not is_new and _is_missed(call)
    if not is_new:
        _add(call, told)
    if _is_missed(call) and not missed_before:
        _call_back(call.phone, call.ended_at or call.started_at)
    return call


def _add(call: Call, told: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in told.items() if value and not getattr(call, name)}
    if told["seconds_rung"] > call.seconds_rung:
        changed["seconds_rung"] = told["seconds_rung"]
    for name, value in changed.items():
        setattr(call, name, value)
    call.save(update_fields=list(changed))


def _is_missed(call: Call) -> bool:
    return not call.restricted and is_missed(
        answered=call.answered_at is not None,
        seconds_rung=float(call.seconds_rung),
        least=float(parameter("missed_call_seconds")),
        phone=call.phone,
    )


def _call_back(phone: str, at: datetime) -> None:
    """The number's open task of the last two hours, or a new one."""
    digest = keyed_hash(phone)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"call back {digest}"])
    since = at - timedelta(hours=parameter("missed_call_merge_hours"))
    waiting = CallBackTask.objects.filter(
        phone_hash=digest, done_at__isnull=True, first_missed_at__gte=since
    ).first()
    if waiting is not None:
        waiting.missed, waiting.last_missed_at = waiting.missed + 1, max(at, waiting.last_missed_at)
        waiting.save(update_fields=["missed", "last_missed_at"])
        return
    due = at + timedelta(minutes=parameter("missed_call_back_minutes"))
    CallBackTask.objects.create(phone=phone, first_missed_at=at, last_missed_at=at, due_at=due)


@transaction.atomic
def finish_call_back(task_id: int, *, by: Account, outcome: str) -> CallBackTask:
    """An agent has called back, and says what came of it (M-02)."""
    refuse_unless(objections_to_calling_back(standing(by)))
    row = CallBackTask.objects.select_for_update().filter(pk=task_id).first()
    if row is None:
        raise NotFound("没有这个回拨任务")
    refuse_now(["已经回拨过"] if row.done_at else [])
    if not outcome.strip():
        raise BadInput("请写明回拨结果", fields={"outcome": ["请写明回拨结果"]})
    row.done_at, row.done_by, row.outcome = timezone.now(), by, outcome.strip()
    row.save(update_fields=["done_at", "done_by", "outcome"])
    return row
