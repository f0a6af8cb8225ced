"""What the portal asks for a person, and what it does when nobody answers."""

from pathlib import Path

import pytest
import yaml

from common.errors import NotFound
from exchange import services
from exchange.gateways.enterprise_registry.mapping import ATTRIBUTES as OF_ORGANISATIONS
from exchange.gateways.population.mapping import ATTRIBUTES as OF_PERSONS
from exchange.models import CallLog, CallOutcome
from exchange.selectors import availability
from exchange.services import Subject
from tests.factories.exchange import HUARONG, LI, WIFE, acting_for, huarong, li, person, report


def prefill_fields():
    for path in sorted(Path("fixtures/bundles").glob("*.yaml")):
        bundle = yaml.safe_load(path.read_text())
        for group in bundle["form"]:
            for field in group["fields"]:
                if field.get("prefill"):
                    yield pytest.param(field, id=f"{bundle['code']}:{field['key']}")


@pytest.mark.parametrize("field", list(prefill_fields()))
def test_every_source_of_the_thirteen_bundles_is_known(field):
    assert services.known_source(field["prefill"], field["key"], field["type"])


def test_an_unknown_source_is_known_to_be_unknown():
    assert not services.known_source("某某库", "name", "text")
    assert not services.known_source("公积金单位库", "seals", "text")


def test_every_target_exists():
    sources = yaml.safe_load(Path("fixtures/prefill_sources.yaml").read_text())
    targets = [
        target for entry in sources.values() for kind in entry.values() for target in kind.values() if target
    ]
    attributes = {"population": set(OF_PERSONS), "enterprise_registry": set(OF_ORGANISATIONS)}
    for target in targets:
        gateway, attribute = target.split(":", 1)
        assert gateway in services.prefilling.ASK
        attribute = attribute.removesuffix("?")
        assert attribute in attributes.get(gateway, {attribute})


@pytest.mark.django_db
def test_li_need_not_type_what_the_registers_know():
    wanted = [
        ("applicant_name", "text", "自然人实名库"),
        ("applicant_mobile", "mobile", "自然人实名库"),
        ("mother_id", "resident_id", "自然人实名库"),
        ("baby_gender", "choice", "数据共享:住院分娩信息"),
        ("delivery_address", "address", "电子证照:居住证或居民户口簿住址"),
        ("birth_cert_no", "text", "电子证照:出生医学证明"),
        ("property_cert_no", "text", "电子证照:不动产权证书"),
        ("photo", "file", "数据共享:公安人像库"),
        ("hobby", "text", "某某库"),
    ]
    found = services.prefill(Subject(person_id=li().pk), wanted)
    assert {key: prefilled.value for key, prefilled in found.items()} == {
        "applicant_name": "李明",
        "applicant_mobile": "19900000001",
        "mother_id": WIFE,
        "baby_gender": "male",
        "delivery_address": "云澜市澜江区桥头街道老码头社区18号3单元502室",
        "property_cert_no": "云（2017）澜江区不动产权第0018472号",
    }
    assert found["baby_gender"].source == "数据共享:住院分娩信息"


@pytest.mark.django_db
def test_a_company_is_asked_about_itself_and_its_clerk_about_the_clerk():
    clerk = person("周岩", "610113199210171337", mobile="19900000004")
    wanted = [
        ("uscc", "uscc", "电子营业执照"),
        ("company_type", "choice", "电子营业执照"),
        ("agent_name", "text", "自然人实名库"),
        ("legal_rep_name", "text", "电子营业执照"),
        ("legal_rep_id", "resident_id", "自然人实名库"),
        ("investors", "table", "市场监管登记库"),
        ("food_licence_no", "text", "电子证照:食品经营许可证"),
        ("seals", "multichoice", "公安印章备案库"),
    ]
    found = services.prefill(acting_for(huarong(), clerk), wanted)
    values = {key: prefilled.value for key, prefilled in found.items()}
    assert values["uscc"] == HUARONG
    assert values["agent_name"] == "周岩"
    assert values["legal_rep_name"] == "陈华荣"
    assert values["investors"][0]["ratio"] == 70
    assert values["food_licence_no"] == "JY29901040012345"
    assert values["seals"] == ["official", "finance", "invoice", "rep"]
    assert set(values) == {key for key, _, _ in wanted}


