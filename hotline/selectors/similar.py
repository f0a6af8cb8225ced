"""
Orders like another: by words alone for the desk, by the letter of H-130 for merging, by place for the citizen.

Each is one statement whatever the number of orders: the database narrows by category, place and days, and
reckons the likeness of words over the numbers of their pairs (hotline.models.OrderWords).
"""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from hotline.models import HotlineOrder
from hotline.rules.repeats import EARTH_METRES, View, bigrams, distance, is_same_matter
from hotline.selectors.classifying import classify
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import current_tree
from hotline.states import OPEN, Confidentiality, OrderStatus
from identity.models import Account

__all__ = [
    "Nearby",
    "at_the_house",
    "nearby",
    "pair_numbers",
    "public_orders",
    "same_matter",
    "seen_alike",
    "similar",
    "view_of_order",
]

#: The newest so many of a category are compared by words.
COMPARED = 5000
SHOWN = 10
#: Less alike is chance; what an agent should look at before writing another order.
WORTH_A_LOOK = 0.25
NEARBY_AT_MOST = 5
_LEFT_OUT = (OrderStatus.MERGED, OrderStatus.INVALID, OrderStatus.GUIDED_ELSEWHERE, OrderStatus.WITHDRAWN)
_BY_WORDS = """
WITH near AS (
    SELECT w.hotline_order_id, w.pairs, w.place
    FROM hotline_orderwords w JOIN hotline_hotlineorder o ON o.id = w.hotline_order_id
    WHERE w.category_l2 = ANY(%(categories)s) AND w.registered_at >= %(since)s AND o.status = ANY(%(open)s)
      AND (%(region)s::bigint IS NULL OR w.region_id IS NULL OR w.region_id = %(region)s)
    ORDER BY w.registered_at DESC LIMIT %(compared)s
), counted AS (
    SELECT hotline_order_id, cardinality(pairs) AS size,
        (SELECT count(*) FROM unnest(pairs) p WHERE p = ANY(%(pairs)s)) AS shared,
        (SELECT count(*) FROM unnest(place) p WHERE p = ANY(%(place)s)) AS places
    FROM near
)
SELECT o.order_no, least(1.0, shared::float / greatest(1, size + %(size)s - shared)
    + 0.3 * places / greatest(1, %(places)s)) AS score
FROM counted JOIN hotline_hotlineorder o ON o.id = hotline_order_id
WHERE shared > 0
ORDER BY score DESC, o.id LIMIT %(shown)s
"""


def pair_numbers(text: str) -> list[int]:
    """The pairs of a text as numbers of 31 bits, the same in every process."""
    return sorted({zlib.crc32(pair.encode()) & 0x7FFFFFFF for pair in bigrams(text)})


def similar(
    title: str,
    text: str,
    location: str = "",
    region: int | None = None,
    *,
    category: str = "",
    limit: int = SHOWN,
    now: datetime | None = None,
) -> list[tuple[str, float]]:
    """Open orders that say the like, most alike first: (order_no, 0 … 1); place in words counts too."""
    found = classify(title, text)
    categories = [category] if category else [one.code for one in found.candidates] or [found.code]
    pairs, place = pair_numbers(f"{title}。{text}"), pair_numbers(location)
    moment = now or timezone.now()
    given: dict[str, Any] = {
        "categories": categories,
        "since": moment - timedelta(days=parameter("same_matter")["open_days"]),
        "open": sorted(OPEN),
        "region": region,
        "compared": COMPARED,
        "pairs": pairs,
        "size": len(pairs),
        "place": place,
        "places": len(place),
        "shown": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_WORDS, given)
        return [(number, float(score)) for number, score in cursor.fetchall()]


def seen_alike(account: Account, alike: Iterable[tuple[str, float]]) -> list[HotlineOrder]:
    """Those of the like that this reader may see and that are no secret, most alike first; nobody's name."""
    numbers = [number for number, score in alike if score >= WORTH_A_LOOK]
    rows = HotlineOrder.objects.visible_to(account).filter(order_no__in=numbers).select_related("host")
    rows = rows.exclude(confidential=Confidentiality.SECRET)
    found = {row.order_no: row for row in rows.only("order_no", "title", "status", "host__name")}
    return [found[number] for number in numbers if number in found]


