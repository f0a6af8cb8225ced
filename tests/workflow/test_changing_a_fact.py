"""A fact changes during handling: whoever uses it begins anew, the others keep, and it is told (I-112)."""

import json
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from common.crypto import decrypt_values
from common.errors import NotAllowed, Refused, WrongState
from events.models import EventRecord
from identity.selectors import standing
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import selectors, services
from workflow.models import DepartmentReview, FormerAnswers
from workflow.rules.handling import verbs_of
from workflow.rules.history import CLOCK_FACTS, clock_told_by
from workflow.states import ApplicationStatus, ProcedureKind, ReviewStatus

NAME = {"shop_name": "云下便利店"}


@pytest.fixture
def on_offer(cast):
    """The shop's name is the market office's and the sign office's; the mobile number is the police's."""
    yield from shop.with_users()


@pytest.fixture
def filed(on_offer, cast, clock):
    """Everybody is at work since Monday the 23rd, but the sign waits for the licence."""
    clock.set("2026-11-23 10:00")
    application = shop.filed(cast.li, answers={"wants_sign": True})
    shop.complete(cast, application, *shop.UPLOADS)
    return at.now(application)


def change(by, application, **answers):
    return services.change_facts(application.pk, by=by, answers=answers or NAME)


def claim(cast, application, code) -> None:
    services.claim(at.review_of(application, code).pk, by=shop.officer(cast, code))


def said(application) -> dict:
    return decrypt_values(at.now(application).answers)


def test_only_the_departments_that_use_the_field_begin_anew(cast, clock, filed):
    """I-112: the market office has the shop's name, the fire brigade does not ask for it."""
    claim(cast, filed, "cs-licence")
    claim(cast, filed, "cs-fire")
    clock.set("2026-11-25 09:00")
    change(cast.li, filed)
    licence, fire = at.review_of(filed, "cs-licence"), at.review_of(filed, "cs-fire")
    assert (licence.status, licence.round, licence.claimed_by) == (ReviewStatus.ASSIGNED, 1, None)
    assert (fire.status, fire.round) == (ReviewStatus.IN_PROGRESS, 0)
    assert said(filed)["shop_name"] == "云下便利店"
    assert at.now(filed).status == ApplicationStatus.IN_REVIEW


def test_the_clock_of_what_begins_anew_starts_again_and_the_whole_is_reckoned_with_it(cast, clock, filed):
    """I-112, I-84: three days from the change; the others are due when they were."""
    before = {one.code: one.due_at for one in filed.reviews.all()}
    clock.set("2026-11-25 09:00")
    change(cast.li, filed)
    after = {one.code: one.due_at for one in filed.reviews.all()}
    assert at.local(after["cs-licence"]) == "2026-11-30 16:30"
    assert {code for code in after if after[code] != before[code]} == {"cs-licence"}
    assert at.local(filed.due_at) == "2026-11-30 16:30"
    assert at.local(at.now(filed).due_at) == "2026-12-02 16:30"


def test_the_clock_that_the_facts_tell_is_the_clock_that_is_kept(cast, clock, filed):
    """I-78."""
    clock.set("2026-11-25 09:00")
    change(cast.li, filed)
    review = at.review_of(filed, "cs-licence")
    types = {fact.name(): fact for fact in CLOCK_FACTS}
    facts = [
        (types[one.name](**one.payload), timezone.localdate(one.at))
        for one in EventRecord.objects.about(filed.subject).order_by("id")
        if one.name in types
    ]
    told = clock_told_by(facts, review.pk)
    assert told is not None
    assert told.day0 == timezone.localdate(review.clock_from)


def test_it_is_told_without_a_word_of_what_stood_there(cast, filed, deliver_events):
    """I-112, I-43: labels and keys in the fact, the old words encrypted beside it."""
    deliver_events()
    change(cast.li, filed, owner_mobile="13800001111", shop_name="云下便利店")
    [told] = at.told(filed, "FactsChanged")
    assert told["labels"] == ["店名", "手机号码"]
    everything = json.dumps(list(EventRecord.objects.values_list("payload", flat=True)), ensure_ascii=False)
    assert not {"13800001111", shop.OWNER_MOBILE, "云下便利店"} & set(everything.split('"'))
    former = FormerAnswers.objects.get()
    assert json.loads(former.said) == {"shop_name": "云上便利店", "owner_mobile": shop.OWNER_MOBILE}
    assert former.keys == ["shop_name", "owner_mobile"]
    texts = [one.text for one in selectors.dossier(cast.li, filed.reference).timeline]
    assert "修改了“店名”“手机号码”，市市场监管局、市公安局按新内容重新办理，期限重新计算" in texts


