"""督办 as the monthly report and discipline inspection read them: nothing of the complainant (H-125)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from common.crypto import scrub
from common.errors import NotAllowed
from hotline.models import Supervision
from hotline.states import SupervisionLevel
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["discipline_rows", "interviews_of"]


def interviews_of(month: date) -> QuerySet[Supervision]:
    """The 约谈 of the month's supervisions, oldest first."""
    opened = Supervision.objects.filter(opened_at__year=month.year, opened_at__month=month.month)
    return opened.exclude(interview="").select_related("department").order_by("opened_at", "pk")


def discipline_rows(month: date, *, by: Account) -> list[dict[str, Any]]:
    """Leads for 纪检: departments, causes, levels and what was agreed, without numbers and names of complainants."""
    who = standing(by)
    if not (who.may(Permission.AUDIT) or who.may(Permission.SUPERVISE)):
        raise NotAllowed("只有督办员和纪检、审计可以导出")
    rows = Supervision.objects.filter(
        opened_at__year=month.year, opened_at__month=month.month, level__gte=SupervisionLevel.HEAD
    )
    found = rows.select_related("department", "hotline_order").order_by("opened_at", "pk")
    return [_row(one) for one in found]


def _row(one: Supervision) -> dict[str, Any]:
    order = one.hotline_order
    name = order.contact_name if order is not None else ""
    return {
        "order_no": order.order_no if order is not None else "",
        "department": one.department.name,
        "cause": one.get_cause_display(),
        "level": one.get_level_display(),
        "opened_at": one.opened_at,
        "answered_at": one.answered_at,
        "closed_at": one.closed_at,
        "answer": _nameless(one.answer, name),
        "interview": _nameless(one.interview, name),
    }


def _nameless(text: str, name: str) -> str:
    said = scrub(text)
    return said.replace(name, "诉求人") if name else said
