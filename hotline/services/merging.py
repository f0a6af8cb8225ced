"""并单: the same matter again by the same person is one order and an urge (T-05, T-09, T-35, T-36, H-131)."""

from django.db import transaction

from hotline.events import OrderMerged
from hotline.models import Assignment, ContactLog, HotlineOrder, OrderWords, ResultSubmission, Urge
from hotline.rules.merging import objections_to_master, objections_to_merging, objections_to_who_merges
from hotline.rules.repeats import is_same_matter
from hotline.selectors.parameters import parameter
from hotline.selectors.similar import pair_numbers, view_of_order
from hotline.services.acting import Act, begin, refuse_if, refuse_now, refuse_unless
from hotline.services.stages import close_part
from hotline.services.supplementing import add_words
from hotline.services.urging import note_urge
from hotline.states import AssignmentRole, AssignmentState, Confidentiality, OrderStatus
from identity.models import Account

__all__ = ["index_words", "merge"]


@transaction.atomic
def merge(order_id: int, *, into: int, by: Account | None) -> HotlineOrder:
    """
    Merge an order into an open one about the same matter; both rows are locked, the older first.

    The master counts one more repeat, its host is urged and reads the words; whatever was merged into this one
    follows.
    """
    acts = {pk: begin(pk, by=by) for pk in sorted({order_id, into})}
    act, master = acts[order_id], acts[into]
    order, kept = act.hotline_order, master.hotline_order
    refuse_unless(objections_to_who_merges(act.who) if by else [])
    refuse_now(objections_to_master(order, kept))
    act.ready_for("merge")
    has_reply = ResultSubmission.objects.filter(hotline_order=order).exists()
    refuse_now(objections_to_merging(order, kept, has_reply=has_reply))
    limits = parameter("same_matter")
    same = is_same_matter(view_of_order(order), view_of_order(kept), at=order.registered_at, limits=limits)
    refuse_if([] if same else ["两个工单不是同一事项，不能并单"])
    _merge(act, master)
    master.finish()
    return act.finish()


def _merge(act: Act, master: Act) -> None:
    order, kept = act.hotline_order, master.hotline_order
    if order.status == OrderStatus.HANDLING:
        _copy_contacts(order, master)
    close_part(act, AssignmentState.CANCELLED)
    order.merge(into=kept)
    act.enter(None)
    HotlineOrder.objects.filter(parent=order).update(parent=kept)
    said = (order.contact_name, order.phone, order.id_number)
    add_words(master, order.text, said=said, strictly=order.confidential == Confidentiality.SECRET)
    kept.repeat_count += 1 + order.repeat_count
    note_urge(master, Urge.Kind.REPEAT)
    act.tell(OrderMerged, into=kept.order_no)


def _copy_contacts(order: HotlineOrder, master: Act) -> None:
    """Who was spoken to about the same stays known (T-36)."""
    rows = list(ContactLog.objects.filter(hotline_order=order))
    parts = Assignment.objects.filter(hotline_order=master.hotline_order, role=AssignmentRole.HOST)
    part = parts.filter(state=AssignmentState.OPEN).first()
    for row in rows:
        row.pk, row.hotline_order, row.assignment = None, master.hotline_order, part
    ContactLog.objects.bulk_create(rows)


def index_words(order_id: int) -> None:
    """The order's words as they are looked for; the same again writes the same."""
    order = HotlineOrder.objects.only(
        "category_l2", "region", "registered_at", "title", "redacted", "location_text"
    ).get(pk=order_id)
    row = OrderWords(
        hotline_order=order,
        category_l2=order.category_l2,
        region_id=order.region_id,
        registered_at=order.registered_at,
        pairs=pair_numbers(f"{order.title}。{order.redacted}"),
        place=pair_numbers(order.location_text),
    )
    OrderWords.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["hotline_order"],
        update_fields=["category_l2", "region", "registered_at", "pairs", "place"],
    )
