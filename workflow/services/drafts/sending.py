"""One draft becomes one application, once."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import NotFound, Refused
from identity.models import Account
from workflow.models import Application
from workflow.rules.drafting import Paper
from workflow.services.drafts.beginning import behalf_of
from workflow.services.drafts.reading import WITH_APPLICANT, Draft, offered, read
from workflow.services.submission import Filing, Offer, submit
from workflow.states import ApplicationStatus, Channel, DeliveryMethod, MaterialMode

__all__ = ["submit_draft", "submitted_as"]


@transaction.atomic
def submit_draft(draft_id: int, *, by: Account, declared: bool, seen_version: str) -> Application:
    """
    Submit it, once: whoever comes second waits for the lock and gets the first one's application.

    Raises Refused (422) with everything that is missing, and where the requirements have
    changed since the person looked at version ``seen_version``.
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related(*WITH_APPLICANT)
    application = rows.filter(pk=draft_id, submitted_by=by).first()
    if application is None:
        raise NotFound(_("没有找到这份草稿，可能已经删除"))
    if application.status != ApplicationStatus.DRAFT:
        return application
    offer = offered(application.kind, application.code)
    if {str(offer.version_id), str(application.bundle_version_id)} != {seen_version}:
        raise Refused(_("办理要求刚刚有变化，请看清变化、重新核对后再提交"), code="requirements_changed")
    if not declared:
        raise Refused(_("请先确认承诺"), fields={"declared": [_("请勾选，确认所填内容真实")]})
    draft = read(application)
    if draft.unsettled:
        raise Refused(_("有几处内容在两台设备上填得不一样，请先选好留哪一个"), code="unsettled")
    filing = _filing(draft)
    application.draft = {}
    return submit(filing, by=by, draft=application)


def submitted_as(draft_id: int, *, by: Account) -> str | None:
    """The number of the application that this draft became."""
    rows = Application.objects.filter(pk=draft_id, submitted_by=by)
    return rows.values_list("reference", flat=True).first()


def _filing(draft: Draft) -> Filing:
    """What the person sends: the answers that count, mistakes included, so that each is told."""
    boxes = {box.field.key for box in draft.plan.visible_fields}
    mistakes = {key: draft.typed[key] for key in draft.errors if key in boxes}
    return Filing(
        kind=draft.application.kind,
        code=draft.application.code,
        answers={**draft.answers, **mistakes},
        materials=[_offer(paper) for paper in draft.papers if paper.mode and not paper.awaited_from],
        delivery_method=DeliveryMethod(draft.delivery.method or DeliveryMethod.ELECTRONIC),
        delivery_address=draft.delivery.address,
        deliver_together=draft.delivery.together,
        on_behalf_of=behalf_of(draft.application),
        channel=Channel(draft.application.channel),
    )


def _offer(paper: Paper) -> Offer:
    upload = UUID(paper.upload_id) if paper.mode == MaterialMode.UPLOAD else None
    return Offer(paper.name, MaterialMode(paper.mode), upload, paper.signed)
