"""Drafts: nothing typed is lost, only what counts is sent, and one draft becomes one application."""

import pytest

from bundles.planning import clean, plan
from bundles.selectors import forget_offers
from bundles.services import begin_draft, publish, save_draft
from common.crypto import decrypt_values
from common.errors import DomainError, Gone, NotFound, Refused
from identity.models import Department
from licences.services import LicenceGrant, issue
from matters.models import Matter
from tests.factories import drafts as with_draft
from tests.factories import workflow as at
from tests.factories.bundles import FILES, bundle
from workflow.models import Application, CreditMark
from workflow.rules.drafting import Delivery, changes_between, counted, open_questions
from workflow.selectors import own_applications, own_drafts
from workflow.services import Offer, OnBehalfOf, drafts
from workflow.states import ApplicationStatus, DeliveryMethod, MaterialMode

RECEIPT, DISCHARGE = "住院收费票据", "出院记录（病历资料）"  # of a newborn: uploaded or deferred
RULES = (
    "食品安全自查、从业人员健康管理、进货查验、事故处置等规章制度目录清单"  # of a restaurant: promised too
)


def paper(draft, name):
    return next(one for one in draft.papers if one.name == name)


def saved(draft, by, **typed):
    return drafts.save_answers(draft.pk, by=by, typed=typed)


def offered(draft, by, *offers):
    return drafts.offer_papers(draft.pk, by=by, offers=offers)


@pytest.fixture
def newer_newborn(cast):
    """The catalogue editor publishes a changed version of the newborn bundle."""

    def published(change):
        definition = begin_draft("newborn", by=cast.window1).definition
        change(definition)
        publish(save_draft(definition, by=cast.window1), by=cast.window1)

    yield published
    forget_offers()


# Whose it is


def test_only_who_began_a_draft_sees_it(cast):
    behalf = OnBehalfOf(credit_code=cast.company.credit_code)
    draft = with_draft.begun(cast.huarong, "restaurant-opening", on_behalf_of=behalf)
    assert draft.application.applicant_organisation == cast.company
    for stranger in (cast.boss, cast.li, cast.window1, cast.reviewer("shichang")):
        with pytest.raises(NotFound):
            drafts.draft_of(draft.pk, by=stranger)
        assert not Application.objects.visible_to(stranger).filter(pk=draft.pk).exists()


def test_the_principal_does_not_see_what_the_agent_is_still_typing(cast):
    cast.authorise_agent(at.definition("newborn").matters_by_code)
    draft = with_draft.begun(cast.agent, on_behalf_of=OnBehalfOf(id_number=cast.li.person.id_number))
    assert draft.application.applicant_person == cast.li.person
    assert list(own_drafts(cast.agent)) == [draft.application]
    assert not own_drafts(cast.li).exists()
    assert not Application.objects.visible_to(cast.li).exists()


def test_nobody_begins_for_somebody_who_did_not_authorise_them(cast):
    with pytest.raises(DomainError, match="没有找到委托人给您的有效授权委托"):
        with_draft.begun(cast.wang, on_behalf_of=OnBehalfOf(id_number=cast.li.person.id_number))


def test_one_may_apply_for_oneself_ones_company_and_ones_principals(cast):
    assert [one.name for one in drafts.principals(cast.li)] == ["李明"]
    assert [one.name for one in drafts.principals(cast.huarong)] == ["周岩", cast.company.name]
    assert [one.name for one in drafts.principals(cast.agent)] == ["赵雪梅", "李明", cast.company.name]
    told = "".join(one.value for one in drafts.principals(cast.agent))
    assert cast.li.person.id_number not in told


def test_beginning_twice_takes_up_the_empty_draft_but_never_a_filled_one(cast):
    first = with_draft.begun(cast.li)
    assert with_draft.begun(cast.li).pk == first.pk
    saved(first, cast.li, birth_place="abroad")
    assert with_draft.begun(cast.li).pk != first.pk


