"""Beginning a draft, for whom, and throwing one away."""

from dataclasses import dataclass

from django.db import transaction

from bundles.selectors import Current
from identity.models import Account, Authorisation, Organisation
from identity.roles import Power
from identity.selectors import standing
from workflow.models import Application
from workflow.services.applicants import Applicant, OnBehalfOf, applicant_for
from workflow.services.drafts.reading import locked, offered
from workflow.states import ApplicationStatus, Channel

__all__ = ["Principal", "behalf_of", "discard_draft", "principals", "start_draft"]


@dataclass(frozen=True)
class Principal:
    """Somebody the account may apply for: itself, an organisation, or who authorised it."""

    value: str
    name: str
    on_behalf_of: OnBehalfOf


def principals(account: Account) -> list[Principal]:
    """For whom the account may apply; itself first. The values carry no personal number."""
    who = standing(account)
    found = []
    if account.person:
        found.append(Principal("self", account.person.name, OnBehalfOf(id_number=account.person.id_number)))
    for organisation in Organisation.objects.filter(pk__in=who.organisation_ids).order_by("pk"):
        behalf = OnBehalfOf(credit_code=organisation.credit_code)
        found.append(Principal(f"organisation-{organisation.pk}", organisation.name, behalf))
    granted = [grant.id for grant in who.authorisations if Power.SUBMIT in grant.powers]
    rows = Authorisation.objects.filter(pk__in=granted)
    for grant in rows.select_related("principal_person", "principal_organisation").order_by("pk"):
        behalf = behalf_of(grant)
        found.append(Principal(f"authorisation-{grant.pk}", behalf.name, behalf))
    return found


def behalf_of(principal: Authorisation | Application) -> OnBehalfOf:
    """The principal, named as `submit` wants it."""
    if isinstance(principal, Authorisation):
        person, organisation = principal.principal_person, principal.principal_organisation
    else:
        person, organisation = principal.applicant_person, principal.applicant_organisation
    if organisation:
        return OnBehalfOf(name=organisation.name, credit_code=organisation.credit_code)
    return OnBehalfOf(name=person.name, id_number=person.id_number) if person else OnBehalfOf()


@transaction.atomic
def start_draft(
    kind: str,
    code: str,
    *,
    by: Account,
    on_behalf_of: OnBehalfOf | None = None,
    channel: Channel = Channel.WEB,
) -> Application:
    """
    Begin; a draft of the same thing for the same applicant in which nothing was typed is taken up again.

    At the window ``channel`` says so, and ``on_behalf_of`` is the person in front of it.
    """
    offer = offered(kind, code)
    Account.objects.select_for_update().get(pk=by.pk)
    applicant = applicant_for(
        on_behalf_of, by=by, channel=channel, audience=offer.definition.audience, codes=frozenset()
    )
    begun = Application.objects.filter(
        submitted_by=by, status=ApplicationStatus.DRAFT, kind=kind, code=code, channel=channel
    )
    same = begun.filter(
        applicant_person=applicant.person, applicant_organisation=applicant.organisation, answers={}
    )
    return same.filter(draft={}).first() or _begun(offer, applicant, by, channel)


def _begun(offer: Current, applicant: Applicant, by: Account, channel: Channel) -> Application:
    definition = offer.definition
    return Application.objects.create(
        bundle_version_id=offer.version_id,
        kind=definition.kind,
        code=definition.code,
        name=definition.name,
        channel=channel,
        submitted_by=by,
        applicant_person=applicant.person,
        applicant_organisation=applicant.organisation,
        applicant_name=applicant.name,
        agent=applicant.agent,
        authorisation_id=applicant.authorisation_id,
    )


@transaction.atomic
def discard_draft(draft_id: int, *, by: Account) -> None:
    """Delete a draft; what was uploaded for it belongs to nothing any more."""
    locked(draft_id, by).delete()
