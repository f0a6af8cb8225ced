"""A single matter as its editors handle it: the row in the catalogue and what people apply for, together."""

from django.db import transaction

from bundles.models import Bundle
from bundles.services.publishing import publish_single, resume, withdraw
from bundles.spec import Kind
from identity.models import Account
from matters.models import Matter
from matters.services import MatterFacts, put_up, register, take_down


@transaction.atomic
def save_matter(facts: MatterFacts, *, by: Account) -> Matter:
    """Put the matter into the catalogue and, unless it was taken down, publish it anew for those who apply now."""
    register(facts, by=by)
    matter = Matter.objects.select_related("department").get(code=facts.code)
    if matter.published:
        publish_single(matter, by=by)
    return matter


@transaction.atomic
def stop_offering(matter: Matter, *, reason: str, by: Account) -> None:
    """Nobody can apply for it by itself any more; what is under way goes on, and bundles keep it."""
    take_down(matter.code, reason=reason, by=by)
    if Bundle.objects.offered().filter(kind=Kind.SINGLE, code=matter.code).exists():
        withdraw(Kind.SINGLE, matter.code, reason=reason, by=by)


@transaction.atomic
def offer_again(matter: Matter, *, by: Account) -> None:
    """People can apply for it again, as the catalogue has it today."""
    put_up(matter.code, by=by)
    if Bundle.objects.filter(kind=Kind.SINGLE, code=matter.code, withdrawn_at__isnull=False).exists():
        resume(Kind.SINGLE, matter.code, by=by)
    publish_single(matter, by=by)
