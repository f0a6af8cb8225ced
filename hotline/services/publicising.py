"""Ended orders for the public, written anew and agreed to by a second person (H-146)."""

from django.db import transaction
from django.utils import timezone

from common.errors import BadInput, NotAllowed, NotFound, WrongState
from events import publish
from hotline.events.privacy import PublicationDecided
from hotline.models import Publication
from hotline.rules import privacy as rules
from hotline.selectors.seeing import order_for
from hotline.services.acting import refuse_unless
from hotline.states import PublicationState
from identity.models import Account
from identity.roles import Permission
from identity.selectors import standing

__all__ = ["decide_publication", "propose_publication"]


@transaction.atomic
def propose_publication(order_no: str, *, title: str, text: str, reply: str, by: Account) -> Publication:
    """Somebody of the hotline writes what the public may read; BadInput where it may not."""
    desk = (Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK)
    if not any(map(standing(by).may, desk)):
        raise NotAllowed("只有热线工作人员可以提出公开")
    order = order_for(by, order_no)
    words = [title.strip(), text.strip(), reply.strip()]
    if not all(words):
        raise BadInput("标题、诉求、答复都要写")
    if objections := rules.objections_to_publication(order, words):
        raise BadInput(objections)
    if Publication.objects.filter(hotline_order=order).exclude(state=PublicationState.REFUSED).exists():
        raise WrongState("这个工单已经提出过公开")
    facts = {"title": words[0], "text": words[1], "reply": words[2], "proposed_by": by}
    facts |= {"proposed_at": timezone.now(), "state": PublicationState.PROPOSED, "approved_by": None}
    return Publication.objects.update_or_create(hotline_order=order, defaults=facts)[0]


@transaction.atomic
def decide_publication(publication_id: int, *, publish_it: bool, by: Account) -> Publication:
    """The second person reads it again; what has become wrong since is refused here as well."""
    rows = Publication.objects.select_for_update(of=("self",)).select_related("hotline_order", "proposed_by")
    found = rows.filter(pk=publication_id).first()
    if found is None:
        raise NotFound("没有找到这条公开申请")
    refuse_unless(rules.objections_to_publication_deciding(found, standing(by)))
    if found.state != PublicationState.PROPOSED:
        raise WrongState("这条公开申请已经审核过了")
    order = found.hotline_order
    objections = rules.objections_to_publication(order, [found.title, found.text, found.reply])
    if publish_it and objections:
        raise BadInput(objections)
    found.state = PublicationState.PUBLISHED if publish_it else PublicationState.REFUSED
    found.approved_by, found.published_at = by, timezone.now() if publish_it else None
    found.save(update_fields=["state", "approved_by", "published_at"])
    publish(PublicationDecided(order_id=order.pk, order_no=order.order_no, published=publish_it), by=by)
    return found
