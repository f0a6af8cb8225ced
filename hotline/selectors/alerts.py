"""
Alerts and hot spots as pages and machines read them: what, where, how many, since when; never who (H-143).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from common.errors import NotFound
from common.workdays import SHANGHAI
from hotline.models import HotAlert, HotlineOrder
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import current_tree
from hotline.states import Confidentiality, Disposition
from hotline.warning.finding import ALGORITHMS
from hotline.warning.topics import Message
from hotline.warning.topics.heating import heat
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = [
    "AlertPage",
    "AlertRow",
    "Member",
    "Precision",
    "Theme",
    "alert_page",
    "alert_rows",
    "alerts_for",
    "precision",
    "themes",
]

LISTED = 100


@dataclass(frozen=True)
class AlertRow:
    """One line of the list of hot spots."""

    id: int
    algo: str
    algo_name: str
    level: str
    level_name: str
    matter: str
    place: str
    people: float
    orders: int
    first_at: datetime | None
    last_at: datetime | None
    heat: float
    found_at: datetime
    due_at: datetime
    disposition: str


@dataclass(frozen=True)
class Member:
    """An order of the hot spot: its number, its state as the public reads it, where; no words, nobody."""

    order_no: str
    matter: str
    place: str
    state: str
    registered_at: datetime


@dataclass(frozen=True)
class AlertPage:
    """A hot spot by itself; ``trend`` is (day, orders) for every day of its span, ready for a chart."""

    row: AlertRow
    inputs: dict[str, Any]
    members: Sequence[Member]
    trend: Sequence[tuple[date, int]]
    hosts: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Precision:
    """One algorithm in one month (H-169): confirmed of those that were looked at."""

    algo: str
    name: str
    raised: int
    disposed: int
    confirmed: int
    share: float | None
    needs_review: bool


@dataclass(frozen=True)
class Theme:
    """每月一题 (H-168): what is typical, by its score."""

    alert_id: int
    matter: str
    score: float
    people: float


#: Whoever oversees the city reads every hot spot; a red one goes to the leader (H-166).
_OVERSEERS = (Permission.RULE_DISPUTES, Permission.SUPERVISE, Permission.AUDIT, Permission.SHELVE_ORDERS)


def _own_links(account: Account) -> Q | None:
    """Of which orders the account is told in a hot spot: None is of all; a department of its own, never a secret one."""
    who = standing(account)
    if any(map(who.may, _OVERSEERS)):
        return None
    own = who.departments(Permission.HANDLE_ORDERS) if who.may(Permission.READ_STATISTICS) else ()
    return Q(hotlineorder__host__in=own) & ~Q(hotlineorder__confidential=Confidentiality.SECRET)


def alerts_for(account: Account) -> QuerySet[HotAlert]:
    """Every hot spot for whoever oversees; for the head of a department's orders those with orders of its own (H-02)."""
    own = _own_links(account)
    if own is None:
        return HotAlert.objects.all()
    links = HotAlert.orders.through.objects.filter(own, hotalert=OuterRef("pk"))
    return HotAlert.objects.filter(Exists(links))


def alert_rows(
    alerts: QuerySet[HotAlert], *, limit: int = LISTED, account: Account | None = None
) -> list[AlertRow]:
    """A page of alerts in two statements, hottest first; for an account with what it may know of their orders."""
    page = list(alerts.order_by("-found_at", "-id")[:limit])
    orders = _orders_of([alert.pk for alert in page], _own_links(account) if account else None)
    rows = [_row(alert, orders.get(alert.pk, [])) for alert in page]
    return sorted(rows, key=lambda row: (-row.heat, -row.id))


def _orders_of(alert_ids: Sequence[int], own: Q | None = None) -> dict[int, list[HotlineOrder]]:
    through = HotAlert.orders.through.objects.filter(own or Q(), hotalert__in=alert_ids).select_related(
        "hotlineorder__region", "hotlineorder__host"
    )
    hidden = ("text", "redacted", "contact_name", "phone", "id_number")
    found: dict[int, list[HotlineOrder]] = {}
    for link in through.defer(*(f"hotlineorder__{name}" for name in hidden)).order_by("hotlineorder_id"):
        found.setdefault(link.hotalert_id, []).append(link.hotlineorder)
    return found


