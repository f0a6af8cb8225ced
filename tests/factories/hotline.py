"""Orders in any state, and the desks of the hotline."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from common.workdays import day_of
from hotline.models import Assignment, HotlineOrder
from hotline.selectors import current_tree
from hotline.states import HOSTED, OPEN, AssignmentRole, AssignmentState, Channel, OrderStatus, OrderType
from identity.models import Account, Department, Post
from identity.roles import Role
from matters.selectors import centre_calendar
from tests.factories import identity as people

_numbers = count(1)
#: Some department has held it before.
WAS_HELD = (OrderStatus.CALLBACK, OrderStatus.ARCHIVED)


def desk(role: Role, username: str = "", department: str = "govservice") -> Account:
    """Somebody at a desk of the hotline: a call agent, a dispatcher, a call-back officer, the head."""
    account = people.an_account(username or f"{role}{next(_numbers)}")
    Post.objects.create(
        account=account,
        department=Department.objects.get(code=department),
        role=role,
        valid_from=people.SINCE,
    )
    return account


def department(code: str) -> Department:
    return Department.objects.get(code=code)


def an_order(
    status: OrderStatus = OrderStatus.REGISTERED,
    *,
    category: str = "0703",
    host: str = "chengguan",
    at: datetime | None = None,
    **facts: Any,
) -> HotlineOrder:
    """An order as it stands in this state, put there directly; with its open host part where one is due."""
    now, number = at or timezone.now(), next(_numbers)
    held = status in HOSTED
    due = centre_calendar().due_at(day_of(now), 7)
    known = {
        "order_no": f"HL20260101{number:06d}00",
        "channel": Channel.PHONE,
        "source_key": f"{number:064d}",
        "order_type": OrderType.COMPLAINT,
        "tree_id": current_tree().pk,
        "category_l1": category[:2],
        "category_l2": category,
        "title": "小区门口乱停车",
        "text": "小区门口每天都有车乱停，出不去门。",
        "redacted": "小区门口每天都有车乱停，出不去门。",
        "contact_name": "王小二",
        "phone": f"1990001{number % 10000:04d}",
        "status": status,
        "state_since": now,
        "registered_at": now,
        "accepted_at": None if status == OrderStatus.REGISTERED else now,
        "host": department(host) if held or status in WAS_HELD else None,
        "dispatched_at": now if held or status in WAS_HELD else None,
        "state_due_at": due if status in OPEN and status != OrderStatus.SHELVED else None,
        "public_due_at": None if status == OrderStatus.REGISTERED else due,
    }
    order = HotlineOrder.objects.create(**{**known, **facts})
    if held:
        a_part(order, host, at=now, due_at=order.public_due_at)
    elif status in WAS_HELD:
        a_part(order, host, at=now, due_at=order.public_due_at, state=AssignmentState.DONE)
    return order


def a_part(order: HotlineOrder, code: str, *, at: datetime | None = None, **facts: Any) -> Assignment:
    """A department's part of the order: the host's unless said otherwise."""
    known = {"role": AssignmentRole.HOST, "round": 1, "dispatched_at": at or timezone.now()}
    return Assignment.objects.create(hotline_order=order, department=department(code), **{**known, **facts})
