"""Making the reports: figures counted once and frozen, corrected only by dated lines (H-175…H-178)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound
from common.workdays import day_of
from events import publish
from hotline.events import ReportCorrected, ReportMade
from hotline.measuring import Period
from hotline.models import Report, ReportCorrection
from hotline.rules.reporting import Span, last_span
from hotline.selectors import reports
from hotline.selectors.metrics import period_of
from hotline.selectors.sections import Section
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing
from matters.selectors import centre_calendar

__all__ = ["correct_report", "make_due_reports", "make_report"]

SECTIONS: Mapping[str, Callable[[Period], list[Section]]] = {
    Report.Kind.DAILY: reports.daily,
    Report.Kind.WEEKLY: reports.weekly,
    Report.Kind.MONTHLY: reports.monthly,
    Report.Kind.QUARTERLY: reports.quarterly,
}


def make_due_reports(now: datetime | None = None) -> int:
    """Every report whose period is over and that is not there yet; how many were made."""
    now, made = now or timezone.now(), 0
    for kind in SECTIONS:
        span = last_span(kind, day_of(now), centre_calendar())
        made += make_report(span, now)[1]
    return made


@transaction.atomic
def make_report(span: Span, now: datetime | None = None) -> tuple[Report, bool]:
    """The report of the span, and whether it is new: a second run changes nothing (H-178)."""
    known = Report.objects.filter(kind=span.kind, starts_on=span.first).first()
    if known is not None:
        return known, False
    sections = SECTIONS[span.kind](period_of(span.first, span.last))
    figures = [section.plain() for section in sections]
    content = json.dumps(figures, sort_keys=True, ensure_ascii=False)
    report, created = Report.objects.get_or_create(
        kind=span.kind,
        starts_on=span.first,
        defaults={
            "ends_on": span.last,
            "due_at": span.due_at,
            "made_at": now or timezone.now(),
            "figures": figures,
            "figures_hash": hashlib.sha256(content.encode()).hexdigest(),
        },
    )
    if created:
        publish(ReportMade(report_id=report.pk, kind=span.kind))
    return report, created


@transaction.atomic
def correct_report(report_id: int, *, by: Account, text: str) -> ReportCorrection:
    """A dated line below the report; its figures stay as they were told (H-178)."""
    if not standing(by).may(Permission.RULE_DISPUTES):
        raise NotAllowed("更正由热线管理填写")
    if not text.strip():
        raise BadInput("请写明哪个数字要更正、应当是多少", fields={"text": ["请写明更正内容"]})
    report = Report.objects.filter(pk=report_id).first()
    if report is None:
        raise NotFound("没有这份报告")
    correction = ReportCorrection.objects.create(report=report, text=text.strip(), by=by, at=timezone.now())
    publish(ReportCorrected(report_id=report.pk), by=by)
    return correction