def view_of_order(order: HotlineOrder) -> View:
    """What the same-matter test reads of an order."""
    is_open = order.status in OPEN
    return View(
        category=order.category_l2,
        text=order.redacted,
        complainant=order.complainant_key,
        address=order.address_id,
        subject=order.subject_code,
        place=order.place_key,
        longitude=None if order.longitude is None else float(order.longitude),
        latitude=None if order.latitude is None else float(order.latitude),
        is_open=is_open,
        since=order.registered_at if is_open else (order.archived_at or order.state_since),
    )


def same_matter(order: HotlineOrder, *, at: datetime | None = None) -> list[HotlineOrder]:
    """Orders about the same matter, oldest first (H-130): candidates by one statement, the test by its rule."""
    limits, moment = parameter("same_matter"), at or order.registered_at
    place = _at_the_place(order, limits["metres"])
    if place is None:
        return []
    since = moment - timedelta(days=limits["open_days"])
    ended = moment - timedelta(days=limits["closed_days"])
    in_time = Q(status__in=sorted(OPEN), registered_at__gte=since) | Q(
        status=OrderStatus.ARCHIVED, archived_at__gte=ended
    )
    rows = HotlineOrder.objects.filter(place, in_time, category_l2=order.category_l2)
    rows = rows.exclude(pk=order.pk).exclude(status__in=_LEFT_OUT)
    rows = rows.defer("text", "contact_name", "phone", "id_number").order_by("registered_at", "id")
    mine = view_of_order(order)
    return [one for one in rows if is_same_matter(mine, view_of_order(one), at=moment, limits=limits)]


def _at_the_place(order: HotlineOrder, metres: float) -> Q | None:
    place = Q()
    if order.address_id:
        place |= Q(address_id=order.address_id)
    if order.subject_code:
        place |= Q(subject_code=order.subject_code)
    if order.place_key:
        place |= Q(place_key=order.place_key)
    if order.longitude is not None and order.latitude is not None:
        place |= _box(float(order.longitude), float(order.latitude), metres)
    return place or None


def _box(longitude: float, latitude: float, metres: float) -> Q:
    """A square that holds the circle."""
    north = math.degrees(metres / EARTH_METRES)
    east = north / max(0.01, math.cos(math.radians(latitude)))
    return Q(
        longitude__range=(longitude - east, longitude + east),
        latitude__range=(latitude - north, latitude + north),
    )


@dataclass(frozen=True)
class Nearby:
    """An open order of others as the public may know of it: no words of it, nobody's name (H-132)."""

    order_no: str
    matter: str
    public_word: str
    people: int
    registered_at: datetime


def nearby(category: str, longitude: float, latitude: float, *, now: datetime | None = None) -> list[Nearby]:
    """At most five open public orders of the category within reach, newest first (H-132)."""
    limits, moment = parameter("same_matter"), now or timezone.now()
    rows = public_orders().filter(
        _box(longitude, latitude, limits["metres"]),
        category_l2=category,
        registered_at__gte=moment - timedelta(days=limits["open_days"]),
    )
    wanted = ("order_no", "status", "repeat_count", "registered_at", "longitude", "latitude")
    here, metres = (longitude, latitude), limits["metres"]
    within = [
        row for row in rows.only(*wanted).order_by("-registered_at")[:50] if _is_within(row, here, metres)
    ]
    return _as_known(within[:NEARBY_AT_MOST], category)


def at_the_house(category: str, place: str, *, now: datetime | None = None) -> list[Nearby]:
    """The same of a house that was named in words (rules.places), where nobody put a pin (H-132)."""
    since = (now or timezone.now()) - timedelta(days=parameter("same_matter")["open_days"])
    rows = public_orders().filter(place_key=place, category_l2=category, registered_at__gte=since)
    wanted = ("order_no", "status", "repeat_count", "registered_at")
    found = rows.only(*wanted).order_by("-registered_at")[:NEARBY_AT_MOST] if place else []
    return _as_known(found, category)


def _as_known(rows: Iterable[HotlineOrder], category: str) -> list[Nearby]:
    name = current_tree().categories[category].name
    return [
        Nearby(row.order_no, name, row.public_word, row.repeat_count + 1, row.registered_at) for row in rows
    ]


def public_orders() -> QuerySet[HotlineOrder]:
    """Open ones that the public may know of: neither secret nor sensitive."""
    rows = HotlineOrder.objects.open().exclude(confidential=Confidentiality.SECRET)
    return rows.filter(sensitive=False)


def _is_within(row: HotlineOrder, here: tuple[float, float], metres: float) -> bool:
    there = (float(row.longitude or 0), float(row.latitude or 0))
    return distance(here, there) <= metres
