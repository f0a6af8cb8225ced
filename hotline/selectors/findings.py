"""
The nine algorithms on stored orders: the database counts by category, place and window, the rules judge (section 17).

Input is what was accepted and is neither invalid nor guided elsewhere; a complainant nobody can tell from others
counts half. Every function is given the moment, so the same moment gives the same findings (H-165).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Replace, TruncMonth

from common.workdays import SHANGHAI, day_of
from hotline.models import Group, HotlineOrder
from hotline.selectors.parameters import parameter
from hotline.selectors.regions import regions
from hotline.selectors.tree import current_tree
from hotline.states import Channel, OrderStatus, OrderType
from hotline.warning.counts import (
    MatterCount,
    Spread,
    expected,
    is_concentrated,
    is_in_the_way,
    is_of_the_season,
    is_rising,
    typicality,
)
from hotline.warning.finding import Finding, people_count
from hotline.warning.places import Spot, clusters
from hotline.warning.words import Said, new_terms, sensitive_hits
from identity.models import Region
from matters.selectors import centre_calendar
from workflow.models import DepartmentReview

__all__ = ["BEAT", "NIGHTLY", "counted", "find", "sensitive_in"]

DAY = timedelta(days=1)
_LEFT_OUT = (OrderStatus.INVALID, OrderStatus.GUIDED_ELSEWHERE)
_BY_WINDOW = """
SELECT category_l2, region_id, floor(extract(epoch FROM (%(now)s - accepted_at)) / %(seconds)s)::int AS ago,
    count(DISTINCT complainant_key) FILTER (WHERE complainant_key <> '')
        + 0.5 * count(*) FILTER (WHERE complainant_key = '') AS people,
    array_agg(id ORDER BY id) AS ids
FROM hotline_hotlineorder
WHERE accepted_at > %(since)s AND accepted_at <= %(now)s AND region_id IS NOT NULL AND NOT status = ANY(%(left)s)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def counted() -> QuerySet[HotlineOrder]:
    """What the algorithms count."""
    return HotlineOrder.objects.filter(accepted_at__isnull=False).exclude(status__in=_LEFT_OUT)


def find(algos: Iterable[str], now: datetime) -> list[Finding]:
    """The findings of some algorithms at a moment."""
    return [finding for algo in algos for finding in _FINDERS[algo](now, _numbers(algo))]


def _numbers(algo: str) -> Mapping[str, Any]:
    return parameter("warning").get(algo.replace("-", "").lower(), {})


