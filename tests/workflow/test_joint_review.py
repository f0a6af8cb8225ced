"""联合审查: every department says its word about the papers; one sheet, one notice, and nobody is asked for more."""

import pytest

from common.errors import NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Correction, CorrectionEntry
from workflow.rules.acceptance import may_be_asked
from workflow.services import Defect
from workflow.states import ApplicationStatus, DeclineGround, MaterialMode, MaterialState, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def filed(cast):
    """李明's shop: four departments have papers to look at."""
    return shop.filed(cast.li)


def ask(cast, application, code, *defects):
    review = at.review_of(application, code)
    return services.request_correction(review.pk, by=shop.officer(cast, code), defects=defects)


def decline(cast, application, code, ground, **said):
    review = at.review_of(application, code)
    return services.decline(review.pk, by=shop.officer(cast, code), ground=ground, **said)


def test_each_department_accepts_its_own_and_its_clock_runs(cast, filed):
    """C-04, C-10, I-105."""
    shop.complete(cast, filed, "cs-fire")
    fire = at.review_of(filed, "cs-fire")
    assert fire.status == ReviewStatus.ASSIGNED
    assert fire.due_at is not None
    assert at.statuses(filed)["cs-licence"] == ReviewStatus.WAITING


def test_one_receipt_and_one_sheet_with_a_row_for_every_matter(cast, filed):
    """I-102, D-02: the sheet goes out when the last department has spoken, each matter with day and limits."""
    shop.complete(cast, filed, "cs-licence", "cs-fire", "cs-police")
    assert at.documents(filed, DocumentKind.ACCEPTANCE_NOTICE) == []
    shop.complete(cast, filed, "cs-sign")
    [sheet] = at.documents(filed, DocumentKind.ACCEPTANCE_NOTICE)
    assert len(sheet.snapshot["matters"]) == 5
    assert all(row["accepted"] and row["promised"] and row["due"] for row in sheet.snapshot["matters"])
    assert len(at.documents(filed, DocumentKind.RECEIPT)) == 1


def test_three_departments_need_the_same_paper_and_it_is_asked_once(cast, filed):
    """I-104, D-03: one document, the paper once, what is wrong with it said together."""
    for code in ("cs-licence", "cs-fire", "cs-police"):
        ask(cast, filed, code, at.a_defect(shop.LEASE))
    assert at.documents(filed, DocumentKind.CORRECTION_NOTICE) == []
    shop.complete(cast, filed, "cs-sign")
    [notice] = at.documents(filed, DocumentKind.CORRECTION_NOTICE)
    [row] = notice.snapshot["corrections"]
    assert row["material"] == shop.LEASE
    assert row["defect"] == "复印件不清楚"
    assert row["needed_by"].count("事项") == 3
    assert len(at.told(filed, "CorrectionRequested")) == 1


def test_only_what_needs_the_defective_paper_waits(cast, filed):
    """I-105: the others go on meanwhile."""
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    shop.complete(cast, filed, "cs-licence", "cs-police", "cs-sign")
    found = at.statuses(filed)
    assert found["cs-fire"] == ReviewStatus.CORRECTING
    assert found["cs-licence"] == found["cs-police"] == ReviewStatus.ASSIGNED
    assert at.now(filed).status == ApplicationStatus.CORRECTING
    at.approve(cast, filed, "cs-licence")
    assert at.statuses(filed)["cs-sign"] == ReviewStatus.ASSIGNED


def test_the_sheet_lists_the_accepted_while_the_others_wait_for_their_papers(cast, filed):
    """I-102 with I-105: corrected later, accepted later, on a sheet of its own."""
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    shop.complete(cast, filed, "cs-licence", "cs-police", "cs-sign")
    shop.bring(cast.li, filed, shop.PLAN)
    shop.complete(cast, filed, "cs-fire")
    sheets = [len(one.snapshot["matters"]) for one in at.documents(filed, DocumentKind.ACCEPTANCE_NOTICE)]
    assert sheets == [4, 1]


