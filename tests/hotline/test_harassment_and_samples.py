"""Numbers that harass (H-137, H-138), batches (H-139), second looks (H-108, H-135), how long things are kept (H-118)."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from common.workdays import SHANGHAI
from hotline import services
from hotline.models import (
    Call,
    ContactLog,
    Dispute,
    HotlineOrder,
    NumberRestriction,
    SampleCheck,
    ShelveRequest,
)
from hotline.rules.waiting import by_turns, is_too_many, to_draw
from hotline.services.second_looks import month_before, quarter_before
from hotline.states import FINAL, OrderStatus, RestrictionStage, SampleKind
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
NUMBER = "19955550000"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def agents(db):
    return [at.desk(Role.CALL_AGENT) for _two in range(2)]


def harass(agents, clock, start, times=10, kind="silent"):
    for minute in range(times):
        clock.set(moment(start) + timedelta(minutes=minute))
        services.mark_call(NUMBER, by=agents[0], kind=kind)


def rungs():
    return list(NumberRestriction.objects.order_by("pk").values_list("stage", flat=True))


def test_h137_the_tenth_silent_call_of_a_day_warns_the_number(agents, clock):
    harass(agents, clock, "2026-11-23 09:00", times=9)
    clock.set("2026-11-24 09:30")
    services.mark_call(NUMBER, by=agents[0], kind="silent")
    assert rungs() == []
    harass(agents, clock, "2026-11-24 10:00", times=9)
    assert rungs() == ["warning"]


def test_h137_three_abusive_ones_by_two_agents_in_a_week_warn_and_by_one_do_not(agents, clock):
    harass(agents, clock, "2026-11-23 09:00", times=3, kind="abusive")
    assert rungs() == []
    services.mark_call(NUMBER, by=agents[1], kind="abusive")
    assert rungs() == ["warning"]


def test_h137_step_by_step_and_only_by_whose_step_it_is(agents, team, clock):
    words = {"reason": "警告后继续骚扰"}
    with pytest.raises(WrongState, match="警告"):
        services.restrict_number(NUMBER, by=team.inspector, stage=RestrictionStage.VOICEMAIL, **words)
    harass(agents, clock, "2026-11-23 09:00")
    clock.set("2026-11-25 09:00")
    with pytest.raises(WrongState, match="没有再次"):
        services.restrict_number(NUMBER, by=team.inspector, stage=RestrictionStage.VOICEMAIL, **words)
    harass(agents, clock, "2026-11-26 09:00")
    for wrong, stage in (
        (agents[0], RestrictionStage.VOICEMAIL),
        (team.inspector, RestrictionStage.RESTRICTED),
    ):
        with pytest.raises(NotAllowed):
            services.restrict_number(NUMBER, by=wrong, stage=stage, **words)
    with pytest.raises(WrongState, match="越级"):
        services.restrict_number(NUMBER, by=team.manager, stage=RestrictionStage.RESTRICTED, **words)
    first = services.restrict_number(NUMBER, by=team.inspector, stage=RestrictionStage.VOICEMAIL, **words)
    assert first.until == first.since + timedelta(days=7)
    harass(agents, clock, "2026-11-28 09:00")
    second = services.restrict_number(NUMBER, by=team.manager, stage=RestrictionStage.RESTRICTED, **words)
    assert second.until == second.since + timedelta(days=30)
    harass(agents, clock, "2026-11-30 09:00")
    with pytest.raises(BadInput, match="证据"):
        services.restrict_number(NUMBER, by=team.manager, stage=RestrictionStage.POLICE, **words)
    services.restrict_number(
        NUMBER, by=team.manager, stage=RestrictionStage.POLICE, evidence=["录音 R-1"], **words
    )
    assert rungs() == ["warning", "voicemail", "restricted", "police"]


@pytest.fixture
def restricted(team, clock):
    clock.set("2026-11-23 09:00")
    now = timezone.now()
    return NumberRestriction.objects.create(
        phone=NUMBER,
        stage="voicemail",
        since=now,
        until=now + timedelta(days=7),
        by=team.manager,
        reason="骚扰",
    )


def test_h138_danger_and_writing_are_never_held_back_and_it_ends_by_itself(restricted, clock):
    assert not services.is_let_through(NUMBER)
    assert services.is_let_through(NUMBER, said="我家着火了")
    assert services.is_let_through(NUMBER, written=True)
    assert services.is_let_through("19955550001")
    clock.set("2026-11-30 09:00")
    assert services.is_let_through(NUMBER)


def test_h138_an_appeal_is_looked_at_in_five_days_by_somebody_else(restricted, team):
    with pytest.raises(NotFound):
        services.appeal_restriction("19955550001", text="不是我。")
    appealed = services.appeal_restriction(NUMBER, text="电话被盗用。")
    assert appealed.appeal_due_at == moment("2026-11-30 16:30")
    with pytest.raises(WrongState):
        services.appeal_restriction(NUMBER, text="再申诉。")
    with pytest.raises(NotAllowed):
        services.decide_appeal(appealed.pk, by=team.manager, lift=True, decision="解除。")
    services.decide_appeal(appealed.pk, by=at.desk(Role.HOTLINE_HEAD), lift=True, decision="解除。")
    assert services.is_let_through(NUMBER)


def test_h139_the_twenty_first_in_thirty_days_is_flagged_and_left_out_with_approval(team, clock):
    clock.set("2026-11-23 09:00")
    facts = {"category": "0301", "complainant_key": "k" * 64}
    orders = [at.an_order(OrderStatus.ACCEPTED, **facts) for _each in range(21)]
    old = moment("2026-10-01 09:00")
    HotlineOrder.objects.filter(pk=orders[0].pk).update(registered_at=old)
    assert not services.flag_batch(orders[-1].pk)
    HotlineOrder.objects.filter(pk=orders[0].pk).update(registered_at=timezone.now())
    assert services.flag_batch(orders[-1].pk)
    assert not services.flag_batch(
        at.an_order(OrderStatus.ACCEPTED, category="0703", complainant_key="k" * 64).pk
    )
    with pytest.raises(NotAllowed):
        services.approve_batch(orders[-1].pk, by=team.inspector, reason="职业索赔。")
    with pytest.raises(WrongState):
        services.approve_batch(orders[1].pk, by=team.manager, reason="职业索赔。")
    services.approve_batch(orders[-1].pk, by=team.manager, reason="职业索赔。")
    assert orders[-1].exclusions.get().code == "X8"


@pytest.mark.parametrize(
    ("day", "month", "quarter"),
    [
        ("2026-12-01", "2026-11", "2026Q3"),
        ("2027-01-15", "2026-12", "2026Q4"),
        ("2026-05-02", "2026-04", "2026Q1"),
    ],
)
def test_the_periods_that_have_ended(day, month, quarter):
    today = date.fromisoformat(day)
    assert (month_before(today).name, quarter_before(today).name) == (month, quarter)


def many_dispatched(count, withdrawn, clock):
    clock.set("2026-11-10 09:00")
    for number in range(count):
        order = at.an_order(OrderStatus.HANDLING)
        if number < withdrawn:
            HotlineOrder.objects.filter(pk=order.pk).update(status=OrderStatus.WITHDRAWN)


@pytest.mark.parametrize(("withdrawn", "drawn"), [(4, 0), (5, 1), (6, 2)])
def test_h135_more_than_a_tenth_taken_back_are_asked_whether_somebody_pressed_them(
    team, clock, withdrawn, drawn
):
    many_dispatched(40, withdrawn, clock)
    assert services.draw_samples(date(2026, 12, 1)) == drawn
    assert services.draw_samples(date(2026, 12, 2)) == 0
    for sample in SampleCheck.objects.all():
        assert (sample.kind, sample.period, sample.department.code) == ("withdrawal", "2026-11", "chengguan")
        with pytest.raises(NotAllowed):
            services.record_check(sample.pk, by=team.officer, finding="没有施压。", under_pressure=False)
        with pytest.raises(BadInput):
            services.record_check(sample.pk, by=team.caller, finding="没有施压。")
        services.record_check(sample.pk, by=team.caller, finding="没有施压。", under_pressure=False)


def test_h135_eleven_of_a_hundred_are_three():
    assert is_too_many(11, 100, 0.1)
    assert not is_too_many(10, 100, 0.1)
    assert to_draw(11, 0.2) == 3
    assert to_draw(10, 0.2) == 2
    assert len(set(by_turns(range(11), 3))) == 3


def test_h108_more_than_one_in_twenty_shelved_are_drawn(team, clock):
    many_dispatched(30, 0, clock)
    for order in HotlineOrder.objects.all()[:2]:
        ShelveRequest.objects.create(
            hotline_order=order, reason="funds", plan_date=date(2027, 5, 1), by=team.officer,
            at=timezone.now(), state="approved", shelved_at=timezone.now(),
        )  # fmt: skip
    assert services.draw_samples(date(2027, 1, 1)) == 1
    assert SampleCheck.objects.get().kind == SampleKind.SHELVING
    assert SampleCheck.objects.get().period == "2026Q4"


def an_archived(years, **facts):
    when = timezone.now() - timedelta(days=365 * years + years)
    order = at.an_order(OrderStatus.ARCHIVED, archived_at=when, **facts)
    account = at.desk(Role.CALL_AGENT)
    log = ContactLog.objects.create(
        hotline_order=order, by=account, started_at=when, outcome="reached", recording="R-1"
    )
    return order, log


def test_h118_only_what_is_due_is_forgotten(db):
    kept, kept_log = an_archived(1)
    heard, heard_log = an_archived(3)
    disputed, disputed_log = an_archived(3)
    Dispute.objects.create(hotline_order=disputed, opened_at=timezone.now(), due_at=timezone.now())
    old, old_log = an_archived(11)
    assert services.forget_expired() == (2, 1)
    for row in (kept_log, heard_log, disputed_log, old_log, kept, heard, old):
        row.refresh_from_db()
    logs = [kept_log.recording, heard_log.recording, disputed_log.recording, old_log.recording]
    assert logs == ["R-1", "", "R-1", ""]
    assert kept.phone
    assert heard.phone
    assert (old.phone, old.contact_name, old.phone_hash) == ("", "", "")
    assert old.redacted
    assert services.forget_expired() == (0, 0)


@pytest.mark.parametrize("status", sorted(FINAL["HotlineOrder"] - {OrderStatus.ARCHIVED}))
def test_h118_whichever_way_it_ended_it_is_forgotten_in_time(db, status):
    """H-118: guided, transferred, invalid, withdrawn and merged ones were never archived."""
    now = timezone.now()
    rows = [
        at.an_order(status, at=now - timedelta(days=366 * years), host="chengguan") for years in (1, 3, 11)
    ]
    for order in rows:
        Call.objects.create(
            call_ref=f"c-{order.pk}",
            started_at=order.registered_at,
            seconds_rung=3,
            phone=order.phone,
            recording="R-1",
            hotline_order=order,
        )
    assert services.forget_expired() == (2, 1)
    assert [order.calls.get().recording for order in rows] == ["R-1", "", ""]
    assert [bool(HotlineOrder.objects.get(pk=order.pk).phone) for order in rows] == [True, True, False]


def test_h118_a_call_that_no_order_came_of_is_forgotten_too(db):
    now = timezone.now()
    for years in (1, 3, 11):
        when = now - timedelta(days=366 * years)
        Call.objects.create(
            call_ref=f"c-{years}", started_at=when, seconds_rung=3, phone=NUMBER, recording="R-1"
        )
    services.forget_expired()
    rows = Call.objects.order_by("-started_at")
    assert [(row.recording, bool(row.phone), bool(row.phone_hash)) for row in rows] == [
        ("R-1", True, True),
        ("", True, True),
        ("", False, False),
    ]


def test_h118_what_is_open_is_never_forgotten(db):
    order = at.an_order(OrderStatus.SHELVED, at=timezone.now() - timedelta(days=366 * 11))
    services.forget_expired()
    assert HotlineOrder.objects.get(pk=order.pk).phone == order.phone
