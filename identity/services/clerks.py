"""经办人: whom the legal representative lets act for the organisation, and until when."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import NotFound, refuse_if
from events import publish
from identity import rules
from identity.events import ClerkAppointed, ClerkDismissed
from identity.models import Account, Organisation, Person, Representation
from identity.selectors import standing
from identity.services.registration import represent

__all__ = ["appoint_clerk", "dismiss_clerk"]


@transaction.atomic
def appoint_clerk(organisation: Organisation, clerk: Person, *, by: Account) -> Representation:
    """Let the person act for the organisation from today; a second time changes nothing."""
    leads = _leads(organisation.pk, by)
    refuse_if(
        rules.objections_to_appointing_a_clerk(
            clerk,
            standing(by),
            is_legal_representative=leads,
            is_known=Account.objects.filter(person=clerk, is_active=True).exists(),
        )
    )
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    capacity = Representation.Capacity.CLERK
    held = Representation.objects.on(timezone.localdate()).filter(
        person=clerk, organisation=organisation, capacity=capacity
    )
    if existing := held.first():
        return existing
    named = represent(clerk, organisation, capacity=capacity)
    publish(ClerkAppointed(organisation_id=organisation.pk, representation_id=named.pk), by=by)
    return named


@transaction.atomic
def dismiss_clerk(representation_id: int, *, by: Account) -> None:
    """End it now: yesterday was its last day, or it is gone if it began today. Applications stay the organisation's."""
    capacity = Representation.Capacity.CLERK
    rows = Representation.objects.select_for_update().filter(pk=representation_id, capacity=capacity)
    held = rows.on(timezone.localdate()).first()
    if held is None or not _leads(held.organisation_id, by):
        raise NotFound(_("没有这位经办人"))
    today = timezone.localdate()
    publish(ClerkDismissed(organisation_id=held.organisation_id, representation_id=held.pk), by=by)
    if held.valid_from >= today:
        held.delete()
        return
    held.valid_until = today - timedelta(days=1)
    held.save(update_fields=["valid_until"])


def _leads(organisation_id: int, by: Account) -> bool:
    if by.person_id is None:
        return False
    return (
        Representation.objects.on(timezone.localdate())
        .filter(
            person_id=by.person_id,
            organisation_id=organisation_id,
            capacity=Representation.Capacity.LEGAL_REPRESENTATIVE,
        )
        .exists()
    )
