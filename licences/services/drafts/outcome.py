"""Documents in which a handling ends: decisions, results, delivery and closing (D-05, D-06, D-09, D-10)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from licences.rules import chinese_date, chinese_moment, remedy_against
from licences.services.drafts.facts import (
    ApplicationFacts,
    ClosedMatter,
    DeliveredDocument,
    DocumentDraft,
    MatterFacts,
    draft,
    rows,
    validity,
)
from licences.states import DocumentKind, ResultKind

if TYPE_CHECKING:
    from identity.models import Department


def grant_decision_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    content: str,
    legal_basis: str,
    certificate: str,
    valid_until: date | None = None,
    scope: str = "以申请书载明并经核准的内容为准",
    conditions: str = "持续符合取得该项行政许可的法定条件",
    duties: str = "依法从事许可活动，接受监督检查；许可内容变化的，应当申请变更",
    renewal: str = "",
) -> DocumentDraft:
    """D-05 准予行政许可决定书. `certificate`: the number of the licence issued with it, or what stands for it."""
    return draft(
        DocumentKind.GRANT_DECISION,
        application,
        organ,
        matter,
        valid_until=valid_until,
        content=content,
        scope=scope,
        conditions=conditions,
        validity=validity(timezone.localdate(), valid_until),
        legal_basis=legal_basis,
        certificate=certificate,
        duties=duties,
        renewal=renewal or _renewal(valid_until),
    )


def denial_decision_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    facts: str,
    reasons: str,
    legal_basis: str,
    heard: str = "本事项未涉及听证，无利害关系人提出意见",
    licence: bool = True,
) -> DocumentDraft:
    """D-06 不予行政许可决定书; with `licence=False` (no 行政许可) titled 不予办理决定书."""
    return draft(
        DocumentKind.DENIAL_DECISION,
        application,
        organ,
        matter,
        title="" if licence else "不予办理决定书",
        facts=facts,
        reasons=reasons,
        legal_basis=legal_basis,
        heard=heard,
        **asdict(remedy_against(organ)),
    )


def delivery_receipt_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    documents: Sequence[DeliveredDocument],
    addressee: str,
    way: str,
    place: str,
    delivered_at: datetime,
    receiver: str,
    relation: str,
    deliverer: str,
    note: str = "无",
) -> DocumentDraft:
    """D-09 送达回证 (I-130): what was delivered, how, where, when, by whom, to whom."""
    return draft(
        DocumentKind.DELIVERY_RECEIPT,
        application,
        organ,
        documents=rows(documents),
        addressee=addressee,
        way=way,
        place=place,
        delivered_at=chinese_moment(delivered_at),
        receiver=receiver,
        relation=relation,
        deliverer=deliverer,
        note=note,
    )


def closing_notice_draft(
    application: ApplicationFacts,
    organ: "Department",
    *,
    results: Sequence[ClosedMatter],
    delivery: str,
    rating_url: str,
    archive_number: str,
) -> DocumentDraft:
    """D-10 办结通知单: how every matter of the application ended."""
    rows = [{**asdict(row), "ended_on": chinese_date(row.ended_on)} for row in results]
    return draft(
        DocumentKind.CLOSING_NOTICE,
        application,
        organ,
        results=rows,
        delivery=delivery,
        rating_url=rating_url,
        archive_number=archive_number,
    )


def result_draft(
    application: ApplicationFacts,
    organ: "Department",
    matter: MatterFacts,
    *,
    kind: ResultKind | str,
    title: str,
    facts: Iterable[tuple[str, str]],
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> DocumentDraft:
    """The result itself, by its name in the catalogue; `facts` are pairs of label and value (照面信息)."""
    return draft(
        DocumentKind.RESULT,
        application,
        organ,
        matter,
        title=title,
        valid_until=valid_until,
        result_kind=ResultKind(kind).value,
        facts=[{"label": label, "value": value} for label, value in facts],
        validity=validity(valid_from or timezone.localdate(), valid_until),
    )


def _renewal(until: date | None) -> str:
    """Thirty days before the end at the latest (I-141)."""
    if until is None:
        return "长期有效，无须申请延续"
    last = date.fromordinal(until.toordinal() - 30)
    return f"需要延续的，应当在{chinese_date(last)}以前（含当日）提出申请"