def _concentrated(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-1, in a day and in a week; a street that is over the limit in both is one finding, of the day."""
    found: dict[str, Finding] = {}
    for length in (DAY, 7 * DAY):
        for finding in _concentrated_in(now, length, limits):
            found.setdefault(finding.key, finding)
    return list(found.values())


def _concentrated_in(now: datetime, length: timedelta, limits: Mapping[str, Any]) -> list[Finding]:
    windows = 28 * DAY // length
    given: dict[str, Any] = {
        "now": now,
        "since": now - length * (windows + 1),
        "seconds": length.total_seconds(),
        "left": list(_LEFT_OUT),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_WINDOW, given)
        rows = cursor.fetchall()
    by_street: defaultdict[tuple[str, int], dict[int, tuple[float, list[int]]]] = defaultdict(dict)
    for category, region, ago, people, ids in rows:
        by_street[category, region][ago] = (float(people), ids)
    found = []
    for (category, region), counts in by_street.items():
        people, ids = counts.get(0, (0.0, []))
        mean = expected([counts.get(ago, (0.0, []))[0] for ago in range(1, windows + 1)])
        if is_concentrated(people, mean, n_min=limits["n"], p=limits["p"]):
            inputs = {"n": people, "lambda": round(mean, 3), "hours": int(length.total_seconds() // 3600)}
            key = f"{category}:{regions().by_id[region].code}"
            found.append(Finding("A-1", key, now - length, now, people, tuple(ids), inputs))
    return found


def _midnight(now: datetime) -> datetime:
    """The start of the local day: nightly algorithms look at whole days."""
    return datetime.combine(now.astimezone(SHANGHAI).date(), time.min, SHANGHAI)


def _rising(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-2: trends by category and district, and new words."""
    end = _midnight(now)
    rows = counted().filter(accepted_at__gte=end - 14 * DAY, accepted_at__lt=end)
    by_place: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    values = rows.order_by("id").values_list(
        "id", "category_l2", "region_id", "accepted_at", "complainant_key"
    )
    for pk, category, region, at, person in values:
        district = regions().of_kind(region, Region.Kind.DISTRICT)
        if district is not None and at is not None:
            by_place[f"{category}:{district.code}"].append(((end - at) // DAY, pk, person))
    found = []
    for key, said in sorted(by_place.items()):
        days = Counter(ago for ago, _pk, _person in said)
        week, before = sum(days[ago] for ago in range(7)), sum(days[ago] for ago in range(7, 14))
        if is_rising(week, before, [days[0], days[1], days[2]], least=limits["n7"], ratio=limits["ratio"]):
            recent = [(pk, person) for ago, pk, person in said if ago < 7]
            inputs = {"n7": week, "p7": before, "ratio": round((week + 1) / (before + 1), 3)}
            people = people_count(person for _pk, person in recent)
            found.append(
                Finding("A-2", key, end - 7 * DAY, end, people, tuple(pk for pk, _p in recent), inputs)
            )
    return found + _new_words(end, limits)


def _new_words(end: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    known = {word for category in current_tree().leaves for word in category.keywords}
    rows = counted().order_by("id").filter(accepted_at__lt=end, accepted_at__gte=end - 30 * DAY)
    edge = end - 2 * DAY
    recent = rows.filter(accepted_at__gte=edge).values_list("id", "complainant_key", "title", "redacted")
    before = rows.filter(accepted_at__lt=edge).values_list("title", "redacted")
    terms = new_terms(
        [Said(pk, person, f"{title}|{text}") for pk, person, title, text in recent],
        (f"{title}|{text}" for title, text in before.iterator()),
        known,
        orders=limits["term_orders"],
        people=limits["term_people"],
    )
    return [
        Finding("A-2", f"term:{term.word}", edge, end, term.people, term.orders, {"before": term.before})
        for term in terms
    ]


def _typical(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-3: twelve weeks by category and subject or matter."""
    end = _midnight(now)
    rows = counted().filter(accepted_at__gte=end - 84 * DAY, accepted_at__lt=end)
    rows = rows.exclude(subject_code="", matter_code="").order_by("id")
    about: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    wanted = (
        "id",
        "category_l2",
        "subject_code",
        "matter_code",
        "complainant_key",
        "region_id",
        "accepted_at",
    )
    for row in rows.values_list(*wanted, "survey_solved", "rework_no"):
        about[f"{row[1]}:{row[2] or row[3]}"].append(row)
    found = []
    for key, said in sorted(about.items()):
        spread = _spread(said, end)
        score = typicality(spread.streets, spread.weeks, spread.unsolved_share)
        if spread.people >= limits["people"] and score >= limits["t"]:
            inputs = {"t": round(score, 4), "streets": spread.streets, "weeks": spread.weeks}
            inputs["unsolved"] = round(spread.unsolved_share, 4)
            ids = tuple(row[0] for row in said)
            found.append(Finding("A-3", key, end - 84 * DAY, end, spread.people, ids, inputs))
    return found


def _spread(said: Sequence[tuple[Any, ...]], end: datetime) -> Spread:
    asked = [row[7] for row in said if row[7]]
    return Spread(
        people=people_count(row[4] for row in said),
        streets=len({row[5] for row in said if row[5]}),
        weeks=len({(end - row[6]) // (7 * DAY) for row in said}),
        solved=asked.count("yes"),
        surveyed=len(asked),
        reworked=sum(row[8] > 0 for row in said),
        orders=len(said),
    )


def _gathered(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-4: by L1, in three days."""
    since = now - timedelta(hours=limits["hours"])
    rows = counted().filter(accepted_at__gt=since, accepted_at__lte=now, longitude__isnull=False)
    by_l1: defaultdict[str, list[Spot]] = defaultdict(list)
    for category, pk, person, longitude, latitude in rows.values_list(
        "category_l1", "id", "complainant_key", "longitude", "latitude"
    ):
        if longitude is not None and latitude is not None:
            by_l1[category].append(Spot(pk, person, float(longitude), float(latitude)))
    found = []
    for category, spots in sorted(by_l1.items()):
        for cluster in clusters(spots, metres=limits["metres"], people=limits["people"]):
            people = people_count(spot.complainant for spot in cluster)
            ids = tuple(spot.order_id for spot in cluster)
            inputs = {"metres": limits["metres"], "n": people}
            found.append(Finding("A-4", f"{category}:{ids[0]}", since, now, people, ids, inputs))
    return found


def _masses(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-5: groups that became a mass matter."""
    length = timedelta(hours=limits["hours"])
    groups = Group.objects.filter(is_mass=True, mass_since__gt=now - length, mass_since__lte=now).order_by(
        "pk"
    )
    found = []
    for group in groups.prefetch_related("orders"):
        if group.mass_since is not None:
            ids = tuple(sorted(one.pk for one in group.orders.all()))
            since = group.mass_since - length
            found.append(
                Finding(
                    "A-5",
                    f"group:{group.pk}",
                    since,
                    group.mass_since,
                    group.people,
                    ids,
                    {"n": group.people},
                )
            )
    return found


def _hard(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-6: three times the same by the same, reworked twice, or ten working days late."""
    end = _midnight(now)
    since = end - timedelta(days=limits["days"])
    open_ones = HotlineOrder.objects.open().order_by("id")
    calendar, today, most = centre_calendar(), end.date(), limits["overdue_days"]
    late = [
        (pk, number)
        for pk, number, due in open_ones.filter(public_due_at__lt=end - most * DAY).values_list(
            "id", "order_no", "public_due_at"
        )
        if due is not None and calendar.workdays_between(day_of(due), today) > most
    ]
    reworked = open_ones.filter(rework_no__gte=2).values_list("id", "order_no")
    found = [
        Finding("A-6", f"{reason}:{number}", since, end, 1, (pk,), {"reason": reason})
        for reason, rows in (("rework", reworked), ("overdue", late))
        for pk, number in rows
    ]
    return found + _again(limits, end)


def _again(limits: Mapping[str, Any], end: datetime) -> list[Finding]:
    since = end - timedelta(days=limits["days"])
    rows = counted().filter(accepted_at__gte=since, accepted_at__lt=end).exclude(complainant_key="")
    rows = rows.exclude(address_id="", subject_code="", location_text="").order_by("id")
    said: defaultdict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    wanted = (
        "complainant_key",
        "category_l2",
        "address_id",
        "subject_code",
        "place_key",
        "location_text",
        "id",
        "order_no",
    )
    for person, category, address, subject, key, where, pk, number in rows.values_list(*wanted):
        said[person, category, address or subject or key or where].append((pk, number))
    return [
        Finding(
            "A-6",
            f"repeat:{orders[0][1]}",
            since,
            end,
            1,
            tuple(pk for pk, _no in orders),
            {"times": len(orders)},
        )
        for orders in said.values()
        if len(orders) >= limits["times"]
    ]


def sensitive_in(order: HotlineOrder) -> list[str]:
    """The words of the list that an order says (A-7)."""
    return sensitive_hits(f"{order.title}|{order.redacted}", current_tree().tables["sensitive_words"])


def _sensitive(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-7: what came in during the last day and says a word of the list."""
    pattern = "|".join(current_tree().tables["sensitive_words"])
    rows = HotlineOrder.objects.filter(registered_at__gt=now - DAY, registered_at__lte=now)
    said = Replace(
        Concat("title", Value("|"), "redacted", output_field=TextField()),
        Value(" "),
        Value(""),
        output_field=TextField(),
    )
    rows = rows.annotate(said=said).filter(said__regex=pattern)
    return [
        Finding(
            "A-7",
            one.order_no,
            one.registered_at,
            one.registered_at,
            1,
            (one.pk,),
            {"words": sensitive_in(one)},
        )
        for one in rows.order_by("id")
    ]


def _seasonal(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-8: the month that begins within thirty days, in the two years before."""
    today = now.astimezone(SHANGHAI)
    ahead = today + timedelta(days=limits.get("days", 30))
    begins = datetime(ahead.year, ahead.month, 1, tzinfo=SHANGHAI)
    if begins <= today:
        return []
    listed = limits.get("listed", {})
    years: defaultdict[str, dict[int, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    first = datetime(begins.year - 2, 1, 1, tzinfo=SHANGHAI)
    rows = counted().filter(
        accepted_at__gte=first, accepted_at__lt=datetime(begins.year, 1, 1, tzinfo=SHANGHAI)
    )
    months = rows.annotate(month=TruncMonth("accepted_at", tzinfo=SHANGHAI)).values("category_l2", "month")
    for row in months.annotate(n=Count("id")).order_by("category_l2", "month"):
        years[row["category_l2"]][row["month"].year][row["month"].month] += row["n"]
    return [
        Finding("A-8", f"{code}:{begins:%Y-%m}", begins - timedelta(days=30), begins, 0, (), {
            "years": {str(year): dict(counts) for year, counts in of_years.items()}, "month": begins.month,
        })
        for code, of_years in sorted(years.items())
        if is_of_the_season(
            begins.month, of_years, ratio=limits["ratio"], listed=begins.month in listed.get(code, ())
        )
    ]  # fmt: skip


def _blocked(now: datetime, limits: Mapping[str, Any]) -> list[Finding]:
    """A-9: complaints and bad ratings that came as orders, against the reviews ended in the same thirty days."""
    end = _midnight(now)
    since = end - 30 * DAY
    about = Q(order_type=OrderType.COMPLAINT) | Q(channel=Channel.EVAL)
    rows = counted().filter(about, accepted_at__gte=since, accepted_at__lt=end).exclude(matter_code="")
    said: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for code, pk, person in rows.order_by("id").values_list("matter_code", "id", "complainant_key"):
        said[code].append((pk, person))
    ended = DepartmentReview.objects.filter(ended_at__gte=since, ended_at__lt=end, matter__code__in=said)
    counts = ended.order_by().values("matter__code").annotate(n=Count("id"))
    handled = {row["matter__code"]: row["n"] for row in counts}
    numbers = {"count": limits["count"], "share": limits["share"], "floor": limits["floor"]}
    return [
        Finding("A-9", code, since, end, people_count(p for _pk, p in rows_), tuple(pk for pk, _p in rows_), {
            "complaints": len(rows_), "handled": handled.get(code, 0),
        })
        for code, rows_ in sorted(said.items())
        if is_in_the_way(MatterCount(len(rows_), handled.get(code, 0)), **numbers)
    ]  # fmt: skip


#: Every ten minutes, and every night (section 17).
BEAT = ("A-1", "A-4", "A-5", "A-7")
NIGHTLY = ("A-2", "A-3", "A-6", "A-8", "A-9")
_FINDERS: Mapping[str, Callable[[datetime, Mapping[str, Any]], list[Finding]]] = {
    "A-1": _concentrated,
    "A-2": _rising,
    "A-3": _typical,
    "A-4": _gathered,
    "A-5": _masses,
    "A-6": _hard,
    "A-7": _sensitive,
    "A-8": _seasonal,
    "A-9": _blocked,
}
