"""Lateness is noticed once, told to supervision, and never turns into a decision."""

from datetime import date

import pytest

from notifications.models import Message
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application
from workflow.states import ApplicationStatus, ProcedureKind, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def accepted(cast, clock) -> Application:
    """Accepted Friday 2026-09-18; 消防 due on 09-24, 公安 on 09-21."""
    clock.set("2026-09-18 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-licence", "cs-tax")
    return application


def late(application) -> list[tuple[str, int]]:
    return [(fact["matter"], fact["days_late"]) for fact in at.told(application, "ReviewOverdue")]


def test_a_review_past_its_promise_is_noticed_once(accepted, clock):
    """I-79: from a minute after closing time of its last day."""
    clock.set("2026-09-21 16:30")
    assert services.notice_overdue() == 0
    clock.set("2026-09-21 16:31")
    assert services.notice_overdue() == 2
    assert services.notice_overdue() == 0
    assert sorted(late(accepted)) == [("cs-police", 1), ("cs-sign", 1)]
    clock.set("2026-09-28 09:00")
    services.notice_overdue()
    assert late(accepted)[2:] == [("cs-fire", 1)]


def test_lateness_is_the_offices_business_not_a_message_to_the_applicant(accepted, clock, deliver_events):
    """I-101: the lead department alone is written to."""
    deliver_events()
    others = Message.objects.exclude(template="chain_red")
    before = others.count()
    clock.set("2026-09-30 17:00")
    services.notice_overdue()
    deliver_events()
    assert others.count() == before


def test_silence_is_never_a_grant(accepted, clock):
    """I-99: whatever time passes, only a decision decides."""
    clock.set("2027-03-01 09:00")
    for sweep in (services.notice_overdue, services.deem_accepted, services.deliver_in_time):
        sweep()
    assert at.statuses(accepted)["cs-fire"] == ReviewStatus.ASSIGNED


def test_a_pause_that_begins_after_the_due_day_comes_too_late(cast, accepted, clock):
    """I-77: what is late stays late, and is not noticed a second time."""
    clock.set("2026-09-22 09:00")
    services.notice_overdue()
    police = at.review_of(accepted, "cs-police")
    stopped = services.start_special_procedure(
        police.pk, by=cast.reviewer("gongan"), kind=ProcedureKind.HEARING, expected_end=date(2026, 9, 28)
    )
    assert stopped.due_at == police.due_at
    assert services.notice_overdue() == 0


def test_both_limits_are_kept_and_the_promise_is_never_the_longer(accepted):
    """I-79, I-86: promise and law; where the law sets none, the promise alone."""
    for review in accepted.reviews.exclude(due_at=None):
        if review.statutory_days is None:
            assert review.statutory_due_at is None
        else:
            assert review.due_at <= review.statutory_due_at


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param("2026-11-23 23:59:59", "2026-11-23", id="I-80 the last second belongs to its day"),
        pytest.param("2026-11-24 00:00:00", "2026-11-24", id="I-80 midnight to the next"),
    ],
)
def test_the_day_is_the_day_in_shanghai(cast, clock, moment, day):
    clock.set(moment)
    application = shop.filed(cast.li)
    assert application.reference.startswith(day.replace("-", ""))
    due = at.local(application.answer_due_at)
    assert due == {"2026-11-23": "2026-11-30 16:30", "2026-11-24": "2026-12-01 16:30"}[day]


def test_done_on_the_spot_means_by_closing_time(cast, clock):
    """I-45, W-12: 即办件 with no days."""
    clock.set("2026-11-25 15:50")
    on_the_day = at.review_of(shop.filed(cast.li), "cs-tax")
    clock.set("2026-11-22 10:00")
    on_sunday = at.review_of(shop.filed(cast.wang), "cs-tax")
    assert at.local(on_the_day.due_at) == "2026-11-25 16:30"
    assert at.local(on_sunday.due_at) == "2026-11-23 16:30"


def test_a_chain_starts_its_next_clock_where_the_last_one_ended(cast, accepted, clock):
    """I-84: the sign's two days run from the licence's decision, not from its acceptance."""
    sign = at.review_of(accepted, "cs-sign")
    assert at.local(sign.due_at) == "2026-09-21 16:30"
    assert at.now(accepted).status == ApplicationStatus.IN_REVIEW


def test_the_lead_watches_over_the_whole_though_its_own_part_is_done(cast, accepted, clock):
    """I-101: one lead a bundle; the late chain is in its list with the place where it stays, and in no stranger's."""
    clock.set("2026-09-30 17:00")
    late_ones = "/api/v1/applications/?overdue=true"
    found = people.api(cast.reviewer("shichang")).get(late_ones).json()["results"]
    assert [one["reference"] for one in found] == [accepted.reference]
    page = people.api(cast.reviewer("shichang")).get(f"/api/v1/applications/{accepted.reference}/").json()
    fire = next(one for one in page["reviews"] if one["matter"] == "cs-fire")
    assert (fire["status"], fire["department_code"], bool(fire["due_at"])) == ("assigned", "xiaofang", True)
    assert people.api(cast.reviewer("minzheng")).get(late_ones).json()["results"] == []


def test_what_stands_first_starts_together(accepted):
    """I-100: the same moment for all without a predecessor."""
    first = accepted.reviews.filter(code__in=["cs-fire", "cs-police", "cs-licence"])
    assert first.values("assigned_at").distinct().count() == 1


def test_the_lead_department_reads_once_that_its_chain_is_red(cast, on_offer, clock, deliver_events):
    """I-101: its reviewers and representatives, in their box on the site, with the way to the application."""
    clock.set("2026-09-18 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    clock.set("2026-09-25 09:00")
    services.notice_overdue()
    services.notice_overdue()
    deliver_events()
    told = Message.objects.filter(template="chain_red", person=cast.reviewer("shichang").person)
    late = application.reviews.filter(overdue_noticed_at__isnull=False)
    assert told.count() == late.count() > 0
    assert set(told.values_list("channel", "url")) == {
        ("in_site", f"/office/applications/{application.reference}/")
    }
    assert not Message.objects.filter(template="chain_red", person=cast.reviewer("gongan").person).exists()
