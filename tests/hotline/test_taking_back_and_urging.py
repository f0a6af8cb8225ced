"""Taking an appeal back (H-134, T-10, T-37…T-42), urging (H-120, H-121), 督办 (H-123…H-125)."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, TooOften, WrongState
from common.workdays import SHANGHAI
from hotline import services
from hotline.models import ComplainantCode, Dispute, HotlineOrder, ShelveRequest, Supervision, Urge
from hotline.selectors.discipline import discipline_rows, interviews_of
from hotline.states import AssignmentState, OrderStatus, RequestState, SupervisionCause, SupervisionLevel
from tests.factories import hotline as at
from tests.factories.hotline_team import a_citizen
from tests.hotline.test_handling import facts_of, unchanged

pytestmark = pytest.mark.django_db
S = OrderStatus
MAY_BE_TAKEN_BACK = [S.ACCEPTED, S.DISPATCHED, S.HANDLING, S.RETURN_REVIEW, S.DISPUTED, S.SHELVED, S.REWORK]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def fresh(order):
    return HotlineOrder.objects.get(pk=order.pk)


def take_back(order, **by):
    known = by or {"by": None, "query_code": order.query_code}
    code = services.send_withdrawal_code(order.pk, **known)
    return services.withdraw(order.pk, code=code, reason="问题已自行解决。", **known)


@pytest.mark.parametrize("status", MAY_BE_TAKEN_BACK)
def test_t10_t37_to_t42_the_complainant_takes_it_back_from_every_state_before_the_close_review(team, status):
    facts = {"review_due_at": timezone.now() + timedelta(days=90)} if status == S.SHELVED else {}
    order = at.an_order(status, **facts)
    take_back(order)
    after = fresh(order)
    assert (after.status, after.state_due_at, after.review_due_at) == (S.WITHDRAWN, None, None)
    assert not after.assignments.filter(state=AssignmentState.OPEN).exists()
    assert facts_of(order) == ["OrderWithdrawn"]


def test_t40_t41_what_was_open_about_it_ends_too(team):
    disputed = at.an_order(S.DISPUTED)
    due = timezone.now() + timedelta(days=1)
    dispute = Dispute.objects.create(hotline_order=disputed, opened_at=timezone.now(), due_at=due)
    take_back(disputed)
    dispute.refresh_from_db()
    assert dispute.closed_at
    shelved = at.an_order(S.SHELVED, review_due_at=due)
    ledger = ShelveRequest.objects.create(
        hotline_order=shelved, reason="funds", plan_date=due.date(), by=team.officer, at=timezone.now(),
        state=RequestState.APPROVED, shelved_at=timezone.now(),
    )  # fmt: skip
    take_back(shelved)
    ledger.refresh_from_db()
    assert ledger.ended_at
    assert not ledger.written_off


@pytest.mark.parametrize("status", [S.CLOSE_REVIEW, S.CALLBACK, S.ARCHIVED, S.REGISTERED])
def test_h134_not_from_the_close_review_on(team, status):
    order = at.an_order(status)
    with pytest.raises(WrongState) as refused:
        take_back(order)
    assert "withdraw" not in refused.value.allowed
    assert unchanged(order, status, [])


def test_h134_staff_cannot_and_strangers_find_nothing(team):
    order = at.an_order(S.HANDLING)
    for staff in (team.officer, team.manager, team.inspector):
        with pytest.raises(NotAllowed):
            services.withdraw(order.pk, by=staff, code="000000")
    with pytest.raises(NotFound):
        services.withdraw(order.pk, by=at.people.an_account("someone"), code="000000")
    with pytest.raises(NotFound):
        services.send_withdrawal_code(order.pk, by=None, query_code="xxxxxx")
    assert unchanged(order, S.HANDLING, [])


def test_h134_the_code_is_tried_five_times_and_used_once(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.HANDLING)
    code = services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _try in range(5):
        with pytest.raises(BadInput, match="不对"):
            services.withdraw(order.pk, by=None, query_code=order.query_code, code=wrong)
    with pytest.raises(BadInput, match="失效"):
        services.withdraw(order.pk, by=None, query_code=order.query_code, code=code)
    assert ComplainantCode.objects.get().tries == 5
    late = services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)
    clock.set("2026-11-23 10:10")
    with pytest.raises(BadInput, match="失效"):
        services.withdraw(order.pk, by=None, query_code=order.query_code, code=late)
    assert unchanged(order, S.HANDLING, [])


def test_h134_five_codes_a_day(team):
    order = at.an_order(S.HANDLING)
    for _time in range(5):
        services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)
    with pytest.raises(TooOften):
        services.send_withdrawal_code(order.pk, by=None, query_code=order.query_code)


def test_h134_by_login_too_and_never_without_a_telephone(team):
    order = at.an_order(S.HANDLING)
    take_back(order, by=a_citizen(order))
    assert fresh(order).status == S.WITHDRAWN
    silent = at.an_order(S.HANDLING, anonymous=True, phone="")
    with pytest.raises(WrongState, match="手机号"):
        take_back(silent)


@pytest.mark.parametrize(
    "facts", [{"urgency": "emergency"}, {"category": "1204"}, {"category": "1203"}, {"in_red_alert": True}]
)
def test_h134_public_safety_goes_on_and_only_the_wish_is_noted(team, facts):
    order = at.an_order(S.HANDLING, **facts)
    take_back(order)
    assert (fresh(order).status, fresh(order).citizen_withdrew) == (S.HANDLING, True)
    assert fresh(order).assignments.get().state == AssignmentState.OPEN
    assert facts_of(order) == ["OrderWithdrawn"]
    with pytest.raises(WrongState):
        take_back(order)


@pytest.mark.parametrize(
    ("now", "may"),
    [("2026-11-26 10:00", False), ("2026-11-27 13:14:59", False), ("2026-11-27 13:15", True)],
)
def test_h120_the_citizen_urges_after_half_of_the_time(team, clock, now, may):
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.HANDLING, public_due_at=moment("2026-12-01 16:30"))
    clock.set(now)
    if may:
        services.urge(order.pk, by=None, query_code=order.query_code, text="什么时候能办好？")
        assert fresh(order).urge_count == 1
    else:
        with pytest.raises(WrongState, match="2026年12月1日"):
            services.urge(order.pk, by=None, query_code=order.query_code)
        assert unchanged(order, S.HANDLING, [])


def test_h120_h123_once_a_day_and_the_third_opens_supervision(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.HANDLING, public_due_at=moment("2026-12-01 16:30"))
    for day in ("2026-11-28", "2026-11-29", "2026-11-30"):
        assert not Supervision.objects.exists()
        clock.set(f"{day} 10:00")
        services.urge(order.pk, by=None, query_code=order.query_code)
        clock.set(f"{day} 20:00")
        with pytest.raises(WrongState, match="24 小时"):
            services.urge(order.pk, by=None, query_code=order.query_code)
    opened = Supervision.objects.get()
    assert (opened.cause, opened.level) == (SupervisionCause.URGES, SupervisionLevel.CONTACT)
    assert opened.department.code == "chengguan"


def test_h120_nobody_is_hurried_when_nobody_is_at_work(team):
    order = at.an_order(S.CALLBACK)
    with pytest.raises(WrongState):
        services.urge(order.pk, by=None, query_code=order.query_code)
    assert not Urge.objects.exists()


def an_opened(level=SupervisionLevel.CONTACT, key="1", order=None):
    return services.open_supervision(
        at.department("chengguan"), SupervisionCause.INSTRUCTION, key=key, level=level, order=order
    )


def test_h123_one_cause_opens_one_and_three_working_days_to_answer(clock):
    clock.set("2026-11-23 10:00")
    opened = an_opened()
    assert an_opened() == opened
    assert opened.answer_due_at == moment("2026-11-26 16:30")


def test_h123_silence_raises_the_level_and_stops_at_the_third(clock):
    clock.set("2026-11-23 10:00")
    opened = an_opened()
    assert services.raise_silent(clock.set("2026-11-26 16:30")) == 0
    for now, level in (("2026-11-26 16:31", 2), ("2026-12-01 16:31", 3), ("2026-12-04 16:31", 3)):
        services.raise_silent(clock.set(now))
        opened.refresh_from_db()
        assert opened.level == level


def test_h124_a_written_answer_with_evidence_and_somebody_else_closes(team):
    opened = an_opened()
    with pytest.raises(NotFound):
        services.answer_supervision(opened.pk, by=team.assistant, answer="已办。", evidence="照片")
    with pytest.raises(BadInput):
        services.answer_supervision(opened.pk, by=team.officer, answer="已办。", evidence=" ")
    with pytest.raises(WrongState, match="没有书面答复"):
        services.close_supervision(opened.pk, by=team.supervisor)
    services.answer_supervision(opened.pk, by=team.officer, answer="已办。", evidence="照片")
    with pytest.raises(NotAllowed):
        services.close_supervision(opened.pk, by=team.officer)
    services.close_supervision(opened.pk, by=team.supervisor)
    with pytest.raises(WrongState):
        services.close_supervision(opened.pk, by=team.supervisor)


def test_h124_the_head_answers_from_level_two_on(team):
    opened = an_opened(SupervisionLevel.HEAD)
    with pytest.raises(NotAllowed):
        services.answer_supervision(opened.pk, by=team.officer, answer="已办。", evidence="照片")
    services.answer_supervision(opened.pk, by=team.head, answer="已办。", evidence="照片")


def test_h125_level_three_and_the_second_at_level_two_need_an_interview(team):
    first, second = an_opened(SupervisionLevel.HEAD, "1"), an_opened(SupervisionLevel.HEAD, "2")
    third = an_opened(SupervisionLevel.INSPECTORATE, "3")
    for one in (first, second, third):
        services.answer_supervision(one.pk, by=team.head, answer="已整改。", evidence="照片")
    services.close_supervision(first.pk, by=team.supervisor)
    for one in (second, third):
        with pytest.raises(WrongState, match="约谈"):
            services.close_supervision(one.pk, by=team.supervisor)
        with pytest.raises(NotAllowed):
            services.record_interview(one.pk, by=team.head, text="谈了。")
        services.record_interview(one.pk, by=team.supervisor, text="约谈分管负责人，要求一周内整改。")
        services.close_supervision(one.pk, by=team.supervisor)
    assert [row.pk for row in interviews_of(timezone.localdate())] == [second.pk, third.pk]


def test_h125_what_goes_to_discipline_holds_no_complainant(team):
    order = at.an_order(S.HANDLING)
    opened = an_opened(SupervisionLevel.INSPECTORATE, order=order)
    services.answer_supervision(opened.pk, by=team.head, answer=f"已联系{order.phone}。", evidence="照片")
    services.record_interview(opened.pk, by=team.supervisor, text=f"王小二（{order.phone}）反映属实。")
    with pytest.raises(NotAllowed):
        discipline_rows(timezone.localdate(), by=team.officer)
    [row] = discipline_rows(timezone.localdate(), by=team.auditor)
    said = " ".join(map(str, row.values()))
    assert order.order_no in said
    assert order.phone not in said
    assert "王小二" not in said
