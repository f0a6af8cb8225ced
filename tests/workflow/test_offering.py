"""可自行上传: what no register had is brought after submission by whoever likes to, and nothing waits for it (I-07)."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import NotAllowed, Refused, WrongState
from licences.services import end_licence
from licences.states import LicenceStatus
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from tests.factories.identity import api
from workflow import selectors, services
from workflow.models import Application, DepartmentReview
from workflow.states import MaterialMode, MaterialState, ReviewStatus

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def looked_for(cast, settings) -> Application:
    """李明's shop is accepted everywhere; the police looked for his record for half an hour, in vain."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    police = at.review_of(application, "cs-police")
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    DepartmentReview.objects.filter(pk=police.pk).update(assigned_at=timezone.now() - timedelta(minutes=31))
    services.work(police.pk, round_number=0)
    assert paper_of(application).state == MaterialState.OFFERED
    return at.now(application)


def paper_of(application, name=shop.RECORD):
    return application.materials.get(name=name, superseded=False)


def bring(by, application, *names):
    return services.supply_offered(
        application.pk, by=by, supplies=at.supplies(by, *(names or (shop.RECORD,)))
    )


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def columns(application) -> list[dict]:
    """Every column of the application and of its reviews."""
    rows = Application.objects.filter(pk=application.pk).values()
    return [*rows, *application.reviews.order_by("pk").values()]


# The service


def test_i_07_the_applicant_brings_it_later_and_the_department_opens_the_file(cast, looked_for):
    bring(cast.li, looked_for)
    paper = paper_of(looked_for)
    assert (paper.mode, paper.state) == (MaterialMode.UPLOAD, MaterialState.PRESENT)
    police = at.review_of(looked_for, "cs-police")
    officer = browser_of(cast.reviewer("gongan"))
    page = text(officer.get(reverse("workflow:review", args=[police.pk])))
    address = reverse("workflow:review_material", args=[police.pk, paper.pk])
    assert address in page
    assert officer.get(address).getvalue().startswith(b"%PDF")


def test_i_07_nothing_waits_for_it_and_nothing_moves_by_it(cast, looked_for):
    """No status, no due date, no round: not one column of the application or its reviews."""
    before = columns(looked_for)
    bring(cast.li, looked_for)
    assert columns(looked_for) == before
    at.approve(cast, looked_for, "cs-police")


def test_i_07_who_reads_of_it(cast, looked_for):
    """The applicant and the police read which paper came; the fire brigade, that one did."""
    bring(cast.li, looked_for)
    last = {
        account: selectors.dossier(account, looked_for.reference).timeline[-1]
        for account in (cast.li, cast.reviewer("gongan"), cast.reviewer("xiaofang"))
    }
    assert [one.text for one in last.values()] == [
        "自行上传了无犯罪记录",
        "自行上传了无犯罪记录",
        "自行上传了材料",
    ]
    assert {one.actor for one in last.values()} == {"申请人"}
    [told] = at.told(looked_for, "OfferedSupplied")
    assert told["review_ids"] == [at.review_of(looked_for, "cs-police").pk]


@pytest.mark.parametrize("who", ["wang", "agent", "exit1"])
def test_i_07_nobody_else_brings_it_for_the_applicant(cast, looked_for, who):
    by = getattr(cast, who)
    with pytest.raises(NotAllowed, match="不是申请人"):
        bring(by, looked_for)
    assert paper_of(looked_for).file_id is None


def test_i_07_nor_does_the_department_that_reviews_it(cast, looked_for):
    with pytest.raises(NotAllowed, match="不是申请人"):
        bring(cast.reviewer("gongan"), looked_for)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(shop.LEASE, id="was uploaded"),
        pytest.param(shop.HYGIENE, id="was promised"),
        pytest.param(shop.IDENTITY, id="was found"),
        pytest.param("全家福", id="nobody has heard of"),
    ],
)
def test_i_07_a_paper_that_is_not_offered_is_refused_in_clear_words(cast, looked_for, name):
    before = looked_for.materials.count()
    with pytest.raises(Refused, match=f"“{name}”不在可以自行上传的材料中") as refused:
        bring(cast.li, looked_for, shop.RECORD, name)
    assert refused.value.status_code == 422
    assert looked_for.materials.count() == before


