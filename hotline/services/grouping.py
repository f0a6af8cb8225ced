"""
What follows when an order turns out to be about a matter that others have raised (H-131, H-133, H-136).

One person again is one order; another person keeps their own order, reply and survey and joins a group; five in a
day are a mass matter. All of it follows from the fact of acceptance and may be done twice without harm.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from common.errors import NotFound, WrongState
from hotline import events
from hotline.models import Group, HotlineOrder
from hotline.rules.envelopes import IntakeEnvelope
from hotline.rules.merging import is_merged_by_machine
from hotline.rules.redacting import HIDDEN, redact
from hotline.selectors.parameters import parameter
from hotline.selectors.similar import public_orders, same_matter
from hotline.selectors.tree import current_tree
from hotline.services.acting import Act, begin
from hotline.services.intake import register
from hotline.services.merging import merge
from hotline.services.telling import tell_leaders
from hotline.states import OPEN, Channel, Confidentiality, OrderStatus, OrderType
from hotline.warning.finding import people_count
from identity.models import Account

__all__ = ["me_too", "relate"]

_MERGEABLE = (OrderStatus.REGISTERED, OrderStatus.ACCEPTED, OrderStatus.DISPATCHED)


@transaction.atomic
def relate(order_id: int) -> HotlineOrder:
    """Merge, group, or flag as come back: whatever the same-matter test finds (H-130)."""
    order = HotlineOrder.objects.get(pk=order_id)
    if order.status not in OPEN:
        return order
    found = same_matter(order)
    still_open = [one for one in found if one.status in OPEN and one.registered_at <= order.registered_at]
    mine = [
        one for one in still_open if order.complainant_key and one.complainant_key == order.complainant_key
    ]
    master = next((one for one in mine if is_merged_by_machine(order, one)), None)
    if master is not None and order.status in _MERGEABLE and order.split_group is None:
        return merge(order.pk, into=master.pk, by=None)
    if mine:
        _come_after(order, mine[-1])
    if others := [one for one in still_open if one not in mine]:
        _join(order, others)
    elif not mine:
        _come_back(order, [one for one in found if one.status == OrderStatus.ARCHIVED])
    return HotlineOrder.objects.get(pk=order_id)


def _come_after(order: HotlineOrder, last: HotlineOrder) -> None:
    """The same person's again, and not to be folded into the one before: whoever reads it sees that one too."""
    act = begin(order.pk, by=None)
    act.hotline_order.prior_order = act.hotline_order.prior_order or last
    act.finish()


def _come_back(order: HotlineOrder, ended: Sequence[HotlineOrder]) -> None:
    """反弹: the matter was closed within thirty days (H-133)."""
    if not ended:
        return
    act = begin(order.pk, by=None)
    last = max(ended, key=lambda one: (one.complainant_key == order.complainant_key, one.archived_at, one.pk))
    act.hotline_order.prior_order, act.hotline_order.is_rebound = last, True
    act.finish()


def _join(order: HotlineOrder, others: Sequence[HotlineOrder]) -> Group:
    """Into the group of the oldest; the group's row is the lock for counting its people."""
    first = others[0]
    group = _group_of(first)
    act = begin(order.pk, by=None)
    if act.hotline_order.group_id != group.pk:
        act.hotline_order.group = group
        _count(group, act)
    act.finish()
    return group


def _group_of(first: HotlineOrder) -> Group:
    """The oldest order's group; made when it has none, under that order's lock."""
    act = begin(first.pk, by=None)
    known = act.hotline_order.group_id
    if known is None:
        act.hotline_order.group = group = Group.objects.create(
            title=_title(act.hotline_order),
            category_l2=first.category_l2,
            lead=act.hotline_order.host,
            region_id=first.region_id,
            people=1,
            created_at=act.now,
        )
        act.finish()
        known = group.pk
    return Group.objects.select_for_update().get(pk=known)


def _title(order: HotlineOrder) -> str:
    """Where and what, as everybody in the group may read it: nobody's door, and of a secret order no place (H-141)."""
    where = "" if order.confidential == Confidentiality.SECRET else _public_place(order) or order.subject_name
    return f"{where}{current_tree().categories[order.category_l2].name}"[:80]


def _public_place(order: HotlineOrder) -> str:
    said = (order.contact_name, order.phone, order.id_number)
    return redact(order.location_text, said=said, strictly=True).replace(HIDDEN, "").strip()


def _count(group: Group, act: Act) -> None:
    """How many people; with the fifth in a day it is a mass matter (H-136)."""
    order = act.hotline_order
    rows = [(order.complainant_key, order.registered_at)]
    rows += (
        HotlineOrder.objects.filter(group=group)
        .exclude(pk=order.pk)
        .values_list("complainant_key", "registered_at")
    )
    since = order.registered_at - timedelta(hours=parameter("group_hours"))
    group.people = round(people_count(key for key, _at in rows))
    lately = people_count(key for key, at in rows if at >= since)
    if not group.is_mass and lately >= parameter("group_people"):
        _become_mass(group, act)
    if group.is_mass:
        order.sensitive = True
    group.save()
    act.tell(events.OrderGrouped, group_id=group.pk, people=group.people, is_mass=group.is_mass)


def _become_mass(group: Group, act: Act) -> None:
    group.is_mass, group.mass_since = True, act.now
    held = HotlineOrder.objects.filter(group=group, host__isnull=False).order_by("registered_at", "id")
    first = held.select_related("host").first()
    group.lead = group.lead or (first.host if first else None)
    group.public_notice = group.public_notice or (
        f"{group.title}：已收到多位市民反映，由{group.lead or '12345 热线'}统一办理，进展将统一告知。"
    )
    for member in HotlineOrder.objects.filter(group=group, sensitive=False).exclude(pk=act.hotline_order.pk):
        other = begin(member.pk, by=None)
        other.hotline_order.sensitive = True
        other.finish()
    tell_leaders(
        "hotline_mass", key=f"group:{group.pk}", about=f"hotline_group:{group.pk}", title=group.title
    )


@transaction.atomic
def me_too(order_no: str, *, by: Account) -> HotlineOrder:
    """
    我也遇到: a light order of one's own beside one that is open and public, instead of another description (H-132).

    Pressed again it is the same order. Nothing of the other's words is copied, only which matter and where.
    """
    known = public_orders().filter(order_no=order_no).first()
    if known is None or by.person_id is None:
        raise NotFound("没有找到可以附议的诉求")
    if known.person_id == by.person_id:
        raise WrongState("这是您自己的诉求，可以催办或者补充")
    order = register(_light(known, by), by=by)
    if order.group_id is None and order.status in OPEN:
        _join(order, [known])
    return HotlineOrder.objects.get(pk=order.pk)


def _light(known: HotlineOrder, by: Account) -> IntakeEnvelope:
    where = _public_place(known) or known.subject_name
    matter = current_tree().categories[known.category_l2].name
    return IntakeEnvelope(
        channel=Channel.WEB,
        source_ref=f"me-too:{known.pk}:{by.person_id}",
        title=f"附议：{where}{matter}"[:60],
        text=f"{where}的“{matter}”问题，我也遇到了，请一并处理。",
        order_type=OrderType(known.order_type),
        category=known.category_l2,
        person_id=by.person_id,
        location_text=_public_place(known),
        address_id=known.address_id,
        longitude=None if known.longitude is None else float(known.longitude),
        latitude=None if known.latitude is None else float(known.latitude),
        region_code=known.region.code if known.region else "",
        subject_name=known.subject_name,
        subject_code=known.subject_code,
    )
