"""What the hotline holds of a person under their own account, and who has read who they are (H-06)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.keyset import page_of
from common.workdays import day_of
from events.models import EventRecord
from files.models import StoredFile
from hotline.events import PersonalRead
from hotline.models import FollowUp, HotlineOrder, RetaliationReport, Supplement, SurveyAttempt, UnmaskGrant
from hotline.rules.privacy import reason_of
from hotline.rules.telling_citizens import line_for_citizen
from hotline.selectors.seeing import SeenFile, files_seen_by_all
from identity.models import Account, Post
from workflow.selectors.access import Access, Accesses, Looks
from workflow.selectors.holdings import Holding, Part, filed

__all__ = ["LOOKS", "ORDERS"]

#: Orders read at once, so that a long life costs no more memory than a short one.
AT_ONCE = 50
PLAIN = (
    "order_no", "title", "text", "location_text", "subject_name", "contact_name", "phone", "id_number",
    "anonymous", "publish_consent", "registered_at", "accepted_at", "public_due_at", "archived_at", "answer",
    "survey_solved", "survey_level", "survey_text", "surveyed_at", "withdrawal_reason",
)  # fmt: skip


def _orders_of(account: Account) -> Iterator[Holding]:
    """What they raised in their own name, some at a time, whatever their number in a handful of statements."""
    last = 0
    while rows := list(_own(account).filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from _holdings(rows, account)
        last = rows[-1].pk


def _own(account: Account) -> Any:
    if account.person_id is None:
        return HotlineOrder.objects.none()
    return HotlineOrder.objects.filter(person_id=account.person_id)


def _holdings(orders: Sequence[HotlineOrder], account: Account) -> Iterator[Holding]:
    files = files_seen_by_all(orders, account)
    told = _by_order(RetaliationReport.objects.filter(hotline_order__in=orders, by=account))
    added = _by_order(Supplement.objects.filter(hotline_order__in=orders))
    asked = _by_order(SurveyAttempt.objects.filter(hotline_order__in=orders))
    later = _by_order(FollowUp.objects.filter(hotline_order__in=orders))
    happened = _timelines(orders)
    for order in orders:
        paths: dict[str, StoredFile] = {}
        values = _values(order) | {
            "supplements": _rows(added.get(order.pk, []), "at", "text"),
            "survey_attempts": [
                {"at": one.at, "way": one.get_way_display(), "outcome": one.get_outcome_display()}
                for one in asked.get(order.pk, [])
            ],
            "follow_ups": _rows(later.get(order.pk, []), "asked_at", "answered_at", "still_solved", "text"),
            "retaliation_reports": _rows(told.get(order.pk, []), "at", "text"),
            "files": _files(order, files.get(order.pk, []), paths),
            "timeline": happened.get(order.subject, []),
        }
        yield Holding(values, paths)


def _values(order: HotlineOrder) -> dict[str, Any]:
    """The reply as the complainant reads it: once it has been reviewed (T-21)."""
    return {name: getattr(order, name) for name in PLAIN} | {
        "channel": order.get_channel_display(),
        "order_type": order.get_order_type_display(),
        "status": order.public_word,
        "reply": order.result_text if order.callback_at else "",
        "survey_solved": order.get_survey_solved_display(),
        "survey_level": order.get_survey_level_display(),
    }


def _by_order(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.hotline_order_id, []).append(row)
    return found


def _rows(rows: Sequence[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in rows]


def _files(
    order: HotlineOrder, shown: Sequence[SeenFile], paths: dict[str, StoredFile]
) -> list[dict[str, str]]:
    folder = f"12345/{order.order_no}"
    return [
        {"name": one.name, "kind": one.kind, "file": filed(one.stored, folder, one.name, paths)}
        for one in shown
        if one.stored is not None
    ]


def _timelines(orders: Sequence[HotlineOrder]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for record in EventRecord.objects.filter(subject__in=[one.subject for one in orders]).order_by("id"):
        if line := line_for_citizen(record.fact):
            found.setdefault(record.subject, []).append({"at": record.at, "text": line})
    return found


ORDERS = Part("hotline_orders", "documents/_copy_orders.html", _orders_of)


# Who has looked


def _looks_at(account: Account, after: str) -> Accesses:
    """Every look at who complained (H-06) but one's own, and but those that the law forbids to tell of (H-142)."""
    orders = {one.subject: one for one in _own(account).only("order_no")}
    rows = EventRecord.objects.of(PersonalRead).filter(subject__in=orders).exclude(actor=account)
    rows = rows.exclude(payload__reason__in=_silent(orders.values()))
    page = page_of(rows, key="-id", after=after)
    posts = _posts_of({row.actor_id for row in page.rows if row.actor_id})
    return Accesses([_access(row, orders[row.subject], posts) for row in page.rows], page.next)


def _silent(orders: Collection[HotlineOrder]) -> list[str]:
    grants = UnmaskGrant.objects.filter(hotline_order__in=[one.pk for one in orders])
    return [reason_of(pk) for pk in grants.exclude(silence_basis="").values_list("pk", flat=True)]


def _posts_of(account_ids: Collection[int]) -> Mapping[int, list[Post]]:
    found: dict[int, list[Post]] = {}
    for post in Post.objects.filter(account__in=account_ids).select_related("department").order_by("pk"):
        found.setdefault(post.account_id, []).append(post)
    return found


def _access(row: EventRecord, order: HotlineOrder, posts: Mapping[int, Sequence[Post]]) -> Access:
    at_work = _departments(posts.get(row.actor_id or 0, ()), day_of(row.at))
    return Access(
        at=row.at,
        by="、".join(at_work) or _("12345 热线"),
        what=_("诉求里您的姓名和联系方式"),
        why=str(row.payload.get("reason", "")),
        reference=order.order_no,
        url=reverse("hotline:own", args=[order.order_no]),
    )


def _departments(posts: Sequence[Post], day: date) -> list[str]:
    """Where they worked on that day; nobody is named."""
    held = [
        one for one in posts if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until)
    ]
    return list(dict.fromkeys(one.department.name for one in held))


LOOKS = Looks("hotline", gettext_noop("12345 诉求"), _looks_at)
