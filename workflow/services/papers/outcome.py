"""Results and decisions (D-05, D-06), the closing notice (D-10) and the proof of delivery (D-09)."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from bundles.selectors import definition_of
from common.crypto import decrypt_values
from common.workdays import day_of
from licences.services import LicenceGrant
from licences.services.drafts import (
    ClosedMatter,
    DeliveredDocument,
    closing_notice_draft,
    delivery_receipt_draft,
    denial_decision_draft,
    grant_decision_draft,
    result_draft,
)
from licences.states import ResultKind
from workflow.models import ApplicationDocument, Delivery, DepartmentReview
from workflow.rules.showing import facts_for
from workflow.services.filed import Filed
from workflow.services.papers.facts import application_facts, matter_facts, organ_of
from workflow.states import DeliveryMethod, ReviewStatus, Service

if TYPE_CHECKING:
    from bundles.spec import MatterSpec
    from workflow.services.acting import Act


def decision_papers(act: "Act", review: DepartmentReview) -> list[Filed]:
    """The result and, for a licence, its decision; or the refusal with its remedy (C-13, C-14)."""
    spec = definition_of(act.application.bundle_version_id).matters_by_code[review.code]
    if review.status == ReviewStatus.DENIED:
        return [_denial(act, review)]
    until = _valid_until(spec, review, act)
    result = _result(act, review, spec, until)
    return [result, *([_grant(act, review, spec, until)] if review.is_licence else [])]


def _valid_until(spec: "MatterSpec", review: DepartmentReview, act: "Act") -> date | None:
    stated = review.result.get("valid_until")
    if stated:
        return date.fromisoformat(str(stated))
    years = spec.result.validity_years
    if not years:
        return None
    return act.clock.calendar.natural_end(day_of(act.now), years=years, procedural=False).date


def _result(act: "Act", review: DepartmentReview, spec: "MatterSpec", until: date | None) -> Filed:
    facts = _facts(act, review)
    draft = result_draft(
        application_facts(act.application),
        review.department,
        matter_facts(review),
        kind=spec.result.kind,
        title=spec.result.name,
        facts=facts,
        valid_from=day_of(act.now),
        valid_until=until,
    )
    grant = None
    if spec.result.kind == ResultKind.LICENCE:
        application = act.application
        grant = LicenceGrant(
            type_name=spec.result.name,
            holder_person_id=application.applicant_person_id,
            holder_organisation_id=application.applicant_organisation_id,
            holder_name=application.applicant_name,
            issuer_id=review.department_id,
            valid_from=day_of(act.now),
            valid_until=until,
            facts=dict(facts),
            document_id=draft.id,
            source=f"review:{review.pk}",
        )
    return Filed(draft, review, needs_proof=True, grant=grant)


def _facts(act: "Act", review: DepartmentReview) -> list[tuple[str, str]]:
    definition = definition_of(act.application.bundle_version_id)
    stated: dict[str, Any] = {key: value for key, value in review.result.items() if key != "valid_until"}
    answers = decrypt_values(act.application.answers)
    rows = [
        *facts_for(definition, review.code, answers),
        *((key, str(value)) for key, value in stated.items()),
    ]
    return rows or [("办理事项", review.name)]


def _grant(act: "Act", review: DepartmentReview, spec: "MatterSpec", until: date | None) -> Filed:
    draft = grant_decision_draft(
        application_facts(act.application),
        review.department,
        matter_facts(review),
        content=f"准予{act.application.applicant_name}{review.name}",
        legal_basis="；".join(spec.legal_basis) or "《中华人民共和国行政许可法》第三十八条",
        certificate=spec.result.name,
        valid_until=until,
    )
    return Filed(draft, review, needs_proof=True)


def _denial(act: "Act", review: DepartmentReview) -> Filed:
    draft = denial_decision_draft(
        application_facts(act.application),
        review.department,
        matter_facts(review),
        facts=f"申请人于{day_of(act.application.submitted_at or act.now):%Y年%-m月%-d日}申请{review.name}",
        reasons=review.opinion,
        legal_basis=review.legal_basis,
        licence=review.is_licence,
    )
    return Filed(draft, review, needs_proof=True)


def closing_notice(act: "Act") -> Filed:
    """D-10: how every matter ended, and where to say how it went, in neutral words."""
    rows = [
        ClosedMatter(
            matter=review.name,
            outcome=ReviewStatus(review.status).label,
            ended_on=day_of(review.ended_at or act.now),
        )
        for review in act.reviews
    ]
    reference = act.application.reference or ""
    draft = closing_notice_draft(
        application_facts(act.application),
        organ_of(act),
        results=rows,
        delivery=DeliveryMethod(act.application.delivery_method).label,
        rating_url=f"{settings.PUBLIC_URL}/applications/{reference}/rate/",
        archive_number=reference,
    )
    return Filed(draft)


def delivery_receipt(
    act: "Act", delivery: Delivery, documents: Sequence[ApplicationDocument], deliverer: str
) -> Filed:
    """D-09: what was delivered, to whom, how, where, when and by whom (I-130)."""
    draft = delivery_receipt_draft(
        application_facts(act.application),
        organ_of(act),
        documents=[DeliveredDocument(one.document.title, one.document.number or "") for one in documents],
        addressee=delivery.addressee,
        way=_way(delivery),
        place=delivery.place or _place(act, delivery),
        delivered_at=delivery.delivered_at or act.now,
        receiver=delivery.receiver,
        relation=delivery.relation or "本人",
        deliverer=deliverer,
        note=delivery.note or "无",
    )
    return Filed(draft)


def _way(delivery: Delivery) -> str:
    """留置 and 公告 are ways of their own (I-130)."""
    if delivery.service != Service.RECEIVED:
        return Service(delivery.service).label
    return DeliveryMethod(delivery.method).label


def _place(act: "Act", delivery: Delivery) -> str:
    """Where a delivery of this kind arrives, if nobody noted another place."""
    places = {
        DeliveryMethod.ELECTRONIC: "申请人个人（企业）专属空间",
        DeliveryMethod.WINDOW: "政务服务中心出件窗口",
        DeliveryMethod.LOCKER: "自助取件柜",
    }
    return (
        places.get(DeliveryMethod(delivery.method))
        or act.application.delivery_address
        or "申请人填写的收件地址"
    )
