"""Drafts in tests: begun, filled in from a bundle's own scenario, made ready, sent."""

from typing import Any

from identity.models import Account
from tests.factories import workflow as at
from workflow.models import Application
from workflow.rules.drafting import Delivery
from workflow.services import Offer, drafts
from workflow.services.drafts import Draft
from workflow.states import DeliveryMethod, MaterialMode

ELECTRONIC = Delivery(DeliveryMethod.ELECTRONIC)


def begun(by: Account, code: str = "newborn", kind: str = "bundle", **more: Any) -> Draft:
    """A draft in which nothing is said yet."""
    return drafts.draft_of(drafts.start_draft(kind, code, by=by, **more).pk, by=by)


def filled(by: Account, code: str = "newborn", number: int = 0, **changed: Any) -> Draft:
    """Every question and box answered as in one of the bundle's own scenarios."""
    draft = begun(by, code)
    typed = at.answers(code, number) | changed
    return drafts.save_answers(draft.pk, by=by, typed=typed, delivery=ELECTRONIC)


def ready(by: Account, code: str = "newborn", number: int = 0, **changed: Any) -> Draft:
    """All papers brought or promised, promises signed: only the submit button is left."""
    draft = filled(by, code, number, **changed)
    draft = drafts.offer_papers(
        draft.pk, by=by, offers=[_brought(by, one) for one in draft.papers if one.needs_answer]
    )
    names = [one.name for one in draft.papers if one.needs_signature]
    return drafts.sign_promises(draft.pk, by=by, names=names)


def _brought(by: Account, paper: Any) -> Offer:
    if paper.status == "promise":
        return Offer(paper.name, MaterialMode.COMMITMENT)
    return Offer(paper.name, MaterialMode.UPLOAD, at.upload(by).pk)


def version_of(draft: Draft) -> str:
    """What the check page says the person is looking at."""
    return str(draft.application.bundle_version_id)


def sent(draft: Draft, by: Account) -> Application:
    """Submitted as the check page does it."""
    return drafts.submit_draft(draft.pk, by=by, declared=True, seen_version=version_of(draft))
