"""What happens to the articles agents answer from (section 20)."""

from dataclasses import dataclass

from events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ArticleFact(DomainEvent):
    """Something that happened to an article of the knowledge base."""

    article_id: int
    code: str
    version: int

    @property
    def subject(self) -> str:
        return f"article:{self.code}"


@dataclass(frozen=True, kw_only=True)
class ArticleProposed(ArticleFact):
    """H-182: an inquiry that a department answered became a draft."""

    order_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleConfirmed(ArticleFact):
    """H-180: the owner department stands for it."""


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(ArticleFact):
    """H-180, H-171: agents may use it; an outage names its category, region and time."""

    kind: str
    category: str = ""
    region_code: str = ""
    starts_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, kw_only=True)
class ArticleStaled(ArticleFact):
    """H-181: what it rests on has changed; nobody may use it until it is written anew."""

    because: str


@dataclass(frozen=True, kw_only=True)
class ArticleExpired(ArticleFact):
    """Its days are over, or its review was missed (H-180)."""


@dataclass(frozen=True, kw_only=True)
class ArticleDoubted(ArticleFact):
    """H-182: somebody says it is wrong."""

    doubt_id: int
    due_at: str


@dataclass(frozen=True, kw_only=True)
class ArticleDoubtSettled(ArticleFact):
    """H-182: corrected, or found right."""

    doubt_id: int
