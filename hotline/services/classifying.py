"""A person chooses another category than the classifier did, or another urgency (H-57, H-61)."""

from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, WrongState
from hotline.events import OrderClassified
from hotline.models import ClassCorrection, HotlineOrder, Supplement
from hotline.rules import classifying as rules
from hotline.rules.clock import due_after, limit_of
from hotline.rules.intake import confidentiality
from hotline.rules.redacting import redact
from hotline.selectors.parameters import parameter
from hotline.selectors.tree import current_tree
from hotline.services.acting import Act, begin, refuse_unless
from hotline.services.dispatching import dispatch_emergency
from hotline.services.promising import promised, urgency_row
from hotline.states import ClassifiedBy, Confidentiality, OrderStatus, OrderType, Urgency
from identity.models import Account
from identity.roles import Permission

__all__ = ["classify_order"]

#: While no department holds the order: later the category is changed by returning or reassigning it.
CORRECTABLE = frozenset({OrderStatus.REGISTERED, OrderStatus.ACCEPTED, OrderStatus.RETURN_REVIEW})


@transaction.atomic
def classify_order(
    order_id: int,
    *,
    by: Account,
    category: str = "",
    order_type: str = "",
    urgency: str = "",
    fact_tag: str | None = None,
    reason: str = "",
) -> HotlineOrder:
    """
    Choose the category, the type of appeal, the urgency; what the classifier had said is kept with the words it went by.

    Urgency is never less than the category's own by itself: lowering it needs a shift leader and a reason (H-61).
    """
    act = begin(order_id, by=by)
    refuse_unless(rules.objections_to_classifying(act.who))
    if act.hotline_order.status not in CORRECTABLE:
        word = act.hotline_order.get_status_display()
        raise WrongState(f"工单现在是“{word}”，不能改分类")
    order, before = act.hotline_order, _as_classified(act.hotline_order)
    if category and category != order.category_l2:
        _choose(act, category, by)
    if order_type:
        _type(act, order_type)
    if fact_tag is not None:
        order.fact_tag = fact_tag.strip()
    if urgency != before.urgency:  # a form that says what was there has not asked for anything
        _urgency(act, urgency, reason)
    _promise_anew(act)
    if _as_classified(order) != before:
        said = {"category": order.category_l2, "before": before.category, "by": order.class_by}
        kind = order.order_type if order.order_type != before.order_type else ""
        act.tell(OrderClassified, **said, urgency=order.urgency, order_type=kind, reason=reason.strip())
    if order.urgency != before.urgency:
        _hurry(act)
    return act.finish()


class _Classified(NamedTuple):
    category: str
    order_type: str
    urgency: str


def _as_classified(order: HotlineOrder) -> _Classified:
    return _Classified(order.category_l2, order.order_type, order.urgency)


def _hurry(act: Act) -> None:
    """
    What waits for its dispatch waits by the new urgency's limit (H-86); an emergency waits for nobody (H-87).

    A return that is being looked at is decided in the time of the new urgency, from now.
    """
    order = act.hotline_order
    if order.status == OrderStatus.ACCEPTED and order.urgency == Urgency.EMERGENCY:
        dispatch_emergency(act)
    elif order.status == OrderStatus.ACCEPTED:
        limit = limit_of(urgency_row(order.urgency)["dispatch"])
        order.state_due_at = due_after(act.calendar, order.state_since, limit)
    elif order.status == OrderStatus.RETURN_REVIEW:
        limit = limit_of(parameter("return_limits")[order.urgency])
        order.state_due_at = due_after(act.calendar, act.now, limit)


def _choose(act: Act, code: str, by: Account) -> None:
    order = act.hotline_order
    chosen = {one.code: one for one in current_tree().chosen_on(timezone.localdate(act.now))}.get(code)
    if chosen is None:
        raise BadInput("没有这个二级分类，或者已经停用", fields={"category": ["请重新选择分类"]})
    if order.class_by == ClassifiedBy.AUTO:
        ClassCorrection.objects.create(
            hotline_order=order,
            text=order.redacted,
            auto_code=order.category_l2,
            final_code=code,
            by=by,
            at=act.now,
        )
    order.tree_id, order.category_l1, order.category_l2 = chosen.tree_id, code[:2], code
    order.class_by = ClassifiedBy.AGENT if act.who.may(Permission.TAKE_CALLS) else ClassifiedBy.DISPATCHER
    order.class_conf = 1
    order.sensitive = order.sensitive or chosen.sensitive
    order.urgency = max(Urgency(order.urgency), Urgency(chosen.urgency), key=lambda one: one.rank)


def _type(act: Act, wanted: str) -> None:
    if wanted not in OrderType.values:
        raise BadInput("没有这种诉求类型", fields={"order_type": ["没有这种诉求类型"]})
    order = act.hotline_order
    order.order_type = wanted
    level = confidentiality(wanted, order.confidential, current_tree().tables["order_types"])
    if level == Confidentiality.SECRET and order.confidential != level:
        _make_secret(order)


def _make_secret(order: HotlineOrder) -> None:
    """What turns out to be a report becomes secret with an alias, its words redacted strictly (H-140, H-141)."""
    said = (order.contact_name, order.phone, order.id_number)
    order.confidential = Confidentiality.SECRET
    order.alias = order.alias or f"举报人-{order.source_key[:4].upper()}"
    order.redacted = redact(order.redacted, said=said, strictly=True)
    order.title = redact(order.title, said=said, strictly=True)[:60]
    later = list(order.supplements.only("redacted"))
    for one in later:
        one.redacted = redact(one.redacted, said=said, strictly=True)
    Supplement.objects.bulk_update(later, ["redacted"])


def _promise_anew(act: Act) -> None:
    """The date follows category, type and urgency, counted from acceptance as before (H-101, H-157)."""
    order = act.hotline_order
    if order.status == OrderStatus.ACCEPTED and order.accepted_at and order.dispatched_at is None:
        order.public_due_at, order.due_basis = promised(act, order.accepted_at)


def _urgency(act: Act, wanted: str, reason: str) -> None:
    if not wanted:
        return
    if wanted not in Urgency.values:
        raise BadInput("没有这种紧急程度", fields={"urgency": ["没有这种紧急程度"]})
    refuse_unless(rules.objections_to_urgency(Urgency(act.hotline_order.urgency), Urgency(wanted), act.who))
    if Urgency(wanted).rank < Urgency(act.hotline_order.urgency).rank and not reason.strip():
        raise BadInput("降低紧急程度要写明理由", fields={"reason": ["请写明理由"]})
    act.hotline_order.urgency = wanted
