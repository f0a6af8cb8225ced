"""督办 as supervisors and departments see them (H-123, H-124)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from common.errors import NotFound
from hotline.models import Supervision
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["supervision_for", "supervisions_for"]

_OVERSEERS: "Sequence[Permission]" = (Permission.SUPERVISE, Permission.AUDIT, Permission.RULE_DISPUTES)


def supervisions_for(account: Account) -> QuerySet[Supervision]:
    """Everybody's for whoever oversees, a department's own, nobody else's; the open ones first."""
    who = standing(account)
    rows = Supervision.objects.select_related("department", "hotline_order", "answered_by")
    if not any(map(who.may, _OVERSEERS)):
        rows = rows.filter(department__in=who.departments(Permission.HANDLE_ORDERS))
    return rows


def supervision_for(account: Account, pk: int) -> Supervision:
    """One of them; NotFound where it is not theirs."""
    found = supervisions_for(account).filter(pk=pk).first()
    if found is None:
        raise NotFound("没有找到这个督办")
    return found
