"""What a rater sees of the service to be rated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import keyed_hash
from common.errors import NotFound
from evaluation.models import Evaluation, ServiceEvent
from identity.models import Account
from workflow.models import Application
from workflow.selectors.holdings import Holding, Part

__all__ = ["RATINGS", "Invitation", "invitation_for", "open_invitations", "rater_of"]

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


def rater_of(person_id: int | None) -> str:
    """Under which hash a person's ratings are kept: staff never see who rated (E-48), the person does."""
    return keyed_hash(f"person:{person_id}")


def _ratings_of(account: Account) -> Iterator[Holding]:
    """What they said of services, their own orders' among them."""
    if account.person_id is None:
        return
    theirs = Q(evaluator_hash=rater_of(account.person_id))
    theirs |= Q(event__hotline_order__person_id=account.person_id)
    for one in Evaluation.objects.filter(theirs).select_related("event").order_by("pk").iterator():
        values = {
            "object": one.event.get_object_display(),
            "title": one.event.title,
            "level": one.get_level_display(),
            "tags": one.tags,
            "text": one.text,
            "details": one.details,
            "by_agent": one.by_agent,
            "created_at": one.created_at,
        }
        yield Holding(values, {})


RATINGS = Part("ratings", "documents/_copy_ratings.html", _ratings_of)
