"""
Articles from the first draft to their end: written, confirmed by the owner, published by a second person (H-180).

What they rest on changes, and they are stale at once (H-181); anybody at a desk may doubt them (H-182).
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from common.errors import BadInput, NotFound, WrongState
from events import publish
from hotline.events.knowledge import (
    ArticleConfirmed,
    ArticleDoubted,
    ArticleDoubtSettled,
    ArticleExpired,
    ArticleProposed,
    ArticlePublished,
    ArticleStaled,
)
from hotline.models import Article, ArticleDoubt, HotlineOrder
from hotline.rules import knowledge as rules
from hotline.rules.clock import Limit, due_after
from hotline.rules.redacting import redact
from hotline.selectors.knowledge import article_for, expired_on
from hotline.selectors.parameters import parameter
from hotline.services.acting import refuse_if, refuse_unless
from hotline.states import ArticleKind, ArticleState, Confidentiality, OrderType, Unit
from identity.models import Account, Department, Region
from identity.selectors import standing
from matters.rules.wording import lexemes
from matters.selectors import centre_calendar

__all__ = [
    "Wording",
    "confirm_article",
    "doubt_article",
    "draft_article",
    "expire_articles",
    "mark_stale",
    "propose_article",
    "publish_article",
    "put_in_force",
    "revise_article",
    "settle_doubt",
    "tokens_of",
    "write_version",
]

#: A mistake is put right within one working day (H-182).
DOUBT_LIMIT = Limit(1, Unit.WORKING_DAYS)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What an article says, whose it is, and for when and where."""

    title: str
    questions: Sequence[str]
    answer: str
    basis: str
    owner: Department
    region: Region | None = None
    category_l2: str = ""
    matter_code: str = ""
    bundle_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    review_due: date | None = None
    kind: ArticleKind = ArticleKind.ANSWER
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def columns(self, today: date) -> dict[str, Any]:
        """As the row keeps it; without dates from today on, to be reviewed at the latest day allowed."""
        latest = today + timedelta(days=parameter("article_review_days"))
        given = replace(
            self, valid_from=self.valid_from or today, review_due=self.review_due or latest
        ).__dict__
        return {**given, "questions": [one.strip() for one in self.questions if one.strip()]}


def tokens_of(wording: Wording) -> str:
    """What an article is found by: what people ask most, then its title, then what it says."""
    return lexemes(
        [("A", wording.questions), ("B", [wording.title]), ("D", [wording.answer, wording.owner.name])]
    )


@transaction.atomic
def draft_article(wording: Wording, *, by: Account | None, code: str = "") -> Article:
    """The first version of a new article, not yet anybody's word."""
    if by is not None:
        refuse_unless(rules.objections_to_writing(standing(by), wording.owner.pk))
    refuse_if(rules.objections_to_words(wording.questions, wording.answer, wording.basis))
    code = code or f"kb-{secrets.token_hex(5)}"
    if Article.objects.filter(code=code).exists():
        raise BadInput("已有这个编号的知识，请修订它")
    return write_version(wording, by=by, code=code, version=1)


@transaction.atomic
def revise_article(code: str, wording: Wording, *, by: Account) -> Article:
    """The next version, as a draft; the one in force stays until this one is published."""
    before = article_for(by, code)
    refuse_unless(rules.objections_to_writing(standing(by), before.owner_id))
    refuse_if(rules.objections_to_words(wording.questions, wording.answer, wording.basis))
    versions = list(Article.objects.filter(code=code).select_for_update().values_list("version", flat=True))
    return write_version(wording, by=by, code=code, version=max(versions) + 1)


def write_version(wording: Wording, *, by: Account | None, code: str, version: int) -> Article:
    """A row of its own, as a draft; refused where its days are impossible."""
    today = timezone.localdate()
    row = Article(code=code, version=version, author=by, **wording.columns(today), tokens=tokens_of(wording))
    refuse_if(rules.objections_to_dates(row, today, parameter("article_review_days")))
    row.save()
    return row


@transaction.atomic
def confirm_article(article_id: int, *, by: Account) -> Article:
    """The owner department stands for it (H-180)."""
    article = _locked(article_id, by)
    refuse_unless(rules.objections_to_confirming(article, standing(by)))
    _expect(article, ArticleState.DRAFT)
    article.state, article.confirmed_by, article.confirmed_at = (
        ArticleState.OWNER_CONFIRMED,
        by,
        timezone.now(),
    )
    article.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    publish(ArticleConfirmed(**_named(article)), by=by)
    return article


@transaction.atomic
def publish_article(article_id: int, *, by: Account) -> Article:
    """Agents may use it from now on, and no longer the version before; never by its author (H-180)."""
    article = _locked(article_id, by)
    refuse_unless(rules.objections_to_publishing(article, by, standing(by)))
    _expect(article, ArticleState.OWNER_CONFIRMED)
    refuse_if(rules.objections_to_dates(article, timezone.localdate(), parameter("article_review_days")))
    return put_in_force(article, by=by)


def put_in_force(article: Article, *, by: Account | None) -> Article:
    """Published, and whatever version was in force is over."""
    before = Article.objects.filter(code=article.code).exclude(pk=article.pk)
    before.filter(state__in=[ArticleState.PUBLISHED, ArticleState.STALE]).update(
        state=ArticleState.EXPIRED, state_reason=f"已由第 {article.version} 版代替"
    )
    article.state, article.published_by, article.published_at = ArticleState.PUBLISHED, by, timezone.now()
    article.save(update_fields=["state", "published_by", "published_at"])
    publish(
        ArticlePublished(
            **_named(article),
            kind=article.kind,
            category=article.category_l2,
            region_code=article.region.code if article.region else "",
            starts_at=article.starts_at.isoformat() if article.starts_at else "",
            ends_at=article.ends_at.isoformat() if article.ends_at else "",
        ),
        by=by,
    )
    return article


