"""Open311 GeoReport v2: other people's applications file and read, and see nothing of anybody (section 21)."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from hotline import services
from hotline.models import ApiKey, FiledByClient, HotlineOrder
from hotline.states import Confidentiality, OrderStatus, OrderType
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
BASE = "/open311/v2/"

TEXT = {"type": "string"}
PERHAPS = {"type": ["string", "null"]}
DEGREES = {"type": ["number", "null"]}
MOMENT = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def an_object(required: dict, optional: dict | None = None) -> dict:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


#: The response definitions of GeoReport v2, as its own page writes them.
SERVICE = an_object(
    {
        "service_code": TEXT,
        "service_name": TEXT,
        "description": TEXT,
        "metadata": {"type": "boolean"},
        "type": {"enum": ["realtime", "batch", "blackbox"]},
        "keywords": TEXT,
        "group": TEXT,
    }
)
ATTRIBUTE = an_object(
    {
        "variable": {"type": "boolean"},
        "code": TEXT,
        "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        "required": {"type": "boolean"},
        "datatype_description": PERHAPS,
        "order": {"type": "integer"},
        "description": TEXT,
        "values": {"type": "array", "items": an_object({"key": TEXT, "name": TEXT})},
    }
)
DEFINITION = an_object({"service_code": TEXT, "attributes": {"type": "array", "items": ATTRIBUTE}})
REQUEST = an_object(
    {
        "service_request_id": TEXT,
        "status": {"enum": ["open", "closed"]},
        "status_notes": PERHAPS,
        "service_name": TEXT,
        "service_code": TEXT,
        "description": PERHAPS,
        "agency_responsible": PERHAPS,
        "service_notice": PERHAPS,
        "requested_datetime": MOMENT,
        "updated_datetime": MOMENT,
        "expected_datetime": MOMENT,
        "address": PERHAPS,
        "address_id": PERHAPS,
        "zipcode": PERHAPS,
        "lat": DEGREES,
        "long": DEGREES,
        "media_url": PERHAPS,
    }
)
FILED = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "properties": {
            "service_request_id": TEXT,
            "token": TEXT,
            "service_notice": PERHAPS,
            "account_id": PERHAPS,
        },
        "oneOf": [{"required": ["service_request_id"]}, {"required": ["token"]}],
        "additionalProperties": False,
    },
}
ERRORS = {
    "type": "array",
    "minItems": 1,
    "items": an_object({"code": {"type": "integer"}, "description": TEXT}),
}


def get(what: str, **arguments):
    answer = Client().get(f"{BASE}{what}", arguments)
    return answer.status_code, answer.json()


@pytest.fixture
def key() -> str:
    return services.issue_key("随手拍")[1]


def post(key: str, reference: str = "", form: str = "json", **given):
    known = {
        "service_code": "0805",
        "lat": "30.251",
        "long": "120.165",
        "address_string": "松风路20号",
        "description": "松风路的井盖不见了，晚上很危险。",
        "api_key": key,
    }
    said = {name: value for name, value in {**known, **given}.items() if value is not None}
    return Client().post(
        f"{BASE}requests.{form}", said, headers={"Idempotency-Key": reference} if reference else {}
    )


def an_order(**facts) -> HotlineOrder:
    return at.an_order(**{"status": OrderStatus.HANDLING, "category": "0805", "host": "chengguan", **facts})


# H-185


def test_h_185_every_category_is_a_service():
    status, found = get("services.json")
    jsonschema.validate(found, {"type": "array", "minItems": 74, "maxItems": 74, "items": SERVICE})
    assert status == 200
    row = next(one for one in found if one["service_code"] == "0805")
    assert (row["group"], row["type"], row["metadata"]) == ("城市管理与生态环境", "realtime", True)
    assert "井盖" in row["keywords"].split(",")


def test_h_185_metadata_is_told_where_there_is_a_definition():
    for service in get("services.json")[1]:
        definition = get(f"services/{service['service_code']}.json")[1]
        jsonschema.validate(definition, DEFINITION)
        assert bool(definition["attributes"]) is service["metadata"]


def test_the_discovery_document_says_where_and_how():
    found = get("discovery.json")[1]
    endpoint = found["endpoints"][0]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"].endswith("/open311/v2")
    assert set(endpoint["formats"]) == {"application/json", "text/xml"}


@pytest.mark.parametrize(("code", "status"), [("990100", 200), ("", 200), ("nowhere", 404)])
def test_there_is_one_jurisdiction(code, status):
    assert get("services.json", jurisdiction_id=code)[0] == status


# POST


def test_a_client_files_and_reads_what_it_filed(key):
    answer = post(
        key, attribute=None, **{"attribute[order_type]": "complaint", "attribute[landmark]": "小学旁"}
    )
    assert answer.status_code == 201, answer.content.decode()
    jsonschema.validate(answer.json(), FILED)
    number = answer.json()[0]["service_request_id"]
    order = HotlineOrder.objects.get(order_no=number)
    assert (order.channel, order.category_l2, order.order_type) == ("open311", "0805", OrderType.COMPLAINT)
    assert "小学旁" in order.location_text
    status, found = get(f"requests/{number}.json")
    jsonschema.validate(found, {"type": "array", "minItems": 1, "maxItems": 1, "items": REQUEST})
    assert status == 200
    assert found[0]["status"] == "open"
    token = FiledByClient.objects.get().token
    assert get(f"tokens/{token}.json")[1] == [{"service_request_id": number, "token": str(token)}]


def test_h_11_the_same_reference_of_a_client_is_one_order(key):
    first, again = post(key, "ref-1"), post(key, "ref-1")
    assert first.json() == again.json()
    assert HotlineOrder.objects.count() == 1
    other = services.issue_key("另一个应用")[1]
    post(other, "ref-1", description="同一路段的路灯也不亮了，请一起看看。")
    assert HotlineOrder.objects.count() == 2


def test_what_a_secret_order_is_filed_under_is_a_token_that_never_tells(key):
    answer = post(key, **{"attribute[order_type]": "report"})
    jsonschema.validate(answer.json(), FILED)
    token = answer.json()[0]["token"]
    assert HotlineOrder.objects.get().confidential == Confidentiality.SECRET
    assert get(f"tokens/{token}.json")[1] == [{"service_request_id": "", "token": token}]


def test_h_146_what_is_not_for_the_public_is_filed_under_a_token(key):
    answer = post(key, service_code="1204", description="化工厂违规作业，存放危化品没有任何防护。")
    assert set(answer.json()[0]) == {"token", "service_notice", "account_id"}


@pytest.mark.parametrize("wrong", ["", "nonsense"])
def test_h_186_without_a_good_key_nothing_is_filed(wrong):
    answer = post(wrong)
    assert answer.status_code == 403
    jsonschema.validate(answer.json(), ERRORS)
    assert not HotlineOrder.objects.exists()


def test_h_186_a_revoked_or_expired_key_opens_nothing(key):
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert post(key).status_code == 403
    ApiKey.objects.update(expires_at=None)
    services.revoke_key("随手拍")
    assert post(key).status_code == 403


def test_h_145_a_key_is_kept_as_a_hash(key):
    assert key not in str(ApiKey.objects.values().get())


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"service_code": None}, 400),
        ({"service_code": "9999"}, 404),
        ({"lat": None, "long": None, "address_string": None}, 400),
        ({"lat": None}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "91"}, 400),
        ({"lat": "nan"}, 400),
        ({"description": None}, 400),
        ({"description": "长" * 4001}, 400),
        ({"media_url": "javascript:alert(1)"}, 400),
        ({"attribute[order_type]": "poem"}, 400),
        ({"attribute[colour]": "red"}, 400),
        ({"attribute[occurred_at]": "昨天"}, 400),
        ({"jurisdiction_id": "nowhere"}, 404),
    ],
)
def test_h_186_what_is_wrong_is_an_array_in_the_format_asked_for(key, given, status):
    answer = post(key, **given)
    assert answer.status_code == status, answer.content.decode()
    jsonschema.validate(answer.json(), ERRORS)
    written = post(key, form="xml", **given)
    root = ET.fromstring(written.content)
    assert (written.status_code, root.tag, root[0].tag) == (status, "errors", "error")
    assert root[0].findtext("code") == str(status)
    assert root[0].findtext("description")


# GET requests


@pytest.mark.parametrize(
    "status", [one for one in OrderStatus if one not in {"registered", "invalid", "emergency_transferred"}]
)
def test_h_187_every_state_is_open_or_closed_in_public_words(status):
    order = an_order(status=status)
    found = get(f"requests/{order.order_no}.json")[1][0]
    ended = {"archived", "withdrawn", "merged", "guided_elsewhere", "direct_answered", "callback"}
    assert found["status"] == ("closed" if status in ended else "open")
    assert found["status_notes"] == order.public_word


def test_h_187_secret_orders_are_not_there():
    order = an_order(confidential=Confidentiality.SECRET)
    assert get(f"requests/{order.order_no}.json")[0] == 404
    assert get("requests.json", service_request_id=order.order_no)[1] == []
    assert get("requests.json")[1] == []


def test_h_187_nothing_personal_appears(key):
    order = an_order(
        contact_name="王小二",
        phone="13800001234",
        text="我是王小二，电话13800001234，住3号楼2单元501室",
        redacted="我是***，电话***，住3号楼2单元501室",
        title="井盖不见了",
        location_text="听松里3号楼2单元501室门口",
        longitude="120.165432",
        latitude="30.251987",
    )
    answer = Client().get(f"{BASE}requests/{order.order_no}.json")
    found = answer.json()[0]
    assert found["description"] == "井盖不见了"
    for personal in ("王小二", "13800001234", "501"):
        assert personal not in answer.content.decode()
    assert (found["lat"], found["long"]) == (30.252, 120.165)


@pytest.mark.parametrize(
    "facts", [{"category": "1001"}, {"sensitive": True}, {"status": OrderStatus.REGISTERED}]
)
def test_h_146_what_is_nobody_s_business_or_not_taken_up_is_not_listed(facts):
    an_order(**facts)
    assert get("requests.json")[1] == []


def test_h_188_more_than_ninety_days_is_refused():
    now = timezone.now()
    asked = {"start_date": (now - timedelta(days=91)).isoformat(), "end_date": now.isoformat()}
    status, found = get("requests.json", **asked)
    assert status == 400
    jsonschema.validate(found, ERRORS)
    asked["start_date"] = (now - timedelta(days=90)).isoformat()
    assert get("requests.json", **asked)[0] == 200


def test_h_188_without_dates_the_last_ninety_days_and_a_thousand_rows(monkeypatch):
    now = timezone.now()
    old = an_order(at=now - timedelta(days=91))
    recent = [an_order(at=now - timedelta(days=day)) for day in (3, 2, 1)]
    numbers = [one["service_request_id"] for one in get("requests.json")[1]]
    assert numbers == [one.order_no for one in reversed(recent)]
    assert (
        get("requests.json", service_request_id=f"{old.order_no},{recent[0].order_no}")[1][1][
            "service_request_id"
        ]
        == old.order_no
    )
    monkeypatch.setattr("hotline.selectors.open311.MOST_REQUESTS", 2)
    assert len(get("requests.json")[1]) == 2


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"service_code": "0805"}, 2),
        ({"service_code": "0805,0703"}, 3),
        ({"status": "closed"}, 1),
        ({"status": "open"}, 2),
        ({"status": "open,closed"}, 3),
        ({"service_code": "0703", "status": "closed"}, 0),
        ({"service_code": "9999"}, 0),
    ],
)
def test_requests_are_filtered(asked, count):
    an_order()
    an_order(status=OrderStatus.CALLBACK)
    an_order(category="0703")
    assert len(get("requests.json", **asked)[1]) == count


@pytest.mark.parametrize(
    ("what", "asked", "status"),
    [
        ("requests.json", {"status": "lost"}, 400),
        ("requests.json", {"start_date": "yesterday"}, 400),
        ("requests.json", {"start_date": "2026-03-02", "end_date": "2026-03-01"}, 400),
        ("requests/HL0.json", {}, 404),
        ("services/9999.json", {}, 404),
        ("tokens/00000000-0000-4000-8000-000000000000.json", {}, 404),
        ("tokens/x.json", {}, 404),
        ("services.yaml", {}, 404),
    ],
)
def test_h_186_errors_are_arrays(what, asked, status):
    answered, found = get(what, **asked)
    assert answered == status
    jsonschema.validate(found, ERRORS)


def test_listing_costs_three_statements_whatever_the_number(statements):
    for _row in range(12):
        an_order()
    get("requests.json")
    with statements(at_most=3):
        assert len(get("requests.json")[1]) == 12


# XML


def parsed(what: str) -> ET.Element:
    answer = Client().get(f"{BASE}{what}")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    return ET.fromstring(answer.content)


def test_the_same_in_xml():
    order = an_order(title="井盖\x0b不见了 <急>")
    services_ = parsed("services.xml")
    assert (services_.tag, {one.tag for one in services_}, len(services_)) == ("services", {"service"}, 74)
    assert {field.tag for field in services_[0]} == set(SERVICE["required"])
    assert {one.findtext("metadata") for one in services_} == {"true", "false"}
    definition = parsed("services/0805.xml")
    assert definition.find("attributes/attribute/values/value/key") is not None
    request = parsed(f"requests/{order.order_no}.xml")
    assert (request.tag, request[0].tag) == ("service_requests", "request")
    assert {field.tag for field in request[0]} == set(REQUEST["required"])
    assert request[0].findtext("description") == "井盖不见了 <急>"
    assert parsed("discovery.xml").find("endpoints/endpoint/formats/format") is not None


def test_a_post_in_xml_is_answered_in_xml(key):
    root = ET.fromstring(post(key, form="xml").content)
    assert (root.tag, root[0].tag) == ("service_requests", "request")
    assert root[0].findtext("service_request_id", "").startswith("HL")


def test_a_key_is_issued_and_revoked_on_the_command_line(capsys):
    call_command("issue_open311_key", "随手拍", contact="0990-5551234")
    key = capsys.readouterr().out.strip()
    assert post(key).status_code == 201
    call_command("issue_open311_key", "随手拍", revoke=True)
    assert post(key).status_code == 403
    with pytest.raises(CommandError, match="没有名为"):
        call_command("issue_open311_key", "随手拍", revoke=True)
