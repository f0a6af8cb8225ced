"""A department says it is not its own: with the law in hand, once; and who decides when nobody agrees (section 8)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import Assignment, DispatchRule, Dispute, HotlineOrder, ReturnRequest, Ruling, Supervision
from hotline.services import Verdict
from hotline.states import AssignmentState, OrderStatus, RequestState, SupervisionCause
from identity.models import Region
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db

BASIS = "《道路交通安全法》第五十六条"


@pytest.fixture
def dispatcher():
    return at.desk(Role.DISPATCHER)


@pytest.fixture
def another():
    return at.desk(Role.DISPATCHER)


@pytest.fixture
def head():
    return at.desk(Role.HOTLINE_HEAD)


def dispatched(by, **facts) -> HotlineOrder:
    """An order that lies with 城管 to be signed for."""
    street = Region.objects.get(code="990102001")
    order = at.an_order(OrderStatus.ACCEPTED, **{"class_conf": 0.9, "region": street, **facts})
    return services.dispatch(order.pk, by=by)


def asked_back(order: HotlineOrder, by, **claim) -> HotlineOrder:
    known = {"legal_basis": BASIS, "suggested": "jiaoguan"}
    return services.request_return(order.pk, by=by, **{**known, **claim})


def part_of(order: HotlineOrder) -> Assignment:
    return Assignment.objects.get(hotline_order=order, role="host", state=AssignmentState.OPEN)


def facts_of(order: HotlineOrder) -> list[str]:
    return [one.name.partition(".")[2] for one in EventRecord.objects.about(order.subject)]


def unchanged(order: HotlineOrder, told: list[str]) -> None:
    """Nothing happened: the state is the same and nothing was told."""
    status = order.status
    order.refresh_from_db()
    assert order.status == status
    assert facts_of(order) == told


# Asking back


def test_t_12_the_host_hands_it_back_inside_its_limit_and_the_clock_runs_on(dispatcher, cast, clock):
    clock.set("2026-11-23 10:00")
    order = dispatched(dispatcher)
    due, sign_due = order.public_due_at, part_of(order).sign_due_at
    order = asked_back(order, cast.reviewer("chengguan"))
    assert order.status == OrderStatus.RETURN_REVIEW
    assert (order.public_due_at, part_of(order).sign_due_at) == (due, sign_due)
    assert timezone.localtime(order.state_due_at).isoformat() == "2026-11-23T14:00:00+08:00"
    assert ReturnRequest.objects.get().suggested.code == "jiaoguan"


@pytest.mark.parametrize(
    "claim",
    [
        {"legal_basis": " "},
        {"suggested": ""},
        {"suggested": "unknown"},
        {"suggested": "nobody"},
        {"legal_basis": "", "evidence": "照片"},
    ],
)
def test_h_64_without_the_law_and_a_unit_or_evidence_it_is_refused(claim, dispatcher, cast):
    order = dispatched(dispatcher)
    told = facts_of(order)
    with pytest.raises(BadInput):
        asked_back(order, cast.reviewer("chengguan"), **claim)
    unchanged(order, told)


def test_h_64_nobody_known_for_it_is_enough_with_evidence(dispatcher, cast):
    order = asked_back(
        dispatched(dispatcher), cast.reviewer("chengguan"), suggested="unknown", evidence="现场照片"
    )
    assert order.status == OrderStatus.RETURN_REVIEW


@pytest.mark.parametrize(
    ("facts", "later"),
    [({}, timedelta(days=2)), ({"urgency": "emergency"}, timedelta()), ({"forced": True}, timedelta())],
)
def test_h_65_not_after_the_limit_no_emergency_and_nothing_forced(facts, later, dispatcher, cast, clock):
    now = clock.set("2026-11-23 10:00")
    order = dispatched(dispatcher, **facts)
    told = facts_of(order)
    clock.set(now + later)
    with pytest.raises(WrongState):
        asked_back(order, cast.reviewer("chengguan"))
    unchanged(order, told)


def test_h_100_an_assist_does_not_hand_back(dispatcher, cast):
    order = dispatched(dispatcher)
    with pytest.raises(WrongState, match="协办"):
        asked_back(order, cast.reviewer("jiaoguan"))


def test_t_12_another_department_does_not_even_find_it_and_a_dispatcher_may_not(dispatcher, cast):
    order = dispatched(dispatcher)
    with pytest.raises(NotFound):
        asked_back(order, cast.reviewer("jiaoyu"))
    with pytest.raises(NotAllowed):
        asked_back(order, dispatcher)


# Deciding returns


def test_t_13_h_68_an_approved_return_gives_the_next_host_the_full_time_and_the_citizen_the_new_date(
    dispatcher, another, cast, clock, deliver_events
):
    clock.set("2026-11-23 10:00")
    promised = timezone.now() + timedelta(days=5)
    order = dispatched(dispatcher, person=cast.li.person, public_due_at=promised)
    first_due = order.public_due_at
    asked_back(order, cast.reviewer("chengguan"))
    order = services.approve_return(order.pk, by=another, decision="依法属交警")
    assert (order.status, order.bounce_no, order.host) == (OrderStatus.ACCEPTED, 1, None)
    assert not Assignment.objects.filter(hotline_order=order, state=AssignmentState.OPEN).exists()
    assert services.dispatch(order.pk, by=None).status == OrderStatus.ACCEPTED
    clock.set("2026-11-25 10:00")
    order = services.dispatch(order.pk, by=another, host="jiaoguan")
    part = part_of(order)
    assert part.round == 2
    assert timezone.localtime(part.due_at).isoformat() == "2026-12-02T16:30:00+08:00"
    assert order.public_due_at == part.due_at > first_due
    deliver_events()
    assert "2026年12月2日" in last_text(cast.li.person_id)


def last_text(person_id: int) -> str:
    from notifications.selectors import box

    return box(person_id)[0].text


def test_t_13_t_14_only_a_dispatcher_decides_and_only_what_waits(dispatcher, cast):
    order = dispatched(dispatcher)
    told = facts_of(order)
    with pytest.raises(NotAllowed):
        services.approve_return(order.pk, by=cast.reviewer("chengguan"))
    with pytest.raises(WrongState):
        services.approve_return(order.pk, by=dispatcher)
    with pytest.raises(WrongState):
        services.reject_return(order.pk, by=dispatcher, reason="理由", rule="条款")
    unchanged(order, told)


def test_h_05_who_dispatched_it_does_not_decide_its_second_return(dispatcher, another, cast):
    order = dispatched(dispatcher)
    asked_back(order, cast.reviewer("chengguan"))
    services.approve_return(order.pk, by=dispatcher)
    services.dispatch(order.pk, by=another, host="jiaoguan")
    order = asked_back(order, cast.reviewer("jiaoguan"), suggested="shichang")
    told = facts_of(order)
    with pytest.raises(NotAllowed, match="另一位派单员"):
        services.approve_return(order.pk, by=another)
    unchanged(order, told)
    assert services.approve_return(order.pk, by=dispatcher).status == OrderStatus.DISPUTED


def test_t_14_a_rejected_return_leaves_time_to_dispute(dispatcher, another, cast, clock):
    clock.set("2026-11-24 10:00")
    order = dispatched(dispatcher)
    clock.set("2026-11-25 16:00")
    asked_back(order, cast.reviewer("chengguan"))
    with pytest.raises(BadInput):
        services.reject_return(order.pk, by=another, reason="属于城管", rule=" ")
    order = services.reject_return(order.pk, by=another, reason="属于城管", rule="权责清单第 9 条")
    assert order.status == OrderStatus.DISPATCHED
    assert timezone.localtime(part_of(order).sign_due_at).isoformat() == "2026-11-26T12:00:00+08:00"
    request = ReturnRequest.objects.get()
    assert (request.state, request.improper) == (RequestState.REJECTED, True)
    with pytest.raises(WrongState, match="已经申请过"):
        asked_back(order, cast.reviewer("chengguan"))


def test_h_67_three_improper_returns_in_a_month_are_supervised(dispatcher, another, cast, clock):
    clock.set("2026-11-24 10:00")
    for number in range(3):
        assert Supervision.objects.count() == 0, number
        order = asked_back(dispatched(dispatcher), cast.reviewer("chengguan"))
        services.reject_return(order.pk, by=another, reason="属于城管", rule="权责清单")
    opened = Supervision.objects.get()
    assert (opened.cause, opened.department.code) == (SupervisionCause.IMPROPER_RETURNS, "chengguan")


def test_t_16_a_return_nobody_decides_in_time_goes_to_the_panel(dispatcher, cast, clock):
    clock.set("2026-11-23 10:00")
    order = asked_back(dispatched(dispatcher), cast.reviewer("chengguan"))
    due = order.public_due_at
    clock.set("2026-11-23 14:00")
    assert services.escalate_overdue() == 0
    clock.set("2026-11-23 14:00:01")
    assert services.escalate_overdue() == 1
    order.refresh_from_db()
    assert (order.status, order.public_due_at) == (OrderStatus.DISPUTED, due)


def test_t_16_a_dispatcher_who_cannot_decide_says_why(dispatcher, cast):
    order = asked_back(dispatched(dispatcher), cast.reviewer("chengguan"))
    with pytest.raises(BadInput):
        services.escalate_dispute(order.pk, by=dispatcher, reason=" ")
    with pytest.raises(NotAllowed):
        services.escalate_dispute(order.pk, by=cast.reviewer("chengguan"), reason="说不清")
    assert (
        services.escalate_dispute(order.pk, by=dispatcher, reason="两部门都说不归自己").status == "disputed"
    )


# Disputes and rulings


def rejected(dispatcher, another, cast, **facts) -> HotlineOrder:
    order = asked_back(dispatched(dispatcher, **facts), cast.reviewer("chengguan"))
    return services.reject_return(order.pk, by=another, reason="属于城管", rule="权责清单")


def disputed(dispatcher, another, cast, **facts) -> HotlineOrder:
    order = rejected(dispatcher, another, cast, **facts)
    return services.raise_dispute(order.pk, by=cast.rep("chengguan"), reason="道路归交警管")


def a_verdict(**said) -> Verdict:
    judges = tuple(at.desk(Role.HOTLINE_HEAD).pk for _one in range(3))
    known = {"legal_basis": BASIS, "fact_tag": "路侧停车", "text": "路侧停车由交警承办", "judges": judges}
    return Verdict(**{**known, **said})


def test_t_15_the_head_of_the_department_disputes_a_rejected_return_and_no_clock_stops(
    dispatcher, another, cast, clock
):
    """H-63: the dispute leaves every due where it was."""
    clock.set("2026-11-23 10:00")
    order = rejected(dispatcher, another, cast)
    due, part = order.public_due_at, part_of(order)
    with pytest.raises(NotAllowed):
        services.raise_dispute(order.pk, by=cast.reviewer("chengguan"), reason="道路归交警管")
    clock.set("2026-11-23 13:00")
    order = services.raise_dispute(order.pk, by=cast.rep("chengguan"), reason="道路归交警管")
    assert (order.status, order.public_due_at) == (OrderStatus.DISPUTED, due)
    assert part_of(order).due_at == part.due_at
    assert timezone.localtime(order.state_due_at).isoformat() == "2026-11-24T16:30:00+08:00"


def test_t_15_without_a_rejected_return_there_is_nothing_to_dispute(dispatcher, cast):
    order = dispatched(dispatcher)
    told = facts_of(order)
    with pytest.raises(WrongState, match="驳回"):
        services.raise_dispute(order.pk, by=cast.rep("chengguan"), reason="不归我们")
    unchanged(order, told)


def test_t_17_h_91_a_ruling_places_it_for_good_and_proposes_a_row(dispatcher, another, cast, head):
    order = disputed(dispatcher, another, cast)
    order = services.rule_to(order.pk, by=head, host="jiaoguan", verdict=a_verdict())
    assert (order.status, order.host.code, order.forced) == (OrderStatus.DISPATCHED, "jiaoguan", True)
    part = part_of(order)
    assert (part.round, part.ruling.fact_tag) == (2, "路侧停车")
    row = DispatchRule.objects.get(source=DispatchRule.Source.RULING)
    assert (row.department.code, row.approved_at, row.fact_tag) == ("jiaoguan", None, "路侧停车")
    with pytest.raises(WrongState):
        asked_back(order, cast.reviewer("jiaoguan"), suggested="chengguan")
    following = dispatched(None, redacted="又是路侧停车")
    assert following.host.code == "jiaoguan"
    assert part_of(following).score is None


@pytest.mark.parametrize(
    "said",
    [
        {"judges": ()},
        {"judges": (1, 1, 1)},
        {"legal_basis": " "},
        {"fact_tag": ""},
        {"text": ""},
    ],
)
def test_h_91_three_judges_and_everything_in_writing(said, dispatcher, another, cast, head):
    order = disputed(dispatcher, another, cast)
    told = facts_of(order)
    with pytest.raises(BadInput):
        services.rule_to(order.pk, by=head, host="jiaoguan", verdict=a_verdict(**said))
    unchanged(order, told)
    assert Ruling.objects.count() == 0


def test_h_91_an_even_panel_and_one_with_a_party_in_it_are_refused(dispatcher, another, cast, head):
    order = disputed(dispatcher, another, cast)
    judges = a_verdict().judges
    with pytest.raises(BadInput, match="单数"):
        services.rule_keep(order.pk, by=head, verdict=a_verdict(judges=(*judges, head.pk)))
    partial = (*judges[:2], cast.reviewer("chengguan").pk)
    with pytest.raises(BadInput, match="争议单位"):
        services.rule_keep(order.pk, by=head, verdict=a_verdict(judges=partial))


@pytest.mark.parametrize(("verb", "named"), [("rule_to", "jiaoguan"), ("rule_keep", "chengguan")])
def test_h_144_not_even_a_ruling_gives_it_to_whom_it_is_about(dispatcher, another, cast, head, verb, named):
    order = disputed(dispatcher, another, cast)
    HotlineOrder.objects.filter(pk=order.pk).update(subject_department=at.department(named))
    told = facts_of(order)
    host = {"host": named} if verb == "rule_to" else {}
    with pytest.raises(Refused, match="回避"):
        getattr(services, verb)(order.pk, by=head, verdict=a_verdict(), **host)
    unchanged(order, told)
    assert not Ruling.objects.exists()


def test_t_17_nobody_assists_itself(dispatcher, another, cast, head):
    order = disputed(dispatcher, another, cast)
    verdict = a_verdict(assists=("jiaoguan", "chengguan", "chengguan"))
    order = services.rule_to(order.pk, by=head, host="jiaoguan", verdict=verdict)
    parts = order.assignments.filter(state=AssignmentState.OPEN).values_list("role", "department__code")
    assert set(parts) == {("host", "jiaoguan"), ("assist", "chengguan")}
    assert Ruling.objects.get().assists == [at.department("chengguan").pk]


def test_t_17_t_18_only_the_panel_rules_and_only_what_is_disputed(dispatcher, another, cast, head):
    order = rejected(dispatcher, another, cast)
    with pytest.raises(WrongState):
        services.rule_keep(order.pk, by=head, verdict=a_verdict())
    order = services.raise_dispute(order.pk, by=cast.rep("chengguan"), reason="道路归交警管")
    for who in (dispatcher, cast.rep("chengguan")):
        with pytest.raises(NotAllowed):
            services.rule_to(order.pk, by=who, host="jiaoguan", verdict=a_verdict())
    with pytest.raises(Refused, match="维持"):
        services.rule_to(order.pk, by=head, host="chengguan", verdict=a_verdict())


def test_t_18_h_67_whoever_is_told_that_it_is_theirs_handed_it_back_improperly(
    dispatcher, another, cast, head
):
    order = asked_back(dispatched(dispatcher), cast.reviewer("chengguan"))
    order = services.escalate_dispute(order.pk, by=dispatcher, reason="说不清")
    due = part_of(order).due_at
    order = services.rule_keep(order.pk, by=head, verdict=a_verdict())
    part = part_of(order)
    assert (order.status, order.forced, part.auto_signed) == (OrderStatus.HANDLING, True, True)
    assert part.due_at == order.state_due_at == due
    assert ReturnRequest.objects.get().improper


def test_t_43_h_66_after_two_approved_returns_the_first_recipient_holds_it_until_the_ruling(
    dispatcher, another, cast, head
):
    order = dispatched(dispatcher)
    asked_back(order, cast.reviewer("chengguan"))
    services.approve_return(order.pk, by=another)
    services.dispatch(order.pk, by=another, host="jiaoguan")
    asked_back(order, cast.reviewer("jiaoguan"), suggested="shichang")
    order = services.approve_return(order.pk, by=dispatcher)
    assert (order.status, order.bounce_no, order.host.code) == (OrderStatus.DISPUTED, 2, "chengguan")
    assert part_of(order).round == 1
    assert Dispute.objects.get().closed_at is None
    with pytest.raises(WrongState):
        services.dispatch(order.pk, by=dispatcher, host="shichang")
    order = services.rule_to(order.pk, by=head, host="shichang", verdict=a_verdict())
    assert (part_of(order).round, order.forced) == (3, True)
    with pytest.raises(WrongState):
        asked_back(order, cast.reviewer("shichang"), suggested="chengguan")


def test_h_93_a_ruled_unit_that_does_not_sign_is_signed_for_and_supervised(
    dispatcher, another, cast, head, clock
):
    clock.set("2026-11-23 10:00")
    order = disputed(dispatcher, another, cast)
    services.rule_to(order.pk, by=head, host="jiaoguan", verdict=a_verdict())
    clock.set("2026-11-23 12:00:01")
    assert services.sign_overdue() == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.HANDLING
    opened = Supervision.objects.get(hotline_order=order)
    assert (opened.level, opened.cause) == (2, SupervisionCause.RULING_REFUSED)


def test_h_92_who_does_not_come_to_the_place_is_proposed_as_host(dispatcher, another, cast, head, clock):
    now = clock.set("2026-11-23 10:00")
    order = disputed(dispatcher, another, cast)
    when = now + timedelta(hours=3)
    called = {"units": ["chengguan", "jiaoguan"], "place_text": "桥头路口", "at": when}
    with pytest.raises(NotAllowed):
        services.call_to_site(order.pk, by=dispatcher, **called)
    services.call_to_site(order.pk, by=head, **called)
    with pytest.raises(Refused):
        services.record_site(order.pk, by=head, present=["chengguan"])
    clock.set(when + timedelta(minutes=1))
    site = services.record_site(order.pk, by=head, present=["chengguan"]).site
    assert site["absent"] == ["jiaoguan"]
    assert site["proposed"]["host"] == "jiaoguan"


# 改派


def test_t_34_the_management_gives_it_to_another_before_anybody_was_reached(dispatcher, cast, head):
    order = dispatched(dispatcher)
    services.sign_for(order.pk, by=cast.reviewer("chengguan"))
    with pytest.raises(NotAllowed):
        services.reassign(order.pk, by=dispatcher, host="jiaoguan", reason="路侧停车")
    with pytest.raises(BadInput):
        services.reassign(order.pk, by=head, host="jiaoguan", reason=" ")
    order = services.reassign(order.pk, by=head, host="jiaoguan", reason="路侧停车")
    assert (order.status, order.host.code, part_of(order).round) == (OrderStatus.DISPATCHED, "jiaoguan", 2)
    assert "OrderReassigned" in facts_of(order)


def test_t_34_once_somebody_was_reached_only_with_the_hosts_consent(cast, head):
    order = at.an_order(OrderStatus.HANDLING, first_contact_at=timezone.now())
    told = facts_of(order)
    with pytest.raises(WrongState, match="同意"):
        services.reassign(order.pk, by=head, host="jiaoguan", reason="路侧停车")
    unchanged(order, told)
    order = services.reassign(order.pk, by=head, host="jiaoguan", reason="路侧停车", host_consents=True)
    assert order.host.code == "jiaoguan"
    with pytest.raises(WrongState):
        services.reassign(order.pk, by=head, host="zhujian", reason="还没签收")


def test_h_144_nobody_is_given_a_complaint_about_themselves(head):
    order = at.an_order(OrderStatus.HANDLING, subject_department=at.department("jiaoguan"))
    with pytest.raises(WrongState, match="回避"):
        services.reassign(order.pk, by=head, host="jiaoguan", reason="路侧停车")
