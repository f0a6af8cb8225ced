"""Who at a department hears that time is short: the handlers before the due, the heads after it (H-121)."""

from django.utils import timezone

from hotline.models import HotlineOrder, Urge
from identity.models import Post
from identity.roles import GRANTS, Permission
from notifications.services import Notice, send

__all__ = ["tell_urged"]

#: What the heads hear of; the rest is for whoever handles it.
FOR_HEADS = (Urge.Kind.OVERDUE, Urge.Kind.AUTO_SIGNED)


def tell_urged(order_id: int, kind: str, *, key: str) -> None:
    """Into the boxes of the department that has the order now; nobody's private telephone rings for it."""
    order = HotlineOrder.objects.get(pk=order_id)
    needed = Permission.HEAD_ORDERS if kind in FOR_HEADS else Permission.HANDLE_ORDERS
    roles = [role for role, granted in GRANTS.items() if needed in granted]
    posts = Post.objects.on(timezone.localdate()).filter(
        department=order.host_id, role__in=roles, account__is_active=True
    )
    facts = {
        "reference": order.order_no,
        "word": Urge.Kind(kind).label,
        "url": f"/hotline/orders/{order.order_no}/",
    }
    people = posts.values_list("account__person_id", flat=True).distinct()
    send(
        *(
            Notice(
                person, "hotline_urged", facts, f"hotline:{order.pk}:{key}", order.subject, on_site_only=True
            )
            for person in people
            if person is not None
        )
    )
