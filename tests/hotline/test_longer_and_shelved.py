"""Longer time, asked in time (H-98, H-99); the ledger with its two keys (H-106, H-107); clocks that stand (H-152, H-153)."""

from datetime import date, datetime

import pytest

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI, day_of
from hotline import services
from hotline.models import ExtensionRequest, HotlineOrder, Pause, ResultSubmission, ShelveRequest
from hotline.rules.waiting import Shelving
from hotline.services.extending import lapse_extension
from hotline.services.shelving import resume_unreviewed
from hotline.states import OrderStatus, OrderType, RequestState, ShelveReason, Urgency
from tests.factories import hotline as at
from tests.factories.hotline_team import a_result, contact, photograph
from tests.hotline.test_handling import facts_of, unchanged

pytestmark = pytest.mark.django_db
H = OrderStatus.HANDLING
SEVEN_DAYS = {"value": 7, "unit": "working_days"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def fresh(order):
    return HotlineOrder.objects.get(pk=order.pk)


def ask(order, team, days=5, **changes):
    words = {"reason": "需要跨区协调。", "evidence": "协调会纪要"}
    return services.request_extension(order.pk, by=team.officer, days=days, **{**words, **changes})


@pytest.fixture
def accepted(team, clock):
    """H-98's own: accepted on 2026-09-21 with seven working days, due on 2026-10-08."""
    clock.set("2026-09-21 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    assert order.public_due_at == moment("2026-10-08 16:30")
    return order


def test_h98_asked_on_the_last_day_and_granted_five_days_more(team, accepted, clock):
    assist = at.a_part(accepted, "jiaoguan", role="assist", due_at=moment("2026-09-30 16:30"))
    clock.set("2026-09-30 16:00")
    ask(accepted, team)
    services.decide_extension(accepted.pk, by=team.manager, approve=True)
    order = fresh(accepted)
    assist.refresh_from_db()
    due = moment("2026-10-14 16:30")
    host = order.assignments.get(role="host")
    assert (order.state_due_at, order.public_due_at, host.due_at) == (due, due, due)
    assert assist.due_at == moment("2026-10-13 16:30")
    assert facts_of(order) == ["ExtensionRequested", "ExtensionDecided"]


def test_h98_a_day_later_is_too_late(team, accepted, clock):
    clock.set("2026-10-01 09:00")
    with pytest.raises(WrongState, match="至少 1 个工作日"):
        ask(accepted, team)
    assert unchanged(accepted, H, [])


@pytest.mark.parametrize(("limit", "days", "fits"), [(7, 7, True), (7, 8, False), (15, 10, True), (15, 11, False), (7, 0, False)])  # fmt: skip
def test_h98_no_longer_than_its_first_limit_nor_than_ten_days(team, clock, limit, days, fits):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H, due_basis={"value": limit, "unit": "working_days"})
    if fits:
        assert ask(order, team, days).days == days
    else:
        with pytest.raises(BadInput):
            ask(order, team, days)
        assert not ExtensionRequest.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"urgency": Urgency.URGENT, "due_basis": {"value": 24, "unit": "natural_hours"}},
        {"urgency": Urgency.EMERGENCY, "due_basis": {"value": 24, "unit": "natural_hours"}},
        {"order_type": OrderType.INQUIRY},
        {"order_type": OrderType.PRAISE},
        {"rework_no": 1},
        {"paused_at": moment("2026-11-23 10:00")},
    ],
)
def test_h98_h99_the_urgent_inquiries_praise_and_reworks_are_never_extended(team, facts):
    order = at.an_order(H, **{"due_basis": SEVEN_DAYS, **facts})
    with pytest.raises(WrongState):
        ask(order, team)
    assert unchanged(order, H, [])


def test_h99_not_during_a_rework(team):
    order = at.an_order(OrderStatus.REWORK, rework_no=1, due_basis=SEVEN_DAYS)
    with pytest.raises(WrongState, match="重办"):
        ask(order, team)


def test_h98_once_whatever_came_of_it(team, accepted):
    ask(accepted, team)
    with pytest.raises(NotAllowed):
        services.decide_extension(accepted.pk, by=team.head, approve=True)
    with pytest.raises(BadInput):
        services.decide_extension(accepted.pk, by=team.manager, approve=False)
    services.decide_extension(accepted.pk, by=team.manager, approve=False, decision="可按期办结。")
    with pytest.raises(WrongState, match="一次"):
        ask(accepted, team)
    assert fresh(accepted).public_due_at == accepted.public_due_at


