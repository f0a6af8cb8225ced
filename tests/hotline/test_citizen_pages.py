"""A citizen says it once, follows it in plain words, and judges it; with a login, or with number and code."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotline.models import HotlineOrder
from hotline.states import OrderStatus as S
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db
SAID = "云麓区听松社区门口每天晚上有人占道停车，救护车都进不去，请管一管。"


def form(**facts) -> dict:
    return {
        "form_id": "6b9f2f6e-4a55-4d43-9d8e-0d6f6d0f0b01",
        "order_type": "complaint",
        "text": SAID,
        "contact_name": "王小二",
        "phone": "199 0000 7777",
        **facts,
    }


def send(client: Client, **facts):
    return client.post(reverse("hotline:new"), form(**facts))


def test_somebody_without_an_account_says_it_and_gets_number_and_code():
    client = Client()
    answer = client.post(reverse("hotline:new"), form(), follow=True)
    order = HotlineOrder.objects.get()
    told = answer.content.decode()
    assert order.order_no in told
    assert order.query_code in told
    assert order.phone == "19900007777"


def test_h_11_a_double_click_makes_one_order():
    client = Client()
    assert send(client).url == send(client).url
    assert HotlineOrder.objects.count() == 1


def test_h_33_anonymous_needs_no_telephone():
    answer = send(Client(), anonymous="on", phone="", contact_name="")
    assert answer.status_code == 302
    assert HotlineOrder.objects.get().anonymous


def test_without_telephone_and_not_anonymous_one_is_told_how_to_mend_it():
    answer = send(Client(), phone="")
    assert answer.status_code == 422
    assert "请留一个手机号码，或者选择匿名提交" in answer.content.decode()
    assert SAID in answer.content.decode()


def test_neither_number_nor_code_stands_in_an_address_and_a_stranger_sees_nothing():
    client = Client()
    address = send(client).url
    order = HotlineOrder.objects.get()
    assert order.query_code not in address
    assert Client().get(address).status_code == 404


def test_number_and_code_open_it_anywhere():
    order, client = at.an_order(S.HANDLING), Client()
    answer = client.post(
        reverse("hotline:track"), {"order_no": order.order_no.lower(), "code": order.query_code}
    )
    assert answer.status_code == 302
    assert "办理中" in client.get(answer.url).content.decode()


def test_a_wrong_code_and_no_such_order_look_alike():
    order, address = at.an_order(S.HANDLING), reverse("hotline:track")
    wrong = "000000" if order.query_code != "000000" else "111111"
    one = Client().post(address, {"order_no": order.order_no, "code": wrong})
    other = Client().post(address, {"order_no": "HL2026010100000000", "code": wrong})
    assert one.status_code == other.status_code == 404


def test_whoever_guesses_codes_is_asked_to_wait():
    order, client = at.an_order(S.HANDLING), Client(REMOTE_ADDR="127.0.0.77")
    tries = [
        client.post(reverse("hotline:track"), {"order_no": order.order_no, "code": f"{n:06d}"}).status_code
        for n in range(12)
    ]
    assert tries[-1] == 429


def test_li_finds_her_own_orders_when_logged_in(cast):
    client = Client()
    client.force_login(cast.li)
    mine = at.an_order(S.HANDLING, person=cast.li.person)
    other = at.an_order(S.HANDLING)
    told = client.get(reverse("hotline:home")).content.decode()
    assert mine.order_no in told
    assert other.order_no not in told
    assert client.get(reverse("hotline:own", args=[other.order_no])).status_code == 404


@pytest.mark.parametrize("status", [S.RETURN_REVIEW, S.DISPUTED])
def test_h_74_returns_and_disputes_are_our_own_business(cast, status):
    client = Client()
    client.force_login(cast.li)
    order = at.an_order(status, person=cast.li.person)
    told = client.get(reverse("hotline:own", args=[order.order_no])).content.decode()
    assert "转办中" in told
    assert "退单" not in told
    assert "争议" not in told


def test_h_31_a_supplement_is_added_and_the_words_stay(cast):
    client = Client()
    client.force_login(cast.li)
    order = at.an_order(S.HANDLING, person=cast.li.person)
    address = reverse("hotline:own_act", args=[order.order_no, "supplement"])
    assert client.post(address, {"supplement-text": "今天又来了两辆"}).status_code == 302
    told = client.get(reverse("hotline:own", args=[order.order_no])).content.decode()
    assert "今天又来了两辆" in told
    assert HotlineOrder.objects.get(pk=order.pk).text == order.text


def test_h_111_h_112_the_citizen_judges_and_nothing_is_chosen_beforehand(cast):
    client = Client()
    client.force_login(cast.li)
    order = at.an_order(
        S.CALLBACK, person=cast.li.person, callback_at=timezone.now(), state_due_at=timezone.now(),
        handle_result="solved", result_text="已经处理完毕，车辆已经全部劝离，划了禁停线。",
    )  # fmt: skip
    told = client.get(reverse("hotline:own", args=[order.order_no])).content.decode()
    assert "checked" not in told.split("请您评价")[1].split("</form>")[0]
    address = reverse("hotline:own_act", args=[order.order_no, "survey"])
    given = {"survey-responded": "yes", "survey-solved": "yes", "survey-level": "5"}
    assert client.post(address, given).status_code == 302
    assert HotlineOrder.objects.get(pk=order.pk).survey_level == 5


def test_an_answer_left_out_is_asked_for_beside_its_question(cast):
    client = Client()
    client.force_login(cast.li)
    order = at.an_order(S.CALLBACK, person=cast.li.person, callback_at=timezone.now())
    address = reverse("hotline:own_act", args=[order.order_no, "survey"])
    assert client.post(address, {"survey-level": "5"}).status_code == 422


def test_h_147_the_department_never_sees_that_somebody_felt_threatened(cast):
    client = Client()
    client.force_login(cast.li)
    order = at.an_order(S.HANDLING, person=cast.li.person)
    address = reverse("hotline:own_act", args=[order.order_no, "retaliation"])
    assert client.post(address, {"retaliation-text": "他们上门威胁我"}).status_code == 302
    officer = Client()
    officer.force_login(cast.reviewer("chengguan"))
    told = officer.get(reverse("hotline:one", args=[order.order_no])).content.decode()
    assert "威胁" not in told
    assert "报复" not in told
