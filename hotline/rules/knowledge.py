"""Who may write, confirm and publish articles, and which calls are drawn for a quality check."""

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hotline.states import ArticleKind, ArticleState, OrderType
from identity.roles import Permission

if TYPE_CHECKING:
    from hotline.models import Article
    from identity.models import Account
    from identity.selectors import Standing

__all__ = [
    "is_about_agents",
    "is_own",
    "objections_to_confirming",
    "objections_to_dates",
    "objections_to_doubting",
    "objections_to_keeping",
    "objections_to_publishing",
    "objections_to_words",
    "objections_to_writing",
    "same_person",
    "share_of",
    "unusable_because",
]

#: How a caller names the people who answer the telephone.
_AGENTS = re.compile(r"话务员|接线员|坐席|客服|接电话的|12345(?:的)?(?:人|工作人员|热线)")
_SHORTEST_ANSWER = 20


def same_person(one: "Account | None", other: "Account | None") -> bool:
    """Two accounts of one person are one pair of eyes."""
    if one is None or other is None:
        return False
    return one.pk == other.pk or (one.person_id is not None and one.person_id == other.person_id)


def is_own(account: "Account | None", who: "Standing") -> bool:
    """It was this person's doing, under whichever of their accounts."""
    if account is None:
        return False
    return account.pk == who.account_id or (who.person_id is not None and account.person_id == who.person_id)


def objections_to_keeping(who: "Standing") -> list[str]:
    """The knowledge desk: catalogue editors and the hotline's head."""
    if who.may(Permission.EDIT_CATALOGUE) or who.may(Permission.RULE_DISPUTES):
        return []
    return ["只有知识库管理员可以这样做"]


def objections_to_writing(who: "Standing", owner_id: int) -> list[str]:
    """Agents, the owner's own people, and the knowledge desk."""
    if who.may(Permission.TAKE_CALLS) or owner_id in who.departments(Permission.HANDLE_ORDERS):
        return []
    return ["只有话务员、责任部门和知识库管理员可以起草"] if objections_to_keeping(who) else []


def objections_to_words(questions: Sequence[str], answer: str, basis: str) -> list[str]:
    """Every article says who asks what, what to answer, and on what basis (H-180)."""
    objections = []
    if not [one for one in questions if one.strip()]:
        objections.append("请写明至少一个常见问法")
    if len(answer.strip()) < _SHORTEST_ANSWER:
        objections.append(f"答复口径至少 {_SHORTEST_ANSWER} 个字")
    if not basis.strip():
        objections.append("请写明依据")
    return objections


def objections_to_dates(article: "Article", today: date, longest: int) -> list[str]:
    """Reviewed within half a year, valid for at least a day, an outage still to come or going on (H-180, H-171)."""
    objections = []
    if article.review_due > today + timedelta(days=longest):
        objections.append(f"复核日期不能晚于 {longest} 天以后")
    if article.review_due < today:
        objections.append("复核日期已经过了")
    if article.valid_to is not None and article.valid_to < max(today, article.valid_from):
        objections.append("失效日期已经过了")
    if (article.kind == ArticleKind.OUTAGE) != (
        article.starts_at is not None and article.ends_at is not None
    ):
        objections.append("停供公告要写明开始和结束时间，其他知识不写")
    return objections


def objections_to_confirming(article: "Article", who: "Standing") -> list[str]:
    """The owner stands for the answer, nobody else (H-180)."""
    if article.owner_id in who.departments(Permission.HANDLE_ORDERS):
        return []
    return ["要由责任部门确认"]


def objections_to_publishing(article: "Article", by: "Account", who: "Standing") -> list[str]:
    """Two people: whoever wrote it does not publish it (H-180)."""
    if same_person(article.author, by):
        return ["起草人不能发布自己起草的知识"]
    return objections_to_keeping(who)


def objections_to_doubting(who: "Standing") -> list[str]:
    """Any agent and any department may say that something is wrong (H-182)."""
    permissions = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK, Permission.HANDLE_ORDERS)
    if any(map(who.may, permissions)) or not objections_to_keeping(who):
        return []
    return ["只有话务员和承办部门可以提出纠错"]


def unusable_because(article: "Article", today: date) -> str:
    """Why an agent may not answer with it (H-24, H-181)."""
    if article.state == ArticleState.STALE:
        return "这条知识所依据的事项已有变化，更新以前不能使用"
    if article.state != ArticleState.PUBLISHED:
        return f"这条知识的状态是“{ArticleState(article.state).label}”，不能使用"
    if article.valid_from > today:
        return "这条知识还没有生效"
    if article.review_due < today:
        return "这条知识没有按期复核，不能使用"
    return "这条知识已经失效"


def share_of(numbers: Iterable[str], share: float, month: date) -> list[str]:
    """At least ``share`` of an agent's calls, drawn by hash: whoever draws again draws the same (H-183)."""
    ordered = sorted(numbers, key=lambda one: hashlib.sha256(f"{month:%Y-%m}:{one}".encode()).hexdigest())
    return ordered[: math.ceil(len(ordered) * share)]


def is_about_agents(order_type: str, *texts: str) -> bool:
    """A complaint about those who answer the telephone: heard without exception (H-183)."""
    return order_type == OrderType.COMPLAINT and any(_AGENTS.search(text) for text in texts)
