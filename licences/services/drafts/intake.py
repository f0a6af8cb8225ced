"""Documents of receipt and acceptance: D-01 to D-04, D-07 and D-08."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from licences.rules import chinese_date, chinese_moment, remedy_against
from licences.services.drafts.facts import (
    AcceptedMatter,
    ApplicationFacts,
    Correction,
    DeferredMaterial,
    DocumentDraft,
    MatterFacts,
    ReceivedMaterial,
    draft,
    returned_papers,
    rows,
)
from licences.states import DocumentKind

if TYPE_CHECKING:
    from identity.models import Department

#: D-08: what whoever promises declares (I-59).
STATEMENTS = (
    "已经知晓行政机关告知的全部内容；",
    "已经符合告知的条件、标准和要求，所填写和提交的内容真实、准确；",
    "愿意承担不实承诺、违反承诺的法律责任，接受行政机关的核查；",
    "上述承诺是本申请人真实意思的表示。",
)

ONLY_NOTICE = "本告知书为本次申请的一次性告知，列明了需要补正的全部内容，此后不再要求补正其他材料。"

LATE_CORRECTION = (
    "逾期未补正的，终止办理本次申请并退还材料；此后可以重新申请，已提交且仍有效的材料不必再次提交。"
)

LATE_DEFERRAL = (
    "逾期未补齐的，终止办理并退还材料，记入容缺失信记录，修复前不再适用容缺受理；补齐前不发放决定和证照。"
)


def receipt_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    materials: Sequence[ReceivedMaterial],
    received_at: datetime,
    receiver: str,
    channel: str,
    last_day: date,
    query_code: str,
) -> DocumentDraft:
    """D-01 收件凭证. `channel` as people read it (网上申报); `last_day` of the acceptance decision."""
    nothing = ReceivedMaterial("本次办理无须提交材料", "—", 0)
    return draft(
        DocumentKind.RECEIPT,
        application,
        organ,
        materials=rows(materials or [nothing]),
        received_at=chinese_moment(received_at),
        receiver=receiver,
        channel=channel,
        last_day=chinese_date(last_day),
        query_code=query_code,
    )


def acceptance_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    matters: Sequence[AcceptedMatter],
    delivery: str,
    fee: str = "不收费",
    special_procedures: str = "本次办理预计不需要特别程序",
) -> DocumentDraft:
    """D-02 受理通知书: one sheet for every matter accepted (I-102)."""
    return draft(
        DocumentKind.ACCEPTANCE_NOTICE,
        application,
        organ,
        matters=[matter.printed() for matter in matters],
        special_procedures=special_procedures,
        fee=fee,
        delivery=delivery,
    )


def correction_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    corrections: Sequence[Correction],
    deadline: date,
    ways: str = "登录本平台“我的办件”在线提交，或者到政务服务大厅综合窗口提交",
    matter: MatterFacts | None = None,
) -> DocumentDraft:
    """D-03 补正材料告知书: the one and only notice; online until 24:00 of the last day (I-37)."""
    return draft(
        DocumentKind.CORRECTION_NOTICE,
        application,
        organ,
        matter,
        corrections=rows(corrections),
        deadline=f"{chinese_date(deadline)}（网上提交至当日24时）",
        ways=ways,
        only_notice=ONLY_NOTICE,
        consequence=LATE_CORRECTION,
    )


def decline_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    ground: str,
    article: str,
    right_organ: str = "",
    returned: Sequence[str] = (),
    matter: MatterFacts | None = None,
) -> DocumentDraft:
    """D-04 不予受理通知书, with ground and article (I-38), the right organ if there is one, and remedy."""
    return draft(
        DocumentKind.DECLINE_NOTICE,
        application,
        organ,
        matter,
        ground=ground,
        article=article,
        right_organ=right_organ,
        returned=returned_papers(returned),
        **asdict(remedy_against(organ)),
    )


def deferral_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    received: Sequence[str],
    deferred: Sequence[DeferredMaterial],
    promise: str,
    way: str = "登录本平台“我的办件”在线提交，或者到政务服务大厅综合窗口提交",
    matter: MatterFacts | None = None,
) -> DocumentDraft:
    """D-07 容缺受理告知书. `promise` says which signed promise it rests on (I-47)."""
    rows = [{"name": paper.name, "limit": chinese_date(paper.limit)} for paper in deferred]
    last = max((paper.limit for paper in deferred), default=None)
    return draft(
        DocumentKind.DEFERRAL_NOTICE,
        application,
        organ,
        matter,
        received="、".join(received),
        deferred=rows,
        limit=chinese_date(last) if last else "",
        way=way,
        consequence=LATE_DEFERRAL,
        promise=promise,
    )


def commitment_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    basis: str,
    proved: str,
    signature: str,
    signed_at: datetime,
    liability: str = "不实承诺或者违反承诺的，终止办理或者撤销决定，依法处罚并记入信用记录",
    check_plan: str = "作出决定后在二个月内以数据核查、抽查或者实地检查的方式核查",
    publication: str = "承诺书不向社会公开",
    statements: Sequence[str] = STATEMENTS,
) -> DocumentDraft:
    """D-08 告知书和承诺书, in one: the notice of I-58, the promise of I-59, who signed and when."""
    return draft(
        DocumentKind.COMMITMENT,
        application,
        organ,
        matter,
        basis=basis,
        proved=proved,
        promise_form="书面承诺（电子签名与手写签名具有同等效力）",
        liability=liability,
        right_to_check="行政机关有权对承诺内容进行核查，申请人应当配合",
        check_plan=check_plan,
        publication=publication,
        statements=list(statements),
        signature=signature,
        signed_on=chinese_moment(signed_at),
    )