@transaction.atomic
def mark_stale(
    *, matters: Collection[str] = (), bundles: Collection[str] = (), because: str, at: datetime
) -> int:
    """What rests on these is used no more until it is written anew; what was published after ``at`` knew of it (H-181)."""
    linked = Q(matter_code__in=matters) | Q(bundle_code__in=bundles)
    rows = Article.objects.select_for_update().filter(
        linked, Q(published_at__isnull=True) | Q(published_at__lte=at), created_at__lte=at
    )
    stale = list(rows.filter(state__in=[ArticleState.PUBLISHED, ArticleState.OWNER_CONFIRMED]))
    Article.objects.filter(pk__in=[one.pk for one in stale]).update(
        state=ArticleState.STALE, state_reason=because[:200]
    )
    publish(*(ArticleStaled(**_named(one), because=because) for one in stale))
    return len(stale)


@transaction.atomic
def expire_articles() -> int:
    """Beat, every hour: days that are over, reviews that were missed, supplies that are back (H-180)."""
    over = list(expired_on(timezone.localdate()).select_for_update(skip_locked=True))
    Article.objects.filter(pk__in=[one.pk for one in over]).update(state=ArticleState.EXPIRED)
    publish(*(ArticleExpired(**_named(one)) for one in over))
    return len(over)


@transaction.atomic
def doubt_article(article_id: int, text: str, *, by: Account) -> ArticleDoubt:
    """Somebody says it is wrong; somebody answers within one working day (H-182)."""
    refuse_unless(rules.objections_to_doubting(standing(by)))
    if not text.strip():
        raise BadInput("请写明哪里有误")
    article = Article.objects.exclude(state=ArticleState.DRAFT).filter(pk=article_id).first()
    if article is None:
        raise NotFound("没有找到这条知识")
    now = timezone.now()
    due = due_after(centre_calendar(), now, DOUBT_LIMIT)
    doubt = ArticleDoubt.objects.create(article=article, text=text.strip(), by=by, at=now, due_at=due)
    publish(ArticleDoubted(**_named(article), doubt_id=doubt.pk, due_at=due.isoformat()), by=by)
    return doubt


@transaction.atomic
def settle_doubt(doubt_id: int, outcome: str, *, by: Account, wrong: bool) -> ArticleDoubt:
    """Right or wrong, in writing; a wrong one is used no more until its next version is published."""
    refuse_unless(rules.objections_to_keeping(standing(by)))
    if not outcome.strip():
        raise BadInput("请写明处理结果")
    doubt = ArticleDoubt.objects.select_for_update().select_related("article").filter(pk=doubt_id).first()
    if doubt is None:
        raise NotFound("没有找到这条纠错")
    if doubt.settled_at is not None:
        raise WrongState("这条纠错已经处理过了")
    doubt.settled_at, doubt.settled_by, doubt.outcome = timezone.now(), by, outcome.strip()
    doubt.save(update_fields=["settled_at", "settled_by", "outcome"])
    if wrong:
        Article.objects.filter(pk=doubt.article_id, state=ArticleState.PUBLISHED).update(
            state=ArticleState.STALE, state_reason=outcome.strip()[:200]
        )
    publish(ArticleDoubtSettled(**_named(doubt.article), doubt_id=doubt.pk), by=by)
    return doubt


@transaction.atomic
def propose_article(order_id: int) -> Article | None:
    """An inquiry that a department answered becomes a draft, once, without the person who asked (H-182)."""
    order = HotlineOrder.objects.select_related("host").get(pk=order_id)
    is_answer = order.order_type == OrderType.INQUIRY and bool(order.result_text) and not order.article_code
    if order.host is None or not is_answer or order.confidential == Confidentiality.SECRET:
        return None
    if (known := Article.objects.filter(proposed_by_order=order).first()) is not None:
        return known
    row = write_version(_proposal(order, order.host), by=None, code=f"kb-{order.order_no.lower()}", version=1)
    row.proposed_by_order = order
    row.save(update_fields=["proposed_by_order"])
    publish(ArticleProposed(**_named(row), order_id=order.pk))
    return row


def _proposal(order: HotlineOrder, owner: Department) -> Wording:
    said = [order.contact_name, order.phone]
    return Wording(
        title=redact(order.title, said=said, strictly=True),
        questions=[redact(order.title, said=said, strictly=True)],
        answer=redact(order.result_text, said=said, strictly=True),
        basis=order.legal_basis,
        owner=owner,
        category_l2=order.category_l2,
        matter_code=order.matter_code,
        bundle_code=order.bundle_code,
    )


def _locked(article_id: int, by: Account) -> Article:
    found = Article.objects.filter(pk=article_id).values_list("code", "version").first()
    if found is None:
        raise NotFound("没有找到这条知识")
    seen = article_for(by, *found)
    return Article.objects.select_for_update(of=("self",)).select_related("author", "region").get(pk=seen.pk)


def _expect(article: Article, state: ArticleState) -> None:
    newest = Article.objects.filter(code=article.code).aggregate(newest=Max("version"))["newest"]
    if article.state != state or article.version != newest:
        raise WrongState(f"这一版知识的状态是“{ArticleState(article.state).label}”，不能这样做")


def _named(article: Article) -> dict[str, Any]:
    return {"article_id": article.pk, "code": article.code, "version": article.version}
