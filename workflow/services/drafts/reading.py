"""A draft as its owner sees it, read and planned on the requirements of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bundles.planning import Plan, clean, missing
from bundles.selectors import Current, current, definition_of
from bundles.spec import Definition, sensitive_paths
from common.crypto import decrypt_values, encrypt_values
from common.errors import Gone, NotFound
from exchange.services import Subject
from identity.models import Account
from matters.models import Matter
from workflow.models import Application
from workflow.rules import drafting
from workflow.rules.drafting import Counted, Delivery, Paper
from workflow.rules.submission import Bars
from workflow.services.applicants import Applicant
from workflow.services.submission import bars_of
from workflow.states import COUNTER_CHANNELS, ApplicationStatus

__all__ = [
    "WITH_APPLICANT",
    "Draft",
    "Rival",
    "draft_of",
    "keep",
    "locked",
    "offered",
    "own_rows",
    "read",
    "subject_of",
]

#: What a draft is read together with.
WITH_APPLICANT = ("applicant_person", "applicant_organisation", "agent")


@dataclass(frozen=True)
class Rival:
    """What another page has in a box, and since when."""

    page: str
    value: Any
    at: datetime


@dataclass(frozen=True)
class Draft:
    """A draft as its owner sees it: what was typed, what of it counts, and what it leads to."""

    application: Application
    definition: Definition
    typed: Mapping[str, Any]
    errors: Mapping[str, Sequence[str]]
    counting: Counted
    bars: Bars = field(default_factory=Bars)

    @property
    def pk(self) -> int:
        return self.application.pk

    @property
    def plan(self) -> Plan:
        """The plan of the answers that count."""
        return self.counting.plan

    @property
    def answers(self) -> Mapping[str, Any]:
        """The answers that count."""
        return self.counting.answers

    @property
    def sources(self) -> Mapping[str, str]:
        """Where an answer came from, by key, while it is as it came."""
        return self.application.draft.get("sources", {})

    @property
    def changes(self) -> Sequence[str]:
        """What the latest version of the requirements changed."""
        return self.application.draft.get("changes", [])

    @cached_property
    def missing(self) -> dict[str, list[str]]:
        """Boxes of the form still to be filled in or mended, beside their fields; questions not."""
        boxes = {box.field.key for box in self.plan.visible_fields}
        lacking = missing(self.plan, self.answers) | dict(self.errors)
        return {key: list(reasons) for key, reasons in lacking.items() if key in boxes}

    @cached_property
    def delivery(self) -> Delivery:
        """How the results are to arrive."""
        row = self.application
        chosen = Delivery(row.delivery_method, row.delivery_address, row.deliver_together)
        return drafting.delivery_of(self.plan, self.answers, chosen)

    @property
    def delivery_answers(self) -> dict[str, str]:
        """The portal's own boxes about delivery, where the form has none of its own."""
        return {} if self.delivery.asked else self.delivery.answers

    @cached_property
    def unsettled(self) -> dict[str, list[Rival]]:
        """By box: what other pages have of it, where two devices changed the same one."""
        waiting = self.application.draft.get("unsettled", {})
        return {
            key: [
                Rival(page, at=datetime.fromisoformat(one["at"]), **decrypt_values({"value": one["value"]}))
                for page, one in pages.items()
            ]
            for key, pages in waiting.items()
        }

    @property
    def saved_at(self) -> datetime | None:
        """When something typed was last kept."""
        at = self.application.draft.get("saved_at")
        return datetime.fromisoformat(at) if at else None

    @cached_property
    def papers(self) -> list[Paper]:
        """Every paper with its state."""
        return self.papers_if(self.counting)

    def papers_if(self, counting: Counted) -> list[Paper]:
        """The papers that other answers would ask for."""
        kept = self.application.draft
        return drafting.papers_of(counting.plan, kept.get("offers", {}), kept.get("checks", {}), self.bars)

    @property
    def known_addresses(self) -> list[str]:
        """What the registers hold as addresses of whom this is for, to pick from."""
        row = self.application
        holders = (row.applicant_person, row.applicant_organisation, row.agent)
        return list(dict.fromkeys(one.address for one in holders if one and one.address))

    @property
    def form_is_done(self) -> bool:
        """Nothing of the form is missing or wrong."""
        return not (self.missing or drafting.objections_to_delivery(self.delivery))

    @property
    def questions_are_done(self) -> bool:
        """Nothing is left to ask before the form."""
        return not drafting.open_questions(self.plan)

    @property
    def is_ready(self) -> bool:
        """It may be checked and submitted."""
        answered = self.questions_are_done and self.form_is_done and not self.unsettled
        return answered and not any(one.needs_answer for one in self.papers)


