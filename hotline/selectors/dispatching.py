"""What dispatch goes by: rows in force, rulings that bind, units, history; each one statement (H-81…H-83)."""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from common.workdays import day_of
from hotline.models import Assignment, DispatchRule, HotlineOrder, Ruling
from hotline.rules.dispatching import (
    Asked,
    Candidate,
    Choice,
    OrderFacts,
    Row,
    Unit,
    Way,
    best_scored,
    overriding,
    with_assists,
)
from hotline.rules.dispatching import objections_to_automatic as objections
from hotline.selectors.parameters import parameter
from hotline.selectors.regions import regions
from hotline.selectors.tree import current_tree
from hotline.states import AssignmentRole, AssignmentState, OrderStatus, Urgency
from identity.models import Department
from identity.selectors import departments

__all__ = [
    "asked_of",
    "binding_ruling",
    "candidates_for",
    "choice_for",
    "history",
    "objections_to_automatic",
    "rows_of",
    "units",
]


def units() -> Mapping[int, Unit]:
    """Every department as dispatch sees it."""
    known = regions().by_id
    return {
        one.pk: Unit(
            one.pk,
            one.name,
            str(known[one.region_id].kind) if one.region_id in known else "city",
            one.kind == Department.Kind.STREET,
        )
        for one in departments().values()
    }


def asked_of(hotline_order: HotlineOrder) -> Asked:
    """The order as the rules of dispatch see it."""
    subject = hotline_order.subject_department_id
    return Asked(
        category=hotline_order.category_l2,
        order_type=hotline_order.order_type,
        region_line=regions().line(hotline_order.region_id),
        is_emergency=hotline_order.urgency == Urgency.EMERGENCY,
        recused=frozenset({subject}) if subject else frozenset(),
    )


def rows_of(hotline_order: HotlineOrder) -> list[Row]:
    """The rows of its category and of its group that are in force today."""
    codes = (hotline_order.category_l2, hotline_order.category_l1)
    rows = DispatchRule.objects.on(day_of(timezone.now())).filter(category__in=codes)
    typed = rows.filter(Q(order_type="") | Q(order_type=hotline_order.order_type))
    tag = hotline_order.fact_tag
    tagged = typed.filter(Q(fact_tag="") | Q(fact_tag=tag)) if tag else typed.filter(fact_tag="")
    return [_row(one) for one in tagged.order_by("id")]


def _row(one: DispatchRule) -> Row:
    return Row(
        pk=one.pk,
        category=one.category,
        department_id=one.department_id,
        legal_basis=one.legal_basis,
        order_type=one.order_type,
        is_assist=one.is_assist,
        region_id=one.region_id,
        level_required=one.level_required,
        is_emergency_plan=one.source == DispatchRule.Source.EMERGENCY_PLAN,
    )


def binding_ruling(hotline_order: HotlineOrder) -> Ruling | None:
    """The ruling of the same category, region and fact, until it is revoked (H-82, H-91)."""
    line = regions().line(hotline_order.region_id)
    rows = Ruling.objects.filter(category_l2=hotline_order.category_l2, revoked_at__isnull=True)
    near = rows.filter(Q(region__isnull=True) | Q(region__in=line)).order_by("-at")
    subject = hotline_order.subject_department_id
    words = f"{hotline_order.title}\n{hotline_order.redacted}"
    for one in near:
        if (
            one.host_id != subject
            and one.fact_tag
            and (one.fact_tag == hotline_order.fact_tag or one.fact_tag in words)
        ):
            return one
    return None


def history(hotline_order: HotlineOrder) -> dict[int, int]:
    """How many of the half year's orders of this category and district each host finished itself (H-83)."""
    since = timezone.now() - timedelta(days=parameter("dispatch_history_days"))
    others = Assignment.objects.filter(hotline_order=OuterRef("pk"), role=AssignmentRole.HOST).exclude(
        department=OuterRef("host")
    )
    rows = HotlineOrder.objects.filter(
        category_l2=hotline_order.category_l2,
        status=OrderStatus.ARCHIVED,
        archived_at__gte=since,
        host__isnull=False,
    ).filter(~Exists(others))
    here = regions().district_and_within(hotline_order.region_id)
    if len(here) < len(regions().by_id):
        rows = rows.filter(region__in=here)
    counted = rows.values("host").annotate(finished=Count("pk")).order_by()
    return dict(counted.values_list("host", "finished"))


