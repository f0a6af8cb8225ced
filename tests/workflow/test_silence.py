"""Silence of a department is acceptance: at the joint window, after five days from the receipt, and it is noticed."""

import pytest

from common.errors import WrongState
from licences.states import DocumentKind
from matters.models import Matter
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.services import sweeps
from workflow.states import ApplicationStatus, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


def test_a_department_that_says_nothing_at_the_joint_window_has_accepted(cast, clock):
    """I-103: accepted at the window's end, the anomaly noted; three working days."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, "cs-licence", "cs-police", "cs-sign")
    clock.set("2026-11-26 16:30")
    assert services.deem_accepted() == 0
    clock.set("2026-11-26 16:31")
    assert services.deem_accepted() == 1
    silent = at.review_of(application, "cs-fire")
    assert (silent.status, silent.deemed_accepted) == (ReviewStatus.ASSIGNED, True)
    assert at.local(silent.accepted_at) == "2026-11-26 16:30"
    [noticed] = at.told(application, "SilenceNoticed")
    assert (noticed["review_ids"], noticed["rule"]) == ([silent.pk], "I-103")


def test_at_the_window_what_others_asked_for_goes_out(cast, clock):
    """I-104: sent when all have answered or at the window's end, never later than day five."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    clock.set("2026-11-26 16:35")
    services.deem_accepted()
    sent = at.now(application).correction.sent_at
    assert sent is not None
    assert sent < application.answer_due_at
    found = at.statuses(application)
    assert (found["cs-licence"], found["cs-fire"]) == (ReviewStatus.CORRECTING, ReviewStatus.ASSIGNED)


def test_after_five_working_days_acceptance_counts_from_the_receipt(cast, clock):
    """I-33, W-07: received 2026-09-24, nobody reacts; the clock has run since then."""
    received = clock.set("2026-09-24 10:00")
    application = at.alone(cast.li, "cs-fire")
    clock.set("2026-10-09 16:31")
    services.deem_accepted()
    deemed = at.review_of(application, "cs-fire")
    assert (deemed.accepted_at, deemed.deemed_accepted) == (received, True)
    assert at.now(application).accepted_at == received
    assert at.told(application, "SilenceNoticed")[0]["rule"] == "I-33"
    assert at.told(application, "ReviewsAccepted")[0]["deemed"] is True


def test_the_clock_of_twenty_days_runs_from_the_receipt(cast, clock):
    """W-07: due 2026-10-29, not twenty working days after 10-09."""
    shop.published(
        matters=[{**one, "promised_days": 20, "statutory_days": 20} for one in only("cs-fire")], **ALONE
    )
    clock.set("2026-09-24 10:00")
    application = at.alone(cast.li, "cs-fire")
    clock.set("2026-10-09 16:31")
    services.deem_accepted()
    assert at.local(at.review_of(application, "cs-fire").due_at) == "2026-10-29 16:30"


ALONE = {"scenarios": [], "after": {"steps": 3, "materials": 5, "days": 20, "visits": 0}}


def only(code):
    return [one for one in shop.corner_shop()["matters"] if one["code"] == code]


def test_the_sheet_of_the_silent_says_so(cast, clock):
    """I-33: the acceptance document is issued by itself, 视为受理 with the receipt date."""
    clock.set("2026-11-23 10:00")
    application = at.alone(cast.li, "cs-fire")
    clock.set("2026-11-30 16:31")
    services.deem_accepted()
    [sheet] = at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)
    [row] = sheet.snapshot["matters"]
    assert "视为受理" in str(row)
    assert "2026年11月23日" in str(row)


def test_within_five_working_days_there_is_an_outcome_and_no_fourth_one(cast, clock):
    """I-30: accepted, to be corrected, or declined; after the fifth day nobody is merely received."""
    clock.set("2026-11-23 10:00")
    silent, asked = shop.filed(cast.li), shop.in_correction(cast, cast.wang)
    clock.set("2026-11-30 16:31")
    services.deem_accepted()
    assert at.now(silent).status == ApplicationStatus.ACCEPTED
    assert at.now(asked).status == ApplicationStatus.CORRECTING
    assert not silent.reviews.filter(status=ReviewStatus.WAITING, accepted_at=None).exists()


def test_after_five_working_days_nothing_may_be_asked_for(cast, clock):
    """C-05, I-32."""
    clock.set("2026-11-23 10:00")
    application = at.alone(cast.li, "cs-fire")
    clock.set("2026-11-30 16:31")
    with pytest.raises(WrongState, match="已满五个工作日"):
        shop.ask(cast, application, "cs-fire", shop.PLAN)


def test_where_silence_is_switched_off_the_others_go_on_without_it(cast, clock):
    """I-86: no deemed acceptance for this matter; the notice and the sheet do not wait for it."""
    Matter.objects.filter(code="cs-fire").update(
        deemed_acceptance=False, deemed_acceptance_off_reason="须现场核对"
    )
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    shop.complete(cast, application, "cs-police", "cs-sign")
    clock.set("2026-11-26 16:35")
    services.deem_accepted()
    assert at.review_of(application, "cs-fire").accepted_at is None
    assert at.statuses(application)["cs-licence"] == ReviewStatus.CORRECTING
    assert len(at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)) == 1


def test_a_department_that_does_not_confirm_the_corrected_papers_has_accepted_them(cast, clock):
    """I-36: one working day, then from the day the last paper came."""
    clock.set("2026-11-20 10:00")
    application = shop.in_correction(cast, cast.li)
    came = clock.set("2026-11-23 11:00")
    shop.bring(cast.li, application, shop.PHOTO)
    clock.set("2026-11-24 16:31")
    assert services.deem_accepted() == 1
    assert at.review_of(application, "cs-licence").accepted_at == came
    assert at.told(application, "SilenceNoticed")[-1]["rule"] == "I-36"


def test_what_was_filed_on_paper_and_not_taken_in_is_nobodys_silence(cast, clock):
    said = services.OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.window1, channel="counter", on_behalf_of=said)
    clock.set("2026-12-20 10:00")
    assert services.deem_accepted() == 0
    assert at.now(application).status == ApplicationStatus.SUBMITTED


def test_deeming_twice_accepts_nothing_twice(cast, clock):
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    clock.set("2026-11-26 16:35")
    assert [services.deem_accepted(), services.deem_accepted()] == [1, 0]
    assert len(at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)) == 1


def test_one_application_that_fails_holds_up_no_others_clock(cast, clock, monkeypatch, caplog):
    clock.set("2026-11-23 10:00")
    broken, sound = shop.filed(cast.li), shop.filed(cast.wang)
    begin = sweeps.begin

    def failing(application_id, **said):
        if application_id == broken.pk:
            raise RuntimeError("this one is broken")
        return begin(application_id, **said)

    monkeypatch.setattr(sweeps, "begin", failing)
    clock.set("2026-11-26 16:35")
    assert services.deem_accepted() == 1
    assert at.now(sound).status == ApplicationStatus.ACCEPTED
    assert "sweep_failed" in caplog.text