@pytest.mark.parametrize(
    "empty", [pytest.param(part, id=f"I-31 {part}") for part in ("defect", "basis", "how_to_fix")]
)
def test_a_defect_is_said_whole_or_not_at_all(cast, filed, empty):
    parts = vars(at.a_defect(shop.PLAN)) | {empty: " "}
    with pytest.raises(Refused, match="缺少"):
        ask(cast, filed, "cs-fire", Defect(**parts))
    assert not CorrectionEntry.objects.exists()


@pytest.mark.parametrize(
    ("code", "material", "why"),
    [
        pytest.param("cs-police", shop.RECORD, "由系统调取或核验", id="I-07 shared data"),
        pytest.param("cs-police", shop.IDENTITY, "由系统调取或核验", id="I-07 a licence"),
        pytest.param("cs-sign", shop.PERMIT, "由系统调取或核验", id="I-07 made by an earlier step"),
        pytest.param("cs-licence", shop.HYGIENE, "承诺代替", id="I-56 promised"),
        pytest.param("cs-fire", "房产证", "不是本事项的申请材料", id="I-29 not in the catalogue"),
        pytest.param("cs-fire", shop.PHOTO, "不是本事项的申请材料", id="I-29 another department's"),
    ],
)
def test_what_the_applicant_need_not_bring_cannot_be_demanded(cast, filed, code, material, why):
    with pytest.raises(Refused, match=why):
        ask(cast, filed, code, at.a_defect(material))


def test_a_paper_that_may_follow_later_cannot_be_demanded_before(cast):
    """I-46: deferred, and its days have not even begun."""
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    with pytest.raises(Refused, match="已同意容缺后补"):
        ask(cast, application, "cs-fire", at.a_defect(shop.PLAN))


def test_a_licence_that_could_not_be_fetched_and_was_uploaded_may_be_corrected(cast):
    """I-07: what somebody chose to bring is looked at like any paper."""
    application = shop.filed(cast.li, {shop.IDENTITY: MaterialMode.UPLOAD})
    assert ask(cast, application, "cs-police", at.a_defect(shop.IDENTITY)).answer == "correction"


def test_the_same_paper_twice_in_one_list_is_refused(cast, filed):
    with pytest.raises(Refused, match="列了2次"):
        ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN), at.a_defect(shop.PLAN))


def test_until_the_notice_goes_out_a_department_may_add_to_its_list(cast, filed):
    """I-34: one notice; its own list is still open."""
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    ask(cast, filed, "cs-fire", at.a_defect(shop.LEASE))
    with pytest.raises(Refused, match="已经列入补正告知"):
        ask(cast, filed, "cs-fire", at.a_defect(shop.LEASE))
    assert Correction.objects.get().entries.count() == 2


@pytest.mark.parametrize("then", ["complete", "ask", "decline"])
def test_a_department_that_said_complete_does_not_take_it_back(cast, filed, then):
    """I-103: 409, and nothing changes."""
    shop.complete(cast, filed, "cs-sign")
    acts = {
        "complete": lambda: shop.complete(cast, filed, "cs-sign"),
        "ask": lambda: ask(cast, filed, "cs-sign", at.a_defect(shop.SIGN)),
        "decline": lambda: decline(cast, filed, "cs-sign", DeclineGround.BARRED),
    }
    before = at.review_of(filed, "cs-sign").accepted_at
    with pytest.raises(WrongState, match="已经受理"):
        acts[then]()
    assert at.review_of(filed, "cs-sign").accepted_at == before


def test_a_department_that_named_defects_waits_for_the_others(cast, filed):
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    with pytest.raises(WrongState, match="已经答复过"):
        shop.complete(cast, filed, "cs-fire")


def test_a_neighbour_and_whoever_took_the_papers_in_do_not_answer(cast, filed):
    """I-01, I-29."""
    review = at.review_of(filed, "cs-fire")
    with pytest.raises(NotAllowed, match="不是本部门"):
        services.confirm_complete(review.pk, by=shop.officer(cast, "cs-police"))
    officer = shop.officer(cast, "cs-fire")
    type(filed).objects.filter(pk=filed.pk).update(front_persons=[officer.person_id])
    with pytest.raises(NotAllowed, match="经手过"):
        services.confirm_complete(review.pk, by=officer)


