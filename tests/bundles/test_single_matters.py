import pytest

from bundles.events import BundlePublished
from bundles.handlers import publish_registered_matters
from bundles.models import BundleVersion
from bundles.planning import clean, missing, plan
from bundles.selectors import bundles, current
from bundles.services import publish_single, single_of
from bundles.spec import Kind, read
from common.errors import Refused
from matters.events import MattersRegistered
from matters.models import Matter
from tests.factories.bundles import FILES, bundle, material, tea_house

EVERY_MATTER = [
    pytest.param(path, matter.code, id=f"{path.stem[:2]}-{matter.code}")
    for path in FILES
    for matter in bundle(path).matters
]
STANDARD = {"handled_by", "agent_id", "contact_mobile", "result_delivery", "delivery_address"}


@pytest.mark.parametrize(("path", "code"), EVERY_MATTER)
def test_a_matter_alone_is_a_plan_of_one_step_that_its_bundles_scenarios_complete(path, code):
    single = single_of(bundle(path), code)

    for scenario in single.scenarios:
        cleaned = clean(single, scenario.answers)
        planned = plan(single, cleaned.answers)

        assert cleaned.errors == {}
        assert planned.stages == ((code,),)
        assert missing(planned, cleaned.answers) == {}


def test_it_asks_the_questions_its_conditions_read_and_the_fields_that_name_it():
    single = single_of(read(tea_house()), "th-health")

    assert (single.kind, single.lead_department) == (Kind.SINGLE, "市公安局")
    assert [question.key for question in single.questions] == ["seats"]
    assert [field.key for field in single.fields] == ["owner_id"]
    assert single.fields[0].used_by == ("th-health",)


def test_choosing_it_says_that_it_applies_and_it_waits_for_nobody():
    sign = single_of(read(tea_house()), "th-sign").matters[0]

    assert (sign.applies_when, sign.depends_on) == (None, ())


def test_alone_it_awaits_nothing_from_earlier_steps():
    single = single_of(read(tea_house()), "th-health")

    assert plan(single, {"seats": 1}).materials_by_name["茶馆执照"].awaited_from is None


def test_a_field_that_decides_whether_another_shows_comes_along():
    raw = tea_house()
    raw["form"][0]["fields"].append(
        {"key": "lit", "label": "亮灯", "type": "boolean", "used_by": ["th-health"]}
    )
    raw["form"][0]["fields"][1]["visible_when"] = "lit"

    assert [field.key for field in single_of(read(raw), "th-sign").fields] == ["sign_text", "lit"]


def test_a_check_that_reads_what_it_does_not_ask_is_left_to_the_bundle():
    raw = tea_house()
    raw["form"][0]["fields"][1] |= {"valid_when": "sign_text != owner_id", "validation": "不要写身份证号"}

    assert single_of(read(raw), "th-sign").fields[0].valid_when is None


def test_one_that_no_field_names_gets_applicant_agent_contact_and_delivery():
    raw = tea_house()
    raw["form"][0]["fields"][1]["used_by"] = ["th-licence"]
    raw["form"][0]["fields"][1]["visible_when"] = None

    single = single_of(read(raw), "th-sign")

    assert {"entity_name", "uscc"} | STANDARD <= set(single.inputs)


@pytest.mark.django_db
def test_a_matter_of_the_catalogue_gets_the_standard_form():
    single = current("single", "ga-id-first").definition

    assert {"applicant_name", "applicant_id"} | STANDARD <= set(single.inputs)
    assert single.matters[0].type == "行政确认"
    assert all(field.used_by == ("ga-id-first",) for field in single.fields)


@pytest.mark.django_db
def test_a_matter_for_both_asks_who_applies():
    row = Matter.objects.published().filter(audience="both").first() or Matter.objects.get(code="ga-id-first")
    row.audience = "both"
    publish_single(row)

    planned = plan(current("single", row.code).definition, {"applicant_kind": "organisation"})

    keys = {one.field.key for one in planned.visible_fields}
    assert {"applicant_kind", "uscc"} <= keys
    assert "applicant_id" not in keys


@pytest.mark.django_db
def test_the_words_of_the_catalogue_are_the_same_in_any_language(settings):
    row = Matter.objects.select_related("department").get(code="ga-id-first")
    settings.LANGUAGE_CODE = "zh-hans"

    assert not publish_single(row)[0].is_new


@pytest.mark.django_db
def test_a_matter_in_two_bundles_is_taken_from_the_first_of_them():
    shared = [offer.definition for offer in bundles() if "licence-verify" in offer.definition.matters_by_code]

    assert [definition.code for definition in shared] == ["restaurant-opening", "transport-company-opening"]
    assert current("single", "licence-verify").definition == single_of(shared[0], "licence-verify")


@pytest.mark.django_db
def test_a_changed_row_of_the_catalogue_is_published_when_that_is_told():
    row = Matter.objects.get(code="ga-id-first")
    Matter.objects.filter(pk=row.pk).update(promised_days=7)
    before = current("single", row.code).number

    publish_registered_matters(MattersRegistered(codes=[row.code]), 1)
    publish_registered_matters(MattersRegistered(codes=[row.code]), 2)

    offer = current("single", row.code)
    assert (offer.number, offer.definition.matters[0].promised_days) == (before + 1, 7)


@pytest.mark.django_db
def test_an_unsound_row_is_refused_with_its_reasons():
    row = Matter.objects.select_related("department").get(code="ga-id-first")
    row.legal_basis, row.materials = [], [material("纸", commitment_allowed=True)]
    versions = BundleVersion.objects.count()

    with pytest.raises(Refused, match="I-58"):
        publish_single(row)
    assert BundleVersion.objects.count() == versions


def test_what_is_told_has_a_subject_of_its_own_namespace():
    told = BundlePublished(kind="single", code="licence-verify", number=1, version_id=2)

    assert told.subject == "single:licence-verify"
