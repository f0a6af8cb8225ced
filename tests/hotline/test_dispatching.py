"""An accepted order reaches the right desk once: by machine where it is clear, by a person otherwise (section 7)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import BadInput, NotAllowed, Refused, WrongState
from events.models import EventRecord
from hotline import services
from hotline.models import Assignment, DeskTask, DispatchRule, HotlineOrder, JointPlan, Ruling
from hotline.models import Dispute as DisputeRow
from hotline.selectors.dispatching import candidates_for, history, rows_of
from hotline.states import AssignmentRole, AssignmentState, DeskTaskKind, OrderStatus, Urgency
from identity.models import Post, Region
from identity.roles import Employer, Role
from tests.factories import hotline as at
from tests.factories import identity as people
from tests.factories.notifications import texts_sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher():
    return at.desk(Role.DISPATCHER)


def accepted(category: str = "0703", **facts) -> HotlineOrder:
    """An accepted order of a sure category, in the street of 桥头."""
    street = Region.objects.get(code="990102001")
    known = {"class_conf": 0.9, "region": street}
    return at.an_order(OrderStatus.ACCEPTED, category=category, **{**known, **facts})


def hosts(order: HotlineOrder) -> list[str]:
    rows = Assignment.objects.filter(hotline_order=order, role=AssignmentRole.HOST).order_by("round")
    return [one.department.code for one in rows.select_related("department")]


def assists(order: HotlineOrder) -> set[str]:
    rows = Assignment.objects.filter(hotline_order=order, role=AssignmentRole.ASSIST)
    return set(rows.values_list("department__code", flat=True))


def facts_of(order: HotlineOrder, name: str) -> list[dict]:
    return [one.payload for one in EventRecord.objects.about(order.subject) if one.name.endswith(f".{name}")]


# The catalogue


def test_h_80_no_row_is_without_its_basis():
    chengguan = at.department("chengguan")
    with pytest.raises(BadInput, match="依据"):
        services.propose_rule(category="0703", department=chengguan, legal_basis=" ", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        DispatchRule.objects.create(
            category="0703", department=chengguan, legal_basis="", valid_from=timezone.localdate()
        )
    assert not DispatchRule.objects.filter(legal_basis="").exists()


def test_h_80_a_proposed_row_counts_once_another_person_has_approved_it(dispatcher):
    head = at.desk(Role.HOTLINE_HEAD)
    order = accepted("0701")
    row = services.propose_rule(
        category="0701", department=at.department("chengguan"), legal_basis="市政府会议纪要", by=head
    )
    assert row.pk not in [one.pk for one in rows_of(order)]
    with pytest.raises(NotAllowed, match="自己"):
        services.approve_rule(row.pk, by=head)
    with pytest.raises(NotAllowed):
        services.approve_rule(row.pk, by=dispatcher)
    services.approve_rule(row.pk, by=at.desk(Role.HOTLINE_HEAD))
    assert row.pk in [one.pk for one in rows_of(order)]


@pytest.mark.parametrize(
    ("category", "host", "helping"),
    [
        ("0703", "chengguan", {"jiaoguan", "shichang"}),
        ("0804", "shengtai", set()),
        ("0501", "zhujian", {"street_qiaotou"}),
        ("0502", "zhujian", set()),
        ("1106", "street_qiaotou", {"minzheng"}),
        ("0504", "ziran", {"zhujian"}),
    ],
)
def test_h_81_h_82_the_host_is_the_one_exact_row_and_the_listed_units_assist(category, host, helping):
    order = services.dispatch(accepted(category).pk, by=None)
    assert order.status == OrderStatus.DISPATCHED
    assert order.host.code == host
    assert hosts(order) == [host]
    assert assists(order) == helping


def test_h_81_for_an_environmental_matter_in_a_street_the_street_is_no_candidate():
    shown = candidates_for(accepted("0804"))
    assert shown
    assert not any("街道" in one.name for one in shown)


def test_h_84_how_much_a_department_has_to_do_never_changes_the_host():
    order = accepted("0703")
    before = candidates_for(order)
    for _one in range(12):
        at.an_order(OrderStatus.HANDLING, category="0703", host="chengguan")
    assert [(one.department_id, one.score) for one in candidates_for(order)] == [
        (one.department_id, one.score) for one in before
    ]


def test_h_59_the_lead_of_the_bundle_assists():
    order = services.dispatch(accepted("0105", bundle_code="restaurant-opening").pk, by=None)
    assert (order.host.code, assists(order)) == ("govservice", {"shichang"})


# By machine


def test_h_85_what_the_machine_is_not_sure_of_waits_for_a_person(dispatcher):
    order = accepted(class_conf=0.64)
    assert services.dispatch(order.pk, by=None).status == OrderStatus.ACCEPTED
    assert Assignment.objects.count() == 0
    assert services.dispatch(order.pk, by=dispatcher).status == OrderStatus.DISPATCHED
    assert facts_of(order, "OrderDispatched")[0]["automatic"] is False


def test_an_order_goes_from_acceptance_to_its_desk_by_itself(cast, deliver_events):
    """OrderAccepted → the machine → the department's box, and the citizen's SMS without a word of the matter."""
    reviewer = cast.reviewer("chengguan")
    order = at.an_order(
        OrderStatus.REGISTERED, class_conf=0.9, person=cast.li.person, location_text="桥头街道"
    )
    services.accept(order.pk, by=at.desk(Role.CALL_AGENT))
    deliver_events()
    services.dispatch(order.pk, by=None)
    deliver_events()
    told = {one.template: one for one in notices(reviewer.person_id)}
    assert "hotline_dispatched" in told
    assert order.order_no in told["hotline_dispatched"].text
    texts = [one.text for one in texts_sent()]
    assert sum(order.order_no in one for one in texts) == 1
    assert order.query_code in texts[0]
    assert "停车" not in "".join(texts)


def notices(person_id: int) -> list:
    from notifications.selectors import box

    return list(box(person_id))


def test_h_27_somebody_known_by_number_only_is_told_by_sms(deliver_events):
    order = at.an_order(OrderStatus.REGISTERED, phone="19900010077", location_text="桥头街道")
    services.accept(order.pk, by=at.desk(Role.CALL_AGENT))
    deliver_events()
    sent = texts_sent()
    assert [one.number for one in sent] == ["19900010077"]
    assert order.order_no in sent[0].text
    assert "停车" not in sent[0].text


def test_h_89_a_message_that_comes_again_finds_it_done():
    order = accepted()
    services.dispatch(order.pk, by=None, round_no=1)
    services.dispatch(order.pk, by=None, round_no=1)
    services.dispatch(order.pk, by=None)
    assert len(hosts(order)) == 1
    assert len(facts_of(order, "OrderDispatched")) == 1


def test_h_89_a_message_of_an_earlier_round_does_nothing():
    order = accepted(dispatched_at=timezone.now())
    at.a_part(order, "chengguan", state=AssignmentState.RETURNED)
    assert services.dispatch(order.pk, by=None, round_no=1).status == OrderStatus.ACCEPTED
    assert services.dispatch(order.pk, by=None, round_no=2).status == OrderStatus.DISPATCHED


def test_h_30_the_database_refuses_a_second_open_host():
    order = at.an_order(OrderStatus.HANDLING)
    with pytest.raises(IntegrityError), transaction.atomic():
        at.a_part(order, "zhujian", round=2)


def test_h_87_an_emergency_leaves_at_once_and_a_person_confirms_within_a_quarter_of_an_hour(
    clock, dispatcher
):
    now = clock.set("2026-11-23 02:00")
    order = at.an_order(
        OrderStatus.REGISTERED, category="0603", urgency=Urgency.EMERGENCY, class_conf=0.3, location_text="家"
    )
    order = services.accept(order.pk, by=at.desk(Role.CALL_AGENT))
    assert (order.status, order.host.code) == (OrderStatus.DISPATCHED, "gongqi")
    part = Assignment.objects.get(hotline_order=order, role=AssignmentRole.HOST)
    assert part.sign_due_at == now + timedelta(minutes=30)
    assert part.due_at == now + timedelta(hours=24)
    assert part.explanation["way"] == "emergency_plan"
    task = DeskTask.objects.get(kind=DeskTaskKind.EMERGENCY_CONFIRM)
    assert task.due_at == now + timedelta(minutes=15)
    with pytest.raises(BadInput):
        services.finish_task(task.pk, by=dispatcher, outcome=" ")
    assert services.finish_task(task.pk, by=dispatcher, outcome="派单无误").done_by == dispatcher
    with pytest.raises(WrongState):
        services.finish_task(task.pk, by=dispatcher, outcome="再看一次")


def test_h_88_nobody_known_for_it_and_it_still_has_a_host(dispatcher):
    order = services.dispatch(accepted("0000", region=None).pk, by=dispatcher)
    assert order.host.code == "govservice"
    assert "兜底" in Assignment.objects.get(hotline_order=order).basis


def test_h_144_the_unit_complained_of_never_hosts(dispatcher):
    order = services.dispatch(
        accepted("0102", subject_department=at.department("govservice")).pk, by=dispatcher
    )
    assert order.host.code == "sifa"
    other = accepted("0703", subject_department=at.department("chengguan"))
    with pytest.raises(Refused, match="回避"):
        services.dispatch(other.pk, by=dispatcher, host="chengguan", basis="领导批示")


def test_h_91_a_ruling_on_the_same_fact_decides_without_a_score(dispatcher):
    ruling = a_ruling("路侧绿化带停车")
    order = services.dispatch(accepted(redacted="路侧绿化带停车好几个月了").pk, by=None)
    part = Assignment.objects.get(hotline_order=order, role=AssignmentRole.HOST)
    assert (part.department.code, part.score, part.ruling_id) == ("zhujian", None, ruling.pk)
    assert f"裁定 {ruling.pk}" in part.basis
    other = services.dispatch(accepted(redacted="商场停车场收费").pk, by=None)
    assert other.host.code == "chengguan"
    Ruling.objects.update(revoked_at=timezone.now())
    again = services.dispatch(accepted(redacted="路侧绿化带停车好几个月了").pk, by=None)
    assert again.host.code == "chengguan"


def a_ruling(tag: str) -> Ruling:
    order, by = at.an_order(OrderStatus.HANDLING), at.desk(Role.HOTLINE_HEAD)
    now = timezone.now()
    dispute = DisputeRow.objects.create(hotline_order=order, opened_at=now, due_at=now, closed_at=now)
    return Ruling.objects.create(
        dispute=dispute,
        host=at.department("zhujian"),
        legal_basis="城市绿化条例",
        fact_tag=tag,
        text="由住建部门承办",
        judges=[1, 2, 3],
        by=by,
        at=now,
        category_l2="0703",
    )


def test_h_83_history_counts_only_what_a_host_finished_itself():
    now = timezone.now()
    street = Region.objects.get(code="990102001")
    far = Region.objects.get(code="990104001")
    done = {"category": "0703", "archived_at": now, "region": street}
    for host in ("chengguan", "chengguan", "jiaoguan"):
        at.an_order(OrderStatus.ARCHIVED, host=host, **done)
    changed = at.an_order(OrderStatus.ARCHIVED, host="jiaoguan", **done)
    at.a_part(changed, "chengguan", state=AssignmentState.RETURNED, round=9)
    at.an_order(OrderStatus.ARCHIVED, host="jiaoguan", **{**done, "region": far})
    at.an_order(OrderStatus.ARCHIVED, host="jiaoguan", **{**done, "archived_at": now - timedelta(days=181)})
    counted = history(accepted())
    assert counted == {at.department("chengguan").pk: 2, at.department("jiaoguan").pk: 1}


# By hand


def test_t_08_a_citizen_an_agent_and_a_department_do_not_dispatch(cast):
    order = accepted(person=cast.li.person)
    for who in (cast.li, at.desk(Role.CALL_AGENT)):
        with pytest.raises(NotAllowed):
            services.dispatch(order.pk, by=who)
    assert hosts(order) == []
    assert facts_of(order, "OrderDispatched") == []


@pytest.mark.parametrize("status", [OrderStatus.REGISTERED, OrderStatus.HANDLING, OrderStatus.ARCHIVED])
def test_t_08_only_what_is_accepted_is_dispatched(status, dispatcher):
    order = at.an_order(status)
    before = hosts(order)
    with pytest.raises(WrongState):
        services.dispatch(order.pk, by=dispatcher)
    order.refresh_from_db()
    assert (order.status, hosts(order)) == (status, before)


def test_t_08_after_two_returns_only_a_ruling_places_it(dispatcher):
    order = accepted(bounce_no=2)
    with pytest.raises(WrongState, match="裁定"):
        services.dispatch(order.pk, by=dispatcher)
    assert services.dispatch(order.pk, by=None).status == OrderStatus.ACCEPTED


def test_h_82_a_host_may_be_named_with_an_instruction_and_without_one_only_from_the_catalogue(dispatcher):
    order = accepted()
    with pytest.raises(Refused, match="依据"):
        services.dispatch(order.pk, by=dispatcher, host="zhujian")
    with pytest.raises(Refused, match="街道"):
        services.dispatch(order.pk, by=dispatcher, host="street_qiaotou", basis="领导批示")
    with pytest.raises(BadInput):
        services.dispatch(order.pk, by=dispatcher, host="nobody")
    order = services.dispatch(order.pk, by=dispatcher, host="zhujian", basis="市领导批示第 12 号")
    assert Assignment.objects.get(hotline_order=order, role="host").basis == "市领导批示第 12 号"


def test_h_86_the_dispatcher_sees_three_with_their_basis_and_numbers():
    shown = candidates_for(accepted())
    assert 1 <= len(shown) <= 3
    assert all(one.row.legal_basis and len(one.why) == 3 for one in shown)
    assert shown[0].score >= shown[-1].score


@pytest.mark.parametrize(("urgency", "hours"), [("normal", 24), ("urgent", 2)])
def test_h_86_what_nobody_dispatches_is_late_after_its_hours(urgency, hours, clock):
    now = clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.REGISTERED, urgency=urgency, location_text="桥头街道")
    order = services.accept(order.pk, by=at.desk(Role.CALL_AGENT))
    assert order.state_due_at == now + timedelta(hours=hours)


def test_h_100_at_most_five_assist(dispatcher):
    order = accepted()
    six = ["zhujian", "jiaoguan", "shichang", "gongan", "minzheng", "sifa"]
    with pytest.raises(BadInput, match="最多 5"):
        services.dispatch(order.pk, by=dispatcher, assists=six)
    services.dispatch(order.pk, by=dispatcher, assists=["gongan"])
    assert assists(order) == {"gongan"}


def test_h_103_a_joint_order_owes_a_plan_in_two_working_days_from_its_leading_unit(clock, dispatcher, cast):
    clock.set("2026-11-23 10:00")
    order = services.dispatch(accepted().pk, by=dispatcher, joint=True)
    plan = JointPlan.objects.get(hotline_order=order)
    assert timezone.localtime(plan.due_at).isoformat() == "2026-11-25T16:30:00+08:00"
    steps = [{"department": "jiaoguan", "what": "现场劝离", "due": "2026-11-26"}]
    with pytest.raises(NotAllowed):
        services.plan_jointly(order.pk, by=cast.reviewer("jiaoguan"), steps=steps)
    with pytest.raises(BadInput):
        services.plan_jointly(order.pk, by=cast.reviewer("chengguan"), steps=[{"department": "jiaoguan"}])
    assert services.plan_jointly(order.pk, by=cast.reviewer("chengguan"), steps=steps).steps == steps


# Signing


def test_t_11_h_94_the_department_signs_and_owes_a_contact(clock, cast):
    clock.set("2026-11-23 10:00")
    order = services.dispatch(accepted().pk, by=None)
    order = services.sign_for(order.pk, by=cast.reviewer("chengguan"))
    part = Assignment.objects.get(hotline_order=order, role="host")
    assert order.status == OrderStatus.HANDLING
    assert order.state_due_at == part.due_at == order.public_due_at
    assert timezone.localtime(part.contact_due_at).isoformat() == "2026-11-24T16:30:00+08:00"
    assert facts_of(order, "OrderSigned")[0]["in_time"] is True


def test_t_11_nobody_else_signs(cast, dispatcher):
    order = services.dispatch(accepted("0703").pk, by=None)
    for who in (cast.reviewer("jiaoguan"), dispatcher):
        with pytest.raises(NotAllowed):
            services.sign_for(order.pk, by=who)
    order.refresh_from_db()
    assert order.status == OrderStatus.DISPATCHED
    assert facts_of(order, "OrderSigned") == []
    services.sign_for(order.pk, by=cast.reviewer("chengguan"))
    with pytest.raises(WrongState):
        services.sign_for(order.pk, by=cast.reviewer("chengguan"))


@pytest.mark.parametrize(
    ("urgency", "late"),
    [
        ("normal", "2026-11-24 16:30:01"),
        ("urgent", "2026-11-23 12:00:01"),
        ("emergency", "2026-11-23 10:30:01"),
    ],
)
def test_h_62_what_nobody_signs_in_time_is_signed_by_the_system_and_counts_as_late(urgency, late, clock):
    clock.set("2026-11-23 10:00")
    order = services.dispatch(accepted(urgency=urgency).pk, by=None)
    assert services.sign_overdue() == 0
    clock.set(late)
    assert services.sign_overdue() == 1
    assert services.sign_overdue() == 0
    order.refresh_from_db()
    part = Assignment.objects.get(hotline_order=order, role="host")
    assert (order.status, part.auto_signed) == (OrderStatus.HANDLING, True)
    assert facts_of(order, "OrderSigned")[0]["in_time"] is False


# Who may be employed where


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.CHIEF_REPRESENTATIVE, Role.HOTLINE_HEAD, Role.LEADER])
def test_h_04_handling_ruling_and_managing_are_never_outsourced(role):
    facts = {"department": at.department("chengguan"), "valid_from": people.SINCE}
    account = people.an_account("outsourced")
    post = Post(account=account, role=role, employer=Employer.THIRD_PARTY, **facts)
    with pytest.raises(ValidationError, match="本单位人员"):
        post.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        post.save()
    Post(account=account, role=Role.CALL_AGENT, employer=Employer.THIRD_PARTY, **facts).full_clean()


def test_what_dispatching_by_machine_costs(statements):
    services.dispatch(accepted().pk, by=None)
    order = accepted()
    with statements(at_most=8) as sent:
        services.dispatch(order.pk, by=None)
    assert any("hotline_assignment" in sql for sql in sent)


def test_what_dispatching_by_score_costs(statements):
    exact = DispatchRule.objects.filter(category="0703", order_type="complaint")
    exact.update(valid_to=timezone.localdate() - timedelta(days=1))
    dispatcher = at.desk(Role.DISPATCHER)
    services.dispatch(accepted().pk, by=dispatcher)
    order = accepted()
    with statements(at_most=9) as sent:
        services.dispatch(order.pk, by=dispatcher)
    assert any("GROUP BY" in sql for sql in sent)