def test_declining_sends_the_applicant_to_the_right_organ(cast, filed):
    """C-06, I-38, D-04: sealed proof with ground and article; what needed the result is closed."""
    decline(cast, filed, "cs-licence", DeclineGround.OUTSIDE_POWER, target_organ="云澜市澜江区市场监管局")
    [notice] = at.documents(filed, DocumentKind.DECLINE_NOTICE)
    assert notice.snapshot["right_organ"] == "云澜市澜江区市场监管局"
    assert "第三十二条第一款第二项" in notice.snapshot["article"]
    found = at.statuses(filed)
    assert (found["cs-licence"], found["cs-sign"]) == (ReviewStatus.DECLINED, ReviewStatus.BLOCKED)
    assert found["cs-fire"] == ReviewStatus.WAITING


@pytest.mark.parametrize(
    ("ground", "why"),
    [
        pytest.param(DeclineGround.OUTSIDE_POWER, "应当向哪个机关", id="I-38 without the right organ"),
        pytest.param(DeclineGround.NOT_CORRECTED, "还没有发出补正", id="I-38 nobody asked for a correction"),
        pytest.param("we_are_busy", "规定的四项", id="I-38 no such ground"),
    ],
)
def test_declining_needs_a_ground_of_the_law(cast, filed, ground, why):
    with pytest.raises(Refused, match=why):
        decline(cast, filed, "cs-licence", ground)


def test_where_nothing_else_is_left_the_whole_is_declined(cast):
    """C-06: NOT_ACCEPTED, for a matter applied for by itself."""
    application = at.alone(cast.li, "cs-fire")
    decline(cast, application, "cs-fire", DeclineGround.NO_LICENCE_NEEDED)
    ended = at.now(application)
    assert (ended.status, ended.outcome) == (ApplicationStatus.DECLINED, "none")
    assert at.told(application, "ApplicationClosed")[0]["status"] == "declined"


def test_who_asked_for_papers_is_withdrawn_and_nothing_is_asked_for_any_more(cast, filed):
    """I-104: the notice names only what still matters; here nothing does, and the sheet goes out."""
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    shop.complete(cast, filed, "cs-licence", "cs-police", "cs-sign")
    assert at.now(filed).status == ApplicationStatus.CORRECTING
    services.withdraw(filed.pk, by=cast.li, matters=["cs-fire"])
    assert at.now(filed).status == ApplicationStatus.ACCEPTED
    with pytest.raises(WrongState, match="没有需要补交"):
        shop.bring(cast.li, filed, shop.PLAN)


def test_the_last_department_to_speak_is_withdrawn_and_the_notice_goes_out(cast, filed):
    """I-104: nobody is left to wait for."""
    ask(cast, filed, "cs-fire", at.a_defect(shop.PLAN))
    shop.complete(cast, filed, "cs-licence", "cs-police")
    services.withdraw(filed.pk, by=cast.li, matters=["cs-sign"])
    assert at.statuses(filed)["cs-fire"] == ReviewStatus.CORRECTING
    assert len(at.documents(filed, DocumentKind.CORRECTION_NOTICE)) == 1
    assert len(at.documents(filed, DocumentKind.ACCEPTANCE_NOTICE)) == 1


def test_where_a_query_fails_the_paper_is_offered_and_nobody_is_asked_for_it(cast, clock, settings):
    """I-07: the register stays away; the applicant may upload, need not, and the department decides all the same."""
    clock.set("2026-11-23 10:00")
    filed = shop.filed(cast.li)
    shop.complete(cast, filed, "cs-police")
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    clock.set("2026-11-23 11:00")
    services.work(at.review_of(filed, "cs-police").pk, round_number=0)
    paper = filed.materials.get(name=shop.RECORD)
    assert (paper.state, may_be_asked(paper)) == (MaterialState.OFFERED, False)
    at.approve(cast, filed, "cs-police")
    assert at.statuses(filed)["cs-police"] == ReviewStatus.APPROVED
