"""The HTTP contract of applications (api.md): shapes, statuses, and no bare 500 for anything that is sent."""

import pytest

from events.models import EventRecord
from matters.states import MandatePower
from tests.factories import shop
from tests.factories import workflow as at
from tests.factories.identity import api
from tests.factories.matters import mandate_for_everything
from workflow.models import Application, Correction
from workflow.states import MaterialMode

pytestmark = pytest.mark.usefixtures("on_offer")
LIST = "/api/v1/applications/"


def papers(offers) -> list[dict]:
    return [
        {"name": one.name, "mode": one.mode, "signed": one.signed}
        | ({"upload_id": str(one.upload_id)} if one.upload_id else {})
        for one in offers
    ]


def body(by, **changed) -> dict:
    filing = shop.filing(by)
    sent = {
        "bundle": "corner-shop",
        "answers": dict(filing.answers),
        "materials": papers(filing.materials),
        "delivery": {"method": "electronic"},
    }
    return {key: value for key, value in (sent | changed).items() if value is not None}


def post(account, path, sent, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return api(account).post(path, sent, format="json", headers=headers)


def act(account, application, verb, **sent):
    return post(account, f"{LIST}{application.reference}/{verb}/", sent)


def review_act(cast, application, code, verb, **sent):
    review = at.review_of(application, code)
    return post(shop.officer(cast, code), f"/api/v1/reviews/{review.pk}/{verb}/", sent)


def test_what_was_filed_is_answered_with_its_number_code_and_receipt(cast):
    answer = post(cast.li, LIST, body(cast.li))
    said = answer.json()
    assert (answer.status_code, said["status"], said["bundle"]) == (201, "accepted", "corner-shop")
    assert len(said["reference"]) == 16
    assert len(said["query_code"]) == 6
    assert said["receipt_url"].startswith("/api/v1/documents/")


def test_a_single_matter_is_filed_by_its_own_name(cast):
    said = at.any_answers("cs-fire", "single")
    offers = at.offers(cast.li, at.planned("cs-fire", said, "single"))
    sent = {"matter": "cs-fire", "answers": said, "materials": papers(offers)}
    answer = post(cast.li, LIST, sent)
    assert (answer.status_code, answer.json()["kind"]) == (201, "single")


def test_the_same_key_and_body_is_answered_with_the_first_answer(cast):
    sent = body(cast.li)
    first, again = post(cast.li, LIST, sent, "k1"), post(cast.li, LIST, sent, "k1")
    assert again.json() == first.json()
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    assert Application.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(cast):
    sent = body(cast.li)
    post(cast.li, LIST, sent, "k1")
    answer = post(cast.li, LIST, sent | {"delivery": {"method": "window"}}, "k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")


def test_a_refused_filing_leaves_its_key_free(cast):
    sent = body(cast.li)
    assert post(cast.li, LIST, sent | {"materials": []}, "k1").status_code == 422
    assert post(cast.li, LIST, sent, "k1").status_code == 201


def test_everything_missing_is_in_fields_at_once(cast):
    """I-06."""
    answer = post(cast.li, LIST, body(cast.li, answers={"has_sign": True}, materials=[]))
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "incomplete")
    assert {"shop_name", "owner_id", "owner_mobile"} <= said["fields"].keys()
    assert f"materials.{shop.LEASE}" in said["fields"]
    assert "staff" not in said["fields"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        pytest.param({"bundle": None}, 400, id="neither bundle nor matter"),
        pytest.param({"matter": "cs-fire"}, 400, id="both"),
        pytest.param({"bundle": "no-such"}, 404, id="not on offer"),
        pytest.param({"answers": ["a"]}, 400, id="answers are a list"),
        pytest.param({"answers": {"shop_name": {"a": [1]}}}, 422, id="an answer of another shape"),
        pytest.param({"answers": {"shop_name": "云\x00上"}}, 422, id="a sign that cannot be kept"),
        pytest.param({"answers": {"staff": [{"name": "a\x00", "id_number": 5}]}}, 422, id="in a table too"),
        pytest.param({"materials": [{"name": "租赁合同"}]}, 400, id="no mode"),
        pytest.param({"materials": [{"name": "租赁合同", "mode": "awaited"}]}, 400, id="not a mode to name"),
        pytest.param(
            {"materials": [{"name": "租赁合同", "mode": "upload", "upload_id": "x"}]}, 400, id="no id"
        ),
        pytest.param({"materials": "租赁合同"}, 400, id="papers are a word"),
        pytest.param({"delivery": {"method": "pigeon"}}, 400, id="no such delivery"),
        pytest.param({"channel": "counter"}, 403, id="as if at the window"),
        pytest.param({"on_behalf_of": {}}, 400, id="for nobody"),
        pytest.param({"on_behalf_of": {"id_number": "1", "credit_code": "2"}}, 400, id="for two"),
        pytest.param({"on_behalf_of": {"id_number": "110105197505234334"}}, 400, id="I-39 without mandate"),
    ],
)
def test_bad_input_is_told_and_nothing_is_filed(cast, changed, status):
    answer = post(cast.li, LIST, body(cast.li, **changed))
    assert answer.status_code == status, answer.content.decode()
    assert answer.json()["reasons"]
    assert not Application.objects.exists()


