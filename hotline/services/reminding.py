"""Who at a department hears what: of time that is short, of new words, of what comes back, of 督办 (H-31, H-121, H-123)."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from hotline.models import HotlineOrder, Supervision, Urge
from hotline.states import SupervisionLevel
from identity.models import Post
from identity.roles import GRANTS, Permission
from notifications.services import Notice, send

__all__ = ["tell_desks", "tell_supervised", "tell_urged"]

#: What the heads hear of; the rest is for whoever handles it.
FOR_HEADS = (Urge.Kind.OVERDUE, Urge.Kind.AUTO_SIGNED)


def tell_urged(order_id: int, kind: str, *, key: str) -> None:
    """Into the boxes of the department that has the order now; nobody's private telephone rings for it."""
    order = HotlineOrder.objects.get(pk=order_id)
    needed = Permission.HEAD_ORDERS if kind in FOR_HEADS else Permission.HANDLE_ORDERS
    _tell(
        order.host_id,
        needed,
        "hotline_urged",
        _of_order(order, str(Urge.Kind(kind).label)),
        key,
        order.subject,
    )


def tell_desks(order_id: int, word: str, *, key: str) -> None:
    """Whoever handles it at the department that has the order now, if one has."""
    order = HotlineOrder.objects.get(pk=order_id)
    _tell(
        order.host_id,
        Permission.HANDLE_ORDERS,
        "hotline_at_desk",
        _of_order(order, word),
        key,
        order.subject,
    )


def _of_order(order: HotlineOrder, word: str) -> Mapping[str, Any]:
    return {"reference": order.order_no, "word": word, "url": f"/hotline/desk/{order.order_no}/"}


def tell_supervised(supervision_id: int, word: str, *, key: str) -> None:
    """The department that is supervised, about an order or about itself; its heads alone from level 2 on (H-123)."""
    supervision = Supervision.objects.select_related("hotline_order").get(pk=supervision_id)
    order, is_first = supervision.hotline_order, supervision.level == SupervisionLevel.CONTACT
    facts = {
        "reference": order.order_no if order is not None else "",
        "word": word,
        "cause": supervision.get_cause_display(),
        "due": supervision.answer_due_at,
        "url": f"/hotline/supervisions/{supervision.pk}/",
    }
    needed = Permission.HANDLE_ORDERS if is_first else Permission.HEAD_ORDERS
    about = f"supervision:{supervision.pk}"
    _tell(supervision.department_id, needed, "hotline_supervised", facts, key, about)


def _tell(
    department: int | None, needed: Permission, template: str, facts: Mapping[str, Any], key: str, about: str
) -> None:
    if department is None:
        return
    roles = [role for role, granted in GRANTS.items() if needed in granted]
    posts = Post.objects.on(timezone.localdate()).filter(
        department=department, role__in=roles, account__is_active=True
    )
    people = posts.values_list("account__person_id", flat=True).distinct()
    send(
        *(
            Notice(person, template, facts, f"{about}:{key}", about, on_site_only=True)
            for person in people
            if person is not None
        )
    )