def test_the_old_words_are_a_token_in_the_database(cast, filed):
    change(cast.li, filed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM workflow_formeranswers")
        assert cursor.fetchone()[0].startswith("enc:")


def test_personal_numbers_stay_encrypted_one_by_one(cast, filed):
    change(cast.li, filed, owner_mobile="13800001111")
    assert at.now(filed).answers["owner_mobile"].startswith("enc:")


def test_sent_twice_the_second_changes_nothing(cast, filed):
    change(cast.li, filed)
    change(cast.li, filed)
    assert at.review_of(filed, "cs-licence").round == 1
    assert len(at.told(filed, "FactsChanged")) == FormerAnswers.objects.count() == 1


def test_who_has_not_begun_keeps_waiting_and_reads_the_new_words(cast, filed):
    """The sign waits for the licence: it has no clock to start again."""
    before = at.review_of(filed, "cs-sign")
    change(cast.li, filed)
    after = at.review_of(filed, "cs-sign")
    assert (after.status, after.round, after.accepted_at) == (before.status, 0, before.accepted_at)


def test_before_anybody_has_accepted_nothing_begins_anew(on_offer, cast):
    application = shop.filed(cast.li, answers={"wants_sign": True})
    change(cast.li, application)
    assert set(application.reviews.values_list("round", flat=True)) == {0}
    assert at.told(application, "FactsChanged")[0]["departments"] == []


def test_a_decision_that_rests_on_the_old_words_stands_in_the_way(cast, filed):
    """I-112: what to do instead is said; nothing has changed."""
    at.approve(cast, filed, "cs-licence")
    with pytest.raises(
        WrongState, match=r"“事项cs-licence”用到这项内容，已经有了决定.*向市市场监管局申请变更"
    ):
        change(cast.li, filed)
    assert said(filed)["shop_name"] == "云上便利店"
    change(cast.li, filed, owner_mobile="13800001111")


def test_a_special_procedure_that_rests_on_it_is_waited_for(cast, filed):
    services.start_special_procedure(
        at.review_of(filed, "cs-licence").pk,
        by=shop.officer(cast, "cs-licence"),
        kind=ProcedureKind.HEARING,
        expected_end=filed.due_at.date(),
    )
    with pytest.raises(WrongState, match="正在特别程序中"):
        change(cast.li, filed)


def test_once_everything_is_decided_it_is_too_late(cast, filed):
    at.approve_everything(cast, filed)
    with pytest.raises(WrongState, match="申请变更"):
        change(cast.li, filed)


def test_what_would_change_the_matters_is_another_application(cast, filed):
    """The sign is a matter of its own: withdraw and apply again."""
    with pytest.raises(Refused, match="请撤回后重新申请") as refused:
        change(cast.li, filed, wants_sign=False)
    assert "不再需要办理：事项cs-sign" in refused.value.reasons[0]


@pytest.mark.parametrize(
    ("answers", "key", "words"),
    [
        ({"owner_id": "110101199001011234"}, "owner_id", "身份证号"),
        ({"shop_name": ""}, "shop_name", "请填写“店名”"),
        ({"shop_name": "坏店"}, "shop_name", "不能叫坏店"),
        ({"has_sign": False}, "has_sign", "不能在这里修改"),
        ({"colour": "红"}, "colour", "不能在这里修改"),
    ],
)
def test_it_is_checked_as_at_submission(cast, filed, answers, key, words):
    with pytest.raises(Refused) as refused:
        change(cast.li, filed, **answers)
    assert words in refused.value.fields[key][0]


def test_nobody_but_the_applicant_changes_it(cast, filed):
    for account in (cast.wang, cast.window1, cast.reviewer("shichang")):
        with pytest.raises(NotAllowed):
            change(account, filed)


def test_nobody_decides_on_words_they_have_not_seen(cast, filed):
    """I-112: handed out anew, it is claimed before it is decided."""
    change(cast.li, filed)
    review, officer = at.review_of(filed, "cs-licence"), shop.officer(cast, "cs-licence")
    assert not {"approve", "deny"} & set(verbs_of(review, standing(officer)))
    for decide in (
        lambda: services.approve(review.pk, by=officer),
        lambda: services.deny(review.pk, by=officer, opinion="", reasons="不符合", legal_basis="第一条"),
    ):
        with pytest.raises(WrongState, match="看过新的内容再作决定"):
            decide()
    services.claim(review.pk, by=officer)
    services.approve(review.pk, by=officer)
    assert at.statuses(filed)["cs-licence"] == ReviewStatus.APPROVED


def test_the_result_says_what_is_true_now(cast, filed):
    change(cast.li, filed)
    claim(cast, filed, "cs-licence")
    at.approve(cast, filed, "cs-licence")
    result = filed.application_documents.get(review__code="cs-licence", document__kind="result").document
    assert "云下便利店" in json.dumps(result.snapshot, ensure_ascii=False)


def test_a_place_that_was_looked_at_before_is_looked_at_again(cast, clock, filed):
    """I-91, I-112."""
    DepartmentReview.objects.filter(application=filed, code="cs-licence").update(needs_inspection=True)
    at.inspect(cast, at.review_of(filed, "cs-licence"))
    clock.set("2026-11-24 09:00")
    change(cast.li, filed)
    claim(cast, filed, "cs-licence")
    review, officer = at.review_of(filed, "cs-licence"), shop.officer(cast, "cs-licence")
    with pytest.raises(WrongState, match="现场勘验"):
        services.approve(review.pk, by=officer)
    at.approve(cast, filed, "cs-licence")
    assert at.statuses(filed)["cs-licence"] == ReviewStatus.APPROVED


def test_an_extension_once_granted_is_counted_again(cast, clock, filed):
    """I-95: it cannot be granted twice, so it is not lost either."""
    review = at.review_of(filed, "cs-licence")
    services.extend(review.pk, by=cast.rep("shichang"), days=2, reason="论证")
    clock.set("2026-11-24 09:00")
    change(cast.li, filed)
    assert at.local(at.review_of(filed, "cs-licence").due_at) == "2026-12-01 16:30"
    assert at.told(filed, "ReviewsAssigned")[-1]["clocks"][0]["days"] == 5


def test_the_machine_works_again_for_the_new_round(cast, filed):
    """I-115: the old round's message finds its work gone."""
    review = at.review_of(filed, "cs-police")
    services.work(review.pk, round_number=0)
    change(cast.li, filed, owner_mobile="13800001111")
    services.work(review.pk, round_number=0)
    assert at.review_of(filed, "cs-police").checked_at is None
    services.work(review.pk, round_number=1)
    assert at.review_of(filed, "cs-police").checked_at is not None


def test_over_the_api(cast, filed):
    client = people.api(cast.li)
    address = f"/api/v1/applications/{filed.reference}/"
    assert "change_facts" in client.get(address).json()["allowed"]
    answer = client.post(f"{address}change_facts/", {"answers": NAME}, format="json")
    assert answer.status_code == 200
    assert answer.json()["timeline"][-1]["event"] == "workflow.ReviewsAssigned"
    wrong = client.post(f"{address}change_facts/", {"answers": {"owner_id": "1"}}, format="json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["owner_id"])


def test_changing_costs_the_same_however_many_begin_anew(on_offer, cast, statements):
    application = shop.filed(cast.li, answers={"wants_sign": True})
    shop.complete(cast, application, *shop.UPLOADS)
    with statements(at_most=9):
        change(cast.li, application, shop_name="云下便利店", owner_mobile="13800001111")


def test_whoever_stops_the_clock_of_what_began_anew_has_it_in_hand_and_can_decide_it(cast, clock, filed):
    """I-112, C-11: not pressing 领取 first leads into no dead end."""
    clock.set("2026-11-25 09:00")
    change(cast.li, filed)
    officer = shop.officer(cast, "cs-licence")
    licence = at.review_of(filed, "cs-licence")
    services.start_special_procedure(
        licence.pk, by=officer, kind=ProcedureKind.TESTING, expected_end=date(2026, 11, 27)
    )
    services.end_special_procedure(licence.pk, by=officer, outcome="检测合格")
    services.approve(licence.pk, by=officer)
    assert at.review_of(filed, "cs-licence").status == ReviewStatus.APPROVED
