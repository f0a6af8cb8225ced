"""From answers and papers to an application: one transaction, everything that is missing told at once."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from stdnum import luhn

from bundles.planning import Plan, PlannedMaterial, PlannedMatter, clean, missing, plan
from bundles.selectors import current
from bundles.spec import Definition, sensitive_paths
from common.crypto import encrypt_values
from common.errors import DomainError, NotAllowed, NotFound, Refused
from common.workdays import day_of
from files.models import StoredFile
from files.selectors import to_attach
from identity.models import Account, Department
from licences.models import Licence
from licences.selectors import held
from matters.models import Matter
from workflow import events
from workflow.models import Application, Commitment, CreditMark, DepartmentReview, SubmittedMaterial
from workflow.rules.precheck import Brought, advice
from workflow.rules.submission import (
    Bars,
    files_among,
    missing_materials,
    mode_of_itself,
    objections_to_material,
    strange_files,
    unknown_materials,
)
from workflow.services import following, papers, promises
from workflow.services.accepting import receive_now, tell_received
from workflow.services.acting import Act
from workflow.services.applicants import Applicant, OnBehalfOf, applicant_for
from workflow.states import COUNTER_CHANNELS, Channel, DeliveryMethod, MaterialMode, MaterialState

__all__ = ["Filing", "Offer", "bars_of", "submit"]

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Offer:
    """How the applicant brings one paper; ``signed`` is the signature under a promise (I-47, I-59)."""

    name: str
    mode: MaterialMode
    upload_id: UUID | None = None
    signed: bool = True


@dataclass(frozen=True)
class Filing:
    """What a person sends: the bundle or single matter, the answers, the papers, how to deliver."""

    kind: str
    code: str
    answers: Mapping[str, Any]
    materials: Sequence[Offer] = ()
    delivery_method: DeliveryMethod = DeliveryMethod.ELECTRONIC
    delivery_address: str = ""
    deliver_together: bool = True
    on_behalf_of: OnBehalfOf | None = None
    channel: Channel = Channel.WEB


@dataclass
class _Ready:
    """A filing that has been read, planned and found complete."""

    filing: Filing
    version_id: int
    definition: Definition
    plan: Plan
    answers: dict[str, Any]
    applicant: Applicant
    offers: dict[str, Offer]
    files: Mapping[UUID, StoredFile]
    licences: Mapping[str, Licence]
    matters: Mapping[str, Matter]
    bars: Bars = field(default_factory=Bars)

    def brought(self, planned: PlannedMaterial) -> Brought | None:
        """The paper as it comes; None where it must be brought and nobody did."""
        offer = self.offers.get(planned.name)
        mode = (
            MaterialMode.AWAITED if planned.awaited_from else offer.mode if offer else mode_of_itself(planned)
        )
        if mode is None:
            return None
        licence = self.licences.get(planned.licence_type or planned.name)
        return Brought(
            planned,
            mode,
            file=self._file(offer) if mode == MaterialMode.UPLOAD else None,
            licence=licence if mode == MaterialMode.LICENCE else None,
        )

    def _file(self, offer: Offer | None) -> StoredFile | None:
        return self.files.get(offer.upload_id) if offer and offer.upload_id else None


@transaction.atomic
def submit(filing: Filing, *, by: Account, draft: Application | None = None) -> Application:
    """
    File an application (C-01); received at once unless it came over the counter or by post (C-02, I-27).

    Raises Refused (422) with every missing answer and paper in ``fields``; NotAllowed
    where ``by`` may not file for this applicant, or a credit mark bars what was chosen.
    """
    ready = _read(filing, by)
    act = _open(ready, by, timezone.now(), draft)
    act.reviews = _reviews(ready, act)
    brought = [paper for planned in ready.plan.materials if (paper := ready.brought(planned))]
    materials = [_material(paper, act) for paper in brought]
    act.application.advice = _advice(ready, brought, act)
    if filing.channel not in COUNTER_CHANNELS:
        receive_now(act, materials)
    _insert(act, materials)
    _draw_up(act, ready, materials)
    _tell(act)
    act.finish()
    return act.application


def _read(filing: Filing, by: Account) -> _Ready:
    version = current(filing.kind, filing.code)
    if version is None:
        raise NotFound(gettext("没有这个事项，或者已经停止办理"))
    cleaned = clean(version.definition, filing.answers)
    planned = plan(version.definition, cleaned.answers)
    applicant = applicant_for(
        filing.on_behalf_of,
        by=by,
        channel=filing.channel,
        audience=version.definition.audience,
        codes=planned.codes,
    )
    names = {name for paper in planned.materials for name in (paper.licence_type, paper.name) if name}
    uploads = [offer.upload_id for offer in filing.materials if offer.upload_id]
    answered = files_among(version.definition, cleaned.answers).values()
    ready = _Ready(
        filing=filing,
        version_id=version.version_id,
        definition=version.definition,
        plan=planned,
        answers=cleaned.answers,
        applicant=applicant,
        offers={offer.name: offer for offer in filing.materials},
        files=to_attach(by, [*uploads, *answered]),
        licences=held(applicant.person_ids, applicant.organisation_ids, names),
        matters=Matter.objects.select_related("department").in_bulk(list(planned.codes), field_name="code"),
        bars=bars_of(applicant),
    )
    high_risk = frozenset(code for code, matter in ready.matters.items() if matter.high_risk)
    ready.bars = replace(ready.bars, high_risk=high_risk)
    _refuse_incomplete(ready, cleaned.errors)
    return ready


def bars_of(applicant: Applicant) -> Bars:
    """The applicant's unrepaired credit marks, as what they bar (I-53, I-61)."""
    marks = CreditMark.objects.filter(
        repaired_at=None, person=applicant.person, organisation=applicant.organisation
    )
    kinds = set(marks.values_list("kind", flat=True))
    return Bars(
        deferral=CreditMark.Kind.DEFERRAL_BROKEN in kinds, commitment=CreditMark.Kind.PROMISE_BROKEN in kinds
    )


