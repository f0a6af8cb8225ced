"""催办: the citizen's after half of the time, the system's once each; three make a 督办 (H-120, H-121, H-123)."""

from datetime import timedelta

from django.db import transaction

from common.crypto import scrub
from hotline import events
from hotline.models import HotlineOrder, Urge
from hotline.rules.urging import objections_to_urging
from hotline.selectors import parameter
from hotline.services.acting import Act, refuse_now
from hotline.services.complainant import begin_as_complainant
from hotline.services.supervising import supervise
from hotline.states import SupervisionCause
from identity.models import Account

__all__ = ["note_urge", "urge"]

#: What counts towards the three: people's own.
BY_PEOPLE = (Urge.Kind.CITIZEN, Urge.Kind.REPEAT)


@transaction.atomic
def urge(order_id: int, *, by: Account | None, text: str = "", query_code: str = "") -> HotlineOrder:
    """催办 by the complainant: after half of the time, once a day; before that there is the due date (H-120)."""
    act = begin_as_complainant(order_id, by=by, query_code=query_code)
    order = act.hotline_order
    since = act.now - timedelta(hours=parameter("urge_hours"))
    lately = Urge.objects.filter(hotline_order=order, kind=Urge.Kind.CITIZEN, at__gt=since).exists()
    share = parameter("urge_after_share")
    refuse_now(objections_to_urging(order, act.now, share=share, urged_lately=lately))
    note_urge(act, Urge.Kind.CITIZEN, text=scrub(text.strip()))
    return act.finish()


def note_urge(act: Act, kind: Urge.Kind, *, text: str = "") -> Urge:
    """An urge onto the order of this act; the third of people's opens 督办 (H-123)."""
    order = act.hotline_order
    before = Urge.objects.filter(hotline_order=order, kind=kind).count()
    row = Urge.objects.create(
        hotline_order=order, kind=kind, round=before + 1, text=text, by=act.by, at=act.now
    )
    act.tell(events.OrderUrged, kind=kind)
    if kind in BY_PEOPLE:
        order.urge_count += 1
        host = act.host
        if order.urge_count >= parameter("urges_to_supervise") and host is not None:
            supervise(act, host.department, SupervisionCause.URGES)
    return row
