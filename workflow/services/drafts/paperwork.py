"""The papers of a draft: looked up, brought, promised and signed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bundles.planning import PlannedMaterial
from bundles.spec import Source
from exchange.services import Subject, check_shared, fetch_licences
from identity.models import Account
from licences.selectors import held
from workflow.models import Application
from workflow.services.applicants import Applicant
from workflow.services.drafts.reading import Draft, locked, read, subject_of
from workflow.services.submission import Offer
from workflow.states import MaterialMode

__all__ = ["check_papers", "drop_paper", "offer_papers", "sign_promises"]

_BY_REGISTERS = {Source.LICENCE, Source.SHARED}


def check_papers(draft: Draft, *, by: Account, again: bool = False) -> Draft:
    """Look up the papers nobody need bring; what cannot be found may be uploaded, or left (I-07)."""
    checks = {} if again else draft.application.draft.get("checks", {})
    new = [
        one
        for one in draft.plan.materials
        if one.source in _BY_REGISTERS and not one.awaited_from and one.name not in checks
    ]
    if not new:
        return draft
    subject = subject_of(draft.application)
    found = _licences_found(draft.application, subject, [one for one in new if one.source is Source.LICENCE])
    names = [one.name for one in new if one.source is Source.SHARED]
    for name, check in check_shared(subject, names).items():
        found[name] = {"found": check.available, "detail": "" if check.available else check.detail}
    return _checked(draft.pk, by, checks | found)


def _licences_found(
    application: Application, subject: Subject, papers: Sequence[PlannedMaterial]
) -> dict[str, Any]:
    types = {one.name: one.licence_type or one.name for one in papers}
    applicant = Applicant(application.applicant_person, application.applicant_organisation)
    ours = held(applicant.person_ids, applicant.organisation_ids, set(types.values())) if types else {}
    elsewhere = fetch_licences(subject, sorted(set(types.values()) - ours.keys()))
    known = ours.keys() | elsewhere.licences.keys()
    why = elsewhere.detail or gettext_noop(
        "电子证照库里没有查到，可以自己上传；不上传不影响提交，部门会再核实。"
    )
    return {
        name: {"found": kind in known, "detail": "" if kind in known else why} for name, kind in types.items()
    }


@transaction.atomic
def _checked(draft_id: int, by: Account, checks: Mapping[str, Any]) -> Draft:
    application = locked(draft_id, by)
    application.draft["checks"] = dict(checks)
    application.save(update_fields=["draft"])
    return read(application)


@transaction.atomic
def offer_papers(draft_id: int, *, by: Account, offers: Sequence[Offer]) -> Draft:
    """Keep how each paper comes; a promise chosen anew must be signed anew, an upload stays when the mode changes."""
    application = locked(draft_id, by)
    draft = read(application)
    kept = application.draft.setdefault("offers", {})
    for offer in offers:
        if offer.name in draft.plan.materials_by_name:
            before = kept.get(offer.name, {})
            same = before.get("mode") == offer.mode
            upload = str(offer.upload_id) if offer.upload_id else before.get("upload_id")
            signed = same and before.get("signed", False)
            kept[offer.name] = {"mode": offer.mode.value, "upload_id": upload, "signed": signed}
    application.save(update_fields=["draft"])
    return read(application)


@transaction.atomic
def drop_paper(draft_id: int, *, by: Account, name: str) -> Draft:
    """Take back what was brought for one paper."""
    application = locked(draft_id, by)
    application.draft.get("offers", {}).pop(name, None)
    application.save(update_fields=["draft"])
    return read(application)


@transaction.atomic
def sign_promises(draft_id: int, *, by: Account, names: Sequence[str]) -> Draft:
    """Sign the promises of these papers, which the person has read (I-47, I-59)."""
    application = locked(draft_id, by)
    for name, offer in application.draft.get("offers", {}).items():
        if name in names and offer["mode"] in {MaterialMode.COMMITMENT, MaterialMode.DEFERRED}:
            offer["signed"] = True
    application.save(update_fields=["draft"])
    return read(application)