def test_i_07_while_the_machine_still_looks_nothing_is_offered(cast):
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    assert paper_of(application).state == MaterialState.PENDING
    with pytest.raises(Refused, match="只有系统没有查到的材料"):
        bring(cast.li, application)


def test_i_07_what_has_come_does_not_come_again(cast, looked_for):
    bring(cast.li, looked_for)
    with pytest.raises(Refused, match="不在可以自行上传的材料中"):
        bring(cast.li, looked_for)
    assert looked_for.materials.filter(name=shop.RECORD).count() == 2


def test_i_07_nothing_chosen_is_nothing_brought(cast, looked_for):
    with pytest.raises(Refused, match="请上传要补交的材料"):
        services.supply_offered(looked_for.pk, by=cast.li, supplies=[])
    assert at.told(looked_for, "OfferedSupplied") == []


def test_i_07_after_the_decision_nobody_would_read_it(cast, looked_for):
    at.approve(cast, looked_for, "cs-police")
    with pytest.raises(WrongState, match="“无犯罪记录”的事项都已经结束"):
        bring(cast.li, looked_for)
    assert "supply_offered" not in selectors.dossier(cast.li, looked_for.reference).allowed


def test_i_07_after_a_withdrawal_nobody_would_read_it(cast, looked_for):
    services.withdraw(looked_for.pk, by=cast.li, matters=["cs-police"])
    with pytest.raises(WrongState, match="都已经结束"):
        bring(cast.li, looked_for)


def test_i_07_in_place_of_a_licence_that_fell(cast, deliver_events):
    """The permit made a step before is revoked; 李明 may bring what proves it otherwise."""
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-licence")
    end_licence(
        paper_of(application, shop.PERMIT).licence_id,
        LicenceStatus.REVOKED,
        reason="登记内容有误",
        by=None,
    )
    deliver_events()
    bring(cast.li, application, shop.PERMIT)
    assert paper_of(application, shop.PERMIT).licence_id is None
    assert at.statuses(application)["cs-sign"] == ReviewStatus.ASSIGNED


# Over the API


def post(account, application, name=shop.RECORD, *, key="", upload=None, verb="supply_offered"):
    file = upload or at.upload(account)
    return api(account).post(
        f"/api/v1/applications/{application.reference}/{verb}/",
        {"materials": [{"name": name, "upload_id": str(file.pk)}]},
        format="json",
        headers={"Idempotency-Key": key} if key else {},
    )


def allowed(account, application) -> list[str]:
    return api(account).get(f"/api/v1/applications/{application.reference}/").json()["allowed"]


def test_i_07_the_api_lists_the_verb_only_while_something_is_offered(cast, looked_for):
    assert "supply_offered" in allowed(cast.li, looked_for)
    assert "supply_offered" in allowed(cast.window1, looked_for)
    assert "supply_offered" not in allowed(cast.reviewer("gongan"), looked_for)
    answer = post(cast.li, looked_for)
    assert answer.status_code == 200
    assert "supply_offered" not in answer.json()["allowed"]
    [paper] = [one for one in answer.json()["materials"] if one["name"] == shop.RECORD]
    assert (paper["mode"], paper["state"]) == ("upload", "present")


def test_i_07_before_anything_was_looked_for_the_api_does_not_list_it(cast):
    assert "supply_offered" not in allowed(cast.li, shop.filed(cast.li))


def test_i_07_the_same_key_again_is_answered_with_the_first_answer(cast, looked_for):
    file = at.upload(cast.li)
    first = post(cast.li, looked_for, key="k1", upload=file)
    again = post(cast.li, looked_for, key="k1", upload=file)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (200, "true")
    assert again.json() == first.json()
    assert len(at.told(looked_for, "OfferedSupplied")) == 1
    other = post(cast.li, looked_for, shop.LEASE, key="k1", upload=file)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


def test_i_07_a_refusal_leaves_its_key_free(cast, looked_for):
    refused = post(cast.li, looked_for, shop.LEASE, key="k1")
    assert (refused.status_code, "不在可以自行上传" in refused.json()["reasons"][0]) == (422, True)
    assert post(cast.li, looked_for, key="k1").status_code == 200


