"""打击报复: said by the complainant, read by the inspectors, seen by no department (H-147)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, NotFound, WrongState
from events import publish
from hotline.events.privacy import RetaliationReported
from hotline.models import HotlineOrder, RetaliationReport
from hotline.rules.privacy import objections_to_opinion
from hotline.services.acting import refuse_unless
from identity.models import Account
from identity.selectors import standing

__all__ = ["close_retaliation", "report_retaliation"]


@transaction.atomic
def report_retaliation(order_id: int, text: str, *, by: Account | None) -> RetaliationReport:
    """The complainant's own order; ``by`` None is the anonymous one who proved the query code at the door."""
    order = HotlineOrder.objects.filter(pk=order_id).first()
    is_theirs = (
        order is not None and order.person_id is not None and order.person_id == standing(by).person_id
    )
    if order is None or (by is not None and not is_theirs):
        raise NotFound(_("没有找到这个工单"))
    if not text.strip():
        raise BadInput(_("请写明情况"))
    report = RetaliationReport.objects.create(
        hotline_order=order, text=text.strip(), by=by, at=timezone.now()
    )
    publish(RetaliationReported(report_id=report.pk), by=by)
    return report


@transaction.atomic
def close_retaliation(report_id: int, finding: str, *, by: Account) -> RetaliationReport:
    """The inspectors have looked into it, in writing."""
    refuse_unless(objections_to_opinion(standing(by)))
    if not finding.strip():
        raise BadInput(_("请写明核查结论"))
    report = RetaliationReport.objects.select_for_update().filter(pk=report_id).first()
    if report is None:
        raise NotFound(_("没有找到这条线索"))
    if report.closed_at is not None:
        raise WrongState(_("这条线索已经核查完了"))
    report.finding, report.closed_at, report.closed_by = finding.strip(), timezone.now(), by
    report.save(update_fields=["finding", "closed_at", "closed_by"])
    return report