def test_a_discarded_draft_is_gone_and_only_its_owner_discards_it(cast):
    draft = with_draft.filled(cast.li)
    with pytest.raises(NotFound):
        drafts.discard_draft(draft.pk, by=cast.wang)
    drafts.discard_draft(draft.pk, by=cast.li)
    assert not Application.objects.exists()


# What is typed


def test_what_cannot_be_read_is_kept_as_it_was_typed(cast):
    draft = with_draft.filled(cast.li, mother_id="2301011995", birth_weight_g="三千")
    again = drafts.draft_of(draft.pk, by=cast.li)
    assert again.typed["mother_id"] == "2301011995"
    assert again.typed["birth_weight_g"] == "三千"
    assert "身份证号应为18位" in again.missing["mother_id"]
    assert not again.form_is_done


def test_personal_numbers_are_encrypted_whether_they_can_be_read_or_not(cast):
    draft = with_draft.filled(cast.li, mother_id="2301011995", bank_account="6217000000000001010")
    row = Application.objects.get(pk=draft.pk)
    at_rest = str(row.answers) + str(row.draft)
    for number in ("2301011995", "6217000000000001010", "230101199504120184", "19900000101"):
        assert number not in at_rest
    assert decrypt_values(row.answers)["applicant_id"] == "230101199504120184"


def test_a_blank_takes_an_answer_back(cast):
    draft = saved(with_draft.filled(cast.li), cast.li, baby_name="")
    assert "baby_name" not in draft.typed
    assert draft.missing["baby_name"] == ["请填写“孩子姓名”"]


def test_answers_on_a_way_that_was_left_do_not_count_and_count_again_on_return(cast):
    draft = with_draft.filled(cast.li)
    matters = draft.plan.codes
    abroad = saved(draft, cast.li, hukou_status="later")
    assert "nb-social-security-card" not in abroad.plan.codes
    assert "card_bank" not in abroad.answers
    assert abroad.typed["card_bank"] == "ccb"
    back = saved(abroad, cast.li, hukou_status="to_register_here")
    assert back.plan.codes == matters
    assert back.answers["card_bank"] == "ccb"


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_answers_that_count_make_the_plan_of_all_answers(path):
    definition = bundle(path)
    for scenario in definition.scenarios:
        answers = clean(definition, scenario.answers).answers
        counting = counted(definition, answers)
        assert counting.plan.codes == plan(definition, answers).codes == set(scenario.expected_matters)
        assert not open_questions(counting.plan)


def test_a_question_that_decides_nothing_is_not_asked(cast):
    draft = with_draft.begun(cast.li)
    asked = [one.key for one in open_questions(draft.plan)]
    draft = saved(draft, cast.li, maternity_insurance="none")
    assert "delivery_settled" in asked
    assert "delivery_settled" not in [one.key for one in open_questions(draft.plan)]


# Prefilled


def test_prefilled_answers_say_where_they_came_from_until_they_are_changed(cast):
    draft = drafts.prefill_answers(_asked(cast.li), by=cast.li)
    assert draft.answers["applicant_name"] == "李明"
    assert draft.sources["applicant_name"] == "自然人实名库"
    changed = saved(draft, cast.li, applicant_name="李明明")
    assert not changed.sources["applicant_name"]
    assert drafts.prefill_answers(changed, by=cast.li).answers["applicant_name"] == "李明明"


def test_what_somebody_typed_is_never_overwritten(cast):
    draft = saved(_asked(cast.li), cast.li, applicant_name="李小明", mother_name="林知夏")
    draft = drafts.prefill_answers(draft, by=cast.li)
    assert (draft.answers["applicant_name"], draft.answers["mother_name"]) == ("李小明", "林知夏")
    assert "applicant_name" not in draft.sources


