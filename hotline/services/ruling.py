"""
职责争议 (T-15…T-18, T-34): raised by the head of a department, ruled by a panel, final, binding for the same facts.

No clock stops meanwhile, and the first recipient keeps the duty (H-63).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common.errors import BadInput, Refused, WrongState
from hotline.events import DisputeOpened, DisputeRuled, OrderReassigned
from hotline.models import Assignment, DispatchRule, Dispute, HotlineOrder, ReturnRequest, Ruling
from hotline.rules import returning as rules
from hotline.rules.clock import due_after, limit_of
from hotline.rules.dispatching import Choice, Way
from hotline.selectors.parameters import parameter
from hotline.services.acting import Act, begin, refuse_if, refuse_now, refuse_unless
from hotline.services.cataloguing import propose_rule
from hotline.services.dispatching import place
from hotline.services.replacing import let_go
from hotline.services.signing import mark_signed
from hotline.services.supervising import open_supervision
from hotline.states import AssignmentRole, AssignmentState, RequestState, SupervisionCause
from identity.models import Account, Department, Post
from identity.roles import GRANTS, Permission
from identity.selectors import departments

__all__ = [
    "Verdict",
    "call_to_site",
    "escalate_dispute",
    "note_improper",
    "open_dispute",
    "raise_dispute",
    "reassign",
    "record_site",
    "rule_keep",
    "rule_to",
]

_HANDLING_ROLES = [role for role, granted in GRANTS.items() if Permission.HANDLE_ORDERS in granted]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the panel says: by which law, on which fact, in writing, and who sat on it (account ids)."""

    legal_basis: str
    fact_tag: str
    text: str
    judges: tuple[int, ...]
    assists: tuple[str, ...] = ()


def open_dispute(act: Act, *, reason: str) -> Dispute:
    """From now the panel has a working day, or two hours; no clock of the order stops (H-63)."""
    due = due_after(act.calendar, act.now, limit_of(parameter("ruling_limits")[act.hotline_order.urgency]))
    dispute = Dispute.objects.create(
        hotline_order=act.hotline_order, raised_by=act.by, reason=reason, opened_at=act.now, due_at=due
    )
    act.enter(due)
    act.tell(DisputeOpened, due_at=due.isoformat())
    return dispute


@transaction.atomic
def raise_dispute(order_id: int, *, by: Account, reason: str) -> HotlineOrder:
    """The head of the department, after its return was rejected and before it is signed for (T-15)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_disputing(act.who, act.host))
    act.ready_for("raise_dispute")
    department = act.host.department_id if act.host else None
    rejected = ReturnRequest.objects.filter(
        hotline_order=act.hotline_order, department=department, state=RequestState.REJECTED
    )
    refuse_now([] if rejected.exists() else ["退单被驳回后才能提出职责争议"])
    if not reason.strip():
        raise BadInput("请写明争议的理由", fields={"reason": ["请写明争议的理由"]})
    act.hotline_order.raise_dispute()
    open_dispute(act, reason=reason.strip())
    return act.finish()


@transaction.atomic
def escalate_dispute(order_id: int, *, by: Account, reason: str) -> HotlineOrder:
    """A dispatcher cannot decide the return (T-16)."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_deciding_return(act.who))
    act.ready_for("escalate_dispute")
    if not reason.strip():
        raise BadInput("请写明不能审核的原因", fields={"reason": ["请写明不能审核的原因"]})
    act.hotline_order.escalate_dispute()
    open_dispute(act, reason=reason.strip())
    return act.finish()


@transaction.atomic
def rule_to(order_id: int, *, by: Account, host: str, verdict: Verdict) -> HotlineOrder:
    """The panel names another host (T-17): forced, a new round, not to be handed back."""
    act, dispute = _before_the_panel(order_id, by, "rule_to")
    named = _department(host)
    refuse_if(["裁定由原单位承办的，请用维持原派单"] if named.pk == act.hotline_order.host_id else [])
    ruling = _written(act, dispute, named, verdict, by)
    _replace_parts(act)
    act.hotline_order.rule_to(host=named)
    act.tell(DisputeRuled, host=named.code, changed=True)
    basis = f"职责争议裁定 {ruling.pk}：{ruling.legal_basis}"
    place(act, Choice(Way.RULING, named.pk, basis, ruling_id=ruling.pk, assists=tuple(ruling.assists)))
    return act.finish()


@transaction.atomic
def rule_keep(order_id: int, *, by: Account, verdict: Verdict) -> HotlineOrder:
    """The panel confirms who holds it (T-18): forced, signed by the ruling itself, due when it was."""
    act, dispute = _before_the_panel(order_id, by, "rule_keep")
    host = act.host
    if host is None:
        raise WrongState("工单没有承办单位")
    ruling = _written(act, dispute, host.department, verdict, by)
    host.ruling = ruling
    host.save(update_fields=["ruling"])
    act.hotline_order.rule_keep(at=act.now)
    act.tell(DisputeRuled, host=host.department.code, changed=False)
    mark_signed(act, host, automatic=True)
    return act.finish()


def _before_the_panel(order_id: int, by: Account, verb: str) -> tuple[Act, Dispute]:
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_ruling(act.who))
    act.ready_for(verb)
    dispute = Dispute.objects.filter(hotline_order=act.hotline_order, closed_at__isnull=True).first()
    if dispute is None:
        raise WrongState("没有待裁定的争议")
    return act, dispute


def _department(code: str) -> Department:
    found = next((one for one in departments().values() if one.code == code), None)
    if found is None:
        raise BadInput("没有这个部门", fields={"host": ["没有这个部门"]})
    return found


