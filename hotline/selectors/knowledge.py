"""Reading the knowledge base: by code for an answer, by everyday words for an agent, by region for outages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.errors import NotFound, Refused
from hotline.models import Article, HotlineOrder
from hotline.rules.knowledge import objections_to_keeping, unusable_because
from hotline.states import ArticleKind, ArticleState
from identity.models import Account, Region
from identity.roles import Permission
from identity.selectors import standing
from matters.rules.wording import asked, quoted
from matters.selectors.finding import synonyms

__all__ = [
    "ArticleHit",
    "article_for",
    "articles_to_keep",
    "expired_on",
    "lineage",
    "outages_at",
    "outages_for",
    "search_articles",
    "usable_article",
]

#: How many answers an agent is shown.
LIMIT = 10
#: Below this share of the best one an answer is about something else.
LEAST_SHARE = 0.2
#: How long before its beginning a stop of supply is suggested for calls about it.
AHEAD = timedelta(hours=48)


@dataclass(frozen=True)
class ArticleHit:
    """One line of the agent's list."""

    code: str
    version: int
    kind: str
    title: str
    answer: str
    basis: str
    owner: str
    score: float


#: A token counts by where it stands, by how rare it is among usable articles, and by its own worth.
RANKED = """
WITH usable AS (
    SELECT article.* FROM hotline_article AS article
    WHERE article.state = 'published' AND article.valid_from <= %(today)s AND article.review_due >= %(today)s
      AND (article.valid_to IS NULL OR article.valid_to >= %(today)s)
      AND (article.ends_at IS NULL OR article.ends_at >= %(now)s)
      AND (%(regions)s::bigint[] IS NULL OR article.region_id IS NULL OR article.region_id = ANY(%(regions)s))
), asked AS (
    SELECT term::tsquery, worth FROM unnest(%(terms)s::text[], %(worths)s::float8[]) AS given(term, worth)
), found AS (
    SELECT usable.id, asked.term, asked.worth * ts_rank('{0.2,0.4,0.7,1.0}', usable.tokens, asked.term) AS rank
    FROM asked JOIN usable ON usable.tokens @@ asked.term
), rarity AS (
    SELECT term, ln(1 + (SELECT count(*) FROM usable)::float8 / count(*)) AS rare FROM found GROUP BY term
), scored AS (
    SELECT found.id, sum(found.rank * rarity.rare) AS score FROM found JOIN rarity USING (term) GROUP BY found.id
)
SELECT usable.code, usable.version, usable.kind, usable.title, usable.answer, usable.basis, owner.name, score
FROM scored JOIN usable USING (id) JOIN identity_department AS owner ON owner.id = usable.owner_id
ORDER BY score DESC, usable.code
LIMIT %(limit)s
"""


def search_articles(question: str, *, region: Region | None = None) -> list[ArticleHit]:
    """Usable articles that answer the question, best first, in one statement; of a region also the city's."""
    wanted = asked(question, synonyms())
    if not wanted:
        return []
    given: dict[str, Any] = {
        "terms": [quoted(token) for token in wanted],
        "worths": list(wanted.values()),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "regions": lineage(region) if region else None,
        "limit": LIMIT,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANKED, given)
        hits = [ArticleHit(*row) for row in cursor.fetchall()]
    return [hit for hit in hits if hit.score >= hits[0].score * LEAST_SHARE]


def usable_article(code: str) -> Article:
    """The version agents may answer with today; Refused says why there is none (H-24, H-181)."""
    now, today = timezone.now(), timezone.localdate()
    found = Article.objects.usable(now, today).select_related("owner").filter(code=code).first()
    if found is not None:
        return found
    published = Article.objects.filter(code=code).exclude(state=ArticleState.DRAFT)
    last = published.order_by("-published_at", "-version").first()
    if last is None:
        raise NotFound("没有找到这条知识")
    raise Refused([unusable_because(last, today)], code="article_unusable")


def outages_at(region: Region | None, at: datetime, category: str = "") -> QuerySet[Article]:
    """Planned stops of supply that a call from ``region`` about now may be about (H-171)."""
    rows = Article.objects.filter(
        kind=ArticleKind.OUTAGE, state=ArticleState.PUBLISHED, starts_at__lte=at + AHEAD, ends_at__gte=at
    )
    if region is not None:
        rows = rows.filter(Q(region__isnull=True) | Q(region_id__in=lineage(region)))
    if category:
        rows = rows.filter(category_l2=category)
    return rows.select_related("owner", "region").order_by("starts_at", "id")


def outages_for(order: HotlineOrder, at: datetime | None = None) -> QuerySet[Article]:
    """Those the order may be about: its region, its category, its time."""
    return outages_at(order.region, at or timezone.now(), order.category_l2)


def lineage(region: Region) -> list[int]:
    """The region and all it lies in; four levels at most."""
    ids, one = [region.pk], region
    while one.parent is not None:
        one = one.parent
        ids.append(one.pk)
    return ids


def article_for(account: Account, code: str, version: int | None = None) -> Article:
    """One version for those who write and use them; NotFound to everybody else."""
    rows = articles_to_keep(account).filter(code=code)
    found = (rows.filter(version=version) if version else rows).order_by("-version").first()
    if found is None:
        raise NotFound("没有找到这条知识")
    return found


def articles_to_keep(account: Account) -> QuerySet[Article]:
    """The knowledge desk and the hotline see every version, a department its own."""
    who = standing(account)
    rows = Article.objects.select_related("owner", "region", "author")
    desk = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK)
    if any(map(who.may, desk)) or not objections_to_keeping(who):
        return rows
    return rows.filter(owner_id__in=who.departments(Permission.HANDLE_ORDERS))


def expired_on(today: date) -> QuerySet[Article]:
    """Published ones whose days are over or whose review was missed."""
    over = Q(valid_to__lt=today) | Q(review_due__lt=today) | Q(ends_at__lt=timezone.now())
    return Article.objects.filter(over, state=ArticleState.PUBLISHED)
