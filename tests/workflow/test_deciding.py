"""准予 and 不予: who decides, what a decision waits for, what it makes, and that it stands."""

import pytest
from django_fsm import TransitionNotAllowed

from common.errors import NotAllowed, Refused, WrongState
from licences.models import Licence
from licences.states import DocumentKind
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, DepartmentReview
from workflow.states import ApplicationStatus, MaterialMode, Outcome, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")

REFUSAL = {"opinion": "", "reasons": "房屋用途不是商业", "legal_basis": "《示例条例》第三条"}


@pytest.fixture
def accepted(cast) -> Application:
    """李明's shop: every paper complete, four departments at work, the sign waiting for the licence."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def deny(cast, application, *codes):
    for code in codes:
        services.deny(at.review_of(application, code).pk, by=shop.officer(cast, code), **REFUSAL)


def test_a_licence_comes_with_its_decision_and_its_row(cast, accepted):
    """C-13, C-15, D-05: decision document, result document, licence of the holder."""
    at.approve(cast, accepted, "cs-licence")
    review = at.review_of(accepted, "cs-licence")
    assert (review.status, review.decided_by) == (ReviewStatus.APPROVED, shop.officer(cast, "cs-licence"))
    assert len(at.documents(accepted, DocumentKind.GRANT_DECISION)) == 1
    [result] = at.documents(accepted, DocumentKind.RESULT)
    assert result.title == shop.PERMIT
    assert Licence.objects.get(document=result).holder_person == cast.li.person


def test_what_is_no_licence_is_granted_by_its_result_alone(cast, accepted):
    """C-13, design section 5."""
    at.approve(cast, accepted, "cs-fire")
    assert at.documents(accepted, DocumentKind.GRANT_DECISION) == []
    assert [one.title for one in at.documents(accepted, DocumentKind.RESULT)] == ["cs-fire结果"]
    assert not Licence.objects.filter(holder_person=cast.li.person, type__name="cs-fire结果").exists()


def test_a_refusal_gives_reasons_article_and_remedy(cast, accepted):
    """C-14, D-06, D-R."""
    deny(cast, accepted, "cs-licence")
    [decision] = at.documents(accepted, DocumentKind.DENIAL_DECISION)
    assert "房屋用途不是商业" in decision.snapshot["reasons"]
    assert decision.snapshot["legal_basis"] == "《示例条例》第三条"
    assert decision.title == "不予行政许可决定书"
    assert not Licence.objects.filter(holder_person=cast.li.person, type__name=shop.PERMIT).exists()


def test_a_refusal_of_what_is_no_licence_has_another_title(cast, accepted):
    deny(cast, accepted, "cs-fire")
    assert at.documents(accepted, DocumentKind.DENIAL_DECISION)[0].title == "不予办理决定书"


@pytest.mark.parametrize("decide", ["approve", "deny"])
def test_nothing_is_decided_before_a_deferred_paper_is_in(cast, decide):
    """I-49: accepted, the clock runs, the review proceeds, the decision waits."""
    application = shop.filed(cast.li, modes={shop.PLAN: MaterialMode.DEFERRED})
    shop.complete(cast, application, *shop.UPLOADS)
    fire, officer = at.review_of(application, "cs-fire"), shop.officer(cast, "cs-fire")
    assert fire.status == ReviewStatus.ASSIGNED
    assert fire.due_at is not None
    act = {"approve": services.approve, "deny": services.deny}[decide]
    said = {} if decide == "approve" else REFUSAL
    with pytest.raises(WrongState, match="容缺材料“平面图”还没有补齐"):
        act(fire.pk, by=officer, **said)
    at.approve(cast, application, "cs-licence")
    services.supply_deferred(application.pk, by=cast.li, supplies=at.supplies(cast.li, shop.PLAN))
    act(fire.pk, by=officer, **said)


def test_a_decision_stands(cast, accepted):
    """A decided review is never edited: no second decision, no way back."""
    at.approve(cast, accepted, "cs-fire")
    review, officer = at.review_of(accepted, "cs-fire"), shop.officer(cast, "cs-fire")
    for act in (services.approve, services.claim, services.confirm_complete):
        with pytest.raises((TransitionNotAllowed, WrongState)):
            act(review.pk, by=officer)
    with pytest.raises(TransitionNotAllowed):
        services.deny(review.pk, by=officer, **REFUSAL)


def test_nobody_decides_before_acceptance_or_out_of_turn(cast, accepted):
    """C-10: the sign waits for the licence, whoever is in a hurry."""
    with pytest.raises(TransitionNotAllowed):
        at.approve(cast, accepted, "cs-sign")


def test_taking_in_hand_is_for_one_and_may_be_repeated(cast, accepted):
    """C-10."""
    review = at.review_of(accepted, "cs-fire")
    services.claim(review.pk, by=cast.reviewer("xiaofang"))
    services.claim(review.pk, by=cast.reviewer("xiaofang"))
    with pytest.raises(TransitionNotAllowed):
        services.claim(review.pk, by=cast.rep("xiaofang"))
    assert at.review_of(accepted, "cs-fire").claimed_by == cast.reviewer("xiaofang")
    assert at.now(accepted).status == ApplicationStatus.IN_REVIEW


@pytest.mark.parametrize(
    ("until", "why"),
    [("2020-01-01", "必须晚于今天"), ("明年年底", "要写成 2026-11-22 这样的日期")],
)
def test_a_result_that_ended_before_it_began_is_refused(cast, accepted, until, why):
    review = at.review_of(accepted, "cs-licence")
    with pytest.raises(Refused, match=why):
        services.approve(review.pk, by=shop.officer(cast, "cs-licence"), result={"valid_until": until})


def test_the_window_does_not_review_and_the_reviewer_is_not_the_window(cast):
    """I-01: the clerk who took the papers in, posted to the department the next day, still may not decide."""
    application = shop.filed(
        cast.window1, channel="counter", on_behalf_of=services.OnBehalfOf("林知夏", shop.OWNER_ID)
    )
    services.receive(application.pk, by=cast.window1)
    officer = cast.reviewer("xiaofang")
    officer.person, cast.window1.person = cast.window1.person, None
    cast.window1.save()
    officer.save()
    officer.__dict__.pop("_standing", None)
    review = at.review_of(application, "cs-fire")
    for act in (services.confirm_complete, services.claim, services.approve):
        with pytest.raises(NotAllowed, match="经手过"):
            act(review.pk, by=officer)
    assert selectors.verbs_on_review(officer, review) == []


@pytest.mark.parametrize(
    ("denied", "outcome"),
    [
        pytest.param((), Outcome.ALL, id="I-113 ALL"),
        pytest.param(("cs-fire",), Outcome.PARTIAL, id="I-113 PARTIAL"),
        pytest.param(("cs-licence", "cs-fire", "cs-police", "cs-tax"), Outcome.NONE, id="I-113 NONE"),
    ],
)
def test_the_outcome_says_how_much_was_done(cast, accepted, denied, outcome):
    """I-113, D-10: each matter with its result and its day, where to rate, where it is filed."""
    deny(cast, accepted, *denied)
    at.approve_everything(cast, accepted)
    assert (accepted.status, accepted.outcome) == (ApplicationStatus.DECIDED, outcome)
    [notice] = at.documents(accepted, DocumentKind.CLOSING_NOTICE)
    results = notice.snapshot["results"]
    assert len(results) == 5
    assert all(row["outcome"] and row["ended_on"] for row in results)
    assert {row["matter"] for row in results if row["outcome"].startswith("不予")} == {
        f"事项{code}" for code in denied
    }
    assert accepted.reference in notice.snapshot["rating_url"]
    assert notice.snapshot["archive_number"]


def test_the_page_offers_only_what_the_post_may_do(cast, accepted):
    """The API's `allowed`: every verb it names is not refused for the person, the others are."""
    review = at.review_of(accepted, "cs-fire")
    reviewer = selectors.verbs_on_review(cast.reviewer("xiaofang"), review)
    head = selectors.verbs_on_review(cast.rep("xiaofang"), review)
    assert set(head) - set(reviewer) == {"extend"}
    assert {"approve", "deny", "claim", "terminate", "record_inspection"} <= set(reviewer)
    assert selectors.verbs_on_review(cast.reviewer("gongan"), review) == []
    assert selectors.verbs_on_review(cast.li, review) == []