@pytest.mark.django_db
def test_an_outage_costs_its_own_fields_only(settings):
    settings.EXCHANGE_OUTAGES = ["population"]
    wanted = [
        ("applicant_name", "text", "自然人实名库"),
        ("baby_gender", "choice", "数据共享:住院分娩信息"),
        ("property_cert_no", "text", "电子证照:不动产权证书"),
    ]
    assert set(services.prefill(Subject(person_id=li().pk), wanted)) == {"applicant_name", "property_cert_no"}
    assert CallLog.objects.get(system="population").outcome == CallOutcome.UNAVAILABLE


@pytest.mark.django_db
def test_statements_do_not_grow_with_fields(django_assert_num_queries):
    subject = Subject(person_id=li().pk)
    with django_assert_num_queries(2):  # the person, the log
        services.prefill(
            subject,
            [
                ("gender", "choice", "电子证照:居民身份证"),
                ("hukou_address", "address", "电子证照:居民户口簿"),
                ("property_cert_no", "text", "电子证照:不动产权证书"),
            ],
        )
    with django_assert_num_queries(2):
        services.check_shared(subject, [f"材料{n}" for n in range(12)])


@pytest.mark.django_db
def test_the_log_keeps_nothing_personal():
    services.prefill(Subject(person_id=li().pk), [("hukou_address", "address", "电子证照:居民户口簿")])
    row = CallLog.objects.get()
    assert (row.system, row.operation, row.asked, row.outcome) == (
        "population",
        "facts",
        ["hukou_address"],
        "answered",
    )
    assert not {LI, "李明"} & {row.subject_hash, row.detail}
    assert row.subject_hash


@pytest.mark.django_db
def test_a_paper_is_confirmed_or_may_be_uploaded(settings):
    wang = Subject(person_id=person("王建国", "110105196804035699").pk)
    checks = services.check_shared(wang, ["低保或低保边缘家庭认定信息", "公积金贷款结清或还款信息"])
    confirmed, lacking = checks.values()
    assert (confirmed.available, confirmed.source) == (True, "市民政局")
    assert confirmed.reference.startswith("HY")
    assert not lacking.available
    assert lacking.detail == "市住房公积金管理中心没有查到，可以自己上传"
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    away = services.check_shared(wang, ["低保信息"])["低保信息"]
    assert (away.available, away.detail) == (False, "共享系统暂时连不上，可以先自己上传")
    assert services.check_shared(wang, []) == {}


@pytest.mark.django_db
def test_licences_elsewhere_are_fetched_while_they_are_valid(settings, time_machine):
    subject = acting_for(huarong(), li())
    fetched = services.fetch_licences(subject, ["营业执照", "食品经营许可证", "排污许可证"])
    assert fetched.available
    assert set(fetched.licences) == {"营业执照", "食品经营许可证"}
    assert fetched.licences["营业执照"].number == HUARONG
    time_machine.move_to("2029-04-01")
    assert set(services.fetch_licences(subject, ["营业执照", "食品经营许可证"]).licences) == {"营业执照"}
    settings.EXCHANGE_OUTAGES = ["licence_store"]
    assert not services.fetch_licences(subject, ["营业执照"]).available
    assert services.fetch_licences(subject, []).available


@pytest.mark.django_db
def test_progress_is_reported_and_an_outage_is_said(settings):
    taken = services.report_progress(report())
    assert taken.available
    assert taken.receipt == services.report_progress(report()).receipt
    settings.EXCHANGE_OUTAGES = ["national_platform"]
    refused = services.report_progress(report())
    assert (refused.available, refused.detail) == (False, "national_platform: 演练停机")
    assert services.report_progress().available


@pytest.mark.django_db
def test_who_does_not_exist_is_not_asked_about():
    with pytest.raises(NotFound):
        services.check_shared(Subject(person_id=0), ["低保信息"])
    assert CallLog.objects.count() == 0


@pytest.mark.django_db
def test_the_worst_system_comes_first(settings):
    subject = Subject(person_id=li().pk)
    services.fetch_licences(subject, ["结婚证"])
    settings.EXCHANGE_OUTAGES = ["shared_registers"]
    services.check_shared(subject, ["低保信息"])
    assert [(row.system, row.calls, row.failed) for row in availability()] == [
        ("shared_registers", 1, 1),
        ("licence_store", 1, 0),
    ]
