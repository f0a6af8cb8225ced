"""A closure moves what is due later, people are told; what is told never moves earlier, unless it was provisional."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import SHANGHAI, Calendar, day_of
from events.models import EventRecord
from identity.models import Region
from matters.selectors import centre_calendar, missing_year
from matters.services import DayChange, change_calendar, load_calendar
from matters.states import DayKind
from notifications.models import Message
from tests.factories import shop
from tests.factories import workflow as at
from workflow import events, services
from workflow.models import DepartmentReview
from workflow.rules.clock import Clock
from workflow.rules.history import clock_told_by
from workflow.selectors.clocks import days_used
from workflow.states import MaterialMode, ProcedureKind

pytestmark = pytest.mark.usefixtures("on_offer")

CITY = "990100"


def closed(*days: str, region: str | None = CITY) -> None:
    """The centre is closed on these days, by a notice of its city."""
    change_calendar([_day(day, DayKind.REST) for day in days], region_code=region, by=None)


def open_again(*days: str) -> None:
    change_calendar([_day(day, None) for day in days], region_code=CITY, by=None)


def _day(day: str, kind: DayKind | None) -> DayChange:
    return DayChange(
        date=date.fromisoformat(day), kind=kind, name="台风停业", source_doc="云政发〔2026〕21号"
    )


@pytest.fixture
def filed(cast, clock):
    """李明's shop, accepted on Monday 2026-11-23; fire has five working days, until the next Monday."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def fire_of(application) -> DepartmentReview:
    return at.review_of(application, "cs-fire")


def test_a_closure_moves_open_dues_one_working_day_later_and_everybody_is_told(filed, deliver_events):
    """I-74, I-75: old and new are logged, the applicant hears of the told ones, the version is kept."""
    assert at.local(fire_of(filed).due_at) == "2026-11-30 16:30"
    told_before = at.now(filed).due_at
    closed("2026-11-25")
    assert services.reckon_dues() == 1
    fire, whole = fire_of(filed), at.now(filed)
    assert at.local(fire.due_at) == "2026-12-01 16:30"
    assert whole.due_at > told_before
    assert whole.calendar_version == fire.calendar_version == centre_calendar().version
    [log] = at.told(filed, "DuesReckoned")
    [moved] = [move for move in log["moves"] if move["due"] == "review" and move["review_id"] == fire.pk]
    assert (moved["old"][:10], moved["new"][:10]) == ("2026-11-30", "2026-12-01")
    assert log["calendar"] == centre_calendar().version
    deliver_events()
    [message] = Message.objects.filter(template="dues_moved", channel="in_site")
    assert "消防" in message.text or "全部办结期限改为" in message.text
    assert "2026年12月1日" in message.text


def test_what_was_closed_and_is_open_after_all_moves_nothing_earlier(filed):
    """I-74: people have planned by the later date."""
    closed("2026-11-25")
    services.reckon_dues()
    later, whole = fire_of(filed).due_at, at.now(filed).due_at
    open_again("2026-11-25")
    assert services.reckon_dues() == 0
    assert (fire_of(filed).due_at, at.now(filed).due_at) == (later, whole)
    assert len(at.told(filed, "DuesReckoned")) == 1


def test_the_same_change_is_reckoned_once(filed):
    """I-75: a second run of the job finds nothing to do."""
    closed("2026-11-25")
    assert services.reckon_dues() == 1
    assert services.reckon_dues() == 0
    assert len(at.told(filed, "DuesMoved")) == 1


def test_an_application_that_is_over_keeps_the_dates_it_had(cast, clock, filed):
    """I-74: closed ones stay the same."""
    services.withdraw(filed.pk, by=cast.li, reason="不办了")
    before = (fire_of(filed).due_at, at.now(filed).due_at)
    closed("2026-11-25")
    assert services.reckon_dues() == 0
    assert (fire_of(filed).due_at, at.now(filed).due_at) == before


def test_a_closure_elsewhere_moves_nothing_here(filed):
    """I-70: another region's days are not this centre's."""
    other = Region.objects.exclude(code=CITY).filter(parent__code=CITY).first()
    closed("2026-11-25", region=other.code)
    assert services.reckon_dues() == 0
    assert at.local(fire_of(filed).due_at) == "2026-11-30 16:30"


def test_the_window_for_an_answer_moves_while_a_department_still_owes_one(cast, clock):
    """I-30, I-74, I-103: five and three working days from the receipt."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    closed("2026-11-24")
    services.reckon_dues()
    moved = at.now(application)
    assert (at.local(moved.answer_due_at), at.local(moved.joint_due_at)) == (
        "2026-12-01 16:30",
        "2026-11-27 16:30",
    )
    clock.set("2026-11-26 16:31")
    assert services.deem_accepted() == 0


def test_the_days_to_correct_move_with_a_closure(cast, clock):
    """I-37, I-74: the centre's closed day is not one of the applicant's days."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.ask(cast, application, "cs-fire", shop.PLAN)
    shop.complete(cast, application, "cs-licence", "cs-police", "cs-sign")
    told = at.now(application).correction.due_at
    closed("2026-11-26")
    services.reckon_dues()
    assert at.now(application).correction.due_at == told + timedelta(days=1)
    [moved] = at.told(application, "DuesMoved")
    assert "correction" in {move["due"] for move in moved["moves"]}


