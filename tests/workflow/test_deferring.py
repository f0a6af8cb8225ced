"""容缺受理: from the list only, signed, in time, mended once, and not again for who broke the promise."""

from dataclasses import replace

import pytest

from common.errors import DomainError, NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from matters.models import Matter
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, CreditMark
from workflow.states import ApplicationStatus, MaterialMode, MaterialState, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")
DEFERRED = MaterialMode.DEFERRED


def accepted(cast, clock) -> Application:
    """The plan follows later; everybody has accepted on Monday, so it may come until Thursday 24:00."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, {shop.PLAN: DEFERRED})
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def supply(by, application, *names):
    services.supply_deferred(application.pk, by=by, supplies=at.supplies(by, *names))


def test_what_is_on_the_list_may_follow_and_the_rest_begins(cast, clock):
    """I-46, I-48, I-49: accepted, the clock runs, the limit is three working days to 24:00."""
    application = accepted(cast, clock)
    paper = application.materials.get(name=shop.PLAN)
    assert (paper.state, at.local(paper.deferred_due_at)) == (MaterialState.PENDING, "2026-11-27 00:00")
    assert at.statuses(application)["cs-fire"] == ReviewStatus.ASSIGNED
    assert application.deferred_open == 1


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(shop.LEASE, id="I-46 an essential paper"),
        pytest.param(shop.RECORD, id="I-54 shared data"),
        pytest.param(shop.IDENTITY, id="I-54 issued by government"),
        pytest.param(shop.HYGIENE, id="I-46 a promise"),
    ],
)
def test_what_is_not_on_the_list_can_never_follow(cast, name):
    with pytest.raises(Refused, match="不在可容缺材料清单中") as refused:
        shop.filed(cast.li, {name: DEFERRED})
    assert refused.value.fields.keys() == {f"materials.{name}"}


def test_a_shared_paper_on_the_list_of_a_file_is_taken_off_it(cast):
    """I-54: the list editor refuses it."""
    police = shop.corner_shop()["matters"]
    police[2]["materials"][2] |= {"deferrable": True, "deferrable_days": 2}
    shop.published(matters=police)
    assert not at.definition("corner-shop").matters_by_code["cs-police"].materials[2].deferrable


def test_the_limit_of_the_list_is_never_longer_than_the_promise(cast):
    """I-48: clamped where the file says more."""
    matters = shop.corner_shop()["matters"]
    matters[1]["materials"][1]["deferrable_days"] = 30
    shop.published(matters=matters)
    assert at.definition("corner-shop").matters_by_code["cs-fire"].materials[1].deferrable_days == 5


def test_nothing_is_deferred_without_a_signature(cast):
    """I-47."""
    filing = shop.filing(cast.li, {shop.PLAN: DEFERRED})
    unsigned = [replace(one, signed=one.mode != DEFERRED) for one in filing.materials]
    with pytest.raises(Refused, match="签署“平面图”的承诺书"):
        services.submit(replace(filing, materials=unsigned), by=cast.li)


def test_the_signed_promise_and_the_notice_name_paper_limit_and_consequence(cast, clock):
    """I-47, D-07."""
    application = accepted(cast, clock)
    promise = application.commitments.get(kind="deferral")
    assert (promise.signed_by, promise.material) == (cast.li, shop.PLAN)
    assert "3个工作日" in promise.text
    assert "终止办理" in promise.text
    [notice] = at.documents(application, DocumentKind.DEFERRAL_NOTICE)
    assert "2026年11月26日" in str(notice.snapshot)


def test_a_second_sheet_does_not_say_it_again(cast, clock):
    """D-07: once for each paper."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, {shop.PLAN: DEFERRED})
    shop.complete(cast, application, "cs-fire", "cs-police", "cs-sign")
    shop.ask(cast, application, "cs-licence", shop.PHOTO)
    shop.bring(cast.li, application, shop.PHOTO)
    shop.complete(cast, application, "cs-licence")
    assert len(at.documents(application, DocumentKind.ACCEPTANCE_NOTICE)) == 2
    assert len(at.documents(application, DocumentKind.DEFERRAL_NOTICE)) == 1


def test_nothing_is_released_before_the_paper_is_in(cast, clock):
    """I-49: 409, and the others are not held up."""
    application = accepted(cast, clock)
    with pytest.raises(DomainError, match="还没有补齐") as refused:
        at.approve(cast, application, "cs-fire")
    assert refused.value.status_code == 409
    at.approve(cast, application, "cs-police")
    supply(cast.li, application, shop.PLAN)
    at.approve(cast, application, "cs-fire")
    assert at.statuses(application)["cs-fire"] == ReviewStatus.APPROVED


def test_all_papers_in_on_time_close_the_matter(cast, clock):
    """I-50: the day of delivery counts, to its last minute."""
    application = accepted(cast, clock)
    clock.set("2026-11-26 23:59")
    supply(cast.li, application, shop.PLAN)
    assert at.now(application).deferred_open == 0
    assert at.told(application, "DeferredSupplied")[0]["complete"] is True
    clock.set("2026-11-27 00:05")
    assert services.expire_deferrals() == 0


