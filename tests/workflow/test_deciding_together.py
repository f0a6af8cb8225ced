"""Departments review in parallel along the graph; what one's decision does to the others."""

import pytest

from common.errors import NotAllowed, Refused
from licences.models import Licence
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application
from workflow.states import ApplicationStatus, MaterialMode, MaterialState, Outcome, ReviewStatus

STAGES = [
    {"nb-birth-certificate", "nb-vaccination-certificate", "nb-maternity-expense"},
    {"nb-birth-hukou", "nb-parenting-guidance"},
    {"nb-resident-medical", "nb-social-security-card"},
]


@pytest.fixture
def newborn(cast) -> Application:
    """李明's newborn: seven matters of four departments, the reimbursement with three uploaded papers."""
    return at.filed(cast.li)


def in_hand(application) -> set[str]:
    return set(application.reviews.filter(status=ReviewStatus.ASSIGNED).values_list("code", flat=True))


def statuses(application) -> dict[str, str]:
    return dict(application.reviews.values_list("code", "status"))


def test_what_stands_first_is_handed_out_at_once_and_together(newborn, cast):
    """I-100: parallel starts are equal; the uploaded papers wait for their department's word (I-103)."""
    assert in_hand(newborn) == STAGES[0] - {"nb-maternity-expense"}
    at.confirm_all(cast, newborn)
    assert in_hand(newborn) == STAGES[0]


def test_an_approval_hands_out_what_waited_for_it(newborn, cast):
    """I-84, I-115: the join is a check under the lock."""
    at.approve(cast, newborn, "nb-birth-certificate")
    assert in_hand(newborn) >= STAGES[1]
    at.approve(cast, newborn, "nb-birth-hukou")
    assert in_hand(newborn) >= STAGES[2]


def test_the_result_of_one_department_is_the_paper_of_the_next(newborn, cast):
    """Nobody uploads the birth certificate: it exists with the decision (design section 7)."""
    paper = newborn.materials.get(name="出生医学证明")
    assert (paper.mode, paper.state) == (MaterialMode.AWAITED, MaterialState.PENDING)
    at.approve(cast, newborn, "nb-birth-certificate")
    paper.refresh_from_db()
    licence = Licence.objects.get(type__name="出生医学证明", holder_person=cast.li.person)
    assert paper.state == MaterialState.PRESENT
    assert (paper.licence, paper.document) == (licence, licence.document)


def test_the_application_is_decided_with_its_last_review(newborn, cast):
    """I-113: ALL."""
    at.approve_everything(cast, newborn)
    assert (newborn.status, newborn.outcome) == (ApplicationStatus.DECIDED, Outcome.ALL)


def refuse_the_hukou(cast, newborn):
    at.confirm_all(cast, newborn)
    at.approve(cast, newborn, "nb-birth-certificate")
    review = at.review_of(newborn, "nb-birth-hukou")
    services.deny(
        review.pk,
        by=cast.reviewer("gongan"),
        opinion="不予登记",
        reasons="落户地址不在本市",
        legal_basis="《户口登记条例》第七条",
    )


def test_a_refusal_closes_what_needed_it_and_nothing_else(newborn, cast):
    """I-107 a and b: hard successors end blocked without a decision, siblings go on."""
    refuse_the_hukou(cast, newborn)
    found = statuses(newborn)
    assert found["nb-resident-medical"] == found["nb-social-security-card"] == ReviewStatus.BLOCKED
    assert found["nb-parenting-guidance"] == ReviewStatus.ASSIGNED
    newborn.refresh_from_db()
    assert newborn.status == ApplicationStatus.IN_REVIEW


def test_what_was_granted_stays_granted(newborn, cast):
    """I-109, I-113: PARTIAL."""
    refuse_the_hukou(cast, newborn)
    at.approve_everything(cast, newborn)
    assert statuses(newborn)["nb-birth-certificate"] == ReviewStatus.APPROVED
    assert (newborn.status, newborn.outcome) == (ApplicationStatus.DECIDED, Outcome.PARTIAL)


def test_a_refusal_needs_its_reasons_and_its_article(newborn, cast):
    """C-14."""
    review = at.review_of(newborn, "nb-birth-certificate")
    with pytest.raises(Refused, match=r"写明理由.*写明法律依据"):
        services.deny(review.pk, by=cast.reviewer("weijian"), opinion="", reasons=" ", legal_basis="")


def test_a_neighbouring_department_cannot_decide(newborn, cast):
    review = at.review_of(newborn, "nb-birth-certificate")
    with pytest.raises(NotAllowed, match="不是本部门"):
        services.approve(review.pk, by=cast.reviewer("gongan"))


def test_whoever_took_the_papers_in_does_not_decide_on_them(newborn, cast):
    """I-01: persons are compared, not accounts."""
    reviewer = cast.reviewer("weijian")
    Application.objects.filter(pk=newborn.pk).update(front_persons=[reviewer.person_id])
    review = at.review_of(newborn, "nb-birth-certificate")
    with pytest.raises(NotAllowed, match="经手过"):
        services.approve(review.pk, by=reviewer)


def test_the_father_who_works_there_does_not_decide_on_his_own_child(cast):
    """I-171."""
    reviewer = cast.reviewer("weijian")
    own = at.filed(reviewer)
    with pytest.raises(NotAllowed, match="经手过"):
        services.claim(at.review_of(own, "nb-birth-certificate").pk, by=reviewer)


def test_deciding_costs_at_most_ten_statements(newborn, cast, statements):
    at.confirm_all(cast, newborn)
    at.approve(cast, newborn, "nb-vaccination-certificate")
    review = at.review_of(newborn, "nb-birth-certificate")
    reviewer = cast.reviewer("weijian")
    with statements(at_most=10):
        services.approve(review.pk, by=reviewer)
