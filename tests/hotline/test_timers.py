"""The clock: once for each order, event and due; late beats catch up; one that fails holds up no other (H-155, H-156, H-71)."""

from datetime import datetime, timedelta

import pytest

from common.workdays import SHANGHAI
from events.models import EventRecord
from hotline import services
from hotline.models import Firing, HotlineOrder, Supervision, Urge
from hotline.services import timers
from hotline.states import HOSTED, OPEN, CloseReason, OrderStatus, SupervisionCause
from tests.factories import hotline as at
from tests.factories.hotline_team import a_result, contact, photograph, to_callback
from tests.hotline.test_handling import facts_of

pytestmark = pytest.mark.django_db
S = OrderStatus
SEVEN_DAYS = {"value": 7, "unit": "working_days"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def fresh(order):
    return HotlineOrder.objects.get(pk=order.pk)


@pytest.fixture
def order(team, clock):
    """Accepted on Monday 2026-11-23 with seven working days: due on Wednesday 2026-12-02 at closing time."""
    clock.set("2026-11-23 10:00")
    return at.an_order(S.HANDLING, due_basis=SEVEN_DAYS)


def ticks(clock, *moments):
    for one in moments:
        clock.set(one)
        timers.tick()


def kinds(order):
    return list(Urge.objects.filter(hotline_order=order).order_by("id").values_list("kind", flat=True))


def test_h121_the_handler_a_day_before_the_head_at_the_due_each_exactly_once(order, clock):
    ticks(clock, "2026-11-30 23:59")
    assert kinds(order) == []
    ticks(clock, "2026-12-01 00:01", "2026-12-01 09:00", "2026-12-02 16:30")
    assert kinds(order) == ["due_soon"]
    ticks(clock, "2026-12-02 16:31", "2026-12-02 16:32", "2026-12-03 09:00")
    assert kinds(order) == ["due_soon", "overdue"]


def test_h121_an_urgent_order_at_a_quarter_of_its_hours(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(
        S.HANDLING,
        urgency="urgent",
        due_basis={"value": 24, "unit": "natural_hours"},
        state_due_at=moment("2026-11-24 10:00"),
    )
    ticks(clock, "2026-11-24 03:59")
    assert kinds(order) == []
    ticks(clock, "2026-11-24 04:00", "2026-11-24 04:01")
    assert kinds(order) == ["due_soon"]


def test_h123_a_working_day_late_opens_supervision_and_silence_raises_it(order, clock):
    ticks(clock, "2026-12-02 16:31", "2026-12-03 16:29")
    assert not Supervision.objects.exists()
    ticks(clock, "2026-12-03 16:30", "2026-12-03 16:31")
    opened = Supervision.objects.get()
    assert (opened.cause, opened.level) == (SupervisionCause.OVERDUE, 1)
    ticks(clock, "2026-12-08 16:30", "2026-12-08 16:31")
    opened.refresh_from_db()
    assert opened.level == 2  # three silent working days


def test_h155_the_beat_stopped_and_everything_happens_once_after(order, clock):
    ticks(clock, "2026-12-05 10:00")
    ticks(clock, "2026-12-05 10:01")
    assert kinds(order) == ["overdue"]
    assert Supervision.objects.count() == 1
    assert sorted(Firing.objects.values_list("event", flat=True)) == [
        "overdue",
        "stage_overdue",
        "supervised",
    ]
    assert facts_of(order).count("StageOverdue") == 1


def test_h155_a_due_that_moved_is_a_new_one(order, team, clock):
    ticks(clock, "2026-12-02 16:31")
    HotlineOrder.objects.filter(pk=order.pk).update(state_due_at=moment("2026-12-09 16:30"))
    ticks(clock, "2026-12-08 09:00", "2026-12-09 16:31", "2026-12-09 16:32")
    assert kinds(order) == ["overdue", "due_soon", "overdue"]


def test_h152_a_standing_clock_urges_nobody_and_runs_on_by_itself(order, team, clock):
    clock.set("2026-12-01 00:00")
    services.ask_supplement(order.pk, by=team.officer, question="请说明具体路段。")
    ticks(clock, "2026-12-03 10:00")
    assert kinds(order) == []
    ticks(clock, "2026-12-04 16:31")
    assert fresh(order).paused_at is None
    assert fresh(order).state_due_at == moment("2026-12-08 16:30")


def test_t26_seven_days_after_a_direct_answer(team, clock):
    clock.set("2026-11-23 10:00")
    order = at.an_order(S.DIRECT_ANSWERED, state_due_at=moment("2026-11-30 10:00"))
    ticks(clock, "2026-11-30 10:00")
    assert fresh(order).status == S.DIRECT_ANSWERED
    ticks(clock, "2026-11-30 10:01", "2026-11-30 10:02")
    assert (fresh(order).status, fresh(order).close_reason) == (S.ARCHIVED, CloseReason.DIRECT)
    assert facts_of(order) == ["OrderClosed"]


def test_t28_h112_a_survey_nobody_answered_is_no_contact_and_no_level(team, clock):
    clock.set("2026-11-23 10:00")
    order = to_callback(team)
    ticks(clock, "2026-11-26 16:30")
    assert fresh(order).status == S.CALLBACK
    ticks(clock, "2026-11-26 16:31")
    assert (fresh(order).close_reason, fresh(order).survey_level) == (CloseReason.NO_CONTACT, None)
    assert fresh(order).survey_reached is False


def test_h72_a_bad_answer_is_not_archived_by_the_clock_but_complained_of(team, clock):
    clock.set("2026-11-23 10:00")
    order = to_callback(team)
    services.answer_survey(order.pk, by=team.caller, level=1, responded=True, solved="no")
    ticks(clock, "2026-11-26 16:31")
    assert fresh(order).status == S.CALLBACK
    assert facts_of(order)[-1] == "StageOverdue"


def test_h98_an_extension_nobody_decided_lapses(order, team, clock):
    services.request_extension(order.pk, by=team.officer, days=3, reason="需要协调。", evidence="纪要")
    ticks(clock, "2026-12-02 16:31")
    assert order.extensions.get().state == "lapsed"


def test_h155_one_that_fails_holds_up_no_other(team, clock, monkeypatch):
    clock.set("2026-11-23 10:00")
    broken, sound = (
        at.an_order(S.DIRECT_ANSWERED, state_due_at=moment("2026-11-24 10:00")) for _two in range(2)
    )
    archive = timers.archive_answered

    def fail_once(act, reason):
        if act.hotline_order.pk == broken.pk:
            raise RuntimeError("no")
        archive(act, reason)

    monkeypatch.setattr(timers, "archive_answered", fail_once)
    ticks(clock, "2026-11-25 10:00")
    assert (fresh(broken).status, fresh(sound).status) == (S.DIRECT_ANSWERED, S.ARCHIVED)
    monkeypatch.undo()
    timers.tick()
    assert fresh(broken).status == S.ARCHIVED


def test_h155_a_run_is_bounded_and_the_next_goes_on(team, clock):
    clock.set("2026-11-23 10:00")
    for _three in range(3):
        at.an_order(S.DIRECT_ANSWERED, state_due_at=moment("2026-11-24 10:00"))
    clock.set("2026-11-25 10:00")
    assert [timers.tick(limit=2)["settled"] for _run in range(3)] == [2, 1, 0]


def test_h155_a_quiet_minute_costs_the_same_however_many_orders_there_are(order, statements, clock):
    for _more in range(3):
        at.an_order(S.HANDLING, due_basis=SEVEN_DAYS)
    timers.tick()
    with statements(at_most=len(timers.TIMERS)):
        timers.tick()


@pytest.mark.parametrize("status", sorted(OPEN - {S.SHELVED}))
def test_h71_h156_no_state_in_which_nobody_is_late(team, clock, status):
    clock.set("2026-11-23 10:00")
    order = at.an_order(status)
    due = order.state_due_at
    assert due
    ticks(clock, due + timedelta(minutes=1))
    after = fresh(order)
    told = EventRecord.objects.filter(subject=order.subject).exists()
    assert told or after.status != status
    if after.status in HOSTED:
        assert after.state_due_at


def test_results_in_time_are_not_urged(order, team, clock):
    contact(order, team)
    photograph(order, team)
    services.submit_result(order.pk, by=team.officer, **a_result())
    ticks(clock, "2026-12-01 10:00")
    assert kinds(order) == []