def choice_for(hotline_order: HotlineOrder) -> Choice:
    """Who is to host; never nobody (H-82, H-88)."""
    if (ruling := binding_ruling(hotline_order)) is not None:
        return _by_ruling(ruling)
    if (same := same_host(hotline_order)) is not None:
        return same
    known, asked, rows = units(), asked_of(hotline_order), rows_of(hotline_order)
    found = overriding(rows, asked, known) or best_scored(
        rows, asked, known, history=history(hotline_order), weights=parameter("dispatch_weights")
    )
    return with_assists(found or _fallback(asked), _bundle_lead(hotline_order))


def candidates_for(hotline_order: HotlineOrder) -> tuple[Candidate, ...]:
    """The best three with their basis, as the dispatcher is shown them (H-86)."""
    found = best_scored(
        rows_of(hotline_order),
        asked_of(hotline_order),
        units(),
        history=history(hotline_order),
        weights=parameter("dispatch_weights"),
    )
    return found.candidates if found else ()


def same_host(hotline_order: HotlineOrder) -> Choice | None:
    """Who handled the same matter before it came back, or handles it for the others of the group (H-131, H-133)."""
    prior, group = hotline_order.prior_order, hotline_order.group
    if hotline_order.is_rebound and prior is not None and prior.host_id is not None:
        host_id, basis = prior.host_id, f"反弹：与前次工单{prior.order_no}是同一事项"
    elif group is not None and group.lead_id is not None:
        host_id, basis = group.lead_id, f"并单处理：与“{group.title}”是同一事项"
    else:
        return None
    returned = hotline_order.assignments.filter(department=host_id, state=AssignmentState.RETURNED).exists()
    if host_id == hotline_order.subject_department_id or returned:
        return None
    return Choice(Way.SAME_MATTER, host_id, basis, why=("同一事项同一主办单位",))


def _by_ruling(ruling: Ruling) -> Choice:
    return Choice(
        Way.RULING,
        ruling.host_id,
        f"职责争议裁定 {ruling.pk}：{ruling.legal_basis}",
        ruling_id=ruling.pk,
        assists=tuple(ruling.assists),
        why=(f"同类事实“{ruling.fact_tag}”已有裁定",),
    )


def _fallback(asked: Asked) -> Choice:
    """兜底: the superior of whom it is about, else the hotline's own house (H-88, H-144)."""
    known = {one.code: one for one in departments().values()}
    superiors: Mapping[str, str] = parameter("superiors")
    if asked.recused:
        subject = departments()[next(iter(asked.recused))]
        superior = known[superiors.get(subject.code, superiors["default"])]
        basis = f"诉求反映{subject.name}，由其上级或者监督单位承办"
        return Choice(Way.SUPERIOR, superior.pk, basis, why=("被反映单位回避",))
    house = known[current_tree().tables["fallback"]["default_dept"]]
    return Choice(Way.FALLBACK, house.pk, "派单目录中没有对应单位，由热线兜底承办", why=("兜底",))


def _bundle_lead(hotline_order: HotlineOrder) -> list[int]:
    """The lead department of the 一件事 assists whoever hosts (H-59)."""
    links = current_tree().tables.get("bundle_links", ())
    lead = next((row["lead"] for row in links if row["bundle"] == hotline_order.bundle_code), None)
    return [one.pk for one in departments().values() if one.code == lead]


def objections_to_automatic(hotline_order: HotlineOrder, choice: Choice) -> list[str]:
    """Why a person is to decide; none means the machine dispatches (H-85)."""
    facts = OrderFacts(
        class_conf=float(hotline_order.class_conf or 0),
        sensitive=hotline_order.sensitive,
        confidential=hotline_order.confidential,
        in_group=hotline_order.group_id is not None,
        bounce_no=hotline_order.bounce_no,
    )
    return objections(
        facts,
        choice,
        class_threshold=parameter("class_threshold"),
        dispatch_threshold=parameter("dispatch_threshold"),
    )