def test_a_deferred_papers_days_move_too(cast, clock):
    """I-48, I-74."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    shop.complete(cast, application, *shop.UPLOADS)
    closed("2026-11-25")
    services.reckon_dues()
    paper = application.materials.get(name=shop.PLAN)
    assert at.local(paper.deferred_due_at) == "2026-11-28 00:00"


def test_a_corrected_set_is_confirmed_a_working_day_later_when_the_centre_is_closed(cast, clock):
    """I-36, I-74."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.ask(cast, application, "cs-fire", shop.PLAN)
    shop.complete(cast, application, "cs-licence", "cs-police", "cs-sign")
    services.supply_correction(application.pk, by=cast.li, supplies=at.supplies(cast.li, shop.PLAN))
    assert at.local(fire_of(application).confirm_due_at) == "2026-11-24 16:30"
    closed("2026-11-24")
    services.reckon_dues()
    assert at.local(fire_of(application).confirm_due_at) == "2026-11-25 16:30"


def test_a_review_that_was_late_only_because_the_centre_was_closed_is_late_no_more(filed, clock):
    """I-74, I-80: it is noticed again should it really be late."""
    clock.set("2026-11-30 17:00")
    assert services.notice_overdue() >= 1
    closed("2026-11-27", "2026-11-30")
    services.reckon_dues()
    fire = fire_of(filed)
    assert (at.local(fire.due_at), fire.overdue_noticed_at) == ("2026-12-02 16:30", None)


NOTICE = """
year: 2027
source_doc: 国办发明电〔2026〕9号
holidays:
  - {name: 元旦, from: 2027-01-01, until: 2027-01-03, working: []}
  - {name: 补休, from: 2027-01-04, until: 2027-01-04, working: []}
"""


