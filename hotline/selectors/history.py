"""The history of an order, from the facts themselves (H-06, H-74)."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from common.workdays import day_of
from events.models import EventRecord
from hotline.models import HotlineOrder, Pause
from hotline.rules.telling import acts_by_post, is_complainants, is_of_the_public, line_for_staff
from hotline.rules.telling_citizens import line_for_citizen
from hotline.selectors.tree import current_tree
from hotline.states import PauseReason
from identity.models import Post
from identity.selectors import departments

__all__ = ["Happened", "history_for_citizen", "history_for_staff", "open_question"]

#: What staff read instead of whoever complained; a secret order has its alias (H-140).
COMPLAINANT = "诉求人"
#: Fields of facts that hold the code of a department or a category.
_CODES = ("host", "before", "department", "category")
SYSTEM = "系统"


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    title: str
    actor: str = ""


def history_for_staff(order: HotlineOrder) -> list[Happened]:
    """Everything, and which of the staff did it; the complainant is named nowhere (H-140, H-33)."""
    records = list(EventRecord.objects.about(order.subject).select_related("actor__person"))
    posts = _posts_of({record.actor_id for record in records if record.actor_id})
    hidden = {record.actor_id for record in records if is_complainants(record.fact)}
    known = _names()
    return _told(
        records,
        lambda fact: line_for_staff(_named(fact, known)),
        lambda record: _actor(order, record, posts, hidden),
    )


def _names() -> dict[str, str]:
    """What departments and categories are called; the facts keep their codes."""
    names = {one.code: one.name for one in departments().values()}
    return names | {code: f"{code} {one.name}" for code, one in current_tree().categories.items()}


def _named(fact: Any, names: Mapping[str, str]) -> Any:
    told = {name: names.get(str(getattr(fact, name, ""))) for name in _CODES}
    changed = {name: words for name, words in told.items() if words}
    return replace(fact, **changed) if changed else fact


def history_for_citizen(order: HotlineOrder) -> list[Happened]:
    """What the complainant may follow; nobody is named (H-74)."""
    known = _names()
    records = EventRecord.objects.about(order.subject)
    return _told(records, lambda fact: line_for_citizen(_named(fact, known)), lambda _record: "")


def _told(
    records: Iterable[EventRecord], tell: Callable[[Any], str], name: Callable[[EventRecord], str]
) -> list[Happened]:
    told = ((record, tell(record.fact)) for record in records)
    return [Happened(record.at, line, name(record)) for record, line in told if line]


def _posts_of(accounts: set[int]) -> list[Post]:
    return list(Post.objects.filter(account__in=accounts)) if accounts else []


def _actor(order: HotlineOrder, record: EventRecord, posts: Iterable[Post], hidden: Set[int | None]) -> str:
    """The name of somebody acting by a post they held that day; anybody else came for themselves."""
    actor, day = record.actor, day_of(record.at)
    if actor is None:
        return SYSTEM
    own = order.person_id is not None and actor.person_id == order.person_id
    roles = {
        post.role
        for post in posts
        if post.account_id == actor.pk
        and post.valid_from <= day
        and (post.valid_until is None or day <= post.valid_until)
    }
    if own or actor.pk in hidden or not acts_by_post(record.fact, roles):
        return (order.alias or COMPLAINANT) if is_of_the_public(record.fact) else SYSTEM
    return actor.display_name


def open_question(order: HotlineOrder) -> Pause | None:
    """What the handler has asked the complainant and waits for (H-152)."""
    return Pause.objects.filter(hotline_order=order, reason=PauseReason.SUPPLEMENT, ended_at=None).first()