def test_h98_silence_until_the_due_is_a_no(team, accepted, clock):
    asked = ask(accepted, team)
    clock.set("2026-10-08 16:30")
    assert not lapse_extension(asked.pk)
    clock.set("2026-10-08 16:30:01")
    with pytest.raises(WrongState, match="视为不同意"):
        services.decide_extension(accepted.pk, by=team.manager, approve=True)
    assert lapse_extension(asked.pk)
    assert not lapse_extension(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, fresh(accepted).state_due_at) == (RequestState.LAPSED, accepted.state_due_at)


def wanted(**changes):
    known = {
        "reason": ShelveReason.FUNDS,
        "evidence": "财政评审意见",
        "plan_date": date(2027, 6, 30),
        "citizen_told": "11月23日电话告知，诉求人理解。",
    }
    return Shelving(**{**known, **changes})


@pytest.fixture
def to_shelve(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    services.request_shelving(order.pk, by=team.officer, wanted=wanted())
    return order


@pytest.fixture
def shelved(team, to_shelve):
    services.shelve(to_shelve.pk, by=team.manager)
    services.shelve(to_shelve.pk, by=team.leader)
    return fresh(to_shelve)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "太忙"}, "reason"),
        ({"evidence": ""}, "evidence"),
        ({"plan_date": date(2026, 11, 23)}, "plan_date"),
        ({"plan_date": date(2027, 11, 24)}, "plan_date"),
        ({"citizen_told": " "}, "citizen_told"),
    ],
)
def test_h106_h107_a_listed_reason_evidence_a_plan_within_a_year_and_a_citizen_who_knows(
    team, clock, changes, field
):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H)
    with pytest.raises(BadInput) as refused:
        services.request_shelving(order.pk, by=team.officer, wanted=wanted(**changes))
    assert list(refused.value.fields) == [field]
    assert not ShelveRequest.objects.exists()


def test_t22_h107_two_keys_of_two_people_shelve(team, to_shelve):
    with pytest.raises(NotAllowed):
        services.shelve(to_shelve.pk, by=team.inspector)
    with pytest.raises(NotAllowed):
        services.shelve(to_shelve.pk, by=team.leader)  # the management turns the first
    services.shelve(to_shelve.pk, by=team.manager)
    assert unchanged(to_shelve, H, [])
    with pytest.raises(NotAllowed):
        services.shelve(to_shelve.pk, by=team.manager)
    services.shelve(to_shelve.pk, by=team.leader)
    order, ledger = fresh(to_shelve), ShelveRequest.objects.get()
    assert (order.status, order.state_due_at) == (OrderStatus.SHELVED, None)
    assert order.review_due_at == moment("2027-02-21 10:00")  # ninety natural days
    assert (ledger.first_key, ledger.second_key) == (team.manager, team.leader)
    assert ledger.remaining == {"value": 7, "unit": "working_days"}
    assert facts_of(order) == ["OrderShelved"]


def test_t22_not_without_a_request_and_not_past_the_due(team, to_shelve, clock):
    plain = at.an_order(H)
    with pytest.raises(WrongState, match="没有挂账申请"):
        services.shelve(plain.pk, by=team.manager)
    services.shelve(to_shelve.pk, by=team.manager)
    clock.set("2026-12-02 16:31")
    with pytest.raises(WrongState, match="超期"):
        services.shelve(to_shelve.pk, by=team.leader)
    assert unchanged(to_shelve, H, [])


def test_t22_either_key_may_stay_out(team, to_shelve):
    services.refuse_shelving(to_shelve.pk, by=team.manager, reason="资金可以调剂。")
    with pytest.raises(WrongState):
        services.shelve(to_shelve.pk, by=team.manager)
    assert fresh(to_shelve).status == H


