"""
派单 (T-08): one host, its assists, a basis; a new round, once.

By machine where class and host are both sure enough (H-85), by a dispatcher otherwise, at once in an
emergency (H-87). The order's lock and the round make it harmless to be asked twice (H-89).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from common.errors import BadInput, WrongState
from hotline.events import OrderDispatched
from hotline.models import Assignment, HotlineOrder, JointPlan
from hotline.rules import dispatching as rules
from hotline.rules.clock import Limit, due_after, limit_of
from hotline.rules.dispatching import Choice, Way
from hotline.selectors import dispatching as reading
from hotline.selectors.parameters import parameter
from hotline.services.acting import Act, begin, refuse_if, refuse_now, refuse_unless
from hotline.services.desk import open_task
from hotline.services.promising import promised, urgency_row
from hotline.states import AssignmentRole, DeskTaskKind, OrderStatus, Unit, Urgency
from identity.models import Account, Department
from identity.selectors import departments

__all__ = ["dispatch", "dispatch_emergency", "dispatch_left", "place", "plan_jointly"]

#: How long a lost message is looked for; what is not clear by then waits for a person.
LOOKED_FOR = timedelta(minutes=10)


@transaction.atomic
def dispatch(
    order_id: int,
    *,
    by: Account | None,
    host: str = "",
    basis: str = "",
    assists: Sequence[str] | None = None,
    joint: bool = False,
    round_no: int | None = None,
) -> HotlineOrder:
    """
    Give the order to its host (T-08).

    ``by`` None is the machine: it dispatches where it is sure, and otherwise leaves the order to the
    dispatchers' queue. ``host`` and ``assists`` are department codes; ``round_no`` is the round this was asked
    for: a message that comes again finds it done (H-89).
    """
    act = begin(order_id, by=by)
    if by is None:
        return _by_machine(act, round_no)
    refuse_unless(rules.objections_to_dispatching(act.who))
    act.ready_for("dispatch")
    refuse_now(_objections_to_bounces(act.hotline_order))
    choice = _named(act, host, basis) if host else reading.choice_for(act.hotline_order)
    if assists is not None:
        choice = _with_chosen(choice, [_department(code).pk for code in assists])
    act.hotline_order.dispatch(at=act.now, host=departments()[choice.department_id])
    place(act, choice, joint=joint)
    return act.finish()


def _objections_to_bounces(hotline_order: HotlineOrder) -> list[str]:
    """After two returns only a ruling places it (T-08, H-66)."""
    most = int(parameter("returns_at_most"))
    return [] if hotline_order.bounce_no < most else ["已两次退单，要由职责争议裁定"]


def _by_machine(act: Act, round_no: int | None) -> HotlineOrder:
    hotline_order = act.hotline_order
    if hotline_order.status != OrderStatus.ACCEPTED or _objections_to_bounces(hotline_order):
        return hotline_order
    if round_no is not None and _next_round(hotline_order) != round_no:
        return hotline_order
    choice = reading.choice_for(hotline_order)
    if reading.objections_to_automatic(hotline_order, choice):
        return hotline_order
    hotline_order.dispatch(at=act.now, host=departments()[choice.department_id])
    place(act, choice, automatic=True)
    return act.finish()


def dispatch_left(*, limit: int = 100) -> int:
    """Accepted orders the machine has not looked at since a minute, newest last; how many were tried (H-89)."""
    now = timezone.now()
    waiting = HotlineOrder.objects.filter(
        status=OrderStatus.ACCEPTED,
        state_since__range=(now - LOOKED_FOR, now - timedelta(minutes=1)),
    ).order_by("state_since")
    ids = list(waiting.values_list("pk", flat=True)[:limit])
    for order_id in ids:
        dispatch(order_id, by=None)
    return len(ids)


def dispatch_emergency(act: Act) -> None:
    """The first of the list at once; a dispatcher confirms within a quarter of an hour (H-87)."""
    choice = reading.choice_for(act.hotline_order)
    act.hotline_order.dispatch(at=act.now, host=departments()[choice.department_id])
    round_no = place(act, choice, automatic=True)
    due = act.now + timedelta(minutes=parameter("emergency_confirm_minutes"))
    open_task(act.hotline_order, DeskTaskKind.EMERGENCY_CONFIRM, due=due, now=act.now, round_no=round_no)


def _named(act: Act, host: str, basis: str) -> Choice:
    """A host named by a dispatcher or by an instruction (H-82): with a row of the catalogue, or a basis in words."""
    department, order = _department(host), act.hotline_order
    known, asked, rows = reading.units(), reading.asked_of(order), reading.rows_of(order)
    refuse_if(
        rules.objections_to_host(known[department.pk], rows=rows, asked=asked, units=known, basis=basis)
    )
    its = [row for row in rules.valid_rows(rows, asked, known) if row.department_id == department.pk]
    row = min(its, key=lambda one: (one.is_assist, not one.order_type), default=None)
    listed = reading.choice_for(order).assists
    return Choice(
        Way.NAMED,
        department.pk,
        basis.strip() or (row.legal_basis if row else ""),
        rule_id=row.pk if row else None,
        assists=tuple(one for one in listed if one != department.pk),
        candidates=reading.candidates_for(order),
        why=("派单员指定",),
    )


def _department(code: str) -> Department:
    found = next((one for one in departments().values() if one.code == code), None)
    if found is None:
        raise BadInput("没有这个部门", fields={"host": ["没有这个部门"]})
    return found


def _with_chosen(choice: Choice, chosen: Sequence[int]) -> Choice:
    if len(set(chosen)) > rules.MOST_ASSISTS:
        raise BadInput(f"协办单位最多 {rules.MOST_ASSISTS} 个", fields={"assists": ["协办单位太多"]})
    return rules.only_assists(choice, chosen)


def place(act: Act, choice: Choice, *, joint: bool = False, automatic: bool = False) -> int:
    """
    Write the new round: the host's part, the assists', their dues; the round's number.

    The first host owes the promise of acceptance; a later one gets the full time from now, and the citizen's
    date only ever moves back, never forward (H-68, H-157).
    """
    order, round_no = act.hotline_order, _next_round(act.hotline_order)
    promise = order.public_due_at
    due = _handling_due(act, round_no)
    levels = urgency_row(order.urgency)
    sign_due = due_after(act.calendar, act.now, _sign_limit(order, choice))
    feedback = levels["first_feedback"]
    host = Assignment(
        role=AssignmentRole.HOST,
        department_id=choice.department_id,
        basis_rule_id=choice.rule_id,
        ruling_id=choice.ruling_id,
        basis=choice.basis,
        score=choice.score,
        explanation=_explained(choice),
        sign_due_at=sign_due,
        feedback_due_at=due_after(act.calendar, act.now, limit_of(feedback)) if feedback else None,
        due_at=due,
    )
    parts = [host, *_assisting(act, choice, due)]
    for part in parts:
        part.hotline_order, part.round, part.by, part.dispatched_at = order, round_no, act.by, act.now
    Assignment.objects.bulk_create(parts)
    act.forget_host()
    act.enter(sign_due)
    if joint or order.is_joint:
        _begin_joint(act)
    act.tell(
        OrderDispatched,
        round=round_no,
        host=departments()[choice.department_id].code,
        automatic=automatic,
        due_at=due.isoformat(),
        first=round_no == 1,
        moved=promise is not None and order.public_due_at != promise,
    )
    return round_no


def _sign_limit(order: HotlineOrder, choice: Choice) -> Limit:
    """A unit that was ruled to host signs within two hours (H-93)."""
    usual = limit_of(urgency_row(order.urgency)["sign"])
    ruled = Limit(parameter("ruled_sign_hours"), Unit.NATURAL_HOURS)
    shorter = order.urgency == Urgency.NORMAL and order.forced and choice.way == Way.RULING
    return ruled if shorter else usual


def _next_round(hotline_order: HotlineOrder) -> int:
    if hotline_order.accepted_at and not hotline_order.dispatched_at:
        return 1
    hosts = Assignment.objects.filter(hotline_order=hotline_order, role=AssignmentRole.HOST)
    last: int | None = hosts.aggregate(last=Max("round"))["last"]
    return (last or 0) + 1


def _handling_due(act: Act, round_no: int) -> datetime:
    order = act.hotline_order
    if round_no == 1 and order.public_due_at:
        return order.public_due_at
    due, order.due_basis = promised(act, act.now, again=True)
    order.public_due_at = max(order.public_due_at or due, due)
    return due


def _assisting(act: Act, choice: Choice, due: datetime) -> list[Assignment]:
    """One working day, or two hours, before the host (H-100)."""
    margin: Mapping[str, float] = parameter("assist_margin")
    earlier = rules.assist_due(act.calendar, act.now, due, act.hotline_order.urgency, margin)
    return [
        Assignment(role=AssignmentRole.ASSIST, department_id=one, due_at=earlier, basis=choice.basis)
        for one in choice.assists
    ]


def _explained(choice: Choice) -> dict[str, Any]:
    """What the dispatcher and the department are shown of the choice (H-86)."""
    return {
        "way": choice.way.value,
        "why": list(choice.why),
        "confidence": round(choice.confidence, 4),
        "candidates": [
            {
                "department": one.name,
                "score": one.score,
                "C": one.c,
                "R": one.r,
                "H": round(one.h, 4),
                "basis": one.row.legal_basis,
                "why": list(one.why),
            }
            for one in choice.candidates
        ],
    }


def _begin_joint(act: Act) -> None:
    """联合办理: who does what until when, within two working days (H-103)."""
    act.hotline_order.is_joint = True
    due = due_after(act.calendar, act.now, Limit(parameter("joint_plan_days"), Unit.WORKING_DAYS))
    JointPlan.objects.get_or_create(hotline_order=act.hotline_order, defaults={"due_at": due})


@transaction.atomic
def plan_jointly(order_id: int, *, by: Account, steps: Sequence[Mapping[str, str]]) -> JointPlan:
    """The leading unit says who does what until when (H-103)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_planning(act.who, act.host.department_id if act.host else None))
    plan = JointPlan.objects.select_for_update().filter(hotline_order=act.hotline_order).first()
    if plan is None:
        raise WrongState("这不是联合办理的工单")
    if not steps or any(not all(step.get(key) for key in ("department", "what", "due")) for step in steps):
        raise BadInput("方案要写明每个单位做什么、何时完成", fields={"steps": ["方案不完整"]})
    plan.steps = [{key: step[key] for key in ("department", "what", "due")} for step in steps]
    plan.made_at, plan.made_by = act.now, by
    plan.save(update_fields=["steps", "made_at", "made_by"])
    return plan
