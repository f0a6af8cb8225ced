"""退单 (T-12…T-14, T-43): once a department, with the law in hand; two approved ones call for a ruling (H-64…H-68)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, WrongState
from hotline.events import ReturnDecided, ReturnRequested
from hotline.models import Assignment, HotlineOrder, ReturnRequest
from hotline.rules import returning as rules
from hotline.rules.clock import due_after, limit_of
from hotline.selectors.parameters import parameter
from hotline.services.acting import Act, begin, refuse_now, refuse_unless
from hotline.services.promising import urgency_row
from hotline.services.ruling import note_improper, open_dispute
from hotline.states import AssignmentRole, AssignmentState, OrderStatus, RequestState
from identity.models import Account, Department
from identity.roles import Permission
from identity.selectors import departments

__all__ = ["approve_return", "escalate_overdue", "reject_return", "request_return"]


@transaction.atomic
def request_return(
    order_id: int,
    *,
    by: Account,
    legal_basis: str,
    suggested: str = "",
    evidence: str = "",
    reason: str = "",
) -> HotlineOrder:
    """The host says it is not its own (T-12): by which law, and whose it is, or with evidence that nobody knows."""
    act = begin(order_id, by=by)
    refuse_now(_objections_of_assist(act))
    refuse_unless(rules.objections_to_signing(act.who, act.host))
    act.ready_for("request_return")
    unit = _suggested(suggested)
    if objections := rules.objections_to_return_claim(
        legal_basis, suggested=unit is not None, evidence=evidence
    ):
        raise BadInput(objections, fields={"legal_basis": objections})
    host = _host(act)
    before = ReturnRequest.objects.filter(hotline_order=act.hotline_order, department=host.department_id)
    refuse_now(
        rules.objections_to_returning(act.hotline_order, host, act.now, returned_before=before.exists())
    )
    ReturnRequest.objects.create(
        hotline_order=act.hotline_order,
        assignment=host,
        department_id=host.department_id,
        legal_basis=legal_basis.strip(),
        suggested=unit,
        evidence=evidence.strip(),
        reason=reason.strip(),
        by=by,
        at=act.now,
    )
    act.hotline_order.request_return()
    act.enter(_review_due(act))
    act.tell(ReturnRequested, host=host.department.code)
    return act.finish()


def _objections_of_assist(act: Act) -> list[str]:
    """Assists do not hand back; they object to the hotline's management (H-100)."""
    own = act.who.departments(Permission.HANDLE_ORDERS)
    parts = Assignment.objects.filter(hotline_order=act.hotline_order, department__in=own)
    open_parts = set(parts.filter(state=AssignmentState.OPEN).values_list("role", flat=True))
    return ["协办单位不能退单，有异议的向热线管理机构提出"] if open_parts == {AssignmentRole.ASSIST} else []


def _suggested(code: str) -> Department | None:
    if not code or code == "unknown":
        return None
    found = next((one for one in departments().values() if one.code == code), None)
    if found is None:
        raise BadInput("没有这个部门", fields={"suggested": ["没有这个部门"]})
    return found


def _host(act: Act) -> Assignment:
    if act.host is None:
        raise WrongState("工单没有承办单位")
    return act.host


def _review_due(act: Act) -> datetime:
    """Four working hours, or one hour (T-13, T-14)."""
    row = parameter("return_limits")[act.hotline_order.urgency]
    return due_after(act.calendar, act.now, limit_of(row))


