"""What a rater sees of the service to be rated."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound
from evaluation.models import Evaluation, ServiceEvent
from identity.models import Account
from workflow.models import Application

__all__ = ["Invitation", "invitation_for", "open_invitations"]

#: Invitations that a page can take.
MOST = 100


@dataclass(frozen=True)
class Invitation:
    """The service, until when it may be rated, and the rating if one was given."""

    event_no: int
    title: str
    ended_at: datetime
    expires_at: datetime
    given: Evaluation | None


def invitation_for(account: Account, reference: str) -> Invitation:
    """The applicant's invitation for one application; NotFound for everybody else and before its end."""
    own = Application.objects.of_applicant(account).filter(reference=reference)
    event = (
        ServiceEvent.objects.filter(application__in=own).select_related("evaluation").order_by("-pk").first()
    )
    if event is None:
        raise NotFound(_("没有找到可以评价的办件；办件完成后才能评价"))
    given = getattr(event, "evaluation", None)
    return Invitation(event.event_no, event.title, event.ended_at, event.expires_at, given)


def open_invitations(account: Account) -> list[ServiceEvent]:
    """Ended services the account may still rate, the first to lapse first, with their applications."""
    rows = ServiceEvent.objects.open_for(account, timezone.now()).select_related("application")
    heavy = ("answers", "draft", "advice", "delivery_address")
    return list(rows.defer(*(f"application__{name}" for name in heavy)).order_by("expires_at", "pk")[:MOST])
