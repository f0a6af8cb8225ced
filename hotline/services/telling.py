"""
Who is told what of an order: the complainant by SMS or in their box, the desks of a department in theirs.

A message names the order's number, never what it is about (H-27); each is sent once (H-191).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from hotline.models import Assignment, HotlineOrder
from hotline.selectors.parameters import parameter
from hotline.states import AssignmentRole, Channel, OrderStatus, Urgency
from identity.models import Post
from identity.roles import GRANTS, Permission, Role
from notifications.services import Notice, Text, send, send_texts

__all__ = [
    "acknowledge",
    "tell_complainant",
    "tell_department",
    "tell_heads",
    "tell_leaders",
    "tell_supervisors",
]

_LEADERS = (Role.LEADER, Role.HOTLINE_HEAD)
_HANDLERS = [role for role, granted in GRANTS.items() if Permission.HANDLE_ORDERS in granted]


def tell_complainant(order_id: int, template: str, *, key: str, **facts: Any) -> None:
    """To the box and telephone of a known person, else to the number they gave; the nameless ask with their code."""
    order = HotlineOrder.objects.get(pk=order_id)
    said = _facts(order) | facts
    if order.person_id is not None:
        send(Notice(order.person_id, template, said, f"hotline:{order.pk}:{key}", order.subject))
    elif _is_mobile(order.phone):
        send_texts(Text(order.phone, template, said, f"hotline:{order.pk}:{key}", order.subject))


def acknowledge(order_id: int) -> None:
    """
    The first reply to what came in by any way but the telephone, by itself within minutes (H-13).

    What is accepted at once is told so, with its date; this one is for what waits for an agent.
    """
    order = HotlineOrder.objects.get(pk=order_id)
    if order.channel != Channel.PHONE and order.status == OrderStatus.REGISTERED:
        hours = f"{parameter('acknowledge_hours'):g}"
        tell_complainant(order_id, "hotline_received", key="received", hours=hours)


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and number.isdigit() and number.startswith("1")


def _facts(order: HotlineOrder) -> dict[str, Any]:
    return {
        "reference": order.order_no,
        "code": order.query_code,
        "due": order.public_due_at,
        "url": f"/hotline/orders/{order.order_no}/",
    }


def tell_department(order_id: int, round_no: int) -> None:
    """Everybody who handles orders at the host of this round; by SMS too where hours count."""
    part = (
        Assignment.objects.filter(hotline_order=order_id, round=round_no, role=AssignmentRole.HOST)
        .select_related("hotline_order")
        .first()
    )
    if part is None:
        return
    order = part.hotline_order
    people = Post.objects.on(timezone.localdate()).filter(
        department=part.department_id, role__in=_HANDLERS, account__is_active=True
    )
    facts = {
        "reference": order.order_no,
        "urgency": order.get_urgency_display(),
        "due": part.sign_due_at,
        "url": f"/hotline/desk/{order.order_no}/",
    }
    send(
        *(
            Notice(
                person_id,
                "hotline_dispatched",
                facts,
                f"hotline:{order.pk}:dispatched:{round_no}",
                order.subject,
                on_site_only=order.urgency == Urgency.NORMAL,
            )
            for person_id in people.values_list("account__person_id", flat=True).distinct()
            if person_id is not None
        )
    )


def tell_leaders(template: str, *, key: str, about: str, **facts: Any) -> None:
    """Leaders and the head of the hotline, each once for a key; by SMS too (H-136, H-166)."""
    _tell_posts(_LEADERS, template, key, about, facts)


def tell_heads(template: str, *, key: str, about: str, **facts: Any) -> None:
    """The head of the hotline, once for a key (H-98)."""
    _tell_posts((Role.HOTLINE_HEAD,), template, key, about, facts)


def tell_supervisors(template: str, *, key: str, about: str, **facts: Any) -> None:
    """Whoever supervises, each once for a key (H-167)."""
    _tell_posts((Role.SUPERVISOR,), template, key, about, facts)


def _tell_posts(roles: Sequence[Role], template: str, key: str, about: str, facts: Mapping[str, Any]) -> None:
    posts = Post.objects.on(timezone.localdate()).filter(role__in=roles, account__is_active=True)
    people = posts.values_list("account__person_id", flat=True).distinct()
    send(
        *(
            Notice(person_id, template, facts, f"hotline:{key}", about)
            for person_id in people
            if person_id is not None
        )
    )
