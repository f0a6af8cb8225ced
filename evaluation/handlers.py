"""An application that ended is rated by the person it was for (E-01, E-04)."""

from evaluation import services
from events import subscribe
from events.models import EventRecord
from workflow.events import ApplicationClosed


@subscribe(ApplicationClosed)
def invite(event: ApplicationClosed, record_id: int) -> None:
    """One invitation; the domain event is the service event."""
    ended_at = EventRecord.objects.values_list("at", flat=True).get(pk=record_id)
    services.invite(event.application_id, event_no=record_id, ended_at=ended_at, outcome=event.outcome)