def test_a_register_that_is_away_costs_its_own_boxes_only(cast, settings):
    settings.EXCHANGE_OUTAGES = ["population"]
    draft = drafts.prefill_answers(_asked(cast.li), by=cast.li)
    assert draft.answers["applicant_name"] == "李明"
    assert "baby_gender" not in draft.answers


def _asked(by):
    """All questions answered, the form still empty."""
    draft = with_draft.begun(by)
    questions = {one.key for one in draft.definition.questions}
    said = {key: value for key, value in at.answers("newborn").items() if key in questions}
    return saved(draft, by, **said)


# Papers


def test_papers_that_can_be_fetched_are_not_asked_for(cast):
    draft = drafts.check_papers(with_draft.filled(cast.li), by=cast.li)
    states = {one.name: one.status for one in draft.papers}
    assert states["居民户口簿"] == "fetched"
    assert states["住院分娩记录"] == "shared"
    assert states["出生医学证明"] == "awaited"
    assert states[RECEIPT] == "upload"


def test_a_paper_no_register_finds_is_offered_and_may_be_left_i07(cast, settings):
    settings.EXCHANGE_OUTAGES = ["shared_registers", "licence_store"]
    draft = drafts.check_papers(with_draft.ready(cast.li), by=cast.li)
    offered_paper = paper(draft, "住院分娩记录")
    assert (offered_paper.status, offered_paper.needs_answer) == ("offered", False)
    assert "连不上" in offered_paper.reason
    assert draft.is_ready
    application = with_draft.sent(draft, cast.li)
    assert application.materials.get(name="住院分娩记录").mode == MaterialMode.SHARED


def test_a_paper_is_looked_up_again_when_somebody_asks(cast, settings):
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    draft = drafts.check_papers(with_draft.filled(cast.li), by=cast.li)
    settings.EXCHANGE_OUTAGES = []
    assert paper(drafts.check_papers(draft, by=cast.li), "住院分娩记录").status == "offered"
    assert paper(drafts.check_papers(draft, by=cast.li, again=True), "住院分娩记录").status == "shared"


def test_a_promise_counts_only_when_it_is_signed_and_must_be_signed_anew_when_chosen_anew(cast):
    draft = with_draft.filled(cast.li, "restaurant-opening")
    draft = offered(draft, cast.li, Offer(RULES, MaterialMode.DEFERRED))
    assert paper(draft, RULES).needs_signature
    signed = drafts.sign_promises(draft.pk, by=cast.li, names=[RULES])
    assert not paper(signed, RULES).needs_answer
    other = offered(signed, cast.li, Offer(RULES, MaterialMode.COMMITMENT))
    assert paper(other, RULES).needs_signature


def test_an_upload_waits_while_another_way_is_tried(cast):
    stored = at.upload(cast.li)
    draft = offered(with_draft.filled(cast.li), cast.li, Offer(RECEIPT, MaterialMode.UPLOAD, stored.pk))
    draft = offered(draft, cast.li, Offer(RECEIPT, MaterialMode.DEFERRED))
    draft = offered(draft, cast.li, Offer(RECEIPT, MaterialMode.UPLOAD))
    assert paper(draft, RECEIPT).upload_id == str(stored.pk)
    dropped = drafts.drop_paper(draft.pk, by=cast.li, name=RECEIPT)
    assert paper(dropped, RECEIPT).needs_answer


@pytest.mark.parametrize(
    ("kind", "lost"),
    [(CreditMark.Kind.DEFERRAL_BROKEN, "deferrable"), (CreditMark.Kind.PROMISE_BROKEN, "commitment_allowed")],
    ids=["I-53", "I-61"],
)
def test_who_broke_a_promise_is_not_offered_that_way_again(cast, kind, lost):
    broken = at.filed(cast.li)
    CreditMark.objects.create(kind=kind, person=cast.li.person, application=broken, fact="逾期未补")
    his, hers = (with_draft.filled(one, "restaurant-opening") for one in (cast.li, cast.wang))
    assert not getattr(paper(his, RULES), lost)
    assert getattr(paper(hers, RULES), lost)


