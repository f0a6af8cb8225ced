"""The sections of the reports: tables of plain values with the chart that shows them, nothing personal (H-143)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from common.workdays import SHANGHAI
from hotline.measuring import Period
from hotline.models import (
    Dispute,
    Exclusion,
    HotlineOrder,
    ResultSubmission,
    Ruling,
    ShelveRequest,
    Supervision,
)
from hotline.rules.measuring import CLASSES, class_of
from hotline.selectors.facts import facts_of_period
from hotline.selectors.metrics import Figure, Measured, figures_of
from hotline.selectors.parameters import parameter
from hotline.selectors.sections import (
    Cell,
    Chart,
    Section,
    alerts_found,
    articles_changed,
    calls_checked,
    corrected,
    dispositions,
    months_themes,
    typical_ones,
)
from hotline.selectors.tree import current_tree
from hotline.states import (
    OPEN,
    Channel,
    ExclusionCode,
    OrderStatus,
    OrderType,
    ResultDefect,
    SupervisionCause,
    SupervisionLevel,
    Urgency,
)
from identity.selectors import departments

__all__ = ["daily", "monthly", "quarterly", "weekly"]

TOP = 10


def daily(period: Period) -> list[Section]:
    """H-175: volume by channel, type and group; M-01; red lamps; emergencies; top ten; overdue; alerts."""
    accepted = _accepted(period)
    facts = figures_of(period, facts_of_period(period))
    return [
        _tally("各渠道受理量", "渠道", accepted, "channel", dict(Channel.choices)),
        _tally("各类型受理量", "诉求类型", accepted, "order_type", dict(OrderType.choices)),
        _tally("各领域受理量", "一级分类", accepted, "category_l1", _groups()),
        _tally("受理最多的十类诉求", "二级分类", accepted, "category_l2", _leaves(), most=TOP),
        _figures("接通情况", facts, ("M-01", "M-01a", "M-02")),
        _overdue(period),
        _emergencies(period),
        alerts_found(period),
    ]


def weekly(period: Period) -> list[Section]:
    """H-176: trends, repeats, rework, rulings, movements of 挂账, supervisions, what became of hot spots."""
    return [
        _trend(period),
        _repeats(period),
        _rulings(period),
        _ledger(period),
        _supervisions(period),
        dispositions(period),
    ]


def monthly(period: Period) -> list[Section]:
    """H-177: every metric, by class; what was left out; themes, cases, knowledge; where people need training."""
    facts = facts_of_period(period)
    whole = figures_of(period, facts)
    return [
        _figures("全市指标", whole, tuple(one.code for one in whole.figures)),
        _paces(whole),
        *_by_class(period, facts),
        _exclusions(period, whole),
        months_themes(period),
        typical_ones(period),
        articles_changed(period),
        _defects(period),
        calls_checked(period),
        corrected(period),
        _supervisions(period),
    ]


def quarterly(period: Period) -> list[Section]:
    """H-177: the months of the quarter beside each other, for the office that improves the business climate."""
    months = [figures_of(one, facts_of_period(one)) for one in _months(period)]
    names = [f"{one.period.start.astimezone(SHANGHAI).month} 月" for one in months]
    rows: list[list[Cell]] = [
        [figure.name, *[one.figure(figure.code).share.percent for one in months]]
        for figure in months[0].figures
    ]
    series = {
        months[0].figure(code).name: [_hundredths(one.figure(code)) for one in months]
        for code in ("M-08", "M-09", "M-11")
    }
    return [
        Section("各月指标", ["指标", *names], rows, chart=Chart("line", names, series)),
        _tally("涉企诉求", "二级分类", _accepted(period).filter(enterprise=True), "category_l2", _leaves()),
    ]


def _accepted(period: Period) -> QuerySet[HotlineOrder]:
    return HotlineOrder.objects.filter(accepted_at__gte=period.start, accepted_at__lt=period.end)


def _groups() -> dict[str, str]:
    return {one.code: one.name for one in current_tree().categories.values() if one.parent_id is None}


def _leaves() -> dict[str, str]:
    return {one.code: one.name for one in current_tree().categories.values()}


def _tally(
    title: str,
    head: str,
    rows: QuerySet[HotlineOrder],
    column: str,
    names: dict[str, str],
    most: int | None = None,
) -> Section:
    counted = list(rows.values_list(column).annotate(n=Count("pk")).order_by("-n", column)[:most])
    told: list[list[Cell]] = [[names.get(value, value), n] for value, n in counted]
    chart = Chart("bar", [str(name) for name, _n in told], {"件数": [n for _value, n in counted]})
    return Section(title, [head, "件数"], told, chart=chart if told else None)


def _figures(title: str, measured: Measured, codes: Sequence[str]) -> Section:
    rows: list[list[Cell]] = [_figure_row(measured.figure(code)) for code in codes]
    return Section(title, ["指标", "结果", "分子", "分母", "目标"], rows, note="分母少于 30 的不作比较。")


def _figure_row(figure: Figure) -> list[Cell]:
    target = (
        "" if figure.target is None else f"{'≥' if figure.is_better_high else '≤'} {figure.target * 100:g}%"
    )
    share = figure.share
    return [f"{figure.code} {figure.name}", share.percent, share.numerator, share.denominator, target]


def _hundredths(figure: Figure) -> float | None:
    value = figure.share.value
    return None if value is None else round(value * 100, 2)


def _overdue(period: Period) -> Section:
    """Red lamps: what was open and past its public due when the period ended."""
    rows = HotlineOrder.objects.filter(
        status__in=sorted(OPEN), public_due_at__lt=period.end, registered_at__lt=period.end
    )
    counted = rows.values_list("host").annotate(n=Count("pk")).order_by("-n")
    known = departments()
    told: list[list[Cell]] = [[known[pk].name if pk else "热线中心", n] for pk, n in counted]
    return Section("超期未办结（红灯）", ["单位", "件数"], told)


def _emergencies(period: Period) -> Section:
    rows = HotlineOrder.objects.filter(
        registered_at__gte=period.start, registered_at__lt=period.end, urgency=Urgency.EMERGENCY
    ).order_by("registered_at")
    names = _leaves()
    told: list[list[Cell]] = [
        [one.order_no, names.get(one.category_l2, one.category_l2), OrderStatus(one.status).label]
        for one in rows.only("order_no", "category_l2", "status")
    ]
    return Section("特急工单", ["工单号", "分类", "状态"], told)


def _trend(period: Period) -> Section:
    before = Period(period.start - timedelta(days=7), period.start)
    now, then = _per_day(period), _per_day(before)
    labels = [_weekday(number) for number in range(7)]
    rows: list[list[Cell]] = [list(row) for row in zip(labels, now, then, strict=True)]
    chart = Chart("line", labels, {"本周": [*map(float, now)], "上周": [*map(float, then)]})
    return Section("受理量走势", ["日期", "本周", "上周"], rows, chart=chart)


def _per_day(period: Period) -> list[int]:
    days = _accepted(period).annotate(day=TruncDate("accepted_at", tzinfo=SHANGHAI))
    counted = dict(days.values_list("day").annotate(n=Count("pk")))
    first = period.start.astimezone(SHANGHAI).date()
    return [counted.get(first + timedelta(days=number), 0) for number in range(7)]


def _weekday(number: int) -> str:
    return "周" + "一二三四五六日"[number]


def _repeats(period: Period) -> Section:
    accepted = _accepted(period)
    counted = accepted.aggregate(
        all=Count("pk"),
        merged=Count("pk", filter=Q(status=OrderStatus.MERGED)),
        grouped=Count("pk", filter=Q(group__isnull=False)),
        rebounds=Count("pk", filter=Q(is_rebound=True)),
        reworked=Count("pk", filter=Q(rework_no__gt=0)),
        repeats=Sum("repeat_count"),
    )
    names = {
        "all": "受理",
        "merged": "并单",
        "grouped": "关联诉求",
        "rebounds": "办结后反弹",
        "reworked": "重办",
        "repeats": "重复来电",
    }
    rows: list[list[Cell]] = [[name, counted[key] or 0] for key, name in names.items()]
    return Section("重复与重办", ["项目", "件数"], rows)


def _rulings(period: Period) -> Section:
    ruled = Ruling.objects.filter(at__gte=period.start, at__lt=period.end).select_related("host")
    names = _leaves()
    rows: list[list[Cell]] = [
        [names.get(one.category_l2, one.category_l2), one.fact_tag, one.host.name] for one in ruled
    ]
    waiting = Dispute.objects.filter(opened_at__lt=period.end, closed_at=None).count()
    return Section("职责争议裁定", ["分类", "事实", "裁定主办"], rows, note=f"尚未裁定 {waiting} 件。")


def _ledger(period: Period) -> Section:
    rows = ShelveRequest.objects.filter(shelved_at__isnull=False, shelved_at__lt=period.end)
    inside = Q(shelved_at__gte=period.start)
    ended = Q(ended_at__gte=period.start, ended_at__lt=period.end)
    counted = rows.aggregate(
        new=Count("pk", filter=inside),
        off=Count("pk", filter=ended & Q(written_off=True)),
        resumed=Count("pk", filter=ended & Q(written_off=False)),
        left=Count("pk", filter=Q(ended_at=None) | Q(ended_at__gte=period.end)),
    )
    names = {"new": "新增挂账", "off": "销账", "resumed": "恢复办理", "left": "期末在账"}
    return Section("挂账变动", ["项目", "件数"], [[name, counted[key]] for key, name in names.items()])


def _supervisions(period: Period) -> Section:
    opened = Supervision.objects.filter(opened_at__gte=period.start, opened_at__lt=period.end)
    told: list[list[Cell]] = [
        [
            one.department.name,
            SupervisionCause(one.cause).label,
            SupervisionLevel(one.level).label,
            "已答复" if one.answered_at else "未答复",
            "有约谈" if one.interview else "",
        ]
        for one in opened.select_related("department").order_by("-level", "opened_at")
    ]
    return Section("督办", ["单位", "事由", "层级", "答复", "约谈"], told)


def _paces(measured: Measured) -> Section:
    names = {"normal": "一般（工作小时）", "urgent": "紧急、特急（自然小时）"}
    rows: list[list[Cell]] = [
        [name, pace.of, round(pace.mean, 1), round(pace.p50, 1), round(pace.p90, 1)]
        for key, name in names.items()
        if (pace := measured.paces[key]) is not None
    ]
    return Section("M-13 办理时长", ["类别", "件数", "平均", "中位", "九成以内"], rows)


def _by_class(period: Period, facts: Sequence[Any]) -> Iterable[Section]:
    volumes: dict[str, int] = {}
    for one in facts:
        if one.accepted_at in period:
            volumes[one.department] = volumes.get(one.department, 0) + 1
    co_ordinating = set(parameter("coordinating_departments"))
    for klass, name in CLASSES.items():
        members = [
            one
            for one in departments().values()
            if volumes.get(one.code) and class_of(one.code, one.kind, co_ordinating, volumes) == klass
        ]
        if members:
            yield _class_section(name, [(one.name, figures_of(period, facts, one.code)) for one in members])


def _class_section(name: str, measured: Sequence[tuple[str, Measured]]) -> Section:
    codes = ("M-05", "M-07", "M-08", "M-09", "M-11", "M-12")
    head = ["单位", "受理", *[measured[0][1].figure(code).name for code in codes], "综合得分"]
    rows: list[list[Cell]] = [
        [title, one.orders, *[_told(one.figure(code)) for code in codes], _score(one)]
        for title, one in measured
    ]
    return Section(f"分类指标：{name}", head, sorted(rows, key=lambda row: str(row[0])))


def _told(figure: Figure) -> str:
    return f"{figure.share.percent}（{figure.share.numerator}/{figure.share.denominator}）"


def _score(measured: Measured) -> str:
    if measured.score is None or measured.orders < parameter("sample_floor"):
        return "样本不足"
    return f"{measured.score:.2f}"


def _exclusions(period: Period, measured: Measured) -> Section:
    """What the metrics left out, by code, as they count it; of which how many somebody approved (H-163)."""
    rows = Exclusion.objects.filter(
        hotline_order__accepted_at__gte=period.start, hotline_order__accepted_at__lt=period.end
    )
    approved = dict(rows.values_list("code").annotate(n=Count("pk")))
    told: list[list[Cell]] = [
        [f"{code} {label}", measured.exclusions.get(code, 0), approved.get(code, 0)]
        for code, label in ExclusionCode.choices
    ]
    note = "X1 至 X5 由工单状态决定；X6 至 X8 须经批准，附理由和佐证。"
    return Section("指标剔除", ["代码", "件数", "其中经批准"], told, note=note)


def _defects(period: Period) -> Section:
    """Why results were sent back, by department: where people need training."""
    rows = ResultSubmission.objects.filter(at__gte=period.start, at__lt=period.end, accepted=False)
    counted = rows.values_list("assignment__department__name", "defect").annotate(n=Count("pk"))
    told: list[list[Cell]] = [
        [name, ResultDefect(what).label, n]
        for name, what, n in counted.order_by("-n", "assignment__department__name", "defect")
    ]
    return Section("办结审核退回（培训重点）", ["单位", "原因", "次数"], told)


def _months(period: Period) -> list[Period]:
    starts: list[datetime] = [period.start.astimezone(SHANGHAI)]
    while (later := _next_month(starts[-1])) < period.end:
        starts.append(later)
    ends = [*starts[1:], period.end]
    return [Period(first, last) for first, last in zip(starts, ends, strict=True)]


def _next_month(first: datetime) -> datetime:
    years, month = divmod(first.month, 12)
    return first.replace(year=first.year + years, month=month + 1)