def test_t23_a_rework_may_be_shelved_and_comes_back_as_one(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(OrderStatus.REWORK, rework_no=1)
    services.request_shelving(order.pk, by=team.officer, wanted=wanted())
    for key in (team.manager, team.leader):
        services.shelve(order.pk, by=key)
    services.resume(order.pk, by=team.officer, reason="资金已到位。")
    photograph(order, team)
    contact(order, team)
    with pytest.raises(BadInput) as refused:
        services.submit_result(order.pk, by=team.officer, **a_result())
    assert list(refused.value.fields) == ["done_differently"]


@pytest.mark.parametrize(
    ("shelved_on", "due"),
    [("2026-11-23 10:00", "2027-03-10 16:30"), ("2026-12-02 10:00", "2027-03-04 16:30")],
)
def test_t24_what_was_left_runs_on_but_three_days_at_least(team, clock, shelved_on, due):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    services.request_shelving(order.pk, by=team.officer, wanted=wanted())
    clock.set(shelved_on)
    for key in (team.manager, team.leader):
        services.shelve(order.pk, by=key)
    clock.set("2027-03-01 09:00")
    with pytest.raises(BadInput):
        services.resume(order.pk, by=team.officer, reason="")
    services.resume(order.pk, by=team.officer, reason="资金已到位。")
    assert fresh(order).status == H
    assert fresh(order).state_due_at == moment(due)
    assert ShelveRequest.objects.get().ended_at == moment("2027-03-01 09:00")


def test_h107_looked_at_in_time_it_waits_ninety_days_more(team, shelved, clock):
    clock.set("2027-02-20 10:00")
    with pytest.raises(NotAllowed):
        services.review_shelving(shelved.pk, by=team.officer, note="仍在等资金。")
    services.review_shelving(shelved.pk, by=team.manager, note="资金列入二季度计划。")
    assert fresh(shelved).review_due_at == moment("2027-05-21 10:00")
    assert ShelveRequest.objects.get().review_notes[0]["note"] == "资金列入二季度计划。"


def test_h107_missed_the_order_is_back_and_the_department_supervised(team, shelved, clock):
    now = clock.set("2027-02-21 10:00")
    assert not resume_unreviewed(shelved.pk, now)
    now = clock.set("2027-02-21 10:00:01")  # day 91
    assert resume_unreviewed(shelved.pk, now)
    assert not resume_unreviewed(shelved.pk, now)
    assert fresh(shelved).status == H
    assert shelved.supervisions.get().cause == "shelve_review"


def test_t24_on_the_planned_day_it_is_back_without_blame(team, shelved, clock):
    services.review_shelving(shelved.pk, by=team.manager, note="按计划推进。")
    HotlineOrder.objects.filter(pk=shelved.pk).update(review_due_at=moment("2027-07-30 10:00"))
    assert resume_unreviewed(shelved.pk, clock.set("2027-06-30 00:01"))
    assert not shelved.supervisions.exists()


def test_t25_written_off_with_evidence_it_meets_the_close_review(team, shelved):
    contact(shelved, team)
    words = {"measures": "完成道路改造。", "result_text": a_result()["result_text"]}
    with pytest.raises(BadInput):
        services.write_off(shelved.pk, by=team.officer, evidence="", **words)
    with pytest.raises(BadInput) as refused:
        services.write_off(shelved.pk, by=team.officer, evidence="验收报告", **words)
    assert list(refused.value.fields) == ["evidence"]  # the photograph
    assert fresh(shelved).status == OrderStatus.SHELVED
    photograph(shelved, team)
    services.write_off(shelved.pk, by=team.officer, evidence="验收报告", **words)
    ledger = ShelveRequest.objects.get()
    assert fresh(shelved).status == OrderStatus.CLOSE_REVIEW
    assert (ledger.written_off, ledger.write_off_evidence) == (True, "验收报告")
    assert facts_of(shelved)[-1] == "OrderWrittenOff"


def test_t25_m11_the_time_on_the_ledger_does_not_make_the_result_late(team, shelved, clock):
    """T-25, T-24, H-152, M-11: long after the first due, in time by what was left of it, and back with that due."""
    contact(shelved, team)
    photograph(shelved, team)
    clock.set("2027-01-11 10:00")
    words = {"measures": "完成道路改造。", "result_text": a_result()["result_text"]}
    services.write_off(shelved.pk, by=team.officer, evidence="验收报告", **words)
    submission = ResultSubmission.objects.get()
    # shelved on the first day of seven: seven working days are left
    assert submission.due_at == shelved.assignments.get().due_at == moment("2027-01-20 16:30")
    assert submission.at <= submission.due_at
    assert fresh(shelved).public_due_at == submission.due_at
    services.reject_result(shelved.pk, by=team.inspector, defect="tone", note="请写得客气些。")
    order = fresh(shelved)
    assert (order.status, order.state_due_at) == (H, submission.due_at)


@pytest.mark.parametrize("verb", ["reassign", "change_host"])
def test_h144_h152_what_the_old_host_waited_for_and_asked_for_ends_with_its_part(team, clock, verb):
    """H-144, H-152, H-68: the pause, the wish to shelve and the wish for longer are not the new host's."""
    clock.set("2026-11-23 10:00")
    status = H if verb == "reassign" else OrderStatus.REWORK
    order = at.an_order(status, due_basis=SEVEN_DAYS)
    if status == H:
        services.request_extension(order.pk, by=team.officer, days=3, reason="材料未到", evidence="函件")
    services.request_shelving(order.pk, by=team.officer, wanted=wanted())
    services.ask_supplement(order.pk, by=team.officer, question="请说明车牌")
    clock.set("2026-11-24 10:00")
    getattr(services, verb)(order.pk, by=team.manager, host="jiaoguan", reason="道路停车由交警管理")
    order = fresh(order)
    assert (order.status, order.paused_at) == (OrderStatus.DISPATCHED, None)
    assert not order.pauses.filter(ended_at__isnull=True).exists()
    assert set(order.extensions.values_list("state", flat=True)) <= {RequestState.LAPSED}
    assert order.shelvings.get().state == RequestState.LAPSED


def test_h153_a_pause_adds_its_working_days(team, clock):
    clock.set("2026-09-21 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    clock.set("2026-09-28 09:00")
    services.declare_outage(by=team.manager, order_ids=[order.pk])
    assert fresh(order).paused_at == moment("2026-09-28 09:00")
    clock.set("2026-10-09 15:00")
    services.end_outage(by=team.manager)
    order = fresh(order)
    # 9/28, 29, 30, 10/8, 9 are five working days: from 10-08 to 10-14
    assert (order.paused_at, order.state_due_at) == (None, moment("2026-10-14 16:30"))
    assert order.assignments.get().due_at == moment("2026-10-14 16:30")


def test_h152_waiting_for_the_citizen_three_days_at_most_once(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    with pytest.raises(BadInput):
        services.ask_supplement(order.pk, by=team.officer, question=" ")
    pause = services.ask_supplement(order.pk, by=team.officer, question="请说明具体路段。")
    assert pause.ends_by == moment("2026-11-26 16:30")
    clock.set("2026-12-05 10:00")
    services.stop_waiting(order.pk)
    pause.refresh_from_db()
    assert pause.ended_at == pause.ends_by  # no longer, however late anybody notices
    assert day_of(fresh(order).state_due_at) == date(2026, 12, 8)
    services.stop_waiting(order.pk)
    assert facts_of(order) == ["ClockPaused", "ClockResumed"]
    with pytest.raises(WrongState, match="一次"):
        services.ask_supplement(order.pk, by=team.officer, question="再问一次。")


@pytest.mark.parametrize(
    "status", [OrderStatus.DISPUTED, OrderStatus.RETURN_REVIEW, OrderStatus.CLOSE_REVIEW]
)
def test_h152_disputes_returns_and_reviews_stop_no_clock(team, status):
    order = at.an_order(status)
    with pytest.raises(WrongState, match="不停表"):
        services.ask_supplement(order.pk, by=team.officer, question="请补充。")
    services.declare_outage(by=team.manager)
    assert not Pause.objects.exists()


def test_h152_only_the_management_declares_an_outage(team):
    for verb in (services.declare_outage, services.end_outage):
        with pytest.raises(NotAllowed):
            verb(by=team.officer)


def test_a_result_ends_the_waiting(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H, due_basis=SEVEN_DAYS)
    services.ask_supplement(order.pk, by=team.officer, question="请说明具体路段。")
    contact(order, team)
    photograph(order, team)
    services.submit_result(order.pk, by=team.officer, **a_result())
    assert fresh(order).paused_at is None
    assert Pause.objects.get().ended_at == moment("2026-11-23 10:00")


def test_h02_nobody_elses_department_asks_for_anything(team):
    order = at.an_order(H)
    for verb in (
        lambda: ask(order, team_of(team)),
        lambda: services.request_shelving(order.pk, by=team.assistant, wanted=wanted()),
        lambda: services.ask_supplement(order.pk, by=team.assistant, question="请补充。"),
    ):
        with pytest.raises(NotFound):
            verb()


def team_of(team):
    """As if the assistant were the officer."""
    return type("Stranger", (), {"officer": team.assistant})


def test_the_plan_date_may_be_a_year_away(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(H)
    wished = wanted(plan_date=date(2027, 11, 23))
    assert services.request_shelving(order.pk, by=team.officer, wanted=wished).plan_date == wished.plan_date