def test_deciding_costs_at_most_ten_statements_whatever_follows_from_it(cast, accepted, statements):
    """A licence with its decision, a successor handed out, a paper fulfilled; a refusal that blocks."""
    at.approve(cast, accepted, "cs-licence")
    others = [shop.filed(cast.wang), shop.filed(cast.agent)]
    officer = shop.officer(cast, "cs-licence")
    for application in others:
        shop.complete(cast, application, *shop.UPLOADS)
    granted, refused = (at.review_of(application, "cs-licence") for application in others)
    with statements(at_most=10):
        services.approve(granted.pk, by=officer)
    with statements(at_most=10):
        services.deny(refused.pk, by=officer, **REFUSAL)


def test_a_result_says_what_was_asked_and_no_number_to_call(cast, accepted):
    """照面信息: what the form says for the matter, personal numbers masked, accounts and telephones left out."""
    DepartmentReview.objects.filter(application=accepted).exclude(code="cs-tax").delete()
    at.approve(cast, accepted, "cs-tax")
    [result] = at.documents(accepted, DocumentKind.RESULT)
    assert shop.OWNER_MOBILE not in str(result.snapshot)
    assert shop.OWNER_ID not in str(result.snapshot)


@pytest.mark.parametrize("many", [1, 12])
def test_an_inbox_page_costs_the_same_however_long(cast, statements, many):
    """At most four statements for the list itself; who asks is read once more."""
    for _ in range(many):
        at.alone(cast.li, "cs-tax")
    client = people.api(shop.officer(cast, "cs-tax"))
    with statements() as sent:
        assert len(client.get("/api/v1/reviews/").json()["results"]) == many
    assert len([sql for sql in sent if "identity_" not in sql.split("FROM")[1]]) <= 4, str(sent)
