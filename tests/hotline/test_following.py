"""Four weeks later: is it still solved? (H-189)"""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import BadInput, NotFound, WrongState
from hotline import services
from hotline.models import FollowUp, HotlineOrder
from hotline.states import CloseReason, HandleResult, OrderStatus
from notifications.models import Message
from tests.factories import hotline as at

pytestmark = pytest.mark.django_db


def solved(days: int = 28, **facts) -> HotlineOrder:
    then = timezone.now() - timedelta(days=days)
    known = {
        "handle_result": HandleResult.SOLVED,
        "archived_at": then,
        "close_reason": CloseReason.GOOD_REVIEW,
    }
    return at.an_order(OrderStatus.ARCHIVED, **{**known, **facts})


def asked_of(*orders) -> int:
    return services.ask_whether_still_solved(timezone.localdate())


def test_h_189_a_tenth_of_what_was_solved_four_weeks_ago_is_asked_once(cast):
    for _row in range(21):
        solved(person=cast.li.person)
    solved(days=27)
    solved(handle_result=HandleResult.EXPLAINED)
    assert asked_of() == 3
    assert asked_of() == 0
    assert FollowUp.objects.count() == 3
    assert Message.objects.filter(template="hotline_follow_up", channel="in_site").count() == 3


@pytest.mark.parametrize("facts", [{"anonymous": True}, {"is_batch": True}])
def test_h_189_nobody_is_asked_who_cannot_answer_or_files_in_heaps(facts):
    solved(**facts)
    assert asked_of() == 0


def test_h_189_a_no_opens_an_order_that_names_the_first(cast):
    order = solved(person=cast.li.person)
    asked_of()
    answered = services.answer_follow_up(
        order.pk, by=cast.li, still_solved=False, text="车又堵在门口了，和以前一样。"
    )
    again = answered.reopened_as
    assert (again.prior_order, again.is_rebound, again.category_l2) == (order, True, order.category_l2)
    assert again.person == cast.li.person
    with pytest.raises(WrongState):
        services.answer_follow_up(order.pk, by=cast.li, still_solved=True)


def test_h_189_a_yes_opens_nothing_and_the_code_is_enough(cast):
    order = solved()
    asked_of()
    answered = services.answer_follow_up(order.pk, by=None, query_code=order.query_code, still_solved=True)
    assert (answered.still_solved, answered.reopened_as) == (True, None)
    assert HotlineOrder.objects.count() == 1


def test_h_189_what_was_not_asked_is_not_answered_and_a_no_says_what(cast):
    order = solved(person=cast.li.person)
    with pytest.raises(NotFound):
        services.answer_follow_up(order.pk, by=cast.li, still_solved=True)
    asked_of()
    with pytest.raises(BadInput):
        services.answer_follow_up(order.pk, by=cast.li, still_solved=False)
