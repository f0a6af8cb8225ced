"""Applying again: a new draft with the old answers and the papers that are still good (I-108, I-144)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_noop

from common.crypto import decrypt_values
from common.errors import DomainError
from events import publish
from files.models import StoredFile
from files.selectors import to_attach
from files.services import store
from identity.models import Account
from identity.selectors import standing
from workflow import events
from workflow.models import Application, DepartmentReview
from workflow.rules import again as rules
from workflow.rules.again import Reuse
from workflow.rules.ending import objections_to_acting_for
from workflow.services.access import refuse_now, refuse_unless
from workflow.services.drafts.beginning import behalf_of, start_draft
from workflow.services.drafts.reading import keep, offered
from workflow.states import ApplicationStatus, MaterialMode

__all__ = ["Renewal", "apply_again", "foresee_again"]


@dataclass(frozen=True)
class Renewal:
    """What would be applied for, and what of the old it begins with."""

    kind: str
    code: str
    name: str
    reuse: Reuse


def foresee_again(
    application: Application, reviews: Sequence[DepartmentReview], *, by: Account, matter: str = ""
) -> Renewal:
    """What a new application would begin with; nothing is begun. ``matter`` for one matter alone."""
    refuse_unless(objections_to_acting_for(application, standing(by)))
    refuse_now(rules.objections_to_applying_again(application, reviews, matter))
    kind, code = ("single", matter) if matter else (application.kind, application.code)
    definition = offered(kind, code).definition
    papers = application.materials.filter(superseded=False).select_related("file").order_by("id")
    reuse = rules.reuse_of(definition, decrypt_values(application.answers), papers)
    return Renewal(kind, code, definition.name, reuse)


@transaction.atomic
def apply_again(application_id: int, *, by: Account, matter: str = "") -> Application:
    """
    A draft that begins with the old answers and the papers still good; promises are signed anew.

    Asked twice, the draft begun first is the answer.
    """
    application = Application.objects.select_related("applicant_person", "applicant_organisation").get(
        pk=application_id
    )
    renewal = foresee_again(application, list(application.reviews.all()), by=by, matter=matter)
    Account.objects.select_for_update().get(pk=by.pk)
    source = f"{application.reference}:{matter}"
    begun = Application.objects.filter(
        submitted_by=by, status=ApplicationStatus.DRAFT, draft__again_from=source
    )
    if (draft := begun.first()) is not None:
        return draft
    draft = start_draft(renewal.kind, renewal.code, by=by, on_behalf_of=behalf_of(application))
    _fill(draft, renewal.reuse, by)
    draft.draft["again_from"] = source
    draft.save(update_fields=["answers", "draft"])
    fact = events.ApplicationBegunAgain(
        application_id=application.pk, reference=application.reference or "", draft_id=draft.pk
    )
    publish(fact, by=by)
    return draft


def _fill(draft: Application, reuse: Reuse, by: Account) -> None:
    keep(draft, reuse.answers)
    draft.draft["sources"] = dict.fromkeys(reuse.answers, gettext_noop("上次申请"))
    draft.draft["offers"] = {
        **{name: _offer(MaterialMode.UPLOAD, stored.pk) for name, stored in _files(reuse, by).items()},
        **{name: _offer(mode) for name, mode in reuse.to_sign.items()},
    }


def _offer(mode: MaterialMode, upload_id: UUID | None = None) -> dict[str, object]:
    upload = str(upload_id) if upload_id else None
    return {"mode": mode.value, "upload_id": upload, "signed": mode == MaterialMode.UPLOAD}


def _files(reuse: Reuse, by: Account) -> Mapping[str, StoredFile]:
    """The files by paper; what somebody else took in for the applicant becomes the account's own upload."""
    wanted = {
        name: paper.file for name, paper in reuse.taken.items() if paper.file and not paper.file.is_held
    }
    own = to_attach(by, [stored.pk for stored in wanted.values()])
    found = {name: own.get(stored.pk) or _copied(stored, by) for name, stored in wanted.items()}
    return {name: stored for name, stored in found.items() if stored is not None}


def _copied(stored: StoredFile, by: Account) -> StoredFile | None:
    """As if uploaded again; what cannot be taken any more is simply asked for."""
    with stored.file.open("rb") as content:
        try:
            return store(File(content, name=stored.name), by=by, name=stored.name)
        except DomainError:
            return None
