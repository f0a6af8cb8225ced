"""The desks: queues with counts, one order with the verbs of whoever looks, what was typed is never lost."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline.models import Call, HotlineOrder, KeptWords
from hotline.selectors.queues import queues_for, tabs_for
from hotline.states import OrderStatus as S
from identity.roles import Role
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    """One at each desk of the centre, and 城管."""
    desks = {
        role: at.desk(role)
        for role in (Role.CALL_AGENT, Role.DISPATCHER, Role.CALLBACK_OFFICER, Role.HOTLINE_HEAD)
    }
    return desks | {"chengguan": cast.reviewer("chengguan"), "gongan": cast.reviewer("gongan"), "li": cast.li}


def browser(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def page(account, name: str, *args, **query) -> str:
    answer = browser(account).get(reverse(f"hotline:{name}", args=args), query)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def waiting(status: S, **facts) -> HotlineOrder:
    """An order in this state, with a due."""
    return at.an_order(status, state_due_at=timezone.now(), **facts)


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        (Role.CALL_AGENT, {"registered", "enterprise"}),
        (Role.CALLBACK_OFFICER, {"calling_back"}),
        ("chengguan", {"to_sign", "handling", "assisting", "shelved"}),
        ("li", set()),
    ],
)
def test_each_post_has_its_own_queues(people, who, keys):
    assert {one.key for one in queues_for(people[who])} == keys


def test_the_counts_of_all_queues_cost_one_statement(people, statements):
    waiting(S.ACCEPTED)
    account = people[Role.DISPATCHER]
    tabs_for(account)
    with statements(at_most=1):
        tabs = tabs_for(account)
    assert {tab.queue.key: tab.count for tab in tabs}["dispatching"] == 1


def test_a_queue_page_costs_the_same_however_long_it_is(people, statements):
    for _one in range(4):
        waiting(S.HANDLING)
    client = browser(people["chengguan"])
    client.get(reverse("hotline:inbox"))
    with statements(at_most=9):
        client.get(reverse("hotline:inbox"), {"queue": "handling"})


def test_a_department_sees_its_own_orders_only(people):
    order = waiting(S.HANDLING)
    assert order.order_no in page(people["chengguan"], "inbox", queue="handling")
    assert order.order_no not in page(people["gongan"], "inbox", queue="handling")
    answer = browser(people["gongan"]).get(reverse("hotline:one", args=[order.order_no]))
    assert answer.status_code == 404


def test_a_citizen_does_not_come_to_the_desk(people):
    assert browser(people["li"]).get(reverse("hotline:inbox")).status_code == 403


def test_h_140_a_department_reads_masked_names_and_never_a_number(people):
    order = waiting(S.HANDLING)
    told = page(people["chengguan"], "one", order.order_no)
    assert "王**" in told
    assert order.phone not in told
    assert order.contact_name not in told


def test_h_140_of_a_secret_order_a_department_reads_an_alias(people):
    order = waiting(S.HANDLING, confidential="secret", alias="举报人-8F3A")
    told = page(people["chengguan"], "one", order.order_no)
    assert "举报人-8F3A" in told
    assert "王" not in told.split("举报人-8F3A")[0].split("诉求人")[-1]
    assert order.masked_phone not in told


@pytest.mark.parametrize(
    ("status", "who", "verb"),
    [
        (S.REGISTERED, Role.CALL_AGENT, "accept"),
        (S.ACCEPTED, Role.DISPATCHER, "dispatch"),
        (S.DISPATCHED, "chengguan", "sign_for"),
        (S.HANDLING, "chengguan", "submit_result"),
        (S.CLOSE_REVIEW, Role.DISPATCHER, "approve_result"),
        (S.CALLBACK, Role.CALLBACK_OFFICER, "answer_survey"),
        (S.RETURN_REVIEW, Role.DISPATCHER, "reject_return"),
        (S.DISPUTED, Role.HOTLINE_HEAD, "rule_to"),
        (S.DISPUTED, Role.HOTLINE_HEAD, "rule_keep"),
    ],
)
def test_whose_move_it_is_finds_the_verb_on_the_page(people, status, who, verb):
    order = waiting(status)
    assert f"/{order.order_no}/{verb}/" in page(people[who], "one", order.order_no)


def test_whose_move_it_is_not_finds_no_verb(people):
    order = waiting(S.CLOSE_REVIEW)
    assert "approve_result" not in page(people["chengguan"], "one", order.order_no)


def test_signing_moves_the_order_and_comes_back_to_it(people):
    order = waiting(S.DISPATCHED)
    answer = browser(people["chengguan"]).post(reverse("hotline:act", args=[order.order_no, "sign_for"]))
    assert answer.status_code == 302
    assert HotlineOrder.objects.get(pk=order.pk).status == S.HANDLING


def test_h_95_a_poor_result_comes_back_with_its_reasons_and_what_was_typed(people):
    order = waiting(S.HANDLING)
    answer = browser(people["chengguan"]).post(
        reverse("hotline:act", args=[order.order_no, "submit_result"]),
        {
            "submit_result-handle_result": "solved",
            "submit_result-measures": "已到现场",
            "submit_result-result_text": "已转相关部门处理",
        },
    )
    told = answer.content.decode()
    assert answer.status_code in {400, 422}
    assert "已转相关部门处理" in told
    assert HotlineOrder.objects.get(pk=order.pk).status == S.HANDLING


def test_what_was_typed_is_there_again_when_the_browser_was_closed(people):
    order, client = waiting(S.HANDLING), browser(people["chengguan"])
    kept_at = reverse("hotline:keep", args=[f"{order.order_no}/submit_result"])
    assert client.post(kept_at, {"submit_result-measures": "已派三人到现场"}).status_code == 204
    assert "已派三人到现场" in page(people["chengguan"], "one", order.order_no)
    assert "已派三人到现场" not in KeptWords.objects.get().content or KeptWords.objects.count() == 1


def test_kept_words_are_the_writers_own(people, cast):
    order = waiting(S.HANDLING)
    kept_at = reverse("hotline:keep", args=[f"{order.order_no}/submit_result"])
    browser(people["chengguan"]).post(kept_at, {"submit_result-measures": "只有我看得到"})
    assert "只有我看得到" not in page(cast.rep("chengguan"), "one", order.order_no)


def test_h_06_opening_an_order_with_a_name_on_it_is_written_down(people):
    order = waiting(S.CALLBACK)
    page(people[Role.CALLBACK_OFFICER], "one", order.order_no)
    told = page(people[Role.HOTLINE_HEAD], "one", order.order_no)
    assert "查看个人信息" in told


def test_the_pop_up_knows_the_last_orders_of_the_number(people):
    earlier = at.an_order(S.ARCHIVED, phone="19900005555")
    Call.objects.create(call_ref="c-1", started_at=timezone.now(), seconds_rung=4, phone="19900005555")
    told = page(people[Role.CALL_AGENT], "intake", call="c-1")
    assert earlier.order_no in told
    assert "19900005555" in told


def intake_form(client, **facts) -> dict:
    """The agent's form as the page gives it."""
    return {
        "form_id": "6b9f2f6e-4a55-4d43-9d8e-0d6f6d0f0a01",
        "order_type": "complaint",
        "text": "听松社区门口每天晚上有人占道停车，救护车都进不去，请管一管。",
        "location_text": "听松社区门口",
        "contact_name": "王小二",
        "phone": "19900006666",
        "asked_when": "on",
        "element_who": "居民",
        "element_where": "听松社区门口",
        "element_what": "占道停车",
        "element_wanted": "请清理",
        **facts,
    }


def test_h_11_an_agent_who_sends_the_form_twice_makes_one_order(people):
    client = browser(people[Role.CALL_AGENT])
    for _twice in range(2):
        answer = client.post(reverse("hotline:intake"), intake_form(client))
        assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert HotlineOrder.objects.count() == 1
    assert HotlineOrder.objects.get().elements["when"] == {"value": None, "asked": True}


def test_while_one_types_the_page_says_what_it_may_be(people):
    client, address = browser(people[Role.CALL_AGENT]), reverse("hotline:intake_similar")
    told = client.post(address, {"text": "小区里占道停车乱停车没人管"})
    assert "停车管理与收费" in told.content.decode()
    assert client.get(address, {"text": "小区里占道停车"}).status_code == 405
