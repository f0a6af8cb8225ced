"""An order as one account may see it: visible at all (H-02), and how much of it (H-140)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotAllowed, NotFound
from files.models import StoredFile
from hotline.models import Assignment, HotlineOrder, OrderFile, UnmaskGrant
from hotline.rules.seeing import Contact, Seen, View, Words, seen, view_of
from hotline.states import AssignmentRole
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

__all__ = [
    "SeenFile",
    "file_seen_by",
    "files_seen_by",
    "files_seen_by_all",
    "opened_by",
    "order_for",
    "seen_by",
    "seen_by_all",
    "seen_unmasked",
]

#: Those who speak to complainants; the others of the centre work with what is redacted.
_DESK = (Permission.TAKE_CALLS, Permission.CALL_BACK)
_CENTRE = (
    Permission.DISPATCH,
    Permission.RULE_DISPUTES,
    Permission.SHELVE_ORDERS,
    Permission.SUPERVISE,
    Permission.AUDIT,
)


#: How the centre reads an order; what was packed at its end is for nobody else (H-117, H-140).
CENTRE_VIEWS = frozenset({View.TAKER, View.DESK, View.OVERSEER})


@dataclass(frozen=True)
class SeenFile:
    """One attachment as this reader may know of it; without a file while it is being redacted."""

    id: int
    kind: str
    name: str
    stored: StoredFile | None
    #: As the complainant sent it or said it: opening it is a look at who complained (H-06).
    is_original: bool = False


def order_for(account: Account, order_no: str) -> HotlineOrder:
    """The order; not there and not theirs look alike (H-02)."""
    rows = HotlineOrder.objects.visible_to(account).select_related("host", "region")
    found = rows.filter(order_no=order_no).first()
    if found is None:
        raise NotFound(_("没有找到这个工单"))
    return found


def seen_by(order: HotlineOrder, account: Account) -> Seen:
    """What the account may see of one order; NotFound where that is nothing."""
    return seen_by_all([order], account)[order.pk]


def seen_by_all(orders: Iterable[HotlineOrder], account: Account) -> dict[int, Seen]:
    """The same for a page of them, in one statement whatever their number."""
    rows, who = list(orders), standing(account)
    roles = _roles(rows, who)
    return {row.pk: _seen(row, who, roles.get(row.pk, frozenset())) for row in rows}


def _roles(orders: list[HotlineOrder], who: Standing) -> dict[int, frozenset[str]]:
    departments = who.departments(Permission.HANDLE_ORDERS)
    if not departments:
        return {}
    parts = Assignment.objects.filter(hotline_order__in=orders, department_id__in=departments)
    found: dict[int, frozenset[str]] = {}
    for order_id, role in parts.values_list("hotline_order_id", "role"):
        found[order_id] = found.get(order_id, frozenset()) | {role}
    return found


def _seen(order: HotlineOrder, who: Standing, roles: frozenset[str]) -> Seen:
    departments = who.departments(Permission.HANDLE_ORDERS)
    view = view_of(
        is_own=order.person_id is not None and order.person_id == who.person_id,
        took_it=order.registered_by_id == who.account_id and who.may(Permission.TAKE_CALLS),
        on_desk=any(map(who.may, _DESK)),
        oversees=any(map(who.may, _CENTRE)),
        hosts=AssignmentRole.HOST in roles,
        assists=AssignmentRole.ASSIST in roles,
    )
    if view is None:
        raise NotFound(_("没有找到这个工单"))
    return _as(
        view, order, recused=order.subject_department_id in departments and view in {View.HOST, View.ASSIST}
    )


def _as(view: View, order: HotlineOrder, *, recused: bool = False) -> Seen:
    person = Contact(order.contact_name, order.phone, order.id_number, order.alias)
    words = Words(order.title, order.text, order.redacted, order.location_text)
    return seen(view, order.confidential, person, words, recused=recused)


def seen_unmasked(order: HotlineOrder, account: Account) -> Seen:
    """Whole, for the day both keys opened, on a page of its own (H-142); NotAllowed before and after."""
    grants = UnmaskGrant.objects.filter(hotline_order=order, requested_by=account)
    if not grants.filter(expires_at__gt=timezone.now()).exists():
        raise NotAllowed(_("解密查看需要热线管理和审计两把钥匙，并且在有效期内"))
    return _as(View.UNMASKED, order)


def files_seen_by(order: HotlineOrder, account: Account) -> list[SeenFile]:
    """The order's files for this reader: of a secret one only what was redacted, under names that say nothing (H-141)."""
    return files_seen_by_all([order], account).get(order.pk, [])


def files_seen_by_all(orders: Sequence[HotlineOrder], account: Account) -> dict[int, list[SeenFile]]:
    """The same of several, in two statements whatever their number."""
    views = seen_by_all(orders, account)
    found: dict[int, list[SeenFile]] = {}
    numbers: Counter[int] = Counter()
    rows = OrderFile.objects.filter(hotline_order__in=views).select_related("stored", "redacted")
    for row in rows.order_by("hotline_order_id", "id"):
        numbers[row.hotline_order_id] += 1
        shown = _file(row, views[row.hotline_order_id], numbers[row.hotline_order_id])
        if shown is not None:
            found.setdefault(row.hotline_order_id, []).append(shown)
    return found


def file_seen_by(order: HotlineOrder, file_id: int, account: Account) -> StoredFile:
    """The bytes this reader may open; NotFound otherwise."""
    return opened_by(order, file_id, account)[0]


def opened_by(order: HotlineOrder, file_id: int, account: Account) -> tuple[StoredFile, bool]:
    """The same, and whether it is an original whose reading leaves a row (H-06)."""
    shown = next((one for one in files_seen_by(order, account) if one.id == file_id), None)
    if shown is None or shown.stored is None:
        raise NotFound(_("没有找到这个文件"))
    own = order.person_id is not None and order.person_id == account.person_id
    return shown.stored, shown.is_original and not own


def _original(row: OrderFile) -> SeenFile:
    return SeenFile(row.pk, row.kind, row.stored.name, row.stored, is_original=True)


def _file(row: OrderFile, view: Seen, number: int) -> SeenFile | None:
    if row.kind in {OrderFile.Kind.EVIDENCE, OrderFile.Kind.RESULT}:
        if view.view is View.ASSIST:  # what the host did is none of its part (H-02)
            return None
        return SeenFile(row.pk, row.kind, row.stored.name, row.stored)
    if row.kind == OrderFile.Kind.ARCHIVE:
        return SeenFile(row.pk, row.kind, row.stored.name, row.stored) if view.view in CENTRE_VIEWS else None
    if row.kind == OrderFile.Kind.RECORDING:
        return _original(row) if view.recordings else None
    if view.original_files:
        return _original(row)
    if view.attachments == "redacted":
        return SeenFile(row.pk, row.kind, _("附件%(n)d") % {"n": number}, row.redacted)
    return None