def test_what_was_to_follow_is_taken_once_a_key_too(cast):
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    file = at.upload(cast.li)
    answers = [
        post(cast.li, application, shop.PLAN, key="k1", upload=file, verb="supply_deferred") for _ in "12"
    ]
    assert [one.status_code for one in answers] == [200, 200]
    assert application.materials.filter(name=shop.PLAN).count() == 2


def test_i_07_a_stranger_finds_nothing_and_an_empty_list_is_bad_input(cast, looked_for):
    assert post(cast.wang, looked_for).status_code == 404
    address = f"/api/v1/applications/{looked_for.reference}/supply_offered/"
    assert api(cast.li).post(address, {"materials": []}, format="json").status_code == 400


# On the pages


def address_of(application, name="supply_offered") -> str:
    return reverse(f"workflow:{name}", args=[application.reference])


def test_i_07_the_page_says_that_one_may_and_need_not(cast, looked_for):
    li = browser_of(cast.li)
    page = text(li.get(address_of(looked_for, "application")))
    assert "系统暂时没有查到，您可以自己上传，不上传也不影响办理" in page
    assert address_of(looked_for) in page
    asked = text(li.get(address_of(looked_for)))
    assert "不上传也不影响办理" in asked
    assert shop.RECORD in asked
    assert shop.LEASE not in asked


def test_i_07_a_file_is_brought_on_the_page_and_the_offer_is_gone(cast, looked_for):
    li = browser_of(cast.li)
    empty = li.post(address_of(looked_for), {})
    assert (empty.status_code, "请至少选择一份材料" in text(empty)) == (422, True)
    done = li.post(address_of(looked_for), {"materials.0.file": sent(a_pdf("记录"), "记录.pdf")})
    assert done.headers["Location"] == address_of(looked_for, "application")
    page = text(li.get(done.headers["Location"]))
    assert "自行上传了无犯罪记录" in page
    assert address_of(looked_for) not in page
    assert li.get(address_of(looked_for)).status_code == 409


def test_i_07_others_are_shown_no_such_page(cast, looked_for):
    officer = browser_of(cast.reviewer("gongan"))
    assert address_of(looked_for) not in text(officer.get(address_of(looked_for, "application")))
    assert officer.get(address_of(looked_for)).status_code == 403
    assert browser_of(cast.wang).get(address_of(looked_for)).status_code == 404


def test_i_07_the_clerk_at_the_window_scans_it(cast, looked_for):
    clerk = browser_of(cast.window1)
    page = text(clerk.get(address_of(looked_for, "at_counter")))
    assert "不带来不影响办理，不能要求补交" in page
    act = reverse("workflow:act_at_counter", args=[looked_for.reference, "supply_offered"])
    assert clerk.post(act, {}).status_code == 422
    assert clerk.post(act, {"supply_offered-file_0": sent(a_pdf("记录"))}).status_code == 302
    assert paper_of(looked_for).state == MaterialState.PRESENT
    assert cast.window1.person_id in at.now(looked_for).front_persons
    assert act not in text(clerk.get(address_of(looked_for, "at_counter")))


@pytest.fixture
def before_that_monday(clock) -> None:
    """Friday: whatever the day is on which the test runs, the shop was accepted before what follows."""
    clock.set("2026-11-20 10:00")


def test_bringing_it_moves_no_acceptance_and_no_clock(before_that_monday, cast, clock, looked_for):
    """I-07, I-36, I-59: a promise taken back is answered on Monday; what nobody waits for comes on Tuesday."""
    clock.set("2026-11-23 10:00")
    services.revoke_commitment(looked_for.pk, by=cast.li, supply=at.supplies(cast.li, shop.HYGIENE)[0])
    [waiting] = looked_for.reviews.filter(confirm_due_at__isnull=False)
    record = paper_of(looked_for)
    record.needed_by = [*record.needed_by, waiting.code]
    record.save()
    clock.set("2026-11-24 10:00")
    bring(cast.li, looked_for)
    shop.complete(cast, looked_for, waiting.code)
    assert at.local(at.review_of(looked_for, waiting.code).accepted_at) == "2026-11-23 10:00"