def test_the_same_paper_twice_is_bad_input(cast):
    sent = body(cast.li)
    assert post(cast.li, LIST, sent | {"materials": sent["materials"] * 2}).status_code == 400


def test_nobody_files_without_logging_in():
    assert api().post(LIST, {}, format="json").status_code == 401


def test_barred_by_credit_is_forbidden_and_told_with_the_rest(cast):
    """I-53."""
    first = shop.filed(cast.li)
    first.credit_marks.create(person=cast.li.person, kind="deferral_broken", fact="逾期未补")
    sent = body(cast.li, materials=papers(shop.filing(cast.li, {shop.PLAN: MaterialMode.DEFERRED}).materials))
    answer = post(cast.li, LIST, sent)
    assert (answer.status_code, answer.json()["fields"].keys()) == (403, {f"materials.{shop.PLAN}"})


@pytest.mark.parametrize("empty", ["material", "defect", "basis", "how_to_fix"])
def test_an_empty_part_of_a_defect_is_bad_input(cast, empty):
    """I-31: 400."""
    application = shop.filed(cast.li)
    entry = vars(at.a_defect(shop.PLAN)) | {empty: " "}
    assert review_act(cast, application, "cs-fire", "request_correction", items=[entry]).status_code == 400
    assert not Correction.objects.exists()


def test_a_paper_that_data_can_fill_is_refused_and_so_is_an_empty_list(cast):
    """I-07, I-31."""
    application = shop.filed(cast.li)
    items = [vars(at.a_defect(shop.RECORD))]
    assert review_act(cast, application, "cs-police", "request_correction", items=items).status_code == 422
    assert review_act(cast, application, "cs-police", "request_correction", items=[]).status_code == 400


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({"ground": "outside_power"}, 400, id="I-38 without the right organ"),
        pytest.param({"ground": "because"}, 400, id="I-38 no such ground"),
        pytest.param({"ground": "not_corrected", "reasons": "不清楚"}, 422, id="I-38 nobody asked"),
        pytest.param({"ground": "outside_power", "target_organ": "省局"}, 200, id="C-06"),
    ],
)
def test_declining_by_the_api(cast, sent, status):
    assert review_act(cast, shop.filed(cast.li), "cs-fire", "decline", **sent).status_code == status


def test_correction_from_notice_to_confirmation_by_the_api(cast):
    """C-05, C-07, I-34: the second attempt is 409 and its anomaly row stays."""
    application = shop.filed(cast.li)
    for code in ("cs-licence", "cs-police", "cs-sign"):
        assert review_act(cast, application, code, "confirm_complete").status_code == 200
    items = [vars(at.a_defect(shop.PLAN))]
    assert (
        review_act(cast, application, "cs-fire", "request_correction", items=items).json()["status"]
        == "correcting"
    )
    sent = [{"name": shop.PLAN, "upload_id": str(at.upload(cast.li).pk)}]
    answer = act(cast.li, application, "supply_correction", materials=sent)
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
    second = review_act(cast, application, "cs-fire", "request_correction", items=items)
    assert (second.status_code, second.json()["code"]) == (409, "second_correction")
    assert EventRecord.objects.filter(name="workflow.SecondCorrectionTried").count() == 1
    assert review_act(cast, application, "cs-fire", "confirm_complete").json()["status"] == "assigned"


def test_the_window_by_the_api(cast):
    """C-02, C-04: filed for who stands there, taken in, accepted under a mandate."""
    mandate_for_everything(cast.window1, MandatePower.ACCEPT)
    principal = {"name": "李明", "id_number": cast.li.person.id_number}
    sent = body(cast.window1, channel="counter", on_behalf_of=principal)
    answer = post(cast.window1, LIST, sent)
    assert (answer.status_code, answer.json()["status"], answer.json()["receipt_url"]) == (
        201,
        "submitted",
        None,
    )
    application = Application.objects.get()
    assert act(cast.window1, application, "receive").json()["status"] == "accepted"
    assert act(cast.window1, application, "receive").status_code == 409
    assert act(cast.window1, application, "accept").status_code == 200


def test_a_stranger_finds_nothing_and_a_word_that_is_no_verb_is_none(cast):
    application = shop.filed(cast.li)
    assert act(cast.wang, application, "withdraw").status_code == 404
    assert act(cast.li, application, "fly").status_code == 404
    assert api(cast.li).get(f"{LIST}{application.reference}/withdraw/").status_code == 405
