"""The real clients over a real wire, and the fakes that stand in for them."""

import datetime as dt
import inspect
import json

import pytest
from django.utils import timezone

from common import signed_http
from common.signed_http import GatewayError
from exchange import gateways
from exchange.gateways import registers
from exchange.gateways.enterprise_registry import mapping as organisations
from exchange.gateways.national_platform.mapping import ReportKind
from exchange.gateways.population import mapping as persons
from exchange.gateways.postal_service.mapping import Parcel, ParcelState
from tests.factories.exchange import HUARONG, LI, json_answer, other_system, report

SYSTEMS = [
    "population",
    "enterprise_registry",
    "shared_registers",
    "licence_store",
    "national_platform",
    "postal_service",
]


@pytest.fixture
def wired(settings, monkeypatch):
    """Connect our client of one system to the far end."""
    monkeypatch.setattr(signed_http, "TRIES_AGAIN", 0)

    def wire(system, far_end):
        setattr(settings, f"EXCHANGE_{system.upper()}_URL", far_end.url)
        setattr(settings, f"EXCHANGE_{system.upper()}_SECRET", far_end.secret)
        signed_http.kept_connection.cache_clear()
        return getattr(gateways, system)()

    yield wire
    signed_http.kept_connection.cache_clear()


def test_population_asks_only_for_what_is_wanted_and_speaks_our_words(wired):
    record = {
        "XB": "1",
        "MZ": "01",
        "HYZK": "21",
        "JHRQ": "20170520",
        "JTRKS": "3",
        "XSECSRQ": "",
        "JHRTH": "1",
    }
    wanted = [
        "gender",
        "ethnicity",
        "marital_status",
        "marriage_date",
        "family_members",
        "birth.date",
        "guardian.in_book",
    ]
    with other_system(json_answer({"record": record})) as far_end:
        facts = wired("population", far_end).facts(LI, "李明", wanted)
    assert facts == {
        "gender": "male",
        "ethnicity": "han",
        "marital_status": "married",
        "marriage_date": "2017-05-20",
        "family_members": 3,
        "guardian.in_book": True,
    }
    ((path, asked),) = far_end.asked
    assert path == "/gateway/person/facts"
    assert asked["fields"] == ["XB", "MZ", "HYZK", "JHRQ", "JTRKS", "XSECSRQ", "JHRTH"]
    assert far_end.signatures == [True]


def test_the_enterprise_registry_reads_tables_and_lists(wired):
    record = {
        "QYLX": "1100",
        "YZBA": "01,05,77",
        "TZR": [{"TZRMC": "陈华荣", "CZBL": "70.5"}],
        "ZCZB": "200",
        "WNBND": "2023,2024",
    }
    with other_system(json_answer({"record": record})) as far_end:
        wanted = ["company_type", "seals", "investors", "capital_wan", "missing_years", "unheard_of"]
        facts = wired("enterprise_registry", far_end).facts(HUARONG, "华荣", wanted)
    assert facts == {
        "company_type": "llc",
        "seals": ["official", "rep"],
        "investors": [{"name": "陈华荣", "ratio": 70.5}],
        "capital_wan": 200,
        "missing_years": ["y2023", "y2024"],
    }


def test_shared_registers_confirms_denies_or_says_nothing(wired):
    rows = [
        {"CLMC": "低保信息", "HYJG": "1", "SJLY": "市民政局", "HYLSH": "7", "SJX": {"结论": "有效"}},
        {"CLMC": "学籍信息", "HYJG": "0", "SJLY": "市教育局"},
    ]
    with other_system(json_answer({"results": rows})) as far_end:
        found = wired("shared_registers", far_end).check(LI, "李明", ["低保信息", "学籍信息", "没人有的"])
    assert found["低保信息"].confirmed
    assert found["低保信息"].reference == "7"
    assert not found["学籍信息"].confirmed
    assert "没人有的" not in found


def test_the_licence_store_gives_dates_and_what_is_on_the_face(wired):
    record = {
        "ZZMC": "结婚证",
        "ZZHM": "J1",
        "FZRQ": "20170520",
        "YXQJZRQ": "",
        "ZMXX": {"登记机关": "市民政局"},
    }
    with other_system(json_answer({"licences": [record]})) as far_end:
        (held,) = wired("licence_store", far_end).fetch(LI, "李明", ["结婚证"])
    assert (held.type_name, held.number, held.issued_on, held.valid_until) == (
        "结婚证",
        "J1",
        dt.date(2017, 5, 20),
        None,
    )
    assert held.facts == {"登记机关": "市民政局"}
    assert held.is_valid_on(dt.date(2099, 1, 1))


def test_the_national_platform_gets_rows_of_its_tables(wired):
    with other_system(json_answer({"receipt": "GJ1"})) as far_end:
        receipt = wired("national_platform", far_end).upload([report(), report(ReportKind.ACCEPTED)])
    assert receipt == "GJ1"
    rows = far_end.asked[0][1]["rows"]
    assert rows[0] == {
        "table": "up_pro_result",
        "project_no": "P1",
        "task_code": "nb-birth-hukou",
        "dept_code": "gongan",
        "result_date": "2026-03-04 17:30:00",
        "result": "准予",
    }
    assert rows[1]["accept_date"] == "2026-03-04 17:30:00"


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [
        (400, b"{}", True),
        (401, b"{}", True),
        (404, b"{}", True),
        (429, b"{}", False),
        (500, b"{}", False),
        (503, b"{}", False),
        (302, b"{}", True),
        (200, b"<html>", False),
        (200, b"[]", False),
        (200, b'{"record": 5}', False),
    ],
)
def test_a_bad_answer_says_whether_to_try_again(wired, status, body, permanent):
    with other_system(lambda path, asked: (status, body)) as far_end, pytest.raises(GatewayError) as error:
        wired("population", far_end).facts(LI, "李明", ["gender"])
    assert error.value.permanent is permanent
    assert LI not in str(error.value)


