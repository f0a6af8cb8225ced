import pytest
from rest_framework.test import APIClient

from bundles import selectors
from bundles.models import BundleVersion
from bundles.selectors import current, forget_offers
from identity.models import Account, Person
from matters.models import Matter
from tests.factories.bundles import FILES, raw_bundle

pytestmark = pytest.mark.django_db

NEWBORN = raw_bundle(FILES[8])["scenarios"][0]["answers"]


@pytest.fixture
def visitor():
    return APIClient()


def plan(client, address, answers):
    return client.post(f"/api/v1/{address}/plan/", {"answers": answers}, format="json")


def test_a_visitor_sees_the_thirteen(visitor):
    answer = visitor.get("/api/v1/bundles/").json()

    assert (answer["count"], answer["next"]) == (13, None)
    newborn = next(line for line in answer["results"] if line["code"] == "newborn")
    assert set(newborn) == {
        "code", "name", "audience", "life_stage", "summary", "lead_department", "before", "after", "version",
    }  # fmt: skip
    assert newborn["after"] == {"steps": 3, "materials": 3, "days": 10, "visits": 1}


def test_a_bundle_is_told_as_it_was_published(visitor):
    answer = visitor.get("/api/v1/bundles/newborn/").json()

    assert answer["version"] == current("bundle", "newborn").number
    assert answer["questions"][0]["key"] == "birth_place"
    assert answer["form"][0]["fields"][0]["key"] == "applicant_relation"
    assert answer["matters"][0]["materials"][0]["source"] == "表单生成"
    assert "scenarios" not in answer


@pytest.mark.parametrize(
    "address", ["bundles/no-such/", "matters/no-such/", "bundles/food-licence/", "matters/newborn/"]
)
def test_codes_are_looked_up_in_their_own_namespace(visitor, address):
    answer = visitor.get(f"/api/v1/{address}")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_the_guide_of_a_matter_says_everything_the_contract_names(visitor):
    answer = visitor.get("/api/v1/matters/food-licence/").json()

    assert set(answer) >= {
        "code", "version", "name", "plain_name", "department", "type", "handling", "statutory_days", "promised_days",
        "legal_basis", "acceptance_conditions", "materials", "result", "fee", "visits", "levels", "cross_regional",
        "bundles", "places",
    }  # fmt: skip
    assert answer["bundles"] == ["restaurant-opening"]
    assert (answer["statutory_days"], answer["promised_days"]) == (10, 5)
    assert {"name", "source", "required", "deferrable", "commitment_allowed", "licence_type"} <= set(
        answer["materials"][0]
    )
    assert answer["places"]


def test_an_unpublished_matter_has_no_guide(visitor):
    Matter.objects.filter(code="ga-id-first").update(published=False)

    assert visitor.get("/api/v1/matters/ga-id-first/").status_code == 404


def test_everyday_words_find_bundles_and_matters_in_one_ranking(visitor):
    results = visitor.get("/api/v1/matters/", {"q": "开饭店"}).json()["results"]

    assert (results[0]["kind"], results[0]["code"]) == ("bundle", "restaurant-opening")
    assert {line["kind"] for line in results} == {"bundle", "matter"}
    assert [line["score"] for line in results] == sorted((line["score"] for line in results), reverse=True)


@pytest.mark.parametrize("department", ["gongan", "市公安局"])
def test_a_department_is_known_by_code_and_by_name(visitor, department):
    results = visitor.get("/api/v1/matters/", {"q": "身份证", "department": department}).json()["results"]

    assert results
    assert {line["department"] for line in results} == {"市公安局"}


def test_an_unknown_audience_is_told(visitor):
    answer = visitor.get("/api/v1/matters/", {"q": "社保", "audience": "everyone"})

    assert answer.status_code == 400
    assert "audience" in answer.json()["fields"]


def test_odd_signs_in_a_question_are_no_error(visitor):
    assert visitor.get("/api/v1/matters/", {"q": "a'|&!:*\\"}).status_code == 200


def test_what_no_keyboard_types_is_refused_in_words(visitor):
    answer = visitor.get("/api/v1/matters/", {"q": "a\x00b"})

    assert answer.status_code == 400
    assert answer.json()["reasons"]


def test_a_plan_has_the_shape_of_the_contract(visitor):
    answer = plan(visitor, "bundles/newborn", NEWBORN).json()

    assert set(answer) >= {
        "version", "undetermined", "matters", "stages", "promised_days", "materials", "form", "saved",
    }  # fmt: skip
    assert answer["undetermined"] == []
    assert answer["stages"] == raw_bundle(FILES[8])["scenarios"][0]["expected_parallel_stages"]
    assert answer["promised_days"] == 10
    assert answer["saved"] == {"steps": 15, "materials": 24, "days": 38, "visits": 8}
    assert set(answer["matters"][0]) == {
        "code", "name", "department", "stage", "depends_on", "promised_days", "site_inspection",
    }  # fmt: skip
    field = answer["form"][0]["fields"][0]
    assert {"key", "label", "type", "required", "choices", "value", "value_from", "needed_by"} <= set(field)


def test_a_visitor_is_promised_what_the_source_of_each_paper_promises(visitor):
    answer = plan(visitor, "bundles/newborn", NEWBORN).json()
    status = {paper["name"]: paper["status"] for paper in answer["materials"]}

    assert status["出生医学证明"] == "awaited"
    assert status["新生儿父母居民身份证"] == "fetched"
    assert status["住院分娩记录"] == "shared"
    assert status["住院收费票据"] == "upload"
    assert status["出生登记申请表"] == "form"


