"""Machines ask for figures and for what is alike; each is told what they may know."""

import pytest

from hotline.states import OrderStatus
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories import identity as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(cast):
    return people.api(at.desk(Role.HOTLINE_HEAD))


def test_metrics_come_with_numerator_and_denominator(head):
    at.an_order(OrderStatus.HANDLING)
    told = head.get("/api/v1/hotline/metrics/").json()
    assert told["orders"] == 1
    assert {"code", "numerator", "denominator", "value"} <= set(told["metrics"][0])


def test_h_161_a_ranking_without_a_class_is_400(head):
    assert head.get("/api/v1/hotline/metrics/ranking/").status_code == 400
    assert head.get("/api/v1/hotline/metrics/ranking/?class=direct").status_code == 200


@pytest.mark.parametrize("query", ["from=yesterday", "from=2026-12-02&to=2026-12-01"])
def test_a_period_that_is_none_is_told_how_to_mend_it(head, query):
    answer = head.get(f"/api/v1/hotline/metrics/?{query}")
    assert answer.status_code == 400
    assert answer.json()["reasons"]


def test_a_citizen_is_told_neither_figures_nor_other_peoples_orders(cast):
    citizen = people.api(cast.li)
    assert citizen.get("/api/v1/hotline/metrics/").status_code == 403
    assert citizen.post("/api/v1/hotline/similar/", {"text": "乱停车"}).status_code == 403


def test_similar_answers_numbers_and_scores(head):
    assert head.post("/api/v1/hotline/similar/", {"text": "小区门口每天都有车乱停"}).json() == []
    assert head.post("/api/v1/hotline/similar/", {}).status_code == 400