def notice(folder: Path, text: str) -> Path:
    path = folder / "2027.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_date_in_a_year_without_a_notice_is_provisional_until_the_notice_comes(cast, clock, tmp_path):
    """I-73, W-11: it becomes what the notice makes of it, later or earlier, and is told."""
    clock.set("2026-12-25 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    fire = fire_of(application)
    assert (at.local(fire.due_at), fire.due_provisional) == ("2027-01-04 16:30", True)
    load_calendar([notice(tmp_path, NOTICE)])
    services.reckon_dues()
    fire = fire_of(application)
    assert (at.local(fire.due_at), fire.due_provisional) == ("2027-01-05 16:30", False)
    assert not at.now(application).due_provisional
    assert len(at.told(application, "DuesMoved")) == 1


def test_a_provisional_date_may_become_an_earlier_one(cast, clock, tmp_path):
    """I-73: only firm dates are never moved earlier."""
    clock.set("2026-12-25 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    shorter = NOTICE.replace("until: 2027-01-03, working: []", "until: 2027-01-01, working: [2027-01-02]")
    load_calendar([notice(tmp_path, shorter)])
    services.reckon_dues()
    assert at.local(fire_of(application).due_at) == "2027-01-02 16:30"


def test_the_alarm_is_raised_while_the_notice_that_should_be_here_is_missing(cast, clock, caplog, tmp_path):
    """I-73: never silently guessed; from November on the next year's notice is expected."""
    clock.set("2026-10-31 09:00")
    assert (missing_year(date(2026, 10, 31)), services.notice_missing_year()) == (None, None)
    clock.set("2026-12-25 10:00")
    shop.complete(cast, shop.filed(cast.li), *shop.UPLOADS)
    assert services.notice_missing_year() == 2027
    [alarm] = [record for record in caplog.records if "calendar_year_missing" in record.getMessage()]
    assert alarm.levelname == "ERROR"
    load_calendar([notice(tmp_path, NOTICE)])
    assert services.notice_missing_year() is None


def test_changing_the_calendar_sets_the_job_off(
    filed, deliver_events, monkeypatch, django_capture_on_commit_callbacks
):
    """I-75: only the job recomputes, and every change of the calendar calls it."""
    deliver_events()
    called = []
    monkeypatch.setattr("workflow.tasks.reckon_dues.delay", lambda: called.append(True))
    closed("2026-11-25")
    with django_capture_on_commit_callbacks(execute=True):
        deliver_events()
    assert called == [True]


def replayed(review: DepartmentReview):
    records = EventRecord.objects.about(review.application.subject)
    return clock_told_by(((one.fact, day_of(one.at)) for one in records), review.pk)


def test_the_due_date_can_be_told_from_the_facts_alone(cast, filed, clock):
    """I-78: started, stopped, started again, extended, and the calendar changed: replayed, it is the same day."""
    fire = fire_of(filed)
    reviewer = cast.reviewer("xiaofang")
    clock.set("2026-11-24 09:00")
    services.start_special_procedure(
        fire.pk, by=reviewer, kind=ProcedureKind.TESTING, expected_end=date(2026, 11, 27)
    )
    clock.set("2026-11-26 09:00")
    services.end_special_procedure(fire.pk, by=reviewer, outcome="合格")
    head = cast.rep("xiaofang")
    services.extend(fire.pk, by=head, days=2, reason="需要专家复核")
    closed("2026-11-30")
    services.reckon_dues()
    fire = fire_of(filed)
    clock_ = replayed(fire)
    assert clock_.due(centre_calendar(), date(2026, 12, 31)).date == day_of(fire.due_at)
    assert (clock_.limit, clock_.excluded) == (7, ((date(2026, 11, 24), date(2026, 11, 26)),))
    clock.set("2026-12-01 10:00")
    assert days_used(fire) == type(days_used(fire))(used=2, allowed=7)


def test_a_review_before_acceptance_has_no_clock(cast, clock):
    """I-25, I-78: receiving starts no clock."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    assert replayed(fire_of(application)) is None


DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 1))


@given(start=DAYS, days=st.integers(1, 60), closures=st.sets(DAYS, max_size=12))
def test_a_closure_never_makes_a_due_earlier(start, days, closures):
    """I-74, for any closures."""
    plain = Calendar({}, frozenset({2026, 2027}))
    shut = Calendar(dict.fromkeys(closures, False), frozenset({2026, 2027}))
    assert shut.add(start, days).date >= plain.add(start, days).date


@given(
    start=DAYS,
    days=st.integers(1, 40),
    pauses=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=4),
    added=st.integers(0, 15),
)
def test_replaying_the_facts_gives_the_due_that_the_clock_gives(start, days, pauses, added):
    """I-77, I-78: any pauses one after the other, and an extension."""
    review = DepartmentReview(
        pk=1, promised_days=days, extended_days=added, clock_from=_ten_o_clock(start), is_instant=False
    )
    facts, periods, today = [(_assigned(start, days), start)], [], start
    for wait, length in pauses:
        begin = today + timedelta(days=wait + 1)
        today = begin + timedelta(days=length)
        periods.append((begin, today))
        facts += [(_stopped(begin), begin), (_resumed(today), today)]
    facts.append((_extended(added), today))
    calendar = Calendar({}, frozenset({2026, 2027, 2028}))
    stored = Clock(calendar, {1: periods}).review_due(review).promised
    assert clock_told_by(facts, 1).due(calendar, today).date == day_of(stored)


ABOUT = {
    "application_id": 1,
    "reference": "R",
    "review_id": 1,
    "matter": "m",
    "matter_name": "m",
    "department": "d",
}


def _ten_o_clock(day):
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def _assigned(day, days):
    clock = {"review_id": 1, "day0": day.isoformat(), "days": days, "statutory_days": None}
    return events.ReviewsAssigned(
        application_id=1, reference="R", review_ids=[1], departments=["d"], clocks=[clock]
    )


def _stopped(day):
    return events.SpecialProcedureStarted(**ABOUT, kind="检测", expected_end="", stops_on=day.isoformat())


def _resumed(day):
    return events.SpecialProcedureEnded(**ABOUT, due_at="", ended_on=day.isoformat())


def _extended(days):
    return events.ReviewExtended(**ABOUT, days=days, due_at="")


def test_a_procedure_that_lasts_longer_than_was_told_excludes_no_more_than_was_told(cast, filed, clock):
    """I-77, I-78, I-92: while it is overdue the replayed clock and the stored due agree; prolonged, both move."""
    fire, reviewer = fire_of(filed), cast.reviewer("xiaofang")
    clock.set("2026-11-24 09:00")
    services.start_special_procedure(
        fire.pk, by=reviewer, kind=ProcedureKind.TESTING, expected_end=date(2026, 11, 25)
    )
    late = date(2026, 12, 7)
    assert replayed(fire).due(centre_calendar(), late).date == day_of(fire_of(filed).due_at)
    clock.set("2026-11-30 09:00")
    services.explain_special_procedure(
        fire.pk, by=reviewer, reason="样品还在检测", expected_end=date(2026, 12, 1)
    )
    assert replayed(fire).due(centre_calendar(), late).date == day_of(fire_of(filed).due_at)
    clock.set("2026-12-03 09:00")
    services.end_special_procedure(fire.pk, by=reviewer, outcome="合格")
    assert replayed(fire).excluded == ((date(2026, 11, 24), date(2026, 12, 3)),)
    assert replayed(fire).due(centre_calendar(), late).date == day_of(fire_of(filed).due_at)
