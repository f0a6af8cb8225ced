"""Two at once, with real connections and a real worker: one order, one assignment, one message (H-11, H-12, H-89)."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from common.errors import DomainError
from events.models import EventRecord
from hotline import services, tasks
from hotline.models import Assignment, CallBackTask, HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope
from hotline.services import CallRecord
from hotline.states import AssignmentRole, Channel, OrderStatus, OrderType
from identity.models import Region
from identity.roles import Role
from notifications.models import Message
from tests.factories import hotline as at
from tests.factories import identity as people
from tests.factories.events import tell_everybody

pytestmark = pytest.mark.usefixtures("committed")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Every act on a connection of its own, begun at the same moment; a refusal is its result."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def said(**facts) -> IntakeEnvelope:
    known = {
        "channel": Channel.WEB,
        "text": "小区停车场乱收停车费，物业说车位不够",
        "phone": "19900010001",
        "order_type": OrderType.COMPLAINT,
        "location_text": "桥头街道",
    }
    return IntakeEnvelope(**{**known, **facts})


@pytest.mark.parametrize("facts", [{"source_ref": "form-1"}, {}], ids=["H-11", "H-12"])
def test_h_11_h_12_the_same_delivery_on_two_connections_is_one_order(facts):
    orders = at_once(*[lambda: services.register(said(**facts), by=None)] * 4)
    assert len({one.order_no for one in orders}) == 1
    assert HotlineOrder.objects.count() == 1
    assert EventRecord.objects.filter(name="hotline.OrderRegistered").count() == 1


def accepted() -> HotlineOrder:
    street = Region.objects.get(code="990102001")
    return at.an_order(OrderStatus.ACCEPTED, class_conf=0.9, region=street)


def test_h_89_two_workers_with_the_same_message_make_one_assignment_and_one_notice():
    officer = people.cast().reviewer("chengguan")
    order = accepted()
    at_once(*[lambda: tasks.dispatch(order.pk)] * 2)
    tell_everybody()
    assert Assignment.objects.filter(hotline_order=order, role=AssignmentRole.HOST).count() == 1
    assert EventRecord.objects.filter(name="hotline.OrderDispatched").count() == 1
    assert Message.objects.filter(person=officer.person, template="hotline_dispatched").count() == 1


def test_h_89_a_dispatcher_and_the_machine_at_once_give_it_one_host():
    order, dispatcher = accepted(), at.desk(Role.DISPATCHER)
    at_once(
        lambda: services.dispatch(order.pk, by=None),
        lambda: services.dispatch(order.pk, by=dispatcher, host="jiaoguan"),
    )
    assert Assignment.objects.filter(hotline_order=order, role=AssignmentRole.HOST).count() == 1


def test_h_16_missed_calls_at_once_are_one_task(clock):
    began = clock.set("2026-11-23 10:00")
    calls = [
        CallRecord(call_ref=f"c{n}", started_at=began, seconds_rung=20, phone="19900010001") for n in range(3)
    ]
    at_once(*[lambda one=one: services.record_call(one) for one in calls])
    assert CallBackTask.objects.get().missed == 3


@pytest.mark.slow
def test_h_89_an_accepted_order_reaches_its_desk_by_a_real_worker(start_worker):
    """Registered, accepted, dispatched: nobody touches it, and the message sent twice changes nothing."""
    officer = people.cast().reviewer("chengguan")
    start_worker("hotline", "default", "notifications")
    order = services.register(said(source_ref="form-1"), by=None)
    tasks.dispatch.delay(order.pk)
    tasks.dispatch.delay(order.pk)
    deadline = time.monotonic() + 180
    while not Message.objects.filter(person=officer.person, template="hotline_dispatched").exists():
        assert time.monotonic() < deadline, "the worker never came to it"
        tell_everybody()
        time.sleep(1)
    order.refresh_from_db()
    assert (order.status, order.host.code) == (OrderStatus.DISPATCHED, "chengguan")
    assert Assignment.objects.filter(hotline_order=order, role=AssignmentRole.HOST).count() == 1
    assert Message.objects.filter(template="hotline_accepted").count() == 1