def test_a_matter_of_high_risk_takes_no_promise_i57(cast):
    draft = with_draft.filled(cast.li, "restaurant-opening")
    risky = Matter.objects.get(code=draft.plan.materials_by_name[RULES].needed_by[0])
    assert paper(draft, RULES).commitment_allowed
    Matter.objects.filter(pk=risky.pk).update(high_risk=True)
    assert not paper(drafts.draft_of(draft.pk, by=cast.li), RULES).commitment_allowed


def test_a_paper_nobody_asked_for_is_not_kept(cast):
    draft = offered(
        with_draft.filled(cast.li), cast.li, Offer("房产证", MaterialMode.UPLOAD, at.upload(cast.li).pk)
    )
    assert "房产证" not in [one.name for one in draft.papers]
    assert not draft.application.draft["offers"]


# When the requirements change (I-41)


def test_a_draft_goes_on_under_the_new_requirements_and_says_what_changed_i41(cast, newer_newborn):
    draft = with_draft.ready(cast.li)

    def change(definition):
        hukou = next(one for one in definition["matters"] if one["code"] == "nb-birth-hukou")
        hukou["materials"].append({"name": "随父随母意愿书", "source": "申请人提交", "required": True})

    newer_newborn(change)
    again = drafts.draft_of(draft.pk, by=cast.li)
    assert again.changes == ["新增材料：随父随母意愿书"]
    assert again.typed == draft.typed
    assert not again.is_ready
    assert paper(again, "随父随母意愿书").needs_answer


def test_nobody_submits_under_requirements_they_have_not_seen_i41(cast, newer_newborn):
    draft = with_draft.ready(cast.li)
    newer_newborn(lambda definition: definition.update(summary="更快了"))
    with pytest.raises(Refused, match="刚刚有变化") as refused:
        with_draft.sent(draft, cast.li)
    assert refused.value.code == "requirements_changed"
    seen = drafts.draft_of(draft.pk, by=cast.li)
    assert with_draft.sent(seen, cast.li).status != ApplicationStatus.DRAFT


def test_every_kind_of_change_is_told_in_words(db):
    before = at.planned("newborn", at.answers("newborn", want_ss_card=False))
    after = at.planned("newborn", at.answers("newborn", maternity_insurance="none"))
    told = "\n".join(changes_between(before, after))
    assert "新增事项：社会保障卡申领（新生儿）" in told
    assert "不再需要办理：生育医疗费用报销" in told
    assert "新增填写内容" in told
    assert "不再需要填写" in told
    assert "不再需要材料" in told
    assert "个工作日变为" in told


def test_what_is_no_longer_offered_cannot_be_gone_on_with(cast, monkeypatch):
    draft = with_draft.begun(cast.li)
    monkeypatch.setattr("workflow.services.drafts.reading.current", lambda kind, code: None)
    with pytest.raises(Gone, match="停止在网上办理"):
        drafts.draft_of(draft.pk, by=cast.li)


# Submitting


def test_a_draft_becomes_one_application_and_leaves_nothing_behind(cast):
    draft = with_draft.ready(cast.li)
    application = with_draft.sent(draft, cast.li)
    assert application.pk == draft.pk
    application.refresh_from_db()
    assert application.status == ApplicationStatus.ACCEPTED
    assert application.draft == {}
    assert application.reviews.count() == len(draft.plan.matters)
    assert application.materials.get(name=RECEIPT).file is not None
    assert not own_drafts(cast.li).exists()
    assert list(own_applications(cast.li)) == [application]


def test_pressing_twice_gives_the_first_application(cast):
    draft = with_draft.ready(cast.li)
    first = with_draft.sent(draft, cast.li)
    second = with_draft.sent(draft, cast.li)
    assert second.reference == first.reference
    assert Application.objects.count() == 1
    assert drafts.submitted_as(draft.pk, by=cast.li) == first.reference
    assert drafts.submitted_as(draft.pk, by=cast.wang) is None


