"""The queues of the hotline's desks: what waits for whom, the most urgent end first, counted in one statement."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hotline.models import Assignment, ExtensionRequest, HotlineOrder, ShelveRequest
from hotline.states import OPEN, AssignmentRole, AssignmentState, RequestState
from hotline.states import OrderStatus as S
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

__all__ = ["Queue", "Tab", "queue_rows", "queues_for", "tabs_for"]

#: Everything may be red only while it is open.
_OPEN = sorted(OPEN)


@dataclass(frozen=True)
class Queue:
    """One list of a desk: whose it is, and which orders are in it."""

    key: str
    label: Any
    permissions: tuple[Permission, ...]
    condition: Callable[[Standing], Q]
    due: str = "state_due_at"


@dataclass(frozen=True)
class Tab:
    """A queue with how many wait in it."""

    queue: Queue
    count: int


def _in(*statuses: S) -> Callable[[Standing], Q]:
    return lambda _who: Q(status__in=statuses)


def _hosted(*statuses: S) -> Callable[[Standing], Q]:
    return lambda who: Q(status__in=statuses, host__in=who.departments(Permission.HANDLE_ORDERS))


def _assisting(who: Standing) -> Q:
    parts = Assignment.objects.filter(
        hotline_order=OuterRef("pk"),
        role=AssignmentRole.ASSIST,
        state=AssignmentState.OPEN,
        replied_at=None,
        department__in=who.departments(Permission.HANDLE_ORDERS),
    )
    return Q(Exists(parts), status__in=_OPEN)


def _asking(who: Standing) -> Q:
    """The management's first key and its extensions, and the leader's second key (H-98, H-107)."""
    mine = {"hotline_order": OuterRef("pk"), "state": RequestState.PENDING}
    shelving, waiting = ShelveRequest.objects.filter(**mine), Q(pk__in=[])
    if who.may(Permission.RULE_DISPUTES):
        waiting |= Q(Exists(ExtensionRequest.objects.filter(**mine)))
        waiting |= Q(Exists(shelving.filter(first_key__isnull=True)))
    if who.may(Permission.SHELVE_ORDERS):
        others = shelving.filter(first_key__isnull=False).exclude(first_key=who.account_id)
        waiting |= Q(Exists(others))
    return Q(waiting, status__in=_OPEN)


_AGENT = (Permission.TAKE_CALLS,)
_DISPATCH = (Permission.DISPATCH,)
_HEAD = (Permission.RULE_DISPUTES,)
_DEPARTMENT = (Permission.HANDLE_ORDERS,)
_OVERSEERS = (Permission.SUPERVISE, Permission.RULE_DISPUTES, Permission.AUDIT)

QUEUES: Sequence[Queue] = (
    Queue("registered", _("待受理"), _AGENT, _in(S.REGISTERED)),
    Queue(
        "enterprise",
        _("涉企专席"),
        _AGENT,
        lambda _who: Q(status__in=[S.REGISTERED, S.ACCEPTED], enterprise=True),
    ),
    Queue("dispatching", _("待派单"), _DISPATCH, _in(S.ACCEPTED)),
    Queue("returns", _("退单审核"), _DISPATCH, _in(S.RETURN_REVIEW)),
    Queue("disputes", _("争议裁定"), _HEAD, _in(S.DISPUTED)),
    Queue("requests", _("延期和挂账审批"), (*_HEAD, Permission.SHELVE_ORDERS), _asking),
    Queue("reviewing", _("办结审核"), (Permission.CHECK_RESULTS,), _in(S.CLOSE_REVIEW)),
    Queue("calling_back", _("待回访"), (Permission.CALL_BACK,), _in(S.CALLBACK)),
    Queue("to_sign", _("待签收"), _DEPARTMENT, _hosted(S.DISPATCHED)),
    Queue("handling", _("办理中"), _DEPARTMENT, _hosted(S.HANDLING, S.REWORK)),
    Queue("assisting", _("协办"), _DEPARTMENT, _assisting),
    Queue("shelved", _("挂账"), (*_DEPARTMENT, *_HEAD), _in(S.SHELVED), due="review_due_at"),
    Queue(
        "open",
        _("全部在办"),
        (*_OVERSEERS, *_DISPATCH),
        lambda _who: Q(status__in=_OPEN) & ~Q(status=S.SHELVED),
    ),
)


def queues_for(account: Account) -> list[Queue]:
    """The queues of this account's posts, in the order of the work."""
    who = standing(account)
    return [one for one in QUEUES if any(map(who.may, one.permissions))]


def tabs_for(account: Account) -> list[Tab]:
    """Each queue with its count; one statement for them all."""
    queues, who = queues_for(account), standing(account)
    if not queues:
        return []
    counts = {one.key: Count("pk", filter=one.condition(who)) for one in queues}
    found = HotlineOrder.objects.visible_to(account).filter(status__in=_OPEN).aggregate(**counts)
    return [Tab(one, found[one.key]) for one in queues]


def queue_rows(account: Account, queue: Queue) -> QuerySet[HotlineOrder]:
    """The orders of the queue that the account may see."""
    rows = HotlineOrder.objects.visible_to(account).filter(queue.condition(standing(account)))
    return rows.filter(**{f"{queue.due}__isnull": False}).select_related("host", "region")
