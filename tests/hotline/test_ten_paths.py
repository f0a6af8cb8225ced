"""Ten lives of orders, verb by verb, from the first word to the archive (H-73)."""

from datetime import date

import pytest

from hotline import services
from hotline.models import Assignment, HotlineOrder, Supervision
from hotline.rules.waiting import Shelving
from hotline.states import AssignmentState, CloseReason, OrderStatus
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.hotline_team import BAD, GOOD, SIX_POINTS, a_result, approve, contact, photograph, submit
from tests.hotline.test_handling import facts_of

pytestmark = pytest.mark.django_db
S = OrderStatus


def fresh(order):
    return HotlineOrder.objects.get(pk=order.pk)


@pytest.fixture
def dispatcher(team):
    return team.inspector


@pytest.fixture
def signed(team, dispatcher, clock):
    """Accepted, dispatched to 城管 by a dispatcher, signed for by its officer."""

    def make(**facts):
        clock.set("2026-11-23 09:00")
        order = at.an_order(S.ACCEPTED, **facts)
        services.dispatch(order.pk, by=dispatcher, host="chengguan", basis="城市管理条例第十条", assists=[])
        services.sign_for(order.pk, by=team.officer)
        return fresh(order)

    return make


def end_well(order, team):
    services.answer_survey(order.pk, by=team.caller, **GOOD)
    services.conclude_good(order.pk, by=team.caller)
    return fresh(order)


def rework(order, team):
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    submit(order, team, done_differently="加派了夜间巡查。")
    approve(order, team)


def test_h73_plain_handling(team, signed):
    order = signed()
    assert order.status == S.HANDLING
    submit(order, team)
    approve(order, team)
    order = end_well(order, team)
    assert (order.status, order.close_reason) == (S.ARCHIVED, CloseReason.GOOD_REVIEW)
    assert facts_of(order) == [
        "OrderDispatched", "OrderSigned", "ContactLogged", "ResultSubmitted", "OrderReplied",
        "SurveyAttempted", "OrderSurveyed", "OrderClosed",
    ]  # fmt: skip


def test_h73_shelved_then_written_off(team, signed):
    order = signed()
    wanted = Shelving(
        reason="funds", evidence="评审意见", plan_date=date(2027, 5, 1), citizen_told="已电话告知。"
    )
    services.request_shelving(order.pk, by=team.officer, wanted=wanted)
    for key in (team.manager, team.leader):
        services.shelve(order.pk, by=key)
    assert fresh(order).public_word == "需较长时间"
    contact(order, team)
    photograph(order, team)
    words = {key: value for key, value in a_result().items() if key != "handle_result"}
    services.write_off(order.pk, by=team.officer, evidence="验收报告", **words)
    approve(order, team)
    assert end_well(order, team).status == S.ARCHIVED
    assert order.shelvings.get().written_off


def test_h73_bad_rework_good(team, signed):
    order = signed()
    submit(order, team)
    approve(order, team)
    rework(order, team)
    order = end_well(order, team)
    assert (order.close_reason, order.rework_no) == (CloseReason.GOOD_REVIEW, 1)


def test_h73_bad_rework_bad_and_a_panel(team, signed):
    order = signed()
    submit(order, team)
    approve(order, team)
    rework(order, team)
    rework(order, team)
    above = Supervision.objects.get()
    services.answer_supervision(above.pk, by=team.head, answer="已逐项整改。", evidence="照片")
    services.close_supervision(above.pk, by=team.supervisor)
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_panel(
        order.pk, by=team.manager, is_unreasonable=False, reasons="两次重办后已穷尽办法。",
        members=[team.manager.pk, team.supervisor.pk, team.auditor.pk],
    )  # fmt: skip
    assert fresh(order).close_reason == CloseReason.REWORK_EXHAUSTED


def test_h73_taken_back(team, signed):
    order = signed()
    code = services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)
    services.withdraw(order.pk, by=None, query_code=order.query_code, code=code)
    assert fresh(order).status == S.WITHDRAWN
    assert Assignment.objects.get(hotline_order=order).state == AssignmentState.CANCELLED


def test_h73_not_reached_reopened_and_good(team, signed, clock):
    order = signed()
    submit(order, team)
    approve(order, team)
    for when in ("2026-11-23 10:30", "2026-11-24 10:00", "2026-11-24 11:00"):
        clock.set(when)
        services.record_survey_attempt(order.pk, by=team.caller, outcome="no_answer")
    assert fresh(order).close_reason == CloseReason.NO_CONTACT
    services.reopen(order.pk, by=None, query_code=order.query_code)
    submit(order, team, done_differently="又去了一次现场。")
    approve(order, team)
    assert end_well(order, team).rework_no == 1


def test_h73_answered_at_once_and_settled(team, clock):
    clock.set("2026-11-23 09:00")
    agent = at.desk(Role.CALL_AGENT)
    order = at.an_order(S.ACCEPTED, order_type="help")
    services.answer_directly(
        order.pk, by=agent, answer="夜间停车位在小区东门外，晚上七点到早上七点免费，欢迎使用。"
    )
    clock.set("2026-12-01 09:00")
    services.tick()
    assert (fresh(order).status, fresh(order).close_reason) == (S.ARCHIVED, CloseReason.DIRECT)


def test_t32_a_wrong_host_proven_in_a_rework_is_replaced_and_cannot_return_it(team, signed):
    order = signed()
    submit(order, team)
    approve(order, team)
    services.answer_survey(order.pk, by=team.caller, **BAD)
    services.conclude_bad(order.pk, by=team.caller)
    services.change_host(order.pk, by=team.manager, host="jiaoguan", reason="道路停车由交警管理。")
    after = fresh(order)
    old, new = Assignment.objects.filter(hotline_order=order, role="host").order_by("round")
    assert (after.status, after.host.code, after.forced) == (S.DISPATCHED, "jiaoguan", True)
    assert (old.state, new.state, new.round) == (AssignmentState.REPLACED, AssignmentState.OPEN, 2)
    assert after.state_due_at == new.sign_due_at
    assert facts_of(order)[-2:] == ["OrderDispatched", "OrderReassigned"]
    services.sign_for(order.pk, by=team.assistant)
    assert fresh(order).state_due_at == new.due_at


@pytest.mark.parametrize(
    ("who", "words", "error"),
    [
        ("officer", {"host": "jiaoguan", "reason": "不归我们管。"}, "NotAllowed"),
        ("manager", {"host": "jiaoguan", "reason": " "}, "BadInput"),
        ("manager", {"host": "nobody", "reason": "理由"}, "BadInput"),
        ("manager", {"host": "chengguan", "reason": "理由"}, "WrongState"),
    ],
)
def test_t32_guards(team, who, words, error):
    order = at.an_order(S.REWORK, rework_no=1)
    with pytest.raises(Exception) as refused:  # noqa: PT011 - the class is looked at below
        services.change_host(order.pk, by=getattr(team, who), **words)
    assert type(refused.value).__name__ == error
    assert fresh(order).status == S.REWORK
    assert facts_of(order) == []


def test_the_review_still_wants_its_six_points(team, signed):
    order = signed()
    submit(order, team)
    services.approve_result(order.pk, by=team.inspector, checked=SIX_POINTS, note="核对无误。")
    assert order.submissions.get().review_note == "核对无误。"