def offered(kind: str, code: str) -> Current:
    """What one applies for today; Gone when it is not offered any more."""
    offer = current(kind, code)
    if offer is None:
        raise Gone(_("这件事已经停止在网上办理，如有疑问请拨打12345"))
    return offer


def draft_of(draft_id: int, *, by: Account) -> Draft:
    """The draft, planned on the requirements of today; a change is told in ``changes`` (I-41)."""
    application = own_rows(by).filter(pk=draft_id).first()
    if application is None:
        raise NotFound(_("没有找到这份草稿，可能已经提交或者删除"))
    offer = offered(application.kind, application.code)
    if offer.version_id != application.bundle_version_id:
        return _replanned(draft_id, by, offer)
    return read(application)


def own_rows(by: Account) -> QuerySet[Application]:
    """The drafts this account began."""
    rows = Application.objects.filter(submitted_by=by, status=ApplicationStatus.DRAFT)
    return rows.select_related(*WITH_APPLICANT)


def locked(draft_id: int, by: Account) -> Application:
    """The draft's row under its lock; NotFound to everybody but its owner."""
    application = own_rows(by).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if application is None:
        raise NotFound(_("没有找到这份草稿，可能已经提交或者删除"))
    return application


def read(application: Application) -> Draft:
    """The draft on the version it holds."""
    definition = definition_of(application.bundle_version_id)
    typed = decrypt_values(application.answers) | decrypt_values(application.draft.get("rough", {}))
    cleaned = clean(definition, typed)
    counting = drafting.counted(definition, cleaned.answers)
    return Draft(application, definition, typed, cleaned.errors, counting, _bars(application, counting))


def _bars(application: Application, counting: Counted) -> Bars:
    """What this applicant may not choose for the matters of the plan."""
    applicant = Applicant(application.applicant_person, application.applicant_organisation)
    risky = Matter.objects.filter(code__in=counting.plan.codes, high_risk=True)
    return replace(bars_of(applicant), high_risk=frozenset(risky.values_list("code", flat=True)))


@transaction.atomic
def _replanned(draft_id: int, by: Account, offer: Current) -> Draft:
    application = locked(draft_id, by)
    before = read(application)
    application.bundle_version_id, application.name = offer.version_id, offer.definition.name
    keep(application, before.typed)
    after = read(application)
    asked = offer.definition.inputs.keys() | after.delivery_answers.keys()
    waiting = application.draft.get("unsettled", {})
    application.draft["unsettled"] = {key: texts for key, texts in waiting.items() if key in asked}
    application.draft["changes"] = drafting.changes_between(before.plan, after.plan)
    application.save(update_fields=["bundle_version", "name", "answers", "draft"])
    return after


def keep(application: Application, typed: Mapping[str, Any]) -> None:
    """Put down what was typed: what can be read as answers, the rest as it is; personal numbers encrypted."""
    definition = definition_of(application.bundle_version_id)
    cleaned = clean(definition, typed)
    rough = {key: typed[key] for key in cleaned.errors}
    application.answers = encrypt_values(cleaned.answers, sensitive_paths(definition))
    application.draft["rough"] = encrypt_values(rough, rough.keys())


def subject_of(application: Application) -> Subject:
    """Whom the registers are asked about; for an organisation also who acts for it."""
    at_window = application.channel in COUNTER_CHANNELS
    actor = application.agent_id or (None if at_window else application.submitted_by.person_id)
    if application.applicant_organisation_id:
        return Subject(actor, application.applicant_organisation_id)
    return Subject(application.applicant_person_id, agent_id=application.agent_id)
