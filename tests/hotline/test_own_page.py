"""The complainant's own page: what it offers can be done, what it says has been reviewed, nothing typed is dropped."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from hotline import services
from hotline.models import FollowUp, HotlineOrder, PanelDecision, RetaliationReport
from hotline.selectors.own import own_acts
from hotline.states import CloseReason
from hotline.states import OrderStatus as S
from tests.factories import hotline as at
from tests.factories.identity import api as client_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DONE = "已在小区门口加装六个隔离桩，连续三天早晚巡查。"


@pytest.fixture
def li(cast) -> Client:
    client = Client()
    client.force_login(cast.li)
    return client


def of_li(cast, status: S, **facts) -> HotlineOrder:
    return at.an_order(status, person=cast.li.person, **facts)


def page(client: Client, order: HotlineOrder) -> str:
    return client.get(reverse("hotline:own", args=[order.order_no])).content.decode()


def does(client: Client, order: HotlineOrder, verb: str, **typed):
    given = {f"{verb}-{name}": value for name, value in typed.items()}
    return client.post(reverse("hotline:own_act", args=[order.order_no, verb]), given)


def archived(cast, reason: CloseReason, days: int = 1, **facts) -> HotlineOrder:
    then = timezone.now() - days * DAY
    return of_li(cast, S.ARCHIVED, close_reason=reason, archived_at=then, **facts)


# What is offered


@pytest.mark.parametrize(
    ("reason", "days", "facts", "offered"),
    [
        (CloseReason.NO_CONTACT, 1, {}, True),
        (CloseReason.NO_CONTACT, 16, {}, False),
        (CloseReason.NO_CONTACT, 1, {"reopened_at": timezone.now()}, False),
        (CloseReason.NO_CONTACT, 1, {"rework_no": 2}, False),
        (CloseReason.GOOD_REVIEW, 1, {}, False),
    ],
)
def test_t_33_reopening_is_offered_where_it_is_granted(cast, li, reason, days, facts, offered):
    order = archived(cast, reason, days, **facts)
    assert ("/reopen/" in page(li, order)) is offered
    assert (does(li, order, "reopen").status_code == 302) is offered


@pytest.mark.parametrize("hours", [1, 9])
def test_h_120_urging_is_offered_once_half_of_the_time_has_passed(cast, li, hours):
    now = timezone.now()
    order = of_li(
        cast, S.HANDLING, accepted_at=now - timedelta(hours=hours), public_due_at=now + timedelta(hours=3)
    )
    offered = hours > 3
    assert ("/urge/" in page(li, order)) is offered
    assert (does(li, order, "urge", text="请快一点").status_code == 302) is offered
    assert "/urge/" not in page(li, order)


def test_h_120_a_shelved_order_is_not_urged(cast):
    assert "urge" not in own_acts(of_li(cast, S.SHELVED), timezone.now())


def test_h_111_whoever_has_answered_is_not_asked_again(cast, li):
    order = of_li(cast, S.CALLBACK, survey_level=2, callback_at=timezone.now())
    assert "/survey/" not in page(li, order)


def test_h_134_without_a_telephone_nothing_is_withdrawn_here(cast):
    order = at.an_order(S.HANDLING, phone="", anonymous=True)
    assert "withdraw" not in own_acts(order, timezone.now())
    assert "withdraw" in own_acts(at.an_order(S.HANDLING), timezone.now())


def test_h_147_logged_in_as_somebody_else_one_may_still_say_it_with_the_code(cast):
    order, client = at.an_order(S.HANDLING), Client()
    client.force_login(cast.wang)
    client.post(reverse("hotline:track"), {"order_no": order.order_no, "code": order.query_code})
    assert does(client, order, "retaliation", text="他们上门威胁我").status_code == 302
    assert RetaliationReport.objects.get().hotline_order == order


# What is said


def test_why_it_is_not_solved_is_kept_with_the_order_that_is_opened_again(cast, li):
    order = of_li(cast, S.DIRECT_ANSWERED)
    assert does(li, order, "reopen", text="电话里说的办法没有用").status_code == 302
    order.refresh_from_db()
    assert order.status == S.ACCEPTED
    assert order.supplements.get().text == "电话里说的办法没有用"


def test_t_21_the_reply_is_read_once_it_has_been_reviewed(cast, li):
    told = {"result_text": DONE, "callback_at": timezone.now()}
    for status in (S.CLOSE_REVIEW, S.HANDLING):
        order = of_li(cast, status, answer="先前的答复", **told)
        assert DONE not in page(li, order)
        assert "先前的答复" in page(li, order)
        assert client_of(cast.li).get(f"/api/v1/hotline/orders/{order.order_no}/").json()["result"] is None
    assert DONE in page(li, of_li(cast, S.CALLBACK, **told))
    assert DONE in page(li, archived(cast, CloseReason.GOOD_REVIEW, **told))


# Our own business (H-74)


def test_h_74_the_api_tells_the_complainant_their_own_verbs_alone(cast):
    order = of_li(cast, S.RETURN_REVIEW)
    own = client_of(cast.li)
    address = f"/api/v1/hotline/orders/{order.order_no}/"
    assert own.get(address).json()["allowed"] == ["withdraw"]
    for answer in (
        own.post(f"{address}fly/"),
        own.post(f"{address}reopen/"),
        APIClient().post(f"{address}reopen/", {"query_code": order.query_code}),
    ):
        told = answer.json()
        assert answer.status_code == 409
        assert told["allowed"] == ["withdraw"]
        assert "退单" not in str(told)


def test_h_74_a_refusal_on_the_page_speaks_in_public_words(cast, li):
    order = of_li(cast, S.DISPUTED)
    told = does(li, order, "survey", responded="yes", solved="yes", level="5")
    assert told.status_code == 409
    assert "争议" not in told.content.decode()
    assert "转办中" in told.content.decode()


# Asked again, and asking again


def test_h_189_the_follow_up_question_is_answered_on_the_page(cast, li):
    order = archived(cast, CloseReason.GOOD_REVIEW, 28, handle_result="solved")
    assert "/follow_up/" not in page(li, order)
    FollowUp.objects.create(hotline_order=order, asked_at=timezone.now())
    assert "/follow_up/" in page(li, order)
    assert does(li, order, "follow_up", still_solved="no").status_code == 400
    assert does(li, order, "follow_up", still_solved="no", text="又开始乱停了，晚上更多").status_code == 302
    assert FollowUp.objects.get().reopened_as.prior_order_id == order.pk
    assert "/follow_up/" not in page(li, order)


def test_h_115_a_second_look_is_asked_for_on_the_page_once(cast, li, team):
    order = archived(cast, CloseReason.UNREASONABLE)
    PanelDecision.objects.create(
        hotline_order=order, is_unreasonable=True, reasons="诉求没有法律依据", by=team.manager,
        members=[team.manager.pk], at=timezone.now(),
    )  # fmt: skip
    told = page(li, order)
    assert "诉求没有法律依据" in told
    assert "/reconsider/" in told
    assert does(li, order, "reconsider").status_code == 302
    assert "/reconsider/" not in page(li, order)
    assert does(li, order, "reconsider").status_code == 409
    services.reconsider(order.pk, by=at.desk("hotline_head"), conclusion="维持原认定。")
    assert "维持原认定" in page(li, order)
