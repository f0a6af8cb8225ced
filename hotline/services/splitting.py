"""Two matters in one appeal become two orders, each with its own desk and its own due (H-58)."""

from uuid import uuid4

from django.db import connection, transaction

from common.crypto import keyed_hash
from common.errors import WrongState
from common.workdays import day_of
from hotline.events import OrderRegistered, OrderSplit
from hotline.models import Category, HotlineOrder
from hotline.rules import intake as rules
from hotline.selectors.classifying import classify
from hotline.selectors.tree import current_tree
from hotline.services.accepting import accept_now
from hotline.services.acting import Act, begin, refuse_if, refuse_unless
from hotline.states import ClassifiedBy, OrderStatus
from identity.models import Account

__all__ = ["split"]

_BEFORE_DISPATCH = (OrderStatus.REGISTERED, OrderStatus.ACCEPTED)


@transaction.atomic
def split(order_id: int, *, by: Account, category: str, confirmed: bool) -> HotlineOrder:
    """
    One order, one matter (H-58): the second matter the caller confirms becomes a sibling with its own due.

    Only where both categories score enough and have different hosts; asked again, it answers with the same sibling.
    """
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_desk_work(act.who))
    order = act.hotline_order
    if order.status not in _BEFORE_DISPATCH:
        raise WrongState("派单以后不再拆分")
    known = HotlineOrder.objects.filter(source_key=_split_key(order, category)).first()
    if known is not None:
        return known
    found = classify(order.title, order.text).candidates
    tree = current_tree().categories
    refuse_if(
        rules.objections_to_splitting(
            {one.code: one.score for one in found},
            {code: one.department_type for code, one in tree.items()},
            order.category_l2,
            category,
            confirmed=confirmed,
        )
    )
    sibling = _sibling(act, tree[category])
    act.tell(OrderSplit, siblings=[sibling.order_no])
    act.finish()
    return sibling


def _split_key(order: HotlineOrder, category: str) -> str:
    return keyed_hash(f"split|{order.pk}|{category}")


#: What of the first order is not the sibling's.
_OWN = {
    "id",
    "order_no",
    "query_code",
    "source_ref",
    "source_key",
    "status",
    "parent",
    "group",
    "prior_order",
}


def _sibling(act: Act, category: Category) -> HotlineOrder:
    order = act.hotline_order
    order.split_group = order.split_group or uuid4()
    shared = {
        one.attname: getattr(order, one.attname)
        for one in order._meta.concrete_fields
        if one.name not in _OWN
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('hotline_order_no')")
        number = rules.order_number(day_of(act.now), cursor.fetchone()[0])
    sibling = HotlineOrder(
        **{
            **shared,
            "order_no": number,
            "source_key": _split_key(order, category.code),
            "category_l1": category.code[:2],
            "category_l2": category.code,
            "class_by": ClassifiedBy.AGENT,
            "class_conf": 1,
            "sensitive": category.sensitive,
            "urgency": category.urgency,
            "registered_at": act.now,
            "state_since": act.now,
            "accepted_at": None,
            "public_due_at": None,
            "due_basis": {},
        }
    )
    sibling.save(force_insert=True)
    following = Act(sibling, act.by, act.now)
    following.tell(OrderRegistered, channel=str(sibling.channel))
    if order.status == OrderStatus.ACCEPTED:
        accept_now(following)
    return following.finish()
