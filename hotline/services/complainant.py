"""Doors for the complainant: by login, or by the number and its query code (hotline.md section 3)."""

from secrets import compare_digest

from django.utils.translation import gettext as _

from common.errors import NotAllowed, NotFound
from hotline.services.acting import Act, begin
from identity.models import Account

__all__ = ["begin_as_complainant"]


def begin_as_complainant(order_id: int, *, by: Account | None, query_code: str = "") -> Act:
    """The order under its lock for whose it is; a wrong code and a stranger's order look alike."""
    if query_code:
        act = begin(order_id, by=by, anyone=True)
        if not compare_digest(act.hotline_order.query_code.encode(), query_code.strip().encode()):
            raise NotFound(_("没有找到这个工单"))
        return act
    if by is None:
        raise NotFound(_("没有找到这个工单"))
    act = begin(order_id, by=by)
    if act.who.person_id is None or act.hotline_order.person_id != act.who.person_id:
        raise NotAllowed(_("只有诉求人本人可以这样办"))
    return act