def test_a_stumble_is_tried_again(wired, monkeypatch):
    monkeypatch.setattr(signed_http, "TRIES_AGAIN", 2)
    answers = [(503, b""), (502, b""), (200, json.dumps({"record": {"XB": "2"}}).encode())]
    with other_system(lambda path, asked: answers.pop(0)) as far_end:
        assert wired("population", far_end).facts(LI, "李明", ["gender"]) == {"gender": "female"}
    assert len(far_end.asked) == 3


def test_nobody_waits_for_a_system_that_has_just_been_away(wired):
    with other_system(json_answer({"record": {"XB": "1"}})) as far_end:
        client = wired("population", far_end)
    with pytest.raises(GatewayError, match="连不上（") as first:
        client.facts(LI, "李明", ["gender"])
    with pytest.raises(GatewayError, match="刚刚连不上") as second:
        client.facts(LI, "李明", ["gender"])
    assert not first.value.permanent
    assert not second.value.permanent


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_fake_keeps_the_real_signature(system, wired):
    fake = getattr(gateways, system)()
    with other_system(json_answer({})) as far_end:
        real = wired(system, far_end)
    assert type(fake).__name__.startswith("Fake")
    verbs = [
        name for name, verb in inspect.getmembers(type(real), inspect.isfunction) if not name.startswith("_")
    ]
    assert verbs == [
        name for name, _ in inspect.getmembers(type(fake), inspect.isfunction) if not name.startswith("_")
    ]
    for verb in verbs:
        assert inspect.signature(getattr(real, verb)) == inspect.signature(getattr(fake, verb))


def test_the_post_is_asked_by_waybill_alone_and_speaks_our_words(wired):
    """I-128: steps nobody waits for are left out, the rest in the order of time."""
    traces = [
        {"opCode": "704", "opTime": "2026-11-24 15:02:00", "opOrgName": "澜江投递部", "signer": "本人"},
        {"opCode": "203", "opTime": "2026-11-23 09:30:00", "opOrgName": "市民中心邮局"},
        {"opCode": "999", "opTime": "2026-11-23 09:31:00"},
    ]
    answer = {"parcels": [{"waybillNo": "EM123456789CN", "traces": traces}]}
    with other_system(json_answer(answer)) as far_end:
        told = wired("postal_service", far_end).track([Parcel("EM123456789CN", timezone.now())])
    assert far_end.asked == [("/gateway/parcels/track", {"waybillNos": ["EM123456789CN"]})]
    assert [(step.state, step.place, step.signed_by) for step in told["EM123456789CN"]] == [
        (ParcelState.COLLECTED, "市民中心邮局", ""),
        (ParcelState.SIGNED, "澜江投递部", "本人"),
    ]


def test_a_fake_tells_the_same_of_the_same_person_and_knows_only_attributes_of_the_mapping():
    stranger = "330106200001014720"
    for wanted, ask in [
        (persons.ATTRIBUTES, lambda names: gateways.population().facts(LI, "李明", names)),
        (persons.ATTRIBUTES, lambda names: gateways.population().facts(stranger, "张三", names)),
        (
            organisations.ATTRIBUTES,
            lambda names: gateways.enterprise_registry().facts(HUARONG, "华荣", names),
        ),
    ]:
        facts = ask(list(wanted))
        assert facts == ask(list(wanted))
        assert len(facts) > 10


def test_the_demos_registers_name_only_attributes_the_mappings_have():
    for person in registers.listed("persons").values():
        assert set(person) <= set(persons.ATTRIBUTES)
        assert all(
            isinstance(person.get(f"{who}.id_number", ""), str)
            for who in ["spouse", "mother", "father", "child"]
        )
    for organisation in registers.listed("organisations").values():
        assert set(organisation) <= set(organisations.ATTRIBUTES)


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_outage_can_be_rehearsed(system, settings, tmp_path):
    ask = {
        "population": lambda: gateways.population().facts(LI, "李明", ["gender"]),
        "enterprise_registry": lambda: gateways.enterprise_registry().facts(HUARONG, "华荣", ["seals"]),
        "shared_registers": lambda: gateways.shared_registers().check(LI, "李明", ["低保信息"]),
        "licence_store": lambda: gateways.licence_store().fetch(LI, "李明", ["结婚证"]),
        "national_platform": lambda: gateways.national_platform().upload([report()]),
        "postal_service": lambda: gateways.postal_service().track([Parcel("EM123456789CN", timezone.now())]),
    }[system]
    settings.DATA_DIR = tmp_path
    assert ask()
    (tmp_path / "outages").mkdir()
    (tmp_path / "outages" / system).touch()
    with pytest.raises(GatewayError, match="演练停机"):
        ask()
    settings.DATA_DIR = tmp_path / "elsewhere"
    settings.EXCHANGE_OUTAGES = [system]
    with pytest.raises(GatewayError, match="演练停机"):
        ask()
