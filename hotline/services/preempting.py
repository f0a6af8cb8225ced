"""未诉先办: tasks from alerts, from planned stops of supply and from people, and what they changed (H-170, H-172, H-173)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotFound
from hotline.models import Article, Group, HotAlert, PreemptTask
from hotline.rules.alerting import BY_PEOPLE, objections_to_finishing, objections_to_preempting
from hotline.selectors import current_tree
from hotline.selectors.findings import counted
from hotline.services.acting import refuse_now, refuse_unless
from hotline.services.warning import title_of
from hotline.states import ArticleKind, ArticleState, Disposition, PreemptSource
from identity.models import Account, Department, Region
from identity.selectors import standing

__all__ = ["check_effects", "finish_preempting", "preempt", "preempt_nightly"]

MONTH = timedelta(days=30)
_OF_ALGO = {"A-8": PreemptSource.SEASON, "A-2": PreemptSource.TREND, "A-9": PreemptSource.BLOCKED}


@transaction.atomic
def preempt(
    source: PreemptSource,
    *,
    by: Account,
    key: str,
    title: str,
    lead: str,
    due_at: datetime,
    starts_at: datetime | None = None,
    category: str = "",
    region: str = "",
    group: int | None = None,
) -> PreemptTask:
    """Register one by hand: a policy's first day, a weather warning, a finding, a street's 主动治理 linked to a group."""
    refuse_unless(objections_to_preempting(standing(by), source))
    if source not in BY_PEOPLE:
        raise BadInput("这类事项由系统生成", fields={"source": ["这类事项由系统生成"]})
    department = Department.objects.filter(code=lead).first()
    if department is None or not title.strip():
        raise BadInput("请写明事项和牵头部门", fields={"lead": ["请选择牵头部门"]})
    linked = Group.objects.filter(pk=group).first() if group else None
    if group and linked is None:
        raise NotFound("没有这个关联诉求")
    facts = {
        "starts_at": starts_at or timezone.now(),
        "due_at": due_at,
        "category_l2": category,
        "group": linked,
    }
    return _make(source, key, title.strip(), department, by=by, region=_region(region), **facts)


def _region(code: str) -> Region | None:
    return Region.objects.filter(code=code).first() if code else None


def _make(source: PreemptSource, key: str, title: str, lead: Department, **facts: Any) -> PreemptTask:
    by = facts.pop("by", None)
    task, _created = PreemptTask.objects.get_or_create(
        source=source,
        source_key=key,
        defaults={"title": title[:120], "lead": lead, "made_at": timezone.now(), "made_by": by, **facts},
    )
    return task


@transaction.atomic
def preempt_nightly(now: datetime | None = None) -> int:
    """Tasks from seasons, trends, blocked matters and outages ahead; each once; how many there are now of these."""
    moment = now or timezone.now()
    alerts = HotAlert.objects.filter(algo__in=_OF_ALGO, found_at__gt=moment - MONTH)
    made = [_of_alert(alert) for alert in alerts.exclude(disposition=Disposition.FALSE_ALARM).order_by("pk")]
    ahead = Article.objects.filter(
        kind=ArticleKind.OUTAGE, state=ArticleState.PUBLISHED, ends_at__gt=moment
    ).select_related("owner", "region")
    made += [_of_outage(article) for article in ahead.order_by("pk")]
    return len(made)


def _of_alert(alert: HotAlert) -> PreemptTask:
    code = alert.key.partition(":")[0]
    category = current_tree().categories.get(code)
    if category is None:
        code = alert.orders.order_by("pk").values_list("category_l2", flat=True).first() or ""
        category = current_tree().categories.get(code)
    kind = category.department_type if category else current_tree().tables["fallback"]["default_dept"]
    region = _region(alert.key.rpartition(":")[2]) if alert.algo == "A-2" else None
    starts = alert.window_end
    return _make(
        _OF_ALGO[alert.algo],
        f"{alert.algo}:{alert.key}:{alert.window_start:%Y%m%d}",
        f"{title_of(alert)}：提前排查",
        Department.objects.get(code=kind),
        alert=alert,
        category_l2=code if category else "",
        region=region,
        starts_at=starts,
        due_at=max(starts, alert.due_at),
    )


def _of_outage(article: Article) -> PreemptTask:
    """The supplier tells, prepares and restores before anybody has to call."""
    return _make(
        PreemptSource.OUTAGE,
        f"{article.code}:{article.version}",
        article.title,
        article.owner,
        category_l2=article.category_l2,
        region=article.region,
        starts_at=article.starts_at,
        due_at=article.ends_at,
    )


@transaction.atomic
def finish_preempting(task_id: int, *, by: Account, measures: str) -> PreemptTask:
    """What was done; thirty days later its effect is counted."""
    task = PreemptTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise NotFound("没有这个事项")
    refuse_unless(objections_to_finishing(standing(by), task.source, task.lead_id))
    refuse_now(["已经完成"] if task.done_at else [])
    if not measures.strip():
        raise BadInput("请写明措施", fields={"measures": ["请写明措施"]})
    task.measures, task.done_at = measures.strip(), timezone.now()
    task.save(update_fields=["measures", "done_at"])
    return task


@transaction.atomic
def check_effects(now: datetime | None = None) -> int:
    """Thirty days after and before, and the same days a year ago, kept on the task (H-172); how many."""
    moment = now or timezone.now()
    rows = PreemptTask.objects.select_for_update(skip_locked=True).filter(checked_at__isnull=True)
    due = list(rows.filter(done_at__lte=moment - MONTH).order_by("pk"))
    for task in due:
        at = task.done_at
        if at is not None:
            year_ago = at - timedelta(days=365)
            task.before, task.after = _count(task, at - MONTH, at), _count(task, at, at + MONTH)
            task.last_year, task.checked_at = _count(task, year_ago, year_ago + MONTH), moment
    PreemptTask.objects.bulk_update(due, ["before", "after", "last_year", "checked_at"])
    return len(due)


def _count(task: PreemptTask, since: datetime, until: datetime) -> int:
    rows = counted().filter(accepted_at__gte=since, accepted_at__lt=until)
    if task.category_l2:
        rows = rows.filter(category_l2=task.category_l2)
    if task.region_id:
        rows = rows.filter(region=task.region_id)
    if task.group_id and not task.category_l2:
        rows = rows.filter(group=task.group_id)
    return rows.count()