def test_without_the_declaration_nothing_is_sent(cast):
    draft = with_draft.ready(cast.li)
    with pytest.raises(Refused) as refused:
        drafts.submit_draft(draft.pk, by=cast.li, declared=False, seen_version=with_draft.version_of(draft))
    assert "declared" in refused.value.fields
    assert drafts.draft_of(draft.pk, by=cast.li).is_ready


def test_everything_missing_is_told_at_once_and_the_draft_stays(cast):
    draft = with_draft.filled(cast.li, baby_name="", mother_id="2301011995")
    with pytest.raises(Refused) as refused:
        with_draft.sent(draft, cast.li)
    assert {
        "baby_name",
        "mother_id",
        f"materials.{RECEIPT}",
        f"materials.{DISCHARGE}",
    } <= refused.value.fields.keys()
    assert drafts.draft_of(draft.pk, by=cast.li).typed["mother_id"] == "2301011995"


def test_the_forms_own_box_says_how_results_arrive(cast):
    by_post = with_draft.ready(cast.li)
    assert by_post.delivery.asked
    application = with_draft.sent(by_post, cast.li)
    assert application.delivery_method == DeliveryMethod.EMS
    assert application.delivery_address == at.answers("newborn")["delivery_address"]
    assert with_draft.filled(cast.wang, delivery_method="pickup").delivery.method == DeliveryMethod.WINDOW


def test_where_the_form_does_not_ask_the_portal_does(cast):
    draft = with_draft.filled(cast.li, "retirement")
    draft = drafts.save_answers(draft.pk, by=cast.li, typed={}, delivery=Delivery(DeliveryMethod.EMS))
    assert not draft.delivery.asked
    assert not draft.form_is_done
    there = Delivery(DeliveryMethod.EMS, "云澜市澜江区桥头街道18号", together=False)
    draft = drafts.save_answers(draft.pk, by=cast.li, typed={}, delivery=there)
    assert draft.delivery == there
    row = Application.objects.get(pk=draft.pk)
    assert (row.delivery_address, row.deliver_together) == (there.address, False)


def test_an_agents_draft_is_filed_for_the_principal_under_the_authorisation(cast):
    cast.authorise_agent(at.definition("newborn").matters_by_code)
    behalf = OnBehalfOf(id_number=cast.li.person.id_number)
    begun = with_draft.begun(cast.agent, on_behalf_of=behalf)
    drafts.save_answers(begun.pk, by=cast.agent, typed=at.answers("newborn"), delivery=with_draft.ELECTRONIC)
    draft = drafts.draft_of(begun.pk, by=cast.agent)
    uploads = [
        Offer(one.name, MaterialMode.UPLOAD, at.upload(cast.agent).pk)
        for one in draft.papers
        if one.needs_answer
    ]
    application = with_draft.sent(offered(draft, cast.agent, *uploads), cast.agent)
    assert application.applicant_person == cast.li.person
    assert application.agent == cast.agent.person
    assert application.authorisation is not None
    assert list(own_applications(cast.li)) == [application]


def test_a_licence_of_our_own_is_used_without_asking_other_stores(cast, settings):
    settings.EXCHANGE_OUTAGES = ["licence_store"]
    before = drafts.check_papers(with_draft.filled(cast.li), by=cast.li)
    issuer = Department.objects.get(code="gongan")
    li = cast.li.person
    issue(
        LicenceGrant(
            type_name="居民户口簿",
            holder_name=li.name,
            issuer_id=issuer.pk,
            source="test",
            holder_person_id=li.pk,
        )
    )
    again = drafts.check_papers(before, by=cast.li, again=True)
    assert paper(before, "居民户口簿").status == "offered"
    assert paper(again, "居民户口簿").status == "fetched"
