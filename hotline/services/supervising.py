"""督办: opened for a cause once, answered in writing, raised when silent, closed by somebody else (H-122…H-125)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.crypto import scrub
from common.errors import BadInput, NotFound
from events import publish
from hotline import events
from hotline.models import HotlineOrder, Supervision
from hotline.rules import supervising as rules
from hotline.rules.clock import Limit, due_after
from hotline.selectors import parameter
from hotline.services.acting import Act, refuse_now, refuse_unless
from hotline.states import SupervisionCause, SupervisionLevel, Unit
from identity.models import Account, Department
from identity.roles import Permission
from identity.selectors import standing
from matters.selectors import centre_calendar

__all__ = [
    "answer_supervision",
    "close_supervision",
    "open_supervision",
    "raise_silent",
    "record_interview",
    "supervise",
]


@transaction.atomic
def open_supervision(
    department: Department,
    cause: SupervisionCause,
    *,
    key: str,
    level: SupervisionLevel = SupervisionLevel.CONTACT,
    by: Account | None = None,
    order: HotlineOrder | None = None,
    leader: str = "",
) -> Supervision:
    """One for each cause, key and department: asked again, it answers with the first (H-123)."""
    if by is not None:
        refuse_unless(rules.objections_to_supervising(standing(by)))
    now = timezone.now()
    supervision, created = Supervision.objects.get_or_create(
        department=department,
        cause=cause,
        cause_key=key,
        defaults={
            "hotline_order": order,
            "level": level,
            "opened_at": now,
            "opened_by": by,
            "answer_due_at": _answer_due(now),
            "leader": leader,
        },
    )
    if created:
        _tell(supervision, events.SupervisionOpened, by, level=int(level), cause=cause)
    return supervision


def supervise(
    act: Act,
    department: Department,
    cause: SupervisionCause,
    *,
    level: SupervisionLevel = SupervisionLevel.CONTACT,
    key: str = "",
    leader: str = "",
) -> Supervision:
    """Open one about the order of this act; by default once an order, cause and rework."""
    order = act.hotline_order
    known = key or f"{order.pk}:{order.rework_no}"
    return open_supervision(department, cause, key=known, level=level, order=order, leader=leader)


def _answer_due(now: datetime) -> datetime:
    return due_after(centre_calendar(), now, Limit(parameter("supervision_days"), Unit.WORKING_DAYS))


def _tell(
    supervision: Supervision, fact: Callable[..., events.SupervisionFact], by: Account | None, **facts: object
) -> None:
    order = supervision.hotline_order
    about = {"order_id": order.pk, "order_no": order.order_no} if order is not None else {}
    publish(fact(supervision_id=supervision.pk, **about, **facts), by=by)


def _locked(supervision_id: int, by: Account) -> Supervision:
    """NotFound for whoever neither supervises nor belongs to the department."""
    who = standing(by)
    rows = Supervision.objects.select_for_update(of=("self",)).select_related(
        "hotline_order", "department", "answered_by"
    )
    if not (who.may(Permission.SUPERVISE) or who.may(Permission.AUDIT)):
        rows = rows.filter(department__in=who.departments(Permission.HANDLE_ORDERS))
    supervision = rows.filter(pk=supervision_id).first()
    if supervision is None:
        raise NotFound("没有找到这个督办")
    return supervision


@transaction.atomic
def answer_supervision(supervision_id: int, *, by: Account, answer: str, evidence: str) -> Supervision:
    """The department's written answer with its evidence (H-124)."""
    supervision = _locked(supervision_id, by)
    refuse_unless(rules.objections_to_answering(supervision, standing(by)))
    refuse_now(_objections_to_change(supervision))
    if not answer.strip() or not evidence.strip():
        raise BadInput("督办要书面答复，并附上佐证")
    supervision.answer, supervision.evidence = scrub(answer.strip()), scrub(evidence.strip())
    supervision.answered_at, supervision.answered_by = timezone.now(), by
    supervision.save(update_fields=["answer", "evidence", "answered_at", "answered_by"])
    _tell(supervision, events.SupervisionAnswered, by)
    return supervision


def _objections_to_change(supervision: Supervision) -> list[str]:
    return ["督办已经办结"] if supervision.closed_at is not None else []


@transaction.atomic
def record_interview(supervision_id: int, *, by: Account, text: str) -> Supervision:
    """约谈: what was said and promised; level 3 and repeated level 2 do not close without it (H-125)."""
    supervision = _locked(supervision_id, by)
    refuse_unless(rules.objections_to_supervising(standing(by)))
    refuse_now(_objections_to_change(supervision))
    if not text.strip():
        raise BadInput("请写明约谈情况")
    supervision.interview = scrub(text.strip())
    supervision.save(update_fields=["interview"])
    return supervision


@transaction.atomic
def close_supervision(supervision_id: int, *, by: Account) -> Supervision:
    """Closed by a supervisor who is not the handler, once it is answered (H-124)."""
    supervision = _locked(supervision_id, by)
    refuse_unless(rules.objections_to_closing(supervision, standing(by)))
    refuse_now(_objections_to_change(supervision) or _objections_to_end(supervision))
    supervision.closed_at, supervision.closed_by = timezone.now(), by
    supervision.save(update_fields=["closed_at", "closed_by"])
    _tell(supervision, events.SupervisionClosed, by)
    return supervision


def _objections_to_end(supervision: Supervision) -> list[str]:
    if supervision.answered_at is None:
        return ["被督办的部门还没有书面答复"]
    return ["还没有约谈记录"] if needs_interview(supervision) and not supervision.interview else []


def needs_interview(supervision: Supervision) -> bool:
    """Level 3, and a second one at level 2 within a year (H-125)."""
    if supervision.level < SupervisionLevel.HEAD:
        return False
    if supervision.level == SupervisionLevel.INSPECTORATE:
        return True
    same = Supervision.objects.filter(department=supervision.department_id, level__gte=SupervisionLevel.HEAD)
    earlier = same.filter(opened_at__lt=supervision.opened_at, opened_at__year=supervision.opened_at.year)
    return earlier.exclude(pk=supervision.pk).exists()


def silent(now: datetime) -> QuerySet[Supervision]:
    """Unanswered past their day, and with a level above; the longest silent first (H-123)."""
    rows = Supervision.objects.filter(answered_at__isnull=True, closed_at__isnull=True, answer_due_at__lt=now)
    return rows.filter(level__lt=SupervisionLevel.INSPECTORATE).order_by("answer_due_at", "pk")


def raise_silent(now: datetime | None = None, *, limit: int = 200) -> int:
    """Every silent one a level higher, with three days anew (H-123); how many."""
    at = now or timezone.now()
    return sum(raise_one(pk, at) for pk in silent(at).values_list("pk", flat=True)[:limit])


@transaction.atomic
def raise_one(pk: int, now: datetime) -> bool:
    """A level higher, if it is silent still."""
    rows = silent(now).select_for_update(of=("self",)).select_related("hotline_order")
    supervision = rows.filter(pk=pk).first()
    if supervision is None:
        return False
    supervision.level += 1
    supervision.answer_due_at = _answer_due(now)
    supervision.save(update_fields=["level", "answer_due_at"])
    _tell(supervision, events.SupervisionRaised, None, level=supervision.level)
    return True