def _row(alert: HotAlert, orders: Sequence[HotlineOrder]) -> AlertRow:
    times = [order.registered_at for order in orders]
    return AlertRow(
        id=alert.pk,
        algo=alert.algo,
        algo_name=ALGORITHMS[alert.algo],
        level=alert.level,
        level_name=alert.get_level_display(),
        matter=_matter(alert, orders),
        place=_most([order.region.name for order in orders if order.region]),
        people=float(alert.people),
        orders=len(orders),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        heat=_heat(orders, alert.window_end),
        found_at=alert.found_at,
        due_at=alert.due_at,
        disposition=alert.disposition,
    )


def _matter(alert: HotAlert, orders: Sequence[HotlineOrder]) -> str:
    code = _most([order.category_l2 for order in orders]) or alert.key.partition(":")[0]
    category = current_tree().categories.get(code)
    return category.name if category else ""


def _most(values: Sequence[str]) -> str:
    return Counter(values).most_common(1)[0][0] if values else ""


def _heat(orders: Sequence[HotlineOrder], now: datetime) -> float:
    said = [
        Message(o.order_no, o.complainant_key or o.order_no, "", "", o.registered_at, agree=o.repeat_count)
        for o in orders
    ]
    return heat(said, now) if said else 0.0


def alert_page(account: Account, alert_id: int) -> AlertPage:
    """One hot spot; NotFound where the account may not see it."""
    alert = alerts_for(account).filter(pk=alert_id).first()
    if alert is None:
        raise NotFound("没有找到这个预警")
    orders = _orders_of([alert.pk], _own_links(account)).get(alert.pk, [])
    hosts = Counter(order.host.name for order in orders if order.host)
    return AlertPage(
        row=_row(alert, orders),
        inputs=alert.inputs,
        members=[_member(order) for order in orders],
        trend=_trend(alert),
        hosts=hosts.most_common(),
    )


def _member(order: HotlineOrder) -> Member:
    category = current_tree().categories.get(order.category_l2)
    return Member(
        order_no=order.order_no,
        matter=category.name if category else "",
        place=order.region.name if order.region else "",
        state=order.public_word,
        registered_at=order.registered_at,
    )


def _trend(alert: HotAlert) -> list[tuple[date, int]]:
    """Orders a day, days without any as 0."""
    days = alert.orders.annotate(day=TruncDate("registered_at", tzinfo=SHANGHAI)).order_by("day")
    counted = dict(days.values_list("day").annotate(n=Count("id")))
    if not counted:
        return []
    first, last = min(counted), max(counted)
    span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(day, counted.get(day, 0)) for day in span]


def precision(month: date) -> list[Precision]:
    """Each algorithm's confirmed share of what was disposed of; below half its numbers are to be looked at (H-169)."""
    begins = datetime(month.year, month.month, 1, tzinfo=SHANGHAI)
    ends = (begins + timedelta(days=32)).replace(day=1)
    looked = ~Q(disposition="")
    rows = HotAlert.objects.filter(found_at__gte=begins, found_at__lt=ends).order_by().values("algo")
    counts = {
        row["algo"]: row
        for row in rows.annotate(
            raised=Count("id"),
            disposed=Count("id", filter=looked),
            confirmed=Count("id", filter=Q(disposition=Disposition.CONFIRMED)),
        )
    }
    least = parameter("alert_disposal")["precision"]
    return [_precision(algo, dict(counts.get(algo, {})), least) for algo in ALGORITHMS]


def _precision(algo: str, row: dict[str, Any], least: float) -> Precision:
    raised, disposed, confirmed = (int(row.get(name, 0)) for name in ("raised", "disposed", "confirmed"))
    share = confirmed / disposed if disposed else None
    return Precision(
        algo, ALGORITHMS[algo], raised, disposed, confirmed, share, share is not None and share < least
    )


def themes(month: date, *, limit: int = 5) -> list[Theme]:
    """The month's typical matters, by T (H-168)."""
    begins = datetime(month.year, month.month, 1, tzinfo=SHANGHAI)
    ends = (begins + timedelta(days=32)).replace(day=1)
    rows = HotAlert.objects.filter(algo="A-3", found_at__gte=begins, found_at__lt=ends)
    alerts = list(rows.exclude(disposition=Disposition.FALSE_ALARM))
    orders = _orders_of([alert.pk for alert in alerts])
    found = [
        Theme(alert.pk, _matter(alert, orders.get(alert.pk, [])), alert.inputs["t"], float(alert.people))
        for alert in alerts
    ]
    return sorted(found, key=lambda theme: (-theme.score, theme.alert_id))[:limit]
