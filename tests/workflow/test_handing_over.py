"""出件 and 送达: sealed, handed over, proved, closed; together by default, the applicant's way, never to the wrong person."""

import pytest

from common.errors import NotAllowed, Refused, WrongState
from licences.models import Document
from licences.services import void
from licences.states import DocumentKind
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import Application, ApplicationDocument, Delivery
from workflow.services import Handover
from workflow.states import ApplicationStatus, DeliveryMethod

pytestmark = pytest.mark.usefixtures("on_offer")

A, D = ApplicationStatus, DeliveryMethod
REFUSAL = {"opinion": "不予办理", "reasons": "房屋用途不是商业", "legal_basis": "《示例条例》第三条"}


def decided(cast, by=None, method=D.ELECTRONIC, **more) -> Application:
    application = shop.filed(by or cast.li, delivery_method=method, **more)
    at.approve_everything(cast, application)
    return application


def at_the_window(**changed) -> Handover:
    facts = {"method": D.WINDOW, "receiver": "李明", "relation": "本人", "identity_checked": True}
    return Handover(**facts | changed)


def unproved(application) -> int:
    return ApplicationDocument.objects.filter(
        application=application, needs_proof=True, delivery__delivered_at=None
    ).count()


def test_electronic_results_go_out_together_when_the_last_one_is_sealed(cast, deliver_events):
    """C-15, C-16, C-18, I-114, I-129: one delivery, dated when it reaches the applicant's space, and the end."""
    application = decided(cast)
    at.seal(application, DocumentKind.GRANT_DECISION)
    deliver_events()
    assert (at.now(application).status, Delivery.objects.count()) == (A.DECIDED, 0)
    at.seal(application)
    deliver_events()
    after, delivery = at.now(application), Delivery.objects.get(application=application)
    assert after.status == A.CLOSED
    assert (delivery.method, delivery.receiver, delivery.relation) == (D.ELECTRONIC, "李明", "本人")
    assert delivery.delivered_at == after.closed_at == after.handed_over_at
    assert (unproved(application), len(at.told(application, "ApplicationClosed"))) == (0, 1)