def _refuse_incomplete(ready: _Ready, errors: Mapping[str, Sequence[str]]) -> None:
    fields = {key: list(reasons) for key, reasons in errors.items()}
    fields |= strange_files(files_among(ready.definition, ready.answers), ready.files)
    for key, reasons in missing(ready.plan, ready.answers).items():
        fields.setdefault(key, list(reasons))
    fields |= missing_materials(ready.plan.materials, ready.offers)
    fields |= unknown_materials(ready.plan.materials, ready.offers)
    for name, material in ready.plan.materials_by_name.items():
        if name in ready.offers and (objections := _objections(ready, material)):
            fields[f"materials.{name}"] = objections
    if ready.filing.delivery_method == DeliveryMethod.EMS and not ready.filing.delivery_address.strip():
        fields["delivery.address"] = [gettext("选择邮寄的，请填写收件地址")]
    if fields:
        raise _refusal(ready, fields)
    if not ready.plan.matters:
        raise Refused(gettext("按您的回答，没有需要办理的事项；如有疑问请拨打12345"), code="nothing_to_do")


def _refusal(ready: _Ready, fields: Mapping[str, Sequence[str]]) -> DomainError:
    """Everything at once; 403 where the applicant's own credit stands against a choice (I-53, I-61)."""
    reasons = [reason for found in fields.values() for reason in found]
    if any(ready.bars.forbid(offer.mode) for offer in ready.offers.values()):
        return NotAllowed(reasons, code="credit", fields=fields)
    return Refused(reasons, code="incomplete", fields=fields)


def _objections(ready: _Ready, material: PlannedMaterial) -> list[str]:
    offer = ready.offers[material.name]
    if material.awaited_from:
        return []
    has_file = offer.upload_id in ready.files
    return objections_to_material(
        material, offer.mode, bars=ready.bars, signed=offer.signed, has_file=has_file
    )


