"""Lists of orders as files: no person in them, a purpose, above a number of rows a second person (H-143)."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from events import publish
from hotline.events.privacy import OrderExportDecided, OrdersExported
from hotline.models import HotlineOrder, OrderExport
from hotline.rules import privacy as rules
from hotline.selectors.parameters import parameter
from hotline.services.acting import refuse_unless
from hotline.states import OrderStatus, RequestState
from identity.models import Account
from identity.selectors import standing

__all__ = ["EXPORTED", "decide_export", "request_export", "write_export"]

#: Column → attribute path; nothing that was said, nobody who said it.
EXPORTED: Mapping[str, str] = {
    "工单号": "order_no",
    "渠道": "get_channel_display",
    "诉求类型": "get_order_type_display",
    "分类": "category_l2",
    "地区": "region",
    "紧急程度": "get_urgency_display",
    "状态": "get_status_display",
    "主办部门": "host",
    "登记时间": "registered_at",
    "受理时间": "accepted_at",
    "承诺期限": "public_due_at",
    "归档时间": "archived_at",
    "办理结果": "get_handle_result_display",
    "满意度": "get_survey_level_display",
    "归档原因": "get_close_reason_display",
}
#: What may be chosen, and the look-up it means.
FILTERS: Mapping[str, str] = {
    "status": "status",
    "category": "category_l2",
    "department": "host__code",
    "from": "registered_at__gte",
    "to": "registered_at__lt",
}


@transaction.atomic
def request_export(filters: Mapping[str, str], *, reason: str, by: Account) -> OrderExport:
    """A short list is granted at once, a long one waits for the hotline's head."""
    refuse_unless(rules.objections_to_exporting(standing(by), reason))
    chosen = {name: str(value) for name, value in filters.items() if value}
    rows = _rows(chosen, by).count()
    short = rows <= parameter("export_rows")
    return OrderExport.objects.create(
        requested_by=by,
        requested_at=timezone.now(),
        filters=chosen,
        reason=reason.strip(),
        rows=rows,
        state=RequestState.APPROVED if short else RequestState.PENDING,
    )


@transaction.atomic
def decide_export(export_id: int, *, approved: bool, by: Account) -> OrderExport:
    """The second person's word."""
    export = (
        OrderExport.objects.select_for_update(of=("self",))
        .select_related("requested_by")
        .filter(pk=export_id)
        .first()
    )
    if export is None:
        raise NotFound("没有找到这次导出")
    refuse_unless(rules.objections_to_export_deciding(export, standing(by)))
    if export.state != RequestState.PENDING:
        raise WrongState("这次导出已经审批过了")
    export.state = RequestState.APPROVED if approved else RequestState.REJECTED
    export.decided_by, export.decided_at = by, timezone.now()
    export.save(update_fields=["state", "decided_by", "decided_at"])
    publish(OrderExportDecided(export_id=export.pk, approved=approved), by=by)
    return export


@transaction.atomic
def write_export(export_id: int, *, by: Account) -> str:
    """The file, to whoever asked for it; every row says who took it out, when and by which request."""
    export = OrderExport.objects.filter(pk=export_id, requested_by=by).first()
    if export is None:
        raise NotFound("没有找到这次导出")
    if export.state != RequestState.APPROVED:
        raise NotAllowed("超过规定条数的导出要经热线管理机构审批")
    now = timezone.localtime()
    watermark = f"{by.username} {now:%Y-%m-%d %H:%M} 导出{export.pk}号"
    written = StringIO()
    sheet = csv.writer(written)
    sheet.writerow([*EXPORTED, "水印"])
    rows = _rows(export.filters, by).filter(registered_at__lte=export.requested_at)[: export.rows]
    sheet.writerows([*_cells(row), watermark] for row in rows)
    publish(OrdersExported(export_id=export.pk, rows=export.rows), by=by)
    return written.getvalue()


def _rows(filters: Mapping[str, str], by: Account) -> QuerySet[HotlineOrder]:
    if unknown := set(filters) - set(FILTERS):
        raise BadInput(f"不能按 {'、'.join(sorted(unknown))} 筛选")
    if (status := filters.get("status")) and status not in OrderStatus.values:
        raise BadInput(f"没有状态“{status}”")
    chosen = {
        FILTERS[name]: _moment(value) if name in {"from", "to"} else value for name, value in filters.items()
    }
    rows = HotlineOrder.objects.visible_to(by).filter(**chosen)
    return (
        rows.select_related("host", "region")
        .defer("text", "contact_name", "phone", "id_number")
        .order_by("id")
    )


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadInput("时间要写成 2026-03-01 或者 2026-03-01T08:30") from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _cells(order: HotlineOrder) -> Iterator[Any]:
    for path in EXPORTED.values():
        value = getattr(order, path)
        value = value() if callable(value) else value
        yield (
            f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value or "")
        )
