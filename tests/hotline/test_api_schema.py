"""The contract of the hotline, tried with whatever its own schema allows: nothing breaks."""

import json
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings

from hotline.models import HotlineOrder
from hotline.states import OrderStatus
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
TRIED = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)


def contract():
    raw = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True), default=str))
    schema = schemathesis.openapi.from_dict(raw)
    return schema.include(path_regex="/hotline/")


OPERATIONS = [found.ok() for found in contract().get_all_operations()]


def test_the_contract_names_every_door_of_the_hotline():
    assert {operation.label for operation in OPERATIONS} >= {
        "GET /api/v1/hotline/orders/",
        "POST /api/v1/hotline/orders/",
        "GET /api/v1/hotline/orders/{order_no}/",
        "POST /api/v1/hotline/orders/{order_no}/{verb}/",
        "POST /api/v1/hotline/classify/",
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_whatever_the_contract_allows_is_answered(operation):
    order = at.an_order(OrderStatus.HANDLING)
    head, stranger = client_of(at.desk(Role.HOTLINE_HEAD)), Client()

    @TRIED
    @given(operation.as_strategy())
    def tried(case):
        known = dict(case.path_parameters or {})
        if "order_no" in known and len(str(case.query or "")) % 2 == 0:
            known["order_no"] = order.order_no
        address = quote(case.path.format(**known))
        for caller in (head, stranger):
            answer = caller.generic(
                case.method,
                address,
                written(case),
                "application/json",
                QUERY_STRING=urlencode(dict(case.query or {}), doseq=True),
            )
            assert answer.status_code < 500, (case.method, address, answer.status_code)
            assert answer.headers["Content-Type"].startswith(("application/json", "text/html"))

    tried()
    assert HotlineOrder.objects.filter(pk=order.pk).exists()


def written(case) -> str:
    """The body, where there is one; what is no JSON is sent as nothing."""
    try:
        return json.dumps(case.body)
    except TypeError:
        return ""