def _open(ready: _Ready, by: Account, now: datetime, draft: Application | None) -> Act:
    application = draft or Application(submitted_by=by)
    filing, definition, applicant = ready.filing, ready.definition, ready.applicant
    application.bundle_version_id = ready.version_id
    application.kind, application.code, application.name = definition.kind, definition.code, definition.name
    application.lead_department_id = _lead(ready.version_id, definition.lead_department)
    application.channel, application.submitted_by = filing.channel, by
    application.applicant_person, application.applicant_organisation = (
        applicant.person,
        applicant.organisation,
    )
    application.applicant_name, application.applicant_id_tail = applicant.name, applicant.id_tail
    application.front_persons = sorted(applicant.persons_before_the_window | _persons(by))
    application.agent, application.authorisation_id = applicant.agent, applicant.authorisation_id
    application.answers = encrypt_values(ready.answers, sensitive_paths(definition))
    application.query_code = "".join(secrets.choice(_LETTERS) for _ in range(6))
    application.is_joint = len(ready.plan.matters) > 1
    application.promised_days = ready.plan.promised_days
    application.awaits_results = any(material.awaited_from for material in ready.plan.materials)
    application.delivery_method = filing.delivery_method
    application.delivery_address, application.deliver_together = (
        filing.delivery_address,
        filing.deliver_together,
    )
    application.submit(reference=_reference(now), at=now)
    return Act(application, [], by, now)


def _persons(account: Account) -> set[int]:
    return {account.person_id} if account.person_id is not None else set()


def _reference(now: datetime) -> str:
    """yyyymmdd, seven digits of a sequence, a Luhn check digit; gaps are fine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('workflow_reference')")
        number = cursor.fetchone()[0]
    digits = f"{day_of(now):%Y%m%d}{number % 10**7:07d}"
    return digits + luhn.calc_check_digit(digits)


@lru_cache(maxsize=1024)
def _lead(version_id: int, name: str) -> int | None:
    return Department.objects.filter(name=name).values_list("pk", flat=True).first()


def _reviews(ready: _Ready, act: Act) -> list[DepartmentReview]:
    return [
        _review(planned, ready.matters[planned.code], act, n)
        for n, planned in enumerate(ready.plan.matters, start=1)
    ]


def _review(planned: PlannedMatter, matter: Matter, act: Act, n: int) -> DepartmentReview:
    return DepartmentReview(
        application=act.application,
        matter=matter,
        department=matter.department,
        code=planned.code,
        name=planned.name,
        stage=planned.stage,
        depends_on=list(planned.depends_on),
        project_no=f"{act.application.reference}{n:02d}",
        promised_days=planned.promised_days,
        statutory_days=planned.spec.statutory_days,
        is_instant=planned.spec.is_instant,
        is_licence=planned.spec.is_licence,
        automatic=planned.spec.automatic,
        needs_inspection=planned.site_inspection,
    )


def _material(paper: Brought, act: Act) -> SubmittedMaterial:
    planned = paper.material
    waits = paper.mode in {MaterialMode.AWAITED, MaterialMode.DEFERRED, MaterialMode.SHARED}
    waits |= paper.mode == MaterialMode.LICENCE and paper.licence is None
    return SubmittedMaterial(
        application=act.application,
        name=planned.name,
        source=planned.source,
        mode=paper.mode,
        state=MaterialState.PENDING if waits else MaterialState.PRESENT,
        needed_by=list(planned.needed_by),
        licence_type=planned.licence_type or "",
        awaited_from=planned.awaited_from or "",
        file=paper.file,
        licence=paper.licence,
        supplied_at=None if waits else act.now,
    )


def _advice(ready: _Ready, brought: Sequence[Brought], act: Act) -> list[str]:
    """智能预审: stored with the application, and never in its way (I-42)."""
    person = ready.applicant.person
    return advice(
        brought,
        birth_date=person.birth_date if person else None,
        reachable=person is None or bool(person.mobile),
        today=day_of(act.now),
    )


def _insert(act: Act, materials: Sequence[SubmittedMaterial]) -> None:
    act.application.deferred_open = sum(paper.mode == MaterialMode.DEFERRED for paper in materials)
    act.application.save()
    DepartmentReview.objects.bulk_create(act.reviews)
    SubmittedMaterial.objects.bulk_create(materials)


def _draw_up(act: Act, ready: _Ready, materials: Sequence[SubmittedMaterial]) -> None:
    if signed := promises.signed(act, ready.plan, ready.offers.values()):
        Commitment.objects.bulk_create(signed)
        act.file(*papers.promises(act, signed, ready.plan))
    if act.application.received_at:
        act.file(papers.receipt(act, materials))


def _tell(act: Act) -> None:
    application = act.application
    act.tell(events.ApplicationSubmitted, bundle=application.code, channel=application.channel)
    if application.received_at:
        tell_received(act)
    following.announce(act)
