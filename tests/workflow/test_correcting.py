"""一次性补正: one notice, as many goes as needed until its last minute, and then what was not brought ends."""

import pytest

from common.errors import Conflict, DomainError, NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from matters.models import Matter
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Correction
from workflow.states import ApplicationStatus, DeclineGround, MaterialState, Outcome, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


def test_the_notice_names_the_papers_and_gives_fifteen_working_days(cast, clock):
    """C-05, D-03, I-31, I-37: to 24:00 of the fifteenth working day, once, with what lateness means."""
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    assert application.status == ApplicationStatus.CORRECTING
    assert at.local(application.correction.due_at) == "2026-12-15 00:00"
    [notice] = at.documents(application, DocumentKind.CORRECTION_NOTICE)
    assert "2026年12月14日" in notice.snapshot["deadline"]
    [row] = notice.snapshot["corrections"]
    defect = at.a_defect(shop.PHOTO)
    assert (row["defect"], row["basis"], row["how_to_fix"]) == (
        defect.defect,
        defect.basis,
        defect.how_to_fix,
    )
    assert "不再要求补正其他材料" in notice.snapshot["only_notice"]
    assert "终止" in notice.snapshot["consequence"]
    assert application.materials.get(name=shop.PHOTO).state == MaterialState.DEFECTIVE


def test_a_matter_may_give_its_applicants_longer(cast, clock):
    """I-37: five to thirty."""
    clock.set("2026-11-23 10:00")
    Matter.objects.filter(code="cs-licence").update(correction_days=30)
    assert at.local(shop.in_correction(cast, cast.li).correction.due_at) == "2027-01-06 00:00"


def test_when_all_is_in_the_department_confirms_and_the_day_of_the_last_paper_counts(cast, clock):
    """C-07, I-36: accepted_at is when the last paper came, whenever the organ confirms."""
    clock.set("2026-11-20 10:00")
    application = shop.in_correction(cast, cast.li)
    came = clock.set("2026-11-23 20:00")
    shop.bring(cast.li, application, shop.PHOTO)
    waiting = at.review_of(application, "cs-licence")
    assert (waiting.status, at.local(waiting.confirm_due_at)) == (ReviewStatus.WAITING, "2026-11-24 16:30")
    clock.set("2026-11-24 09:00")
    shop.complete(cast, application, "cs-licence")
    accepted = at.review_of(application, "cs-licence")
    assert accepted.accepted_at == came
    assert at.local(accepted.due_at) == "2026-11-26 16:30"


def test_until_the_deadline_papers_may_come_in_several_goes(cast, clock):
    """I-35: three uploads, one notice; each is looked at paper by paper."""
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li, shop.LEASE, shop.PHOTO)
    shop.bring(cast.li, application, shop.PHOTO)
    assert at.review_of(application, "cs-licence").status == ReviewStatus.CORRECTING
    shop.bring(cast.li, application, shop.PHOTO)
    assert Correction.objects.get().completed_at is None
    shop.bring(cast.li, application, shop.LEASE)
    assert at.review_of(application, "cs-licence").status == ReviewStatus.WAITING
    assert Correction.objects.get().completed_at is not None
    assert [fact["complete"] for fact in at.told(application, "CorrectionSupplied")] == [False, False, True]
    assert application.materials.filter(name=shop.PHOTO).count() == 3


def test_a_paper_nobody_asked_for_and_a_file_of_somebody_else_are_refused(cast):
    """I-36: the check is limited to what was listed."""
    application = shop.in_correction(cast, cast.li)
    with pytest.raises(Refused, match="不在需要补交的材料中"):
        shop.bring(cast.li, application, shop.SIGN)
    with pytest.raises(Refused, match="没有找到您为"):
        services.supply_correction(application.pk, by=cast.li, supplies=at.supplies(cast.wang, shop.PHOTO))


def test_a_stranger_and_the_department_itself_do_not_bring_papers(cast):
    application = shop.in_correction(cast, cast.li)
    for stranger in (cast.wang, shop.officer(cast, "cs-licence")):
        with pytest.raises(NotAllowed, match="不是申请人"):
            shop.bring(stranger, application, shop.PHOTO)


def test_the_window_takes_corrected_papers_until_it_closes(cast, clock):
    """I-71, I-01: online until 24:00, at the window until 16:30; who takes them in does not decide on them."""
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    clock.set("2026-12-14 16:31")
    with pytest.raises(WrongState, match="期限已过"):
        shop.bring(cast.window1, application, shop.PHOTO)
    clock.set("2026-12-14 16:29")
    shop.bring(cast.window1, application, shop.PHOTO)
    assert cast.window1.person_id in at.now(application).front_persons


@pytest.mark.parametrize(
    ("moment", "late"), [("2026-12-14 23:59", False), pytest.param("2026-12-15 00:01", True, id="I-37 24:00")]
)
def test_papers_come_online_until_midnight(cast, clock, moment, late):
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    clock.set(moment)
    if late:
        with pytest.raises(WrongState, match="期限已过"):
            shop.bring(cast.li, application, shop.PHOTO)
    else:
        shop.bring(cast.li, application, shop.PHOTO)
        assert at.statuses(application)["cs-licence"] == ReviewStatus.WAITING