def _written(act: Act, dispute: Dispute, host: Department, verdict: Verdict, by: Account) -> Ruling:
    """The ruling, the row it proposes for the catalogue, and the returns it shows to have been improper (H-67, H-91)."""
    order = act.hotline_order
    refuse_if(rules.objections_to_recused(order, host.pk))
    _check_panel(order, verdict)
    dispute.closed_at = act.now
    dispute.save(update_fields=["closed_at"])
    row = propose_rule(
        category=order.category_l2,
        department=host,
        legal_basis=verdict.legal_basis,
        by=act.by,
        region=order.region,
        fact_tag=verdict.fact_tag,
        source=DispatchRule.Source.RULING,
    )
    ruling = Ruling.objects.create(
        dispute=dispute,
        host=host,
        assists=_assisting(verdict, host),
        legal_basis=verdict.legal_basis.strip(),
        fact_tag=verdict.fact_tag.strip(),
        text=verdict.text.strip(),
        judges=sorted(set(verdict.judges)),
        by=by,
        at=act.now,
        category_l2=order.category_l2,
        region=order.region,
        rule=None if Ruling.objects.filter(rule=row).exists() else row,
    )
    _note_against(act, host)
    return ruling


def _assisting(verdict: Verdict, host: Department) -> list[int]:
    """Each once, and nobody assists itself."""
    named = dict.fromkeys(_department(code).pk for code in verdict.assists)
    return [pk for pk in named if pk != host.pk]


def _check_panel(order: HotlineOrder, verdict: Verdict) -> None:
    judges = set(verdict.judges)
    known = set(Account.objects.filter(pk__in=judges, is_active=True).values_list("pk", flat=True))
    in_dispute = Assignment.objects.filter(hotline_order=order).values("department")
    partial = Post.objects.filter(account__in=judges, department__in=in_dispute, role__in=_HANDLING_ROLES)
    objections = rules.objections_to_panel(
        verdict.judges,
        known,
        set(partial.values_list("account_id", flat=True)),
        (verdict.legal_basis, verdict.fact_tag, verdict.text),
    )
    if objections:
        raise BadInput(objections, fields={"judges": objections})


def _note_against(act: Act, host: Department) -> None:
    """Whoever handed it back and is now told that it is theirs did so improperly (H-67)."""
    against = ReturnRequest.objects.filter(hotline_order=act.hotline_order, department=host, improper=False)
    if against.update(improper=True, decided_at=act.now):
        note_improper(host, act.now)


def note_improper(department: Department, now: datetime) -> None:
    """Three improper returns of a department in a month are supervised (H-67)."""
    begins = rules.month_of(now)
    rows = ReturnRequest.objects.filter(department=department, improper=True, decided_at__gte=begins)
    if rows.count() >= int(parameter("improper_returns")):
        open_supervision(department, SupervisionCause.IMPROPER_RETURNS, key=f"{begins:%Y-%m}")


def _replace_parts(act: Act) -> None:
    parts = Assignment.objects.filter(hotline_order=act.hotline_order, state=AssignmentState.OPEN)
    parts.filter(role=AssignmentRole.ASSIST).update(state=AssignmentState.CANCELLED, ended_at=act.now)
    parts.filter(role=AssignmentRole.HOST).update(state=AssignmentState.REPLACED, ended_at=act.now)
    act.forget_host()


@transaction.atomic
def reassign(
    order_id: int, *, by: Account, host: str, reason: str, host_consents: bool = False
) -> HotlineOrder:
    """改派 (T-34): by the management, before anybody was reached or with the host's consent; a new round."""
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_reassigning(act.who))
    act.ready_for("reassign")
    named, order = _department(host), act.hotline_order
    if not reason.strip():
        raise BadInput("改派要说明理由", fields={"reason": ["改派要说明理由"]})
    refuse_now(rules.objections_to_change_of_host(order, named.pk, consents=host_consents))
    before = act.host.department.code if act.host else ""
    let_go(act)
    _replace_parts(act)
    order.reassign(host=named)
    act.tell(OrderReassigned, host=named.code, before=before)
    place(act, Choice(Way.NAMED, named.pk, f"改派：{reason.strip()}", why=("热线管理机构改派",)))
    return act.finish()


# On-site confirmation, where the law is silent (H-92)


@transaction.atomic
def call_to_site(
    order_id: int, *, by: Account, units: Sequence[str], place_text: str, at: datetime
) -> Dispute:
    """The management orders units to the place at a time; who does not come accepts the duty (H-92)."""
    act, dispute = _before_the_panel(order_id, by, "rule_to")
    if not units or not place_text.strip() or at <= act.now:
        raise BadInput("请写明到场单位、地点和将来的时间", fields={"units": ["请写明到场单位、地点和时间"]})
    dispute.site = {
        "units": [_department(code).code for code in units],
        "place": place_text.strip(),
        "at": at.isoformat(),
    }
    dispute.save(update_fields=["site"])
    return dispute


@transaction.atomic
def record_site(order_id: int, *, by: Account, present: Sequence[str]) -> Dispute:
    """Who came; the first that did not is proposed as host in the ruling (H-92)."""
    act, dispute = _before_the_panel(order_id, by, "rule_to")
    called = dispute.site.get("units")
    if not called or datetime.fromisoformat(dispute.site["at"]) > act.now:
        raise Refused(["还没有到现场核实的时间"])
    absent = [code for code in called if code not in present]
    dispute.site = {**dispute.site, "present": [code for code in called if code in present], "absent": absent}
    if absent:
        dispute.site["proposed"] = {
            "host": absent[0],
            "text": f"{_department(absent[0]).name}接到通知没有到场，视为认可承办职责。",
        }
    dispute.save(update_fields=["site"])
    return dispute