def test_a_defective_paper_is_mended_once_inside_the_same_limit(cast, clock):
    """I-50."""
    application = accepted(cast, clock)
    supply(cast.li, application, shop.PLAN)
    clock.set("2026-11-26 20:00")
    supply(cast.li, application, shop.PLAN)
    with pytest.raises(WrongState, match="没有需要补交"):
        supply(cast.li, application, shop.PLAN)
    assert application.materials.filter(name=shop.PLAN).count() == 3


def test_after_the_limit_nothing_is_mended_any_more(cast, clock):
    """I-50, I-51."""
    application = accepted(cast, clock)
    supply(cast.li, application, shop.PLAN)
    clock.set("2026-11-27 00:01")
    with pytest.raises(WrongState, match="期限已过"):
        supply(cast.li, application, shop.PLAN)


def test_the_window_takes_it_in_until_it_closes(cast, clock):
    """I-71."""
    application = accepted(cast, clock)
    clock.set("2026-11-26 16:31")
    with pytest.raises(WrongState, match="期限已过"):
        supply(cast.window1, application, shop.PLAN)
    clock.set("2026-11-26 16:00")
    supply(cast.window1, application, shop.PLAN)


def test_a_stranger_supplies_nothing(cast, clock):
    application = accepted(cast, clock)
    with pytest.raises(NotAllowed, match="不是申请人"):
        supply(cast.wang, application, shop.PLAN)


def broken(cast, clock) -> Application:
    application = accepted(cast, clock)
    clock.set("2026-11-27 00:05")
    services.expire_deferrals()
    return at.now(application)


def test_a_broken_promise_ends_what_needed_the_paper(cast, clock):
    """I-51: five past midnight; notice, credit record, the others go on."""
    application = broken(cast, clock)
    found = at.statuses(application)
    assert (found["cs-fire"], found["cs-licence"]) == (ReviewStatus.TERMINATED, ReviewStatus.ASSIGNED)
    [notice] = at.documents(application, DocumentKind.TERMINATION_NOTICE)
    assert notice.snapshot["ground"] == "容缺逾期"
    assert CreditMark.objects.get().person == cast.li.person
    assert application.materials.get(name=shop.PLAN).state == MaterialState.LATE
    assert application.deferred_open == 0


def test_the_minute_before_midnight_breaks_nothing(cast, clock):
    """I-51: job at the boundary; twice is once."""
    application = accepted(cast, clock)
    clock.set("2026-11-26 23:59")
    assert services.expire_deferrals() == 0
    clock.set("2026-11-27 00:00")
    assert [services.expire_deferrals(), services.expire_deferrals()] == [1, 0]
    assert len(at.told(application, "DeferralBroken")) == 1


def test_who_broke_the_promise_defers_nothing_until_it_is_repaired(cast, clock):
    """I-51, I-53: 403, everything else that is wrong told with it; the ordinary way stays open."""
    broken(cast, clock)
    with pytest.raises(NotAllowed, match="容缺失信记录") as refused:
        shop.filed(cast.li, {shop.PLAN: DEFERRED}, answers={"shop_name": None})
    assert refused.value.fields.keys() == {"materials.平面图", "shop_name"}
    assert shop.filed(cast.li).status == ApplicationStatus.ACCEPTED
    CreditMark.objects.update(repaired_at=clock.set("2026-11-28 10:00"))
    assert shop.filed(cast.li, {shop.PLAN: DEFERRED}).deferred_open == 1


def test_anothers_broken_promise_is_nobody_elses(cast, clock):
    broken(cast, clock)
    assert shop.filed(cast.wang, {shop.PLAN: DEFERRED}).deferred_open == 1


def test_what_nobody_needs_any_more_breaks_no_promise(cast, clock):
    """I-138: the matter is withdrawn; no mark, no reminder, nothing to supply."""
    application = accepted(cast, clock)
    services.withdraw(application.pk, by=cast.li, matters=["cs-fire"])
    clock.set("2026-11-27 00:05")
    assert services.expire_deferrals() == 0
    assert not CreditMark.objects.exists()
    with pytest.raises(WrongState, match="没有需要补交"):
        supply(cast.li, application, shop.PLAN)


def test_reminders_come_two_working_days_before_and_on_the_day(cast, clock):
    """I-51."""
    application = accepted(cast, clock)
    told_on = []
    for day in ("2026-11-24", "2026-11-25", "2026-11-26"):
        clock.set(f"{day} 08:00")
        told_on += [day] * services.remind() + [day] * services.remind()
    assert told_on == ["2026-11-24", "2026-11-26"]
    assert at.told(application, "DeferredReminded")[0]["materials"] == [shop.PLAN]


def test_a_matter_of_high_risk_defers_nothing(cast):
    """I-53, I-57: even where an older version still allows it."""
    Matter.objects.filter(code="cs-fire").update(high_risk=True)
    with pytest.raises(Refused, match="不在可容缺材料清单中"):
        shop.filed(cast.li, {shop.PLAN: DEFERRED})
