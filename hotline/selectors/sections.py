"""What a report is made of, and its parts on alerts, themes, cases and knowledge (H-175…H-177, H-57, H-168, H-183)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, Q

from common.workdays import SHANGHAI
from events.models import EventRecord
from hotline.events.knowledge import (
    ArticleConfirmed,
    ArticleDoubted,
    ArticleDoubtSettled,
    ArticleExpired,
    ArticleFact,
    ArticleProposed,
    ArticlePublished,
    ArticleStaled,
)
from hotline.measuring import Period
from hotline.models import HotAlert, Issue, Publication, QualitySample
from hotline.selectors.alerts import AlertRow, alert_rows, themes
from hotline.selectors.corrections import often_corrected
from hotline.states import Disposition, PublicationState

__all__ = [
    "Cell",
    "Chart",
    "Section",
    "alerts_found",
    "articles_changed",
    "calls_checked",
    "corrected",
    "dispositions",
    "months_themes",
    "typical_ones",
]

Cell = str | int | float | None
#: As many cases a month's report tells.
CASES = 10


@dataclass(frozen=True)
class Chart:
    """A picture of the table it stands above; the table says the same in numbers."""

    kind: str
    labels: list[str]
    series: dict[str, list[float | None]]


@dataclass(frozen=True)
class Section:
    """One part of a report."""

    title: str
    head: list[str]
    rows: list[list[Cell]]
    note: str = ""
    chart: Chart | None = field(default=None)

    def plain(self) -> dict[str, Any]:
        """As it is frozen."""
        return asdict(self)


def alerts_found(period: Period) -> Section:
    """What the algorithms raised in the period, hottest first (H-175)."""
    found = HotAlert.objects.filter(found_at__gte=period.start, found_at__lt=period.end)
    rows: list[list[Cell]] = [
        [one.level_name, one.algo_name, one.matter, one.place, one.people, one.orders, _outcome(one)]
        for one in alert_rows(found, limit=found.count())
    ]
    return Section("预警", ["级别", "类型", "事项", "地点", "人数", "工单", "处置"], rows)


def _outcome(row: AlertRow) -> str:
    return str(Disposition(row.disposition).label) if row.disposition else "未处置"


def dispositions(period: Period) -> Section:
    """Hot spots of the period and those disposed of in it: by when, what was made of them, who leads (H-176)."""
    inside = Q(found_at__gte=period.start, found_at__lt=period.end)
    inside |= Q(disposed_at__gte=period.start, disposed_at__lt=period.end)
    alerts = HotAlert.objects.filter(inside)
    disposed = dict(alerts.values_list("pk", "disposed_at"))
    leads = dict(Issue.objects.filter(alert__in=disposed).values_list("alert", "lead__name"))
    rows: list[list[Cell]] = [
        [
            one.level_name,
            one.algo_name,
            one.matter,
            one.people,
            _outcome(one),
            _in_time(disposed[one.id], one.due_at, period.end),
            leads.get(one.id, ""),
        ]
        for one in alert_rows(alerts, limit=len(disposed))
    ]
    head = ["级别", "类型", "事项", "人数", "处置", "时限", "治理牵头单位"]
    return Section("热点处置", head, rows)


def _in_time(disposed_at: datetime | None, due_at: datetime, ended: datetime) -> str:
    if disposed_at is None:
        return "已超时" if due_at < ended else "未到期"
    return "按时" if disposed_at <= due_at else "超时"


def months_themes(period: Period) -> Section:
    """每月一题: what is typical of the month, by its score (H-168, H-177)."""
    found = themes(period.start.astimezone(SHANGHAI).date())
    rows: list[list[Cell]] = [[one.matter, round(one.score, 2), one.people] for one in found]
    return Section("每月一题备选", ["事项", "典型度", "人数"], rows)


def typical_ones(period: Period) -> Section:
    """Cases as anybody may read them already: written anew without persons, approved by two (H-146, H-177)."""
    told = Publication.objects.filter(
        state=PublicationState.PUBLISHED, published_at__gte=period.start, published_at__lt=period.end
    ).order_by("-published_at", "-pk")
    rows: list[list[Cell]] = [[one.title, one.text, one.reply] for one in told[:CASES]]
    return Section("典型案例", ["标题", "诉求", "答复"], rows, note=f"本月公开 {told.count()} 件。")


#: What happens to articles, in the words of the report.
CHANGES: Mapping[type[ArticleFact], str] = {
    ArticleProposed: "由答复生成草稿",
    ArticleConfirmed: "责任部门确认",
    ArticlePublished: "发布",
    ArticleStaled: "因依据变化停用",
    ArticleExpired: "到期停用",
    ArticleDoubted: "收到纠错",
    ArticleDoubtSettled: "纠错办结",
}


def articles_changed(period: Period) -> Section:
    """How the knowledge base moved, as its history says (H-177, H-180…H-182)."""
    facts = EventRecord.objects.of(*CHANGES).filter(at__gte=period.start, at__lt=period.end)
    counted = {
        name: (n, articles)
        for name, n, articles in facts.values_list("name").annotate(
            n=Count("pk"), articles=Count("subject", distinct=True)
        )
    }
    rows: list[list[Cell]] = [[words, *counted.get(kind.name(), (0, 0))] for kind, words in CHANGES.items()]
    return Section("知识库变动", ["变动", "次数", "涉及知识"], rows)


def calls_checked(period: Period) -> Section:
    """What listening to the month's sample showed, agents unnamed: where people need training (H-177, H-183)."""
    months = (period.start.astimezone(SHANGHAI).date(), period.end.astimezone(SHANGHAI).date())
    drawn = QualitySample.objects.filter(month__gte=months[0], month__lt=months[1])
    counted = drawn.aggregate(drawn=Count("pk"), checked=Count("score"), mean=Avg("score"))
    mean = "—" if counted["mean"] is None else round(float(counted["mean"]), 1)
    rows: list[list[Cell]] = [
        ["抽取", counted["drawn"]],
        ["已质检", counted["checked"]],
        ["平均得分", mean],
    ]
    return Section("话务质检（培训重点）", ["项目", "数值"], rows)


def corrected(period: Period) -> Section:
    """Categories that people choose anew too often: their keywords are to be looked over (H-57)."""
    rows: list[list[Cell]] = [
        [
            f"{one.code} {one.name}",
            one.classified,
            one.corrected,
            f"{one.share:.2%}",
            "、".join(one.instead),
        ]
        for one in often_corrected(period.start, period.end)
    ]
    head = ["分类", "自动分类", "人工纠正", "纠正占比", "改为"]
    return Section("自动分类纠正较多（复核关键词）", head, rows)