def test_a_refusal_goes_out_sealed_with_the_rest(cast, deliver_events):
    """C-17: refused by all; not before its decision is sealed, then delivered, proved and closed."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    for code in ("cs-licence", "cs-fire", "cs-police", "cs-tax"):
        review = at.review_of(application, code)
        services.deny(review.pk, by=shop.officer(cast, code), **REFUSAL)
    deliver_events()
    assert (at.now(application).status, Delivery.objects.count()) == (A.DECIDED, 0)
    at.seal(application)
    deliver_events()
    refusals = at.documents(application, DocumentKind.DENIAL_DECISION)
    [told] = at.told(application, "ResultsHandedOver")
    assert sorted(told["documents"]) == sorted(one.title for one in refusals)
    assert (len(refusals), unproved(application), at.now(application).status) == (4, 0, A.CLOSED)


def test_a_refusal_is_handed_out_at_the_window_too(cast):
    """C-17: sealed, against a signature."""
    application = at.alone(cast.li, "cs-fire", delivery_method=D.WINDOW)
    shop.complete(cast, application, "cs-fire")
    services.deny(at.review_of(application, "cs-fire").pk, by=shop.officer(cast, "cs-fire"), **REFUSAL)
    with pytest.raises(Refused, match="正在制作"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    assert (at.now(application).status, unproved(application)) == (A.CLOSED, 0)


def test_the_proof_of_delivery_is_a_document_of_its_own(cast, deliver_events):
    """I-130, D-09: what, to whom, how, where, when, by whom."""
    application = decided(cast)
    at.seal(application)
    deliver_events()
    [receipt] = at.documents(application, DocumentKind.DELIVERY_RECEIPT)
    said = receipt.snapshot
    assert (said["addressee"], said["way"], said["receiver"]) == ("李明", "电子送达", "李明")
    assert said["place"] == "申请人个人（企业）专属空间"
    assert len(said["documents"]) == 6


def test_who_chose_paper_gets_paper(cast, deliver_events):
    """I-129: without consent nothing is served electronically, by nobody."""
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    deliver_events()
    assert at.now(application).status == A.DECIDED
    assert not services.hand_over_electronically(application.pk)
    with pytest.raises(Refused, match="没有选择电子送达"):
        services.hand_over(application.pk, by=cast.exit1, handover=Handover(D.ELECTRONIC, receiver="李明"))


def test_at_the_window_the_signature_is_the_proof(cast):
    """I-126, C-18."""
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    delivery = Delivery.objects.get(application=application)
    assert (at.now(application).status, delivery.handed_over_by) == (A.CLOSED, cast.exit1)
    [receipt] = at.documents(application, DocumentKind.DELIVERY_RECEIPT)
    assert (receipt.snapshot["place"], receipt.snapshot["deliverer"]) == ("政务服务中心出件窗口", "出件丙")


def test_nothing_goes_out_without_its_seal(cast):
    """C-16."""
    application = decided(cast, method=D.WINDOW)
    with pytest.raises(Refused, match="正在制作"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    at.seal(application, DocumentKind.RESULT)
    with pytest.raises(Refused, match="还有1份文书正在制作"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"identity_checked": False}, "核对签收人的身份证件", id="I-126 unchecked"),
        pytest.param({"receiver": " "}, "登记签收人", id="I-130 nobody"),
        pytest.param({"method": D.EMS}, "登记运单号", id="I-128 no waybill"),
    ],
)
def test_what_the_law_wants_noted_is_noted(cast, changed, why):
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    with pytest.raises(Refused, match=why):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window(**changed))


def other_than(tail: str) -> str:
    return "0000" if tail != "0000" else "1111"


def test_the_wrong_person_gets_nothing(cast):
    """I-126: the end of the number is compared."""
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    wrong = at_the_window(id_tail=other_than(cast.li.person.id_tail))
    with pytest.raises(NotAllowed, match="与申请人不一致"):
        services.hand_over(application.pk, by=cast.exit1, handover=wrong)
    assert not Delivery.objects.exists()
    right = at_the_window(id_tail=cast.li.person.id_tail)
    assert services.hand_over(application.pk, by=cast.exit1, handover=right).status == A.CLOSED


@pytest.mark.parametrize(
    ("powers", "welcome"),
    [
        pytest.param(["fill", "submit", "receive"], True, id="I-126 mandate to receive"),
        pytest.param(["fill", "submit"], False, id="I-170 none to receive"),
    ],
)
def test_an_agent_receives_what_the_mandate_says(cast, powers, welcome):
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    cast.authorise_agent(shop.DEPARTMENT, powers=powers)
    given = at_the_window(receiver="赵雪梅", relation="代办人", id_tail=cast.agent.person.id_tail)
    if welcome:
        assert services.hand_over(application.pk, by=cast.exit1, handover=given).status == A.CLOSED
    else:
        with pytest.raises(NotAllowed):
            services.hand_over(application.pk, by=cast.exit1, handover=given)


def test_an_enterprise_is_received_for_by_who_represents_it(cast):
    """I-126."""
    application = decided(cast, cast.huarong, D.WINDOW)
    at.seal(application)
    boss = cast.boss.person
    given = at_the_window(receiver=boss.name, relation="法定代表人", id_tail=boss.id_tail)
    assert services.hand_over(application.pk, by=cast.exit1, handover=given).status == A.CLOSED


def test_three_hands_are_kept_apart(cast):
    """I-01: who took it in, who decided it, who hands it out."""
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    with pytest.raises(NotAllowed, match="只有出件窗口"):
        services.hand_over(application.pk, by=cast.window1, handover=at_the_window())
    Application.objects.filter(pk=application.pk).update(front_persons=[cast.exit1.person_id])
    with pytest.raises(NotAllowed, match="收件和出件"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    Application.objects.filter(pk=application.pk).update(front_persons=[])
    application.reviews.filter(code="cs-fire").update(decided_by=cast.exit1)
    with pytest.raises(NotAllowed, match="审查和出件"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())


def test_what_was_posted_closes_when_it_has_arrived(cast):
    """I-128, I-130: no close without the proof of every document."""
    application = decided(cast, method=D.EMS, delivery_address="云澜市澜江区老码头社区18号")
    at.seal(application)
    posted = Handover(D.EMS, waybill="EM123456789CN", receiver="李明")
    assert services.hand_over(application.pk, by=cast.exit1, handover=posted).status == A.HANDED_OVER
    assert unproved(application) == 6
    assert at.documents(application, DocumentKind.DELIVERY_RECEIPT) == []
    with pytest.raises(NotAllowed):
        services.confirm_delivery(application.pk, by=cast.wang, receiver="王建国")
    with pytest.raises(Refused, match="签收人姓名"):
        services.confirm_delivery(application.pk, by=cast.li, receiver=" ")
    services.confirm_delivery(application.pk, by=cast.li, receiver="李明的邻居", relation="邻居")
    assert (at.now(application).status, unproved(application)) == (A.CLOSED, 0)
    [receipt] = at.documents(application, DocumentKind.DELIVERY_RECEIPT)
    assert (receipt.snapshot["deliverer"], receipt.snapshot["relation"]) == ("出件丙", "邻居")
    assert receipt.snapshot["place"] == "云澜市澜江区老码头社区18号"
    with pytest.raises(WrongState, match="已经签收"):
        services.confirm_delivery(application.pk, by=cast.li, receiver="李明")


def test_nothing_is_handed_over_twice(cast):
    application = decided(cast, method=D.WINDOW)
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    with pytest.raises(WrongState, match="已经出件"):
        services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())


def test_one_at_a_time_where_the_applicant_wants_it_so(cast, deliver_events):
    """I-114: each result as it is ready; the last one is the end."""
    application = shop.filed(cast.li, deliver_together=False)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-fire")
    at.seal(application)
    deliver_events()
    [first] = at.told(application, "ResultsHandedOver")
    assert first["documents"] == ["cs-fire结果"]
    assert at.now(application).status == A.IN_REVIEW
    at.approve_everything(cast, application)
    at.seal(application)
    deliver_events()
    assert at.now(application).status == A.CLOSED
    handed = [title for fact in at.told(application, "ResultsHandedOver") for title in fact["documents"]]
    assert sorted(handed) == sorted(set(handed))
    assert unproved(application) == 0


def test_a_decision_waits_for_its_own_certificate_even_one_at_a_time(cast, deliver_events):
    """I-114: of a licence both papers or none."""
    application = shop.filed(cast.li, deliver_together=False)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-licence")
    at.seal(application, DocumentKind.RESULT)
    deliver_events()
    assert not Delivery.objects.exists()
    at.seal(application, DocumentKind.GRANT_DECISION)
    deliver_events()
    assert Delivery.objects.get().documents.count() == 2


def test_the_window_hands_out_single_results_too(cast):
    """I-114."""
    application = shop.filed(cast.li, delivery_method=D.WINDOW, deliver_together=False)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-fire")
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    assert at.now(application).status == A.IN_REVIEW
    at.approve_everything(cast, application)
    at.seal(application)
    services.hand_over(application.pk, by=cast.exit1, handover=at_the_window())
    assert (at.now(application).status, Delivery.objects.count()) == (A.CLOSED, 2)


def test_a_result_waits_for_the_others_ten_working_days_and_no_longer(cast, clock, deliver_events):
    """I-82, W-10: granted Monday 2026-06-15, out by 2026-06-30 whatever the others do."""
    clock.set("2026-06-12 09:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    clock.set("2026-06-15 10:00")
    at.approve(cast, application, "cs-fire")
    at.seal(application)
    deliver_events()
    assert at.local(selectors.dossier(cast.li, application.reference).delivery_due_at) == "2026-06-30 16:30"
    clock.set("2026-06-29 09:00")
    assert services.deliver_in_time() == 0
    clock.set("2026-06-30 09:00")
    assert services.deliver_in_time() == 1
    assert [row.document.title for row in Delivery.objects.get().documents.all()] == ["cs-fire结果"]
    assert services.deliver_in_time() == 0
    assert selectors.dossier(cast.li, application.reference).delivery_due_at is None


def test_what_was_voided_is_delivered_to_nobody(cast, deliver_events):
    """I-133: it holds nothing up either."""
    application = decided(cast)
    at.seal(application)
    wrong = Document.objects.get(subject=application.subject, title="cs-fire结果")
    void(wrong.pk, by=None, reason="姓名有误")
    deliver_events()
    assert at.now(application).status == A.CLOSED
    assert not ApplicationDocument.objects.get(document=wrong).delivery
