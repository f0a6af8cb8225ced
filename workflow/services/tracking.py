"""
What is on its way: parcels followed through the post, lockers tended until they are emptied.

The post is asked before any lock is taken; what it said is written under the
application's, and each step of a parcel once (I-127, I-128).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from common.workdays import day_of
from exchange.services import Parcel, Step, track_parcels
from workflow import events
from workflow.models import Delivery, ParcelStep
from workflow.rules import ending as rules
from workflow.rules import returned
from workflow.services.acting import Act, begin
from workflow.services.handover import arrived
from workflow.services.sweeping import each
from workflow.states import DeliveryMethod, ParcelState, Service

__all__ = ["follow_parcels", "tend_lockers"]

#: So many waybills are asked about in one question.
_AT_ONCE = 200


def follow_parcels(now: datetime | None = None) -> int:
    """Ask the post about every parcel on its way. How many moved; none while the post is away."""
    rows = list(_on_their_way(DeliveryMethod.EMS).exclude(waybill="").order_by("pk"))
    some = [rows[first : first + _AT_ONCE] for first in range(0, len(rows), _AT_ONCE)]
    return sum(_follow(deliveries, now or timezone.now()) for deliveries in some)


def _follow(deliveries: Sequence[Delivery], now: datetime) -> int:
    tracked = track_parcels([Parcel(one.waybill, one.posted_at) for one in deliveries])

    def note_steps(delivery_id: int, moment: datetime) -> bool:
        return _note(delivery_id, moment, tracked.steps)

    return each([one.pk for one in deliveries if tracked.steps.get(one.waybill)], note_steps, now)


@transaction.atomic
def _note(delivery_id: int, now: datetime, told: Mapping[str, Sequence[Step]]) -> bool:
    act, delivery = _begin_on(delivery_id, now)
    steps = told.get(delivery.waybill, ()) if delivery else ()
    if delivery is None or not _new(delivery, steps):
        return False
    states, last = {ParcelState(step.state.value) for step in steps}, steps[-1]
    if ParcelState.RETURNED in states:
        # Whoever signed for it afterwards was the sender.
        _return(act, delivery)
    elif last.state.value == ParcelState.SIGNED:
        delivery.service = Service.RECEIVED
        relation = (last.signed_by or gettext_noop("本人"))[:40]
        arrived(act, delivery, receiver=delivery.addressee, relation=relation, at=last.at)
    return True


def _new(delivery: Delivery, steps: Sequence[Step]) -> bool:
    """Write what was not known; whether there was anything."""
    known = set(delivery.steps.values_list("state", "at"))
    new = [step for step in steps if (step.state.value, step.at) not in known]
    ParcelStep.objects.bulk_create(
        [
            ParcelStep(
                delivery=delivery, state=ParcelState(step.state.value), at=step.at, place=step.place[:100]
            )
            for step in new
        ],
        ignore_conflicts=True,  # two codes of the post may mean one step
    )
    return bool(new)


def tend_lockers(now: datetime | None = None) -> int:
    """Each morning: call to mind what waits in a locker; after seven days it goes back to the window (I-127)."""
    ids = _on_their_way(DeliveryMethod.LOCKER).order_by("pk").values_list("pk", flat=True)
    return each(list(ids), _tend, now or timezone.now())


@transaction.atomic
def _tend(delivery_id: int, now: datetime) -> bool:
    act, delivery = _begin_on(delivery_id, now)
    if delivery is None or delivery.collect_by is None:
        return False
    today = day_of(now)
    if today > delivery.collect_by:
        _return(act, delivery)
        return True
    if not rules.is_to_be_fetched(day_of(delivery.handed_over_at), delivery.reminded_on, today):
        return False
    delivery.reminded_on = today
    delivery.save(update_fields=["reminded_on"])
    due_at = delivery.collect_by.isoformat()
    act.tell(events.LockerReminded, delivery_id=delivery.pk, due_at=due_at)
    act.finish()
    return True


def _on_their_way(method: DeliveryMethod) -> QuerySet[Delivery]:
    return Delivery.objects.filter(method=method, delivered_at=None, returned_at=None)


def _begin_on(delivery_id: int, now: datetime) -> tuple[Act, Delivery | None]:
    """The application's lock, and the delivery under it if it is still on its way."""
    application_id = Delivery.objects.values_list("application_id", flat=True).get(pk=delivery_id)
    act = begin(application_id, by=None, now=now)
    waiting = act.application.deliveries.filter(pk=delivery_id, delivered_at=None, returned_at=None)
    return act, waiting.first()


def _return(act: Act, delivery: Delivery) -> None:
    """It lies at the exit window; whose parcel the post brought back is called within a working day (I-127, I-128)."""
    delivery.returned_at = act.now
    if delivery.method == DeliveryMethod.EMS:
        delivery.call_by = returned.call_by(act.now, act.clock.calendar)
        # Whatever was said of an earlier return is on the timeline.
        delivery.called_at, delivery.call_outcome, delivery.call_note = None, "", ""
        delivery.resend_asked_at = None
    delivery.save()
    act.tell(
        events.ParcelReturned,
        delivery_id=delivery.pk,
        method=delivery.method,
        may_be_resent=returned.may_be_resent(delivery),
    )
    act.finish()