def test_a_second_notice_is_impossible_and_the_attempt_is_kept(cast):
    """I-34: 409, an anomaly row, and nothing else changes, whoever tries."""
    application = shop.in_correction(cast, cast.li)
    shop.bring(cast.li, application, shop.PHOTO)
    for code in ("cs-licence", "cs-fire"):
        with pytest.raises(Conflict, match="只能一次性告知") as refused:
            shop.ask(cast, application, code, shop.LEASE)
        assert refused.value.status_code == 409
    assert len(at.told(application, "SecondCorrectionTried")) == 2
    assert Correction.objects.get().entries.count() == 1
    assert at.statuses(application)["cs-licence"] == ReviewStatus.WAITING


def test_what_is_still_wrong_after_the_correction_is_declined_paper_by_paper(cast):
    """C-09: delivered but still defective, with the reason for each."""
    application = shop.in_correction(cast, cast.li)
    shop.bring(cast.li, application, shop.PHOTO)
    review, officer = at.review_of(application, "cs-licence"), shop.officer(cast, "cs-licence")
    with pytest.raises(Refused, match="逐项写明"):
        services.decline(review.pk, by=officer, ground=DeclineGround.NOT_CORRECTED)
    services.decline(
        review.pk, by=officer, ground=DeclineGround.NOT_CORRECTED, reasons="店面照片仍看不清门牌"
    )
    assert at.statuses(application)["cs-licence"] == ReviewStatus.DECLINED
    [notice] = at.documents(application, DocumentKind.DECLINE_NOTICE)
    assert "店面照片仍看不清门牌" in notice.snapshot["ground"]


def test_while_papers_are_awaited_the_department_does_not_answer(cast):
    application = shop.in_correction(cast, cast.li)
    with pytest.raises(WrongState, match="等申请人补正"):
        shop.complete(cast, application, "cs-licence")


def expire(clock, *, reminded=True):
    """The last day comes and goes."""
    if reminded:
        clock.set("2026-12-09 08:00")
        services.remind()
    clock.set("2026-12-15 00:05")
    return services.expire_corrections()


def test_what_was_not_corrected_in_time_is_terminated_and_the_rest_goes_on(cast, clock):
    """C-08, D-13, I-37, I-106: the waiting matter ends, what needed it is blocked, the others finish: PARTIAL."""
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    assert expire(clock) == 1
    found = at.statuses(application)
    assert (found["cs-licence"], found["cs-sign"]) == (ReviewStatus.TERMINATED, ReviewStatus.BLOCKED)
    [notice] = at.documents(application, DocumentKind.TERMINATION_NOTICE)
    assert notice.snapshot["ground"] == "逾期未补正"
    assert "重新申请" in notice.snapshot["reapply"]
    at.approve(cast, application, "cs-fire", "cs-police", "cs-tax")
    ended = at.now(application)
    assert (ended.status, ended.outcome) == (ApplicationStatus.DECIDED, Outcome.PARTIAL)


def test_expiring_twice_ends_nothing_twice(cast, clock):
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    assert [expire(clock), services.expire_corrections()] == [1, 0]
    assert len(at.told(application, "ReviewsTerminated")) == 1


def test_a_matter_applied_for_by_itself_is_terminated_as_a_whole(cast, clock):
    """C-08."""
    clock.set("2026-11-23 10:00")
    application = at.alone(cast.li, "cs-fire")
    shop.ask(cast, application, "cs-fire", shop.PLAN)
    expire(clock)
    assert at.now(application).status == ApplicationStatus.TERMINATED


def test_nobody_is_terminated_who_was_not_reminded(cast, clock):
    """C-08: a reminder that never went out goes now, and the days it promises are given."""
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    assert expire(clock, reminded=False) == 0
    assert at.local(at.now(application).correction.due_at) == "2026-12-19 00:00"
    shop.bring(cast.li, application, shop.PHOTO)
    assert at.statuses(application)["cs-licence"] == ReviewStatus.WAITING
    assert len(at.told(application, "CorrectionReminded")) == 1


def test_reminders_come_three_working_days_before_and_on_the_day(cast, clock):
    """I-37: from every morning of the whole period, two."""
    clock.set("2026-11-20 10:00")
    application = shop.in_correction(cast, cast.li)
    mornings = [f"2026-11-{day}" for day in range(21, 31)] + [f"2026-12-{day:02}" for day in range(1, 14)]
    told_on = []
    for morning in mornings:
        for hour in ("08:00", "08:10"):
            clock.set(f"{morning} {hour}")
            told_on += [morning] * services.remind()
    assert told_on == ["2026-12-08", "2026-12-11"]
    assert len(at.told(application, "CorrectionReminded")) == 2


def test_a_reminder_whose_morning_was_missed_comes_the_next(cast, clock):
    clock.set("2026-11-20 10:00")
    shop.in_correction(cast, cast.li)
    clock.set("2026-12-09 08:00")
    assert services.remind() == 1


def test_who_has_brought_everything_is_reminded_of_nothing(cast, clock):
    clock.set("2026-11-20 10:00")
    application = shop.in_correction(cast, cast.li)
    shop.bring(cast.li, application, shop.PHOTO)
    clock.set("2026-12-11 08:00")
    assert services.remind() == 0


def test_what_the_notice_asked_of_a_withdrawn_matter_is_asked_no_more(cast, clock):
    """I-105, I-138: the other matter's papers complete the notice."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li)
    shop.ask(cast, application, "cs-fire", shop.PLAN)
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    shop.complete(cast, application, "cs-police", "cs-sign")
    services.withdraw(application.pk, by=cast.li, matters=["cs-fire"])
    with pytest.raises(DomainError, match="不在需要补交"):
        shop.bring(cast.li, application, shop.PLAN)
    shop.bring(cast.li, application, shop.PHOTO)
    assert Correction.objects.get().completed_at is not None
