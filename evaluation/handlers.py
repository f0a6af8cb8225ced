"""What ended is rated by the person it was for: an application, a handling of a hotline order (E-01, E-04, H-113)."""

from datetime import datetime

from evaluation import services
from events import subscribe
from events.models import EventRecord
from hotline.events import OrderReplied, OrderSurveyed
from workflow.events import ApplicationClosed


@subscribe(ApplicationClosed)
def invite(event: ApplicationClosed, record_id: int) -> None:
    """One invitation; the domain event is the service event."""
    services.invite(event.application_id, event_no=record_id, ended_at=_at(record_id), outcome=event.outcome)


@subscribe(OrderReplied)
def open_handling(event: OrderReplied, record_id: int) -> None:
    """The reply ends one handling of an order; its survey will rate it."""
    services.open_handling(
        event.order_id, rework_no=event.rework_no, event_no=record_id, ended_at=_at(record_id)
    )


@subscribe(OrderSurveyed)
def keep_survey(event: OrderSurveyed, record_id: int) -> None:
    """The complainant has answered: the same level, under the handling it was about."""
    if event.level is not None:
        services.keep_survey(
            event.order_id,
            rework_no=event.rework_no,
            level=event.level,
            at=_at(record_id),
            event_no=record_id,
        )


def _at(record_id: int) -> datetime:
    return EventRecord.objects.values_list("at", flat=True).get(pk=record_id)