def _reviewed(order_id: int, by: Account, verb: str) -> tuple[Act, Assignment, ReturnRequest]:
    """The order, its host and the request that waits, for a dispatcher who may decide it (H-05)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_deciding_return(act.who))
    act.ready_for(verb)
    host = _host(act)
    request = (
        ReturnRequest.objects.select_related("by")
        .filter(hotline_order=act.hotline_order, state=RequestState.PENDING)
        .first()
    )
    if request is None:
        raise WrongState("没有待审核的退单")
    refuse_unless(
        rules.objections_to_own_return(
            act.who.person_id, host, request.by.person_id, bounce_no=act.hotline_order.bounce_no
        )
    )
    return act, host, request


@transaction.atomic
def approve_return(order_id: int, *, by: Account, decision: str = "") -> HotlineOrder:
    """Back to the dispatchers (T-13); after the second one only a ruling places it (T-43, H-66)."""
    act, host, request = _reviewed(order_id, by, "approve_return")
    _decide(request, act, RequestState.APPROVED, decision)
    _end_parts(act, AssignmentState.RETURNED)
    act.hotline_order.approve_return()
    limit = limit_of(urgency_row(act.hotline_order.urgency)["dispatch"])
    act.enter(due_after(act.calendar, act.now, limit))
    act.tell(ReturnDecided, host=host.department.code, approved=True)
    if act.hotline_order.bounce_no >= int(parameter("returns_at_most")):
        _open_ruling(act)
    return act.finish()


def _end_parts(act: Act, host_state: AssignmentState) -> None:
    """The host's part ends so, its assists' are cancelled."""
    parts = Assignment.objects.filter(hotline_order=act.hotline_order, state=AssignmentState.OPEN)
    parts.filter(role=AssignmentRole.ASSIST).update(state=AssignmentState.CANCELLED, ended_at=act.now)
    parts.filter(role=AssignmentRole.HOST).update(state=host_state, ended_at=act.now)
    act.forget_host()


def _open_ruling(act: Act) -> None:
    """The first recipient holds it again until the ruling (首接负责, T-43)."""
    hosts = Assignment.objects.filter(hotline_order=act.hotline_order, role=AssignmentRole.HOST)
    first = hosts.select_related("department").order_by("round")[0]
    first.state, first.ended_at = AssignmentState.OPEN, None
    first.save(update_fields=["state", "ended_at"])
    act.hotline_order.open_ruling(host=first.department)
    act.forget_host()
    open_dispute(act, reason="两次退单")


def _decide(request: ReturnRequest, act: Act, state: RequestState, decision: str) -> None:
    request.state, request.decision = state, decision.strip()
    request.decided_by, request.decided_at = act.by, act.now
    request.improper = state == RequestState.REJECTED
    request.save(update_fields=["state", "decision", "decided_by", "decided_at", "improper"])


@transaction.atomic
def reject_return(order_id: int, *, by: Account, reason: str, rule: str) -> HotlineOrder:
    """It stays where it was (T-14); the department may still dispute it within the review's hours (T-15)."""
    act, host, request = _reviewed(order_id, by, "reject_return")
    if not reason.strip() or not rule.strip():
        raise BadInput("驳回退单要写明理由和所依据的条款", fields={"reason": ["请写明理由和条款"]})
    _decide(request, act, RequestState.REJECTED, f"{reason.strip()}（{rule.strip()}）")
    window = _review_due(act)
    host.sign_due_at = max(host.sign_due_at or window, window)
    host.save(update_fields=["sign_due_at"])
    act.hotline_order.reject_return()
    act.enter(host.sign_due_at)
    act.tell(ReturnDecided, host=host.department.code, approved=False)
    note_improper(host.department, act.now)
    return act.finish()


def escalate_overdue(*, limit: int = 200) -> int:
    """Returns nobody decided in time go to the panel by themselves (T-16); how many."""
    late = HotlineOrder.objects.filter(
        status=OrderStatus.RETURN_REVIEW, state_due_at__lt=timezone.now()
    ).order_by("state_due_at")
    return sum(_escalate(pk) for pk in list(late.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _escalate(order_id: int) -> bool:
    act = begin(order_id, by=None)
    due = act.hotline_order.state_due_at
    if act.hotline_order.status != OrderStatus.RETURN_REVIEW or due is None or due >= act.now:
        return False
    act.hotline_order.escalate_dispute()
    open_dispute(act, reason="退单超过审核期限")
    act.finish()
    return True
