"""The facts of orders as the rows tell them now: a statement a table, however many orders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from common.workdays import Calendar
from events.models import EventRecord
from hotline.events import OrderWithdrawn
from hotline.measuring import (
    AssistFacts,
    CallFacts,
    ExtensionFacts,
    OrderFacts,
    PartFacts,
    Period,
    RoundFacts,
    ShelvingFacts,
    SubmissionFacts,
    SupervisionFacts,
    SurveyFacts,
)
from hotline.measuring.freezing import thawed
from hotline.models import (
    Assignment,
    Call,
    CallBackTask,
    Exclusion,
    ExtensionRequest,
    HotlineOrder,
    MetricFact,
    Pause,
    ResultSubmission,
    ReturnRequest,
    ShelveRequest,
    Supervision,
    SurveyAttempt,
    SurveyRound,
)
from hotline.rules.clock import is_natural, working_time
from hotline.states import (
    OPEN,
    AssignmentRole,
    AssignmentState,
    CloseReason,
    HandleResult,
    OrderStatus,
    OrderType,
    RequestState,
    Solved,
    Urgency,
)
from matters.selectors import centre_calendar

__all__ = ["call_facts", "facts_of", "facts_of_period", "supervision_facts"]

_Rows = Mapping[int, list[dict[str, Any]]]

_ENDED_EARLY = {OrderStatus.INVALID, OrderStatus.GUIDED_ELSEWHERE, OrderStatus.EMERGENCY_TRANSFERRED}
_COLUMNS = (
    "pk", "order_no", "order_type", "urgency", "status", "close_reason", "accepted_at", "anonymous",
    "article_code", "public_due_at", "first_feedback_at", "callback_at", "surveyed_at", "survey_reached",
    "survey_responded", "survey_solved", "survey_level", "handle_result", "rework_no", "state_since",
    "result_at", "archived_at", "is_rebound", "citizen_withdrew", "complainant_key", "host__code",
    "parent__complainant_key",
)  # fmt: skip


def facts_of_period(period: Period, orders: QuerySet[HotlineOrder] | None = None) -> list[OrderFacts]:
    """Every order that may count in the period: as frozen where it has ended, else as it stands."""
    rows = HotlineOrder.objects.all() if orders is None else orders
    touched = (
        Q(status__in=sorted(OPEN)) | Q(public_due_at__gte=period.start) | Q(state_since__gte=period.start)
    )
    touched |= Q(surveyed_at__gte=period.start) | Q(archived_at__gte=period.start)
    rows = rows.filter(touched, registered_at__lt=period.end)
    archived = rows.filter(status=OrderStatus.ARCHIVED).values("pk")
    newest = MetricFact.objects.filter(hotline_order__in=archived).order_by("hotline_order", "-id")
    kept = dict(newest.distinct("hotline_order").values_list("hotline_order", "facts"))
    return [*map(thawed, kept.values()), *facts_of(rows.exclude(pk__in=kept))]


def facts_of(orders: QuerySet[HotlineOrder]) -> list[OrderFacts]:
    """The facts of these orders as the rows tell them."""
    found = list(orders.order_by("pk").values(*_COLUMNS))
    known = _Known(found) if found else None
    return [_facts(row, known) for row in found if known is not None]


class _Known:
    """What belongs to these orders, by order; one statement a table."""

    def __init__(self, found: Sequence[Mapping[str, Any]]) -> None:
        ids = [row["pk"] for row in found]
        parts = Assignment.objects.filter(role=AssignmentRole.HOST).order_by("round")
        self.parts = _by_order(
            parts, ids, "round", "department__code", "state", "dispatched_at", "sign_due_at", "signed_at",
            "auto_signed", "feedback_due_at", "ended_at",
        )  # fmt: skip
        assists = Assignment.objects.filter(role=AssignmentRole.ASSIST).order_by("pk")
        self.assists = _by_order(assists, ids, "department__code", "due_at", "replied_at")
        self.returns = _by_order(ReturnRequest.objects, ids, "state", "improper")
        self.submissions = _by_order(ResultSubmission.objects.order_by("id"), ids, "at", "due_at", "accepted")
        self.extensions = _by_order(ExtensionRequest.objects, ids, "at", "state")
        shelved = ShelveRequest.objects.filter(shelved_at__isnull=False)
        self.shelvings = _by_order(shelved, ids, "shelved_at", "ended_at", "written_off")
        self.exclusions = _by_order(Exclusion.objects, ids, "code")
        self.attempts = _by_order(SurveyAttempt.objects, ids, "rework_no")
        self.rounds = _by_order(
            SurveyRound.objects.order_by("rework_no"), ids, "rework_no", "host__code", "callback_at",
            "handle_result", "surveyed_at", "responded", "solved", "level",
        )  # fmt: skip
        self.pauses = _by_order(Pause.objects, ids, "began_at", "ended_at")
        self.withdrawn = _withdrawn(found)
        self.calendar = centre_calendar()


def _withdrawn(found: Sequence[Mapping[str, Any]]) -> dict[int, datetime]:
    """When each was withdrawn; of those that went on all the same the history says when (H-134)."""
    went_on = [f"hotline_order:{row['pk']}" for row in found if row["citizen_withdrew"]]
    told = EventRecord.objects.of(OrderWithdrawn).filter(subject__in=went_on).order_by("-id")
    noted = {int(subject.partition(":")[2]): at for subject, at in told.values_list("subject", "at")}
    ended = {row["pk"]: row["state_since"] for row in found if row["status"] == OrderStatus.WITHDRAWN}
    return {**(noted if went_on else {}), **ended}


def _by_order(rows: Any, ids: list[int], *columns: str) -> _Rows:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.filter(hotline_order__in=ids).values("hotline_order_id", *columns):
        grouped[row.pop("hotline_order_id")].append(row)
    return grouped


def _facts(row: Mapping[str, Any], known: _Known) -> OrderFacts:
    pk = row["pk"]
    parts = known.parts.get(pk, [])
    returns = known.returns.get(pk, [])
    return OrderFacts(
        order_no=row["order_no"],
        order_type=OrderType(row["order_type"]),
        urgency=Urgency(row["urgency"]),
        department=row["host__code"] or (parts[-1]["department__code"] if parts else ""),
        accepted_at=row["accepted_at"],
        anonymous=row["anonymous"],
        settled_directly=row["close_reason"] == CloseReason.DIRECT,
        answered_with_article=bool(row["article_code"]),
        parts=tuple(map(_part, parts)),
        assists=tuple(map(_assist, known.assists.get(pk, []))),
        returns_requested=len(returns),
        returns_rejected=sum(one["improper"] or one["state"] == RequestState.REJECTED for one in returns),
        host_ruled_or_reassigned=bool(parts) and parts[0]["state"] == AssignmentState.REPLACED,
        due_at=row["public_due_at"],
        submissions=tuple(SubmissionFacts(**one) for one in known.submissions.get(pk, [])),
        first_feedback_at=row["first_feedback_at"],
        rounds=tuple(_rounds(row, known)),
        rework_no=row["rework_no"],
        withdrawn_at=known.withdrawn.get(pk),
        extensions=tuple(
            ExtensionFacts(at=one["at"], approved=one["state"] == RequestState.APPROVED)
            for one in known.extensions.get(pk, [])
        ),
        shelvings=tuple(ShelvingFacts(**one) for one in known.shelvings.get(pk, [])),
        result_at=row["result_at"],
        handled_seconds=_handled(row, known.pauses.get(pk, []), known.calendar),
        archived_at=row["archived_at"],
        is_rebound=row["is_rebound"],
        exclusions=frozenset(_codes(row)) | {one["code"] for one in known.exclusions.get(pk, [])},
    )


def _part(row: Mapping[str, Any]) -> PartFacts:
    return PartFacts(
        department=row["department__code"],
        round=row["round"],
        dispatched_at=row["dispatched_at"],
        sign_due_at=row["sign_due_at"],
        signed_at=row["signed_at"],
        auto_signed=row["auto_signed"],
        return_approved=row["state"] == AssignmentState.RETURNED,
        feedback_due_at=row["feedback_due_at"],
        ended_at=row["ended_at"],
    )


def _assist(row: Mapping[str, Any]) -> AssistFacts:
    return AssistFacts(department=row["department__code"], due_at=row["due_at"], replied_at=row["replied_at"])


def _rounds(row: Mapping[str, Any], known: _Known) -> Iterable[RoundFacts]:
    """Those that a rework has ended, as they were kept; then the present one, as the order says."""
    tried = {one["rework_no"] for one in known.attempts.get(row["pk"], [])}
    kept = known.rounds.get(row["pk"], [])
    for one in [*kept, _present_round(row)]:
        survey = _survey(one)
        if one["callback_at"] is not None or survey is not None:
            yield RoundFacts(
                number=one["rework_no"],
                department=one["host__code"] or "",
                callback_at=one["callback_at"],
                attempted=one["rework_no"] in tried,
                claimed=HandleResult(one["handle_result"]) if one["handle_result"] else None,
                survey=survey,
            )


def _present_round(row: Mapping[str, Any]) -> dict[str, Any]:
    reached = row["survey_reached"]
    return {
        "rework_no": row["rework_no"],
        "host__code": row["host__code"],
        "callback_at": row["callback_at"],
        "handle_result": row["handle_result"],
        "surveyed_at": row["surveyed_at"] if reached else None,
        "responded": row["survey_responded"],
        "solved": row["survey_solved"],
        "level": row["survey_level"],
    }


def _survey(asked: Mapping[str, Any]) -> SurveyFacts | None:
    if asked["surveyed_at"] is None:
        return None
    return SurveyFacts(
        at=asked["surveyed_at"],
        responded=asked["responded"],
        solved=Solved(asked["solved"]) if asked["solved"] else None,
        level=asked["level"],
    )


def _codes(row: Mapping[str, Any]) -> Iterable[str]:
    status = row["status"]
    if status == OrderStatus.WITHDRAWN or row["citizen_withdrew"]:
        yield "X1"
    same = row["complainant_key"] and row["complainant_key"] == row["parent__complainant_key"]
    if status == OrderStatus.MERGED and same:
        yield "X2"
    if status == OrderStatus.SHELVED:
        yield "X3"
    if status in _ENDED_EARLY:
        yield "X4"
    if row["anonymous"] or row["close_reason"] == CloseReason.NO_CONTACT:
        yield "X5"


def _handled(row: Mapping[str, Any], pauses: list[dict[str, Any]], calendar: Calendar) -> float | None:
    begun, ended = row["accepted_at"], row["result_at"]
    if begun is None or ended is None:
        return None
    natural = is_natural(row["urgency"])

    def between(first: datetime, last: datetime) -> timedelta:
        return last - first if natural else working_time(calendar, first, last)

    paused = (between(one["began_at"], min(one["ended_at"] or ended, ended)) for one in pauses)
    return (between(begun, ended) - sum(paused, timedelta())).total_seconds()


def call_facts(period: Period) -> list[CallFacts]:
    """The calls of the period, and the call-backs due in it."""
    calls = Call.objects.filter(started_at__gte=period.start, started_at__lt=period.end)
    rung = [
        CallFacts(at=at, answered=answered is not None, seconds_rung=float(seconds), restricted=restricted)
        for at, answered, seconds, restricted in calls.values_list(
            "started_at", "answered_at", "seconds_rung", "restricted"
        )
    ]
    missed = CallBackTask.objects.filter(due_at__gte=period.start, due_at__lt=period.end)
    # Counted by the call-back alone: the missed calls themselves are among the others.
    return rung + [
        CallFacts(at=period.end, answered=False, seconds_rung=0, call_back_due_at=due, called_back_at=done)
        for due, done in missed.values_list("due_at", "done_at")
    ]


def supervision_facts(period: Period, department: str = "") -> list[SupervisionFacts]:
    """The supervisions opened in the period."""
    rows = Supervision.objects.filter(opened_at__gte=period.start, opened_at__lt=period.end)
    rows = rows.filter(department__code=department) if department else rows
    return [
        SupervisionFacts(department=code, opened_at=opened, answer_due_at=due, answered_at=answered)
        for code, opened, due, answered in rows.values_list(
            "department__code", "opened_at", "answer_due_at", "answered_at"
        )
    ]
