"""
What the hotline tells the public: totals, rates with their denominators, topics, solved examples (H-179).

Counted at most once an hour; nothing personal, no topic of fewer than five orders, and of examples only
what two people released (H-146).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from common.workdays import SHANGHAI
from hotline.measuring import Period
from hotline.models import HotlineOrder, Publication
from hotline.selectors.facts import facts_of_period
from hotline.selectors.metrics import figures_of
from hotline.selectors.tree import current_tree
from hotline.states import PublicationState

__all__ = ["Openness", "Rate", "openness"]

KEPT_SECONDS, YEAR, MONTH = 3600, timedelta(days=365), timedelta(days=30)
#: Fewer say who they are.
LEAST, TOP, EXAMPLES = 5, 10, 6
#: What the public may compare; internal quality figures are not among them.
SHOWN = ("M-07", "M-08", "M-09", "M-11")


@dataclass(frozen=True)
class Rate:
    """One rate as the public reads it."""

    name: str
    percent: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Openness:
    """The public page."""

    year: int
    months: list[tuple[str, int]]
    rates: list[Rate]
    topics: list[tuple[str, int]]


def openness() -> Openness:
    """As counted within the last hour."""
    kept: Openness | None = cache.get("hotline:openness")
    if kept is None:
        kept = _counted(timezone.now())
        cache.set("hotline:openness", kept, KEPT_SECONDS)
    return kept


def _counted(now: datetime) -> Openness:
    period = Period(now - YEAR, now)
    accepted = HotlineOrder.objects.filter(accepted_at__gte=period.start, accepted_at__lt=now)
    months = accepted.annotate(month=TruncMonth("accepted_at", tzinfo=SHANGHAI))
    counted = months.values_list("month").annotate(n=Count("pk")).order_by("month")
    told = [(f"{month.astimezone(SHANGHAI):%Y-%m}", n) for month, n in counted]
    figures = figures_of(period, facts_of_period(period))
    shares = [figures.figure(code) for code in SHOWN]
    return Openness(
        year=sum(n for _month, n in told),
        months=told,
        rates=[
            Rate(one.name, one.share.percent, one.share.numerator, one.share.denominator) for one in shares
        ],
        topics=_topics(now),
    )


def _topics(now: datetime) -> list[tuple[str, int]]:
    known = current_tree().categories
    rows = HotlineOrder.objects.filter(accepted_at__gte=now - MONTH).exclude(category_l2="0000")
    counted = rows.values_list("category_l2").annotate(n=Count("pk")).filter(n__gte=LEAST)
    ranked = counted.order_by("-n", "category_l2")[:TOP]
    return [(known[code].name if code in known else code, n) for code, n in ranked]


def examples() -> list[Publication]:
    """The newest solved examples that two people released."""
    return list(Publication.objects.filter(state=PublicationState.PUBLISHED).order_by("-pk")[:EXAMPLES])
