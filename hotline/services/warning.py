"""
Alerts: what the algorithms find becomes rows, once for each window; red ones move people (H-165…H-169).

Running again at the same moment finds the same rows. What is still there ten minutes later is the same alert
while it cools; it grows redder, never paler.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotFound
from events import publish
from hotline.events.warning import AlertDisposed, AlertNeglected, AlertRaised, IssueClosed, MeetingRecorded
from hotline.models import HotAlert, HotlineOrder, Issue
from hotline.rules.alerting import objections_to_closing_issue, objections_to_looking
from hotline.rules.clock import Limit, due_after
from hotline.selectors import current_tree, parameter
from hotline.selectors.findings import BEAT, NIGHTLY, counted, find, sensitive_in
from hotline.services.acting import begin, refuse_now, refuse_unless
from hotline.services.supervising import open_supervision
from hotline.services.telling import tell_leaders, tell_supervisors
from hotline.states import AlertLevel, Disposition, IssueState, SupervisionCause, Unit
from hotline.warning.finding import ALGORITHMS, GATHERING, Finding, level_of
from identity.models import Account, Department
from identity.selectors import standing
from matters.selectors import centre_calendar

__all__ = [
    "check_sensitive",
    "close_issue",
    "dispose",
    "escalate_neglected",
    "record_measures",
    "record_meeting",
    "warn",
    "warn_nightly",
    "warn_soon",
]

_RANK = list(AlertLevel)


def warn_soon(now: datetime | None = None) -> list[HotAlert]:
    """Every ten minutes: A-1, A-4, A-5 and A-7."""
    return warn(BEAT, now or timezone.now())


def warn_nightly(now: datetime | None = None) -> list[HotAlert]:
    """Every night: the others, on whole days."""
    return warn(NIGHTLY, now or timezone.now())


@transaction.atomic
def warn(algos: Iterable[str], now: datetime) -> list[HotAlert]:
    """Run some algorithms and keep what they find; the alerts that hold now, old and new."""
    findings = find(algos, now)
    held = [_held(finding, now) for finding in findings]
    _redden(now)
    return list(HotAlert.objects.filter(pk__in=[one.pk for one in held]).order_by("algo", "key"))


def _held(finding: Finding, now: datetime) -> HotAlert:
    """The alert of this window, or the one that is still cooling."""
    hours = parameter("warning_cooling_hours").get(finding.algo, 0)
    known = HotAlert.objects.filter(algo=finding.algo, key=finding.key)
    since = finding.window_end - timedelta(hours=hours)
    warm = (
        known.filter(window_end__gt=since, window_end__lte=finding.window_end)
        .order_by("window_start")
        .first()
    )
    if warm is not None:
        return _grown(warm, finding)
    alert, created = known.get_or_create(
        algo=finding.algo,
        key=finding.key,
        window_start=finding.window_start,
        defaults={
            "window_end": finding.window_end,
            "level": level_of(finding),
            "people": finding.people,
            "inputs": dict(finding.inputs),
            "found_at": now,
            "due_at": _due(finding.algo, now),
        },
    )
    if created:
        alert.orders.set(finding.orders)
        publish(AlertRaised(alert_id=alert.pk, algo=alert.algo, level=alert.level))
        if alert.level == AlertLevel.RED:
            _move_people(alert, now)
    return alert


def _grown(alert: HotAlert, finding: Finding) -> HotAlert:
    """While it cools it is one alert, of as many people and orders as there are by now; never of fewer (H-166)."""
    known = set(alert.orders.values_list("pk", flat=True))
    joined = set(finding.orders) - known
    if finding.people > alert.people:
        alert.people, alert.inputs = finding.people, dict(finding.inputs)
        alert.save(update_fields=["people", "inputs"])
    if joined:
        alert.orders.add(*joined)
    if joined and alert.level == AlertLevel.RED and alert.disposition != Disposition.FALSE_ALARM:
        HotlineOrder.objects.filter(pk__in=joined).update(in_red_alert=True)
    return alert


def _due(algo: str, now: datetime) -> datetime:
    """Two working days; a sensitive word is looked at within fifteen minutes (A-7)."""
    limits = parameter("alert_disposal")
    if algo == "A-7":
        return now + timedelta(minutes=limits["sensitive_minutes"])
    return due_after(centre_calendar(), now, Limit(limits["days"], Unit.WORKING_DAYS))


def _redden(now: datetime) -> None:
    """Two gatherings about the same orders are red, whichever was found first (H-166)."""
    rows = HotAlert.objects.filter(algo__in=GATHERING, found_at__gt=now - timedelta(days=7))
    alerts = list(rows.exclude(disposition=Disposition.FALSE_ALARM).prefetch_related("orders"))
    seen = {alert.pk: _as_finding(alert) for alert in alerts}
    for alert in alerts:
        level = level_of(seen[alert.pk], [one for pk, one in seen.items() if pk != alert.pk])
        if _RANK.index(AlertLevel(level)) > _RANK.index(AlertLevel(alert.level)):
            alert.level = level
            alert.save(update_fields=["level"])
            publish(AlertRaised(alert_id=alert.pk, algo=alert.algo, level=level))
            _move_people(alert, now)


def _as_finding(alert: HotAlert) -> Finding:
    ids = tuple(sorted(one.pk for one in alert.orders.all()))
    span = (alert.window_start, alert.window_end)
    return Finding(alert.algo, alert.key, *span, float(alert.people), ids, alert.inputs)


def _move_people(alert: HotAlert, now: datetime) -> None:
    """Red: leaders by SMS, 督办 to the host, 会商 within a day (H-166)."""
    alert.meeting_due_at = now + timedelta(hours=parameter("alert_disposal")["meeting_hours"])
    alert.save(update_fields=["meeting_due_at"])
    HotlineOrder.objects.filter(alerts=alert).update(in_red_alert=True)
    tell_leaders(
        "hotline_alert",
        key=f"alert:{alert.pk}",
        about=f"hotline_alert:{alert.pk}",
        level=alert.get_level_display(),
        algo=ALGORITHMS[alert.algo],
        title=title_of(alert),
        people=f"{alert.people:g}",
    )
    host = _host(alert)
    if host is not None:
        first = alert.orders.order_by("pk").first()
        open_supervision(host, SupervisionCause.HOT_SPOT, key=f"alert:{alert.pk}", order=first)


def title_of(alert: HotAlert) -> str:
    """What the alert is about, in words that name nobody: its category, or its algorithm."""
    category = current_tree().categories.get(alert.key.partition(":")[0])
    if category is None:
        codes = Counter(alert.orders.values_list("category_l2", flat=True))
        code = codes.most_common(1)[0][0] if codes else ""
        category = current_tree().categories.get(code)
    return category.name if category else ALGORITHMS[alert.algo]


def _host(alert: HotAlert) -> Department | None:
    """Who holds most of the orders."""
    hosts = Counter(alert.orders.filter(host__isnull=False).order_by("host").values_list("host", flat=True))
    return Department.objects.get(pk=hosts.most_common(1)[0][0]) if hosts else None


@transaction.atomic
def check_sensitive(order_id: int) -> HotAlert | None:
    """A-7 at once: the order is sensitive, the alert waits fifteen minutes for a person."""
    act = begin(order_id, by=None)
    words = sensitive_in(act.hotline_order)
    if not words:
        return None
    at = act.hotline_order.registered_at
    finding = Finding("A-7", act.hotline_order.order_no, at, at, 1, (order_id,), {"words": words})
    act.hotline_order.sensitive = True
    act.finish()
    return _held(finding, act.now)


def _locked(alert_id: int, by: Account) -> HotAlert:
    refuse_unless(objections_to_looking(standing(by)))
    alert = HotAlert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise NotFound("没有这个预警")
    return alert


@transaction.atomic
def dispose(
    alert_id: int,
    *,
    by: Account,
    disposition: Disposition,
    reason: str = "",
    into: int | None = None,
    lead: str = "",
    root_cause: str = "",
) -> HotAlert:
    """Confirmed, false alarm with its reason, or merged into another (H-167); a confirmed one opens an issue (H-168)."""
    alert = _locked(alert_id, by)
    refuse_now(["这个预警已经处置"] if alert.disposition else [])
    if disposition == Disposition.FALSE_ALARM and not reason.strip():
        raise BadInput("误报要写明理由", fields={"reason": ["误报要写明理由"]})
    alert.merged_into = _other(alert, into) if disposition == Disposition.MERGED else None
    alert.disposition, alert.reason = disposition, reason.strip()
    alert.disposed_at, alert.disposed_by = timezone.now(), by
    alert.save()
    if disposition == Disposition.FALSE_ALARM:
        _let_go(alert)
    if disposition == Disposition.CONFIRMED:
        _open_issue(alert, by, lead, root_cause)
    publish(AlertDisposed(alert_id=alert.pk, algo=alert.algo, disposition=disposition), by=by)
    return alert


def _let_go(alert: HotAlert) -> None:
    """Orders of a false alarm may be withdrawn again, unless another red one holds them (H-134)."""
    still = HotAlert.objects.filter(level=AlertLevel.RED).exclude(disposition=Disposition.FALSE_ALARM)
    held = still.exclude(pk=alert.pk).filter(orders__isnull=False).values("orders")
    HotlineOrder.objects.filter(alerts=alert).exclude(pk__in=held).update(in_red_alert=False)


def _other(alert: HotAlert, into: int | None) -> HotAlert:
    other = HotAlert.objects.filter(pk=into or 0).exclude(pk=alert.pk).first()
    if other is None or other.disposition == Disposition.MERGED:
        raise BadInput("请选择并入哪个预警", fields={"into": ["请选择并入哪个预警"]})
    return other


def _open_issue(alert: HotAlert, by: Account, lead: str, root_cause: str) -> Issue:
    department = Department.objects.filter(code=lead).first() if lead else _host(alert)
    if department is None:
        raise BadInput("请指定牵头部门", fields={"lead": ["请指定牵头部门"]})
    now = timezone.now()
    return Issue.objects.create(
        alert=alert,
        title=title_of(alert),
        root_cause=root_cause.strip(),
        lead=department,
        due_at=due_after(centre_calendar(), now, Limit(20, Unit.WORKING_DAYS)),
        opened_at=now,
        opened_by=by,
    )


@transaction.atomic
def record_measures(issue_id: int, *, by: Account, measures: str, root_cause: str = "") -> Issue:
    """What was done about the cause; from here its effect is counted (H-168)."""
    issue = _issue(issue_id, by)
    if not measures.strip():
        raise BadInput("请写明措施", fields={"measures": ["请写明措施"]})
    issue.measures, issue.measures_at = measures.strip(), timezone.now()
    issue.root_cause = root_cause.strip() or issue.root_cause
    issue.save()
    return issue


@transaction.atomic
def close_issue(issue_id: int, *, by: Account, panel_opinion: str = "") -> Issue:
    """Closed when thirty days after the measures brought a third fewer, or a panel accepts (H-168)."""
    issue = _issue(issue_id, by)
    now = timezone.now()
    if issue.measures_at is not None:
        issue.before, issue.after = _counts(issue, issue.measures_at, now)
    fall = parameter("alert_disposal")["fall"]
    refuse_now(objections_to_closing_issue(issue, now, fall=fall, has_panel=bool(panel_opinion.strip())))
    issue.panel_opinion, issue.state, issue.closed_at = panel_opinion.strip(), IssueState.CLOSED, now
    issue.save()
    publish(IssueClosed(alert_id=issue.alert_id, algo=issue.alert.algo, issue_id=issue.pk), by=by)
    return issue


def _issue(issue_id: int, by: Account) -> Issue:
    refuse_unless(objections_to_looking(standing(by)))
    issue = Issue.objects.select_for_update(of=("self",)).select_related("alert").filter(pk=issue_id).first()
    if issue is None:
        raise NotFound("没有这个治理问题")
    refuse_now(["已经销号"] if issue.state == IssueState.CLOSED else [])
    return issue


def _counts(issue: Issue, at: datetime, now: datetime) -> tuple[int, int]:
    """Orders of the alert's categories and subjects or regions, thirty days before and after."""
    seen: Sequence[tuple[str, str, int | None]] = list(
        issue.alert.orders.values_list("category_l2", "subject_code", "region_id")
    )
    rows = counted().filter(category_l2__in={category for category, _s, _r in seen})
    if subjects := {subject for _c, subject, _r in seen if subject}:
        rows = rows.filter(subject_code__in=subjects)
    elif places := {region for _c, _s, region in seen if region}:
        rows = rows.filter(region__in=places)
    month = timedelta(days=30)
    before = rows.filter(accepted_at__gte=at - month, accepted_at__lt=at).count()
    return before, rows.filter(accepted_at__gte=at, accepted_at__lt=min(now, at + month)).count()


