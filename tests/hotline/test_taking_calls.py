"""The agent's form: one call may hold several matters, each kept by its call, every number found again."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline.models import Call, HotlineOrder
from identity.roles import Role
from tests.factories import hotline as at
from tests.factories.identity import api
from tests.hotline.test_desk_pages import intake_form

pytestmark = pytest.mark.django_db
LAMP = "槐荫路的路灯坏了半个月，晚上很黑，老人不敢出门，请修一修。"


@pytest.fixture
def agent() -> Client:
    client = Client()
    client.force_login(at.desk(Role.CALL_AGENT))
    return client


@pytest.fixture
def call() -> Call:
    return Call.objects.create(call_ref="c-9", started_at=timezone.now(), seconds_rung=4, phone="19900005555")


def opened(agent, call) -> dict:
    """The form as the page of this call gives it."""
    form = agent.get(reverse("hotline:intake"), {"call": call.call_ref}).context["form"]
    hidden = {name: form[name].value() for name in ("form_id", "call_ref", "matter")}
    return intake_form(agent, **hidden, phone=form["phone"].value())


def test_h_58_one_call_holds_several_matters(agent, call):
    first = agent.post(reverse("hotline:intake"), opened(agent, call))
    second = agent.post(reverse("hotline:intake"), {**opened(agent, call), "text": LAMP})
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url != second.url
    assert set(HotlineOrder.objects.values_list("source_ref", flat=True)) == {"c-9", "c-9#2"}
    told = agent.get(reverse("hotline:intake"), {"call": "c-9"}).content.decode()
    assert "这通来电已经登记" in told


def test_h_11_a_matter_of_a_call_sent_twice_is_one_order(agent, call):
    given = opened(agent, call)
    assert [agent.post(reverse("hotline:intake"), given).status_code for _twice in range(2)] == [302, 302]
    assert HotlineOrder.objects.count() == 1


def test_h_58_other_words_in_the_form_of_a_matter_that_is_taken_down_are_not_dropped_unseen(agent, call):
    given = opened(agent, call)
    agent.post(reverse("hotline:intake"), given)
    again = agent.post(reverse("hotline:intake"), {**given, "text": LAMP})
    assert again.status_code == 409
    told = again.content.decode()
    assert HotlineOrder.objects.get().order_no in told
    assert LAMP in told


def test_what_was_typed_in_one_call_is_not_in_the_next(agent, call):
    kept_at = reverse("hotline:keep", args=["intake:c-9"])
    assert agent.post(kept_at, {"text": LAMP, "call_ref": "c-9"}).status_code == 204
    assert kept_at in agent.get(reverse("hotline:intake"), {"call": "c-9"}).content.decode()
    assert LAMP in agent.get(reverse("hotline:intake"), {"call": "c-9"}).content.decode()
    assert LAMP not in agent.get(reverse("hotline:intake"), {"call": "c-10"}).content.decode()
    assert LAMP not in agent.get(reverse("hotline:intake")).content.decode()


@pytest.mark.parametrize("call_ref", ["a\nb", "x" * 90, "a/b c"])
def test_any_name_of_a_call_opens_the_page(agent, call_ref):
    assert agent.get(reverse("hotline:intake"), {"call": call_ref}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0451-8765 4321", "045187654321"),
        ("(010) 65432100", "01065432100"),
        ("87654321", "87654321"),
    ],
)
def test_a_number_is_kept_as_digits_and_found_again(agent, typed, kept):
    assert agent.post(reverse("hotline:intake"), intake_form(agent, phone=typed)).status_code == 302
    assert HotlineOrder.objects.get().phone == kept


def test_a_number_by_the_api_is_the_same_number(cast):
    said = {
        "channel": "web",
        "order_type": "complaint",
        "text": LAMP,
        "contact": {"phone": "+86 138-0013-8000"},
    }
    assert api(cast.li).post("/api/v1/hotline/orders/", said, format="json").status_code == 201
    assert HotlineOrder.objects.get().phone == "13800138000"


@pytest.mark.parametrize("typed", ["1380013800", "不肯说", "12800138000", "5"])
def test_a_number_that_is_none_is_told_how_to_mend_it(agent, typed):
    told = agent.post(reverse("hotline:intake"), intake_form(agent, phone=typed))
    assert told.status_code == 422
    assert "11 位手机号码" in told.content.decode()
    assert not HotlineOrder.objects.exists()
