"""POST /api/v1/hotline/classify/: for staff; it answers as in api.md and changes nothing."""

import pytest
from django.test import Client

from hotline.models import HotlineOrder
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories import identity as people

pytestmark = pytest.mark.django_db
CLASSIFY = "/api/v1/hotline/classify/"


@pytest.fixture
def zhou():
    client = Client()
    client.force_login(at.desk(Role.CALL_AGENT, "zhou"))
    return client


def asked(client, **body):
    return client.post(CLASSIFY, body, content_type="application/json")


def test_h_55_an_agent_is_answered_the_category_the_best_three_and_the_urgency(zhou):
    said = asked(zhou, title="", text="物业把消防通道改成停车场收停车费").json()
    assert said["category"] == "0703"
    assert said["confidence"] == pytest.approx(0.6)
    assert [(one["code"], one["score"]) for one in said["candidates"]] == [("0703", 6), ("1203", 4)]
    assert said["candidates"][0]["name"] == "停车管理与收费"
    assert said["urgency"] == "normal"


def test_h_56_beyond_the_contract_it_says_who_decides_by_which_version_and_words(zhou):
    said = asked(zhou, text="井盖丢失路灯不亮").json()
    assert said["automatic"] is True
    assert said["version"].startswith("keywords ")
    assert said["candidates"][0]["words"] == {"井盖": 2, "路灯不亮": 4}
    (label,) = said["labels"]
    assert (label["label_set"], label["name"]) == ("letter_box", "城乡建设")


def test_h_59_h_61_bundle_and_danger_are_told(zhou):
    said = asked(zhou, text="开办餐饮店一件事办到一半，店里漏气").json()
    assert (said["category"], said["bundle"]) == ("0105", "restaurant-opening")
    assert asked(zhou, text="厨房着火").json()["urgency"] == "emergency"


def test_h_56_words_nobody_understands_are_unknown_and_no_error(zhou):
    said = asked(zhou, text="你们到底管不管").json()
    assert (said["category"], said["confidence"], said["candidates"]) == ("0000", 0, [])


def test_asking_changes_nothing(zhou, django_assert_num_queries):
    asked(zhou, text="停水两天")
    assert not HotlineOrder.objects.exists()


def test_nothing_said_is_refused(zhou):
    answer = asked(zhou, title=" ", text="")
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"text": ["请写明诉求内容"]}


def test_a_citizen_may_not_and_a_stranger_is_not_known():
    citizen = Client()
    citizen.force_login(people.an_account("passerby"))
    assert asked(citizen, text="停水").status_code == 403
    assert asked(Client(), text="停水").status_code == 401