@transaction.atomic
def record_meeting(alert_id: int, *, by: Account, record: str) -> HotAlert:
    """会商 about a red alert (H-166)."""
    alert = _locked(alert_id, by)
    refuse_now(["只有红色预警要会商"] if alert.level != AlertLevel.RED else [])
    if not record.strip():
        raise BadInput("请写明会商结论", fields={"record": ["请写明会商结论"]})
    alert.meeting_at, alert.meeting_record = timezone.now(), record.strip()
    alert.save(update_fields=["meeting_at", "meeting_record"])
    publish(MeetingRecorded(alert_id=alert.pk, algo=alert.algo), by=by)
    return alert


@transaction.atomic
def escalate_neglected(now: datetime | None = None) -> int:
    """What nobody has looked at by its due goes to the supervisors, once (H-167); how many."""
    moment = now or timezone.now()
    rows = HotAlert.objects.select_for_update(skip_locked=True)
    late = list(
        rows.filter(disposition="", due_at__lt=moment, escalated_at__isnull=True).order_by("pk")[:200]
    )
    for alert in late:
        alert.escalated_at = moment
        facts = {"level": alert.get_level_display(), "algo": ALGORITHMS[alert.algo], "title": title_of(alert)}
        about = f"hotline_alert:{alert.pk}"
        tell_supervisors("hotline_alert_neglected", key=f"neglected:{alert.pk}", about=about, **facts)
        publish(AlertNeglected(alert_id=alert.pk, algo=alert.algo))
    HotAlert.objects.bulk_update(late, ["escalated_at"])
    return len(late)
