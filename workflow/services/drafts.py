"""
Drafts: begun, filled in as often as needed, planned anew when the requirements change, submitted once.

A draft is an Application whose status is draft; only the account that began it
sees it. Answers are kept readable or not, so that nothing typed is lost; what
of them counts follows from the plan (rules.drafting). `Application.draft` holds:
``rough`` (what could not be read yet, encrypted), ``sources`` (where prefilled
answers came from), ``offers`` (papers brought or promised), ``checks`` (what the
registers said of papers) and ``changes`` (what a new version changed, I-41).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction

from bundles.planning import Plan, PlannedMaterial, clean, missing
from bundles.selectors import Current, current, definition_of
from bundles.spec import Definition, Source, sensitive_paths
from common.crypto import decrypt_values, encrypt_values
from common.errors import Gone, NotFound, Refused
from exchange.services import Subject, check_shared, fetch_licences, prefill
from identity.models import Account, Authorisation, Organisation
from identity.roles import Power
from identity.selectors import standing
from licences.selectors import held
from workflow.models import Application
from workflow.rules import drafting
from workflow.rules.drafting import Counted, Delivery, Paper
from workflow.rules.submission import Bars
from workflow.services.applicants import Applicant, OnBehalfOf, applicant_for
from workflow.services.submission import Filing, Offer, bars_of, submit
from workflow.states import COUNTER_CHANNELS, ApplicationStatus, Channel, DeliveryMethod, MaterialMode

__all__ = [
    "Draft",
    "Principal",
    "check_papers",
    "discard_draft",
    "draft_of",
    "drop_paper",
    "offer_papers",
    "prefill_answers",
    "principals",
    "save_answers",
    "sign_promises",
    "start_draft",
    "submit_draft",
    "submitted_as",
]

_WITH = ("applicant_person", "applicant_organisation", "agent")
_BY_REGISTERS = {Source.LICENCE, Source.SHARED}


@dataclass(frozen=True)
class Principal:
    """Somebody the account may apply for: itself, an organisation, or who authorised it."""

    value: str
    name: str
    on_behalf_of: OnBehalfOf


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

    @cached_property
    def papers(self) -> list[Paper]:
        """Every paper with its state."""
        kept = self.application.draft
        return drafting.papers_of(self.plan, kept.get("offers", {}), kept.get("checks", {}), self.bars)

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
        return (
            self.questions_are_done and self.form_is_done and not any(one.needs_answer for one in self.papers)
        )


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
        principal = grant.principal_organisation or grant.principal_person
        found.append(Principal(f"authorisation-{grant.pk}", principal.name, _behalf(grant)))
    return found


def _behalf(principal: Authorisation | Application) -> OnBehalfOf:
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
    offer = _current(kind, code)
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


def _current(kind: str, code: str) -> Current:
    offer = current(kind, code)
    if offer is None:
        raise Gone("这件事已经停止在网上办理，如有疑问请拨打12345")
    return offer


def draft_of(draft_id: int, *, by: Account) -> Draft:
    """The draft, planned on the requirements of today; a change is told in ``changes`` (I-41)."""
    application = _rows(by).filter(pk=draft_id).first()
    if application is None:
        raise NotFound("没有找到这份草稿，可能已经提交或者删除")
    offer = _current(application.kind, application.code)
    if offer.version_id != application.bundle_version_id:
        return _replanned(draft_id, by, offer)
    return _read(application)


def _rows(by: Account) -> Any:
    rows = Application.objects.filter(submitted_by=by, status=ApplicationStatus.DRAFT)
    return rows.select_related(*_WITH)


def _locked(draft_id: int, by: Account) -> Application:
    application = _rows(by).select_for_update(of=("self",)).filter(pk=draft_id).first()
    if application is None:
        raise NotFound("没有找到这份草稿，可能已经提交或者删除")
    return application


def _read(application: Application) -> Draft:
    definition = definition_of(application.bundle_version_id)
    typed = decrypt_values(application.answers) | decrypt_values(application.draft.get("rough", {}))
    cleaned = clean(definition, typed)
    applicant = Applicant(application.applicant_person, application.applicant_organisation)
    return Draft(
        application=application,
        definition=definition,
        typed=typed,
        errors=cleaned.errors,
        counting=drafting.counted(definition, cleaned.answers),
        bars=bars_of(applicant),
    )


@transaction.atomic
def _replanned(draft_id: int, by: Account, offer: Current) -> Draft:
    application = _locked(draft_id, by)
    before = _read(application)
    application.bundle_version_id, application.name = offer.version_id, offer.definition.name
    _keep(application, before.typed)
    after = _read(application)
    application.draft["changes"] = drafting.changes_between(before.plan, after.plan)
    application.save(update_fields=["bundle_version", "name", "answers", "draft"])
    return after


def _keep(application: Application, typed: Mapping[str, Any]) -> None:
    """Put down what was typed: what can be read as answers, the rest as it is; personal numbers encrypted."""
    definition = definition_of(application.bundle_version_id)
    cleaned = clean(definition, typed)
    rough = {key: typed[key] for key in cleaned.errors}
    application.answers = encrypt_values(cleaned.answers, sensitive_paths(definition))
    application.draft["rough"] = encrypt_values(rough, rough.keys())


@transaction.atomic
def save_answers(
    draft_id: int, *, by: Account, typed: Mapping[str, Any], delivery: Delivery | None = None
) -> Draft:
    """Keep what was typed, readable or not; a blank takes an answer back."""
    application = _locked(draft_id, by)
    before = _read(application)
    _keep(application, {**before.typed, **typed})
    sources = application.draft.setdefault("sources", {})
    after = _read(application)
    for key in typed.keys() & sources.keys():
        if after.typed.get(key) != before.typed.get(key):
            sources[key] = ""
    if delivery is not None:
        application.delivery_method, application.delivery_address = delivery.method, delivery.address
        application.deliver_together = delivery.together
    application.save()
    return _read(application)


def prefill_answers(draft: Draft, *, by: Account) -> Draft:
    """Ask the registers for the boxes nobody has typed in yet, each once (智能预填)."""
    wanted = [
        (box.field.key, box.field.type.value, box.field.prefill)
        for box in draft.plan.visible_fields
        if box.field.prefill and box.field.key not in draft.sources and box.field.key not in draft.typed
    ]
    if not wanted:
        return draft
    found = prefill(_subject(draft.application), wanted)
    usable = clean(draft.definition, {key: one.value for key, one in found.items()})
    sources = {key: found[key].source if key in usable.answers else "" for key, _type, _source in wanted}
    return _prefilled(draft.pk, by, usable.answers, sources)


@transaction.atomic
def _prefilled(draft_id: int, by: Account, values: Mapping[str, Any], sources: Mapping[str, str]) -> Draft:
    application = _locked(draft_id, by)
    typed = _read(application).typed
    new = {key: value for key, value in values.items() if key not in typed}
    _keep(application, {**typed, **new})
    known = application.draft.setdefault("sources", {})
    known |= {key: source if key in new else "" for key, source in sources.items() if key not in known}
    application.save(update_fields=["answers", "draft"])
    return _read(application)


def _subject(application: Application) -> Subject:
    """Whom the registers are asked about; for an organisation also who acts for it."""
    at_window = application.channel in COUNTER_CHANNELS
    actor = application.agent_id or (None if at_window else application.submitted_by.person_id)
    if application.applicant_organisation_id:
        return Subject(actor, application.applicant_organisation_id)
    return Subject(application.applicant_person_id, agent_id=application.agent_id)


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
    subject = _subject(draft.application)
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
    why = elsewhere.detail or "电子证照库里没有查到，可以自己上传；不上传不影响提交，部门会再核实。"
    return {
        name: {"found": kind in known, "detail": "" if kind in known else why} for name, kind in types.items()
    }


@transaction.atomic
def _checked(draft_id: int, by: Account, checks: Mapping[str, Any]) -> Draft:
    application = _locked(draft_id, by)
    application.draft["checks"] = dict(checks)
    application.save(update_fields=["draft"])
    return _read(application)


@transaction.atomic
def offer_papers(draft_id: int, *, by: Account, offers: Sequence[Offer]) -> Draft:
    """Keep how each paper comes; a promise chosen anew must be signed anew, an upload stays when the mode changes."""
    application = _locked(draft_id, by)
    draft = _read(application)
    kept = application.draft.setdefault("offers", {})
    for offer in offers:
        if offer.name in draft.plan.materials_by_name:
            before = kept.get(offer.name, {})
            same = before.get("mode") == offer.mode
            upload = str(offer.upload_id) if offer.upload_id else before.get("upload_id")
            signed = same and before.get("signed", False)
            kept[offer.name] = {"mode": offer.mode.value, "upload_id": upload, "signed": signed}
    application.save(update_fields=["draft"])
    return _read(application)


@transaction.atomic
def drop_paper(draft_id: int, *, by: Account, name: str) -> Draft:
    """Take back what was brought for one paper."""
    application = _locked(draft_id, by)
    application.draft.get("offers", {}).pop(name, None)
    application.save(update_fields=["draft"])
    return _read(application)


@transaction.atomic
def sign_promises(draft_id: int, *, by: Account, names: Sequence[str]) -> Draft:
    """Sign the promises of these papers, which the person has read (I-47, I-59)."""
    application = _locked(draft_id, by)
    for name, offer in application.draft.get("offers", {}).items():
        if name in names and offer["mode"] in {MaterialMode.COMMITMENT, MaterialMode.DEFERRED}:
            offer["signed"] = True
    application.save(update_fields=["draft"])
    return _read(application)


@transaction.atomic
def discard_draft(draft_id: int, *, by: Account) -> None:
    """Delete a draft; what was uploaded for it belongs to nothing any more."""
    _locked(draft_id, by).delete()


@transaction.atomic
def submit_draft(draft_id: int, *, by: Account, declared: bool, seen_version: str) -> Application:
    """
    Submit it, once: whoever comes second waits for the lock and gets the first one's application.

    Raises Refused (422) with everything that is missing, and where the requirements have
    changed since the person looked at version ``seen_version``.
    """
    rows = Application.objects.select_for_update(of=("self",)).select_related(*_WITH)
    application = rows.filter(pk=draft_id, submitted_by=by).first()
    if application is None:
        raise NotFound("没有找到这份草稿，可能已经删除")
    if application.status != ApplicationStatus.DRAFT:
        return application
    offer = _current(application.kind, application.code)
    if {str(offer.version_id), str(application.bundle_version_id)} != {seen_version}:
        raise Refused("办理要求刚刚有变化，请看清变化、重新核对后再提交", code="requirements_changed")
    if not declared:
        raise Refused("请先确认承诺", fields={"declared": ["请勾选，确认所填内容真实"]})
    filing = _filing(_read(application))
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
        on_behalf_of=_behalf(draft.application),
        channel=Channel(draft.application.channel),
    )


def _offer(paper: Paper) -> Offer:
    upload = UUID(paper.upload_id) if paper.mode == MaterialMode.UPLOAD else None
    return Offer(paper.name, MaterialMode(paper.mode), upload, paper.signed)