def test_partial_answers_get_a_partial_plan(visitor):
    answer = plan(visitor, "bundles/newborn", {"has_vaccination_cert": False}).json()

    assert [matter["code"] for matter in answer["matters"]] == ["nb-vaccination-certificate"]
    assert "birth_place" in answer["undetermined"]


def test_no_answers_at_all_are_fine(visitor):
    assert visitor.post("/api/v1/bundles/newborn/plan/", {}, format="json").status_code == 200


def test_a_single_matter_is_planned_too(visitor):
    answer = plan(visitor, "matters/ga-id-first", {}).json()

    assert answer["stages"] == [["ga-id-first"]]
    assert answer["saved"] == {"steps": 0, "materials": 0, "days": 0, "visits": 0}


def test_wrong_answers_are_told_field_by_field(visitor):
    answer = plan(visitor, "bundles/newborn", {"birth_place": "moon", "baby_age_months": "少"})

    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"birth_place", "baby_age_months"}


@pytest.mark.parametrize("body", [[], "answers", {"answers": []}, {"answers": "x"}, {"answers": None}])
def test_a_body_of_another_shape_is_bad_input_and_no_crash(visitor, body):
    assert visitor.post("/api/v1/bundles/newborn/plan/", body, format="json").status_code == 400


def test_answers_nobody_asked_for_are_named(visitor):
    assert plan(visitor, "bundles/newborn", {"favourite_colour": "青"}).json()["ignored"] == [
        "favourite_colour"
    ]


def test_what_was_answered_before_the_form_is_not_asked_again(visitor):
    answer = plan(visitor, "bundles/restaurant-opening", {"area_sqm": 420})

    area = next(
        field for group in answer.json()["form"] for field in group["fields"] if field["key"] == "area_sqm"
    )
    assert (area["value"], area["value_from"]) == (420.0, "情形引导答案")


def test_a_warm_plan_costs_no_sql(visitor, statements, monkeypatch):
    monkeypatch.setattr(selectors, "CHECK_SECONDS", 3600)
    plan(visitor, "bundles/newborn", NEWBORN)

    with statements(at_most=0):
        assert plan(visitor, "bundles/newborn", NEWBORN).status_code == 200


def test_the_list_and_the_guides_of_bundles_cost_no_sql_either(visitor, statements, monkeypatch):
    monkeypatch.setattr(selectors, "CHECK_SECONDS", 3600)
    visitor.get("/api/v1/bundles/")

    with statements(at_most=0):
        visitor.get("/api/v1/bundles/")
        visitor.get("/api/v1/bundles/newborn/")


def test_what_another_process_published_is_seen_after_one_look(visitor, statements):
    current("bundle", "newborn")
    forget_offers()

    with statements(at_most=2) as sent:
        current("bundle", "newborn")

    assert len(sent) == 2


def test_a_process_that_knows_nothing_reads_all_bundles_in_three_statements(visitor, statements, monkeypatch):
    monkeypatch.setattr(selectors, "_definitions", {})

    with statements(at_most=3):
        assert len(selectors.bundles()) == 13


def test_definitions_read_long_ago_are_let_go(monkeypatch):
    monkeypatch.setattr(selectors, "_definitions", {})
    monkeypatch.setattr(selectors, "MOST_DEFINITIONS", 13)

    selectors.bundles()
    food = current("single", "food-licence")

    assert food.definition.code == "food-licence"
    assert len(selectors._definitions) == 1
    assert len(selectors.bundles()) == 13


def test_a_version_nobody_published_is_not_there():
    with pytest.raises(BundleVersion.DoesNotExist):
        selectors.definition_of(0)


# Somebody who is logged in


@pytest.fixture
def mother():
    """林知夏, logged in, with no licence in our store."""
    person = Person.objects.create(
        name="林知夏", id_number="230101199504120184", mobile="19900000101", birth_date="1995-04-12"
    )
    account = Account.objects.create(username="lin", person=person)
    client = APIClient()
    client.force_authenticate(account)
    return client


def test_a_person_sees_which_papers_are_really_there(mother):
    answer = plan(mother, "bundles/newborn", NEWBORN).json()
    status = {paper["name"]: paper["status"] for paper in answer["materials"]}

    assert status["新生儿父母居民身份证"] == "upload"
    assert status["出生医学证明"] == "awaited"
    assert status["出生登记申请表"] == "form"


def test_a_person_need_not_type_what_we_know(mother):
    answers = {key: NEWBORN[key] for key in ("applicant_relation", "has_vaccination_cert")}

    answer = plan(mother, "bundles/newborn", answers).json()

    fields = {field["key"]: field for group in answer["form"] for field in group["fields"]}
    assert (fields["applicant_name"]["value"], fields["applicant_name"]["value_from"]) == (
        "林知夏",
        "自然人实名库",
    )
    assert fields["applicant_relation"]["value_from"] is None


def test_an_account_without_a_person_is_planned_for_like_a_visitor():
    client = APIClient()
    client.force_authenticate(Account.objects.create(username="machine"))

    answer = plan(client, "bundles/newborn", NEWBORN).json()

    assert {paper["name"]: paper["status"] for paper in answer["materials"]}["住院分娩记录"] == "shared"


def test_a_personal_plan_costs_the_same_for_few_papers_and_for_many(mother, statements):
    few = plan_cost(mother, statements, {"has_vaccination_cert": False})
    many = plan_cost(mother, statements, NEWBORN)

    assert many <= few + 1


def plan_cost(client, statements, answers):
    plan(client, "bundles/newborn", answers)
    with statements() as sent:
        plan(client, "bundles/newborn", answers)
    return len(sent)
