"""Who is posted where, as the hotline's rules need to know it."""

from collections.abc import Sequence

from django.utils import timezone

from identity.models import Post
from identity.roles import GRANTS, Permission

__all__ = ["head_of", "posted_at"]


def posted_at(department_id: int | None, account_ids: Sequence[int]) -> frozenset[int]:
    """Those of the accounts that hold a post in the department today."""
    held = Post.objects.on(timezone.localdate()).filter(department=department_id, account__in=account_ids)
    return frozenset(held.values_list("account", flat=True))


def head_of(department_id: int) -> str:
    """The name of whoever heads the department's orders today; empty where nobody does."""
    roles = [role for role, granted in GRANTS.items() if Permission.HEAD_ORDERS in granted]
    posts = Post.objects.on(timezone.localdate()).filter(department=department_id, role__in=roles)
    return posts.order_by("pk").values_list("account__person__name", flat=True).first() or ""
