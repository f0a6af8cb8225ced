"""D-01 to D-04, D-07 and D-08: receipt, acceptance, correction, declining, deferral and promise."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from bundles.planning import Plan
from bundles.selectors import definition_of
from common.workdays import day_of
from licences.services.drafts import (
    AcceptedMatter,
    DeferredMaterial,
    MatterFacts,
    ReceivedMaterial,
    acceptance_notice_draft,
    commitment_draft,
    correction_notice_draft,
    decline_notice_draft,
    deferral_notice_draft,
    receipt_draft,
)
from licences.services.drafts import Correction as CorrectionRow
from workflow.models import Commitment, Correction, CorrectionEntry, DepartmentReview, SubmittedMaterial
from workflow.services.filed import Filed
from workflow.services.papers.facts import application_facts, given_back, matter_facts, organ_of
from workflow.states import COUNTER_CHANNELS, Channel, DeclineGround, DeliveryMethod, MaterialMode

if TYPE_CHECKING:
    from bundles.spec import MatterSpec
    from workflow.services.acting import Act

#: A period that ends at 24:00 ends on the day before.
_A_MOMENT = timedelta(seconds=1)
#: The article behind each ground of not accepting (I-38).
_ARTICLES = {
    DeclineGround.NO_LICENCE_NEEDED: "《中华人民共和国行政许可法》第三十二条第一款第一项",
    DeclineGround.OUTSIDE_POWER: "《中华人民共和国行政许可法》第三十二条第一款第二项",
    DeclineGround.NOT_CORRECTED: "《中华人民共和国行政许可法》第三十二条第一款第五项",
    DeclineGround.BARRED: "《中华人民共和国行政许可法》第七十八条、第七十九条",
}
_FORMS = {
    MaterialMode.UPLOAD: "电子件",
    MaterialMode.LICENCE: "电子证照",
    MaterialMode.SHARED: "数据共享",
    MaterialMode.COMMITMENT: "承诺书",
    MaterialMode.DEFERRED: "容缺后补",
    MaterialMode.FORM: "在线生成",
    MaterialMode.AWAITED: "前序结果",
}


def receipt(
    act: "Act",
    materials: Sequence[SubmittedMaterial],
    *,
    corrected: str = "",
    taken: Sequence[ReceivedMaterial] = (),
) -> Filed:
    """D-01: the papers taken, when, by whom, and by when the answer comes (I-26)."""
    application = act.application
    last = application.answer_due_at or act.now
    name = act.by.person.name if application.received_by and act.by and act.by.person else "系统自动收件"
    on_the_counter = {one.name: one for one in taken}
    rows = [on_the_counter.get(paper.name) or _received(paper) for paper in materials]
    if corrected:
        rows.append(ReceivedMaterial(f"当场更正：{corrected}", "更正记录"))
    return Filed(
        receipt_draft(
            application_facts(application),
            organ_of(act),
            materials=rows,
            received_at=application.received_at or act.now,
            receiver=name,
            channel=Channel(application.channel).label,
            last_day=day_of(last),
            query_code=application.query_code,
        )
    )


def _received(paper: SubmittedMaterial) -> ReceivedMaterial:
    return ReceivedMaterial(paper.name, _FORMS[MaterialMode(paper.mode)])


def acceptance(act: "Act") -> list[Filed]:
    """D-02: one sheet for all reviews newly accepted (I-102); and D-07 where papers were deferred (I-47)."""
    if not act.noticed:
        return []
    forecast = act.clock.forecast(act.reviews)
    rows = [
        AcceptedMatter(
            name=review.name,
            department=review.department.name,
            accepted_on=day_of(review.accepted_at or act.now),
            statutory_days=review.statutory_days,
            promised_days=review.promised_days,
            due_at=review.due_at or act.clock.calendar.closing(forecast[review.code].date),
            deemed=review.deemed_accepted and review.accepted_at == act.application.received_at,
        )
        for review in act.noticed
    ]
    notice = acceptance_notice_draft(
        application_facts(act.application),
        organ_of(act),
        matters=rows,
        delivery=DeliveryMethod(act.application.delivery_method).label,
        fee=_fees(act),
    )
    return [Filed(notice), *deferral_notice(act)]


def _fees(act: "Act") -> str:
    """What each matter on the sheet costs."""
    specs = definition_of(act.application.bundle_version_id).matters_by_code
    costs = [f"{one.name}：{specs[one.code].fee}" for one in act.noticed if not specs[one.code].is_free]
    return "；".join(costs) or "不收费"


def deferral_notice(act: "Act") -> list[Filed]:
    """D-07: what may follow later, by when, and what happens otherwise; of each paper once."""
    if not act.application.deferred_open:
        return []
    told = {one.code for one in act.reviews if one.acceptance_noticed and one not in act.noticed}
    materials = list(act.application.materials.filter(superseded=False))
    deferred = [
        DeferredMaterial(paper.name, day_of(paper.deferred_due_at - _A_MOMENT))
        for paper in materials
        if paper.mode == MaterialMode.DEFERRED and paper.deferred_due_at and told.isdisjoint(paper.needed_by)
    ]
    if not deferred:
        return []
    draft = deferral_notice_draft(
        application_facts(act.application),
        organ_of(act),
        received=[paper.name for paper in materials if paper.mode != MaterialMode.DEFERRED],
        deferred=deferred,
        promise=f"申请人于提交申请时签署的容缺承诺书（{act.application.reference}）",
    )
    return [Filed(draft)]


def correction_notice(act: "Act", notice: Correction, entries: Sequence[CorrectionEntry]) -> Filed:
    """D-03: every paper once, with all that is wrong with it (I-104)."""
    merged: dict[str, list[CorrectionEntry]] = {}
    for entry in entries:
        merged.setdefault(entry.material, []).append(entry)
    draft = correction_notice_draft(
        application_facts(act.application),
        organ_of(act),
        corrections=[_merged(material, rows) for material, rows in merged.items()],
        deadline=day_of((notice.due_at or act.now) - _A_MOMENT),
    )
    return Filed(draft, needs_proof=True)


def _merged(material: str, rows: Sequence[CorrectionEntry]) -> CorrectionRow:
    def said(texts: Sequence[str]) -> str:
        return "；".join(dict.fromkeys(texts))

    return CorrectionRow(
        material=material,
        defect=said([row.defect for row in rows]),
        basis=said([row.basis for row in rows]),
        how_to_fix=said([row.how_to_fix for row in rows]),
        needed_by="、".join(dict.fromkeys(row.review.name for row in rows)),
    )


def decline_notice(act: "Act", review: DepartmentReview) -> Filed:
    """D-04: the ground, its article, and the right organ."""
    ground = DeclineGround(review.ground)
    draft = decline_notice_draft(
        application_facts(act.application),
        review.department,
        ground="：".join(filter(None, [ground.label, review.opinion])),
        article=_ARTICLES[ground],
        right_organ=review.target_organ,
        returned=given_back(act, review),
        matter=matter_facts(review),
    )
    return Filed(draft, review, needs_proof=True)


def promises(act: "Act", signed: Sequence[Commitment], plan: Plan) -> list[Filed]:
    """D-08 for each 告知承诺 (I-56, I-58, I-59); a deferral's promise is on D-07."""
    made = [one for one in signed if one.kind != Commitment.Kind.DEFERRAL]
    return [_promise(act, one, plan) for one in made]


def _promise(act: "Act", commitment: Commitment, plan: Plan) -> Filed:
    needed_by = plan.materials_by_name[commitment.material].needed_by
    review = act.by_code[needed_by[0]]
    spec = plan.definition.matters_by_code[review.code]
    draft = commitment_draft(
        application_facts(act.application),
        review.department,
        MatterFacts(review.name, review.code),
        basis="；".join(spec.legal_basis)
        or "《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》",
        proved=commitment.material,
        signature=_signer(act),
        signed_at=commitment.signed_at,
        **_own_words(spec),
    )
    return Filed(draft, review)


def _signer(act: "Act") -> str:
    """Who promised: whoever filed it online, the applicant in front of the window."""
    if act.application.channel in COUNTER_CHANNELS or act.by is None or act.by.person is None:
        return act.application.applicant_name
    return act.by.person.name


def _own_words(spec: "MatterSpec") -> dict[str, str]:
    """What the matter's own 告知书 says instead of the usual (I-58)."""
    notice = spec.commitment_notice
    if notice is None:
        return {}
    return {
        "liability": notice.liability,
        "check_plan": notice.inspection,
        "publication": notice.publication,
    }
