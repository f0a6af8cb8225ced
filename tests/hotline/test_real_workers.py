"""Orders through the door to real workers: one is killed, the broker forgets everything, and nothing is lost or done twice."""

import time
from datetime import timedelta

import pytest
from celery import current_app
from django.db.models import Count
from django.utils import timezone

from events.models import EventRecord
from hotline.events import OrderDispatched, OrderRegistered
from hotline.models import Assignment, HotlineOrder
from hotline.states import AssignmentRole, OrderStatus
from tests.conftest import forget_redis
from tests.factories import identity as people

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("committed")]

ORDERS = 60
#: So long the broker keeps an unacknowledged message for its worker (tests.conftest).
LET_GO = 4


def said(number: int) -> dict:
    return {
        "channel": "web",
        "source_ref": f"load-{number}",
        "order_type": "help",
        "text": f"第{number}号路灯不亮，路灯杆旁的井盖也松了，窨井很危险。",
        "location": {"text": f"松风路{number}号"},
        "region": "990103001",
    }


def until(count: int, seconds: int = 240) -> None:
    """Wait for so many dispatched orders, sweeping meanwhile as beat does."""
    deadline = time.monotonic() + seconds
    while HotlineOrder.objects.filter(status=OrderStatus.DISPATCHED).count() < count:
        assert time.monotonic() < deadline, "the workers never came to it"
        current_app.send_task("events.tasks.deliver", expires=3)
        current_app.send_task("hotline.tasks.sweep_undispatched", expires=3)
        time.sleep(0.5)


def test_h_193_h_89_h_192_no_order_is_lost_or_dispatched_twice_whatever_dies(start_worker):
    citizen = people.api(people.an_account("load", people.a_person("李明")))
    for number in range(ORDERS):
        assert citizen.post("/api/v1/hotline/orders/", said(number)).status_code == 201
        assert citizen.post("/api/v1/hotline/orders/", said(number)).status_code == 200
    worker = start_worker("default", "hotline")
    until(ORDERS // 6)
    worker.kill()
    worker.wait()
    forget_redis()
    waiting = HotlineOrder.objects.filter(status=OrderStatus.ACCEPTED)
    assert waiting.exists()
    waiting.update(state_since=timezone.now() - timedelta(minutes=2))
    time.sleep(LET_GO)
    for _worker in range(2):
        start_worker("default", "hotline")
    until(ORDERS)
    hosts = (
        Assignment.objects.filter(role=AssignmentRole.HOST).values("hotline_order").annotate(n=Count("id"))
    )
    assert {row["n"] for row in hosts} == {1}
    assert len(hosts) == HotlineOrder.objects.count() == ORDERS
    for fact in (OrderRegistered, OrderDispatched):
        told = EventRecord.objects.of(fact).values("subject").annotate(n=Count("id"))
        assert (len(told), {row["n"] for row in told}) == (ORDERS, {1})
